"""Tokens in odd orders and of ended certificates: ours agrees with `openssl ts -verify`, and forges no order."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from rfc3161_client import decode_timestamp_response

import tsa as tsa_room
from counterclaim.record.certificate_order import with_sorted_certificates
from counterclaim.record.errors import MalformedError
from counterclaim.vault.stamps import request_of, token_holds
from counterclaim.vault.tokens import TOKEN_BYTES_MAX, authority_of, decoded_token
from tsa import LoopbackTsa, PastTsa

NOTE = b"log.example\n3\nAAAA\n"
NOW = "2026-11-24T12:00:00Z"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def inside(der: bytes, begin: int, end: int) -> list[tuple[int, int, int]]:
    """(tag octet, begin of content, end) of the values side by side: a second reading of DER, for the test alone."""
    found = []
    while begin < end:
        length, at = der[begin + 1], begin + 2
        if length & 0x80:
            count = length & 0x7F
            length, at = int.from_bytes(der[at : at + count], "big"), at + count
        found.append((der[begin], begin, at, at + length))
        begin = at + length
    return found


def certificates_field(der: bytes) -> tuple[int, int, list[bytes]]:
    ((_, _, at, end),) = inside(der, 0, len(der))
    for place in (1, 1, 0):
        _, _, at, end = inside(der, at, end)[place]
    _, _, at, end = next(one for one in inside(der, at, end) if one[0] == 0xA0)
    return at, end, [der[begin:stop] for _, begin, _, stop in inside(der, at, end)]


def reordered(der: bytes, order) -> bytes:
    at, end, held = certificates_field(der)
    return der[:at] + b"".join(order(held)) + der[end:]


def openssl_accepts(folder: Path, token: bytes, roots: bytes, note: bytes = NOTE, attime: int | None = None) -> bool:
    folder.mkdir(exist_ok=True)
    for name, content in (("token.tsr", token), ("checkpoint.note", note), ("ROOTS.pem", roots)):
        (folder / name).write_bytes(content)
    command = ["openssl", "ts", "-verify", "-data", "checkpoint.note", "-in", "token.tsr", "-CAfile", "ROOTS.pem"]
    command += [] if attime is None else ["-attime", str(attime)]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def chained():
    """An authority that encloses its root too, as many do; its answer in both orders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tsa_room, "CONFIG", tsa_room.CONFIG.replace("serial =", "certs = {folder}/root.pem\nserial ="))
        with LoopbackTsa() as authority:
            answer = authority.reply_to(request_of(NOTE).as_bytes())
            yield authority.roots_pem, reordered(answer, sorted), reordered(answer, lambda held: sorted(held)[::-1])


def test_openssl_and_ours_accept_both_orders_and_the_strict_decoder_one(chained, tmp_path) -> None:
    roots, in_order, swapped = chained
    assert in_order != swapped
    decode_timestamp_response(in_order)
    with pytest.raises(ValueError, match="InvalidSetOrdering"):
        decode_timestamp_response(swapped)
    for token in (in_order, swapped):
        assert openssl_accepts(tmp_path / "o", token, roots)
        assert token_holds(token, NOTE, roots).outcome == "passed"
        assert authority_of(decoded_token(token)) == "Loopback time authority"


def test_only_the_order_changes_and_no_signed_byte(chained) -> None:
    _, in_order, swapped = chained
    mended = with_sorted_certificates(swapped)
    assert mended == in_order
    assert len(mended) == len(swapped)
    at, end, held = certificates_field(swapped)
    assert mended[:at] == swapped[:at]
    assert mended[end:] == swapped[end:]  # signerInfos, and with them signedAttrs and the signature
    assert sorted(certificates_field(mended)[2]) == sorted(held)
    assert with_sorted_certificates(mended) == mended


def test_a_token_in_another_order_is_no_way_around_a_check(chained, tmp_path) -> None:
    roots, _, swapped = chained
    assert token_holds(swapped, b"other bytes", roots).outcome == "failed"
    assert not openssl_accepts(tmp_path / "o", swapped, roots, b"other bytes")
    with LoopbackTsa() as other:
        assert token_holds(swapped, NOTE, other.roots_pem).outcome == "failed"
        assert not openssl_accepts(tmp_path / "p", swapped, other.roots_pem)


def test_every_changed_byte_of_a_swapped_token_gives_the_answer_openssl_gives_or_a_stricter_one(
    chained, tmp_path, measured
) -> None:
    roots, _, swapped = chained
    tried = agreed = stricter = 0
    for place in range(0, len(swapped), 29):
        changed = swapped[:place] + bytes([swapped[place] ^ 0x41]) + swapped[place + 1 :]
        ours = token_holds(changed, NOTE, roots).outcome == "passed"
        theirs = openssl_accepts(tmp_path / "o", changed, roots)
        tried, agreed, stricter = tried + 1, agreed + (ours == theirs), stricter + (theirs and not ours)
    measured(f"changed bytes of a token in another order: {agreed} of {tried} as openssl, {stricter} stricter")
    assert agreed + stricter == tried


def test_what_is_no_token_is_refused_in_words(chained) -> None:
    _, _, swapped = chained
    for content in (b"", b"\x30", b"<html>", swapped[:200], b"\x30\x80" + swapped[4:], swapped + b"x", b"\x30\x00"):
        with pytest.raises(MalformedError):
            decoded_token(content)
    with pytest.raises(MalformedError, match="at most"):
        decoded_token(b"\x30" + b"\x00" * TOKEN_BYTES_MAX)


# --- certificates that ended ------------------------------------------------------------------


@pytest.fixture(scope="module")
def ended():
    return PastTsa(begins=moment("2023-01-01"), ends=moment("2025-01-01"))


def test_a_token_of_an_ended_certificate_holds_at_its_own_time_and_says_the_command(ended, tmp_path) -> None:
    token = ended.token(NOTE, at=moment("2024-06-01T10:00:00"))
    check = token_holds(token, NOTE, ended.roots_pem, at=NOW)
    assert check.outcome == "passed"
    assert "(these bytes existed by 2024-06-01T10:00:00Z)" in check.reason
    assert "ended 2025-01-01T00:00:00Z" in check.reason
    command = check.reason.split("`")[1]
    assert not openssl_accepts(tmp_path / "o", token, ended.roots_pem)  # a plain check refuses it now
    done = subprocess.run(command.split(), cwd=tmp_path / "o", capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"Verification: OK" in done.stdout


def test_before_its_certificate_ended_nothing_is_added(ended) -> None:
    token = ended.token(NOTE, at=moment("2024-06-01T10:00:00"))
    assert "ended" not in token_holds(token, NOTE, ended.roots_pem, at="2024-07-01T00:00:00Z").reason
    assert "ended" not in token_holds(token, NOTE, ended.roots_pem).reason


@pytest.mark.parametrize("at", ["2022-12-31T23:59:59", "2025-01-01T00:00:01", "2026-06-01T00:00:00"])
def test_a_token_from_outside_its_certificates_time_is_rejected_as_openssl_rejects_it(ended, tmp_path, at) -> None:
    token = ended.token(NOTE, at=moment(at))
    assert token_holds(token, NOTE, ended.roots_pem, at=NOW).outcome == "failed"
    assert not openssl_accepts(tmp_path / "o", token, ended.roots_pem, attime=int(moment(at).timestamp()))


def test_the_tokens_of_the_test_are_what_openssl_reads(ended, tmp_path) -> None:
    at = moment("2024-06-01T10:00:00")
    assert openssl_accepts(tmp_path / "o", ended.token(NOTE, at=at), ended.roots_pem, attime=int(at.timestamp()))
    assert not openssl_accepts(tmp_path / "o", ended.token(b"x", at=at), ended.roots_pem, attime=int(at.timestamp()))
    assert x509.load_pem_x509_certificates(ended.roots_pem)
