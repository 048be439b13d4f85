"""Invented quotations in the forms papers print, each with its words, its speaker as printed and its verb."""

from typing import Any

import pytest

from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.reader import reading_of
from counterclaim.record.account import Named, Undetermined, Unstated

HEAD = "The court in Telmark heard the case of the six men on Tuesday, and the hall was full from the morning on.\n\n"


def quotations(text: str) -> list[Any]:
    reading = reading_of(page_of((HEAD + text).encode(), "text/plain"), (NAME, SPEECH))
    for one in reading.quotations:
        assert reading.document.dom_text[one.span.start : one.span.end] == one.span.text
    names = {entity.id: entity.name for entity in reading.entities}
    return [
        (one, names.get(one.speaker.entity) if isinstance(one.speaker, Named) else None) for one in reading.quotations
    ]


@pytest.mark.parametrize(
    ("text", "words", "speaker", "cue"),
    [
        ("“They hit us with hoses,” Ida Fenn said.", "They hit us with hoses,", "Ida Fenn", "said"),
        ("“Who gave the order?” demanded the mother of one of them.", "Who gave the order?", "the mother of one of them", "demanded"),
        ("“No one was hurt,” the letter reads.", "No one was hurt,", "the letter", "reads"),
        ("Osk Varr shouted: “Open the door!”", "Open the door!", "Osk Varr", "shouted"),
        ("“They took my shoes.” — Osk Varr", "They took my shoes.", "Osk Varr", None),
        ("Osk Varr, who came with a stick, answered by calling the ruling “a very bad joke on all of us”.", "a very bad joke on all of us", "Osk Varr", "calling"),
        ('“I saw the van," one neighbour, Osk Varr, recalled.', "I saw the van,", "Osk Varr", "recalled"),
        ("A guard of the night shift likened the cell to “a well without water”.", "a well without water", "A guard of the night shift", "likened"),
        ("On Friday, Osk Varr wrote that the men had been “hung like coats”.", "hung like coats", "Osk Varr", "wrote"),
    ],
)  # fmt: skip
def test_a_quotation_has_the_speaker_and_the_verb_it_stands_beside(
    text: str, words: str, speaker: str, cue: str | None
) -> None:
    ((one, _),) = quotations(text)
    assert one.span.text == words
    assert one.speaker_span.text == speaker
    assert (one.cue.text if one.cue else None) == cue


def test_both_halves_of_a_split_quotation_have_one_speaker() -> None:
    (first, _), (second, _) = quotations("“They came,” Ida Fenn said, “and took the lamp.”")
    assert (first.speaker, first.speaker_span.text) == (second.speaker, "Ida Fenn")


def test_a_paragraph_that_ends_in_a_colon_gives_the_next_its_speaker() -> None:
    ((one, name),) = quotations("Ida Fenn told the court:\n\n“They came at night and took the lamp.”")
    assert (name, one.speaker_span.text, one.cue.text) == ("Ida Fenn", "Ida Fenn", "told")


def test_a_quotation_over_two_paragraphs_takes_the_speaker_told_at_its_end() -> None:
    first, second = quotations("“They came at night.\n\n“They took the lamp,” Ida Fenn said.")
    assert (first[1], second[1]) == ("Ida Fenn", "Ida Fenn")


def test_words_kept_at_a_distance_and_titles_are_no_quotations() -> None:
    assert (
        quotations("The men were brought to the “guest house” behind the station, where the film “Red Hill” was made.")
        == []
    )


def test_a_pronoun_between_two_people_is_undetermined_with_both() -> None:
    found = quotations("Ida Fenn met Osk Varr at the gate on Monday. “It was cold,” she said.")
    (one, _) = found[-1]
    assert isinstance(one.speaker, Undetermined)
    assert len(one.speaker.candidates) == 2


def test_a_quotation_beside_no_verb_and_no_name_is_unstated() -> None:
    found = quotations("On the wall stood: “Nobody leaves here as he came.” It was washed off on the day after.")
    assert all(isinstance(one.speaker, Unstated) or one.speaker_span is not None for one, _ in found)
    assert not any(name for _, name in found)
