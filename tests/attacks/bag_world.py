"""A small log in memory, bags made from it, and the forgeries they must withstand; all people and keys are invented."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509 import load_pem_x509_certificates
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from counterclaim.dossier.bag import Custody, Disclosed, pem_of, publish_body, write_bag
from counterclaim.dossier.bag_custody import consistency_text, hashes_text, histories_text, leaves_text
from counterclaim.record.canonical import canonical_json, sha256_hex
from counterclaim.record.checkpoint import (
    Checkpoint,
    NoteSignature,
    SignedCheckpoint,
    fingerprint_of,
    key_hash_of,
    verifier_key_of,
)
from counterclaim.record.cosignature import cosignature_line, cosigned_message, cosigner_vkey_of
from counterclaim.record.custody import Entry, Event, Tool, consistency_proof, entry_of, leaf_hash, root_of
from counterclaim.record.errors import IntegrityError
from counterclaim.record.history import (
    HistoriesProof,
    History,
    Placed,
    branches_of,
    history_key,
    map_nodes,
    map_root,
)
from counterclaim.record.multiproof import siblings_of

AT = "2031-05-04T09:30:00Z"
NAME = "example.org/log"
PICTURE = b"the bytes of an invented picture"
PARTNER = "partner.example"
SEEN = 1935653400  # 2031-05-04T09:30:00Z, by the cosigner's own clock


def key_of_seed(seed: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())


def public_of(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def signature_of(key: Ed25519PrivateKey, name: str, text: bytes) -> NoteSignature:
    return NoteSignature(name=name, key_hash=key_hash_of(name, public_of(key)), signature=key.sign(text))


def signature_holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def token_holds(token: bytes, message: bytes, roots_pem: bytes) -> str:
    try:
        response = decode_timestamp_response(token)
        verifier = VerifierBuilder(roots=load_pem_x509_certificates(roots_pem)).build()
        verifier.verify_message(response, message)
    except (ValueError, VerificationError) as error:
        raise IntegrityError("a token these roots confirm", str(error)) from error
    return f"timestamped by a test authority (these bytes existed by {response.tst_info.gen_time.isoformat()})"


Exhibit = tuple[str, int]
"""The case and the number of an exhibit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A whole log: its entries, its key, the key of one cosigner."""

    entries: tuple[Entry, ...]
    key: Ed25519PrivateKey
    cosigner: Ed25519PrivateKey

    def note(self, size: int | None = None, *, histories: bytes | None = None) -> bytes:
        return self.signed(self.checkpoint(size, histories=histories))

    def checkpoint(self, size: int | None = None, *, histories: bytes | None = None) -> Checkpoint:
        size = len(self.entries) if size is None else size
        placed = {one.key: one.digest() for one in self.histories(size).values()}
        root = root_of(self.hashes()[:size])
        return Checkpoint(origin=NAME, size=size, root=root, histories=histories or map_root(placed))

    def signed(self, checkpoint: Checkpoint) -> bytes:
        own = signature_of(self.key, NAME, checkpoint.text().encode())
        return SignedCheckpoint(checkpoint=checkpoint, signatures=(own,)).note()

    def cosignature(self, size: int | None = None, *, time: int = SEEN) -> str:
        return cosignature_by(self.cosigner, self.checkpoint(size), time=time)

    def hashes(self) -> list[bytes]:
        return [leaf_hash(entry.leaf) for entry in self.entries]

    def proof(self, indices: Iterable[int], size: int | None = None) -> tuple[bytes, ...]:
        size = len(self.entries) if size is None else size
        return multiproof_in(self.hashes()[:size], sorted(indices))

    def histories(self, size: int | None = None) -> dict[Exhibit, History]:
        """Fold the exhibits' histories from the first `size` entries, as a vault does."""
        abouts: dict[Exhibit, list[int]] = {}
        for entry in self.entries[:size]:
            event = entry.event()
            for number in event.exhibits if event else ():
                abouts.setdefault((event.case, number), []).append(entry.index)
        return {exhibit: self.history(exhibit[1], tuple(indices)) for exhibit, indices in abouts.items()}

    def history(self, number: int, entries: tuple[int, ...], *, key: bytes | None = None) -> History:
        first = leaf_hash(self.entries[entries[0]].leaf)
        salt = hashlib.sha256(f"salt of {number} {entries}".encode()).digest()[:16]
        return History(exhibit=number, key=key or history_key(first, number), entries=entries, salt=salt)

    def complete(self, exhibits: Iterable[int], *, changed: Mapping[Exhibit, History] | None = None) -> HistoriesProof:
        """Give the histories of these exhibits of the case with their proof; `changed` are put into the map instead."""
        everything = {**self.histories(), **(changed or {})}
        return histories_proof_in(everything.values(), [everything[CASE, number] for number in exhibits])

    def consistency(self, *old_sizes: int) -> dict[int, tuple[bytes, ...]]:
        return {old: consistency_proof(self.hashes(), old) for old in old_sizes}

    def disclosed(self, index: int, *, detail: bool = True, payload: bool = True) -> Disclosed:
        entry = self.entries[index]
        return Disclosed(
            index=index,
            leaf=entry.leaf,
            payload=entry.payload if payload else None,
            detail=entry.detail if detail and payload else None,
        )


def cosignature_by(key: Ed25519PrivateKey, checkpoint: Checkpoint, *, time: int = SEEN, name: str = PARTNER) -> str:
    signature = key.sign(cosigned_message(checkpoint.text().encode(), time))
    return cosignature_line(name=name, public_key=public_of(key), time=time, signature=signature)


def multiproof_in(hashes: list[bytes], indices: list[int]) -> tuple[bytes, ...]:
    """Work the siblings out from all leaf hashes: each node is the root of the leaves it covers."""
    size = len(hashes)
    return tuple(
        root_of(hashes[index << level : min((index + 1) << level, size)]) for level, index in siblings_of(indices, size)
    )


def histories_proof_in(everything: Iterable[History], wanted: Iterable[History]) -> HistoriesProof:
    """Work the proof out from the whole map."""
    nodes = map_nodes({one.key: one.digest() for one in everything})
    placed: list[tuple[History, Placed]] = []
    for one in sorted(wanted, key=lambda history: history.key):
        depth = next(
            depth
            for depth in range(257)
            if nodes.get(Placed(key=one.key, depth=depth, digest=one.digest()).way()) == one.digest()
        )
        placed.append((one, Placed(key=one.key, depth=depth, digest=one.digest())))
    ways = [place.way() for _, place in placed]
    proof = tuple(nodes.get(way, bytes(32)) for way in branches_of(ways))
    return HistoriesProof(histories=tuple((one, place.depth) for one, place in placed), proof=proof)


def event_of_kind(
    kind: str,
    *,
    exhibits: tuple[int, ...] = (),
    outputs: tuple[str, ...] = (),
    body: Mapping | None = None,
    case: str = "harbour",
) -> Event:
    from counterclaim.record.custody import class_of

    return Event(
        kind=kind,
        event_class=class_of(kind),
        at=AT,
        actor="person-3f",
        case=case,
        tool=Tool(name="counterclaim", version="0.1"),
        basis='legitimate interest; said "so" by Ülkər\n',
        exhibits=exhibits,
        outputs=outputs,
        body=body or {},
    )


def payload_files(extra: str = "") -> dict[str, bytes]:
    return {
        "data/dossier.html": f"<!doctype html><title>Harbour</title><p>An invented dossier. {extra}".encode(),
        "data/dossier.pdf": b"%PDF-1.7 invented",
        "data/exhibits/E1.jpg": PICTURE,
        "data/interchange/case.json": b"{}",
    }


TAKEN_AWAY = object()
CASE = "harbour"
EXHIBITS = (1, 2)  # all entries about these are in the bag
DISCLOSED = (0, 1, 2, 4, 5)
SEALED = (4,)  # its leaf alone
WITHHELD = (2,)  # leaf and payload, without the detail
PUBLISH = 6
EARLIER = (3, 5)  # sizes of checkpoints that left before


def log_of(
    payload: Mapping[str, bytes],
    *,
    key: Ed25519PrivateKey,
    seed: str = "salt",
    sealed: tuple[int, ...] = SEALED,
    withheld: tuple[int, ...] = WITHHELD,
    disclosed: tuple[int, ...] = DISCLOSED,
    exhibits: tuple[int, ...] = EXHIBITS,
    odd: Mapping[str, object] | None = None,
) -> Log:
    """Make a log of thirteen entries; `odd` replaces fields of the publish entry's body (TAKEN_AWAY takes one away)."""
    body = publish_body(
        payload=payload,
        profile="court",
        recipient='A court in "Y","sealed":[9],"withheld":[9],"exhibits":[9]',
        disclosed=disclosed,
        sealed=sealed,
        withheld=withheld,
        exhibits=exhibits,
    )
    body = {name: value for name, value in {**body, **(odd or {})}.items() if value is not TAKEN_AWAY}
    events = [
        event_of_kind("case_opened", body={"title": "Hücrə № 4 \u2028 \U0001f4f7", "n": [1, True, None]}),
        event_of_kind("admit", exhibits=(1,), outputs=(sha256_hex(PICTURE),), body={"name": "picture.jpg"}),
        event_of_kind("examine", exhibits=(1,), body={"z": {"a": '\\" \t'}, "ə": "x"}),
        event_of_kind("attest_time", case=""),
        event_of_kind("view", exhibits=(1,)),
        event_of_kind("admit", exhibits=(2,), outputs=(sha256_hex(b"another"),)),
        event_of_kind("publish", body=body),
        event_of_kind("admit", exhibits=(1,), outputs=(sha256_hex(b"of another case"),), case="quay"),
        event_of_kind("backup"),
        event_of_kind("admit", exhibits=(2,), outputs=(sha256_hex(b"of another case, too"),), case="quay"),
        event_of_kind("admit", exhibits=(3,), outputs=(sha256_hex(b"a third"),), case="quay"),
        event_of_kind("examine", exhibits=(1, 3), case="quay"),
        event_of_kind("scrub"),
    ]
    return Log(entries=sealed_events(events, seed=seed), key=key, cosigner=key_of_seed("cosigner"))


def sealed_events(events: Iterable[Event], *, seed: str) -> tuple[Entry, ...]:
    """Enter the events with salts that follow from a seed."""
    entries = []
    for index, event in enumerate(events):
        salts = [hashlib.sha256(f"{seed}{index}{part}".encode()).digest()[:16] for part in "ab"]
        entries.append(entry_of(event, index=index, salts=(salts[0], salts[1])))
    return tuple(entries)


# --- a timestamping authority made with the openssl command ------------------------------------------

TSA_CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Test authority
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = one
[one]
serial = SERIAL
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha1, sha256, sha384, sha512
ess_cert_id_chain = no
ess_cert_id_alg = sha256
crypto_device = builtin
"""


class Authority:
    """A root, a signer below it, and tokens from it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        (folder / "conf").write_text(TSA_CONFIG.replace("SERIAL", str(folder / "serial")))
        (folder / "serial").write_text("01")
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        self._run(
            "req",
            "-x509",
            *curve,
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
            "-days",
            "9000",
            "-config",
            "conf",
            "-extensions",
            "ca",
            "-subj",
            "/CN=Test root",
        )
        self._run(
            "req", *curve, "-keyout", "leaf.key", "-out", "leaf.csr", "-config", "conf", "-subj", "/CN=Test authority"
        )
        self._run(
            "x509",
            "-req",
            "-in",
            "leaf.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-set_serial",
            "7",
            "-days",
            "8999",
            "-extfile",
            "conf",
            "-extensions",
            "leaf",
            "-out",
            "leaf.pem",
        )

    @property
    def roots(self) -> Path:
        return self.folder / "ca.pem"

    def token(self, message: bytes, *, digest: str = "sha256") -> bytes:
        (self.folder / "message").write_bytes(message)
        self._run("ts", "-query", "-data", "message", f"-{digest}", "-cert", "-out", "query")
        self._run(
            "ts",
            "-reply",
            "-queryfile",
            "query",
            "-signer",
            "leaf.pem",
            "-inkey",
            "leaf.key",
            "-config",
            "conf",
            "-out",
            "reply",
        )
        return (self.folder / "reply").read_bytes()

    def _run(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One good bag, another good bag of the same log's keeper, and everything an outsider would hold as an anchor."""

    folder: Path
    good: Path
    other: Path
    log: Log
    authority: Authority
    stranger: Authority

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(public_of(self.log.key))

    @property
    def cosigner(self) -> str:
        return cosigner_vkey_of(PARTNER, public_of(self.log.cosigner))

    @property
    def earlier(self) -> Path:
        """A checkpoint that left before, as a partner or the holder of an earlier bag has kept it."""
        return self.folder / "earlier.note"


def bag_of(
    into: Path,
    log: Log,
    payload: Mapping[str, bytes],
    tokens: tuple[bytes, ...],
    *,
    sealed: tuple[int, ...] = SEALED,
    withheld: tuple[int, ...] = WITHHELD,
    disclosed: tuple[int, ...] = DISCLOSED,
    exhibits: tuple[int, ...] = EXHIBITS,
) -> Path:
    indices = (*disclosed, PUBLISH)
    custody = Custody(
        note=log.note(),
        verifier_key=verifier_key_of(NAME, public_of(log.key)),
        entries=[log.disclosed(index, payload=index not in sealed, detail=index not in withheld) for index in indices],
        proof=log.proof(indices),
        histories=log.complete(exhibits) if exhibits else None,
        cosignatures=(log.cosignature(),),
        consistency=log.consistency(*EARLIER),
        tokens=tokens,
    )
    write_bag(into, payload=payload, custody=custody)
    return into


def world_of(folder: Path) -> World:
    log = log_of(payload_files(), key=key_of_seed("log"))
    authority, stranger = Authority(folder / "tsa"), Authority(folder / "stranger")
    good = bag_of(
        folder / "good",
        log,
        payload_files(),
        (authority.token(log.note()), authority.token(log.note(), digest="sha512")),
    )
    other_log = log_of(payload_files("Another."), key=key_of_seed("log"), seed="other")
    other = bag_of(folder / "other", other_log, payload_files("Another."), (authority.token(other_log.note()),))
    (folder / "earlier.note").write_bytes(log.note(EARLIER[-1]) + log.cosignature(EARLIER[-1]).encode())
    return World(folder=folder, good=good, other=other, log=log, authority=authority, stranger=stranger)


# --- tools of a forger -----------------------------------------------------------------------------


def listed(bag: Path) -> list[str]:
    return sorted(str(path.relative_to(bag)) for path in bag.rglob("*") if path.is_file())


def remade_manifests(bag: Path) -> None:
    """Regenerate both manifests, as anybody can."""
    payload = [path for path in listed(bag) if path.startswith("data/")]
    (bag / "manifest-sha256.txt").write_text(
        "".join(f"{sha256_hex((bag / path).read_bytes())}  {path}\n" for path in payload)
    )
    remade_tags(bag)


def remade_tags(bag: Path) -> None:
    tags = [path for path in listed(bag) if not path.startswith("data/") and path != "tagmanifest-sha256.txt"]
    (bag / "tagmanifest-sha256.txt").write_text(
        "".join(f"{sha256_hex((bag / path).read_bytes())}  {path}\n" for path in tags)
    )


def flipped(path: Path, position: int = -3) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(bytes(content))


def replaced(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


Forgery = Callable[[Path, World], None]
FORGERIES: dict[str, Forgery] = {}


def forgery(function: Forgery) -> Forgery:
    FORGERIES[function.__name__] = function
    return function


def _flip(path: str, *, retag: bool) -> Forgery:
    def forge(bag: Path, _: World) -> None:
        flipped(bag / path)
        if retag:
            remade_manifests(bag)

    return forge


FLIPPED = (
    "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "data/dossier.html",
    "data/dossier.pdf", "data/exhibits/E1.jpg", "custody/checkpoint.note", "custody/log-key.vkey",
    "custody/log-key.pem", "custody/leaves", "custody/leaves.proof", "custody/histories", "custody/histories.proof",
    "custody/cosignatures", "custody/consistency", "custody/entries/00000002.payload",
    "custody/entries/00000001.payload", "custody/entries/00000005.detail",
    "custody/tokens/1.tsr", "verify.sh", "verify.py", "README.txt",
)  # fmt: skip
for flipped_path in FLIPPED:
    FORGERIES[f"flip {flipped_path}"] = _flip(flipped_path, retag=False)
    if "manifest" not in flipped_path:
        FORGERIES[f"flip {flipped_path} and remake manifests"] = _flip(flipped_path, retag=True)


def _without(path: str, *, retag: bool) -> Forgery:
    def forge(bag: Path, _: World) -> None:
        (bag / path).unlink()
        if retag:
            remade_manifests(bag)

    return forge


REMOVED = (
    "bagit.txt", "manifest-sha256.txt", "data/dossier.pdf", "custody/checkpoint.note", "custody/log-key.pem",
    "custody/leaves", "custody/entries/00000001.payload", "custody/entries/00000006.detail",
    "custody/leaves.proof", "custody/histories", "custody/histories.proof", "custody/cosignatures",
    "custody/consistency", "custody/tokens/1.tsr", "verify.py",
)  # fmt: skip
for removed_path in REMOVED:
    FORGERIES[f"remove {removed_path}"] = _without(removed_path, retag=False)
    if removed_path != "manifest-sha256.txt":
        FORGERIES[f"remove {removed_path} and remake manifests"] = _without(removed_path, retag=True)


@forgery
def plant_a_payload_file(bag: Path, _: World) -> None:
    (bag / "data/annex.pdf").write_bytes(b"planted")
    remade_manifests(bag)


@forgery
def plant_a_file_beside(bag: Path, _: World) -> None:
    (bag / "custody/extra.txt").write_bytes(b"planted")
    remade_tags(bag)


@forgery
def plant_a_hidden_file(bag: Path, _: World) -> None:
    (bag / "data/.hidden").write_bytes(b"planted")
    remade_manifests(bag)


def _empty_folder(path: str) -> Forgery:
    def forge(bag: Path, _: World) -> None:
        (bag / path).mkdir(parents=True)

    return forge


for folder_path in ("data/evil", "data/exhibits/evil", "custody/extra", "custody/entries/x", "evil", "data/a/b/c"):
    FORGERIES[f"plant the empty folder {folder_path}"] = _empty_folder(folder_path)


@forgery
def tokens_removed_and_their_folder_left(bag: Path, _: World) -> None:
    for path in (bag / "custody/tokens").iterdir():
        path.unlink()
    remade_tags(bag)


@forgery
def plant_an_unlisted_file(bag: Path, _: World) -> None:
    (bag / "data/annex.pdf").write_bytes(b"planted")


@forgery
def truncate_a_payload_file(bag: Path, _: World) -> None:
    path = bag / "data/dossier.html"
    path.write_bytes(path.read_bytes()[:-5])


@forgery
def replay_an_older_checkpoint(bag: Path, world: World) -> None:
    renoted(bag, world, world.log.note(5))
    assert world.log.note() != world.log.note(5)


def leaves_here(bag: Path) -> dict[int, bytes]:
    lines = (bag / "custody/leaves").read_bytes().splitlines()
    return {int(line[:8]): line[9:] for line in lines}


def releaved(bag: Path, log: Log, leaves: Mapping[int, bytes]) -> None:
    """Lay other leaves with the proof that the log has for their indices."""
    (bag / "custody/leaves").write_bytes(leaves_text(leaves))
    (bag / "custody/leaves.proof").write_bytes(hashes_text(log.proof(leaves)))
    remade_manifests(bag)


@forgery
def swap_two_entries(bag: Path, world: World) -> None:
    for part in ("payload", "detail"):
        one, two = bag / f"custody/entries/00000000.{part}", bag / f"custody/entries/00000001.{part}"
        first, second = one.read_bytes(), two.read_bytes()
        one.write_bytes(second)
        two.write_bytes(first)
    leaves = leaves_here(bag)
    releaved(bag, world.log, leaves | {0: leaves[1], 1: leaves[0]})


@forgery
def renumber_an_entry(bag: Path, world: World) -> None:
    for part in ("payload", "detail"):
        (bag / f"custody/entries/00000005.{part}").rename(bag / f"custody/entries/00000003.{part}")
    leaves = leaves_here(bag)
    leaves[3] = leaves.pop(5)
    releaved(bag, world.log, leaves)


@forgery
def rewrite_an_entry_with_its_leaf(bag: Path, world: World) -> None:
    replaced(bag / "custody/entries/00000001.payload", b"person-3f", b"person-77")
    leaf = canonical_json(
        {"class": "act", "payload_sha256": sha256_hex((bag / "custody/entries/00000001.payload").read_bytes()), "v": 1}
    )
    releaved(bag, world.log, leaves_here(bag) | {1: leaf})


def resigned(bag: Path, log: Log, payload: Mapping[str, bytes], tokens: tuple[bytes, ...]) -> None:
    shutil.rmtree(bag)
    bag_of(bag, log, payload, tokens)


@forgery
def new_key_resigning_everything(bag: Path, world: World) -> None:
    log = log_of(payload_files("Forged."), key=key_of_seed("forger"))
    resigned(bag, log, payload_files("Forged."), (world.stranger.token(log.note()),))


@forgery
def new_key_with_a_true_authority(bag: Path, world: World) -> None:
    log = log_of(payload_files("Forged."), key=key_of_seed("forger"))
    resigned(bag, log, payload_files("Forged."), (world.authority.token(log.note()),))


@forgery
def new_key_line_only(bag: Path, _: World) -> None:
    (bag / "custody/log-key.vkey").write_text(verifier_key_of(NAME, public_of(key_of_seed("forger"))) + "\n")
    remade_tags(bag)


@forgery
def new_key_files_both(bag: Path, _: World) -> None:
    public = public_of(key_of_seed("forger"))
    (bag / "custody/log-key.vkey").write_text(verifier_key_of(NAME, public) + "\n")
    (bag / "custody/log-key.pem").write_bytes(pem_of(public))
    remade_tags(bag)


@forgery
def token_of_another_checkpoint(bag: Path, world: World) -> None:
    (bag / "custody/tokens/1.tsr").write_bytes(world.authority.token(world.log.note(5)))
    remade_tags(bag)


@forgery
def tokens_of_a_strange_authority(bag: Path, world: World) -> None:
    (bag / "custody/tokens/1.tsr").write_bytes(world.stranger.token(world.log.note()))
    (bag / "custody/tokens/2.tsr").write_bytes(world.stranger.token(world.log.note()))
    remade_tags(bag)


@forgery
def tokens_removed(bag: Path, _: World) -> None:
    shutil.rmtree(bag / "custody/tokens")
    remade_tags(bag)


@forgery
def token_with_bytes_after_it(bag: Path, _: World) -> None:
    path = bag / "custody/tokens/1.tsr"
    path.write_bytes(path.read_bytes() + b"\x00")
    remade_tags(bag)


@forgery
def token_that_is_no_token(bag: Path, _: World) -> None:
    (bag / "custody/tokens/1.tsr").write_bytes(b"0\x82\xff\xff")
    remade_tags(bag)


@forgery
def proof_stripped(bag: Path, _: World) -> None:
    (bag / "custody/leaves.proof").write_bytes(b"")
    remade_tags(bag)


@forgery
def entry_stripped(bag: Path, world: World) -> None:
    stripped(bag, world.log, 5)


def stripped(bag: Path, log: Log, index: int) -> None:
    """Take one entry out with all its parts, and lay the proof for the others."""
    for path in (bag / "custody/entries").glob(f"{index:08d}.*"):
        path.unlink()
    leaves = leaves_here(bag)
    del leaves[index]
    releaved(bag, log, leaves)


@forgery
def leaf_stripped_and_its_parts_left(bag: Path, world: World) -> None:
    leaves = leaves_here(bag)
    del leaves[5]
    releaved(bag, world.log, leaves)


def part_added(bag: Path, world: World, index: int, part: str) -> None:
    """Lay a true part of an entry into the bag, as whoever holds the log or a fuller bag could."""
    (bag / f"custody/entries/{index:08d}.{part}").write_bytes(getattr(world.log.entries[index], part))


@forgery
def detail_stripped(bag: Path, _: World) -> None:
    (bag / "custody/entries/00000000.detail").unlink()
    remade_tags(bag)


@forgery
def payload_and_detail_stripped(bag: Path, _: World) -> None:
    for part in ("payload", "detail"):
        (bag / f"custody/entries/00000000.{part}").unlink()
    remade_tags(bag)


@forgery
def withheld_payload_stripped(bag: Path, _: World) -> None:
    (bag / "custody/entries/00000002.payload").unlink()
    remade_tags(bag)


@forgery
def withheld_detail_added_back(bag: Path, world: World) -> None:
    part_added(bag, world, 2, "detail")
    remade_tags(bag)


@forgery
def sealed_payload_added_back(bag: Path, world: World) -> None:
    part_added(bag, world, 4, "payload")
    remade_tags(bag)


@forgery
def sealed_entry_opened_whole(bag: Path, world: World) -> None:
    for part in ("payload", "detail"):
        part_added(bag, world, 4, part)
    remade_tags(bag)


@forgery
def sealed_and_withheld_parts_exchanged(bag: Path, world: World) -> None:
    """The entry said to be sealed comes with its payload, the one said to be withheld comes with its leaf alone."""
    part_added(bag, world, 4, "payload")
    (bag / "custody/entries/00000002.payload").unlink()
    remade_tags(bag)


@forgery
def sealed_and_withheld_lists_swapped(bag: Path, _: World) -> None:
    path = bag / f"custody/entries/{PUBLISH:08d}.detail"
    replaced(path, b'"sealed":[4]', b'"sealed":[2]')
    replaced(path, b'"withheld":[2]', b'"withheld":[4]')
    remade_tags(bag)


@forgery
def sealed_and_withheld_lists_swapped_by_the_publisher(bag: Path, world: World) -> None:
    """The log's own keeper signs the lists the wrong way round."""
    swapped = {"sealed": WITHHELD, "withheld": SEALED}
    log = log_of(payload_files(), key=key_of_seed("log"), **swapped)
    shutil.rmtree(bag)
    bag_of(bag, log, payload_files(), (world.authority.token(log.note()),), **swapped)
    sealed_and_withheld = (bag / "custody/entries/00000002.payload", bag / "custody/entries/00000004.payload")
    sealed_and_withheld[0].write_bytes(log.entries[2].payload or b"")
    sealed_and_withheld[1].unlink()
    remade_tags(bag)


def relaid(bag: Path, world: World, log: Log, *, complete: HistoriesProof | None = None) -> None:
    """Lay the custody files of another log of the same keeper by hand; its cosigner and its authority sign again."""
    here = leaves_here(bag)
    complete = complete or log.complete(EXHIBITS)
    (bag / "custody/histories").write_bytes(histories_text(complete.histories))
    (bag / "custody/histories.proof").write_bytes(hashes_text(complete.proof))
    (bag / "custody/consistency").write_bytes(consistency_text(log.consistency(*EARLIER)))
    checkpoint = log.checkpoint(histories=complete.root())
    (bag / "custody/checkpoint.note").write_bytes(log.signed(checkpoint))
    (bag / "custody/cosignatures").write_text(cosignature_by(log.cosigner, checkpoint), "utf-8")
    (bag / "custody/tokens/1.tsr").write_bytes(world.authority.token(log.signed(checkpoint)))
    (bag / "custody/tokens/2.tsr").unlink(missing_ok=True)
    releaved(bag, log, {index: log.entries[index].leaf for index in here})


def _odd_lists(odd: Mapping[str, object]) -> Forgery:
    """The log's own keeper signs lists that do not fit; the bag's writer refuses, so its files are laid by hand."""

    def forge(bag: Path, world: World) -> None:
        log = log_of(payload_files(), key=key_of_seed("log"), odd=odd)
        for part in ("payload", "detail"):
            (bag / f"custody/entries/{PUBLISH:08d}.{part}").write_bytes(getattr(log.entries[PUBLISH], part))
        relaid(bag, world, log)

    return forge


ODD_LISTS: dict[str, Mapping[str, object]] = {
    "no sealed list": {"sealed": TAKEN_AWAY},
    "no withheld list": {"withheld": TAKEN_AWAY},
    "neither list, as before they were asked for": {"sealed": TAKEN_AWAY, "withheld": TAKEN_AWAY},
    "null for a list": {"sealed": None},
    "a number for a list": {"sealed": 4},
    "text for an index": {"sealed": ["4"]},
    "true for an index": {"disclosed": [0, True, 2, 4, 5]},
    "an index twice": {"sealed": [4, 4]},
    "an entry both sealed and withheld": {"sealed": [2, 4]},
    "an entry that is not here": {"withheld": [2, 3]},
    "the publish entry itself": {"withheld": [2, PUBLISH]},
    "falling indices": {"disclosed": [5, 4, 2, 1, 0]},
    "one list more": {"unsealed": []},
    "no list of exhibits": {"exhibits": TAKEN_AWAY},
    "exhibits that fall": {"exhibits": [2, 1]},
    "an exhibit twice": {"exhibits": [1, 2, 2]},
    "an exhibit of number nought": {"exhibits": [0, 1, 2]},
    "true for an exhibit": {"exhibits": [True, 2]},
    "an exhibit as text": {"exhibits": ["1", 2]},
    "a list within a list": {"withheld": [[2]]},
}
for odd_name, odd_fields in ODD_LISTS.items():
    FORGERIES[f"publish entry with {odd_name}"] = _odd_lists(odd_fields)


@forgery
def publish_entry_stripped(bag: Path, world: World) -> None:
    stripped(bag, world.log, PUBLISH)


@forgery
def true_entry_planted(bag: Path, world: World) -> None:
    entry = world.log.disclosed(7)
    for part, content in (("payload", entry.payload), ("detail", entry.detail)):
        (bag / f"custody/entries/00000007.{part}").write_bytes(content or b"")
    releaved(bag, world.log, leaves_here(bag) | {7: entry.leaf})


@forgery
def upper_case_hex_in_payload_manifest(bag: Path, _: World) -> None:
    path = bag / "manifest-sha256.txt"
    path.write_text(re.sub("^[0-9a-f]{64}", lambda match: match[0].upper(), path.read_text(), count=1))
    remade_tags(bag)


@forgery
def upper_case_hex_in_tag_manifest(bag: Path, _: World) -> None:
    path = bag / "tagmanifest-sha256.txt"
    path.write_text(re.sub("^[0-9a-f]{64}", lambda match: match[0].upper(), path.read_text(), count=1))


def _upper_case(path: str, *, every: bool = False) -> Forgery:
    def forge(bag: Path, _: World) -> None:
        before = (bag / path).read_bytes()
        after = re.sub(rb"[0-9a-f]{64}", lambda match: match[0].upper(), before, count=0 if every else 1)
        assert after != before
        (bag / path).write_bytes(after)
        remade_tags(bag)

    return forge


FORGERIES["upper_case_hex_in_a_leaf"] = _upper_case("custody/leaves")
for upper_path in ("leaves.proof", "histories", "histories.proof", "consistency"):
    FORGERIES[f"upper-case hex in custody/{upper_path}"] = _upper_case(f"custody/{upper_path}", every=True)


@forgery
def upper_case_hex_in_the_key_line(bag: Path, _: World) -> None:
    path = bag / "custody/log-key.vkey"
    path.write_text(re.sub(r"\+[0-9a-f]{8}\+", lambda match: match[0].upper(), path.read_text()))
    remade_tags(bag)


def _crlf(path: str, *, retag: bool) -> Forgery:
    def forge(bag: Path, _: World) -> None:
        (bag / path).write_bytes((bag / path).read_bytes().replace(b"\n", b"\r\n"))
        if retag:
            remade_tags(bag)

    return forge


for crlf_path in (
    "manifest-sha256.txt", "bagit.txt", "custody/checkpoint.note", "custody/log-key.pem", "custody/leaves",
    "custody/leaves.proof", "custody/histories", "custody/histories.proof", "custody/cosignatures",
    "custody/consistency",
):  # fmt: skip
    FORGERIES[f"CRLF in {crlf_path}"] = _crlf(crlf_path, retag=True)
FORGERIES["CRLF in tagmanifest-sha256.txt"] = _crlf("tagmanifest-sha256.txt", retag=False)


@forgery
def manifest_line_twice(bag: Path, _: World) -> None:
    path = bag / "tagmanifest-sha256.txt"
    first = path.read_text().split("\n")[0]
    path.write_text(first + "\n" + path.read_text())


@forgery
def manifest_reordered(bag: Path, _: World) -> None:
    path = bag / "tagmanifest-sha256.txt"
    path.write_text("".join(sorted(path.read_text().splitlines(keepends=True), reverse=True)))


@forgery
def manifest_without_last_line_feed(bag: Path, _: World) -> None:
    path = bag / "tagmanifest-sha256.txt"
    path.write_text(path.read_text().rstrip("\n"))


@forgery
def manifest_with_an_empty_line(bag: Path, _: World) -> None:
    path = bag / "tagmanifest-sha256.txt"
    path.write_text(path.read_text() + "\n")


@forgery
def manifest_with_a_zero_byte(bag: Path, _: World) -> None:
    path = bag / "tagmanifest-sha256.txt"
    path.write_bytes(path.read_bytes()[:-1] + b"\x00\n")


@forgery
def manifest_that_climbs_out(bag: Path, world: World) -> None:
    (world.folder / "outside.txt").write_bytes(b"outside")
    path = bag / "tagmanifest-sha256.txt"
    path.write_text(f"{sha256_hex(b'outside')}  ../outside.txt\n" + path.read_text())


@forgery
def manifest_with_an_absolute_path(bag: Path, _: World) -> None:
    path = bag / "tagmanifest-sha256.txt"
    path.write_text(f"{sha256_hex(b'')}  /dev/null\n" + path.read_text())


@forgery
def symbolic_link_for_a_file(bag: Path, world: World) -> None:
    path = bag / "data/dossier.pdf"
    path.unlink()
    path.symlink_to(world.good / "data/dossier.pdf")


@forgery
def symbolic_link_for_a_folder(bag: Path, world: World) -> None:
    shutil.rmtree(bag / "custody/entries")
    (bag / "custody/entries").symlink_to(world.good / "custody/entries")


@forgery
def exchanged_checker(bag: Path, _: World) -> None:
    (bag / "verify.sh").write_text("#!/bin/sh\necho all is well\n")
    remade_tags(bag)


@forgery
def dossier_of_another_bag(bag: Path, world: World) -> None:
    (bag / "data/dossier.html").write_bytes((world.other / "data/dossier.html").read_bytes())
    remade_manifests(bag)


@forgery
def manifest_and_dossier_of_another_bag(bag: Path, world: World) -> None:
    shutil.rmtree(bag / "data")
    shutil.copytree(world.other / "data", bag / "data")
    shutil.copy(world.other / "manifest-sha256.txt", bag / "manifest-sha256.txt")
    remade_tags(bag)


def reproved(bag: Path, proof: Iterable[bytes], path: str = "custody/leaves.proof") -> None:
    (bag / path).write_bytes(hashes_text(proof))
    remade_tags(bag)


@forgery
def proof_of_another_index(bag: Path, world: World) -> None:
    reproved(bag, world.log.proof((0, 1, 3, 4, 5, PUBLISH)))


@forgery
def proof_with_a_hash_too_many(bag: Path, world: World) -> None:
    reproved(bag, (*world.log.proof((*DISCLOSED, PUBLISH)), bytes(32)))


@forgery
def proof_with_a_hash_too_few(bag: Path, world: World) -> None:
    reproved(bag, world.log.proof((*DISCLOSED, PUBLISH))[:-1])


@forgery
def proof_with_two_hashes_swapped(bag: Path, world: World) -> None:
    first, second, *rest = world.log.proof((*DISCLOSED, PUBLISH))
    reproved(bag, (second, first, *rest))


@forgery
def proof_under_another_checkpoint(bag: Path, world: World) -> None:
    reproved(bag, world.log.proof((*DISCLOSED, PUBLISH), 9))


def renoted(bag: Path, world: World, note: bytes) -> None:
    """Put another note in its place, and have it timestamped anew, as anybody may."""
    (bag / "custody/checkpoint.note").write_bytes(note)
    (bag / "custody/tokens/1.tsr").write_bytes(world.authority.token(note))
    (bag / "custody/tokens/2.tsr").unlink()
    remade_manifests(bag)


@forgery
def note_with_more_text(bag: Path, world: World) -> None:
    renoted(bag, world, world.log.note().replace(b"\n\n", b"\nmore\n\n"))


@forgery
def note_with_text_after_the_signatures(bag: Path, world: World) -> None:
    renoted(bag, world, world.log.note() + b"more\n")


@forgery
def note_signed_twice_by_the_log(bag: Path, world: World) -> None:
    lines = world.log.note().split(b"\n")
    renoted(bag, world, b"\n".join([*lines[:6], lines[5], *lines[6:]]))


@forgery
def note_of_another_size(bag: Path, world: World) -> None:
    renoted(bag, world, world.log.note().replace(b"\n13\n", b"\n14\n"))


@forgery
def note_of_another_root(bag: Path, world: World) -> None:
    lines = world.log.note().split(b"\n")
    renoted(bag, world, b"\n".join([*lines[:2], base64.b64encode(bytes(32)), *lines[3:]]))


def recosigned(bag: Path, lines: str) -> None:
    (bag / "custody/cosignatures").write_text(lines, "utf-8")
    remade_tags(bag)


@forgery
def note_without_the_cosigner(bag: Path, _: World) -> None:
    (bag / "custody/cosignatures").unlink()
    remade_tags(bag)


def _cosignature_with(change: Callable[[bytearray], None]) -> Forgery:
    """Change the raw bytes of the one cosignature: 4 of the key's hash, 8 of the time, 64 of the signature."""

    def forge(bag: Path, world: World) -> None:
        raw = bytearray(base64.b64decode(world.log.cosignature().split(" ")[2]))
        change(raw)
        recosigned(bag, f"\u2014 {PARTNER} {base64.b64encode(bytes(raw)).decode()}\n")

    return forge


def _flip_raw(place: int) -> Callable[[bytearray], None]:
    def change(raw: bytearray) -> None:
        raw[place] ^= 1

    return change


FORGERIES["note_with_a_forged_cosigner"] = _cosignature_with(_flip_raw(40))
FORGERIES["cosignature with another time"] = _cosignature_with(_flip_raw(11))
FORGERIES["cosignature with a time before 1970"] = _cosignature_with(lambda raw: raw.__setitem__(4, 0xFF))
FORGERIES["cosignature with a time after the year 9999"] = _cosignature_with(lambda raw: raw.__setitem__(6, 0xFF))
FORGERIES["cosignature with another key hash"] = _cosignature_with(_flip_raw(0))
FORGERIES["cosignature with a byte too few"] = _cosignature_with(lambda raw: raw.pop())
FORGERIES["cosignature with a byte too many"] = _cosignature_with(lambda raw: raw.append(0))


@forgery
def signature_with_a_large_s(bag: Path, world: World) -> None:
    """S + L is the same number modulo the order; RFC 8032 section 5.1.7 asks for S < L."""
    lines = world.log.note().split(b"\n")
    raw = base64.b64decode(lines[5].split(b" ")[2])
    order = 2**252 + 27742317777372353535851937790883648493
    larger = int.from_bytes(raw[36:], "little") + order
    lines[5] = f"\u2014 {NAME} ".encode() + base64.b64encode(raw[:36] + larger.to_bytes(32, "little"))
    renoted(bag, world, b"\n".join(lines))


@forgery
def readme_rewritten(bag: Path, _: World) -> None:
    (bag / "README.txt").write_text("Please run nothing.\n")
    remade_tags(bag)


@forgery
def another_bagging_date(bag: Path, _: World) -> None:
    replaced(bag / "bag-info.txt", b"2031-05-04", b"2031-05-03")
    remade_tags(bag)


@forgery
def exhibit_exchanged_by_the_publisher(bag: Path, world: World) -> None:
    """The log's own keeper publishes a picture that is not the one admitted."""
    payload = payload_files() | {"data/exhibits/E1.jpg": b"another picture"}
    log = log_of(payload, key=key_of_seed("log"))
    resigned(bag, log, payload, (world.authority.token(log.note()),))


@forgery
def name_with_a_line_feed(bag: Path, _: World) -> None:
    (bag / "data/a\nb").write_bytes(b"planted")


@forgery
def name_outside_the_format(bag: Path, _: World) -> None:
    (bag / "data/a b.txt").write_bytes(b"planted")
    remade_manifests(bag)


@forgery
def folders_nested_too_deep(bag: Path, _: World) -> None:
    deep = bag / "data/a/b/c/d/e/f/g"
    deep.mkdir(parents=True)
    (deep / "x").write_bytes(b"planted")
    remade_manifests(bag)


@forgery
def detail_without_its_payload(bag: Path, _: World) -> None:
    (bag / "custody/entries/00000001.payload").unlink()
    remade_tags(bag)


# --- completeness: histories, their map, the entries they list ----------------------------------------


@forgery
def signature_of_the_old_form_by_the_cosigner(bag: Path, world: World) -> None:
    """A plain Ed25519 signature (type 0x01) says nothing of when; a bag takes none."""
    text = world.log.checkpoint().text().encode()
    recosigned(bag, signature_of(world.log.cosigner, PARTNER, text).line())


@forgery
def cosignature_moved_into_the_note(bag: Path, world: World) -> None:
    (bag / "custody/cosignatures").unlink()
    renoted(bag, world, world.log.note() + world.log.cosignature().encode())


@forgery
def cosignature_copied_into_the_note(bag: Path, world: World) -> None:
    renoted(bag, world, world.log.note() + world.log.cosignature().encode())


@forgery
def cosignature_twice(bag: Path, world: World) -> None:
    recosigned(bag, world.log.cosignature() * 2)


@forgery
def cosignature_of_an_earlier_checkpoint(bag: Path, world: World) -> None:
    recosigned(bag, world.log.cosignature(9))


@forgery
def cosignature_of_a_stranger_under_the_same_name(bag: Path, world: World) -> None:
    recosigned(bag, cosignature_by(key_of_seed("stranger"), world.log.checkpoint()))


@forgery
def cosignature_without_its_last_line_feed(bag: Path, world: World) -> None:
    recosigned(bag, world.log.cosignature().rstrip("\n"))


@forgery
def cosignatures_emptied(bag: Path, _: World) -> None:
    recosigned(bag, "")


@forgery
def text_among_the_cosignatures(bag: Path, world: World) -> None:
    recosigned(bag, world.log.cosignature() + "cosigned by everybody\n")


@forgery
def note_without_the_line_of_histories(bag: Path, world: World) -> None:
    """As the log's keeper would sign it, cosigned and timestamped anew."""
    checkpoint = replace(world.log.checkpoint(), histories=None)
    recosigned(bag, cosignature_by(world.log.cosigner, checkpoint))
    renoted(bag, world, world.log.signed(checkpoint))


@forgery
def note_with_two_lines_of_histories(bag: Path, world: World) -> None:
    line = world.log.note().split(b"\n")[3]
    renoted(bag, world, world.log.note().replace(line, line + b"\n" + line))


def resigned_over(bag: Path, world: World, root: bytes) -> None:
    """The log's keeper signs the same log with another root of histories; cosigner and authority sign that."""
    checkpoint = world.log.checkpoint(histories=root)
    recosigned(bag, cosignature_by(world.log.cosigner, checkpoint))
    renoted(bag, world, world.log.signed(checkpoint))


@forgery
def root_of_another_map(bag: Path, world: World) -> None:
    resigned_over(bag, world, map_root({one.key: one.digest() for one in world.log.histories(9).values()}))


@forgery
def root_of_an_empty_map(bag: Path, world: World) -> None:
    resigned_over(bag, world, bytes(32))


def rehistoried(bag: Path, histories: Iterable[tuple[History, int]]) -> None:
    (bag / "custody/histories").write_bytes(histories_text(tuple(histories)))
    remade_tags(bag)


def _history_with(change: Callable[[History, int], tuple[History, int]], exhibit: int = 1) -> Forgery:
    """Change the line of one exhibit; the map that was signed stays as it is."""

    def forge(bag: Path, world: World) -> None:
        held = world.log.complete(EXHIBITS).histories
        rehistoried(bag, [change(*one) if one[0].exhibit == exhibit else one for one in held])

    return forge


FORGERIES["history with another salt"] = _history_with(lambda one, depth: (replace(one, salt=bytes(16)), depth))
FORGERIES["history one step deeper"] = _history_with(lambda one, depth: (one, depth + 1))
FORGERIES["history one step higher"] = _history_with(lambda one, depth: (one, depth - 1))
FORGERIES["history at the root"] = _history_with(lambda one, _: (one, 0))
FORGERIES["history at the greatest depth"] = _history_with(lambda one, _: (one, 256))
FORGERIES["history of another exhibit number"] = _history_with(lambda one, depth: (replace(one, exhibit=3), depth))
FORGERIES["history with another key"] = _history_with(
    lambda one, depth: (replace(one, key=bytes([one.key[0] ^ 1]) + one.key[1:]), depth)
)
FORGERIES["history with one entry less"] = _history_with(
    lambda one, depth: (replace(one, entries=one.entries[:-1]), depth)
)
FORGERIES["history with one entry more"] = _history_with(
    lambda one, depth: (replace(one, entries=(*one.entries, 5)), depth)
)


@forgery
def histories_of_two_exhibits_swapped(bag: Path, world: World) -> None:
    """Each history stands under the number of the other."""
    held = world.log.complete(EXHIBITS).histories
    rehistoried(bag, [(replace(one, exhibit=3 - one.exhibit), depth) for one, depth in held])


@forgery
def history_left_out(bag: Path, world: World) -> None:
    proof = world.log.complete((1,))
    rehistoried(bag, proof.histories)
    reproved(bag, proof.proof, "custody/histories.proof")


@forgery
def history_of_the_same_number_in_another_case(bag: Path, world: World) -> None:
    everything = world.log.histories()
    proof = histories_proof_in(everything.values(), [everything["quay", 1], everything[CASE, 2]])
    rehistoried(bag, proof.histories)
    reproved(bag, proof.proof, "custody/histories.proof")


@forgery
def history_of_a_third_exhibit_beside(bag: Path, world: World) -> None:
    everything = world.log.histories()
    wanted = [everything[CASE, 1], everything[CASE, 2], everything["quay", 3]]
    proof = histories_proof_in(everything.values(), wanted)
    rehistoried(bag, proof.histories)
    reproved(bag, proof.proof, "custody/histories.proof")


def _histories_text_with(change: Callable[[bytes], bytes]) -> Forgery:
    def forge(bag: Path, _: World) -> None:
        path = bag / "custody/histories"
        before = path.read_bytes()
        assert change(before) != before
        path.write_bytes(change(before))
        remade_tags(bag)

    return forge


FORGERIES["histories in falling order"] = _histories_text_with(
    lambda text: b"".join(reversed(text.splitlines(keepends=True)))
)
FORGERIES["history twice"] = _histories_text_with(lambda text: text.splitlines(keepends=True)[0] + text)
FORGERIES["histories emptied"] = _histories_text_with(lambda _: b"")
FORGERIES["histories without the last line feed"] = _histories_text_with(lambda text: text[:-1])
FORGERIES["history that lists an index twice"] = _histories_text_with(lambda text: text.replace(b"[1,2,", b"[1,2,2,"))
FORGERIES["history whose indices fall"] = _histories_text_with(lambda text: text.replace(b"[1,2,4]", b"[1,4,2]"))
FORGERIES["history with a field more"] = _histories_text_with(lambda text: text.replace(b',"v":1', b',"u":0,"v":1'))
FORGERIES["history with a space"] = _histories_text_with(lambda text: text.replace(b"[1,2,4]", b"[1, 2,4]"))
FORGERIES["depth with a leading zero"] = _histories_text_with(lambda text: b"0" + text)
FORGERIES["depth beyond the key"] = _histories_text_with(lambda text: b"257" + text[1:])


def _map_proof_with(change: Callable[[tuple[bytes, ...]], Iterable[bytes]]) -> Forgery:
    def forge(bag: Path, world: World) -> None:
        proof = world.log.complete(EXHIBITS).proof
        assert len(proof) > 1
        reproved(bag, change(proof), "custody/histories.proof")

    return forge


FORGERIES["proof of histories with a hash too many"] = _map_proof_with(lambda proof: (*proof, bytes(32)))
FORGERIES["proof of histories with a hash too few"] = _map_proof_with(lambda proof: proof[:-1])
FORGERIES["proof of histories reversed"] = _map_proof_with(reversed)
FORGERIES["proof of histories emptied"] = _map_proof_with(lambda _: ())


def _signed_map_with(
    changed: Callable[[Log], Mapping[Exhibit, History]], exhibits: tuple[int, ...] = EXHIBITS
) -> Forgery:
    """The log's keeper signs a map that is not what the entries say; root, proof and cosignature follow from it."""

    def forge(bag: Path, world: World) -> None:
        log = log_of(payload_files(), key=key_of_seed("log"), exhibits=exhibits)
        for part in ("payload", "detail"):
            (bag / f"custody/entries/{PUBLISH:08d}.{part}").write_bytes(getattr(log.entries[PUBLISH], part))
        complete = log.complete(exhibits, changed=changed(log))
        relaid(bag, world, log, complete=complete)

    return forge


FORGERIES["signed map: an entry of the exhibit left out"] = _signed_map_with(
    lambda log: {(CASE, 1): log.history(1, (1, 4))}
)
FORGERIES["signed map: an entry of the case that is not about the exhibit"] = _signed_map_with(
    lambda log: {(CASE, 1): log.history(1, (0, 1, 2, 4))}
)
FORGERIES["signed map: an entry about another exhibit"] = _signed_map_with(
    lambda log: {(CASE, 1): log.history(1, (1, 2, 4, 5))}
)
FORGERIES["signed map: an entry that is not in the log"] = _signed_map_with(
    lambda log: {(CASE, 1): log.history(1, (1, 2, 4, 99))}
)
FORGERIES["signed map: an entry of another case"] = _signed_map_with(
    lambda log: {(CASE, 1): log.history(1, (1, 2, 4, 7))}
)
FORGERIES["signed map: a history that begins after the admission"] = _signed_map_with(
    lambda log: {(CASE, 1): log.history(1, (2, 4))}
)
FORGERIES["signed map: a history that begins with a sealed viewing"] = _signed_map_with(
    lambda log: {(CASE, 2): log.history(2, (4, 5))}
)
FORGERIES["signed map: a key that is not the admission's"] = _signed_map_with(
    lambda log: {(CASE, 1): log.history(1, (1, 2, 4), key=hashlib.sha256(b"elsewhere").digest())}
)
FORGERIES["signed map: two exhibits under one another's number"] = _signed_map_with(
    lambda log: {(CASE, 1): log.history(1, (5,)), (CASE, 2): log.history(2, (1, 2, 4))}
)
FORGERIES["publish entry that names an exhibit file's exhibit not as complete"] = _signed_map_with(
    lambda _: {}, exhibits=(2,)
)


def _left_out_by_the_publisher(bag: Path, world: World) -> None:
    """The keeper publishes anew without one entry, openly; the map that the checkpoint signs counts it still."""
    disclosed = tuple(index for index in DISCLOSED if index not in WITHHELD)
    log = log_of(payload_files(), key=key_of_seed("log"), disclosed=disclosed, withheld=())
    for index in WITHHELD:
        stripped(bag, world.log, index)
    for part in ("payload", "detail"):
        (bag / f"custody/entries/{PUBLISH:08d}.{part}").write_bytes(getattr(log.entries[PUBLISH], part))
    relaid(bag, world, log)


FORGERIES["entry of a history left out by the publisher"] = _left_out_by_the_publisher


@forgery
def viewing_relabelled_as_an_act(bag: Path, world: World) -> None:
    leaves = leaves_here(bag)
    releaved(bag, world.log, leaves | {4: leaves[4].replace(b'"class":"viewing"', b'"class":"act"')})


@forgery
def sealed_viewing_exchanged_for_a_leaf_of_another_case(bag: Path, world: World) -> None:
    releaved(bag, world.log, leaves_here(bag) | {4: world.log.entries[7].leaf})


def _leaves_text_with(change: Callable[[bytes], bytes]) -> Forgery:
    def forge(bag: Path, _: World) -> None:
        path = bag / "custody/leaves"
        before = path.read_bytes()
        assert change(before) != before
        path.write_bytes(change(before))
        remade_tags(bag)

    return forge


FORGERIES["leaf twice"] = _leaves_text_with(lambda text: text.splitlines(keepends=True)[0] + text)
FORGERIES["leaves in falling order"] = _leaves_text_with(
    lambda text: b"".join(reversed(text.splitlines(keepends=True)))
)
FORGERIES["leaves emptied"] = _leaves_text_with(lambda _: b"")
FORGERIES["leaves without the last line feed"] = _leaves_text_with(lambda text: text[:-1])
FORGERIES["leaf with two spaces before it"] = _leaves_text_with(lambda text: text.replace(b" ", b"  ", 1))
FORGERIES["leaf with a class that is none"] = _leaves_text_with(lambda text: text.replace(b'"viewing"', b'"glance"'))
FORGERIES["leaf with a zero byte after it"] = _leaves_text_with(lambda text: text[:-1] + b"\0\n")
FORGERIES["leaf of an index beyond the log"] = _leaves_text_with(lambda text: text.replace(b"00000006 ", b"00000099 "))


@forgery
def payload_of_an_entry_that_has_no_leaf(bag: Path, world: World) -> None:
    (bag / "custody/entries/00000007.payload").write_bytes(world.log.entries[7].payload or b"")
    remade_tags(bag)


@forgery
def histories_without_their_proof_file(bag: Path, _: World) -> None:
    (bag / "custody/histories.proof").unlink()
    (bag / "custody/histories").unlink()
    remade_tags(bag)


# --- the insider who rewrote the log, and what an earlier checkpoint in other hands says to that -------


def rewritten(world: World) -> Log:
    """The keeper's own log with another admission of exhibit 1, everything after it made anew."""
    log = log_of(payload_files(), key=key_of_seed("log"), seed="rewritten")
    assert log.note(EARLIER[-1]) != world.log.note(EARLIER[-1])
    return log


@forgery
def history_rewritten_with_a_fresh_true_timestamp(bag: Path, world: World) -> None:
    """The insider holds the log's key and gets a true token; no cosigner, no proof from the checkpoint that left."""
    log = rewritten(world)
    resigned(bag, log, payload_files(), (world.authority.token(log.note()),))
    (bag / "custody/cosignatures").unlink()
    remade_tags(bag)


@forgery
def history_rewritten_and_cosigned_anew(bag: Path, world: World) -> None:
    """Even a cosigner who looks at no earlier checkpoint does not help: whoever holds one sees another log."""
    log = rewritten(world)
    resigned(bag, log, payload_files(), (world.authority.token(log.note()),))


def _consistency_with(change: Callable[[World], Mapping[int, Iterable[bytes]]]) -> Forgery:
    def forge(bag: Path, world: World) -> None:
        (bag / "custody/consistency").write_bytes(consistency_text({n: tuple(p) for n, p in change(world).items()}))
        remade_tags(bag)

    return forge


FORGERIES["consistency: no proof from the checkpoint given"] = _consistency_with(lambda world: world.log.consistency(3))
FORGERIES["consistency: the proof of another size"] = _consistency_with(
    lambda world: {3: world.log.consistency(3)[3], 5: world.log.consistency(3)[3]}
)
FORGERIES["consistency: a hash too many"] = _consistency_with(
    lambda world: {5: (*world.log.consistency(5)[5], bytes(32))}
)
FORGERIES["consistency: a hash too few"] = _consistency_with(lambda world: {5: world.log.consistency(5)[5][:-1]})
FORGERIES["consistency: no hash"] = _consistency_with(lambda _: {5: ()})
FORGERIES["consistency: a proof from this very size"] = _consistency_with(
    lambda world: {**world.log.consistency(5), 13: ()}
)
FORGERIES["consistency: a proof from a greater size"] = _consistency_with(
    lambda world: {**world.log.consistency(5), 14: ()}
)


def _consistency_text_with(change: Callable[[bytes], bytes]) -> Forgery:
    def forge(bag: Path, _: World) -> None:
        path = bag / "custody/consistency"
        path.write_bytes(change(path.read_bytes()))
        remade_tags(bag)

    return forge


FORGERIES["consistency: emptied"] = _consistency_text_with(lambda _: b"")
FORGERIES["consistency: hashes before a size"] = _consistency_text_with(lambda text: b"0" * 64 + b"\n" + text)
FORGERIES["consistency: a size twice"] = _consistency_text_with(lambda text: text + b"old 5\n")
FORGERIES["consistency: a size of nought"] = _consistency_text_with(lambda text: b"old 0\n" + text)
FORGERIES["consistency: a size with a leading zero"] = _consistency_text_with(
    lambda text: text.replace(b"old 3", b"old 03")
)
FORGERIES["consistency: an empty line"] = _consistency_text_with(lambda text: text.replace(b"old 5", b"\nold 5"))
