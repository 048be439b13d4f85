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


@pytest.fixture(scope="module")
def tsa():
    with LoopbackTsa() as authority:
        yield authority


def prepared(tmp_path, capsys):
    vault = ["--vault", str(tmp_path / "vault"), "--json"]
    (tmp_path / "a.jpg").write_bytes(rendered(1))
    assert main(["init", *vault]) == 0
    assert main(["case", "new", "c", "--purpose", "a test", *vault]) == 0
    assert main(["admit", str(tmp_path / "a.jpg"), "--case", "c", *vault]) == 0
    capsys.readouterr()
    return vault


def test_a_published_bag_carries_its_time_and_every_verifier_confirms_it(tmp_path, capsys, tsa) -> None:
    vault, bag = prepared(tmp_path, capsys), tmp_path / "bag"
    assert main(["publish", "--case", "c", "--into", str(bag), "--tsa", tsa.url, *vault]) == 0
    told = json.loads(capsys.readouterr().out)["data"]
    assert told["anchoring"].startswith("timestamped by ")
    roots = tmp_path / "roots.pem"
    roots.write_bytes(tsa.roots_pem)
    anchors = ["--fingerprint", told["fingerprint"], "--tsa-roots", str(roots)]
    assert main(["verify", str(bag), *anchors, "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)["data"]["checks"]}
    assert rows["timestamp"]["outcome"] == "passed"
    for command in (["sh", str(bag / "verify.sh")], [sys.executable, "-I", str(bag / "verify.py")]):
        done = subprocess.run([*command, *anchors, str(bag)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "passed       timestamp" in done.stdout
    shutil.rmtree(bag / "custody" / "tokens")
    assert main(["verify", str(bag), *anchors]) == 1


def test_a_stamped_vault_keeps_its_token_and_verifies_it(tmp_path, capsys, tsa) -> None:
    vault = prepared(tmp_path, capsys)
    assert main(["stamp", "--tsa", tsa.url, *vault]) == 0
    checks = verify(tmp_path / "vault", anchors=Anchors(tsa_roots=tsa.roots_pem))
    assert [check.outcome for check in checks if check.name == "timestamp"] == ["passed"]
    assert [check.name for check in checks if check.outcome == "failed"] == []


def test_an_authority_out_of_reach_is_a_state_and_not_an_error(tmp_path, capsys) -> None:
    vault = prepared(tmp_path, capsys)
    assert main(["publish", "--case", "c", "--into", str(tmp_path / "bag"), "--tsa", "http://127.0.0.1:9", *vault]) == 0
    assert json.loads(capsys.readouterr().out)["data"]["anchoring"] == "unanchored"
    assert main(["verify", str(tmp_path / "bag")]) == 0
