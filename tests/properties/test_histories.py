"""The map of histories and its proofs: what holds, and every change to it that must not."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from counterclaim.record.custody import inclusion_proof, leaf_hash, root_of
from counterclaim.record.history import (
    NOTHING,
    History,
    Placed,
    bits_of,
    branches_of,
    history_key,
    map_nodes,
    map_root,
    map_root_of_proof,
)
from counterclaim.record.multiproof import root_of_multiproof, siblings_of


def _hashes(size: int) -> list[bytes]:
    return [leaf_hash(str(index).encode()) for index in range(size)]


def _multiproof(hashes: Sequence[bytes], indices: Sequence[int]) -> tuple[bytes, ...]:
    """Each sibling is the root over the leaves it covers: worked out without the function under test."""
    size = len(hashes)
    return tuple(
        root_of(hashes[index << level : min((index + 1) << level, size)]) for level, index in siblings_of(indices, size)
    )


@given(st.data())
def test_a_multiproof_leads_to_the_root_and_a_changed_one_does_not(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 200))
    indices = data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=40, unique=True))
    hashes = _hashes(size)
    leaves, proof, root = {index: hashes[index] for index in indices}, _multiproof(hashes, indices), root_of(hashes)
    assert root_of_multiproof(leaves, size, proof) == root
    assert root_of_multiproof(leaves, size, [*proof, bytes(32)]) is None
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof]
        changed[at] = bytes([changed[at][0] ^ 1]) + changed[at][1:]
        assert root_of_multiproof(leaves, size, changed) != root
        assert root_of_multiproof(leaves, size, proof[:-1]) is None
    missing = data.draw(st.sampled_from(indices))
    fewer = {index: digest for index, digest in leaves.items() if index != missing}
    assert root_of_multiproof(fewer, size, proof) != root


def test_a_multiproof_of_one_entry_is_its_inclusion_proof() -> None:
    for size in range(1, 70):
        hashes = _hashes(size)
        for index in range(size):
            assert _multiproof(hashes, [index]) == inclusion_proof(hashes, index)


def _keys(count: int, seed: int) -> list[bytes]:
    return [history_key(hashlib.sha256(f"{seed} {one}".encode()).digest(), one) for one in range(count)]


def test_a_map_proof_leads_to_the_root_and_no_leaf_can_be_left_out_or_changed() -> None:
    tried = rejected = 0
    for seed in range(60):
        draw = random.Random(seed)
        keys = _keys(draw.randrange(1, 90), seed)
        digests = {key: hashlib.sha256(b"leaf" + key).digest() for key in keys}
        nodes, root = map_nodes(digests), map_root(digests)
        depth = {key: next(d for d in range(257) if nodes.get(bits_of(key)[:d]) == digests[key]) for key in keys}
        chosen = draw.sample(keys, draw.randrange(1, min(len(keys), 20) + 1))
        placed = [Placed(key=key, depth=depth[key], digest=digests[key]) for key in chosen]
        proof = [nodes.get(way, NOTHING) for way in branches_of([one.way() for one in placed])]
        assert map_root_of_proof(placed, proof) == root
        for other in _changed(placed, proof):
            tried += 1
            rejected += map_root_of_proof(*other) != root
    assert tried == rejected > 1000


def _changed(placed: list[Placed], proof: list[bytes]) -> list[tuple[list[Placed], list[bytes]]]:
    changed = [(placed, [*proof, NOTHING]), ([*placed, placed[0]], proof)]
    for at, one in enumerate(placed):
        rest = placed[:at] + placed[at + 1 :]
        flipped = bytes([one.digest[0] ^ 1]) + one.digest[1:]
        changed.append((rest, proof))
        changed.append(([*rest, Placed(key=one.key, depth=one.depth, digest=flipped)], proof))
        changed.append(([*rest, Placed(key=one.key, depth=one.depth + 1, digest=one.digest)], proof))
        first = 1 << (7 - (one.depth - 1) % 8) if one.depth else 0
        if one.depth:
            byte = (one.depth - 1) // 8
            moved = bytearray(one.key)
            moved[byte] ^= first
            changed.append(([*rest, Placed(key=bytes(moved), depth=one.depth, digest=one.digest)], proof))
    changed.extend((placed, proof[:at] + proof[at + 1 :]) for at in range(len(proof)))
    changed.extend((placed, [*proof[:at], bytes(31) + b"\x01", *proof[at + 1 :]]) for at in range(len(proof)))
    return changed


def test_the_root_of_the_map_does_not_depend_on_the_order_of_its_histories() -> None:
    keys = _keys(50, 7)
    digests = {key: hashlib.sha256(key).digest() for key in keys}
    assert map_root(digests) == map_root(dict(reversed(digests.items())))
    assert map_root({}) == NOTHING
    assert map_root({keys[0]: digests[keys[0]]}) == digests[keys[0]]


def test_two_exhibits_first_named_by_one_entry_have_two_keys() -> None:
    first = leaf_hash(b"entry")
    assert history_key(first, 1) != history_key(first, 2)
    history = History(exhibit=1, key=history_key(first, 1), entries=(3, 5), salt=bytes(16))
    assert history.content().startswith(b'{"entries":[3,5],"exhibit":1,"key":"')
