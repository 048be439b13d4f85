"""Encrypting in place is cut off at every step: the same command finishes it, and nothing is lost or left in plain."""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path

import pytest

from counterclaim.cli.main import main
from counterclaim.desk.admit import Arrival, admit_contents
from counterclaim.desk.cases import open_case
from counterclaim.desk.encrypt import encrypt
from counterclaim.desk.locking import Opening
from counterclaim.desk.open import Desk, new_vault, open_desk
from counterclaim.record.errors import BusyError, PolicyError, UsageError
from counterclaim.vault import encrypting, slots
from counterclaim.vault.encrypting import put_back
from counterclaim.vault.layout import NEW, OLD, beside
from counterclaim.vault.lock import locked
from counterclaim.vault.migration import default_backup
from counterclaim.vault.slots import Costs, Factors, LockedError
from rest_room import CASE, KEY_FILE, QUICK, every_file, small_desk
from size import FULL

OLD_PHRASE, NEW_PHRASE = "what opened it before", "what opens it from now on"
CONTENT = b"a canary of one exhibit, long enough to be looked for"
STEPS = ("rename", "replace", "unlink", "rmdir")


class PowerCutError(BaseException):
    """Ends a run at a chosen step; nothing in the program may catch it."""


class Power:
    """Counts what changes names on the disk, and from one of them on lets nothing more happen."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, ends: int | None) -> None:
        self.done, self.ends, self.swapped = 0, ends, 0
        for name in STEPS:
            monkeypatch.setattr(os, name, partial(self._step, name, getattr(os, name)))
        monkeypatch.setattr(encrypting, "overwrite", partial(self._step, "overwrite", encrypting.overwrite))

    def _step(self, name: str, act, *arguments, **also):
        if self.ends is not None and self.done >= self.ends:
            raise PowerCutError
        self.done += 1
        self.swapped = self.done if name == "rename" else self.swapped
        return act(*arguments, **also)


def made(folder: Path, *, passphrase: str | None, factors: Factors | None) -> Desk:
    desk = new_vault(folder, passphrase=passphrase, factors=factors)
    open_case(desk, name=CASE, title="A room", purpose="test", risk_assessment="none")
    admit_contents(desk, [Arrival(input="x", name="x", content=CONTENT)], case=CASE)
    return desk


KINDS = {
    "a key without a passphrase": (None, None, []),
    "a key under a passphrase": (OLD_PHRASE, None, []),
    "again": (OLD_PHRASE, Factors(passphrase=OLD_PHRASE), ["--again"]),
}


@pytest.mark.parametrize(("passphrase", "factors", "also"), KINDS.values(), ids=KINDS.keys())
def test_the_same_command_finishes_an_encryption_cut_off_at_any_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passphrase, factors, also
) -> None:
    # What a try costs is no matter of power.
    monkeypatch.setattr(slots, "MEMORY_KIB_MIN", 64)
    monkeypatch.setattr(slots, "Costs", partial(Costs, memory_kib=64))
    home, kept = tmp_path / "home", tmp_path / "kept"
    monkeypatch.setenv("COUNTERCLAIM_CONFIG", str(home / "config"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    if passphrase:
        monkeypatch.setenv("COUNTERCLAIM_PASSPHRASE", passphrase)
    made(home / "vault", passphrase=passphrase, factors=factors)
    (tmp_path / "phrase").write_text(NEW_PHRASE + "\n", "utf-8")
    shutil.copytree(home, kept)
    command = ["encrypt", "--vault", str(home / "vault"), "--passphrase-file", str(tmp_path / "phrase"), *also]

    def run(ends: int | None) -> Power:
        shutil.rmtree(home)
        shutil.copytree(kept, home)
        with monkeypatch.context() as patched:
            power = Power(patched, ends=ends)
            if ends is None:
                assert main(command) == 0
            else:
                with pytest.raises(PowerCutError):
                    main(command)
        return power

    whole = run(None)
    check_finished(home)
    # The two renames and what follows at once each; a few of the others, where one is like the next.
    swap = range(whole.swapped - 2, whole.swapped + 5)
    others = (range(whole.swapped - 2), range(whole.swapped + 5, whole.done))
    for ends in [*swap, *(one for few in others for one in (few if FULL else few[::6])), whole.done - 1]:
        run(ends)
        assert main(command) == 0, f"cut before step {ends} of {whole.done}"
        check_finished(home)


def check_finished(home: Path) -> None:
    folder = home / "vault"
    assert sorted(path.name for path in home.iterdir()) == ["config", "vault"]
    desk = open_desk(folder, opening=Opening(passphrase=NEW_PHRASE))
    assert desk.vault.encrypted
    desk.record(desk.event("inquiry", case=CASE, body={"searched": "x"}))
    assert [check for check in desk.vault.checks() if check.outcome == "failed"] == []
    assert [check.outcome for check in desk.vault.checks() if check.name == "ways"] == ["passed"]
    assert desk.vault.content_of(desk.vault.exhibits(CASE)[0]) == CONTENT
    assert desk.keys.opens_with(desk.vault.keys.signing_passphrase())
    assert [path.name for path in desk.keys.path.iterdir() if path.name.startswith("signing-key.pem.")] == []
    assert [path for path in every_file(home) if CONTENT in path.read_bytes()] == []
    with pytest.raises(LockedError):
        open_desk(folder, opening=Opening(passphrase=OLD_PHRASE))
    for phrase in (None, OLD_PHRASE):
        with pytest.raises(PolicyError):
            desk.keys.signer(name=desk.origin, passphrase=phrase)


def test_a_vault_behind_a_link_is_encrypted_where_it_lies(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "disk" / "vault", factors=None, files=1)
    content = desk.vault.content_of(desk.vault.exhibits(CASE)[0])
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "vault")
    changed = encrypt(open_desk(tmp_path / "link"), Factors(key_file=KEY_FILE), costs=QUICK)
    assert (tmp_path / "link").is_symlink()
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["vault"]
    assert [path for path in every_file(tmp_path / "disk") if content in path.read_bytes()] == []
    assert [check for check in changed.vault.checks() if check.outcome == "failed"] == []
    changed.record(changed.event("inquiry", case=CASE, body={"searched": "x"}))


def between_the_renames(folder: Path) -> None:
    small_desk(folder, factors=None, files=1)
    folder.rename(beside(folder, OLD))
    beside(folder, NEW).mkdir()


@pytest.mark.parametrize("verb", [["case", "list", "--vault"], ["key", "--vault"], ["verify"]], ids=" ".join)
def test_between_the_renames_every_verb_names_what_finishes_it(tmp_path: Path, capsys, verb: list[str]) -> None:
    between_the_renames(tmp_path / "vault")
    assert main([*verb, str(tmp_path / "vault")]) == 4
    said = capsys.readouterr().err
    assert "counterclaim encrypt" in said
    assert "counterclaim init" not in said


def test_an_encryption_that_is_still_at_work_is_not_put_back(tmp_path: Path) -> None:
    between_the_renames(tmp_path / "vault")
    with locked(beside(tmp_path / "vault", OLD), wait_seconds=0.0), pytest.raises(BusyError):
        put_back(tmp_path / "vault")
    assert put_back(tmp_path / "vault")
    assert not put_back(tmp_path / "vault")
    assert len(open_desk(tmp_path / "vault").vault.exhibits(CASE)) == 1


def test_a_folder_of_another_vault_beside_this_one_is_left_alone(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "vault", factors=None, files=0)
    small_desk(tmp_path / "vault.plain", factors=None, files=0)
    before = [path.read_bytes() for path in every_file(tmp_path / "vault.plain")]
    with pytest.raises(UsageError, match="a free name beside"):
        encrypt(desk, Factors(key_file=KEY_FILE), costs=QUICK)
    assert [path.read_bytes() for path in every_file(tmp_path / "vault.plain")] == before


def test_a_passphrase_given_for_a_key_without_one_is_not_held_against_it(tmp_path: Path, monkeypatch) -> None:
    small_desk(tmp_path / "vault", factors=None, files=1)
    monkeypatch.setenv("COUNTERCLAIM_PASSPHRASE", NEW_PHRASE)
    assert main(["encrypt", "--vault", str(tmp_path / "vault")]) == 0
    desk = open_desk(tmp_path / "vault", opening=Opening(passphrase=NEW_PHRASE))
    desk.record(desk.event("inquiry", case=CASE, body={"searched": "x"}))


def test_the_copy_of_a_migration_lies_beside_the_vault_and_never_in_it(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "disk" / "vault").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "vault")
    monkeypatch.chdir(tmp_path / "disk" / "vault")
    for folder in (tmp_path / "link", Path()):
        copy = default_backup(folder)
        assert copy.parent == tmp_path / "disk"
        assert copy.name.startswith("vault-before-format-")
