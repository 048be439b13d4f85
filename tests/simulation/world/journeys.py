"""Short journeys that a recorded process takes; each says what it was told to be durable, and nothing more."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import random
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from pictures import rendered

from counterclaim.cli.main import main as command_line
from counterclaim.record.custody import Entry, Event
from counterclaim.vault import database
from counterclaim.vault.vault import Vault, Writer
from vault_room import CASE, SIGNER, admission, case_opened, event, new_vault

VAULT, CONFIG = "vault", "config"
Mark = Callable[[dict[str, object]], None]


class Acknowledged:
    """What a vault's writer returned from, told through `mark` at once."""

    def __init__(self, vault: Vault, mark: Mark) -> None:
        self._vault, self._mark = vault, mark

    def say(self, entries: tuple[Entry, ...], exhibits: list[str], erased: list[int]) -> None:
        """These entries were returned; with them these exhibits (SHA-256), and these contents are gone."""
        note = base64.b64encode(self._vault.checkpoint().note()).decode()
        leaves = [[entry.index, entry.leaf.hex()] for entry in entries]
        self._mark({"entries": leaves, "exhibits": exhibits, "erased": erased, "note": note})


def salts_of(dice: random.Random) -> Callable[[], bytes]:
    return lambda: dice.randbytes(16)


class Acts:
    """A few acts on one vault, chosen by a seed."""

    def __init__(self, vault: Vault, dice: random.Random, mark: Mark) -> None:
        self.vault, self.dice = vault, dice
        self.told = Acknowledged(vault, mark)

    def admitted(self, count: int) -> list[Event]:
        number = max((exhibit.number for exhibit in self.vault.exhibits(CASE)), default=0)
        drawn = [(self.dice.randbytes(self.dice.choice((40, 700, 5000))), place) for place in range(1, count + 1)]
        name = lambda: self.dice.randbytes(16).hex()  # noqa: E731
        return [admission(self.vault, content, number + place, drawn=name()) for content, place in drawn]

    def admit(self, writer: Writer) -> None:
        events = self.admitted(self.dice.choice((1, 1, 2)))
        entries = writer.record([*events, event("view", {}, exhibits=(1,))])
        self.told.say(entries, [str(dict(one.body["exhibit"])["sha256"]) for one in events], [])

    def note(self, writer: Writer) -> None:
        notes = [event("inquiry", {"n": self.dice.randrange(9)}) for _ in range(self.dice.randrange(1, 4))]
        self.told.say(writer.record(notes), [], [])

    def erase(self, writer: Writer) -> None:
        notes = [note.entry for note in self.vault.notes(CASE, "inquiry")]
        if notes:
            chosen = self.dice.choice(notes)
            writer.erase([chosen], event=event("erase", {"entries": [chosen], "why": "asked for"}))
            self.told.say((self.vault.entry(self.vault.size() - 1),), [], [chosen])

    def rebuild(self, writer: Writer) -> None:
        writer.rebuild_views()

    def session(self, count: int) -> None:
        with self.vault.writer(signer=SIGNER, salts=salts_of(self.dice)) as writer:
            for _ in range(count):
                self.dice.choice((self.admit, self.admit, self.admit, self.note, self.note, self.erase, self.rebuild))(writer)


@contextlib.contextmanager
def being_read(vault: Vault) -> Iterator[None]:
    """Somebody has the vault open meanwhile, as the workbench does: the write-ahead file then stays."""
    database.LOCK_WAIT_SECONDS = 0.01  # the writer waits for this reader in vain; ten seconds of that show no more
    with vault._database.reading() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one()
        yield


@contextlib.contextmanager
def idly_open(vault: Vault) -> Iterator[None]:
    """Somebody has the vault open and reads nothing just now: the write-ahead file is emptied and stays."""
    connection = vault._database._reader.raw_connection()
    connection.cursor().execute("SELECT count(*) FROM entry").fetchall()
    yield
    connection.close()


def made(root: Path, dice: random.Random, mark: Mark) -> None:
    """Make a vault and open its case."""
    vault = new_vault(root / VAULT, salts_of(dice))
    mark({"made": VAULT})
    acts = Acts(vault, dice, mark)
    with vault.writer(signer=SIGNER, salts=salts_of(dice)) as writer:
        acts.told.say(writer.record([case_opened()]), [], [])


def written(root: Path, dice: random.Random, mark: Mark) -> None:
    """Write to a vault that is there: some sessions, the second while somebody reads."""
    acts = Acts(Vault.open(root / VAULT), dice, mark)
    acts.session(2)
    with being_read(acts.vault):
        acts.session(2)
    with idly_open(acts.vault):
        acts.session(2)
    acts.session(1)


def both(root: Path, dice: random.Random, mark: Mark) -> None:
    """Make it, then write to it."""
    made(root, dice, mark)
    written(root, dice, mark)


def commands(root: Path, dice: random.Random, mark: Mark) -> None:
    """init, case new, admit twice, verify: by the command line, the keys below the same folder."""
    os.environ["COUNTERCLAIM_CONFIG"] = str(root / CONFIG)
    vault, outside = ["--vault", str(root / VAULT)], root.with_name(root.name + "-files")
    outside.mkdir()
    secrets.token_hex, secrets.token_bytes = (lambda n=32: dice.randbytes(n).hex()), (lambda n=32: dice.randbytes(n))
    if said(mark, ["init", *vault]) is not None:
        mark({"made": VAULT})
    case = ["--title", "C", "--purpose", "test", "--risk", "none"]
    said(mark, ["case", "new", "c", *case, *vault])
    for turn in range(2):
        files = [outside / f"{turn}-{place}.jpg" for place in range(2)]
        for place, file in enumerate(files):
            file.write_bytes(rendered(dice.randrange(1 << 30) + place, width=64, height=48))
        answer = said(mark, ["admit", *map(str, files), "--case", "c", *vault])
        rows = answer["receipt"] if answer else []
        mark({"exhibits": [row["exhibit"]["sha256"] for row in rows if row["exhibit"]]})
    said(mark, ["rebuild", *vault])


def said(mark: Mark, arguments: list[str]) -> dict[str, object] | None:
    """The data of the answer; None where the command failed, which is marked."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = command_line([*arguments, "--json"])
    if code != 0:
        mark({"command": arguments[0], "exit": code, "err": err.getvalue(), "out": out.getvalue()})
        return None
    answer: dict[str, object] = json.loads(out.getvalue())["data"]
    return answer


JOURNEYS = {one.__name__: one for one in (made, written, both, commands)}
