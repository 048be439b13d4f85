from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from size import FULL

HERE = Path(__file__).parent / "bag"
VECTORS = json.loads((HERE / "vectors.json").read_text())
CHECKERS = Path(__file__).resolve().parents[2] / "src/counterclaim/dossier/verifier"
COMMANDS = {
    "verify.py": [sys.executable, "-I", str(CHECKERS / "verify.py")],
    "verify.sh": ["sh", str(CHECKERS / "verify.sh")],
}
ANCHORS = [
    "--fingerprint",
    VECTORS["fingerprint"],
    "--cosigner",
    VECTORS["cosigner"],
    "--tsa-roots",
    str(HERE / "tsa-roots.pem"),
    "--checkpoint",
    str(HERE / "earlier.note"),
]
ROW = re.compile(r"(passed|FAILED|not checked) *  (.{12})  .*")
OUTCOMES = {"passed": "passed", "FAILED": "failed", "not checked": "not_checked"}


def rows_of(checker: str, bag: Path, options: list[str]) -> list[list[str]]:
    done = subprocess.run([*COMMANDS[checker], *options, str(bag)], capture_output=True, check=False)
    return [
        [match[2].rstrip(), OUTCOMES[match[1]]]
        for match in map(ROW.fullmatch, done.stdout.decode().splitlines())
        if match
    ]


@pytest.mark.parametrize("checker", COMMANDS)
def test_the_good_vector_holds_with_and_without_anchors(checker: str) -> None:
    assert rows_of(checker, HERE / "good", []) == VECTORS["good"]["without anchors"]
    assert rows_of(checker, HERE / "good", ANCHORS) == VECTORS["good"]["with anchors"]
    assert all(outcome == "passed" for _, outcome in VECTORS["good"]["with anchors"])


@pytest.mark.parametrize("forged", VECTORS["forged"], ids=lambda forged: forged["name"])
def test_every_forged_vector_fails_in_the_rows_published_for_it(forged: dict, tmp_path: Path) -> None:
    bag = Path(shutil.copytree(HERE / "good", tmp_path / "bag"))
    for path, content in forged["changes"].items():
        if content is None:
            (bag / path).unlink()
            # An empty folder is no part of a bag, and would fail the form before what the vector is about.
            if not any((bag / path).parent.iterdir()):
                (bag / path).parent.rmdir()
        else:
            (bag / path).parent.mkdir(parents=True, exist_ok=True)
            (bag / path).write_bytes(base64.b64decode(content))
    assert any(outcome == "failed" for _, outcome in forged["rows"])
    # The shell runs these as well with every forgery of tests/attacks; here a fifth of them, all in the full run.
    by_shell = FULL or VECTORS["forged"].index(forged) % 5 == 0
    for checker in COMMANDS if by_shell else ["verify.py"]:
        assert rows_of(checker, bag, ANCHORS) == forged["rows"]
