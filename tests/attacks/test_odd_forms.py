"""Odd addresses and odd findings end in a row or an exit code of the contract, never in a traceback."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from counterclaim.cli.main import main
from counterclaim.desk import verify as room
from counterclaim.desk.migrate import copy_stays
from counterclaim.desk.outbound import request_to
from counterclaim.record.check import Check
from counterclaim.record.errors import UsageError
from rest_room import CASE, small_desk

HELD = (Check(name="files", outcome="passed", what="bag"),)


def replayed(folder: Path, content: bytes) -> list[Check]:
    path = folder / room.FINDINGS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return list(room._replayed(folder, HELD))


ODD = {
    "a number": {"findings": [1]},
    "no list": {"findings": 1},
    "null": {"findings": None},
    "a list": [],
    "text": "findings",
    "an empty row": {"findings": [{}]},
    "a brief that is a list": {"findings": [{"held": [], "brief": [], "finding": {}, "file": "x"}]},
    "held codes that are numbers": {"findings": [{"held": [1], "brief": {}, "finding": {}, "file": "x"}]},
}


@pytest.mark.parametrize("plain", ODD.values(), ids=ODD.keys())
def test_odd_findings_are_a_failed_row_of_a_replay(tmp_path: Path, plain: object) -> None:
    (row,) = replayed(tmp_path, json.dumps(plain).encode())
    assert (row.name, row.outcome) == ("replay", "failed")


@pytest.mark.parametrize("content", [b"\xff", b"[" * 100_000, b'{"findings": 1e999}'])
def test_findings_that_are_no_json_are_a_failed_row_of_a_replay(tmp_path: Path, content: bytes) -> None:
    (row,) = replayed(tmp_path, content)
    assert row.outcome == "failed"


def test_findings_beyond_the_bound_are_a_failed_row_of_a_replay(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(room, "FINDINGS_BYTES_MAX", 100)
    (row,) = replayed(tmp_path, b'{"findings": []}' + b" " * 100)
    assert row.outcome == "failed"
    assert replayed(tmp_path, b'{"findings": []}') == []


def test_nothing_is_examined_from_a_bag_of_which_a_row_failed(tmp_path: Path) -> None:
    failed = (Check(name="files", outcome="failed", what="bag"),)
    (row,) = list(room._replayed(tmp_path, failed))
    assert row.outcome == "not_checked"


@pytest.mark.parametrize("address", ["https://h/\udcff", "https://h/?\udcff", "https://\udcff/"])
def test_an_address_of_no_characters_is_a_usage_error(tmp_path: Path, address: str, capsys) -> None:
    small_desk(tmp_path / "v", factors=None, files=0)
    assert main(["admit", address, "--case", CASE, "--vault", str(tmp_path / "v")]) in {1, 2, 3}
    assert "Traceback" not in capsys.readouterr().err
    with pytest.raises(UsageError, match="an http or https address"):
        request_to(address, purpose="admit")


def test_a_usage_error_ends_with_one_full_stop(capsys) -> None:
    assert main(["case", "new", "room"]) == 2
    told = capsys.readouterr().err
    assert ".." not in told
    assert told.splitlines()[0].endswith(".")


def test_a_bag_of_version_1_is_called_older_and_not_a_forgery(tmp_path: Path, capsys) -> None:
    with tarfile.open(Path(__file__).parents[1] / "vectors" / "vaults" / "format-1.tar.gz") as packed:
        packed.extractall(tmp_path, filter="data")
    bag = tmp_path / "bag"
    assert main(["verify", str(bag)]) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert "older version" in last
    assert "FAILED" not in last
    (bag / "data" / "exhibits").mkdir(exist_ok=True)
    (bag / "README.txt").write_text("another text", "utf-8")
    assert main(["verify", str(bag)]) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("FAILED")


@pytest.mark.parametrize(("encrypted", "word"), [(True, "encrypted as the vault is"), (False, "unencrypted")])
def test_the_copy_of_a_migration_is_said_to_be_what_it_is(*, encrypted: bool, word: str) -> None:
    assert word in copy_stays(encrypted=encrypted)
