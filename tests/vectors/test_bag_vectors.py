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
ANCHORS = {
    "fingerprint": ["--fingerprint", VECTORS["fingerprint"]],
    "cosigner": ["--cosigner", VECTORS["cosigner"]],
    "tsa_roots": ["--tsa-roots", str(HERE / "tsa-roots.pem")],
    "checkpoint": ["--checkpoint", str(HERE / "earlier.note")],
}
EVERY_ANCHOR = [option for options in ANCHORS.values() for option in options]
ROW = re.compile(r"(passed|FAILED|not checked) *  (.{12})  .*")
OUTCOMES = {"passed": "passed", "FAILED": "failed", "not checked": "not_checked"}


def printed_by(checker: str, bag: Path, options: list[str]) -> str:
    return subprocess.run([*COMMANDS[checker], *options, str(bag)], capture_output=True, check=False).stdout.decode()


def rows_in(printed: str) -> list[list[str]]:
    return [[match[2].rstrip(), OUTCOMES[match[1]]] for match in map(ROW.fullmatch, printed.splitlines()) if match]


def changed_bag(changes: dict[str, str | None], into: Path) -> Path:
    bag = Path(shutil.copytree(HERE / "good", into))
    for path, content in changes.items():
        if content is None:
            (bag / path).unlink()
            # An empty folder is no part of a bag, and would fail the form before what the vector is about.
            if not any((bag / path).parent.iterdir()):
                (bag / path).parent.rmdir()
        else:
            (bag / path).parent.mkdir(parents=True, exist_ok=True)
            (bag / path).write_bytes(base64.b64decode(content))
    return bag


def options_of(variant: dict, folder: Path) -> list[str]:
    """The anchors of a variant as options; those that are not the usual ones are laid into `folder`."""
    options: list[str] = []
    for name in variant.get("given", ANCHORS):
        option, value = ANCHORS[name]
        if name in variant:
            (folder / name).write_bytes(base64.b64decode(variant[name]))
            value = str(folder / name)
        options += [option, value]
    return options


@pytest.mark.parametrize("checker", COMMANDS)
def test_the_good_vector_holds_with_and_without_anchors(checker: str) -> None:
    assert rows_in(printed_by(checker, HERE / "good", [])) == VECTORS["good"]["without anchors"]
    assert rows_in(printed_by(checker, HERE / "good", EVERY_ANCHOR)) == VECTORS["good"]["with anchors"]
    assert all(outcome == "passed" for _, outcome in VECTORS["good"]["with anchors"])


@pytest.mark.parametrize("forged", VECTORS["forged"], ids=lambda forged: forged["name"])
def test_every_forged_vector_fails_in_the_rows_published_for_it(forged: dict, tmp_path: Path) -> None:
    bag = changed_bag(forged["changes"], tmp_path / "bag")
    assert any(outcome == "failed" for _, outcome in forged["rows"])
    # The shell runs these as well with every forgery of tests/attacks; here a fifth of them, all in the full run.
    by_shell = FULL or VECTORS["forged"].index(forged) % 5 == 0
    for checker in COMMANDS if by_shell else ["verify.py"]:
        assert rows_in(printed_by(checker, bag, EVERY_ANCHOR)) == forged["rows"]


@pytest.mark.parametrize("variant", VECTORS["variants"], ids=lambda variant: variant["name"])
def test_every_variant_comes_out_as_published_under_the_anchors_named_for_it(variant: dict, tmp_path: Path) -> None:
    bag = changed_bag(variant["changes"], tmp_path / "bag")
    by_shell = FULL or "says" in variant or VECTORS["variants"].index(variant) % 5 == 0
    for checker in COMMANDS if by_shell else ["verify.py"]:
        printed = printed_by(checker, bag, options_of(variant, tmp_path))
        assert rows_in(printed) == variant["rows"]
        assert variant.get("says", "") in printed
        if variant["name"].startswith("completeness "):
            assert words_of_completeness(printed) == variant["says"]


def words_of_completeness(printed: str) -> str:
    (row,) = (line for line in printed.splitlines() if line[13:25].rstrip() == "completeness")
    return row[27:].removeprefix("custody/histories: ")


@pytest.mark.parametrize("checker", COMMANDS)
def test_a_completeness_that_passed_is_told_in_the_words_of_the_specification(checker: str) -> None:
    words = "E1, E2: 4 entries, all here; 1 without its detail; 1 viewing sealed or erased"
    assert words_of_completeness(printed_by(checker, HERE / "good", [])) == words
