"""What a person gives to open a vault is read strictly, and the ways in are those the log names and no others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from counterclaim.cli.main import main
from counterclaim.cli.options import PASSPHRASE_CHARACTERS_MIN, chosen_passphrase, passphrase_in
from counterclaim.desk.encrypt import encrypt
from counterclaim.desk.locking import add_slot, remove_slot, slots_of
from counterclaim.desk.open import open_desk
from counterclaim.record.canonical import canonical_json
from counterclaim.record.errors import CounterclaimError, IntegrityError, UsageError
from counterclaim.vault.objects import FolderStorage
from counterclaim.vault.slots import SLOTS_MAX, UNLOCK, Factors, LockedError, Unlocking, new_slot, unlocking_of
from rest_room import CASE, KEY_FILE, PASSPHRASE, QUICK, every_file, opening_of, small_desk

# --- the ways in and the log ------------------------------------------------------------------


def ways(desk) -> list[tuple[str, str]]:
    return [(check.outcome, check.what) for check in desk.vault.checks() if check.name == "ways"]


def test_a_removed_way_that_is_back_is_a_failed_row(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    desk = small_desk(folder, factors=Factors(key_file=KEY_FILE), files=0)
    assert ways(desk) == [("passed", UNLOCK)]
    first = slots_of(folder)[0].id
    add_slot(desk, Factors(key_file=KEY_FILE[::-1]))
    older = (folder / UNLOCK).read_bytes()
    remove_slot(desk, first)
    assert ways(desk) == [("passed", UNLOCK)]
    (folder / UNLOCK).write_bytes(older)
    assert ways(desk) == [("failed", f"{UNLOCK}: {first}")]


def test_an_older_file_without_a_way_the_log_names_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    desk = small_desk(folder, factors=Factors(key_file=KEY_FILE), files=0)
    older = (folder / UNLOCK).read_bytes()
    added = add_slot(desk, Factors(key_file=KEY_FILE[::-1]))
    (folder / UNLOCK).write_bytes(older)
    assert ways(desk) == [("not_checked", f"{UNLOCK}: {added.id}")]


def test_ways_that_were_never_logged_are_not_checked(tmp_path: Path, monkeypatch) -> None:
    from counterclaim.vault import vault as room

    event = room.Event
    monkeypatch.setattr(room, "Event", lambda **also: event(**{**also, "body": {"origin": also["body"]["origin"]}}))
    desk = small_desk(tmp_path / "vault", factors=Factors(key_file=KEY_FILE), files=0)
    assert [outcome for outcome, _ in ways(desk)] == ["not_checked"]


# --- new factors ------------------------------------------------------------------------------


def told(capsys, *arguments: str, code: int = 0) -> dict:
    assert main([*arguments, "--json"]) == code, arguments
    return json.loads(capsys.readouterr().out).get("data") or {}


def test_what_opens_the_vault_does_not_become_part_of_a_new_way(tmp_path: Path, monkeypatch, capsys) -> None:
    vault = ["--vault", str(tmp_path / "v")]
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("COUNTERCLAIM_PASSPHRASE", PASSPHRASE)
    (tmp_path / "kf").write_bytes(KEY_FILE)
    told(capsys, "init", *vault)
    assert told(capsys, "key", "add", "--new-key-file", str(tmp_path / "kf"), *vault)["factors"] == ["key_file"]
    assert main(["key", "add", *vault]) == 2
    assert len(slots_of(tmp_path / "v")) == 2
    monkeypatch.setenv("COUNTERCLAIM_NEW_PASSPHRASE", "another one of several words")
    assert told(capsys, "key", "add", *vault)["factors"] == ["passphrase"]


BAD_FILES = {
    "no UTF-8": b"\xff\xfe\xfa long enough",
    "an empty line first": b"\nlong enough\n",
    "only a mark": b"\xef\xbb\xbf",
    "two lines": b"long enough\nand another\n",
}


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_passphrase_file_of_another_form_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "phrase").write_bytes(content)
    with pytest.raises(UsageError):
        passphrase_in(tmp_path / "phrase")
    assert main(["init", "--vault", str(tmp_path / "v"), "--passphrase-file", str(tmp_path / "phrase")]) == 2


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\r\n\r\n", b"\n \n"])
def test_a_passphrase_is_the_first_line_and_a_line_ends_at_a_line_feed(tmp_path: Path, end: bytes) -> None:
    phrase = "two halves\u2028of one\x0b line"
    (tmp_path / "phrase").write_bytes(b"\xef\xbb\xbf" + phrase.encode() + end)
    assert passphrase_in(tmp_path / "phrase") == phrase


def test_a_short_passphrase_is_refused_where_it_is_set_alone(tmp_path: Path, monkeypatch, capsys) -> None:
    short = "x" * (PASSPHRASE_CHARACTERS_MIN - 1)
    small_desk(tmp_path / "vault", factors=Factors(passphrase=short), files=0)
    monkeypatch.setenv("COUNTERCLAIM_PASSPHRASE", short)
    assert main(["case", "list", "--vault", str(tmp_path / "vault")]) == 0
    assert main(["init", "--vault", str(tmp_path / "other")]) == 2
    assert "8 characters" in capsys.readouterr().err
    monkeypatch.setenv("COUNTERCLAIM_PASSPHRASE", "")
    assert chosen_passphrase(None) is None
    assert "empty" in capsys.readouterr().err


def test_a_passphrase_that_is_no_text_is_refused_with_a_remedy(tmp_path: Path, monkeypatch, capsys) -> None:
    small_desk(tmp_path / "vault", factors=Factors(passphrase=PASSPHRASE), files=0)
    monkeypatch.setenv("COUNTERCLAIM_PASSPHRASE", "a lone byte \udcff in it")
    assert main(["case", "list", "--vault", str(tmp_path / "vault")]) == 2
    assert main(["init", "--vault", str(tmp_path / "other")]) == 2
    assert "UTF-8" in capsys.readouterr().err


# --- hostile slots ----------------------------------------------------------------------------

COSTLY = {
    "less memory than its lanes need": {"memory_kib": 8, "lanes": 4},
    "two gigabytes": {"memory_kib": 2 * 1024 * 1024},
    "memory and passes together": {"memory_kib": 1024 * 1024, "passes": 17},
}


def changed(unlocking: Unlocking, costs: dict) -> bytes:
    plain = json.loads(unlocking.content())
    for slot in plain["slots"]:
        slot["parameters"]["passphrase"].update(costs)
    return canonical_json(plain) + b"\n"


@pytest.mark.parametrize("costs", COSTLY.values(), ids=COSTLY.keys())
def test_slots_that_ask_too_much_or_too_little_are_refused_unread(costs: dict) -> None:
    _, unlocking = opening_of(Factors(passphrase=PASSPHRASE))
    with pytest.raises(IntegrityError):
        unlocking_of(changed(unlocking, costs))


def test_many_slots_may_not_ask_together_what_one_may() -> None:
    keys, unlocking = opening_of(Factors(passphrase=PASSPHRASE))
    slot = new_slot(keys, Factors(passphrase=PASSPHRASE))
    full = Unlocking(slots=(slot,) * SLOTS_MAX)
    assert unlocking_of(full.content()) == full  # as many as there may be, at what `Costs` asks
    with pytest.raises(IntegrityError):
        unlocking_of(changed(full, {"passes": 6}))
    assert unlocking_of(changed(unlocking, {"passes": 6})).slots


# --- the recovery sheet -----------------------------------------------------------------------


def test_the_recovery_sheet_says_what_is_lost_with_the_passphrase_of_each_kind_of_vault(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "vault", factors=None, files=0)
    sheet = desk.keys.path / "recovery-sheet.txt"
    assert "ALL EVIDENCE" not in sheet.read_text("utf-8")
    encrypt(desk, Factors(key_file=KEY_FILE), costs=QUICK)
    assert "ALL EVIDENCE" in sheet.read_text("utf-8")
    sealed = small_desk(tmp_path / "sealed", factors=Factors(key_file=KEY_FILE), files=0)
    assert "ALL EVIDENCE" in (sealed.keys.path / "recovery-sheet.txt").read_text("utf-8")


# --- encrypted while somebody admits ----------------------------------------------------------


def test_bytes_kept_while_the_vault_is_encrypted_do_not_stay_in_plain(tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "vault"
    small_desk(folder, factors=None, files=1)
    admitting, put, content = open_desk(folder), FolderStorage.put, b"bytes that must not lie there in plain"

    def late(storage: FolderStorage, envelopes) -> None:
        monkeypatch.setattr(FolderStorage, "put", put)
        encrypt(open_desk(folder), Factors(key_file=KEY_FILE), costs=QUICK)
        put(storage, envelopes)

    monkeypatch.setattr(FolderStorage, "put", late)
    with pytest.raises(LockedError):
        admitting.vault.keep_all([content])
    assert [path for path in every_file(tmp_path) if content in path.read_bytes()] == []
    with pytest.raises(CounterclaimError):
        admitting.record(admitting.event("inquiry", case=CASE, body={"searched": "x"}))
