"""Short journeys that a recorded process takes; each says what it was told to be durable, and nothing more."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import random
import secrets
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from counterclaim.cli.main import main as command_line
from counterclaim.record.canonical import sha256_hex
from counterclaim.record.custody import Entry, Event
from counterclaim.record.errors import StorageError
from counterclaim.vault import disk, slots
from counterclaim.vault.secret import SECRET_BYTES, VaultKeys
from counterclaim.vault.slots import MEMORY_KIB_MIN, PASSES_MIN, Costs, Factors, Unlocking, new_slot
from counterclaim.vault.vault import Vault, Writer
from pictures import rendered
from vault_room import AT, CASE, ORIGIN, SIGNER, TOOL, admission, case_opened, event

VAULT, CONFIG, PASSPHRASE = "vault", "config", "six words that nobody else would choose"
Mark = Callable[[dict[str, object]], None]


def keys_of_tests() -> VaultKeys:
    """The keys of every encrypted vault here."""
    return VaultKeys(bytes(range(SECRET_BYTES)))


def unlocking_of(keys: VaultKeys) -> Unlocking:
    costs = Costs(memory_kib=MEMORY_KIB_MIN, passes=PASSES_MIN)
    return Unlocking(slots=(new_slot(keys, Factors(key_file=bytes(64)), costs=costs),)).sealed(keys)


def salts_of(dice: random.Random) -> Callable[[], bytes]:
    return lambda: dice.randbytes(16)


class Acts:
    """A few acts on one vault, chosen by a seed; each is acknowledged when the vault has returned from it."""

    def __init__(self, vault: Vault, dice: random.Random, mark: Mark) -> None:
        self.vault, self.dice, self.mark = vault, dice, mark
        self.destroyed: list[str] = []

    def say(self, entries: Sequence[Entry], exhibits: Sequence[str] = (), erased: Sequence[int] = ()) -> None:
        """These entries were returned; with them these exhibits (SHA-256), and these contents are gone."""
        note = base64.b64encode(self.vault.checkpoint().note()).decode()
        leaves = [[entry.index, entry.leaf.hex()] for entry in entries]
        self.mark({"entries": leaves, "exhibits": list(exhibits), "erased": list(erased), "note": note})

    def admitted(self, count: int) -> list[Event]:
        number = self.vault.exhibits(CASE)[-1].number if self.vault.exhibits(CASE) else 0
        drawn = [(self.dice.randbytes(self.dice.choice((40, 700, 5000))), place) for place in range(1, count + 1)]
        name = lambda: self.dice.randbytes(16).hex()  # noqa: E731
        return [admission(self.vault, content, number + place, drawn=name()) for content, place in drawn]

    def admit(self, writer: Writer) -> None:
        events = self.admitted(self.dice.choice((1, 1, 2)))
        entries = writer.record([*events, event("view", {}, exhibits=(1,))])
        self.say(entries, [str(dict(one.body["exhibit"])["sha256"]) for one in events])

    def note(self, writer: Writer) -> None:
        notes = [event("inquiry", {"n": self.dice.randrange(9)}) for _ in range(self.dice.randrange(1, 4))]
        self.say(writer.record(notes))

    def erase(self, writer: Writer) -> None:
        choices = [(note.entry, "") for note in self.vault.notes(CASE, "inquiry")]
        # The newest exhibit stays, so that numbers go on.
        choices += [(holding.entry, holding.exhibit.sha256) for holding in self.vault.holdings(CASE)[:-1]]
        if choices:
            chosen, sha256 = self.dice.choice(choices)
            self.mark({"meant": [sha256]})
            canary = json.loads(self.vault.entry(chosen).payload or b"")["salt"]
            writer.erase([chosen], event=event("erase", {"entries": [chosen], "why": "asked for"}))
            self.say([self.vault.entry(self.vault.size() - 1)], erased=[chosen])
            self.destroyed.append(canary)

    def rebuild(self, writer: Writer) -> None:
        writer.rebuild_views()

    def session(self, count: int) -> None:
        acts = (self.admit, self.admit, self.admit, self.note, self.note, self.erase, self.erase, self.rebuild)
        with self.vault.writer(signer=SIGNER, salts=salts_of(self.dice)) as writer:
            for _ in range(count):
                self.dice.choice(acts)(writer)


@contextlib.contextmanager
def being_read(vault: Vault) -> Iterator[None]:
    """Somebody has the vault open meanwhile, as the workbench does: the write-ahead file then stays."""
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


def made(root: Path, dice: random.Random, mark: Mark, keys: VaultKeys | None = None) -> None:
    """Make a vault and open its case."""
    opening = None if keys is None else (keys, unlocking_of(keys))
    vault = Vault.create(
        root / VAULT, origin=ORIGIN, signer=SIGNER, salts=salts_of(dice), at=AT, actor="p1", tool=TOOL, opening=opening
    )
    mark({"made": VAULT})
    acts = Acts(vault, dice, mark)
    with vault.writer(signer=SIGNER, salts=salts_of(dice)) as writer:
        acts.say(writer.record([case_opened()]))


def written(root: Path, dice: random.Random, mark: Mark, keys: VaultKeys | None = None) -> None:
    """Write to a vault that is there: some sessions, the second while somebody reads."""
    acts = Acts(Vault.open(root / VAULT, keys), dice, mark)
    acts.session(2)
    with being_read(acts.vault):
        acts.session(2)
    with idly_open(acts.vault):
        acts.session(2)
    acts.session(1)
    mark({"nowhere": acts.destroyed})


def both(root: Path, dice: random.Random, mark: Mark, keys: VaultKeys | None = None) -> None:
    """Make it, then write to it."""
    made(root, dice, mark, keys)
    written(root, dice, mark, keys)


def short(root: Path, dice: random.Random, mark: Mark, keys: VaultKeys | None = None) -> None:
    """Make it, admit one exhibit, and close: what is killed at every call."""
    made(root, dice, mark, keys)
    acts = Acts(Vault.open(root / VAULT, keys), dice, mark)
    with acts.vault.writer(signer=SIGNER, salts=salts_of(dice)) as writer:
        acts.admit(writer)


def kept(root: Path, dice: random.Random, mark: Mark, keys: VaultKeys | None = None) -> None:
    """Admit one exhibit whose object lies in the folder `ab`."""
    acts = Acts(Vault.open(root / VAULT, keys), dice, mark)
    with acts.vault.writer(signer=SIGNER, salts=salts_of(dice)) as writer:
        content = dice.randbytes(40)
        drawn = "ab" + dice.randbytes(15).hex()
        entries = writer.record([admission(acts.vault, content, 1, drawn=drawn)])
        acts.say(entries, [sha256_hex(content)])


def stubborn(root: Path, dice: random.Random, mark: Mark, keys: VaultKeys | None = None) -> None:
    """Go on writing whatever the disk says: each refusal is told, and the next act is tried."""
    acts = Acts(Vault.open(root / VAULT, keys), dice, mark)
    for _ in range(2):
        with refusals_told(mark), acts.vault.writer(signer=SIGNER, salts=salts_of(dice)) as writer:
            for act in (acts.admit, acts.note, dice.choice((acts.erase, acts.admit))):
                with refusals_told(mark):
                    act(writer)


@contextlib.contextmanager
def refusals_told(mark: Mark) -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        mark({"refused": str(error), "remedy": error.remedy(), "exit": error.exit_code})


def commands(root: Path, dice: random.Random, mark: Mark, keys: VaultKeys | None = None) -> None:
    """init, case new, admit twice, verify: by the command line, the keys below the same folder."""
    enter(root, encrypted=keys is not None)
    cheap = partial(Costs, memory_kib=MEMORY_KIB_MIN, passes=PASSES_MIN)
    slots.Costs = cheap  # what a passphrase costs to try is no matter of power
    disk.FLUSHES_AT_ONCE = 1  # so that the same seed gives the same calls in the same order
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


def enter(root: Path, *, encrypted: bool) -> None:
    """Set the environment of somebody who uses the command line here."""
    os.environ["COUNTERCLAIM_CONFIG"] = str(root / CONFIG)
    os.environ["COUNTERCLAIM_PASSPHRASE"] = PASSPHRASE if encrypted else ""


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


JOURNEYS = {one.__name__: one for one in (made, written, both, short, kept, stubborn, commands)}
