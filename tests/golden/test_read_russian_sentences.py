"""Invented Russian sentences and what each says, written before the grammar; every other one was held out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from counterclaim.read.tongues import RUSSIAN
from counterclaim.record.account import DocumentText, Named, Range, Reading, Slot, Undetermined, Unstated, Worded

SENTENCES = Path(__file__).parent / "read_sentences" / "ru.json"
RIGHT_MIN = {"development": 95, "held_out": 86}  # of a hundred; accounts and quotations together


def read(text: str) -> Reading:
    """Read one sentence as the body of a page."""
    document = DocumentText(
        sha256="0" * 64, media_type="text/plain", language="ru", characters=len(text), dom_text=text
    )
    reading = Reading(document=document, article=(Range(start=0, end=len(text), role="body"),))
    tongue = RUSSIAN
    reading = replace(reading, entities=tongue.entities(reading))
    reading = replace(reading, quotations=tongue.quotations(reading))
    return replace(reading, accounts=tongue.accounts(reading))


def is_holder(expected: str, slot: Slot, reading: Reading) -> bool:
    """Whether the slot holds what is expected; "" is nobody the page names, "?" two whom the page leaves open."""
    names = {entity.id: entity for entity in reading.entities}
    match slot:
        case Named(entity=entity_id):
            forms = [names[each].name or "" for each in (entity_id, *names[entity_id].same_as)]
        case Worded(span=span):
            forms = [span.text]
        case Undetermined():
            return expected == "?"
        case Unstated():
            return expected == ""
        case _:
            return False
    low = expected.lower()
    return expected not in {"", "?"} and any(low in form.lower() or form.lower() in low for form in forms)


def is_read(row: dict[str, Any], reading: Reading) -> list[bool]:
    """Tell, for each thing the sentence says, whether it was read as such."""
    out = [
        any(
            account["words"] in found.span.text
            and found.act == account["act"]
            and is_holder(account["holder"], found.holder, reading)
            and (found.denial_kind == account["denial_kind"] or account["denial_kind"] is None)
            for found in reading.accounts
        )
        for account in row["accounts"]
    ]
    out += [
        any(q["words"] in found.span.text and is_holder(q["speaker"], found.speaker, reading) for found in reading.quotations)
        for q in row["quotations"]
    ]  # fmt: skip
    return out or [not reading.accounts and not reading.quotations]


@pytest.mark.parametrize("half", ["development", "held_out"])
def test_most_of_what_a_russian_sentence_says_is_read(half: str, measured: Callable[[str], None]) -> None:
    rows = [row for row in json.loads(SENTENCES.read_text(encoding="utf-8"))["sentences"] if row["half"] == half]
    told = [right for row in rows for right in is_read(row, read(row["text"]))]
    measured(f"Russian sentences, {half}: {sum(told)} of {len(told)} read as annotated")
    assert sum(told) * 100 >= RIGHT_MIN[half] * len(told)


def test_every_span_of_a_russian_reading_is_its_text() -> None:
    for row in json.loads(SENTENCES.read_text(encoding="utf-8"))["sentences"]:
        reading = read(row["text"])
        spans = [span for entity in reading.entities for span in entity.mentions]
        spans += [quotation.span for quotation in reading.quotations]
        spans += [part for a in reading.accounts for part in (a.span, a.cue, a.hedge) if part is not None]
        assert all(row["text"][span.start : span.end] == span.text for span in spans)


def test_two_men_named_before_he_leave_the_speaker_open() -> None:
    reading = read("Иван Соболь и Пётр Громов сидели в одной камере. «Нас били каждый день», — сказал он.")
    assert isinstance(reading.quotations[0].speaker, Undetermined)


def test_cases_of_a_name_are_proposed_as_one_and_never_joined() -> None:
    reading = read("Пётр Глебов вышел из зала. Адвокат Глебова заявил, что Глебову угрожали.")
    forms = {entity.name: entity for entity in reading.entities if entity.type == "person"}
    assert set(forms) == {"Пётр Глебов", "Глебова", "Глебову"}
    assert forms["Пётр Глебов"].id in forms["Глебову"].same_as


def test_a_text_relayed_in_translation_says_from_which_language() -> None:
    reading = read("«Меня пытали три дня подряд» (перевод с азербайджанского), — написал Эльдар Наибов.")
    assert [account.translated_from for account in reading.accounts] == ["az"]


def test_a_refutation_is_a_denial_with_the_note_that_nothing_shows_it() -> None:
    account = read("МВД опровергло сообщения о пытках.").accounts[-1]
    assert account.act == "denial"
    assert "nothing on the page shows disproof" in account.note
