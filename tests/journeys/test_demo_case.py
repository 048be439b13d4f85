"""The bundled disputed case, from bytes to a bag that a stranger can verify."""

import json
import shutil
import subprocess
import sys

import pytest

from counterclaim.cli.main import main
from counterclaim.desk.open import open_desk
from counterclaim.desk.verify import verify
from counterclaim.record.check import Anchors, holds

SHELLS = (["dash"], ["bash"], ["busybox", "sh"])


@pytest.fixture(scope="module")
def weights(demo):
    return {weight.question.id: weight for weight in open_desk(demo.vault).vault.weights("demo")}


def test_the_flag_speaks_against_another_country_and_not_against_an_arranged_room(weights) -> None:
    where = weights["where"].combined
    assert where["A:B"].low > 1
    assert where["A:C"].low <= 1 <= where["A:C"].high
    assert where["A:C"].words == "does not discriminate"
    assert where["A:D"].low <= 1 <= where["A:D"].high


def test_the_denial_and_the_general_reports_add_nothing_to_one_photograph(weights) -> None:
    items = [
        item
        for item in weights["where"].items
        if item.group in {"what the ministry says", "reports on the country in general"}
    ]
    assert items
    for item in items:
        assert all(interval.low <= 1 <= interval.high for interval in item.intervals.values())


def test_the_weight_names_tests_that_would_separate_a_real_room_from_an_arranged_one(weights) -> None:
    bits = [one.bits for one in weights["where"].would_decide]
    assert len(bits) >= 3
    assert max(bits) > 0


def test_the_denial_of_place_is_not_read_as_a_denial_of_the_act(demo) -> None:
    rows = [row.plain for row in open_desk(demo.vault).vault.suggestions("demo") if row.kind == "account"]
    elsewhere = [row for row in rows if row["denial_kind"] == "elsewhere"]
    assert elsewhere
    assert all(row["denies"] == ["place"] for row in elsewhere)
    assert any(row["denial_kind"] == "possibility_raised" for row in rows)


def test_the_copies_are_found_with_their_turn_and_the_unrelated_picture_is_not(demo) -> None:
    findings = {
        f.id: f.outcome.values
        for f in open_desk(demo.vault).vault.findings("demo")
        if f.examiner == "lookalike" and hasattr(f.outcome, "values")
    }
    assert [match["exhibit"] for match in findings["E2.lookalike"]["matches"]] == [1]
    assert findings["E6.lookalike"]["matches"] == []


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell[0])
def test_a_stranger_verifies_the_bag_with_a_shell(demo, shell) -> None:
    assert shutil.which(shell[0]), f"{shell[0]} is missing: tools/debian-packages installs it"
    command = [*shell, str(demo.bag / "verify.sh"), "--fingerprint", demo.fingerprint, str(demo.bag)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_stranger_verifies_the_bag_with_python_and_no_package(demo) -> None:
    command = [
        sys.executable,
        "-I",
        "-S",
        str(demo.bag / "verify.py"),
        str(demo.bag),
        "--fingerprint",
        demo.fingerprint,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_program_verifies_bag_and_vault_and_derives_every_finding_again(demo) -> None:
    anchors = Anchors(fingerprint=demo.fingerprint)
    checks = verify(demo.bag, anchors=anchors, replay=True)
    assert holds(checks), [check for check in checks if check.outcome == "failed"]
    assert sum(check.name == "replay" and check.outcome == "passed" for check in checks) >= 18
    assert holds(verify(demo.vault, anchors=anchors))


def test_without_the_fingerprint_the_signer_is_not_checked_and_the_row_says_so(demo, capsys) -> None:
    assert main(["verify", str(demo.bag), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["data"]["checks"]
    assert [row["reason"] for row in rows if row["name"] == "signer"] == ["consistent; signer not checked"]


def test_what_nobody_accepted_keeps_the_bag_from_being_written(tmp_path, capsys) -> None:
    from counterclaim.desk.demo import FOLDER

    vault = ["--vault", str(tmp_path / "vault")]
    page = tmp_path / "page.html"
    page.write_bytes((FOLDER / "page.html").read_bytes())
    assert main(["init", *vault]) == 0
    assert main(["case", "new", "c", "--purpose", "a test", *vault]) == 0
    assert main(["admit", str(page), "--case", "c", *vault]) == 0
    assert main(["read", "--case", "c", *vault]) == 0
    capsys.readouterr()
    assert main(["publish", "--case", "c", "--into", str(tmp_path / "bag"), "--json", *vault]) == 3
    data = json.loads(capsys.readouterr().out)["data"]
    assert data["blockers"]
    assert not (tmp_path / "bag").exists()
    assert main(["publish", "--case", "c", "--into", str(tmp_path / "bag"), "--without-proposed", *vault]) == 0
    html = (tmp_path / "bag" / "data" / "dossier.html").read_text("utf-8")
    assert "pressed a device" not in html  # a quotation that nobody accepted


@pytest.mark.parametrize("profile", ["public", "court", "ecthr"])
def test_other_profiles_stay_shut_until_consent_is_built(demo, tmp_path, capsys, profile) -> None:
    command = [
        "publish",
        "--case",
        "demo",
        "--into",
        str(tmp_path / "bag"),
        "--profile",
        profile,
        "--vault",
        str(demo.vault),
    ]
    assert main([*command, "--as", "Demo owner", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["data"]["blockers"]
    assert not (tmp_path / "bag").exists()


def test_patterns_count_what_was_accepted_with_bounds(demo, capsys) -> None:
    command = ["patterns", "--case", "demo", "--vault", str(demo.vault), "--as", "Demo owner", "--json"]
    assert main(command) == 0
    tallies = {row["key"]: row for row in json.loads(capsys.readouterr().out)["data"]["tallies"]}
    assert tallies["electric_shock"]["upper"] >= 1
    assert all(row["lower"] <= row["upper"] == len(row["incidents"]) for row in tallies.values())
