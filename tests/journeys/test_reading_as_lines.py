"""What `counterclaim read FILE` prints for a person: posts, episodes, dates and answers, and never an empty slot."""

from __future__ import annotations

import json

from counterclaim.cli.reading import reading_lines
from counterclaim.read.by.account import READER as ACCOUNT
from counterclaim.read.by.date import READER as DATE
from counterclaim.read.by.episode import READER as EPISODE
from counterclaim.read.by.method import READER as METHOD
from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.place import READER as PLACE
from counterclaim.read.by.post import READER as POST
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.contract import contract_of
from counterclaim.read.reader import reading_of

READERS = (DATE, NAME, SPEECH, ACCOUNT, METHOD, EPISODE, PLACE, POST)
PAGE = """Ministry denies abuse

Okello Wamalwa told the Morning Courier that officers had beaten him with cables on 3 March 2031 in Grayhill Prison.

Colonel Barasa Lukoye denied the account of Okello Wamalwa.

He was held for fourteen days.
"""


def _lines(text: str) -> list[str]:
    return reading_lines(contract_of(reading_of(page_of(text.encode()), READERS)))


def _part(lines: list[str], head: str) -> list[str]:
    after = lines[lines.index(head) + 1 :]
    return after[: after.index("")]


def test_a_page_is_printed_part_by_part_with_what_answers_what_and_when_it_is_said_to_have_happened() -> None:
    lines = _lines(PAGE)
    said = _part(lines, "Who says what")
    denial = next(line for line in said if "denied the account" in line)
    told = next(line for line in said if "beaten him" in line).split()[0]
    assert "denial: blanket" in denial
    assert f"answers {told}" in denial
    episodes = "\n".join(_part(lines, "What is told to have happened"))
    assert "ill treatment (beating)" in episodes
    assert "2031-03-03" in episodes
    dated = [line.split() for line in _part(lines, "Dates and durations")]
    assert ["2031-03-03", "3", "March", "2031"] in dated
    assert any(row[0] == "P14D" for row in dated)
    assert lines[-1] == "All of this is proposed; a person accepts or rejects it."


def test_posts_are_printed_with_account_time_zone_and_marks() -> None:
    export = {
        "name": "Velm",
        "type": "public_channel",
        "messages": [
            {
                "id": 5,
                "date": "2019-11-19T18:30:00",
                "edited": "2019-11-19T19:00:00",
                "from": "Velm",
                "text": "Beaten.",
            },
            {"id": 6, "date": "2019-11-19T18:31:00", "from": "Ada", "forwarded_from": "Radio Velm", "text": "Read it."},
        ],
    }
    posts = _part(_lines(json.dumps(export)), "Posts")
    assert "Velm" in posts[0]
    assert "2019-11-19 18:30" in posts[0]
    assert "edited" in posts[0]
    assert posts[0].endswith("Beaten.")
    assert "passes on another post" in posts[1]


def test_a_page_that_says_nothing_prints_no_part_and_no_head() -> None:
    assert _lines("Rain is expected.\n") == [
        "18 characters, language und",
        "",
        "All of this is proposed; a person accepts or rejects it.",
    ]


def test_a_part_prints_no_column_that_says_nothing_and_a_slot_that_is_not_stated_says_so() -> None:
    lines = _lines("Two students were arrested and then they were beaten in the police station of the town.\n")
    assert any("not stated" in line for line in _part(lines, "Who says what"))
    assert all("answers" not in line for line in lines)
