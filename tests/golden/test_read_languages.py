"""A paragraph's language is told from its words, and a neighbour's paragraph is taken for none that is read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from counterclaim.read.page.language import WORDS_MIN, language_of

GOLDEN = Path(__file__).parent
RIGHT_MIN = 97  # of a hundred paragraphs of 12 to 60 words
WORDS_MAX = 60


def _paragraphs(language: str, least: int) -> Iterator[str]:
    held: list[str] = []
    for path in sorted((GOLDEN / "read_sentences").glob(f"{language}*.json")):
        for row in json.loads(path.read_text(encoding="utf-8"))["sentences"]:
            held.append(row["text"])
            words = len(re.findall(r"[^\W\d_]+", " ".join(held)))
            if words >= least:
                if words <= WORDS_MAX:
                    yield " ".join(held)
                held = []


@pytest.mark.parametrize("language", ["en", "az", "ru", "tr"])
@pytest.mark.parametrize("least", [WORDS_MIN, 25])
def test_a_paragraph_is_told_by_its_words(language: str, least: int, measured: Callable[[str], None]) -> None:
    told = [language_of(text) for text in _paragraphs(language, least)]
    right = told.count(language)
    measured(f"language {language}, {least} words and more: {right} of {len(told)} right")
    assert right * 100 >= RIGHT_MIN * len(told)
    assert set(told) <= {language, None}


@pytest.mark.parametrize("half", ["mending", "held_out"])
def test_a_neighbours_paragraph_is_in_no_read_language(half: str, measured: Callable[[str], None]) -> None:
    document = json.loads((GOLDEN / "read_languages.json").read_text(encoding="utf-8"))
    rows = [row for row in document["neighbours"] if row["half"] == half]
    taken = [row["language"] for row in rows if language_of(row["text"]) is not None]
    measured(f"languages of neighbours, {half}: {len(rows) - len(taken)} of {len(rows)} left alone")
    assert taken == []


def test_names_and_numbers_alone_are_in_no_language() -> None:
    assert (
        language_of("Selim Karadere Nuray Tezcan 12 Emrah Kuş Deniz Gök Cemal Uz Hakan Orman Tarık Soy Ali Can") is None
    )
