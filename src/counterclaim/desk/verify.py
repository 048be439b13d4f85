"""Verifies a bag or a vault with every anchor at hand; without one from outside it says what that leaves open."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from counterclaim.desk.crew import LocalCrew
from counterclaim.desk.earlier import earlier_check_of_bag
from counterclaim.desk.examine import findings_on
from counterclaim.desk.incoming import bytes_of
from counterclaim.desk.keys import config_folder, key_folder_of
from counterclaim.desk.locking import keys_of, opening_of
from counterclaim.desk.rosters import examiners
from counterclaim.dossier.bag_check import checks_of_bag
from counterclaim.examine.examiner import Brief, HeldCode
from counterclaim.record.canonical import noun_of, plain_of
from counterclaim.record.check import Anchors, Check, CheckOutcome, holds
from counterclaim.record.checkpoint import signed_checkpoint_of
from counterclaim.record.errors import CounterclaimError, IntegrityError, MalformedError, StorageError, UsageError
from counterclaim.record.finding import Finding
from counterclaim.vault.at_rest import locked_checks
from counterclaim.vault.layout import check_not_between
from counterclaim.vault.log import signature_holds
from counterclaim.vault.slots import LockedError
from counterclaim.vault.stamps import token_holds
from counterclaim.vault.vault import Vault

BAG_FILE = "bagit.txt"
VAULT_FILES = ("format", "custody.db", "log-key.vkey", "custody.seal", "unlock.json")
FINDINGS_BYTES_MAX = 64 << 20  # a few KiB a finding: thousands of exhibits
REASON_CHARACTERS_MAX = 300  # one row of a table
FINDINGS_FILE = "data/record/findings.json"


def verify(target: Path, *, anchors: Anchors, replay: bool = False, log_alone: bool = False) -> tuple[Check, ...]:
    """Every check on `target`, one row each. Raises UsageError where it is neither a bag nor a vault.

    With `log_alone` a vault's leaves, tree and newest checkpoint are checked, and nothing of what they commit to.
    """
    check_not_between(target)
    if not target.is_dir():
        raise UsageError("the folder of a bag or a vault", str(target))
    if (target / BAG_FILE).exists() or (target / "manifest-sha256.txt").exists():
        # A proof given beside the checkpoint stands for the one a bag may carry; without it the bag must answer.
        inside = anchors if anchors.consistency is None else replace(anchors, checkpoint=None)
        words = partial(_token_words, at=anchors.at)
        checks = checks_of_bag(target, anchors=inside, token_holds=words, signature_holds=signature_holds)
        # A checkpoint newer than the bag needs that proof too: a rewritten log can be the shorter one.
        unanswered = any(check.name == "consistency" and check.outcome == "not_checked" for check in checks)
        earlier = earlier_check_of_bag(target, anchors) if unanswered else None
        rows = (*checks, *((earlier,) if earlier else ()))
        return (*rows, *(_replayed(target, rows) if replay else ()))
    if any((target / name).exists() for name in VAULT_FILES):
        return tuple(_checks_of_vault(target, anchors, log_alone=log_alone))
    raise UsageError("the folder of a bag or a vault", f"{target.name} has neither {BAG_FILE} nor {VAULT_FILES[0]}")


def _token_words(token: bytes, message: bytes, roots_pem: bytes, *, at: str | None) -> str:
    files = ("custody/checkpoint.note", "custody/tokens/NAME.tsr")
    check = token_holds(token, message, roots_pem, at=at, files=files)
    if check.outcome != "passed":
        raise IntegrityError("a token that holds under the given roots", check.reason)
    return check.reason


def _checks_of_vault(folder: Path, anchors: Anchors, *, log_alone: bool) -> Iterator[Check]:
    """The vault's own checks; what this machine remembers of it is one more anchor."""
    for name in VAULT_FILES[:3]:
        if not (folder / name).is_file():
            yield Check(name="files", outcome="failed", what=name, reason="missing")
    opening = opening_of()
    try:
        vault = Vault.open(folder, keys_of(folder, opening))
        origin = vault.origin
    except LockedError:
        if opening.brings_something():
            raise
        yield from locked_checks(folder)
        return
    except CounterclaimError as error:
        yield Check(name="open", outcome="failed", what=_named_in(str(error), folder), reason=str(error))
        return
    older = None
    try:
        note = key_folder_of(origin, config=config_folder(), beside=folder.resolve().parent).latest_note()
        older = signed_checkpoint_of(note) if note else None
    except MalformedError as error:
        yield Check(name="remembered checkpoint", outcome="failed", what="latest.note", reason=str(error))
    yield from (vault.log_checks if log_alone else vault.checks)(anchors=anchors, older=older)


def _named_in(words: str, folder: Path) -> str:
    """The file of the vault an error speaks of, or the vault."""
    return next((name for name in VAULT_FILES if name in words), folder.name)


def fingerprint_named(text: str) -> str:
    """A fingerprint as people copy it, in groups or capitals, as 64 lower-case hex digits. Raises UsageError."""
    digits = re.sub(r"[\s:]", "", text).lower()
    if not re.fullmatch("[0-9a-f]{64}", digits):
        raise UsageError("a fingerprint of 64 hex digits", repr(text)[:80])
    return digits


def _replayed(bag: Path, checks: Sequence[Check]) -> Iterator[Check]:
    """Examine the disclosed exhibits again and compare with the findings in the bag, value by value.

    Only where every other row held: until then these bytes are anybody's.
    """
    if not holds(checks):
        reason = "nothing is examined from a bag of which a row failed"
        yield Check(name="replay", outcome="not_checked", what=FINDINGS_FILE, reason=reason)
        return
    if not (bag / FINDINGS_FILE).is_file():
        yield Check(name="replay", outcome="not_checked", what=FINDINGS_FILE, reason="no findings are disclosed")
        return
    try:
        content = bytes_of(bag / FINDINGS_FILE, what="findings", bytes_max=FINDINGS_BYTES_MAX)
        rows = [_row_of(row) for row in json.loads(content)["findings"]]
    except (CounterclaimError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = f"not as we write it: {type(error).__name__}: {error}"
        yield Check(name="replay", outcome="failed", what=FINDINGS_FILE, reason=reason[:REASON_CHARACTERS_MAX])
        return
    crew = LocalCrew()
    for finding, name, brief in rows:
        yield _again(finding, bag / "data" / "exhibits" / name, brief, crew)


def _row_of(row: Any) -> tuple[Finding, str, Brief]:  # noqa: ANN401 (JSON values)
    """One disclosed finding, the name of its exhibit's file, and what the examiner was given."""
    held = tuple(noun_of(code, HeldCode) for code in row["held"])
    brief = replace(noun_of({**row["brief"], "emblems": []}, Brief), held=held)
    return noun_of(row["finding"], Finding), Path(str(row["file"])).name, brief


def _again(finding: Finding, path: Path, brief: Brief, crew: LocalCrew) -> Check:
    """The row of one finding: the same values, others, or why that cannot be said."""

    def row(outcome: CheckOutcome, reason: str) -> Check:
        return Check(name="replay", outcome=outcome, what=finding.id, reason=reason)

    if not path.is_file() or finding.examiner not in examiners():
        return row("not_checked", "the bytes or the examiner are not at hand")
    if examiners()[finding.examiner].version != finding.version:
        return row("not_checked", "another version is installed")
    try:
        again, *_ = findings_on(bytes_of(path, what="an exhibit"), crew=crew, brief=brief, names=[finding.examiner])
    except (UsageError, StorageError) as error:
        return row("not_checked", str(error))
    same = plain_of(again)["outcome"] == plain_of(finding)["outcome"]
    return row("passed" if same else "failed", "the same values" if same else "other values than disclosed")
