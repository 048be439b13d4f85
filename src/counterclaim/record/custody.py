"""Custody events, RFC 6962 hashing and proofs; refuses a hash that is not 32 bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from counterclaim.record.canonical import canonical_json, plain_of_json, sha256_hex
from counterclaim.record.errors import IntegrityError, MalformedError

HASH_BYTES = 32  # SHA-256; RFC 6962 section 2.1
SALT_BYTES = 16  # 128 bits: a leaf must not be guessable from a guessed payload
LEAF_VERSION = 1

EventClass = Literal["act", "viewing", "record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """The program that acted, by name and version."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One act to be entered in the log.

    `actor` is the pseudonym of a person in this case; `at` is UTC, RFC 3339 with `Z`. `exhibits`
    are numbers in the case. `inputs` and `outputs` are SHA-256 hex digests. `body` holds plain
    JSON values without floats: what the views are folded from.
    """

    kind: str
    event_class: EventClass
    at: str
    actor: str
    case: str
    tool: Tool
    basis: str
    exhibits: tuple[int, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event as the log holds it: three byte strings, each committing to the next.

    `leaf` is what the Merkle tree hashes; it carries only the class and a commitment to `payload`.
    `payload` (who, what kind, when, which exhibit numbers) commits to `detail` (digests, names, bodies).
    Each of the two carries a 128-bit salt that is destroyed with it. Erased parts are None.
    """

    index: int
    leaf: bytes
    payload: bytes | None
    detail: bytes | None

    def event(self) -> Event | None:
        """The event, or None where its payload or detail was erased. Raises MalformedError."""
        if self.payload is None or self.detail is None:
            return None
        return event_of(self.payload, self.detail)


def entry_of(event: Event, *, index: int, salts: tuple[bytes, bytes]) -> Entry:
    """Seal `event` as the log's entry number `index` with two fresh 16-byte salts."""
    if any(len(salt) != SALT_BYTES for salt in salts):
        raise MalformedError(f"two salts of {SALT_BYTES} bytes", str([len(salt) for salt in salts]))
    detail = canonical_json(
        {"salt": salts[1].hex(), "inputs": list(event.inputs), "outputs": list(event.outputs), "body": event.body}
    )
    payload = canonical_json(
        {
            "v": LEAF_VERSION,
            "salt": salts[0].hex(),
            "kind": event.kind,
            "at": event.at,
            "actor": event.actor,
            "case": event.case,
            "tool": {"name": event.tool.name, "version": event.tool.version},
            "basis": event.basis,
            "exhibits": list(event.exhibits),
            "detail_sha256": sha256_hex(detail),
        }
    )
    leaf = canonical_json({"v": LEAF_VERSION, "class": event.event_class, "payload_sha256": sha256_hex(payload)})
    return Entry(index=index, leaf=leaf, payload=payload, detail=detail)


def event_of(payload: bytes, detail: bytes) -> Event:
    """Read an event back from its stored bytes. Raises MalformedError."""
    head, rest = plain_of_json(payload), plain_of_json(detail)
    if not isinstance(head, dict) or not isinstance(rest, dict):
        raise MalformedError("two JSON objects", "something else")
    try:
        values: dict[str, Any] = {**head, **rest}
        return Event(
            kind=values["kind"],
            event_class=class_of(values["kind"]),
            at=values["at"],
            actor=values["actor"],
            case=values["case"],
            tool=Tool(name=values["tool"]["name"], version=values["tool"]["version"]),
            basis=values["basis"],
            exhibits=tuple(values["exhibits"]),
            inputs=tuple(values["inputs"]),
            outputs=tuple(values["outputs"]),
            body=values["body"],
        )
    except (KeyError, TypeError) as error:
        raise MalformedError("an event's fields", f"{type(error).__name__}: {error}") from error


ACT_KINDS = frozenset(
    {
        "accept", "admit", "assess", "edit", "erase", "examine", "fetch", "not_used", "publish", "read", "redact",
        "reject", "transfer", "weigh", "withdraw",
    }
)  # fmt: skip
RECORD_KINDS = frozenset(
    {
        "ask", "attest_time", "backup", "case_opened", "consent_given", "consent_withdrawn", "correction", "cosign",
        "disclose_findings", "inquiry", "migrate", "particulars_requested", "preliminary_assessment", "reply_received",
        "role_granted", "rotate_key", "scrub", "vault_created",
    }
)  # fmt: skip
EVENT_KINDS = ACT_KINDS | RECORD_KINDS | {"view"}


def class_of(kind: str) -> EventClass:
    """The class of an event kind: an act on the evidence, a mere viewing, or a record of the case."""
    if kind == "view":
        return "viewing"
    if kind in ACT_KINDS:
        return "act"
    if kind in RECORD_KINDS:
        return "record"
    raise MalformedError("a kind of custody event", repr(kind))


def check_entry(entry: Entry) -> None:
    """Check each commitment over the bytes as stored. Raises IntegrityError."""
    leaf = plain_of_json(entry.leaf)
    if not isinstance(leaf, dict) or canonical_json(leaf) != entry.leaf:
        raise IntegrityError(f"entry {entry.index}: a canonical leaf", "other bytes")
    if entry.payload is None:
        return
    if leaf.get("payload_sha256") != sha256_hex(entry.payload):
        raise IntegrityError(f"entry {entry.index}: the payload its leaf commits to", "other bytes")
    payload = plain_of_json(entry.payload)
    if not isinstance(payload, dict) or leaf.get("class") != class_of(str(payload.get("kind"))):
        raise IntegrityError(f"entry {entry.index}: the class of its kind", str(leaf.get("class")))
    if entry.detail is not None and payload.get("detail_sha256") != sha256_hex(entry.detail):
        raise IntegrityError(f"entry {entry.index}: the detail its payload commits to", "other bytes")


# --- RFC 6962 section 2.1: hashing -------------------------------------------------------------


def checked_hash(digest: bytes) -> bytes:
    """The digest itself if it has exactly 32 bytes. Raises MalformedError."""
    if len(digest) != HASH_BYTES:
        raise MalformedError(f"a hash of exactly {HASH_BYTES} bytes", f"{len(digest)} bytes")
    return digest


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 || leaf): 32 bytes. RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right): 32 bytes. RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x01" + checked_hash(left) + checked_hash(right)).digest()


EMPTY_ROOT = hashlib.sha256(b"").digest()


def split_of(size: int) -> int:
    """The largest power of two smaller than `size` (size > 1). RFC 6962 section 2.1."""
    return 1 << (size - 1).bit_length() - 1


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The Merkle tree hash over leaf hashes (each 32 bytes), in order. Iterative, O(n)."""
    if not hashes:
        return EMPTY_ROOT
    level = [checked_hash(digest) for digest in hashes]
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def inclusion_proof(hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """PATH(index, leaves), nearest sibling first. RFC 6962 section 2.1.1. Raises MalformedError."""
    if not 0 <= index < len(hashes):
        raise MalformedError(f"an index within 0..{len(hashes) - 1}", str(index))
    path: list[bytes] = []
    low, high = 0, len(hashes)
    while high - low > 1:
        middle = low + split_of(high - low)
        if index < middle:
            path.append(root_of(hashes[middle:high]))
            high = middle
        else:
            path.append(root_of(hashes[low:middle]))
            low = middle
    return tuple(reversed(path))


def inclusion_holds(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` leads from the leaf hash at `index` to `root` of a tree of `size`. RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size or any(len(digest) != HASH_BYTES for digest in (leaf, root, *proof)):
        return False
    node, last, digest = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            digest = node_hash(sibling, digest)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and digest == root


def consistency_proof(hashes: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """PROOF(old_size, leaves). RFC 6962 section 2.1.2; empty for old sizes 0 and n. Raises MalformedError."""
    if not 0 <= old_size <= len(hashes):
        raise MalformedError(f"an old size within 0..{len(hashes)}", str(old_size))
    if old_size in (0, len(hashes)):
        return ()
    path: list[bytes] = []
    low, high, complete = 0, len(hashes), True
    while old_size != high:
        middle = low + split_of(high - low)
        if old_size <= middle:
            path.append(root_of(hashes[middle:high]))
            high = middle
        else:
            path.append(root_of(hashes[low:middle]))
            low, complete = middle, False
    if not complete:
        path.append(root_of(hashes[low:high]))
    return tuple(reversed(path))


def consistency_holds(*, old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `size` extends the tree of `old_size`. RFC 9162 section 2.1.4.2, with the empty tree."""
    if not 0 <= old_size <= size or any(len(digest) != HASH_BYTES for digest in (old_root, root, *proof)):
        return False
    if old_size == size:
        return not proof and old_root == root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not path:
        return False
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_digest = digest = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old_digest, digest = node_hash(sibling, old_digest), node_hash(sibling, digest)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old_digest == old_root and digest == root
