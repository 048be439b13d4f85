"""Asks a vault after a bad day whether it holds what it had acknowledged; refuses to take its word for it."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from world.journeys import VAULT, enter, keys_of_tests

from counterclaim.desk.admit import Arrival, admit_contents
from counterclaim.desk.locking import opening_of
from counterclaim.desk.open import open_desk
from counterclaim.desk.verify import verify
from counterclaim.record.canonical import sha256_hex
from counterclaim.record.check import Anchors, Check
from counterclaim.record.checkpoint import SignedCheckpoint, signed_checkpoint_of
from counterclaim.record.errors import CounterclaimError, UsageError
from counterclaim.vault.vault import Vault
from vault_room import CASE, SIGNER, admission

Marks = Sequence[dict[str, Any]]


def failed_in(checks: Sequence[Check]) -> list[str]:
    return [f"verify: {row.name} {row.what}: {row.reason}" for row in checks if row.outcome == "failed"]


def amiss(root: Path, marks: Marks, *, by_command: bool = False, encrypted: bool = False) -> list[str]:
    """What is wrong with the vault below `root`, given what had been acknowledged; an empty list if nothing is.

    Nothing acknowledged may be missing, no check may fail, and the next writer must be able to go on.
    """
    try:
        return (
            _amiss_by_command(root, marks, encrypted=encrypted)
            if by_command
            else _amiss(root, marks, encrypted=encrypted)
        )
    except CounterclaimError as error:
        return [f"{type(error).__name__}: {error}"]


def _opened(root: Path, marks: Marks, *, encrypted: bool = False) -> Vault | None:
    try:
        return Vault.open(root / VAULT, keys_of_tests() if encrypted else None)
    except UsageError:
        # Nobody was told of a vault: then what is left is not taken for one.
        if any("made" in mark for mark in marks):
            raise
        return None


def _amiss(root: Path, marks: Marks, *, encrypted: bool) -> list[str]:
    vault = _opened(root, marks, encrypted=encrypted)
    if vault is None:
        return []
    wrong = failed_in(list(vault.checks(older=_newest_note(marks)))) + _lost(vault, marks, case=CASE)
    if wrong or vault.case(CASE) is None:
        return wrong
    number = max((exhibit.number for exhibit in vault.exhibits(CASE)), default=0) + 1
    content = os.urandom(100)
    with vault.writer(signer=SIGNER, salts=lambda: os.urandom(16)) as writer:
        writer.record([admission(vault, content, number, drawn=os.urandom(16).hex())])
        assert vault.content_of(vault.exhibits(CASE)[-1]) == content
    return [f"after the next writer, {words}" for words in failed_in(list(vault.checks(older=_newest_note(marks))))]


def _newest_note(marks: Marks) -> SignedCheckpoint | None:
    notes = [mark["note"] for mark in marks if "note" in mark]
    return signed_checkpoint_of(base64.b64decode(notes[-1])) if notes else None


def _lost(vault: Vault, marks: Marks, *, case: str) -> list[str]:
    """Every acknowledged entry by its leaf, every exhibit by its bytes, every erasure by what is gone."""
    held = {entry.index: entry for entry in vault.entries()}
    leaves = {index: leaf for mark in marks for index, leaf in mark.get("entries", ())}
    erased = [index for mark in marks for index in mark.get("erased", ())]
    # What somebody had begun to erase may be there or not.
    meant = {sha256 for mark in marks for sha256 in mark.get("meant", ())}
    exhibits = {sha256 for mark in marks for sha256 in mark.get("exhibits", ())} - meant
    gone = [index for index, leaf in leaves.items() if index not in held or held[index].leaf.hex() != leaf]
    return [
        *(f"entry {index} was acknowledged and is lost" for index in gone),
        *(f"entry {index} was erased and is back" for index in erased if index in held and held[index].payload),
        *(f"exhibit {sha256} was acknowledged and is lost" for sha256 in exhibits if not _has(vault, case, sha256)),
        *_canaries(vault.folder, [canary for mark in marks for canary in mark.get("nowhere", ())]),
    ]


def _has(vault: Vault, case: str, sha256: str) -> bool:
    exhibit = vault.exhibit_by_digest(case, sha256)
    return exhibit is not None and sha256_hex(vault.content_of(exhibit)) == sha256


def _canaries(folder: Path, canaries: Sequence[str]) -> list[str]:
    """What was erased before the vault was closed is in no file, not even in one that came back."""
    contents = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return [
        f"erased bytes are in {name}"
        for canary in canaries
        for name, content in contents.items()
        if canary.encode() in content
    ]


def _amiss_by_command(root: Path, marks: Marks, *, encrypted: bool) -> list[str]:
    enter(root, encrypted=encrypted)
    try:
        desk = open_desk(root / VAULT, opening=opening_of())
    except UsageError:
        if any("made" in mark for mark in marks):
            raise
        return []
    wrong = failed_in(verify(root / VAULT, anchors=Anchors())) + _lost(desk.vault, marks, case="c")
    if wrong or desk.vault.case("c") is None:
        return wrong
    arrival = Arrival(input="later", name="later.txt", content=os.urandom(100))
    assert admit_contents(desk, [arrival], case="c").count("admitted") == 1
    return [f"after the next admission, {words}" for words in failed_in(verify(root / VAULT, anchors=Anchors()))]
