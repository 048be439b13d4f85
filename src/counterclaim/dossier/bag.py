"""A published bag a stranger can check without our software; refuses to write one that would not pass its own check."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from counterclaim.dossier import bag_custody as custody_text
from counterclaim.dossier import bag_form as form
from counterclaim.dossier.bag_complete import Told, complete_words
from counterclaim.dossier.bag_entry import BODY_FIELDS, head_in
from counterclaim.record.canonical import plain_of_json, sha256_hex
from counterclaim.record.checkpoint import Checkpoint, public_key_of, signed_checkpoint_of
from counterclaim.record.custody import Entry, check_entry, leaf_hash
from counterclaim.record.errors import MalformedError, StorageError, UsageError
from counterclaim.record.history import HistoriesProof
from counterclaim.record.multiproof import root_of_multiproof

VERIFIERS = ("verify.sh", "verify.py")
_EXECUTABLE = 0o755


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """One entry as its recipient sees it: stored bytes, withheld parts None."""

    index: int
    leaf: bytes
    payload: bytes | None
    detail: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """What ties a bag to its log.

    `note` is the signed checkpoint with the log's signature alone, `verifier_key` the log's vkey line. `proof` leads
    from all `entries` to the note's root (record.multiproof), `histories` from the exhibits' histories to its root
    of histories. `cosignatures` are lines with their LF, `consistency` proofs from earlier sizes to this one,
    `tokens` whole TimeStampResp DER over exactly `note`.
    """

    note: bytes
    verifier_key: str
    entries: Sequence[Disclosed]
    proof: Sequence[bytes]
    histories: HistoriesProof | None = None
    cosignatures: Sequence[str] = ()
    consistency: Mapping[int, Sequence[bytes]] = field(default_factory=dict)
    tokens: Sequence[bytes] = ()


def manifest_of(payload: Mapping[str, bytes]) -> bytes:
    """Give the payload manifest over {path under `data/`: bytes}, in the one canonical form.

    Keys are full bag paths (`data/dossier.html`). Raises BagError for a path the format does not name.
    """
    for path in payload:
        if not path.startswith("data/"):
            raise form.BagError(path, "payload paths under data/", "another")
        form.check_path(path)
    return form.manifest_text({path: sha256_hex(content) for path, content in payload.items()})


def verifier_files() -> Mapping[str, bytes]:
    """Give the two checkers that travel in every bag: {"verify.sh": ..., "verify.py": ...}."""
    return {name: _shipped(name) for name in VERIFIERS}


def _shipped(name: str) -> bytes:
    return files("counterclaim.dossier").joinpath("verifier", name).read_bytes()


def readme_text() -> bytes:
    """Give the README of every bag; its bytes are fixed, and both checkers carry its digest."""
    return _shipped("README.txt")


def publish_body(
    *,
    payload: Mapping[str, bytes],
    profile: str,
    recipient: str | None,
    disclosed: Sequence[int],
    sealed: Sequence[int] = (),
    withheld: Sequence[int] = (),
    exhibits: Sequence[int] = (),
) -> dict[str, Any]:
    """Give the body of the log's publish entry that binds a bag: exactly these eight fields (docs/SPEC-bag.md).

    `disclosed` are the indices of all other entries that will be in the bag; of those, `sealed` come with their leaf
    alone and `withheld` with leaf and payload, without the detail. All entries about `exhibits` are among them.
    Raises MalformedError where the lists do not fit.
    """
    parts = [*sealed, *withheld]
    if len({*parts}) != len(parts) or not {*parts}.issubset(disclosed):
        raise MalformedError("sealed and withheld entries apart, each among those disclosed", str(sorted(parts)))
    return {
        "profile": profile,
        "recipient": recipient,
        "manifest_sha256": sha256_hex(manifest_of(payload)),
        "disclosed": sorted(disclosed),
        "sealed": sorted(sealed),
        "withheld": sorted(withheld),
        "exhibits": sorted({*exhibits}),
        "verifiers": {name: sha256_hex(content) for name, content in verifier_files().items()},
    }


def bag_info_text(*, at: str, manifest_sha256: str) -> bytes:
    """Give the bag-info.txt that follows from the publish entry alone, so that no line of it is unbound."""
    return (
        f"Bag-Software-Agent: counterclaim\nBagging-Date: {at[:10]}\nExternal-Identifier: {manifest_sha256}\n".encode()
    )


def pem_of(public_key: bytes) -> bytes:
    """Give the SubjectPublicKeyInfo PEM of a 32-byte Ed25519 key (RFC 8410)."""
    return Ed25519PublicKey.from_public_bytes(public_key).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def write_bag(into: Path, *, payload: Mapping[str, bytes], custody: Custody) -> None:
    """Write the bag as folder `into`: complete under a temporary name beside it, then renamed.

    Raises UsageError where `into` exists, MalformedError where the entries do not bind this payload, BagError where
    an entry about an exhibit is missing, StorageError where the disk fails (nothing is left behind).
    """
    check_free(into)
    content = _content_of(payload, custody)
    temporary: Path | None = None
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{into.name}.", dir=into.parent))
        put_in_place(temporary, into, content=content)
    except OSError as error:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        raise StorageError("room for a bag", f"{error.strerror}") from error


def check_free(into: Path) -> None:
    """Refuse a place that holds something. Raises UsageError."""
    if into.exists() or into.is_symlink():
        raise UsageError(
            "a folder that does not exist yet",
            str(into.name),
            remedy="Name another folder; a bag is never overwritten.",
        )


def put_in_place(temporary: Path, into: Path, *, content: Mapping[str, bytes]) -> None:
    """Write `content` into the folder `temporary` and rename it to `into`. Raises OSError."""
    for path, data in sorted(content.items()):
        _write(temporary / path, data)
    for name in VERIFIERS:
        (temporary / name).chmod(_EXECUTABLE)
    temporary.rename(into)
    _sync_folder(into.parent)


def _content_of(payload: Mapping[str, bytes], custody: Custody) -> dict[str, bytes]:
    """Every file of the bag by path, both manifests included."""
    manifest = manifest_of(payload)
    publication = _publication_of(manifest, custody.entries)
    _, public_key = public_key_of(custody.verifier_key)
    content = {
        "bagit.txt": form.BAGIT_TEXT,
        "bag-info.txt": bag_info_text(at=_field(publication.payload, "at"), manifest_sha256=sha256_hex(manifest)),
        form.PAYLOAD_MANIFEST: manifest,
        form.NOTE: custody.note,
        form.LOG_KEY_LINE: custody.verifier_key.strip().encode("ascii") + b"\n",
        form.LOG_KEY_PEM: pem_of(public_key),
        "README.txt": readme_text(),
        **verifier_files(),
        **_custody_files(custody, publication, payload),
        **{f"custody/tokens/{number}.tsr": token for number, token in enumerate(custody.tokens, 1)},
    }
    for entry in custody.entries:
        parts = {"payload": entry.payload, "detail": entry.detail}
        content |= {form.entry_path(entry.index, part): stored for part, stored in parts.items() if stored is not None}
    content[form.TAG_MANIFEST] = form.manifest_text({path: sha256_hex(data) for path, data in content.items()})
    return content | dict(payload)


def _custody_files(custody: Custody, publication: Disclosed, payload: Mapping[str, bytes]) -> dict[str, bytes]:
    """The proofs and the lines beside the note, each checked as far as it can be without a key."""
    checkpoint = signed_checkpoint_of(custody.note).checkpoint
    _check_entries(custody, checkpoint)
    told = _told_by(custody, publication)
    missing = {number for number, _ in form.exhibits_in(payload)}.difference(told.exhibits)
    if missing:
        raise MalformedError("a publish entry that names every exhibit whose file is here", f"without {min(missing)}")
    files = {
        form.LEAVES: custody_text.leaves_text(told.leaves),
        form.LEAVES_PROOF: custody_text.hashes_text(custody.proof),
    }
    if told.exhibits:
        histories = custody.histories or HistoriesProof(histories=(), proof=())
        complete_words(told, histories, checkpoint.histories or b"")
        files[form.HISTORIES] = custody_text.histories_text(histories.histories)
        files[form.HISTORIES_PROOF] = custody_text.hashes_text(histories.proof)
    if custody.cosignatures:
        files[form.COSIGNATURES] = "".join(custody.cosignatures).encode("utf-8")
        custody_text.cosignatures_in(files[form.COSIGNATURES])
    if custody.consistency:
        files[form.CONSISTENCY] = custody_text.consistency_text(custody.consistency)
        custody_text.consistency_in(files[form.CONSISTENCY], size=checkpoint.size)
    return files


def _check_entries(custody: Custody, checkpoint: Checkpoint) -> None:
    for entry in custody.entries:
        check_entry(Entry(index=entry.index, leaf=entry.leaf, payload=entry.payload, detail=entry.detail))
    leaves = {entry.index: leaf_hash(entry.leaf) for entry in custody.entries}
    if root_of_multiproof(leaves, checkpoint.size, custody.proof) != checkpoint.root:
        raise MalformedError("entries with a proof under this checkpoint", "another proof")


def _told_by(custody: Custody, publication: Disclosed) -> Told:
    heads = {
        entry.index: head_in(entry.payload, form.entry_path(entry.index, "payload"))
        for entry in custody.entries
        if entry.payload is not None
    }
    return Told(
        exhibits=_body_of(publication)["exhibits"],
        leaves={entry.index: entry.leaf for entry in custody.entries},
        heads=heads,
        withheld={entry.index for entry in custody.entries if entry.index in heads and entry.detail is None},
        case=heads[publication.index]["case"],
    )


def _field(content: bytes | None, name: str) -> str:
    plain = plain_of_json(content or b"null")
    return str(plain.get(name)) if isinstance(plain, dict) else ""


def _publication_of(manifest: bytes, disclosed: Sequence[Disclosed]) -> Disclosed:
    """Give the one publish entry that names this manifest and the other entries. Raises MalformedError."""
    bound = [entry for entry in disclosed if _publishes(entry, sha256_hex(manifest))]
    if len(bound) != 1:
        raise MalformedError("exactly one publish entry that names this payload", str(len(bound)))
    body = _body_of(bound[0])
    others = [entry for entry in disclosed if entry is not bound[0]]
    wanted = {
        "disclosed": sorted(entry.index for entry in others),
        "sealed": sorted(entry.index for entry in others if entry.payload is None),
        "withheld": sorted(entry.index for entry in others if entry.payload is not None and entry.detail is None),
        "verifiers": {name: sha256_hex(content) for name, content in verifier_files().items()},
    }
    for name, value in wanted.items():
        if body.get(name) != value:
            raise MalformedError(f"a publish entry that says of {name}: {value}", str(body.get(name)))
    return bound[0]


def _publishes(entry: Disclosed, manifest_sha256: str) -> bool:
    return (
        entry.payload is not None
        and entry.detail is not None
        and _field(entry.payload, "kind") == "publish"
        and frozenset(_body_of(entry)) == BODY_FIELDS
        and _body_of(entry).get("manifest_sha256") == manifest_sha256
    )


def _body_of(entry: Disclosed) -> dict[str, Any]:
    plain = plain_of_json(entry.detail or b"null")
    body = plain.get("body") if isinstance(plain, dict) else None
    return body if isinstance(body, dict) else {}


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows opens no folder; NTFS journals the rename
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
