"""Checks who signed a bag's checkpoint and what it extends; refuses a signature of any other form than the one."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from counterclaim.dossier import bag_form as form
from counterclaim.dossier.bag import pem_of
from counterclaim.dossier.bag_custody import consistency_in, cosignatures_in
from counterclaim.dossier.bag_known import Answer, Knowledge, NotChecked
from counterclaim.record.checkpoint import (
    KEY_HASH_BYTES,
    NoteSignature,
    SignedCheckpoint,
    fingerprint_of,
    key_hash_of,
    public_key_of,
    signed_checkpoint_of,
)
from counterclaim.record.cosignature import cosigned_at, cosigner_key_of
from counterclaim.record.custody import consistency_holds
from counterclaim.record.errors import MalformedError

_P = 2**255 - 19  # RFC 8032 section 5.1: the prime of the field
_EIGHTH_Y = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)  # y of four points of order eight; of the other four it is p minus this
_KEY_NAME = re.compile(r"[!-*,-~]{1,200}")


def check_log_key(known: Knowledge) -> Answer:
    """Whether both files of the log's key are in their one form and hold the same key."""
    line = known.bag().small(form.LOG_KEY_LINE)
    try:
        name, public_key = public_key_of(line.decode("ascii").removesuffix("\n"))
    except (UnicodeDecodeError, MalformedError) as error:
        raise form.BagError(form.LOG_KEY_LINE, "the line of an Ed25519 key", "another") from error
    # public_key_of forgives spaces around the line; a bag has one form.
    if not _KEY_NAME.fullmatch(name) or line.strip() + b"\n" != line or line.count(b"\n") != 1:
        raise form.BagError(form.LOG_KEY_LINE, "one line without spaces", "another form")
    if is_weak(public_key):
        raise form.BagError(form.LOG_KEY_LINE, "a key that one person alone can sign for", "one of small order")
    if known.bag().small(form.LOG_KEY_PEM) != pem_of(public_key):
        raise form.BagError(form.LOG_KEY_PEM, "the key of log-key.vkey in its one form", "another")
    known.key = (name, public_key)
    return form.LOG_KEY_LINE, "log-key.vkey and log-key.pem hold the same key"


def is_weak(public_key: bytes) -> bool:
    """Whether the key is of small order, so that anybody can sign for it, or its y is not written modulo p.

    Libraries differ over such keys: Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", 2020.
    """
    y = int.from_bytes(public_key, "little") & (2**255 - 1)
    return y >= _P - 1 or y in {0, 1, _EIGHTH_Y, _P - _EIGHTH_Y}


def check_cosigner_key(vkey: str) -> None:
    """Check that a cosigner's key line is one by which a signature says who signed. Raises MalformedError."""
    _, public_key = cosigner_key_of(vkey)
    if is_weak(public_key):
        raise MalformedError("a cosigner's key that one person alone can sign for", "one of small order")


def check_signer(known: Knowledge) -> Answer:
    """Whether the key is the one whose fingerprint was given from outside."""
    if known.anchors.fingerprint is None:
        return NotChecked(what=form.LOG_KEY_LINE, reason="signer not checked")
    fingerprint = fingerprint_of(known.key[1])
    if fingerprint != known.anchors.fingerprint:
        raise form.BagError(form.LOG_KEY_LINE, "the fingerprint given from outside", fingerprint)
    return form.LOG_KEY_LINE, "the key has the fingerprint given"


def check_checkpoint(known: Knowledge) -> Answer:
    """Whether the note is a checkpoint with a root of histories, signed by the log's key and nobody else."""
    note = known.bag().small(form.NOTE)
    signed = _signed_by_log(known, note, form.NOTE)
    if len(signed.signatures) != 1:
        raise form.BagError(form.NOTE, f"the log's signature alone; others stand in {form.COSIGNATURES}", "more")
    if signed.checkpoint.histories is None:
        raise form.BagError(form.NOTE, "a fourth line, the root of histories", "none")
    known.note, known.signed = note, signed
    return form.NOTE, f"signed by the key in log-key.vkey; {signed.checkpoint.size} entries"


def _signed_by_log(known: Knowledge, note: bytes, what: str) -> SignedCheckpoint:
    """Read a note whose first signature, and only that, is the log's, and holds. Raises BagError."""
    name, public_key = known.key
    try:
        signed = signed_checkpoint_of(note)
    except MalformedError as error:
        raise form.BagError(what, error.expected, error.got) from error
    mine = (name, key_hash_of(name, public_key))
    whose = [(signature.name, signature.key_hash) for signature in signed.signatures]
    well_formed = all(map(_well_formed, signed.signatures))
    if signed.checkpoint.origin != name or whose[0] != mine or whose.count(mine) != 1 or not well_formed:
        raise form.BagError(what, "one signature by the key in log-key.vkey, first", "another")
    text = signed.checkpoint.text().encode()
    if not known.signature_holds(public_key, text, signed.signatures[0].signature):
        raise form.BagError(what, "a signature that holds", "one that does not")
    return signed


def _well_formed(signature: NoteSignature) -> bool:
    return (
        bool(_KEY_NAME.fullmatch(signature.name))
        and len(signature.key_hash) == KEY_HASH_BYTES
        and bool(signature.signature)
    )


def check_cosigner(known: Knowledge) -> Answer:
    """Whether each cosigner whose key was given signed this very checkpoint, and when by its own clock."""
    here = form.COSIGNATURES in known.digests
    lines = cosignatures_in(known.bag().small(form.COSIGNATURES)) if here else ()
    if not known.anchors.cosigners:
        reason = f"{len(lines)} cosignatures; no cosigner key given" if lines else "no cosigner key given"
        return NotChecked(what=form.COSIGNATURES, reason=reason)
    return form.COSIGNATURES, "; ".join(_cosigned(known, vkey, lines) for vkey in known.anchors.cosigners)


def _cosigned(known: Knowledge, vkey: str, lines: tuple[NoteSignature, ...]) -> str:
    text = known.checkpoint().checkpoint.text().encode()
    name, _ = cosigner_key_of(vkey)
    for line in lines:
        seen = cosigned_at(line, checkpoint_text=text, vkey=vkey, signature_holds=known.signature_holds)
        if seen is not None:
            return f"cosigned by {name} (seen by {datetime.fromtimestamp(seen, UTC):%Y-%m-%dT%H:%M:%SZ})"
    raise form.BagError(form.COSIGNATURES, f"a cosignature of {name} that holds", "none")


def check_consistency(known: Knowledge) -> Answer:
    """Whether the log still begins with all that an earlier checkpoint, given from outside, committed to."""
    now, here = known.checkpoint().checkpoint, form.CONSISTENCY in known.digests
    proofs = consistency_in(known.bag().small(form.CONSISTENCY), size=now.size) if here else {}
    if known.anchors.checkpoint is None:
        reason = (
            f"proofs from {len(proofs)} earlier checkpoints; none given" if proofs else "no earlier checkpoint given"
        )
        return NotChecked(what=form.CONSISTENCY, reason=reason)
    old = _signed_by_log(known, known.anchors.checkpoint, "the earlier checkpoint").checkpoint
    if old.size > now.size:
        reason = f"the checkpoint given is of {old.size} entries, newer than this bag"
        return NotChecked(what=form.CONSISTENCY, reason=reason)
    if old.size == now.size:
        if old != now:
            raise form.BagError(form.NOTE, "the checkpoint given, which is of as many entries", "another")
        return form.NOTE, "the very checkpoint that was given"
    if old.size not in proofs:
        raise form.BagError(form.CONSISTENCY, f"a proof from the checkpoint of {old.size} entries", "none")
    proof = proofs[old.size]
    if not consistency_holds(old_size=old.size, old_root=old.root, size=now.size, root=now.root, proof=proof):
        raise form.BagError(form.CONSISTENCY, f"a log that begins with the {old.size} entries of old", "another log")
    return form.CONSISTENCY, f"the log begins with the {old.size} entries of the checkpoint given"
