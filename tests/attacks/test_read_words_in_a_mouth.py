"""A denier's words are never put in the mouth of the one they are about; whom the grammar does not make a speaker says nothing."""

from __future__ import annotations

import pytest

from counterclaim.read.by.account import READER as ACCOUNT
from counterclaim.read.by.damage import READER as DAMAGE
from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.reader import reading_of
from counterclaim.record.account import Named, Reading, Worded

BEFORE = (
    "Notes on the week in Velm\n\nMany people in the town were arrested by the police in the week before the vote.\n\n"
)
ABOUT = [
    "The complaints of {} were examined by the courts and found to be without ground.",
    "The petition of {} was examined and found baseless.",
    "The complaint by {} was heard and dismissed.",
    "The courts examined the complaints of {} and found them groundless.",
    "{}’s complaint was examined by a judge and found inadmissible.",
    "{} was questioned by the court and told to sign.",
    "The arrest of {} showed no irregularity, the ministry said.",
    "After meeting {} the ministry said that nobody was beaten.",
    "The treatment of {} found support in the law.",
    "Letters of {} to the governor of the province received no reply.",
    "{} received no reply from the prosecutor.",
    "The beating of {} never took place, the police said.",
    "{} was found to have injured himself.",
    "The case of {} established nothing about torture.",
    "{}’s injuries showed that he fell, the ministry said.",
    "Regarding {}, the warden claimed that he was never detained.",
    "A lawyer for {} said that the police denied everything.",
    "The allegations of {}, the ministry said, were checked twice and found to be false.",
    "The ministry denied that {} was beaten.",
    "According to the ministry, the words of {} were checked and found untrue.",
]
NAMES = [("Mr ", "Ylvar Čandőr"), ("Ms ", "Adaeze Nwokoro"), ("", "Tarek Boulos"), ("Dr ", "Ngô Thanh Liêm")]
SPEAKS = [
    "The letter of {} says that the police beat two men.",
    "{} said that the police beat two men.",
    "{} was freed in May and said that he had been beaten.",
    "{}’s statement says that the police beat two men.",
]


def _reading(sentence: str) -> Reading:
    return reading_of(page_of((BEFORE + sentence + "\n").encode()), (DAMAGE, NAME, SPEECH, ACCOUNT))


def _holders(reading: Reading) -> list[str]:
    names = {entity.id: entity.name or "" for entity in reading.entities}
    return [
        names[a.holder.entity] if isinstance(a.holder, Named) else a.holder.span.text
        for a in reading.accounts
        if isinstance(a.holder, Named | Worded)
    ]


@pytest.mark.parametrize(("title", "name"), NAMES)
@pytest.mark.parametrize("wording", ABOUT)
def test_one_who_is_spoken_about_holds_no_account(wording: str, title: str, name: str) -> None:
    assert name not in _holders(_reading(wording.format(title + name)))


@pytest.mark.parametrize(("title", "name"), NAMES)
@pytest.mark.parametrize("wording", SPEAKS)
def test_one_who_speaks_holds_the_account(wording: str, title: str, name: str) -> None:
    assert name in _holders(_reading(wording.format(title + name)))
