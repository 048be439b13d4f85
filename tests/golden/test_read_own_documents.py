"""A body's own document speaks in that body's voice, an interview's answers in their giver's; nothing else is given a voice."""

from __future__ import annotations

import pytest

import counterclaim.desk
from counterclaim.read.by.account import READER as ACCOUNT
from counterclaim.read.by.damage import READER as DAMAGE
from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.english.accounts import DOCUMENT_NOTE
from counterclaim.read.reader import reading_of
from counterclaim.record.account import Account, Named, Reading, Unstated, Worded

PRESS_NOTE = """{head}

The Ministry has taken notice of pictures that unknown persons have been distributing since 7 April.

1. The pictures do not come from Orvany. They were made in another country.

2. No officer of the Ministry has ill-treated a detained person in the manner shown.

3. It can be hung on any wall, in any state, before any camera.

4. The complaints of Ms Dorte Halm were examined by the courts and found to be without ground.

The Ministry will not answer further questions on this subject.
"""
HEADS = [
    "MINISTRY OF PUBLIC ORDER OF ORVANY\nPress service\nNote to editors no. 88, 11 April 2031",
    "Ministry of Public Order\nPress release",
    "Statement of the Prosecutor General’s Office",
    "Press service of the government\n\nPRISON DIRECTORATE OF ORVANY\n\nCommuniqué of 11 April",
]
NO_HEADS = [
    "Ministry of Public Order denies it all",
    "By Ida Fenn\n\nMinistry of Public Order of Orvany\nPress service",
    "Harbour Times\nPress release",
    "A note on the week in Orvany",
]


def _read(text: str) -> Reading:
    return reading_of(page_of(text.encode()), (DAMAGE, NAME, SPEECH, ACCOUNT))


def _holder(reading: Reading, account: Account) -> str:
    match account.holder:
        case Named(entity=entity):
            return next(e.name or "" for e in reading.entities if e.id == entity)
        case Worded(span=span):
            return span.text
        case _:
            return ""


def _at(reading: Reading, words: str) -> Account:
    return next(a for a in reading.accounts if words in " ".join(a.span.text.split()))


@pytest.mark.parametrize("head", HEADS)
def test_a_press_note_is_the_account_of_the_body_that_heads_it(head: str) -> None:
    reading = _read(PRESS_NOTE.format(head=head))
    place = _at(reading, "do not come from")
    assert (place.act, place.denial_kind, place.denies) == ("denial", "elsewhere", ("place",))
    assert _at(reading, "made in another").denial_kind == "elsewhere"
    assert _at(reading, "has ill-treated").denial_kind in {"did_not_happen", "not_by_us"}
    assert _at(reading, "hung on any wall").denial_kind == "possibility_raised"
    assert _at(reading, "will not answer").act == "non_denial"
    assert _holder(reading, place).lower() in head.lower()
    assert DOCUMENT_NOTE in place.note
    assert place.cue is None


@pytest.mark.parametrize("head", HEADS)
def test_the_complaint_in_a_press_note_is_the_bodys_word_and_not_the_complainants(head: str) -> None:
    reading = _read(PRESS_NOTE.format(head=head))
    assert "Dorte Halm" not in {_holder(reading, account) for account in reading.accounts}


@pytest.mark.parametrize("head", NO_HEADS)
def test_a_heading_that_leaves_it_open_gives_nobody_a_voice(head: str) -> None:
    reading = _read(PRESS_NOTE.format(head=head))
    assert all(DOCUMENT_NOTE not in account.note for account in reading.accounts)
    assert all(isinstance(a.holder, Unstated) for a in reading.accounts if "without ground" in a.span.text)


def test_the_note_of_the_bundled_case_speaks_in_its_ministrys_voice() -> None:
    from importlib.resources import files

    text = files(counterclaim.desk).joinpath("demo_case", "denial.txt").read_text(encoding="utf-8")
    reading = _read(text)
    assert {_holder(reading, a) for a in reading.accounts} == {"MINISTRY OF PUBLIC ORDER OF DREVONIA", "The Ministry"}
    kinds = [a.denial_kind for a in reading.accounts if a.act == "denial"]
    assert kinds == ["elsewhere", "elsewhere", "not_by_us", "possibility_raised"]


INTERVIEW = """“They called it the choir”

A conversation with Rana Khalidi, who was held for a month in the Salt Works

Q: Is it true that they beat you with hoses and made you sing?

A: They beat us with hoses. We sang until we could not stand.

Q: How long were you held there?

A: I was held for thirty days. A guard told me that nobody would believe it.
"""


def test_a_question_is_no_account_and_an_answer_is_its_givers() -> None:
    reading = _read(INTERVIEW)
    assert not [a for a in reading.accounts if a.span.text.endswith("?")]
    assert {_holder(reading, a) for a in reading.accounts if a.span.start > INTERVIEW.index("Q:")} == {"Rana Khalidi"}
    assert _at(reading, "with hoses").act == "testimony"


def test_a_quoted_heading_is_a_quotation_only() -> None:
    reading = _read(INTERVIEW)
    assert any("called it the choir" in quotation.span.text for quotation in reading.quotations)
    assert not [a for a in reading.accounts if "called it the choir" in a.span.text]


def test_a_pronoun_after_an_office_is_not_whoever_the_paragraph_before_was_about() -> None:
    text = (
        "Notes on the week in Velm\n\nA former convict, Serdar Hojane, told the paper that he was beaten in the colony.\n\n"
        "The deputy minister denied this. “Citizen Hojane is trying his luck,” he noted. “Nobody was beaten in that colony.”\n"
    )
    reading = _read(text)
    for words in ("trying his luck", "Nobody was beaten"):
        assert "Hojane" not in _holder(reading, _at(reading, words))
        quotation = next(q for q in reading.quotations if words in q.span.text)
        assert isinstance(quotation.speaker, Worded)
