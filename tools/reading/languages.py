"""Measure by paragraph which language a text is told to be in, on the project's own sentences and on neighbours'."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from counterclaim.read.page.language import language_of
from figure import Figure, Missing

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "golden"
LANGUAGES = ("en", "az", "ru", "tr")
SIZES = ((12, 25), (26, 60))  # words of a paragraph: a short one, and one of a news page
RATE_MIN = 0.97
_WORD = re.compile(r"[^\W\d_]+")


def sentences_in(language: str) -> list[str]:
    """Give the invented sentences of a language that the golden sets hold, each once, as they stand there."""
    out: dict[str, None] = {}
    for path in sorted((GOLDEN / "read_sentences").glob(f"{language}*.json")):
        out.update((row["text"], None) for row in json.loads(path.read_text(encoding="utf-8"))["sentences"])
    for path in sorted((GOLDEN / "read_pages" / "quad" / language).rglob("*.json")):
        text = json.loads(path.read_text(encoding="utf-8")).get("text", "")  # a web page in markup is left out
        out.update((line.strip(), None) for line in text.splitlines() if line.strip())
    return list(out)


def paragraphs_of(language: str, least: int, most: int) -> Iterator[str]:
    """Join sentences in their order until there are `least` words; give those of no more than `most`."""
    held: list[str] = []
    for sentence in sentences_in(language):
        held.append(sentence)
        words = len(_WORD.findall(" ".join(held)))
        if words >= least:
            if words <= most:
                yield " ".join(held)
            held = []


def neighbours(half: str) -> list[tuple[str, str]]:
    """Give the language and text of each paragraph in a language that is not read."""
    rows = json.loads((GOLDEN / "read_languages.json").read_text(encoding="utf-8"))["neighbours"]
    return [(row["language"], row["text"]) for row in rows if row["half"] == half]


def _oracle() -> Callable[[str], str] | None:
    if importlib.util.find_spec("py3langid") is None:
        return None
    oracle = importlib.import_module("py3langid.langid")  # to measure beside, no part of the package
    return lambda text: str(oracle.classify(text)[0])


def figures(sets: Path) -> list[Figure | Missing]:
    """Measure each language by size of paragraph, and what is said of neighbours; `sets` is not needed."""
    del sets
    oracle = _oracle()
    out: list[Figure | Missing] = []
    for language in LANGUAGES:
        for least, most in SIZES:
            texts = list(paragraphs_of(language, least, most))
            told = [language_of(text) for text in texts]
            right = told.count(language)
            wrong = sum(1 for each in told if each not in {language, None})
            other = sum(oracle(text) == language for text in texts) if oracle else 0
            out.append(
                Figure(
                    subject=f"language {language}, {least} to {most} words",
                    ours=f"{right} of {len(texts)} right, {wrong} wrong",
                    n=len(texts),
                    floor=f"{RATE_MIN:.2f}",
                    held=right >= RATE_MIN * len(texts),
                    other=f"{other} of {len(texts)}" if oracle else "",
                    other_tool="py3langid" if oracle else "",
                    note="invented sentences joined in their order",
                )
            )
    for half in ("mending", "held_out"):
        rows = neighbours(half)
        misses = [language for language, text in rows if language_of(text) is not None]
        alike = sum(oracle(text) not in LANGUAGES for _, text in rows) if oracle else 0
        out.append(
            Figure(
                subject=f"language of neighbours, {half}",
                ours=f"{len(rows) - len(misses)} of {len(rows)} left alone",
                n=len(rows),
                other=f"{alike} of {len(rows)}" if oracle else "",
                other_tool="py3langid" if oracle else "",
                note="taken for one that is read: " + (", ".join(misses) or "none"),
            )
        )
    return out
