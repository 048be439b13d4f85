"""Somebody without the passphrase tries the ways in, and somebody who may write into the folder changes them."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
import os
import unicodedata
from pathlib import Path

import pytest

from counterclaim.cli.main import main
from counterclaim.desk.locking import Opening, add_recovery, add_slot, keys_of, remove_slot, slots_of
from counterclaim.desk.open import open_desk
from counterclaim.record.canonical import canonical_json
from counterclaim.record.errors import IntegrityError, UsageError
from counterclaim.vault.secret import VaultKeys, age_identity_of
from counterclaim.vault.slots import (
    MEMORY_KIB_MAX,
    SLOTS_MAX,
    UNLOCK,
    Costs,
    Factors,
    LockedError,
    Unlocking,
    new_slot,
    read_unlocking,
    recovery_slot,
)
from counterclaim.vault.vault import Vault
from rest_room import KEY_FILE, PASSPHRASE, QUICK, opening_of, sealed_vault, small_desk


class SimulatedAuthenticator:
    """hmac-secret as CTAP 2.1 has it: HMAC-SHA256 under a key that never leaves the authenticator."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed

    def secret(self, credential: bytes, salt: bytes) -> bytes:
        key = hmac.new(self._seed, credential, hashlib.sha256).digest()
        return hmac.new(key, salt, hashlib.sha256).digest()


RIGHT, WRONG = SimulatedAuthenticator(b"right"), SimulatedAuthenticator(b"wrong")


def rewritten(folder: Path, change) -> None:
    plain = json.loads((folder / UNLOCK).read_bytes())
    change(plain)
    (folder / UNLOCK).write_bytes(canonical_json(plain) + b"\n")


# --- any subset of the factors ----------------------------------------------------------------

ALL = {
    "passphrase": {"passphrase": PASSPHRASE},
    "key_file": {"key_file": KEY_FILE},
    "fido2": {"authenticator": RIGHT, "credential": b"credential"},
}
OTHER = {
    "passphrase": {"passphrase": "another"},
    "key_file": {"key_file": KEY_FILE[::-1]},
    "fido2": {"authenticator": WRONG, "credential": b"credential"},
}
SUBSETS = [[name for place, name in enumerate(ALL) if number >> place & 1] for number in range(1, 8)]


def brought(names, others=()) -> Factors:
    merged = {}
    for name in names:
        merged |= OTHER[name] if name in others else ALL[name]
    return Factors(**merged)


@pytest.mark.parametrize("names", SUBSETS, ids="+".join)
def test_a_slot_needs_every_factor_it_names_and_each_the_right_one(names: list[str]) -> None:
    keys, unlocking = opening_of(brought(names))
    assert unlocking.open_with(brought(names)) == keys
    assert unlocking.open_with(brought(ALL)) == keys  # more than is needed does no harm
    for one in names:
        with pytest.raises(LockedError):
            unlocking.open_with(brought([name for name in names if name != one]))
        with pytest.raises(LockedError, match="does not open"):
            unlocking.open_with(brought(names, others=[one]))


def test_each_of_several_slots_opens_the_same_vault() -> None:
    keys, unlocking = opening_of(Factors(passphrase=PASSPHRASE))
    both = unlocking.also(new_slot(keys, Factors(key_file=KEY_FILE), costs=QUICK)).sealed(keys)
    assert both.open_with(Factors(passphrase=PASSPHRASE)) == both.open_with(Factors(key_file=KEY_FILE)) == keys


def test_the_same_phrase_typed_on_another_system_opens() -> None:
    phrase = "pénz és kávé"
    keys, unlocking = opening_of(Factors(passphrase=unicodedata.normalize("NFD", phrase)))
    assert unlocking.open_with(Factors(passphrase=unicodedata.normalize("NFC", phrase))) == keys


def test_a_recovery_identity_opens_and_another_does_not() -> None:
    keys, unlocking = opening_of()
    identity = age_identity_of(os.urandom(32))
    from pyrage import x25519

    recipient = str(x25519.Identity.from_str(identity).to_public())
    unlocking = unlocking.also(recovery_slot(keys, recipient)).sealed(keys)
    assert unlocking.open_with(Factors(identity=f"# made by age-keygen\n{identity}\n")) == keys
    with pytest.raises(LockedError):
        unlocking.open_with(Factors(identity=age_identity_of(os.urandom(32))))


def test_an_age_identity_is_written_as_the_age_library_writes_it() -> None:
    from pyrage import x25519

    for _ in range(50):
        made = x25519.Identity.generate()
        raw = _bech32_bytes(str(made))
        assert age_identity_of(raw) == str(made)


def _bech32_bytes(text: str) -> bytes:
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    values = [alphabet.index(one) for one in text.lower().rpartition("1")[2][:-6]]
    bits = 0
    for value in values:
        bits = bits << 5 | value
    extra = len(values) * 5 - 256
    return (bits >> extra).to_bytes(32, "big")


# --- refusals ---------------------------------------------------------------------------------


def test_a_key_file_that_is_a_word_and_costs_that_are_low_are_refused() -> None:
    keys = VaultKeys(bytes(32))
    with pytest.raises(UsageError, match="key file of 32"):
        new_slot(keys, Factors(key_file=b"a short word"))
    for costs in (Costs(memory_kib=32 * 1024), Costs(passes=1)):
        with pytest.raises(UsageError, match="Argon2id"):
            new_slot(keys, Factors(passphrase="x"), costs=costs)
    with pytest.raises(UsageError):
        new_slot(keys, Factors())


def test_the_last_slot_stays_and_no_more_than_the_bound_are_added() -> None:
    _, unlocking = opening_of()
    with pytest.raises(UsageError, match="the last one"):
        unlocking.without(unlocking.slots[0].id)
    with pytest.raises(UsageError, match="id of a slot"):
        unlocking.without("00000000")
    slot = unlocking.slots[0]
    full = Unlocking(slots=(slot,) * SLOTS_MAX)
    with pytest.raises(UsageError, match="at most"):
        full.also(slot)


HOSTILE = {
    "memory": lambda slot: slot["parameters"]["passphrase"].update(memory_kib=MEMORY_KIB_MAX + 1),
    "passes": lambda slot: slot["parameters"]["passphrase"].update(passes=10**9),
    "lanes": lambda slot: slot["parameters"]["passphrase"].update(lanes=10**6),
    "no costs": lambda slot: slot["parameters"].update(passphrase={}),
    "negative memory": lambda slot: slot["parameters"]["passphrase"].update(memory_kib=-1),
    "text for a number": lambda slot: slot["parameters"]["passphrase"].update(passes="3"),
    "no such factor": lambda slot: slot.update(factors=["face"]),
    "no factor": lambda slot: slot.update(factors=[]),
    "factors out of order": lambda slot: slot.update(factors=["key_file", "passphrase"]),
    "no hex": lambda slot: slot.update(wrapped="zz"),
    "short salt": lambda slot: slot.update(salt="00"),
    "short wrapping": lambda slot: slot.update(wrapped="00"),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_header_is_refused_before_it_costs_anything(tmp_path: Path, change) -> None:
    _, unlocking = opening_of(Factors(passphrase=PASSPHRASE))
    unlocking.write(tmp_path)
    rewritten(tmp_path, lambda plain: change(plain["slots"][0]))
    with pytest.raises(IntegrityError, match=UNLOCK):
        read_unlocking(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff", b"{" * 5000, b" " * 70000])
def test_what_is_no_list_of_slots_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / UNLOCK).write_bytes(content)
    with pytest.raises(IntegrityError):
        read_unlocking(tmp_path)


def test_a_slot_that_was_taken_away_or_weakened_behind_our_back_is_noticed(tmp_path: Path) -> None:
    keys, unlocking = opening_of(Factors(passphrase=PASSPHRASE))
    unlocking.also(new_slot(keys, Factors(key_file=KEY_FILE), costs=QUICK)).sealed(keys).write(tmp_path)
    rewritten(tmp_path, lambda plain: plain["slots"].pop())
    held = read_unlocking(tmp_path)
    assert held is not None
    with pytest.raises(IntegrityError, match="the slots this vault was closed with"):
        held.open_with(Factors(passphrase=PASSPHRASE))


def test_a_changed_slot_header_does_not_open() -> None:
    _, unlocking = opening_of()
    slot = dataclasses.replace(unlocking.slots[0], id="00000000")
    with pytest.raises(LockedError):
        Unlocking(slots=(slot,), mac=unlocking.mac).open_with(Factors(key_file=KEY_FILE))


def test_a_full_disk_while_slots_are_changed_leaves_the_old_ones(tmp_path: Path, monkeypatch) -> None:
    _, unlocking = opening_of()
    unlocking.write(tmp_path)
    before = (tmp_path / UNLOCK).read_bytes()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(Exception, match="written to disk"):
        unlocking.write(tmp_path)
    monkeypatch.undo()
    assert (tmp_path / UNLOCK).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [UNLOCK]


# --- the vault in its one form ----------------------------------------------------------------


def test_a_locked_vault_says_so_and_nothing_else(tmp_path: Path) -> None:
    sealed_vault(tmp_path / "vault")
    with pytest.raises(LockedError) as caught:
        Vault.open(tmp_path / "vault")
    assert caught.value.exit_code == 3
    assert "unlock" in caught.value.remedy()


def test_mixed_forms_are_refused(tmp_path: Path) -> None:
    vault = sealed_vault(tmp_path / "vault")
    slots = (tmp_path / "vault" / UNLOCK).read_bytes()
    (tmp_path / "vault" / UNLOCK).unlink()
    with pytest.raises(IntegrityError, match=UNLOCK):
        Vault.open(tmp_path / "vault")
    from vault_room import furnished_vault

    furnished_vault(tmp_path / "plain")
    with pytest.raises(UsageError, match="plain"):
        Vault.open(tmp_path / "plain", vault.keys)
    (tmp_path / "plain" / UNLOCK).write_bytes(slots)
    with pytest.raises(IntegrityError, match="encrypted database"):
        Vault.open(tmp_path / "plain", vault.keys)


def test_the_keys_of_another_vault_do_not_read_this_one(tmp_path: Path) -> None:
    sealed_vault(tmp_path / "vault")
    with pytest.raises(IntegrityError):
        Vault.open(tmp_path / "vault", VaultKeys(bytes(32))).size()


# --- the desk and the command line ------------------------------------------------------------


def test_slots_are_added_and_removed_and_the_log_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    desk = small_desk(folder, factors=Factors(key_file=KEY_FILE), files=1)
    first = slots_of(folder)[0].id
    added = add_slot(desk, Factors(passphrase=PASSPHRASE, key_file=KEY_FILE), costs=QUICK)
    remove_slot(desk, first)
    assert [slot.id for slot in slots_of(folder)] == [added.id]
    (tmp_path / "kf").write_bytes(KEY_FILE)
    with pytest.raises(LockedError):
        open_desk(folder, opening=Opening(key_file=tmp_path / "kf"))
    again = open_desk(folder, opening=Opening(passphrase=PASSPHRASE, key_file=tmp_path / "kf"))
    kinds = [entry.event().kind for entry in again.vault.entries()]
    assert kinds.count("rotate_key") == 2
    assert [check for check in again.vault.checks() if check.outcome == "failed"] == []


def test_a_plain_vault_has_no_slots_to_add_to(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "vault", factors=None, files=0)
    for act in (
        lambda: add_slot(desk, Factors(passphrase="x")),
        lambda: add_recovery(desk, "age1x"),
        lambda: slots_of(desk.vault.folder),
    ):
        with pytest.raises(UsageError, match="encrypted vault"):
            act()
    assert keys_of(desk.vault.folder, Opening()) is None


def test_the_command_line_refuses_with_three_and_a_remedy(tmp_path: Path, monkeypatch, capsys) -> None:
    folder = tmp_path / "vault"
    (tmp_path / "phrase").write_text(PASSPHRASE + "\n", "utf-8")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert main(["init", "--vault", str(folder), "--passphrase-file", str(tmp_path / "phrase"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["data"]["encrypted"] is True
    assert main(["case", "list", "--vault", str(folder)]) == 3
    assert "locked" in capsys.readouterr().err
    monkeypatch.setenv("COUNTERCLAIM_PASSPHRASE", "wrong")
    assert main(["case", "list", "--vault", str(folder)]) == 3
    assert "does not open" in capsys.readouterr().err
    monkeypatch.setenv("COUNTERCLAIM_PASSPHRASE", PASSPHRASE)
    assert main(["case", "list", "--vault", str(folder), "--json"]) == 0
    assert "not encrypted" not in capsys.readouterr().err


def test_verify_and_doctor_say_of_a_locked_vault_what_they_did_not_check(tmp_path: Path, capsys, monkeypatch) -> None:
    sealed_vault(tmp_path / "vault")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert main(["verify", str(tmp_path / "vault"), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["data"]["checks"]
    locked = {row["name"] for row in rows if row["reason"] == "not checked: locked"}
    assert {"entries", "tree", "checkpoints", "views", "objects", "object keys"} <= locked
    assert {row["outcome"] for row in rows if row["name"] in locked} == {"not_checked"}
    main(["doctor", "--vault", str(tmp_path / "vault"), "--json"])
    rows = json.loads(capsys.readouterr().out)["data"]["checks"]
    assert [row["outcome"] for row in rows if row["name"] == "vault"] == ["not_checked"]
    database = tmp_path / "vault" / "custody.db"
    database.write_bytes(database.read_bytes()[:-1] + b"\x00")
    assert main(["verify", str(tmp_path / "vault")]) == 1
