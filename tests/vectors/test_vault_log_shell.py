"""The commands printed in docs/SPEC-custody-log.md check a real log, and fail on a changed one."""

from __future__ import annotations

import base64
import re
import subprocess
from pathlib import Path

import pytest

from counterclaim.record.errors import IntegrityError, MalformedError
from counterclaim.vault.stamps import UnreachableAuthorityError, request_of, stamp, token_of_response
from tsa import LoopbackTsa, post_query
from vault_room import furnished_vault

SPEC = Path(__file__).parents[2] / "docs" / "SPEC-custody-log.md"
SCRIPT = re.search(r"```sh\n(.*?)```", SPEC.read_text("utf-8"), re.DOTALL)[1]


@pytest.fixture(scope="module")
def tsa():
    with LoopbackTsa() as authority:
        yield authority


def laid_out(folder: Path, tsa: LoopbackTsa, index: int) -> Path:
    vault = furnished_vault(folder / "vault")
    entry, size, out = vault.entry(index), vault.size(), folder / "out"
    out.mkdir()
    note = vault.checkpoint().note()
    proof = [base64.b64encode(part).decode() for part in vault.inclusion(index, size)]
    files = {
        "leaf": entry.leaf,
        "payload": entry.payload,
        "detail": entry.detail,
        "proof": "".join(f"{line}\n" for line in proof).encode(),
        "checkpoint.note": note,
        "log-key.vkey": (vault.folder / "log-key.vkey").read_bytes(),
        "stamp.tsr": stamp(note, tsa.url, post_query).token,
        "roots.pem": tsa.roots_pem,
    }
    for name, content in files.items():
        (out / name).write_bytes(content)
    return out


def run(folder: Path, index: int) -> int:
    command = ["sh", "-c", SCRIPT]
    return subprocess.run(
        command, cwd=folder, env={"index": str(index), "PATH": "/usr/bin:/bin"}, check=False
    ).returncode


@pytest.mark.parametrize("index", [0, 7, 20, 21])
def test_the_printed_commands_check_an_entry(tmp_path: Path, tsa: LoopbackTsa, index: int) -> None:
    assert run(laid_out(tmp_path, tsa, index), index) == 0


def test_the_printed_commands_fail_on_each_changed_file_and_on_another_index(tmp_path: Path, tsa: LoopbackTsa) -> None:
    folder = laid_out(tmp_path, tsa, 7)
    assert run(folder, 8) != 0
    for name in ("leaf", "payload", "detail", "proof", "checkpoint.note", "log-key.vkey", "stamp.tsr"):
        content = (folder / name).read_bytes()
        place = len(content) // 2
        (folder / name).write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert run(folder, 7) != 0, name
        (folder / name).write_bytes(content)
    assert run(folder, 7) == 0


def test_no_authority_in_reach_is_an_error_of_its_own_that_says_nothing_is_lost() -> None:
    with pytest.raises(UnreachableAuthorityError) as caught:
        stamp(b"note", "http://127.0.0.1:9/", post_query)
    assert "kept" in caught.value.remedy()


def test_an_answer_over_other_bytes_or_to_another_query_is_refused(tsa: LoopbackTsa) -> None:
    request = request_of(b"note")
    answer = tsa.reply_to(request.as_bytes())
    assert token_of_response(answer, b"note", nonce=request.nonce).authority == "Loopback time authority"
    with pytest.raises(IntegrityError):
        token_of_response(answer, b"other", nonce=request.nonce)
    with pytest.raises(IntegrityError):
        token_of_response(answer, b"note", nonce=request.nonce + 1)
    with pytest.raises(MalformedError):
        token_of_response(b"<html>", b"note", nonce=None)
