"""Asks a vault after a bad day whether it holds what it had acknowledged; refuses to take its word for it."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from world.journeys import CONFIG, VAULT

from counterclaim.desk.admit import Arrival, admit_contents
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


def amiss(root: Path, marks: Marks, *, by_command: bool = False) -> list[str]:
    """What is wrong with the vault below `root`, given what had been acknowledged; an empty list if nothing is.

    Nothing acknowledged may be missing, no check may fail, and the next writer must be able to go on.
    """
    try:
        return _amiss_by_command(root, marks) if by_command else _amiss(root, marks)
    except CounterclaimError as error:
        return [f"{type(error).__name__}: {error}"]


def _opened(root: Path, marks: Marks) -> Vault | None:
    try:
        return Vault.open(root / VAULT)
    except UsageError:
        # Nobody was told of a vault: then what is left is not taken for one.
        if any("made" in mark for mark in marks):
            raise
        return None


def _amiss(root: Path, marks: Marks) -> list[str]:
    vault = _opened(root, marks)
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
    wrong = []
    for mark in marks:
        for index, leaf in mark.get("entries", ()):
            if index not in held or held[index].leaf.hex() != leaf:
                wrong.append(f"entry {index} was acknowledged and is lost")
        for index in mark.get("erased", ()):
            if index in held and held[index].payload is not None:
                wrong.append(f"entry {index} was erased and is back")
        for sha256 in mark.get("exhibits", ()):
            exhibit = vault.exhibit_by_digest(case, sha256)
            if exhibit is None or sha256_hex(vault.content_of(exhibit)) != sha256:
                wrong.append(f"exhibit {sha256} was acknowledged and is lost")
    return wrong


def _amiss_by_command(root: Path, marks: Marks) -> list[str]:
    if _opened(root, marks) is None:
        return []
    os.environ["COUNTERCLAIM_CONFIG"] = str(root / CONFIG)
    desk = open_desk(root / VAULT)
    wrong = failed_in(verify(root / VAULT, anchors=Anchors())) + _lost(desk.vault, marks, case="c")
    if wrong or desk.vault.case("c") is None:
        return wrong
    arrival = Arrival(input="later", name="later.txt", content=os.urandom(100))
    assert admit_contents(desk, [arrival], case="c").count("admitted") == 1
    return [f"after the next admission, {words}" for words in failed_in(verify(root / VAULT, anchors=Anchors()))]
