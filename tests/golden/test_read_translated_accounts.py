"""Words relayed in translation say so, in the page's own words; other words do not."""

from __future__ import annotations

from counterclaim.read.by.account import READER as ACCOUNT
from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.contract import contract_of
from counterclaim.read.reader import reading_of


def _translated(text: str) -> dict[str, str | None]:
    data = contract_of(reading_of(page_of(text.encode()), (NAME, SPEECH, ACCOUNT)))
    return {a["span"]["text"]: a["translated_from"] for a in data["accounts"]}


def test_a_page_that_says_it_is_a_translation_says_so_of_each_account() -> None:
    found = _translated(
        "Ministry denies abuse\n\nCOASTLAND AGENCY (translated from Kessari)\n\n"
        "The Ministry of Justice of Coastland denied that anyone had been beaten in the prison.\n\n"
        "The lawyer Ida Fenn said that her client had been beaten with a cable in the night.\n"
    )
    assert set(found.values()) == {"Kessari"}


def test_an_interpreter_is_named_as_printed_and_only_for_the_words_that_went_through_one() -> None:
    found = _translated(
        "Two accounts of a night\n\n“They beat me with a cable,” Ivo Saar said through an interpreter.\n\n"
        "“They beat me with a hose,” Tomas Relk said in the hall of the town.\n"
    )
    assert [found[text] for text in sorted(found, key=lambda text: "hose" in text) if "They beat" in text] == [
        "through an interpreter",
        None,
    ]


def test_a_translator_in_the_story_makes_no_translation_of_it() -> None:
    found = _translated(
        "A translator is held\n\nThe lawyer Ida Fenn said that the translator had been beaten by the police in the cell.\n"
    )
    assert set(found.values()) == {None}
