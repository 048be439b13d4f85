"""A checker of bags in another language, by somebody who had docs/SPEC-bag.md and the vectors and nothing else.

The three checkers of this project share an author, and so may share a misreading that no vector shows. check_bag.mjs
does not. It is not mended to agree: where it does not, the specification is what gets mended, or a checker. (Where the
specification was mended after its author's list of what it had left open, so was it; its head says so.)
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKER = Path(__file__).parent / "check_bag.mjs"
BAGS = Path(__file__).resolve().parents[1] / "vectors/bag"
VECTORS = json.loads((BAGS / "vectors.json").read_text("utf-8"))
BY_NAME = {
    "fingerprint": ["--fingerprint", VECTORS["fingerprint"]],
    "cosigner": ["--cosigner", VECTORS["cosigner"]],
    "tsa_roots": ["--tsa-roots", str(BAGS / "tsa-roots.pem")],
    "checkpoint": ["--checkpoint", str(BAGS / "earlier.note")],
}
ANCHORS = [option for options in BY_NAME.values() for option in options]
OUTCOMES = {"passed": "passed", "FAILED": "failed", "not checked": "not_checked"}
ROW = re.compile(r"(passed     |FAILED     |not checked)  (.{12})  .+: .+")


def node(*options: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("node")
    assert program, "node is missing: run `make setup-test`, whose tools/debian-packages installs it"
    return subprocess.run([program, str(CHECKER), *options], capture_output=True, text=True, check=False)


def results_of(bags: list[Path], anchors: list[str]) -> list[dict]:
    """One process for all the bags: to start node takes longer than to check a bag."""
    done = node("--json", *anchors, *map(str, bags))
    assert done.returncode in {0, 1}, done.stderr
    return json.loads(done.stdout)


def rows_of(result: dict) -> list[list[str]]:
    return [[row["name"], OUTCOMES[row["outcome"]]] for row in result["rows"]]


def forged_bag(changes: dict[str, str | None], into: Path) -> Path:
    bag = Path(shutil.copytree(BAGS / "good", into))
    for path, content in changes.items():
        if content is None:
            (bag / path).unlink()
            if not any((bag / path).parent.iterdir()):
                (bag / path).parent.rmdir()
        else:
            (bag / path).parent.mkdir(parents=True, exist_ok=True)
            (bag / path).write_bytes(base64.b64decode(content))
    return bag


@pytest.mark.parametrize(("anchors", "published"), [([], "without anchors"), (ANCHORS, "with anchors")])
def test_a_stranger_with_the_specification_accepts_the_good_bag(anchors: list[str], published: str) -> None:
    [result] = results_of([BAGS / "good"], anchors)
    assert rows_of(result) == VECTORS["good"][published]
    assert result["exit"] == 0


def test_a_stranger_with_the_specification_rejects_every_forgery_in_the_rows_published(
    tmp_path: Path, measured
) -> None:
    forgeries = VECTORS["forged"]
    bags = [forged_bag(forged["changes"], tmp_path / str(n)) for n, forged in enumerate(forgeries)]
    results = results_of(bags, ANCHORS)
    wrong = {
        forged["name"]: [
            f"{row['name']} {row['outcome']}, not {published[1]} ({row['why']})"
            for row, got, published in zip(result["rows"], rows_of(result), forged["rows"], strict=True)
            if got != published
        ]
        for forged, result in zip(forgeries, results, strict=True)
        if rows_of(result) != forged["rows"] or result["exit"] != 1
    }
    right = len(forgeries) - len(wrong)
    measured(
        f"forgeries of a bag in the rows published, by a checker from the specification alone: {right} of {len(forgeries)}"
    )
    assert not wrong


def anchors_of(variant: dict, folder: Path) -> list[str]:
    options: list[str] = []
    for name in variant.get("given", BY_NAME):
        option, value = BY_NAME[name]
        if name in variant:
            (folder / name).write_bytes(base64.b64decode(variant[name]))
            value = str(folder / name)
        options += [option, value]
    return options


@pytest.mark.parametrize("variant", VECTORS["variants"], ids=lambda variant: variant["name"])
def test_a_stranger_finds_every_variant_as_published_under_its_own_anchors(variant: dict, tmp_path: Path) -> None:
    bag = forged_bag(variant["changes"], tmp_path / "bag")
    [result] = results_of([bag], anchors_of(variant, tmp_path))
    assert rows_of(result) == variant["rows"], result["rows"]
    assert variant.get("says", "") in " ".join(row["why"] for row in result["rows"])
    if variant["name"].startswith("completeness "):
        assert words_of_completeness(result) == variant["says"]


def words_of_completeness(result: dict) -> str:
    (why,) = (row["why"] for row in result["rows"] if row["name"] == "completeness")
    return why


def test_a_stranger_tells_a_completeness_that_passed_in_the_words_of_the_specification() -> None:
    [result] = results_of([BAGS / "good"], [])
    words = "E1, E2: 4 entries, all here; 1 without its detail; 1 viewing sealed or erased"
    assert words_of_completeness(result) == words


def test_a_stranger_prints_one_line_a_row_and_leaves_with_the_code_of_the_specification(tmp_path: Path) -> None:
    done = node(str(BAGS / "good"))
    matches = [ROW.fullmatch(line) for line in done.stdout.splitlines()]
    assert [[match[2].rstrip(), OUTCOMES[match[1].rstrip()]] for match in matches] == VECTORS["good"]["without anchors"]
    assert done.returncode == 0
    assert node(str(forged_bag({"data/dossier.html": ""}, tmp_path / "bag"))).returncode == 1
    assert node("--fingerprint", "no fingerprint", str(BAGS / "good")).returncode == 2
    assert node(str(tmp_path / "no folder")).returncode == 2
