"""Bytes become exhibits: what a person gives, and what becomes of each of it."""

import json
import os
import struct
import zlib
from pathlib import Path

import pytest

from counterclaim.cli.main import main
from counterclaim.desk.cases import open_case
from counterclaim.desk.examine import brief_of, examine
from counterclaim.desk.open import Desk
from counterclaim.desk.rosters import examiners
from counterclaim.record.finding import Declined, Failed
from pictures import rendered


def told(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def vault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["init", "--vault", str(tmp_path / "vault")]) == 0
    assert main(["case", "new", "c", "--purpose", "a test", "--vault", str(tmp_path / "vault")]) == 0
    capsys.readouterr()
    return tmp_path / "vault"


def huge_png() -> bytes:
    """A PNG whose header says 20000 x 10000: 200 megapixels, a few bytes long."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 20000, 10000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def test_each_bad_input_gets_one_receipt_row_and_everything_else_is_admitted(
    vault: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, truncated = tmp_path / "good.jpg", tmp_path / "truncated.jpg"
    wrong, huge, empty = tmp_path / "wrong.jpg", tmp_path / "huge.png", tmp_path / "empty.jpg"
    good.write_bytes(rendered(1))
    truncated.write_bytes(rendered(2)[:3000])
    wrong.write_text("this is no photograph", "utf-8")
    huge.write_bytes(huge_png())
    empty.touch()
    inputs = [good, truncated, wrong, huge, empty, tmp_path / "missing.jpg", "https://example.org/a.jpg", good]
    code = main(["admit", *map(str, inputs), "--case", "c", "--vault", str(vault), "--json"])
    data = told(capsys)["data"]
    rows = data["receipt"]
    assert [row["outcome"] for row in rows] == ["admitted"] * 4 + ["refused"] * 3 + ["held"]
    assert data["admitted"] + data["held"] + data["refused"] == len(rows) == len(inputs)
    assert all(row["reason"] for row in rows[1:])
    assert "truncated" in rows[1]["reason"]
    assert "text/plain" in rows[2]["reason"]
    assert "200 megapixels" in rows[3]["reason"]
    assert code == 3
    assert [row["exhibit"]["number"] for row in rows[:4]] == [1, 2, 3, 4]
    assert rows[7]["exhibit"]["number"] == 1


def test_a_missing_file_alone_ends_with_the_code_for_usage(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["admit", "no-such-file", "--case", "c", "--vault", str(vault), "--json"]) == 2
    assert told(capsys)["data"]["receipt"][0]["outcome"] == "refused"


def test_a_file_that_cannot_be_read_ends_with_the_code_for_the_world(
    vault: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    locked, good = tmp_path / "locked.jpg", tmp_path / "good.jpg"
    locked.write_bytes(rendered(1))
    good.write_bytes(rendered(2))
    opened = os.open

    def refuse(path, *rest):  # as a disk does; the superuser that runs CI may read any mode
        if str(path).endswith("locked.jpg"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest)

    monkeypatch.setattr("counterclaim.desk.incoming.os.open", refuse)
    assert main(["admit", str(locked), str(good), "--case", "c", "--vault", str(vault), "--json"]) == 4
    rows = told(capsys)["data"]["receipt"]
    assert [row["outcome"] for row in rows] == ["refused", "admitted"]
    assert "Permission denied" in rows[0]["reason"]


def test_what_was_kept_is_byte_for_byte_what_came(desk: Desk, tmp_path: Path) -> None:
    from counterclaim.desk.admit import admit

    open_case(desk, name="c", title="c", purpose="test", risk_assessment="none")
    contents = {f"{seed}.jpg": rendered(seed)[: 3000 if seed == 2 else None] for seed in range(5)}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    admit(desk, [str(tmp_path / name) for name in contents], case="c")
    assert {one.name: desk.vault.content_of(one) for one in desk.vault.exhibits("c")} == contents


def test_a_hostile_or_broken_picture_is_declined_or_failed_and_never_lost(desk: Desk, tmp_path: Path) -> None:
    from counterclaim.desk.admit import admit

    open_case(desk, name="c", title="c", purpose="test", risk_assessment="none")
    (tmp_path / "huge.png").write_bytes(huge_png())
    (tmp_path / "half.jpg").write_bytes(rendered(3)[:2000])
    (tmp_path / "noise.jpg").write_bytes(b"\xff\xd8\xff" + os.urandom(4000))
    admit(desk, [str(tmp_path / name) for name in ("huge.png", "half.jpg", "noise.jpg")], case="c")
    findings = examine(desk, case="c", brief=brief_of())
    assert len(findings) == 3 * len(examiners())
    huge = [finding.outcome for finding in findings if finding.exhibit == 1]
    assert all(isinstance(outcome, Declined | Failed) and outcome.reason for outcome in huge)
    assert len(desk.vault.exhibits("c")) == 3
    assert examine(desk, case="c", brief=brief_of()) == ()


def test_a_full_disk_ends_with_4_and_a_remedy_and_loses_nothing_acknowledged(
    vault: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "a.jpg", tmp_path / "b.jpg"
    first.write_bytes(rendered(1))
    second.write_bytes(rendered(2))
    assert main(["admit", str(first), "--case", "c", "--vault", str(vault)]) == 0
    fsync = os.fsync

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    capsys.readouterr()
    assert main(["admit", str(second), "--case", "c", "--vault", str(vault), "--json"]) == 4
    answer = told(capsys)
    assert answer["error"]["remedy"]
    monkeypatch.setattr(os, "fsync", fsync)
    assert main(["verify", str(vault), "--json"]) == 0
    capsys.readouterr()
    assert main(["admit", str(first), str(second), "--case", "c", "--vault", str(vault), "--json"]) == 0
    assert [row["outcome"] for row in told(capsys)["data"]["receipt"]] == ["held", "admitted"]


def test_who_has_no_role_is_refused_by_name_of_the_roles_that_could(
    vault: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jpg").write_bytes(rendered(1))
    code = main(["admit", str(tmp_path / "a.jpg"), "--case", "c", "--vault", str(vault), "--as", "stranger"])
    assert code == 3
    assert "owner, editor" in capsys.readouterr().err


def test_no_name_host_path_or_zone_stands_in_the_log(desk: Desk, tmp_path: Path) -> None:
    from counterclaim.desk.admit import admit

    named = desk.acting_as("Very Particular Name")
    open_case(named, name="c", title="c", purpose="test", risk_assessment="none")
    (tmp_path / "a.jpg").write_bytes(rendered(1))
    admit(named, [str(tmp_path / "a.jpg")], case="c")
    stored = b"".join(
        part for entry in desk.vault.entries() for part in (entry.leaf, entry.payload or b"", entry.detail or b"")
    )
    for secret in ("Very Particular Name", str(tmp_path), os.uname().nodename + '"', "+0"):
        assert secret.encode() not in stored


def test_a_name_that_is_no_text_costs_nothing_but_its_look(
    vault: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b[2J.jpg")
    Path(strange).write_bytes(rendered(1))
    (tmp_path / "good.jpg").write_bytes(rendered(2))
    long = "n" * 300
    code = main(["admit", strange, long, str(tmp_path / "good.jpg"), "--case", "c", "--vault", str(vault), "--json"])
    rows = told(capsys)["data"]["receipt"]
    assert [row["outcome"] for row in rows] == ["admitted", "refused", "admitted"]
    assert code == 2
    assert main(["case", "show", "c", "--vault", str(vault)]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\\xff" in out


def test_everything_in_a_folder_gets_its_row(vault: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "folder"
    (folder / "deeper").mkdir(parents=True)
    os.mkfifo(folder / "pipe")
    (folder / "dangling").symlink_to(folder / "nowhere")
    (folder / "deeper" / "good.jpg").write_bytes(rendered(1))
    assert main(["admit", str(folder), "--case", "c", "--vault", str(vault), "--json"]) == 3
    rows = {row["input"].rpartition("/")[2]: row["outcome"] for row in told(capsys)["data"]["receipt"]}
    assert rows == {"pipe": "refused", "dangling": "refused", "good.jpg": "admitted"}


@pytest.mark.parametrize("verb", ["read", "examine"])
def test_a_pipe_or_a_missing_file_is_told_and_never_waited_for(verb: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert main([verb, str(tmp_path / "pipe"), "--json"]) == 2
    assert main([verb, str(tmp_path / "missing"), "--json"]) == 2
    assert main([verb, str(tmp_path), "--json"]) == 2


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_a_page_in_an_older_encoding_is_a_page(
    vault: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    text = "<html><body><p>The minist\u00e8re said the photographs were taken in another country.</p></body></html>"
    (tmp_path / "page.html").write_bytes(text.encode(encoding))
    assert main(["admit", str(tmp_path / "page.html"), "--case", "c", "--vault", str(vault)]) == 0
    capsys.readouterr()
    assert main(["read", "--case", "c", "--vault", str(vault), "--json"]) == 0
    data = told(capsys)["data"]
    assert data["unread"] == []
    assert "minist\u00e8re said" in data["readings"][0]["document"]["dom_text"]


def test_a_document_no_reader_reads_is_named_as_unread(
    vault: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 nothing")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7 nothing")
    inputs = [str(tmp_path / name) for name in ("a.zip", "b.pdf")]
    assert main(["admit", *inputs, "--case", "c", "--vault", str(vault)]) == 0
    capsys.readouterr()
    assert main(["read", "--case", "c", "--vault", str(vault), "--json"]) == 0
    first, second = sorted(told(capsys)["data"]["unread"], key=lambda row: row["exhibit"])
    assert first == {"exhibit": 1, "reason": "no reader for application/zip"}
    assert second["reason"].startswith("expected a PDF that opens without a password, got ")


def test_every_usage_error_is_one_json_object_too(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["admit"], ["bogus"], ["note"], ["case", "new"], ["verify", "nowhere"]):
        assert main([*command, "--json"]) == 2
        answer = told(capsys)
        assert answer["data"] is None
        assert answer["error"]["exit_code"] == 2
        assert answer["verb"] == " ".join(command[:2] if command[0] == "case" else command[:1])
