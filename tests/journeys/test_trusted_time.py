"""Trusted time: shown where it is, "unanchored" where it is not, and rejected where it was taken away."""

import json
import shutil
import subprocess
import sys

import pytest

from counterclaim.cli.main import main
from counterclaim.desk.verify import verify
from counterclaim.record.check import Anchors
from pictures import rendered
from tsa import LoopbackTsa

NOWHERE = "http://127.0.0.1:9/"


@pytest.fixture(scope="module")
def tsa():
    with LoopbackTsa() as authority:
        yield authority


@pytest.fixture(scope="module")
def second():
    with LoopbackTsa("Second time authority") as authority:
        yield authority


def prepared(tmp_path, capsys):
    vault = ["--vault", str(tmp_path / "vault"), "--json"]
    (tmp_path / "a.jpg").write_bytes(rendered(1))
    assert main(["init", *vault]) == 0
    assert main(["case", "new", "c", "--purpose", "a test", *vault]) == 0
    assert main(["admit", str(tmp_path / "a.jpg"), "--case", "c", *vault]) == 0
    capsys.readouterr()
    return vault


def told(capsys):
    return json.loads(capsys.readouterr().out)["data"]


def test_a_published_bag_carries_its_time_and_every_verifier_confirms_it(tmp_path, capsys, tsa) -> None:
    vault, bag = prepared(tmp_path, capsys), tmp_path / "bag"
    assert main(["publish", "--case", "c", "--into", str(bag), "--tsa", tsa.url, "--send", *vault]) == 0
    done = told(capsys)
    assert done["anchoring"].startswith("timestamped by ")
    roots = tmp_path / "roots.pem"
    roots.write_bytes(tsa.roots_pem)
    anchors = ["--fingerprint", done["fingerprint"], "--tsa-roots", str(roots)]
    assert main(["verify", str(bag), *anchors, "--json"]) == 0
    rows = {row["name"]: row for row in told(capsys)["checks"]}
    assert rows["timestamp"]["outcome"] == "passed"
    for command in (["sh", str(bag / "verify.sh")], [sys.executable, "-I", str(bag / "verify.py")]):
        ran = subprocess.run([*command, *anchors, str(bag)], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "passed       timestamp" in ran.stdout
    shutil.rmtree(bag / "custody" / "tokens")
    assert main(["verify", str(bag), *anchors]) == 1


def test_two_authorities_attest_the_same_checkpoint_and_each_token_is_entered(tmp_path, capsys, tsa, second) -> None:
    vault = prepared(tmp_path, capsys)
    assert main(["stamp", "--tsa", tsa.url, "--tsa", second.url, "--send", *vault]) == 0
    done = told(capsys)
    assert "timestamped by Loopback time authority" in done["status"]
    assert "timestamped by Second time authority" in done["status"]
    both = Anchors(tsa_roots=tsa.roots_pem + second.roots_pem)
    checks = verify(tmp_path / "vault", anchors=both)
    stamped = [check for check in checks if check.name == "timestamp"]
    assert [check.outcome for check in stamped] == ["passed", "passed"]
    assert len({check.what for check in stamped}) == 1
    assert [check.name for check in checks if check.outcome == "failed"] == []


def test_a_bag_carries_the_tokens_of_both_authorities(tmp_path, capsys, tsa, second, monkeypatch) -> None:
    vault, bag = prepared(tmp_path, capsys), tmp_path / "bag"
    monkeypatch.setenv("COUNTERCLAIM_TSA", f"{tsa.url} {second.url}")
    assert main(["publish", "--case", "c", "--into", str(bag), "--send", *vault]) == 0
    assert len(list((bag / "custody" / "tokens").iterdir())) == 2
    roots = tmp_path / "roots.pem"
    roots.write_bytes(tsa.roots_pem + second.roots_pem)
    assert main(["verify", str(bag), "--tsa-roots", str(roots)]) == 0


def test_one_authority_out_of_reach_is_said_and_the_other_is_entered(tmp_path, capsys, tsa) -> None:
    vault = prepared(tmp_path, capsys)
    assert main(["stamp", "--tsa", NOWHERE, "--tsa", tsa.url, "--send", *vault]) == 0
    done = told(capsys)
    assert done["status"].startswith("timestamped by Loopback time authority")
    assert [line.startswith(NOWHERE) for line in done["unreached"]] == [True]


def test_no_authority_in_reach_is_a_state_for_publish_and_the_worlds_failing_for_stamp(tmp_path, capsys) -> None:
    vault = prepared(tmp_path, capsys)
    publish = ["publish", "--case", "c", "--into", str(tmp_path / "bag"), "--tsa", NOWHERE, "--send", *vault]
    assert main(publish) == 0
    assert told(capsys)["anchoring"] == "unanchored"
    assert main(["verify", str(tmp_path / "bag")]) == 0
    capsys.readouterr()
    assert main(["stamp", "--tsa", NOWHERE, "--send", *vault]) == 4
    assert told(capsys)["status"] == "unanchored"


def test_without_the_persons_word_everything_is_shown_and_nothing_is_sent(tmp_path, capsys, tsa, monkeypatch) -> None:
    vault, before = prepared(tmp_path, capsys), tsa.answered
    monkeypatch.setenv("COUNTERCLAIM_TSA", tsa.url)
    assert main(["stamp", *vault]) == 3
    shown = capsys.readouterr()
    assert json.loads(shown.out)["data"]["not_sent"] is True
    assert f"POST {tsa.url}" in shown.err
    assert "to the host 127.0.0.1" in shown.err
    assert "SHA-256 " in shown.err
    assert main(["publish", "--case", "c", "--into", str(tmp_path / "bag"), *vault]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["data"]["anchoring"] == "unanchored"
    assert f"POST {tsa.url}" in shown.err
    assert tsa.answered == before
