"""Checks a published bag, one row each (docs/SPEC-bag.md); refuses to say whether its content is so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from counterclaim.dossier import bag_form as form
from counterclaim.dossier.bag import readme_text
from counterclaim.dossier.bag_entries import (
    check_commitments,
    check_completeness,
    check_exhibits,
    check_inclusion,
    check_publication,
)
from counterclaim.dossier.bag_keys import (
    check_checkpoint,
    check_consistency,
    check_cosigner,
    check_cosigner_key,
    check_log_key,
    check_signer,
)
from counterclaim.dossier.bag_known import Answer, Knowledge, NotChecked, SignatureHolds, TokenHolds
from counterclaim.dossier.bag_token import moment_in
from counterclaim.record.check import Anchors, Check
from counterclaim.record.errors import CounterclaimError

NOT_REACHED = "an earlier check failed"
SIGNER_NOT_CHECKED = "consistent; signer not checked"


def checks_of_bag(
    folder: Path,
    *,
    anchors: Anchors,
    token_holds: TokenHolds,
    signature_holds: SignatureHolds,
) -> tuple[Check, ...]:
    """Every check of docs/SPEC-bag.md on the bag in `folder`: always the same rows in the same order.

    A row that an earlier failure makes meaningless is `not_checked`. Raises nothing for a broken bag, MalformedError
    for a cosigner's key of another form.
    """
    for vkey in anchors.cosigners:
        check_cosigner_key(vkey)
    known = Knowledge(
        folder=folder,
        anchors=anchors,
        token_holds=token_holds,
        signature_holds=signature_holds,
    )
    rows: list[Check] = []
    blocked: set[str] = set()
    for name, (check, needs) in _CHECKS.items():
        row = Check(name=name, outcome="not_checked", what="-", reason=NOT_REACHED)
        if blocked.isdisjoint(needs):
            row = _row_of(name, check, known)
        if row.outcome == "failed" or row.reason == NOT_REACHED:
            blocked.add(name)
        rows.append(row)
    if anchors.fingerprint is None and all(row.outcome != "failed" for row in rows):
        rows = [_consistent(row) if row.name == "signer" else row for row in rows]
    return tuple(rows)


def _consistent(row: Check) -> Check:
    return Check(name=row.name, outcome=row.outcome, what=row.what, reason=SIGNER_NOT_CHECKED)


def _row_of(name: str, check: Callable[[Knowledge], Answer], known: Knowledge) -> Check:
    try:
        match check(known):
            case NotChecked(what=what, reason=reason):
                return Check(name=name, outcome="not_checked", what=what, reason=reason)
            case (what, reason):
                return Check(name=name, outcome="passed", what=what, reason=reason)
    except form.BagError as error:
        return Check(name=name, outcome="failed", what=error.what, reason=str(error))


# --- form and manifests --------------------------------------------------------------------------


def _check_form(known: Knowledge) -> tuple[str, str]:
    held = form.held_in(known.folder)
    for path, text in (("bagit.txt", form.BAGIT_TEXT), ("README.txt", readme_text())):
        if held.small(path) != text:
            raise form.BagError(path, "the text every bag of this format carries", "another")
    known.held = held
    return ".", f"{len(held.files)} files, all plain and named as the format says"


def _check_payload(known: Knowledge) -> tuple[str, str]:
    digests = form.check_manifest(known.bag(), form.PAYLOAD_MANIFEST, known.bag().payload)
    known.digests |= digests
    return form.PAYLOAD_MANIFEST, f"{len(digests)} files"


def _check_tags(known: Knowledge) -> tuple[str, str]:
    digests = form.check_manifest(known.bag(), form.TAG_MANIFEST, known.bag().tags)
    known.digests |= digests
    return form.TAG_MANIFEST, f"{len(digests)} files"


# --- time ---------------------------------------------------------------------------------------


def _check_timestamp(known: Knowledge) -> Answer:
    held = known.bag()
    note = held.small(form.NOTE)
    for path in held.tokens:
        _check_form_of_token(held.small(path), note, path)
    roots = known.anchors.tsa_roots
    if roots is None:
        told = f"{len(held.tokens)} tokens over this checkpoint; no TSA roots given"
        return NotChecked(what="custody/tokens", reason=told if held.tokens else "no token, and no TSA roots given")
    if not held.tokens:
        raise form.BagError("custody/tokens", "a token for these roots to confirm", "none")
    confirmed = [_confirmed(known, path, note, roots) for path in held.tokens]
    return "custody/tokens", f"{confirmed[0]}; {len(confirmed)} tokens confirmed"


def _confirmed(known: Knowledge, path: str, note: bytes, roots: bytes) -> str:
    try:
        return known.token_holds(known.bag().small(path), note, roots)
    except CounterclaimError as error:
        raise form.BagError(path, error.expected, error.got) from error


def _check_form_of_token(token: bytes, note: bytes, path: str) -> None:
    """Check without any anchor that the token is a granted one in DER over these bytes. Raises BagError."""
    try:
        moment_in(token, note)
    except ValueError as error:
        raise form.BagError(path, "a timestamp of this checkpoint in DER", str(error)) from error


# Each check with the names of those that must have been reached and not have failed before it.
_CHECKS: dict[str, tuple[Callable[[Knowledge], Answer], tuple[str, ...]]] = {
    "form": (_check_form, ()),
    "payload": (_check_payload, ("form",)),
    "tag files": (_check_tags, ("form",)),
    "log key": (check_log_key, ("payload", "tag files")),
    "signer": (check_signer, ("log key",)),
    "checkpoint": (check_checkpoint, ("log key",)),
    "cosigner": (check_cosigner, ("checkpoint",)),
    "consistency": (check_consistency, ("checkpoint",)),
    "inclusion": (check_inclusion, ("checkpoint",)),
    "commitments": (check_commitments, ("inclusion",)),
    "publication": (check_publication, ("commitments",)),
    "exhibits": (check_exhibits, ("publication",)),
    "completeness": (check_completeness, ("publication",)),
    "timestamp": (_check_timestamp, ("payload", "tag files")),
}
