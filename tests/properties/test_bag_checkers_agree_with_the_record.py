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
from counterclaim.record.custody import ACT_KINDS, RECORD_KINDS, inclusion_proof, leaf_hash, root_of

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


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 40), data=st.data())
def test_both_ways_to_the_root_agree(verify: ModuleType, size: int, data: st.DataObject) -> None:
    leaves = [bytes([number]) for number in range(size)]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    index = data.draw(st.integers(0, size - 1))
    proof = list(inclusion_proof(hashes, index))
    assert verify.root_from(leaves[index], index, size, proof) == root_of(hashes)
    assert verify.root_from(b"other", index, size, proof) != root_of(hashes)
    assert verify.root_from(leaves[index], index, size, [*proof, bytes(32)]) is None


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
