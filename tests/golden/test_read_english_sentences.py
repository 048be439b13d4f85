"""Invented English sentences of every act: a rate that must hold, measured apart on the half no rule was listed for.

One person wrote the sentences and, later, the rules: a held-out half of the same hand says less than a stranger's page.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tool_room import tool

ACT_MIN = {"develop": 78, "held_out": 74}  # of a hundred annotated accounts, act right
HOLDER_MIN = {"develop": 74, "held_out": 70}
KIND_MIN = {"develop": 72, "held_out": 68}  # of a hundred denials and rejections
ALARMS_MAX = 2  # sentences that only look like a denial, a retraction, an admission or silence


@pytest.fixture(scope="module")
def sentences():
    return tool("sentences")


@pytest.mark.parametrize("half", ["develop", "held_out"])
def test_an_english_sentence_is_the_act_a_person_says_it_is(
    sentences, half: str, measured: Callable[[str], None]
) -> None:
    total, by_act, misses = sentences.counts_of("en", half)
    measured(
        f"English sentences, {half}: act right {total['act']} of {total['asked']}, act and holder {total['holder']}, "
        f"kind of denial {total['kind']} of {total['denial_asked']}"
    )
    assert total["act"] * 100 >= ACT_MIN[half] * total["asked"]
    assert total["holder"] * 100 >= HOLDER_MIN[half] * total["asked"]
    assert total["kind"] * 100 >= KIND_MIN[half] * total["denial_asked"]
    assert by_act["none"]["alarm_act"] <= ALARMS_MAX, misses


def test_no_act_of_speech_is_missing_from_the_sentences(sentences) -> None:
    for half in ("develop", "held_out"):
        _, by_act, _ = sentences.counts_of("en", half)
        assert {
            "claim", "denial", "testimony", "report", "finding", "opinion", "admission", "justification", "retraction",
            "non_denial", "rejection", "no_reply",
        } <= set(by_act)  # fmt: skip
