"""The published good bag through the command people use, with everything the command brings along."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from counterclaim.cli.main import main

HERE = Path(__file__).parent / "bag"


def test_the_command_passes_the_good_bag_in_every_row_under_every_anchor(capsys: pytest.CaptureFixture[str]) -> None:
    vectors = json.loads((HERE / "vectors.json").read_text())
    given = ["--fingerprint", vectors["fingerprint"], "--cosigner", vectors["cosigner"]]
    given += ["--tsa-roots", str(HERE / "tsa-roots.pem"), "--checkpoint", str(HERE / "earlier.note")]
    code = main(["verify", str(HERE / "good"), *given, "--json"])
    rows = json.loads(capsys.readouterr().out)["data"]["checks"]
    assert [row for row in rows if row["outcome"] != "passed"] == []
    assert code == 0
