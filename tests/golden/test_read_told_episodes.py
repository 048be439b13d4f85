"""What 240 invented sentences in four languages say happened: kind, methods, who, where, when, and what did not happen.

The sentences were written before the rules. Names are marked in them (`[P ...]` a person, `[F ...]` a facility), so
that this measures episodes and not names. Every second sentence was held out while the rules were made.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from counterclaim.read.by.episode import READER as EPISODE
from counterclaim.read.by.method import READER as METHOD
from counterclaim.read.by.page import page_of
from counterclaim.read.episodes.wording import wording_of
from counterclaim.read.layers import PageText
from counterclaim.read.reader import reading_of
from counterclaim.record.account import (
    Entity,
    EntityType,
    Episode,
    EpisodeType,
    Named,
    Reading,
    Undetermined,
    Worded,
)
from counterclaim.record.passage import Span
from counterclaim.record.vocabulary import vocabulary

FOLDER = Path(__file__).parent / "read_episodes"
LANGUAGES = ("en", "ru", "tr", "az")
TYPES: dict[str, EntityType] = {
    "P": "person", "O": "organization", "B": "public_body", "F": "facility", "C": "court", "M": "media",
    "N": "country", "L": "place", "G": "group",
}  # fmt: skip
MARKED = re.compile(r"\[([A-Z]) ([^\]]+)\]")
HELD_OUT_MIN = {"kinds": 80, "methods": 85, "slots": 75}  # of a hundred, each language


class _Given:
    """A reader that adds the names that are marked in a sentence."""

    name, version, after = "name", "1", ()

    def __init__(self, entities: tuple[Entity, ...]) -> None:
        self.entities = entities

    def read(self, page: PageText, so_far: Reading) -> Reading:
        assert page.language in LANGUAGES
        return replace(so_far, entities=self.entities)


def _unmarked(marked: str) -> tuple[str, tuple[Entity, ...]]:
    text, entities, at = "", [], 0
    for found in MARKED.finditer(marked):
        text += marked[at : found.start()]
        span = Span(start=len(text), end=len(text) + len(found[2]), text=found[2])
        number = f"e{len(entities) + 1}"
        entities.append(Entity(id=number, type=TYPES[found[1]], name=found[2], mentions=(span,), same_as=()))
        text += found[2]
        at = found.end()
    return text + marked[at:], tuple(entities)


def _read(case: dict[str, Any], language: str) -> Reading:
    text, entities = _unmarked(case["t"])
    page = replace(page_of(text.encode(), "text/plain"), language=language)
    return reading_of(page, [_Given(entities), METHOD, EPISODE])


def _shown(reading: Reading, slot: object) -> object:
    names = {entity.id: entity.name for entity in reading.entities}
    match slot:
        case Named(entity=entity):
            return names[entity]
        case Worded(span=span):
            return span.text
        case Undetermined(candidates=candidates):
            return sorted(str(names[each]) for each in candidates)
    return None


def _slots(expected: dict[str, Any], found: Episode, reading: Reading) -> list[tuple[str, bool, str]]:
    who: dict[str, list[object]] = {}
    for one in found.participants:
        who.setdefault(one.role, []).append(_shown(reading, one.slot))
    rows = [(role, who.get(role) == names, f"{role} {who.get(role)}") for role, names in expected.get("w", {}).items()]
    place = _shown(reading, found.place)
    wanted = sorted(expected["at"]) if isinstance(expected.get("at"), list) else expected.get("at")
    rows.append(("place", place == wanted, f"place {place}"))
    date = found.date.edtf if found.date else None
    rows.append(("date", date == expected.get("on"), f"date {date}"))
    duration = found.duration.iso8601 if found.duration else None
    if "for" in expected:
        rows.append(("duration", duration == expected["for"], f"duration {duration}"))
    return rows


def measure(language: str, half: int) -> tuple[Counter[str], list[str]]:
    """Count what is right, wrong and missing in one half (0 to develop on, 1 held out), with a line for each miss."""
    tally: Counter[str] = Counter()
    misses: list[str] = []
    for case in json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))[half::2]:
        reading = _read(case, language)
        wanted, optional = {row["k"] for row in case["e"]}, set(case.get("o", ()))
        kinds = {episode.type for episode in reading.episodes} - (optional - wanted)
        methods = {(method.term, method.asserted) for method in reading.methods}
        expected = {(term, asserted) for term, asserted in case["m"]}
        for name, got, want in (("kinds", kinds, wanted), ("methods", methods, expected)):
            tally[f"{name} right"] += len(got & want)
            tally[f"{name} extra"] += len(got - want)
            tally[f"{name} missing"] += len(want - got)
            if got != want:
                misses.append(f"{case['t']} | {name}: {sorted(got)} for {sorted(want)}")
        for row in case["e"]:
            episode = next((one for one in reading.episodes if one.type == row["k"]), None)
            if episode is None:
                continue
            for _, right, shown in _slots(row, episode, reading):
                tally["slots right" if right else "slots wrong"] += 1
                if not right:
                    misses.append(f"{case['t']} | {row['k']} {shown} for {row}")
    return tally, misses


def rates(tally: Counter[str]) -> dict[str, float]:
    """Give F1 of kinds and methods and the share of slots that are right, of a hundred."""
    out = {}
    for name in ("kinds", "methods"):
        right, off = tally[f"{name} right"], tally[f"{name} extra"] + tally[f"{name} missing"]
        out[name] = 200 * right / (2 * right + off)
    out["slots"] = 100 * tally["slots right"] / (tally["slots right"] + tally["slots wrong"])
    return out


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_sentence_tells_is_read_as_a_person_reads_it(language: str, measured: Callable[[str], None]) -> None:
    for half in (0, 1):
        tally, misses = measure(language, half)
        got = rates(tally)
        right = sum(tally[f"{name} right"] for name in ("kinds", "methods", "slots"))
        measured(
            f"episodes {language}, {'held out' if half else 'developed on'}: kinds F1 {got['kinds']:.0f},"
            f" methods F1 {got['methods']:.0f}, slots {got['slots']:.0f} of 100 (30 sentences, {right} right)"
        )
        if half:
            assert all(got[name] >= floor for name, floor in HELD_OUT_MIN.items()), "\n".join(misses)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_episode_of_the_contract_has_words_in_every_language(language: str) -> None:
    data = json.loads(
        (Path(__file__).parents[2] / "src/counterclaim/read/cues" / f"episodes_{language}.json").read_text(
            encoding="utf-8"
        )
    )
    assert {row["type"] for row in data["rules"]} == set(get_args(EpisodeType)) - {"ill_treatment", "other"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("az", "[P Elçin Rəhimov] deyib ki, onu bölmədə döyüblər."),
        ("tr", "[P Emre Sayan], “Beni sandalyeye bağladılar, elektrik verdiler” dedi."),
        ("ru", "Адвокат [P Вера Лосина] заявила, что его избил [P капитан Гуров]."),
    ],
)
def test_who_only_tells_of_violence_is_never_its_alleged_perpetrator(language: str, text: str) -> None:
    reading = _read({"t": text}, language)
    acts = [episode for episode in reading.episodes if episode.type == "ill_treatment"]
    assert acts, text
    tellers = {"Elçin Rəhimov", "Emre Sayan", "Вера Лосина"}
    accused = [_shown(reading, one.slot) for act in acts for one in act.participants if one.role != "victim"]
    assert not tellers.intersection(map(str, accused))
    assert accused == (["капитан Гуров"] if language == "ru" else [])


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "He was threatened with rape and beaten."),
        ("ru", "Ему угрожали убийством и избили."),
        ("tr", "Ölümle tehdit edildi ve dövüldü."),
        ("az", "Onu ölümlə hədələyiblər və döyüblər."),
    ],
)
def test_what_was_threatened_is_a_threat_and_what_was_done_beside_it_is_told(language: str, text: str) -> None:
    reading = _read({"t": text}, language)
    terms = {method.term for method in reading.methods if method.asserted}
    assert "beating" in terms
    assert "rape" not in terms
    assert {"threat", "ill_treatment"} <= {episode.type for episode in reading.episodes}


@pytest.mark.parametrize("language", ["en", "az", "ru", "tr"])
def test_every_role_that_an_episode_gives_is_a_term_of_the_vocabulary(language: str) -> None:
    wording = wording_of(language)
    assert wording is not None
    assert set(wording.roles.values()) <= set(vocabulary("person_roles").ids())
