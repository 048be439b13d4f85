"""Checkpoints as signed notes: one form, and every other byte is refused."""

import base64
import contextlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from counterclaim.record.checkpoint import (
    Checkpoint,
    NoteSignature,
    SignedCheckpoint,
    key_hash_of,
    public_key_of,
    signed_checkpoint_of,
    verifier_key_of,
)
from counterclaim.record.errors import MalformedError

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
CHECKPOINT = Checkpoint(origin="example.org/log", size=7, root=bytes(32))
SIGNED = SignedCheckpoint(
    checkpoint=CHECKPOINT,
    signatures=(
        NoteSignature(
            name="example.org/log",
            key_hash=key_hash_of("example.org/log", PUBLIC),
            signature=KEY.sign(CHECKPOINT.text().encode()),
        ),
    ),
)
NOTE = SIGNED.note()


def test_a_note_is_read_back_as_it_was_written() -> None:
    assert signed_checkpoint_of(NOTE) == SIGNED


@given(st.integers(0, len(NOTE) - 1), st.integers(1, 255))
@settings(max_examples=300)
def test_a_changed_byte_is_refused_or_changes_what_is_read(at: int, by: int) -> None:
    changed = bytearray(NOTE)
    changed[at] ^= by
    with contextlib.suppress(MalformedError):
        assert signed_checkpoint_of(bytes(changed)) != SIGNED


@pytest.mark.parametrize(
    "note",
    [
        NOTE.replace(b"\n7\n", b"\n07\n"),
        NOTE.replace(b"\n7\n", b"\n-7\n"),
        NOTE.replace(b"\n", b"\r\n"),
        NOTE + b"\n",
        NOTE[:-1],
        NOTE.replace(b"\n\n", b"\nextension\n\n"),
        NOTE.replace(base64.b64encode(bytes(32)), base64.b64encode(bytes(31))),
        NOTE.replace("\u2014".encode(), b"-"),
        b"",
        b"\xff\xfe",
    ],
)
def test_another_form_of_the_same_note_is_refused(note: bytes) -> None:
    with pytest.raises(MalformedError):
        signed_checkpoint_of(note)


def test_a_verifier_key_is_read_back_and_a_wrong_hash_is_refused() -> None:
    line = verifier_key_of("example.org/log", PUBLIC)
    assert public_key_of(line) == ("example.org/log", PUBLIC)
    with pytest.raises(MalformedError):
        public_key_of(line.replace("+", "+0", 1))
