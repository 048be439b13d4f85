"""A small log in memory, bags made from it, and the forgeries they must withstand; all people and keys are invented."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509 import load_pem_x509_certificates
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from counterclaim.dossier.bag import Disclosed, pem_of, publish_body, write_bag
from counterclaim.record.canonical import canonical_json, sha256_hex
from counterclaim.record.checkpoint import (
    Checkpoint,
    NoteSignature,
    SignedCheckpoint,
    fingerprint_of,
    key_hash_of,
    tlog_proof_text,
    verifier_key_of,
)
from counterclaim.record.custody import Entry, Event, Tool, entry_of, inclusion_proof, leaf_hash, root_of
from counterclaim.record.errors import IntegrityError

AT = "2031-05-04T09:30:00Z"
NAME = "example.org/log"
PICTURE = b"the bytes of an invented picture"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A whole log: its entries, its key, the key of one cosigner."""

    entries: tuple[Entry, ...]
    key: Ed25519PrivateKey
    cosigner: Ed25519PrivateKey

    def note(self, size: int | None = None, *, cosigned: bool = True) -> bytes:
        size = len(self.entries) if size is None else size
        checkpoint = Checkpoint(origin=NAME, size=size, root=root_of(self.hashes()[:size]))
        text = checkpoint.text().encode()
        signatures = [signature_of(self.key, NAME, text)]
        if cosigned:
            signatures.append(signature_of(self.cosigner, "partner.example", text))
        return SignedCheckpoint(checkpoint=checkpoint, signatures=tuple(signatures)).note()

    def hashes(self) -> list[bytes]:
        return [leaf_hash(entry.leaf) for entry in self.entries]

    def disclosed(self, index: int, *, detail: bool = True, payload: bool = True) -> Disclosed:
        entry = self.entries[index]
        return Disclosed(
            index=index,
            leaf=entry.leaf,
            payload=entry.payload if payload else None,
            detail=entry.detail if detail and payload else None,
            proof=inclusion_proof(self.hashes(), index),
        )


def event_of_kind(
    kind: str, *, exhibits: tuple[int, ...] = (), outputs: tuple[str, ...] = (), body: Mapping | None = None
) -> Event:
    from counterclaim.record.custody import class_of

    return Event(
        kind=kind,
        event_class=class_of(kind),
        at=AT,
        actor="person-3f",
        case="harbour",
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
DISCLOSED = (0, 1, 2, 4, 5)
SEALED = (4,)  # its leaf alone
WITHHELD = (2,)  # leaf and payload, without the detail
PUBLISH = 6


def log_of(
    payload: Mapping[str, bytes],
    *,
    key: Ed25519PrivateKey,
    seed: str = "salt",
    sealed: tuple[int, ...] = SEALED,
    withheld: tuple[int, ...] = WITHHELD,
    odd: Mapping[str, object] | None = None,
) -> Log:
    """Make a log of ten entries; `odd` replaces fields of the publish entry's body (TAKEN_AWAY takes one away)."""
    body = publish_body(
        payload=payload,
        profile="court",
        recipient='A court in "Y","sealed":[9],"withheld":[9]',
        disclosed=DISCLOSED,
        sealed=sealed,
        withheld=withheld,
    )
    body = {name: value for name, value in {**body, **(odd or {})}.items() if value is not TAKEN_AWAY}
    events = [
        event_of_kind("case_opened", body={"title": "Hücrə № 4 \u2028 \U0001f4f7", "n": [1, True, None]}),
        event_of_kind("admit", exhibits=(1,), outputs=(sha256_hex(PICTURE),), body={"name": "picture.jpg"}),
        event_of_kind("examine", exhibits=(1,), body={"z": {"a": '\\" \t'}, "ə": "x"}),
        event_of_kind("view", exhibits=(1,)),
        event_of_kind("view", exhibits=(2,)),
        event_of_kind("admit", exhibits=(2,), outputs=(sha256_hex(b"another"),)),
        event_of_kind("publish", body=body),
        event_of_kind("attest_time"),
        event_of_kind("backup"),
        event_of_kind("scrub"),
    ]
    salts = [
        (hashlib.sha256(f"{seed}{n}a".encode()).digest()[:16], hashlib.sha256(f"{seed}{n}b".encode()).digest()[:16])
        for n in range(20)
    ]
    entries = tuple(entry_of(event, index=index, salts=salts[index]) for index, event in enumerate(events))
    return Log(entries=entries, key=key, cosigner=key_of_seed("cosigner"))


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
digests = sha256, sha512
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
        return verifier_key_of("partner.example", public_of(self.log.cosigner))


def bag_of(
    into: Path,
    log: Log,
    payload: Mapping[str, bytes],
    tokens: tuple[bytes, ...],
    *,
    note: bytes | None = None,
    sealed: tuple[int, ...] = SEALED,
    withheld: tuple[int, ...] = WITHHELD,
) -> Path:
    write_bag(
        into,
        payload=payload,
        note=note or log.note(),
        verifier_key=verifier_key_of(NAME, public_of(log.key)),
        disclosed=[
            log.disclosed(index, payload=index not in sealed, detail=index not in withheld)
            for index in (*DISCLOSED, PUBLISH)
        ],
        tokens=tokens,
    )
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
    "custody/log-key.pem", "custody/entries/00000000.leaf",
    "custody/entries/00000001.payload", "custody/entries/00000005.detail", "custody/proofs/00000004.tlog-proof",
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
    "custody/entries/00000001.leaf", "custody/entries/00000001.payload", "custody/entries/00000006.detail",
    "custody/proofs/00000002.tlog-proof", "custody/tokens/1.tsr", "verify.py",
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
    note, old = world.log.note(), world.log.note(5)
    (bag / "custody/checkpoint.note").write_bytes(old)
    for proof in (bag / "custody/proofs").iterdir():
        index = int(proof.name[:8])
        hashes = world.log.hashes()[:5]
        path = inclusion_proof(hashes, index) if index < 5 else inclusion_proof(world.log.hashes(), index)
        proof.write_bytes(tlog_proof_text(index=index, hashes=path, note=old))
    (bag / "custody/tokens/1.tsr").write_bytes(world.authority.token(old))
    (bag / "custody/tokens/2.tsr").unlink()
    assert note != old
    remade_manifests(bag)


@forgery
def swap_two_entries(bag: Path, _: World) -> None:
    for part in ("leaf", "payload", "detail"):
        one, two = bag / f"custody/entries/00000000.{part}", bag / f"custody/entries/00000001.{part}"
        first, second = one.read_bytes(), two.read_bytes()
        one.write_bytes(second)
        two.write_bytes(first)
    remade_manifests(bag)


@forgery
def renumber_an_entry(bag: Path, world: World) -> None:
    for part in ("leaf", "payload", "detail"):
        (bag / f"custody/entries/00000005.{part}").rename(bag / f"custody/entries/00000003.{part}")
    (bag / "custody/proofs/00000005.tlog-proof").unlink()
    proof = tlog_proof_text(index=3, hashes=inclusion_proof(world.log.hashes(), 5), note=world.log.note())
    (bag / "custody/proofs/00000003.tlog-proof").write_bytes(proof)
    remade_manifests(bag)


@forgery
def rewrite_an_entry_with_its_leaf(bag: Path, _: World) -> None:
    replaced(bag / "custody/entries/00000001.payload", b"person-3f", b"person-77")
    leaf = canonical_json(
        {"class": "act", "payload_sha256": sha256_hex((bag / "custody/entries/00000001.payload").read_bytes()), "v": 1}
    )
    (bag / "custody/entries/00000001.leaf").write_bytes(leaf)
    remade_manifests(bag)


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
    (bag / "custody/proofs/00000002.tlog-proof").unlink()
    remade_tags(bag)


@forgery
def entry_stripped(bag: Path, _: World) -> None:
    for path in [*(bag / "custody/entries").glob("00000005.*"), bag / "custody/proofs/00000005.tlog-proof"]:
        path.unlink()
    remade_tags(bag)


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


def _odd_lists(odd: Mapping[str, object]) -> Forgery:
    """The log's own keeper signs lists that do not fit; the bag's writer refuses, so its files are laid by hand."""

    def forge(bag: Path, world: World) -> None:
        log = log_of(payload_files(), key=key_of_seed("log"), odd=odd)
        for part in ("leaf", "payload", "detail"):
            (bag / f"custody/entries/{PUBLISH:08d}.{part}").write_bytes(getattr(log.entries[PUBLISH], part))
        note = log.note()
        (bag / "custody/checkpoint.note").write_bytes(note)
        for path in (bag / "custody/proofs").iterdir():
            index = int(path.name[:8])
            path.write_bytes(tlog_proof_text(index=index, hashes=inclusion_proof(log.hashes(), index), note=note))
        (bag / "custody/tokens/1.tsr").write_bytes(world.authority.token(note))
        (bag / "custody/tokens/2.tsr").unlink()
        remade_tags(bag)

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
    "a list within a list": {"withheld": [[2]]},
}
for odd_name, odd_fields in ODD_LISTS.items():
    FORGERIES[f"publish entry with {odd_name}"] = _odd_lists(odd_fields)


@forgery
def publish_entry_stripped(bag: Path, _: World) -> None:
    for path in [*(bag / "custody/entries").glob("00000006.*"), bag / "custody/proofs/00000006.tlog-proof"]:
        path.unlink()
    remade_tags(bag)


@forgery
def true_entry_planted(bag: Path, world: World) -> None:
    entry = world.log.disclosed(7)
    for part, content in (("leaf", entry.leaf), ("payload", entry.payload), ("detail", entry.detail)):
        (bag / f"custody/entries/00000007.{part}").write_bytes(content or b"")
    (bag / "custody/proofs/00000007.tlog-proof").write_bytes(
        tlog_proof_text(index=7, hashes=entry.proof, note=world.log.note())
    )
    remade_tags(bag)


@forgery
def upper_case_hex_in_payload_manifest(bag: Path, _: World) -> None:
    path = bag / "manifest-sha256.txt"
    path.write_text(re.sub("^[0-9a-f]{64}", lambda match: match[0].upper(), path.read_text(), count=1))
    remade_tags(bag)


@forgery
def upper_case_hex_in_tag_manifest(bag: Path, _: World) -> None:
    path = bag / "tagmanifest-sha256.txt"
    path.write_text(re.sub("^[0-9a-f]{64}", lambda match: match[0].upper(), path.read_text(), count=1))


@forgery
def upper_case_hex_in_a_leaf(bag: Path, _: World) -> None:
    path = bag / "custody/entries/00000004.leaf"
    path.write_bytes(re.sub(rb"[0-9a-f]{64}", lambda match: match[0].upper(), path.read_bytes()))
    remade_tags(bag)


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


for crlf_path in ("manifest-sha256.txt", "bagit.txt", "custody/checkpoint.note", "custody/log-key.pem"):
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
    shutil.rmtree(bag / "custody/proofs")
    (bag / "custody/proofs").symlink_to(world.good / "custody/proofs")


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


@forgery
def proof_of_another_index(bag: Path, world: World) -> None:
    proof = tlog_proof_text(index=2, hashes=inclusion_proof(world.log.hashes(), 3), note=world.log.note())
    (bag / "custody/proofs/00000002.tlog-proof").write_bytes(proof)
    remade_tags(bag)


@forgery
def proof_with_a_hash_too_many(bag: Path, world: World) -> None:
    hashes = (*inclusion_proof(world.log.hashes(), 2), bytes(32))
    (bag / "custody/proofs/00000002.tlog-proof").write_bytes(
        tlog_proof_text(index=2, hashes=hashes, note=world.log.note())
    )
    remade_tags(bag)


@forgery
def proof_under_another_checkpoint(bag: Path, world: World) -> None:
    proof = tlog_proof_text(index=2, hashes=inclusion_proof(world.log.hashes()[:5], 2), note=world.log.note(5))
    (bag / "custody/proofs/00000002.tlog-proof").write_bytes(proof)
    remade_tags(bag)


def renoted(bag: Path, world: World, note: bytes) -> None:
    """Put another note everywhere the note stands, and have it timestamped anew, as anybody may."""
    (bag / "custody/checkpoint.note").write_bytes(note)
    for path in (bag / "custody/proofs").iterdir():
        index = int(path.name[:8])
        path.write_bytes(tlog_proof_text(index=index, hashes=inclusion_proof(world.log.hashes(), index), note=note))
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
    renoted(bag, world, b"\n".join([*lines[:5], lines[4], *lines[5:]]))


@forgery
def note_of_another_size(bag: Path, world: World) -> None:
    renoted(bag, world, world.log.note().replace(b"\n10\n", b"\n11\n"))


@forgery
def note_of_another_root(bag: Path, world: World) -> None:
    lines = world.log.note().split(b"\n")
    renoted(bag, world, b"\n".join([*lines[:2], base64.b64encode(bytes(32)), *lines[3:]]))


@forgery
def note_without_the_cosigner(bag: Path, world: World) -> None:
    renoted(bag, world, world.log.note(cosigned=False))


@forgery
def note_with_a_forged_cosigner(bag: Path, world: World) -> None:
    lines = world.log.note().split(b"\n")
    raw = bytearray(base64.b64decode(lines[5].split(b" ")[2]))
    raw[10] ^= 1
    lines[5] = "\u2014 partner.example ".encode() + base64.b64encode(bytes(raw))
    renoted(bag, world, b"\n".join(lines))


@forgery
def signature_with_a_large_s(bag: Path, world: World) -> None:
    """S + L is the same number modulo the order; RFC 8032 section 5.1.7 asks for S < L."""
    lines = world.log.note().split(b"\n")
    raw = base64.b64decode(lines[4].split(b" ")[2])
    order = 2**252 + 27742317777372353535851937790883648493
    larger = int.from_bytes(raw[36:], "little") + order
    lines[4] = f"\u2014 {NAME} ".encode() + base64.b64encode(raw[:36] + larger.to_bytes(32, "little"))
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
