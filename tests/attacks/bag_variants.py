"""Forgeries on points the specification of a bag once left open, and variants with other anchors than all four."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from bag_world import (
    DISCLOSED,
    FORGERIES,
    NAME,
    PUBLISH,
    WITHHELD,
    Exhibit,
    Forgery,
    Log,
    World,
    _odd_lists,
    bag_of,
    event_of_kind,
    forgery,
    key_of_seed,
    log_of,
    payload_files,
    pem_of,
    relaid,
    remade_manifests,
    remade_tags,
    renoted,
    sealed_events,
)
from short_lived_tsa import token_and_roots

from counterclaim.dossier.bag import publish_body
from counterclaim.record.canonical import canonical_json, sha256_hex
from counterclaim.record.checkpoint import Checkpoint, NoteSignature, SignedCheckpoint, key_hash_of, verifier_key_of
from counterclaim.record.cosignature import cosigner_vkey_of
from counterclaim.record.custody import EMPTY_ROOT, Entry
from counterclaim.record.history import History

# --- parts of an entry that the log's own keeper entered in a form that is none ---------------------------

ODD = 5  # the admission of exhibit 2: here whole, and after the earlier checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class OddLog(Log):
    """A log of which one entry cannot be read any more: what it is about is as in `plain`."""

    plain: Log

    def histories(self, size: int | None = None) -> dict[Exhibit, History]:
        return {exhibit: self.history(one.exhibit, one.entries) for exhibit, one in self.plain.histories(size).items()}


def odd_log(world: World, *, payload: bytes | None = None, detail: bytes | None = None, leaf_class: str = "act") -> Log:
    plain = world.log.entries[ODD]
    stored = plain.payload or b""
    if detail is not None:
        stored = stored.replace(sha256_hex(plain.detail or b"").encode(), sha256_hex(detail).encode())
    stored = stored if payload is None else payload
    leaf = canonical_json({"class": leaf_class, "payload_sha256": sha256_hex(stored), "v": 1})
    odd = Entry(index=ODD, leaf=leaf, payload=stored, detail=plain.detail if detail is None else detail)
    entries = (*world.log.entries[:ODD], odd, *world.log.entries[ODD + 1 :])
    return OddLog(entries=entries, key=world.log.key, cosigner=world.log.cosigner, plain=world.log)


def laid_odd(bag: Path, world: World, log: Log) -> None:
    for part in ("payload", "detail"):
        (bag / f"custody/entries/{ODD:08d}.{part}").write_bytes(getattr(log.entries[ODD], part))
    relaid(bag, world, log)


def changed(stored: bytes | None, old: bytes, new: bytes) -> bytes:
    assert stored is not None
    assert old in stored
    return stored.replace(old, new, 1)


def _payload_with(old: bytes, new: bytes) -> Forgery:
    def forge(bag: Path, world: World) -> None:
        laid_odd(bag, world, odd_log(world, payload=changed(world.log.entries[ODD].payload, old, new)))

    return forge


def _detail_with(old: bytes, new: bytes) -> Forgery:
    def forge(bag: Path, world: World) -> None:
        laid_odd(bag, world, odd_log(world, detail=changed(world.log.entries[ODD].detail, old, new)))

    return forge


def _class_with(leaf_class: str) -> Forgery:
    def forge(bag: Path, world: World) -> None:
        laid_odd(bag, world, odd_log(world, payload=world.log.entries[ODD].payload, leaf_class=leaf_class))

    return forge


PAYLOADS = {
    "a float": (b'"exhibits":[2]', b'"exhibits":[2.0]'),
    "an exponent": (b'"exhibits":[2]', b'"exhibits":[2e0]'),
    "NaN": (b'"exhibits":[2]', b'"exhibits":[2,NaN]'),
    "a number of an exhibit that is too long": (b'"exhibits":[2]', b'"exhibits":[2,100000000]'),
    "an integer beyond 2^53": (b'"exhibits":[2]', b'"exhibits":[2,9007199254740993]'),
    "a key twice": (b',"v":1}', b',"v":1,"v":1}'),
    "keys in another order": (b'{"actor":"person-3f","at":"2031-05-04T09:30:00Z",', b'{"at":"2031-05-04T09:30:00Z","actor":"person-3f",'),
    "a field more": (b',"v":1}', b',"u":0,"v":1}'),
    "a space": (b',"v":1}', b', "v":1}'),
    "a line feed after it": (b',"v":1}', b',"v":1}\n'),
    "a byte order mark": (b'{"actor"', b'\xef\xbb\xbf{"actor"'),
    "a lone surrogate, escaped": (b'"basis":"', b'"basis":"\\ud800'),
    "a lone surrogate in UTF-8": (b'"basis":"', b'"basis":"\xed\xa0\x80'),
    "a byte that is no UTF-8": (b'"basis":"', b'"basis":"\xff'),
    "an overlong byte sequence": (b'"basis":"', b'"basis":"\xc0\xaf'),
    "a code point beyond the last": (b'"basis":"', b'"basis":"\xf4\x90\x80\x80'),
    "an escape that is not the shortest": (b"\\n", b"\\u000a"),
    "an escape in upper case": (b'"basis":"', b'"basis":"\\u001F'),
    "an escaped solidus": (b'"basis":"', b'"basis":"\\/'),
    "a kind that is none": (b'"kind":"admit"', b'"kind":"admitted"'),
    "a version that is true": (b',"v":1}', b',"v":true}'),
    "a day that does not exist": (b"2031-05-04T", b"2031-02-29T"),
    "the month 13": (b"2031-05-04T", b"2031-13-04T"),
    "the hour 24": (b"T09:30:00Z", b"T24:00:00Z"),
    "the second 60": (b"T09:30:00Z", b"T09:30:60Z"),
    "another offset than Z": (b"T09:30:00Z", b"T09:30:00+00:00"),
    "a space after the name of its case": (b'"case":"harbour"', b'"case":"harbour "'),
}  # fmt: skip
NESTED_ENOUGH = 62  # beside the detail and its body: 64 in all
DETAILS = {
    "a float": (b'"body":{}', b'"body":{"n":1.5}'),
    "a negative nought": (b'"body":{}', b'"body":{"n":-0}'),
    "a leading zero": (b'"body":{}', b'"body":{"n":01}'),
    "an integer beyond 2^53": (b'"body":{}', b'"body":{"n":-9007199254740992}'),
    "NaN": (b'"body":{}', b'"body":{"n":NaN}'),
    "a word that is no value": (b'"body":{}', b'"body":{"n":nulltrue}'),
    "a comma too many": (b'"body":{}', b'"body":{"n":[1,]}'),
    "brackets that cross": (b'"body":{}', b'"body":{"n":[{"m":1]}}'),
    "a space": (b'"body":{}', b'"body":{"n": 1}'),
    "an escape that is not the shortest": (b'"body":{}', b'"body":{"n":"\\u0041"}'),
    "a lone surrogate, escaped": (b'"body":{}', b'"body":{"n":"\\udc00"}'),
    "a byte that is no UTF-8": (b'"body":{}', b'"body":{"n":"\x80"}'),
    "a body that is a list": (b'"body":{}', b'"body":[]'),
    "a digest in upper case": (b'"outputs":["', b'"outputs":["A'),
    "a field more": (b'"body":{}', b'"body":{},"debt":1'),
    "65 lists and objects around a value": (b'"body":{}', b'"body":{"n":%s1%s}' % (b"[" * (NESTED_ENOUGH + 1), b"]" * (NESTED_ENOUGH + 1))),
}  # fmt: skip
for odd_words, (old_bytes, new_bytes) in PAYLOADS.items():
    FORGERIES[f"payload by the keeper with {odd_words}"] = _payload_with(old_bytes, new_bytes)
for odd_words, (old_bytes, new_bytes) in DETAILS.items():
    FORGERIES[f"detail by the keeper with {odd_words}"] = _detail_with(old_bytes, new_bytes)
FORGERIES["admission by the keeper under a leaf of class record"] = _class_with("record")
FORGERIES["admission by the keeper under a leaf of class viewing"] = _class_with("viewing")
for odd_words, odd_fields in {
    "a profile in upper case": {"profile": "Court"},
    "a number for its recipient": {"recipient": 7},
    "a verifier more": {"verifiers": {"verify.py": "0" * 64, "verify.rb": "0" * 64, "verify.sh": "0" * 64}},
}.items():
    FORGERIES[f"publish entry with {odd_words}"] = _odd_lists(odd_fields)


# --- which entry binds the bag, and what it says of exhibits ---------------------------------------------

AGAIN = 8  # an entry after the publish entry, made a second one of the same payload


def published_twice(*, withheld: tuple[int, ...]) -> Log:
    disclosed = (*DISCLOSED, AGAIN)
    log = log_of(payload_files(), key=key_of_seed("log"), disclosed=disclosed, withheld=withheld)
    body = publish_body(payload=payload_files(), profile="court", recipient=None, disclosed=(*DISCLOSED, PUBLISH))
    events = [event_of_kind("publish", body=body)] * (AGAIN + 1)
    again = sealed_events(events, seed="again")[AGAIN]
    return replace(log, entries=(*log.entries[:AGAIN], again, *log.entries[AGAIN + 1 :]))


@forgery
def two_publish_entries_for_one_manifest(bag: Path, world: World) -> None:
    log = published_twice(withheld=WITHHELD)
    for index in (PUBLISH, AGAIN):
        for part in ("payload", "detail"):
            (bag / f"custody/entries/{index:08d}.{part}").write_bytes(getattr(log.entries[index], part))
    (bag / "custody/leaves").write_bytes(
        (bag / "custody/leaves").read_bytes() + b"%08d %s\n" % (AGAIN, log.entries[AGAIN].leaf)
    )
    relaid(bag, world, log)


def second_publish_entry_withheld(bag: Path, world: World) -> None:
    withheld = (*WITHHELD, AGAIN)
    log = published_twice(withheld=withheld)
    shutil.rmtree(bag)
    token = world.authority.token(log.note())
    bag_of(bag, log, payload_files(), (token,), disclosed=(*DISCLOSED, AGAIN), withheld=withheld)


@forgery
def file_of_an_exhibit_and_no_exhibit_named_as_complete(bag: Path, world: World) -> None:
    log = log_of(payload_files(), key=key_of_seed("log"), exhibits=())
    for part in ("payload", "detail"):
        (bag / f"custody/entries/{PUBLISH:08d}.{part}").write_bytes(getattr(log.entries[PUBLISH], part))
    relaid(bag, world, log)
    for name in ("histories", "histories.proof"):
        (bag / "custody" / name).unlink()
    remade_manifests(bag)


def no_exhibit_at_all(bag: Path, world: World) -> None:
    payload = {path: content for path, content in payload_files().items() if "/exhibits/" not in path}
    log = log_of(payload, key=key_of_seed("log"), exhibits=())
    shutil.rmtree(bag)
    bag_of(bag, log, payload, (world.authority.token(log.note()),), exhibits=())


# --- keys for which anybody can sign ------------------------------------------------------------------

WEAK_KEYS = {
    "of order one": (1).to_bytes(32, "little"),
    "of order two": (2**255 - 20).to_bytes(32, "little"),
    "of order four": bytes(32),
    "of order eight": bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
    "of order one, not modulo p": (2**255 - 18).to_bytes(32, "little"),
    "whose y is not modulo p": (2**255 - 19 + 3).to_bytes(32, "little"),
}
NO_POINT = (2).to_bytes(32, "little")  # no x belongs to y = 2


def _new_key(public: bytes) -> Forgery:
    """Signed with R of order one and S nought, which holds for a key of order one whatever the text is."""

    def forge(bag: Path, world: World) -> None:
        (bag / "custody/log-key.vkey").write_text(verifier_key_of(NAME, public) + "\n")
        (bag / "custody/log-key.pem").write_bytes(pem_of(public))
        signature = (1).to_bytes(32, "little") + bytes(32)
        own = NoteSignature(name=NAME, key_hash=key_hash_of(NAME, public), signature=signature)
        renoted(bag, world, SignedCheckpoint(checkpoint=world.log.checkpoint(), signatures=(own,)).note())

    return forge


for weak_words, weak_key in WEAK_KEYS.items():
    FORGERIES[f"new log key {weak_words}"] = _new_key(weak_key)
FORGERIES["new log key that is no point"] = _new_key(NO_POINT)


def weak_cosigners() -> Iterable[str]:
    return (cosigner_vkey_of("partner.example", key) for key in WEAK_KEYS.values())


# --- tokens that are none ---------------------------------------------------------------------------


def _long_length(content: bytes) -> bytes:
    """The first element of `content` with one byte more of length than DER allows; what follows it stays."""
    tag, first = content[:1], content[1]
    count = first & 0x7F if first > 0x7F else 0
    length = content[2 : 2 + count] if count else content[1:2]
    return tag + bytes([0x80 | len(length) + 1]) + b"\x00" + length + content[2 + count :]


def _token_with(change: Callable[[bytes], bytes]) -> Forgery:
    def forge(bag: Path, _: World) -> None:
        path = bag / "custody/tokens/1.tsr"
        before = path.read_bytes()
        assert change(before) != before
        path.write_bytes(change(before))
        remade_tags(bag)

    return forge


def _inside(content: bytes, marker: bytes, new: bytes) -> bytes:
    """Replace `marker`, `new` being longer, and add what it is longer to every element around it."""
    place, more = content.index(marker), len(new) - len(marker)

    def grown(begin: int, end: int) -> bytes:
        out, at = b"", begin
        while at < end:
            tag, first, head = content[at], content[at + 1], at + 2
            if first > 0x7F:
                count = first & 0x7F
                first, head = int.from_bytes(content[head : head + count], "big"), head + count
            stop = head + first
            inner = content[head:stop]
            if head <= place < stop and at < place:
                inner = grown(head, stop)
            elif at == place:
                return out + new + content[at + len(marker) : end]
            size = len(inner).to_bytes(max(1, (len(inner).bit_length() + 7) // 8), "big")
            out += bytes([tag]) + (size if len(inner) < 0x80 else bytes([0x80 | len(size)]) + size) + inner
            at = stop
        return out

    changed_token = grown(0, len(content))
    assert len(changed_token) >= len(content) + more
    return changed_token


BIT_STRING_OF_A_KEY = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"  # id-ecPublicKey, inside the certificate
FORGERIES["token that was refused (status 2)"] = _token_with(
    lambda token: changed(token, b"\x02\x01\x00", b"\x02\x01\x02")
)
FORGERIES["token granted with modifications (status 1)"] = _token_with(
    lambda token: changed(token, b"\x02\x01\x00", b"\x02\x01\x01")
)
FORGERIES["token with a length in BER"] = _token_with(_long_length)
FORGERIES["token with a length in BER inside a certificate"] = _token_with(
    lambda token: _inside(token, BIT_STRING_OF_A_KEY, _long_length(BIT_STRING_OF_A_KEY))
)
FORGERIES["token with a length in BER inside its TSTInfo"] = _token_with(
    lambda token: _inside(token, b"\x02\x01\x01\x06\x04\x2a\x03\x04\x01", b"\x02\x81\x01\x01\x06\x04\x2a\x03\x04\x01")
)
FORGERIES["token whose TSTInfo is of version 2"] = _token_with(
    lambda token: changed(token, b"\x02\x01\x01\x06\x04\x2a\x03\x04\x01", b"\x02\x01\x02\x06\x04\x2a\x03\x04\x01")
)
FORGERIES["token of the month 13"] = _token_with(
    lambda token: token[: token.index(b"\x18\x0f20") + 6] + b"13" + token[token.index(b"\x18\x0f20") + 8 :]
)


@forgery
def token_with_an_imprint_by_sha_1(bag: Path, world: World) -> None:
    (bag / "custody/tokens/1.tsr").write_bytes(world.authority.token(world.log.note(), digest="sha1"))
    remade_tags(bag)


def token_with_an_imprint_by_sha_384(bag: Path, world: World) -> None:
    (bag / "custody/tokens/1.tsr").write_bytes(world.authority.token(world.log.note(), digest="sha384"))
    remade_tags(bag)


# --- variants: other anchors than all four, or bags that pass -------------------------------------------

# --- the words of a completeness that passed -------------------------------------------------------------


KINDS_COUNTED = ("examine", "correction", "view", "edit")  # entries 2 to 5, about the first exhibit


def counted_bag(*numbers: int, sealed: tuple[int, ...] = (), withheld: tuple[int, ...] = ()) -> Forgery:
    """Another bag, of these exhibits, which are all admitted in entry 1."""

    def forge(bag: Path, world: World) -> None:
        body = publish_body(
            payload=payload_files(),
            profile="court",
            recipient=None,
            disclosed=range(PUBLISH),
            sealed=sealed,
            withheld=withheld,
            exhibits=numbers,
        )
        picture = sha256_hex(payload_files()["data/exhibits/E1.jpg"])
        events = [
            event_of_kind("case_opened"),
            event_of_kind("admit", exhibits=numbers, outputs=(picture,)),
            *(event_of_kind(kind, exhibits=numbers[:1]) for kind in KINDS_COUNTED),
            event_of_kind("publish", body=body),
        ]
        log = replace(world.log, entries=sealed_events(events, seed="counted"))
        parts = {"sealed": sealed, "withheld": withheld, "disclosed": tuple(range(PUBLISH)), "exhibits": numbers}
        shutil.rmtree(bag)
        bag_of(bag, log, payload_files(), (world.authority.token(log.note()),), **parts)

    return forge


ALL = ("fingerprint", "tsa_roots", "cosigner", "checkpoint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A bag with the anchors given beside it: how the row that it is about comes out, and what some row then says."""

    row: tuple[str, str]
    forge: Forgery = lambda bag, world: None  # noqa: ARG005
    given: tuple[str, ...] = ALL
    checkpoint: Callable[[World], bytes] | None = None
    tsa_roots: Callable[[World], bytes] | None = None
    says: str = ""


def emptied(path: str) -> Forgery:
    def forge(bag: Path, _: World) -> None:
        (bag / path).write_bytes(b"")
        remade_tags(bag)

    return forge


def _signed(change: Callable[[Checkpoint], Checkpoint], size: int | None = None) -> Callable[[World], bytes]:
    return lambda world: world.log.signed(change(world.log.checkpoint(size)))


def _signed_twice(world: World) -> bytes:
    note = world.log.note(5)
    return note + note.partition(b"\n\n")[2]


def soon_ended(bag: Path, world: World) -> None:
    token, roots, _ = token_and_roots(bag.parent / "short-lived", world.log.note())
    (world.folder / "ended-roots.pem").write_bytes(roots.read_bytes())
    (bag / "custody/tokens/1.tsr").write_bytes(token)
    (bag / "custody/tokens/2.tsr").unlink()
    remade_tags(bag)


CHECKPOINT = ("checkpoint",)
VARIANTS: dict[str, Variant] = {
    "no anchor, cosignatures emptied": Variant(row=("cosigner", "failed"), forge=emptied("custody/cosignatures"), given=()),
    "no anchor, consistency emptied": Variant(row=("consistency", "failed"), forge=emptied("custody/consistency"), given=()),
    "no anchor, cosignature with a time after the year 9999": Variant(row=("cosigner", "failed"), forge=FORGERIES["cosignature with a time after the year 9999"], given=()),
    "no anchor, consistency with a size twice": Variant(row=("consistency", "failed"), forge=FORGERIES["consistency: a size twice"], given=()),
    "no anchor, consistency with a hash too many": Variant(row=("consistency", "not_checked"), forge=FORGERIES["consistency: a hash too many"], given=()),
    "no anchor, cosignature that does not hold": Variant(row=("cosigner", "not_checked"), forge=FORGERIES["note_with_a_forged_cosigner"], given=()),
    "no anchor, tokens of a strange authority": Variant(row=("timestamp", "not_checked"), forge=FORGERIES["tokens_of_a_strange_authority"], given=()),
    "no anchor, new log key of order one": Variant(row=("log key", "failed"), forge=FORGERIES["new log key of order one"], given=()),
    "no anchor, new log key of order one, not modulo p": Variant(row=("log key", "failed"), forge=FORGERIES["new log key of order one, not modulo p"], given=()),
    "no anchor, new log key that is no point": Variant(row=("checkpoint", "failed"), forge=FORGERIES["new log key that is no point"], given=()),
    "the checkpoint given is this very one": Variant(row=("consistency", "passed"), given=CHECKPOINT, checkpoint=lambda world: world.log.note()),
    "the checkpoint given is this very one, cosigned": Variant(row=("consistency", "passed"), given=CHECKPOINT, checkpoint=lambda world: world.log.note() + world.log.cosignature().encode()),
    "the checkpoint given is of this size with another root of histories": Variant(row=("consistency", "failed"), given=CHECKPOINT, checkpoint=_signed(lambda one: replace(one, histories=bytes(32)))),
    "the checkpoint given is of this size and has three lines": Variant(row=("consistency", "failed"), given=CHECKPOINT, checkpoint=_signed(lambda one: replace(one, histories=None))),
    "the checkpoint given is earlier and has three lines": Variant(row=("consistency", "passed"), given=CHECKPOINT, checkpoint=_signed(lambda one: replace(one, histories=None), 5)),
    "the checkpoint given is greater": Variant(row=("consistency", "not_checked"), given=CHECKPOINT, checkpoint=_signed(lambda one: replace(one, size=99))),
    "the checkpoint given is greater and badly signed": Variant(row=("consistency", "failed"), given=CHECKPOINT, checkpoint=lambda world: world.log.note().replace(b"\n13\n", b"\n99\n")),
    "the checkpoint given is badly signed": Variant(row=("consistency", "failed"), given=CHECKPOINT, checkpoint=lambda world: world.log.note(5).replace(b"\n5\n", b"\n3\n")),
    "the checkpoint given is of another origin": Variant(row=("consistency", "failed"), given=CHECKPOINT, checkpoint=_signed(lambda one: replace(one, origin="example.org/other"), 5)),
    "the checkpoint given has two lines of the log's key": Variant(row=("consistency", "failed"), given=CHECKPOINT, checkpoint=_signed_twice),
    "the checkpoint given is of a size without a proof": Variant(row=("consistency", "failed"), given=CHECKPOINT, checkpoint=lambda world: world.log.note(4)),
    "the checkpoint given is of no entry": Variant(row=("consistency", "failed"), given=CHECKPOINT, checkpoint=_signed(lambda one: replace(one, size=0, root=EMPTY_ROOT, histories=bytes(32)))),
    "the checkpoint given has a line more": Variant(row=("consistency", "failed"), given=CHECKPOINT, checkpoint=lambda world: world.log.note(5).replace(b"\n\n", b"\nmore\n\n")),
    "a second publish entry of the same payload with its detail withheld": Variant(row=("publication", "passed"), forge=second_publish_entry_withheld),
    "no exhibit named as complete and none here": Variant(row=("completeness", "not_checked"), forge=no_exhibit_at_all),
    "completeness says that nothing is closed": Variant(row=("completeness", "passed"), forge=counted_bag(1), given=(), says="E1: 5 entries, all here"),
    "completeness names eight exhibits": Variant(row=("completeness", "passed"), forge=counted_bag(1, 2, 3, 5, 8, 13, 21, 34, sealed=(4, 5), withheld=(1, 2)), given=(), says="E1, E2, E3, E5, E8, E13, E21, E34: 5 entries, all here; 2 without their detail; 1 viewing and 1 act sealed or erased"),
    "completeness names some of nine exhibits": Variant(row=("completeness", "passed"), forge=counted_bag(1, 9, 10, 11, 12, 13, 14, 15, 99999999, sealed=(3, 4, 5), withheld=(2,)), given=(), says="E1, E9, ..., E99999999 (9 exhibits): 5 entries, all here; 1 without its detail; 1 viewing, 1 act and 1 record sealed or erased"),
    "completeness counts two acts": Variant(row=("completeness", "passed"), forge=counted_bag(1, sealed=(2, 5)), given=(), says="E1: 5 entries, all here; 2 acts sealed or erased"),
    "a detail with 64 lists and objects around a value": Variant(row=("commitments", "passed"), forge=_detail_with(b'"body":{}', b'"body":{"n":%s1%s}' % (b"[" * NESTED_ENOUGH, b"]" * NESTED_ENOUGH))),
    "a detail with every kind of value": Variant(row=("commitments", "passed"), forge=_detail_with(b'"body":{}', '"body":{"":[],"a":["",-1,9007199254740991,true,false,null,{}],"b":"\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f/\x7f\u2028\U0010ffff[{,:1"}'.encode())),
    "a payload of a leap day with a fraction": Variant(row=("commitments", "passed"), forge=_payload_with(b"2031-05-04T09:30:00Z", b"2032-02-29T23:59:59.500Z")),
    "a payload with an empty basis": Variant(row=("commitments", "passed"), forge=_payload_with(canonical_json('legitimate interest; said "so" by Ülkər\n'), b'""')),
    "a token with an imprint by SHA-384": Variant(row=("timestamp", "passed"), forge=token_with_an_imprint_by_sha_384),
    "a token whose certificate has ended since": Variant(row=("timestamp", "passed"), forge=soon_ended, tsa_roots=lambda world: (world.folder / "ended-roots.pem").read_bytes(), says="-attime "),
}  # fmt: skip
for token_words in (
    "token that was refused (status 2)", "token granted with modifications (status 1)", "token with a length in BER", "token with a length in BER inside a certificate",
    "token with a length in BER inside its TSTInfo", "token whose TSTInfo is of version 2", "token of the month 13",
    "token_with_an_imprint_by_sha_1", "token_with_bytes_after_it", "token_of_another_checkpoint",
):  # fmt: skip
    VARIANTS[f"no anchor, {token_words}"] = Variant(row=("timestamp", "failed"), forge=FORGERIES[token_words], given=())
