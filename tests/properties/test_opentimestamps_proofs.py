"""Our reader of OpenTimestamps proofs agrees with the reference library, or is stricter; headers are what they say."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation
from opentimestamps.core.op import OpAppend, OpKECCAK256, OpPrepend, OpSHA1, OpSHA256
from opentimestamps.core.serialize import BytesDeserializationContext
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp

from counterclaim.record.errors import CounterclaimError, IntegrityError, MalformedError
from counterclaim.vault.block_headers import block_headers_of
from counterclaim.vault.opentimestamps import DEPTH_MAX, MAGIC, PROOF_BYTES_MAX, Proof, proof_holds, proof_of
from ots_room import easy_headers_of, mined, proof_over, serialized

NOTE = b"log.example\n3\nAAAA\n"
# The headers of the first three blocks of the chain everybody shares, as every node holds them.
FIRST_THREE = bytes.fromhex(
    "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3"
    "888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c"
    "010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000982051fd1e4ba744bbbe680e1fee14677ba1a3c3"
    "540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299"
    "010000004860eb18bf1b1620e37e9490fc8a427514416fd75159ab86688e9a8300000000d5fdcc541e25de1c7a5addedf24858b8bb665c9f"
    "36ef744ee42c316022c90f9bb0bc6649ffff001d08d2bd61"
)


def ends_of(proof: Proof) -> set[tuple[str, int, str, bytes]]:
    return {(one.kind, one.height, one.address, one.message) for one in proof.attestations}


def reference_ends(content: bytes) -> set[tuple[str, int, str, bytes]]:
    held = DetachedTimestampFile.deserialize(BytesDeserializationContext(content))
    found = set()
    for message, one in held.timestamp.all_attestations():
        match one:
            case BitcoinBlockHeaderAttestation():
                found.add(("bitcoin", one.height, "", bytes(message)))
            case PendingAttestation():
                found.add(("pending", 0, one.uri, bytes(message)))
            case _:
                found.add(("unknown", 0, "", bytes(message)))
    return found


OPERATION = st.one_of(
    st.binary(min_size=1, max_size=40).map(OpAppend),
    st.binary(min_size=1, max_size=40).map(OpPrepend),
    st.just(OpSHA256()),
    st.just(OpSHA1()),
)
END = st.one_of(
    st.integers(0, 900_000).map(BitcoinBlockHeaderAttestation),
    st.text("abcdefghij.:/-_0123456789", min_size=1, max_size=30).map(PendingAttestation),
)


@st.composite
def proofs(draw) -> bytes:
    top = Timestamp(hashlib.sha256(NOTE).digest())
    places = [top]
    for _ in range(draw(st.integers(1, 12))):
        places.append(draw(st.sampled_from(places)).ops.add(draw(OPERATION)))
    leaves = [one for one in places if not one.ops]
    for one in leaves:
        one.attestations.add(draw(END))
    for one in draw(st.lists(st.sampled_from(places), max_size=3)):
        one.attestations.add(draw(END))
    return serialized(top)


@settings(max_examples=150, deadline=None)
@given(proofs())
def test_every_proof_of_the_reference_library_is_read_as_it_reads_it(content) -> None:
    proof = proof_of(content)
    assert proof.digest == hashlib.sha256(NOTE).digest()
    assert ends_of(proof) == reference_ends(content)


@settings(max_examples=300, deadline=None)
@given(proofs(), st.data())
def test_whatever_ours_accepts_of_a_changed_proof_the_library_reads_the_same(content, data) -> None:
    place = data.draw(st.integers(len(MAGIC), len(content) - 1))
    changed = data.draw(
        st.sampled_from(
            [
                content[:place],
                content[:place] + bytes([data.draw(st.integers(0, 255))]) + content[place + 1 :],
                content[:place] + content[place + 1 :],
                content + b"\x00",
            ]
        )
    )
    try:
        mine = ends_of(proof_of(changed))
    except MalformedError:
        return
    assert mine == reference_ends(changed)


def test_what_calendars_do_not_use_is_refused_in_words() -> None:
    top = Timestamp(hashlib.sha256(NOTE).digest())
    top.ops.add(OpKECCAK256()).attestations.add(BitcoinBlockHeaderAttestation(1))
    with pytest.raises(MalformedError, match="0x67"):
        proof_of(serialized(top))


def test_a_proof_is_bounded_in_depth_in_message_and_in_size() -> None:
    for deep, given_bytes in ((DEPTH_MAX + 1, 1), (20, 255)):
        content = MAGIC + b"\x01\x08" + bytes(32)
        for _ in range(deep):
            content += b"\xf0" + (bytes([given_bytes]) if given_bytes < 128 else b"\xff\x01") + bytes(given_bytes)
        with pytest.raises(MalformedError):
            proof_of(content + b"\x00" + bytes.fromhex("0588960d73d71901") + b"\x01\x05")
    with pytest.raises(MalformedError):
        proof_of(MAGIC + bytes(PROOF_BYTES_MAX))
    for cut in range(len(MAGIC) + 60):
        with pytest.raises(MalformedError):
            proof_of(proof_over(NOTE, height=1)[0][:cut])


def test_a_number_has_one_form() -> None:
    head = MAGIC + b"\x01\x08" + bytes(32) + b"\x00" + bytes.fromhex("0588960d73d71901")
    assert proof_of(head + b"\x01\x05").heights() == (5,)
    for longer in (b"\x02\x85\x00", b"\x03\x85\x80\x00", b"\x06\x85\x80\x80\x80\x80\x00"):
        with pytest.raises(MalformedError):
            proof_of(head + longer)


# --- against headers --------------------------------------------------------------------------


def test_the_first_blocks_of_the_chain_are_read() -> None:
    headers = block_headers_of(FIRST_THREE)
    assert [headers.moment(height) for height in range(3)] == [
        "2009-01-03T18:15:05Z",
        "2009-01-09T02:54:25Z",
        "2009-01-09T02:55:44Z",
    ]
    assert headers.merkle_root(0)[::-1].hex() == "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
    assert not headers.holds(3)
    assert block_headers_of(FIRST_THREE[80:], first=1).moment(2) == headers.moment(2)


@pytest.mark.parametrize("place", range(0, 240, 3))
def test_a_changed_byte_in_a_header_is_rejected(place) -> None:
    changed = FIRST_THREE[:place] + bytes([FIRST_THREE[place] ^ 0x10]) + FIRST_THREE[place + 1 :]
    with pytest.raises(IntegrityError):
        block_headers_of(changed)


def test_headers_out_of_order_cut_or_of_an_easier_chain_are_rejected() -> None:
    first, second, third = (FIRST_THREE[at : at + 80] for at in (0, 80, 160))
    for content in (second + first, first + third, first + first):
        with pytest.raises(IntegrityError):
            block_headers_of(content)
    for content in (b"", first[:79], first + b"x"):
        with pytest.raises(MalformedError):
            block_headers_of(content)
    with pytest.raises(IntegrityError):
        block_headers_of(mined([b"\x01" * 32]))


def test_a_proof_holds_against_its_block_and_no_other() -> None:
    content, root = proof_over(NOTE, height=7)
    proof = proof_of(content)
    headers = easy_headers_of(mined([b"\x09" * 32, root, b"\x08" * 32]), first=6)
    assert proof_holds(proof, NOTE, headers) == (
        "timestamped by Bitcoin block 7 (these bytes existed by 2023-11-14T22:23:20Z)"
    )
    assert proof_holds(proof, NOTE, None) == ""
    assert proof_holds(proof, NOTE, easy_headers_of(mined([root]), first=9)) == ""
    with pytest.raises(IntegrityError):
        proof_holds(proof, b"other", headers)
    with pytest.raises(IntegrityError):
        proof_holds(proof, NOTE, easy_headers_of(mined([root, b"\x08" * 32]), first=6))
    waiting = proof_of(proof_over(NOTE, height=None)[0])
    assert proof_holds(waiting, NOTE, headers) == ""


def test_no_single_bit_of_a_proof_can_change_and_still_hold(measured) -> None:
    content, root = proof_over(NOTE, height=1)
    headers = easy_headers_of(mined([b"\x09" * 32, root, b"\x08" * 32]))
    held = 0
    for bit in range(8 * len(content)):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            held += bool(proof_holds(proof_of(bytes(changed)), NOTE, headers))
        except CounterclaimError:
            continue
    measured(f"OpenTimestamps proof: {held} of {8 * len(content)} single-bit changes still shown as timestamped")
    assert held == 0
