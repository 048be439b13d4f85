"""A story that would be a denial in an office's mouth is none in the mouth of one who suffered, or of a relative."""

from __future__ import annotations

import pytest

from counterclaim.read.by.account import READER as ACCOUNT
from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.contract import contract_of
from counterclaim.read.reader import reading_of

SAID = [
    "“I fell when they kicked the chair away,” Ivo Saar said.",
    "“I never slept in those weeks,” Ivo Saar told Radio Lake.",
    "“They did not touch the others, only me,” Ivo Saar said.",
    "“She never saw her son again,” Ivo Saar said of his mother.",
    "Ivo Saar said that he slipped on the wet floor while the guards beat him with a hose.",
    "The detainee said that he had fallen after the third blow and that the guards laughed.",
    "The woman said that she was given food only after she had signed.",
    "“They made false accusations against me,” Ivo Saar said.",
    "His mother, Rita Saar, said that he had jumped from the van because they were going to beat him.",
    "“Before my arrest I was well,” Ivo Saar said.",
]


@pytest.mark.parametrize("said", SAID)
def test_words_of_one_who_suffered_are_no_denial(said: str) -> None:
    page = f"Account of a night in the cell\n\n{said}\n\nThe trial of the guards will open in the town in the autumn.\n"
    data = contract_of(reading_of(page_of(page.encode()), (NAME, SPEECH, ACCOUNT)))
    acts = [a["act"] for a in data["accounts"] if a["span"]["text"] in said]
    assert acts
    assert not {"denial", "rejection", "justification", "admission", "retraction"} & set(acts)
