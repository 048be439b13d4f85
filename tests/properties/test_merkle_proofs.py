"""RFC 6962 proofs for every size from 0 to 257: valid ones hold, and no changed one does."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from functools import cache

import pytest

from counterclaim.record.custody import (
    EMPTY_ROOT,
    consistency_holds,
    consistency_proof,
    inclusion_holds,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
)
from counterclaim.record.errors import MalformedError
from counterclaim.vault.tree import consistency_at, grown, inclusion_at, root_at

SIZE_MAX = 257  # one past a power of two, so that every shape of right edge occurs
LEAVES = [leaf_hash(f"leaf {number}".encode()) for number in range(SIZE_MAX)]
DICE = random.Random(6962)

# The leaves and roots of the certificate-transparency project's own Merkle tree tests.
KNOWN_LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


# --- an independent second reading of RFC 6962 section 2.1, recursive as the text is --------------


def k_of(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


@cache
def mth(low: int, high: int) -> bytes:
    if high - low == 1:
        return LEAVES[low]
    k = k_of(high - low)
    return hashlib.sha256(b"\x01" + mth(low, low + k) + mth(low + k, high)).digest()


def rfc_path(m: int, low: int, high: int) -> list[bytes]:
    n = high - low
    if n == 1:
        return []
    k = k_of(n)
    if m < k:
        return [*rfc_path(m, low, low + k), mth(low + k, high)]
    return [*rfc_path(m - k, low + k, high), mth(low, low + k)]


def rfc_subproof(m: int, low: int, high: int, *, whole: bool) -> list[bytes]:
    n = high - low
    if m == n:
        return [] if whole else [mth(low, high)]
    k = k_of(n)
    if m <= k:
        return [*rfc_subproof(m, low, low + k, whole=whole), mth(low + k, high)]
    return [*rfc_subproof(m - k, low + k, high, whole=False), mth(low, low + k)]


def node_table() -> Callable[[int, int], bytes]:
    nodes: dict[tuple[int, int], bytes] = {}
    for index, digest in enumerate(LEAVES):
        for level, place, value in grown(index, digest, lambda level, place: nodes[level, place]):
            nodes[level, place] = value
    return lambda level, place: nodes[level, place]


NODE_AT = node_table()


def changed(proof: tuple[bytes, ...]) -> list[tuple[bytes, ...]]:
    """One changed byte, one hash fewer, one more, and two swapped."""
    more = (*proof, DICE.randbytes(32))
    if not proof:
        return [more]
    place, byte = DICE.randrange(len(proof)), DICE.randrange(32)
    digest = proof[place]
    flipped = digest[:byte] + bytes([digest[byte] ^ (1 << DICE.randrange(8))]) + digest[byte + 1 :]
    fewer = proof[:place] + proof[place + 1 :]
    return [(*proof[:place], flipped, *proof[place + 1 :]), fewer, more]


def test_the_known_leaves_give_the_known_roots() -> None:
    hashes = [leaf_hash(leaf) for leaf in KNOWN_LEAVES]
    assert [root_of(hashes[:size]).hex() for size in range(1, 9)] == KNOWN_ROOTS
    assert root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_roots_agree_in_three_readings_for_every_size() -> None:
    assert root_of([]) == root_at(0, NODE_AT) == EMPTY_ROOT
    for size in range(1, SIZE_MAX + 1):
        assert root_of(LEAVES[:size]) == root_at(size, NODE_AT) == mth(0, size)


def test_every_inclusion_proof_holds_and_no_changed_one_does(measured) -> None:
    tried = 0
    for size in range(1, SIZE_MAX + 1):
        root = mth(0, size)
        for index in range(size):
            proof = inclusion_at(index, size, NODE_AT)
            assert inclusion_holds(leaf=LEAVES[index], index=index, size=size, proof=proof, root=root)
            for other in changed(proof):
                tried += 1
                assert not inclusion_holds(leaf=LEAVES[index], index=index, size=size, proof=other, root=root)
            stranger = LEAVES[(index + 1) % SIZE_MAX]
            assert not inclusion_holds(leaf=stranger, index=index, size=size, proof=proof, root=root)
    measured(
        f"inclusion proofs, sizes 1..{SIZE_MAX}: {SIZE_MAX * (SIZE_MAX + 1) // 2} hold, {tried} changed ones rejected"
    )


def test_every_consistency_proof_holds_and_no_changed_one_does(measured) -> None:
    tried = 0
    for size in range(1, SIZE_MAX + 1):
        root = mth(0, size)
        for old_size in range(size + 1):
            old_root = mth(0, old_size) if old_size else EMPTY_ROOT
            proof = consistency_at(old_size, size, NODE_AT)
            known = {"old_size": old_size, "old_root": old_root, "size": size, "root": root}
            assert consistency_holds(**known, proof=proof)
            for other in changed(proof):
                tried += 1
                assert not consistency_holds(**known, proof=other)
            assert not consistency_holds(**(known | {"old_root": LEAVES[0][::-1]}), proof=proof)
    measured(f"consistency proofs, sizes 0..{SIZE_MAX}: all hold, {tried} changed ones rejected")


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129])
def test_pure_proofs_stored_proofs_and_the_text_of_the_standard_agree(size: int) -> None:
    hashes = LEAVES[:size]
    for index in range(size):
        proof = inclusion_proof(hashes, index)
        assert proof == inclusion_at(index, size, NODE_AT) == tuple(rfc_path(index, 0, size))
    for old_size in range(1, size + 1):
        proof = consistency_proof(hashes, old_size)
        assert proof == consistency_at(old_size, size, NODE_AT) == tuple(rfc_subproof(old_size, 0, size, whole=True))


@pytest.mark.parametrize("size", [255, 256, 257])
def test_pure_and_stored_proofs_agree_at_the_large_sizes(size: int) -> None:
    hashes = LEAVES[:size]
    for index in {0, 1, 127, 128, 200, size - 1}:
        assert inclusion_proof(hashes, index) == inclusion_at(index, size, NODE_AT)
        assert consistency_proof(hashes, index) == consistency_at(index, size, NODE_AT)


def test_an_index_or_size_outside_the_log_is_refused() -> None:
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(MalformedError):
            inclusion_at(index, size, NODE_AT)
        with pytest.raises(MalformedError):
            inclusion_proof(LEAVES[:size], index)
    for old_size, size in ((-1, 3), (4, 3)):
        with pytest.raises(MalformedError):
            consistency_at(old_size, size, NODE_AT)
        assert not consistency_holds(old_size=old_size, old_root=EMPTY_ROOT, size=size, root=mth(0, size), proof=())


def test_a_hash_of_another_length_is_never_hashed() -> None:
    short = b"\x01" * 31
    with pytest.raises(MalformedError):
        node_hash(short, LEAVES[0])
    assert not inclusion_holds(leaf=LEAVES[0], index=0, size=2, proof=(short,), root=mth(0, 2))
    # 33 + 31 bytes would hash like two nodes if lengths went unchecked.
    joined = LEAVES[0] + LEAVES[1]
    with pytest.raises(MalformedError):
        node_hash(joined[:33], joined[33:])
