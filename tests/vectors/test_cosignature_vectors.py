"""Cosignatures against the standard's own example, and against signatures made and checked by openssl."""

from __future__ import annotations

import base64
import hashlib
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterclaim.record import cosignature as c
from counterclaim.record.checkpoint import verifier_key_of
from counterclaim.record.errors import MalformedError
from counterclaim.vault.log import signature_holds

# C2SP tlog-cosignature v1.0.0, the example of its introduction.
SPEC_LINE = (
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZ"
    "qhf5nNo0xUe+mbIUBkBIfZ+qnA=="
)
SPEC_TEXT = b"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()


def test_the_standards_example_line_is_read_and_written_back() -> None:
    parsed = c.cosignature_of(SPEC_LINE)
    assert parsed.name == "witness.example.com/w1"
    assert c.time_and_signature_of(parsed)[0] == 1679315147
    assert parsed.line() == SPEC_LINE + "\n"


def test_the_message_is_the_standards() -> None:
    assert c.cosigned_message(SPEC_TEXT, 1679315147) == b"cosignature/v1\ntime 1679315147\n" + SPEC_TEXT


def test_the_key_line_holds_type_4_and_its_hash() -> None:
    line = c.cosigner_vkey_of("partner.example/w", PUBLIC)
    name, hashed, encoded = line.split("+", 2)
    assert (name, base64.b64decode(encoded)) == ("partner.example/w", b"\x04" + PUBLIC)
    assert hashed == hashlib.sha256(b"partner.example/w\n\x04" + PUBLIC).hexdigest()[:8]
    assert c.cosigner_key_of(line) == ("partner.example/w", PUBLIC)


def test_a_logs_key_is_no_cosigners_key() -> None:
    with pytest.raises(MalformedError):
        c.cosigner_key_of(verifier_key_of("partner.example/w", PUBLIC))


def test_openssl_confirms_what_the_line_holds(tmp_path) -> None:
    signature = KEY.sign(c.cosigned_message(SPEC_TEXT, 1700000000))
    line = c.cosignature_line(name="partner.example/w", public_key=PUBLIC, time=1700000000, signature=signature)
    raw = base64.b64decode(line.split()[-1])
    pem = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "signature").write_bytes(raw[12:])
    (tmp_path / "message").write_bytes(b"cosignature/v1\ntime 1700000000\n" + SPEC_TEXT)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "message"]
    done = subprocess.run([*command, "-sigfile", "signature"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    vkey = c.cosigner_vkey_of("partner.example/w", PUBLIC)
    held = c.cosigned_at(line, checkpoint_text=SPEC_TEXT, vkey=vkey, signature_holds=signature_holds)
    assert held == 1700000000


@pytest.mark.parametrize("bit", range(0, 76 * 8, 7))
def test_a_changed_bit_anywhere_in_the_line_holds_no_more(bit) -> None:
    signature = KEY.sign(c.cosigned_message(SPEC_TEXT, 1700000000))
    line = c.cosignature_line(name="w", public_key=PUBLIC, time=1700000000, signature=signature)
    raw = bytearray(base64.b64decode(line.split()[-1]))
    raw[bit // 8] ^= 1 << bit % 8
    changed = f"— w {base64.b64encode(bytes(raw)).decode()}\n"
    vkey = c.cosigner_vkey_of("w", PUBLIC)
    try:
        assert c.cosigned_at(changed, checkpoint_text=SPEC_TEXT, vkey=vkey, signature_holds=signature_holds) is None
    except MalformedError:
        assert bit // 8 == 4  # the time's top bit: beyond what the standard allows


@pytest.mark.parametrize(
    "content",
    [b"", b"old 1\n", b"old 01\n\nnote", b"old -1\n\nn", b"old 1\nAAAA\n\nn", b"old 1\n" + b"A\n" * 64 + b"\nn"],
)
def test_a_request_in_another_form_is_refused(content) -> None:
    with pytest.raises(MalformedError):
        c.cosign_request_of(content)


def test_a_request_reads_back() -> None:
    request = c.CosignRequest(old_size=3, proof=(b"\x01" * 32, b"\x02" * 32), note=b"a note\n")
    assert c.cosign_request_of(request.text()) == request
    first = c.CosignRequest(old_size=0, proof=(), note=b"a note\n")
    assert first.text() == b"old 0\n\na note\n"
    assert c.cosign_request_of(first.text()) == first
