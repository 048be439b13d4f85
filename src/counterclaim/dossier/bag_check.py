"""Checks a published bag, one row each (docs/SPEC-bag.md); refuses to say whether its content is so."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rfc3161_client import decode_timestamp_response

from counterclaim.dossier import bag_form as form
from counterclaim.dossier.bag import VERIFIERS, bag_info_text, pem_of, readme_text
from counterclaim.dossier.bag_entry import detail_in, head_in, leaf_in, publishes
from counterclaim.record.canonical import canonical_json, sha256_hex
from counterclaim.record.check import Anchors, Check
from counterclaim.record.checkpoint import (
    KEY_HASH_BYTES,
    NoteSignature,
    SignedCheckpoint,
    fingerprint_of,
    key_hash_of,
    public_key_of,
    signed_checkpoint_of,
    tlog_proof_text,
)
from counterclaim.record.custody import Entry, check_entry, checked_hash, inclusion_holds, leaf_hash
from counterclaim.record.errors import CounterclaimError, MalformedError

TokenHolds = Callable[[bytes, bytes, bytes], str]
"""(token, message, PEM roots) -> "timestamped by X (these bytes existed by T)"; raises CounterclaimError."""
SignatureHolds = Callable[[bytes, bytes, bytes], bool]
"""(32-byte public key, message, 64-byte signature) -> whether the Ed25519 signature holds."""

_KEY_NAME = re.compile(r"[!-*,-~]{1,200}")
_IMPRINTS = {"2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512"}

NOT_REACHED = "an earlier check failed"
SIGNER_NOT_CHECKED = "consistent; signer not checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class _NotChecked:
    """A check that had nothing to check against: on what, and why."""

    what: str
    reason: str


@dataclass(slots=True, kw_only=True)
class _Knowledge:
    """What the checks so far have established about one bag; a later check relies on it."""

    folder: Path
    anchors: Anchors
    token_holds: TokenHolds
    signature_holds: SignatureHolds
    held: form.Held | None = None
    digests: dict[str, str] = field(default_factory=dict)
    key: tuple[str, bytes] = ("", b"")
    note: bytes = b""
    signed: SignedCheckpoint | None = None
    entries: dict[int, tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=dict)
    case: str = ""

    def bag(self) -> form.Held:
        if self.held is None:
            raise form.BagError(".", "a bag", "none")
        return self.held

    def checkpoint(self) -> SignedCheckpoint:
        if self.signed is None:
            raise form.BagError(form.NOTE, "a checkpoint", "none")
        return self.signed


def checks_of_bag(
    folder: Path, *, anchors: Anchors, token_holds: TokenHolds, signature_holds: SignatureHolds
) -> tuple[Check, ...]:
    """Every check of docs/SPEC-bag.md on the bag in `folder`: always the same rows in the same order.

    A row that an earlier failure makes meaningless is `not_checked`. Raises nothing for a broken bag.
    """
    known = _Knowledge(folder=folder, anchors=anchors, token_holds=token_holds, signature_holds=signature_holds)
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


def _row_of(name: str, check: Callable[[_Knowledge], tuple[str, str] | _NotChecked], known: _Knowledge) -> Check:
    try:
        match check(known):
            case _NotChecked(what=what, reason=reason):
                return Check(name=name, outcome="not_checked", what=what, reason=reason)
            case (what, reason):
                return Check(name=name, outcome="passed", what=what, reason=reason)
    except form.BagError as error:
        return Check(name=name, outcome="failed", what=error.what, reason=str(error))


# --- form and manifests --------------------------------------------------------------------------


def _check_form(known: _Knowledge) -> tuple[str, str]:
    held = form.held_in(known.folder)
    for path, text in (("bagit.txt", form.BAGIT_TEXT), ("README.txt", readme_text())):
        if held.small(path) != text:
            raise form.BagError(path, "the text every bag of this format carries", "another")
    known.held = held
    return ".", f"{len(held.files)} files, all plain and named as the format says"


def _check_payload(known: _Knowledge) -> tuple[str, str]:
    digests = form.check_manifest(known.bag(), form.PAYLOAD_MANIFEST, known.bag().payload)
    known.digests |= digests
    return form.PAYLOAD_MANIFEST, f"{len(digests)} files"


def _check_tags(known: _Knowledge) -> tuple[str, str]:
    digests = form.check_manifest(known.bag(), form.TAG_MANIFEST, known.bag().tags)
    known.digests |= digests
    return form.TAG_MANIFEST, f"{len(digests)} files"


# --- key, checkpoint, cosigners --------------------------------------------------------------------


def _check_log_key(known: _Knowledge) -> tuple[str, str]:
    line = known.bag().small(form.LOG_KEY_LINE)
    try:
        name, public_key = public_key_of(line.decode("ascii").removesuffix("\n"))
    except (UnicodeDecodeError, MalformedError) as error:
        raise form.BagError(form.LOG_KEY_LINE, "the line of an Ed25519 key", "another") from error
    # public_key_of forgives spaces around the line; a bag has one form.
    if not _KEY_NAME.fullmatch(name) or line.strip() + b"\n" != line or line.count(b"\n") != 1:
        raise form.BagError(form.LOG_KEY_LINE, "one line without spaces", "another form")
    if known.bag().small(form.LOG_KEY_PEM) != pem_of(public_key):
        raise form.BagError(form.LOG_KEY_PEM, "the key of log-key.vkey in its one form", "another")
    known.key = (name, public_key)
    return form.LOG_KEY_LINE, "log-key.vkey and log-key.pem hold the same key"


def _check_signer(known: _Knowledge) -> tuple[str, str] | _NotChecked:
    if known.anchors.fingerprint is None:
        return _NotChecked(what=form.LOG_KEY_LINE, reason="signer not checked")
    fingerprint = fingerprint_of(known.key[1])
    if fingerprint != known.anchors.fingerprint:
        raise form.BagError(form.LOG_KEY_LINE, "the fingerprint given from outside", fingerprint)
    return form.LOG_KEY_LINE, "the key has the fingerprint given"


def _check_checkpoint(known: _Knowledge) -> tuple[str, str]:
    note = known.bag().small(form.NOTE)
    name, public_key = known.key
    try:
        signed = signed_checkpoint_of(note)
    except MalformedError as error:
        raise form.BagError(form.NOTE, error.expected, error.got) from error
    mine = (name, key_hash_of(name, public_key))
    whose = [(signature.name, signature.key_hash) for signature in signed.signatures]
    if (
        signed.checkpoint.origin != name
        or whose[0] != mine
        or whose.count(mine) != 1
        or not all(map(_well_formed, signed.signatures))
    ):
        raise form.BagError(form.NOTE, "one signature by the key in log-key.vkey, first", "another")
    if not _signs(known, public_key, signed, signed.signatures[0]):
        raise form.BagError(form.NOTE, "a signature that holds", "one that does not")
    known.note, known.signed = note, signed
    return form.NOTE, f"signed by the key in log-key.vkey; {signed.checkpoint.size} entries"


def _well_formed(signature: NoteSignature) -> bool:
    return (
        bool(_KEY_NAME.fullmatch(signature.name))
        and len(signature.key_hash) == KEY_HASH_BYTES
        and bool(signature.signature)
    )


def _signs(known: _Knowledge, public_key: bytes, signed: SignedCheckpoint, signature: NoteSignature) -> bool:
    return known.signature_holds(public_key, signed.checkpoint.text().encode(), signature.signature)


def _check_cosigner(known: _Knowledge) -> tuple[str, str] | _NotChecked:
    if not known.anchors.cosigners:
        return _NotChecked(what=form.NOTE, reason="no cosigner key given")
    signed = known.checkpoint()
    for line in known.anchors.cosigners:
        name, public_key = public_key_of(line)
        whose = (name, key_hash_of(name, public_key))
        own = [signature for signature in signed.signatures if (signature.name, signature.key_hash) == whose]
        if not any(_signs(known, public_key, signed, signature) for signature in own):
            raise form.BagError(form.NOTE, f"a valid signature of the cosigner {name}", "none")
    return form.NOTE, f"{len(known.anchors.cosigners)} of {len(signed.signatures) - 1} further signatures hold"


# --- entries ---------------------------------------------------------------------------------------


def _check_inclusion(known: _Knowledge) -> tuple[str, str]:
    held, checkpoint = known.bag(), known.checkpoint().checkpoint
    for index in held.indices:
        path = form.proof_path(index)
        proof = _proof_in(held.small(path), path)
        if tlog_proof_text(index=index, hashes=proof, note=known.note) != held.small(path):
            raise form.BagError(path, "a proof of this entry under this checkpoint", "another")
        leaf = leaf_hash(held.small(form.entry_path(index, "leaf")))
        if not inclusion_holds(leaf=leaf, index=index, size=checkpoint.size, proof=proof, root=checkpoint.root):
            raise form.BagError(form.entry_path(index, "leaf"), "an entry under the checkpoint", "one that is not")
    return "custody/entries", f"{len(held.indices)} of {checkpoint.size} entries disclosed, all under the checkpoint"


def _proof_in(content: bytes, path: str) -> tuple[bytes, ...]:
    from base64 import b64decode

    head = content.split(b"\n\n", 1)[0].split(b"\n")
    try:
        return tuple(checked_hash(b64decode(line, validate=True)) for line in head[2:])
    except (ValueError, MalformedError) as error:
        raise form.BagError(path, "hashes of 32 bytes in base64", "another line") from error


def _check_commitments(known: _Knowledge) -> tuple[str, str]:
    held, parts = known.bag(), 0
    for index in held.indices:
        stored = {part: _stored(known, index, part) for part in ("leaf", "payload", "detail")}
        try:
            check_entry(
                Entry(index=index, leaf=stored["leaf"] or b"", payload=stored["payload"], detail=stored["detail"])
            )
        except CounterclaimError as error:
            raise form.BagError(form.entry_path(index, "leaf"), error.expected, error.got) from error
        leaf_in(stored["leaf"] or b"", form.entry_path(index, "leaf"))
        head: dict[str, Any] = {}
        detail: dict[str, Any] = {}
        if stored["payload"] is not None:
            head = head_in(stored["payload"], form.entry_path(index, "payload"))
            parts += 1
        if stored["detail"] is not None:
            detail = detail_in(stored["detail"], form.entry_path(index, "detail"))
            parts += 1
        known.entries[index] = (head, detail)
    return "custody/entries", f"{parts} payloads and details are those committed to"


def _stored(known: _Knowledge, index: int, part: str) -> bytes | None:
    path = form.entry_path(index, part)
    return known.bag().small(path) if path in known.digests else None


# --- publication, exhibits, time --------------------------------------------------------------------


def _check_publication(known: _Knowledge) -> tuple[str, str]:
    held = known.bag()
    manifest_sha256 = sha256_hex(held.small(form.PAYLOAD_MANIFEST))
    bound = [
        index
        for index, (head, detail) in known.entries.items()
        if head and detail and publishes(head, detail["body"], manifest_sha256)
    ]
    if len(bound) != 1:
        raise form.BagError("custody/entries", "exactly one publish entry that names this payload", str(len(bound)))
    head, body = known.entries[bound[0]][0], known.entries[bound[0]][1]["body"]
    path = form.entry_path(bound[0], "detail")
    for name, indices in _parts_here(known, bound[0]).items():
        if canonical_json(body[name]) != canonical_json(indices):
            raise form.BagError(path, f"the {name} entries its publish entry lists: {body[name]}", str(indices))
    if body["verifiers"] != {name: known.digests[name] for name in VERIFIERS}:
        raise form.BagError("verify.sh", "the checkers the publish entry names", "others")
    if held.small("bag-info.txt") != bag_info_text(at=head["at"], manifest_sha256=manifest_sha256):
        raise form.BagError("bag-info.txt", "what follows from the publish entry", "another text")
    known.case = head["case"]
    return path, f"entry {bound[0]} published this payload, these entries and these checkers"


def _parts_here(known: _Knowledge, published: int) -> dict[str, list[int]]:
    """Which entries are here beside the publish entry: all, those with a leaf alone, those without their detail."""
    others = [(index, *parts) for index, parts in sorted(known.entries.items()) if index != published]
    return {
        "disclosed": [index for index, _, _ in others],
        "sealed": [index for index, head, _ in others if not head],
        "withheld": [index for index, head, detail in others if head and not detail],
    }


def _check_exhibits(known: _Knowledge) -> tuple[str, str] | _NotChecked:
    exhibits = known.bag().exhibits
    unanswered: list[str] = []
    for number, path in exhibits:
        admitted = _admitted(known, number)
        if not admitted:
            unanswered.append(path)
        elif known.digests[path] not in frozenset().union(*admitted):
            raise form.BagError(path, "the bytes that were admitted", "other bytes")
    if unanswered:
        return _NotChecked(what=unanswered[0], reason="no admit entry disclosed")
    if not exhibits:
        return _NotChecked(what="data/exhibits", reason="no exhibit files in this bag")
    return "data/exhibits", f"{len(exhibits)} files are those that were admitted"


def _admitted(known: _Knowledge, number: int) -> list[frozenset[str]]:
    """Give the output digests of each disclosed admit entry of this case that names the exhibit."""
    return [
        frozenset(detail["outputs"])
        for head, detail in known.entries.values()
        if head and detail and head["kind"] == "admit" and head["case"] == known.case and number in head["exhibits"]
    ]


def _check_timestamp(known: _Knowledge) -> tuple[str, str] | _NotChecked:
    held = known.bag()
    note = held.small(form.NOTE)
    for path in held.tokens:
        _check_imprint(held.small(path), note, path)
    roots = known.anchors.tsa_roots
    if roots is None:
        told = f"{len(held.tokens)} tokens over this checkpoint; no TSA roots given"
        return _NotChecked(what="custody/tokens", reason=told if held.tokens else "no token, and no TSA roots given")
    if not held.tokens:
        raise form.BagError("custody/tokens", "a token for these roots to confirm", "none")
    confirmed = [_confirmed(known, path, note, roots) for path in held.tokens]
    return "custody/tokens", f"{confirmed[0]}; {len(confirmed)} tokens confirmed"


def _confirmed(known: _Knowledge, path: str, note: bytes, roots: bytes) -> str:
    try:
        return known.token_holds(known.bag().small(path), note, roots)
    except CounterclaimError as error:
        raise form.BagError(path, error.expected, error.got) from error


def _check_imprint(token: bytes, message: bytes, path: str) -> None:
    """Check without any anchor that the token is over these bytes. RFC 3161 section 2.4.2. Raises BagError."""
    try:
        imprint = decode_timestamp_response(token).tst_info.message_imprint
        algorithm, digest = _IMPRINTS.get(imprint.hash_algorithm.dotted_string, ""), imprint.message
    except (ValueError, TypeError) as error:
        raise form.BagError(path, "a timestamp response in DER", type(error).__name__) from error
    if not algorithm or hashlib.new(algorithm, message).digest() != digest:
        raise form.BagError(path, "a timestamp of this checkpoint", "one of other bytes")


# Each check with the names of those that must have been reached and not have failed before it.
_CHECKS: dict[str, tuple[Callable[[_Knowledge], tuple[str, str] | _NotChecked], tuple[str, ...]]] = {
    "form": (_check_form, ()),
    "payload": (_check_payload, ("form",)),
    "tag files": (_check_tags, ("form",)),
    "log key": (_check_log_key, ("payload", "tag files")),
    "signer": (_check_signer, ("log key",)),
    "checkpoint": (_check_checkpoint, ("log key",)),
    "cosigner": (_check_cosigner, ("checkpoint",)),
    "inclusion": (_check_inclusion, ("checkpoint",)),
    "commitments": (_check_commitments, ("inclusion",)),
    "publication": (_check_publication, ("commitments",)),
    "exhibits": (_check_exhibits, ("publication",)),
    "timestamp": (_check_timestamp, ("payload", "tag files")),
}
