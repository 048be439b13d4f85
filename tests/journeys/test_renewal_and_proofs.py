"""Trusted time grows old: a newer token over the log covers the older ones; block headers confirm what calendars gave."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from functools import partial

import pytest

from counterclaim.cli.main import main
from counterclaim.desk.broker import Broker
from counterclaim.desk.outbound import OutboundPolicy
from counterclaim.desk.renew import aging, renew, write_out
from counterclaim.desk.stamp import Authorities, enter_proof, stamp, words_of_tokens
from counterclaim.desk.verify import verify
from counterclaim.record.check import Anchors, Check
from counterclaim.record.errors import IntegrityError, UsageError
from counterclaim.vault import anchor_checks
from ots_room import EASY, easy_headers_of, mined, proof_over
from tsa import LoopbackTsa, PastTsa

LAPSED_AT = datetime(2024, 6, 1, 10, tzinfo=UTC)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def tsa():
    with LoopbackTsa() as authority:
        yield authority


@pytest.fixture(scope="module")
def past():
    return PastTsa(begins=moment("2023-01-01"), ends=moment("2025-01-01"))


def asking(desk, tsa) -> Authorities:
    broker = Broker(desk=desk, send=True, show=lambda _: None, policy=OutboundPolicy())
    return Authorities(addresses=(tsa.url,), broker=broker)


def with_lapsed_token(desk, past) -> int:
    """Enter a token whose certificate has ended since, as if this log had been stamped in 2024."""
    head = desk.vault.checkpoint()
    token = past.token(head.note(), at=LAPSED_AT)
    body = {
        "size": head.checkpoint.size,
        "token": base64.b64encode(token).decode(),
        "authority": "Past time authority",
        "at": "2024-06-01T10:00:00Z",
    }
    (entry,) = desk.record(desk.event("attest_time", case="", body=body))
    return entry.index


def timestamps(checks: tuple[Check, ...]) -> list[Check]:
    return [check for check in checks if check.name == "timestamp"]


def test_a_new_token_over_the_log_covers_the_lapsed_one(desk, past, tsa) -> None:
    lapsed = with_lapsed_token(desk, past)
    (row,) = aging(desk)
    assert (row.entry, row.ended, row.covered_by, row.ends) == (lapsed, True, None, "2025-01-01T00:00:00Z")
    found, done = renew(desk, asking(desk, tsa), within_days=1)
    assert [one.entry for one in found] == [lapsed]
    assert done.status.startswith("timestamped by Loopback")
    (row,) = aging(desk, within_days=1)
    newer = desk.vault.tokens()[-1]
    assert row.covered_by == newer.entry
    assert newer.size > lapsed
    anchors = Anchors(tsa_roots=past.roots_pem + tsa.roots_pem, at=desk.clock())
    checks = verify(desk.vault.folder, anchors=anchors)
    assert [check.outcome for check in checks if check.outcome == "failed"] == []
    old, new = timestamps(checks)
    assert "-attime 1717236000" in old.reason
    assert f"covered by the token of entry {newer.entry} ({newer.at}, taken after its certificate ended)" in old.reason
    assert "covered by" not in new.reason


def test_nothing_is_asked_where_everything_is_covered(desk, past, tsa) -> None:
    with_lapsed_token(desk, past)
    renew(desk, asking(desk, tsa), within_days=1)
    answered = tsa.answered
    found, done = renew(desk, asking(desk, tsa), within_days=1)
    assert (len(found), done.status, tsa.answered) == (1, "nothing to renew", answered)


def test_a_certificate_that_ends_soon_is_listed_before_it_ends(desk, tsa) -> None:
    renew_all = renew(desk, asking(desk, tsa), within_days=0)
    assert renew_all[1].status == "nothing to renew"
    stamp(desk, asking(desk, tsa))
    assert aging(desk, within_days=1) == ()
    (row,) = aging(desk, within_days=60)  # the loopback authority's certificate is of 30 days
    assert row.ended is False
    for days in (-1, 10**6):
        with pytest.raises(UsageError):
            aging(desk, within_days=days)


def test_a_lasting_token_from_before_covers_nothing_that_came_after(desk, past, tsa) -> None:
    stamp(desk, asking(desk, tsa))
    with_lapsed_token(desk, past)
    (row,) = aging(desk, within_days=1)
    assert row.covered_by is None


def test_an_older_token_never_covers_a_newer_one(desk, past) -> None:
    first, second = with_lapsed_token(desk, past), with_lapsed_token(desk, past)
    checks = timestamps(verify(desk.vault.folder, anchors=Anchors(tsa_roots=past.roots_pem)))
    assert f"covered by the token of entry {second}" in checks[0].reason
    assert f"entry {first}" not in checks[1].reason


def test_the_files_written_out_are_what_the_printed_command_reads(desk, past, tmp_path) -> None:
    import subprocess

    entry = with_lapsed_token(desk, past)
    files = {path.name for path in write_out(desk, tmp_path / "out")}
    (tmp_path / "out" / "ROOTS.pem").write_bytes(past.roots_pem)
    (check,) = timestamps(verify(desk.vault.folder, anchors=Anchors(tsa_roots=past.roots_pem, at=desk.clock())))
    command = check.reason.split("`")[1]
    assert f"token-{entry}.tsr" in files
    done = subprocess.run(command.split(), cwd=tmp_path / "out", capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    with pytest.raises(UsageError):
        write_out(desk, tmp_path / "out")


def test_renew_by_the_command_line_lists_and_waits_for_the_word(desk, past, tsa, capsys) -> None:
    with_lapsed_token(desk, past)
    vault = ["--vault", str(desk.vault.folder), "--json"]
    assert main(["renew", *vault]) == 0
    told = json.loads(capsys.readouterr().out)["data"]
    assert [row["covered_by"] for row in told["tokens"]] == [None]
    assert main(["renew", "--tsa", tsa.url, *vault]) == 3
    assert json.loads(capsys.readouterr().out)["data"]["not_sent"] is True
    assert main(["renew", "--tsa", tsa.url, "--send", "--within-days", "5", *vault]) == 0
    assert json.loads(capsys.readouterr().out)["data"]["status"].startswith("timestamped by Loopback")


# --- OpenTimestamps ---------------------------------------------------------------------------


def test_a_proof_is_entered_and_waits_until_block_headers_confirm_it(desk, tmp_path, capsys, monkeypatch) -> None:
    head = desk.vault.checkpoint()
    content, root = proof_over(head.note(), height=2)
    (tmp_path / "note.ots").write_bytes(content)
    assert main(["stamp", "--ots", str(tmp_path / "note.ots"), "--vault", str(desk.vault.folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["data"]["status"].startswith("unanchored: the OpenTimestamps proof")
    words, tokens = words_of_tokens(desk, size=head.checkpoint.size, note=head.note())
    assert (words, tokens) == ("unanchored", ())
    (waiting,) = timestamps(verify(desk.vault.folder, anchors=Anchors()))
    assert (waiting.outcome, "block 2 was not given" in waiting.reason) == ("not_checked", True)
    headers = mined([b"\x01" * 32, b"\x02" * 32, root])
    monkeypatch.setattr(anchor_checks, "block_headers_of", partial(anchor_checks.block_headers_of, target_max=EASY))
    (held,) = timestamps(verify(desk.vault.folder, anchors=Anchors(block_headers=headers)))
    assert (held.outcome, held.reason) == (
        "passed",
        "timestamped by Bitcoin block 2 (these bytes existed by 2023-11-14T22:33:20Z)",
    )
    other = mined([b"\x01" * 32, b"\x02" * 32, b"\x03" * 32])
    (wrong,) = timestamps(verify(desk.vault.folder, anchors=Anchors(block_headers=other)))
    assert wrong.outcome == "failed"


def test_a_proof_confirmed_when_it_is_entered_says_by_when(desk) -> None:
    content, root = proof_over(desk.vault.checkpoint().note(), height=0)
    words = enter_proof(desk, content, headers=easy_headers_of(mined([root])))
    assert words == "timestamped by Bitcoin block 0 (these bytes existed by 2023-11-14T22:13:20Z)"
    (token,) = desk.vault.tokens()
    assert (token.authority, token.at) == ("OpenTimestamps", "2023-11-14T22:13:20Z")


def test_a_proof_over_other_bytes_or_with_another_blocks_root_is_not_entered(desk) -> None:
    note, before = desk.vault.checkpoint().note(), desk.vault.size()
    with pytest.raises(UsageError):
        enter_proof(desk, proof_over(b"other bytes", height=0)[0])
    with pytest.raises(IntegrityError):
        enter_proof(desk, proof_over(note, height=0)[0], headers=easy_headers_of(mined([b"\x01" * 32])))
    assert desk.vault.size() == before


def test_a_proof_is_no_rfc_3161_token_and_leaves_no_trace_in_a_bags_tokens(desk) -> None:
    head = desk.vault.checkpoint()
    enter_proof(desk, proof_over(head.note(), height=None)[0])
    assert words_of_tokens(desk, size=head.checkpoint.size, note=head.note()) == ("unanchored", ())
    assert aging(desk, within_days=36_500) == ()
