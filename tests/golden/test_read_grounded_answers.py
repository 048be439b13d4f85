"""A link of the first grade has a ground: pages composed by seed, own pages, and pages where a second teller undoes it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

import pytest
from quad_pages import HALVES, LANGUAGES, links_of, pages_of, read
from tool_room import tool

from counterclaim.read.by.account import READER as ACCOUNT
from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.reader import reading_of
from counterclaim.record.account import Account
from size import FULL

PAGES = 100 if FULL else 8
HIGH_RIGHT_MIN = 970  # of a thousand
SPARE = 0 if FULL else 2  # of a hundred links: at so few one link more or less is chance
GIVEN_MIN = {"en": 8, "az": 6, "ru": 6, "tr": 6}  # of ten pages: a little under the first run
OTHER_TELLER = "Peder Osmol said that guards had beaten him with cables."


def _accounts(*paragraphs: str) -> list[Account]:
    return list(reading_of(page_of("\n\n".join(paragraphs).encode()), (NAME, SPEECH, ACCOUNT)).accounts)


def _reply(*paragraphs: str) -> Account:
    return _accounts(*paragraphs)[-1]


@pytest.mark.parametrize("half", ["develop", "held_out"])
def test_links_of_the_first_grade_on_composed_pages_are_right(half: str, measured: Callable[[str], None]) -> None:
    replies = tool("replies")
    total: Counter[str] = Counter()
    for language in replies.LANGUAGES:
        counts = replies.counts_of(language, half, PAGES)
        given, right = counts["high", "given"], counts["high", "right"]
        measured(f"replies composed, {language} {half}: of grade high {right} right of {given} (n = {given})")
        assert given * 10 >= GIVEN_MIN[language] * PAGES, (language, given)
        total.update({"given": given, "right": right})
    assert (total["right"] + SPARE) * 1000 >= HIGH_RIGHT_MIN * total["given"], total


def test_links_of_the_first_grade_on_the_mended_pages_are_mostly_right(measured: Callable[[str], None]) -> None:
    right: dict[str, list[bool]] = {half: [] for half in HALVES}
    for half in HALVES:
        for path in (path for language in LANGUAGES for path in pages_of(language, half)):
            page = json.loads(path.read_text(encoding="utf-8"))
            right[half] += [ok for account, _, ok in links_of(page, read(page)) if account["grade"] == "high"]
        measured(f"annotated pages, {half}: links of grade high {sum(right[half])} right of {len(right[half])}")
    mended = right["develop"] + right["held_out"]  # the third pages are few and were not mended with
    assert sum(mended) * 10 >= 8 * len(mended) > 0


def test_a_reply_that_names_who_told_it_answers_all_that_one_told() -> None:
    told = ("“They beat me with cables,” Okello Wamalwa told the Courier.", "The river is high.", OTHER_TELLER)
    reply = _reply(*told, "Colonel Barasa Lukoye denied the account of Okello Wamalwa.")
    assert (reply.act, reply.grade, len(reply.answers)) == ("denial", "high", 1)
    assert "its own words name" in reply.note


def test_a_second_teller_of_the_same_undoes_the_ground() -> None:
    told = ("“They beat me with cables,” Okello Wamalwa told the Courier.",)
    denied = "Colonel Barasa Lukoye denied that anyone had been beaten."
    assert _reply(*told, denied).grade == "high"
    assert _reply(*told, OTHER_TELLER, denied).grade == "medium"


def test_a_surname_that_two_share_names_nobody() -> None:
    told = (
        "Erdem Wamalwa was seen in the yard.",
        "Okello Wamalwa said that guards had beaten him with cables.",
        OTHER_TELLER,
    )
    assert _reply(*told, "The Ministry of Justice said that Wamalwa had fallen down a staircase.").grade != "high"


def test_what_a_body_that_denies_has_said_is_never_what_is_answered() -> None:
    accounts = _accounts(
        "The Ministry of Justice said that the barracks had been empty and that nobody was beaten.",
        "Colonel Barasa Lukoye denied that anyone had been beaten.",
    )
    assert accounts[-1].answers == () or accounts[-1].grade != "high"


def test_no_more_than_a_page_of_one_tellers_accounts_is_linked_and_the_time_stays_linear() -> None:
    told = [f"Okello Wamalwa said that guards had beaten him with cables {number} times." for number in range(60)]
    reply = _reply(*told, "Colonel Barasa Lukoye denied the account of Okello Wamalwa.")
    assert 1 <= len(reply.answers) <= 6
