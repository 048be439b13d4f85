from __future__ import annotations

import ast
import hashlib
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from counterclaim.dossier.bag import readme_text
from counterclaim.dossier.bag_form import BAGIT_TEXT
from counterclaim.record.canonical import canonical_json
from counterclaim.record.custody import ACT_KINDS, RECORD_KINDS, consistency_proof, leaf_hash, root_of
from counterclaim.record.history import History, Placed, branches_of, map_nodes, map_root_of_proof
from counterclaim.record.multiproof import root_of_multiproof, siblings_of

FOLDER = Path(__file__).resolve().parents[2] / "src/counterclaim/dossier/verifier"
SHELL = (FOLDER / "verify.sh").read_text()
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def verify() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_of_the_bag", FOLDER / "verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_second_implementation_reads_on_python_3_8_and_imports_the_standard_library_alone() -> None:
    tree = ast.parse((FOLDER / "verify.py").read_text(), feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names
    assert not {"socket", "urllib", "http", "ssl"} & imported


def test_kinds_and_fixed_texts_are_those_of_the_record(verify: ModuleType) -> None:
    assert (verify.ACTS, verify.RECORDS) == (ACT_KINDS, RECORD_KINDS)
    words = dict(re.findall(r"^(ACTS|RECORDS)=' (.*) '$", SHELL, re.MULTILINE))
    assert (set(words["ACTS"].split()), set(words["RECORDS"].split())) == (ACT_KINDS, RECORD_KINDS)
    for name, text in (("README", readme_text()), ("BAGIT", BAGIT_TEXT)):
        digest = hashlib.sha256(text).hexdigest()
        assert f"{name}_SHA256={digest}\n" in SHELL
        assert getattr(verify, f"{name}_SHA256") == digest


def test_the_shell_checker_calls_no_tool_but_those_the_contract_names() -> None:
    called = set(
        re.findall(r"(?:^|[|;&(!{]\s*|\bif |\bwhile )([a-z0-9]+)(?= )", re.sub(r"#.*", "", SHELL), re.MULTILINE)
    )
    foreign = {
        "cat",
        "find",
        "awk",
        "grep",
        "cut",
        "tr",
        "od",
        "xxd",
        "wc",
        "sort",
        "head",
        "tail",
        "mktemp",
        "mkdir",
        "python3",
        "dirname",
    }
    assert called & foreign == set()


@settings(max_examples=80, deadline=None)
@given(size=st.integers(1, 40), data=st.data())
def test_both_ways_from_several_leaves_to_the_root_agree(verify: ModuleType, size: int, data: st.DataObject) -> None:
    hashes = [leaf_hash(bytes([number])) for number in range(size)]
    indices = sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1)))
    proof = [
        root_of(hashes[index << level : min((index + 1) << level, size)]) for level, index in siblings_of(indices, size)
    ]
    leaves = {index: hashes[index] for index in indices}
    assert verify.root_from(leaves, size, proof) == root_of(hashes) == root_of_multiproof(leaves, size, proof)
    assert verify.root_from(leaves, size, [*proof, bytes(32)]) is None
    assert verify.root_from({**leaves, indices[0]: bytes(32)}, size, proof) != root_of(hashes)
    if proof:
        assert verify.root_from(leaves, size, proof[:-1]) is None
    if size > 1:
        old = data.draw(st.integers(1, size - 1))
        rest = list(consistency_proof(hashes, old))
        assert verify.subproof(old, 0, size, root_of(hashes[:old]), rest) == (root_of(hashes[:old]), root_of(hashes))
        assert rest == []


@settings(max_examples=80, deadline=None)
@given(keys=st.sets(st.binary(min_size=32, max_size=32), min_size=1, max_size=12), data=st.data())
def test_both_ways_from_several_histories_to_the_root_of_the_map_agree(
    verify: ModuleType, keys: set[bytes], data: st.DataObject
) -> None:
    histories = {
        key: History(exhibit=number, key=key, entries=(number,), salt=bytes(16))
        for number, key in enumerate(sorted(keys), 1)
    }
    nodes = map_nodes({key: one.digest() for key, one in histories.items()})
    wanted = data.draw(st.sets(st.sampled_from(sorted(keys)), min_size=1))
    placed = []
    for key in sorted(wanted):
        digest = histories[key].digest()
        depth = next(n for n in range(257) if nodes.get(Placed(key=key, depth=n, digest=digest).way()) == digest)
        placed.append(Placed(key=key, depth=depth, digest=digest))
    proof = [nodes.get(way, bytes(32)) for way in branches_of([one.way() for one in placed])]
    rows = [(histories[one.key].exhibit, [0], one.key, one.depth, one.digest) for one in placed]
    assert verify.map_root(rows, proof) == nodes[""] == map_root_of_proof(placed, proof)
    assert verify.map_root(rows, [*proof, bytes(32)]) is None
    wrong = data.draw(st.integers(0, 12))
    moved = [Placed(key=one.key, depth=wrong, digest=one.digest) for one in placed[:1]] + placed[1:]
    moved_rows = [(*row[:3], one.depth, row[4]) for row, one in zip(rows, moved, strict=True)]
    assert verify.map_root(moved_rows, proof) == map_root_of_proof(moved, proof)


@settings(max_examples=8, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=80), bit=st.integers(0, 511))
def test_both_ed25519_agree_and_a_flipped_bit_is_seen(
    verify: ModuleType, seed: bytes, message: bytes, bit: int
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    signature, public = key.sign(message), key.public_key().public_bytes_raw()
    assert verify.signature_holds(public, message, signature)
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not verify.signature_holds(public, message, bytes(flipped))


@settings(max_examples=80, deadline=None)
@given(value=PLAIN)
def test_both_canonical_forms_agree(verify: ModuleType, value: object) -> None:
    assert verify.canonical(value).encode() == canonical_json(value)
