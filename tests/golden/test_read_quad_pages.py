"""Invented pages in four languages compared with what was annotated on them; refuses to fall under what was measured.

`develop` and `held_out` pages were mended with; of the `third` pages, written before that by hands which did not see the
rules, only figures were looked at. docs/methods/account.md says
how far two readings of the same pages agree. `python tests/golden/test_read_quad_pages.py [--misses]` prints the figures
of both halves and what differs on the develop half.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from quad_pages import HALVES, LANGUAGES, Counts, pages_of, read, total_of

from counterclaim.record.vocabulary import vocabulary

# Of a hundred asked on the third pages, a little under what was measured once: a check that nothing is lost.
FLOORS = {
    "az": {"act": 50, "holder": 52, "denial kind": 40, "speaker": 47, "episode": 55, "entity": 80},
    "en": {"act": 55, "holder": 60, "denial kind": 70, "speaker": 60, "episode": 32, "entity": 70},
    "ru": {"act": 34, "holder": 28, "denial kind": 32, "speaker": 47, "episode": 50, "entity": 78},
    "tr": {"act": 32, "holder": 31, "denial kind": 17, "speaker": 52, "episode": 34, "entity": 80},
}
ACT_RIGHT_MIN = {"az": 66, "en": 62, "ru": 61, "tr": 60}  # of a hundred accounts given on the third pages
MENDED_MIN = 85  # of a hundred accounts asked, and of those given, on the pages that rules were mended with
VALUES = {
    "act": "act_kinds",
    "denial_kind": "denial_kinds",
    "denies": "denied_elements",
    "methods": "methods",
    "kind": "damage_kinds",
}
counted = cache(total_of)


def _annotated() -> Iterator[tuple[str, dict[str, Any]]]:
    for language in LANGUAGES:
        for half in HALVES:
            for path in pages_of(language, half):
                yield f"{language}/{half}/{path.stem}", json.loads(path.read_text(encoding="utf-8"))


def _line(row: dict[str, int]) -> str:
    return f"{row['right']} right, {row['given']} given, {row['asked']} asked"


def test_there_are_thirteen_pages_a_language_and_each_is_read_in_its_own() -> None:
    pages = dict(_annotated())
    assert [sum(name.startswith(language) for name in pages) for language in LANGUAGES] == [13, 13, 13, 13]
    assert {name: read(page)["document"]["language"] for name, page in pages.items()} == {
        name: page["language"] for name, page in pages.items()
    }


def test_every_annotated_quote_stands_once_on_its_page() -> None:
    wrong = []
    for name, page in _annotated():
        text = read(page)["text"]
        for group in ("accounts", "quotations", "episodes"):
            wrong.extend((name, row["quote"]) for row in page[group] if text.count(row["quote"]) != 1)
        wrong.extend((name, row["quote"]) for row in page["damage"] if row["quote"] not in text)
    assert wrong == []


def test_every_annotated_value_is_one_of_the_contract() -> None:
    wrong = []
    for name, page in _annotated():
        for row in (*page["accounts"], *page["episodes"], *page["damage"]):
            for key, known in VALUES.items():
                value = row.get(key) or []
                values = value.split("/") if isinstance(value, str) else value
                wrong.extend((name, key, each) for each in values if each not in vocabulary(known).ids())
        for key, rows, known in (("type", "episodes", "episode_types"), ("type", "entities", "entity_types")):
            values = [each for row in page[rows] for each in row[key].split("/")]
            wrong.extend((name, rows, each) for each in values if each not in vocabulary(known).ids())
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_as_much_is_read_of_the_third_pages_as_was_measured(language: str, measured: Callable[[str], object]) -> None:
    for half in HALVES:
        counts, _ = counted(language, half)
        for name, row in sorted(counts.items()):
            measured(f"read pages {language} {half}: {name} {_line(row)}")
    counts, _ = counted(language, "third")
    for name, floor in FLOORS[language].items():
        assert counts[name]["right"] * 100 >= floor * counts[name]["asked"], (name, counts[name])
    assert counts["act"]["right"] * 100 >= ACT_RIGHT_MIN[language] * counts["act"]["given"], counts["act"]


@pytest.mark.parametrize("half", ["develop", "held_out"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_lost_of_the_pages_that_were_mended_with(language: str, half: str) -> None:
    row = counted(language, half)[0]["act"]
    assert row["right"] * 100 >= MENDED_MIN * max(row["asked"], row["given"]), row


def _print() -> None:
    for half in HALVES:
        for language in LANGUAGES:
            counts: Counts
            counts, misses = counted(language, half)
            for name, row in sorted(counts.items()):
                print(f"{language} {half:8} {name:22} {_line(row)}")  # noqa: T201
            if half == "develop" and "--misses" in sys.argv:
                print("\n".join(misses))  # noqa: T201


if __name__ == "__main__":
    _print()
