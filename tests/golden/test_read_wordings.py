"""Invented passages in many manners of English with what is said in each; refuses to fall under what was measured.

`read_wordings/en.txt`: a passage, then lines `> act | kind | holder | words`, or `> speaker | name | words` for a
quotation; "/" parts what a person would accept, "-" is no denial. A passage without such lines gives nobody an account.
They were written before the reader saw any of them, by the one who mended the grammar afterwards: no error rate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from passages import count_passage, passages_of
from quad_pages import read

PASSAGES = Path(__file__).parent / "read_wordings" / "en.txt"
AROUND = (
    "The old bridge over the river was closed to lorries in the spring and opened again after repairs that lasted "
    "eleven weeks.\n\n"
)  # a page of one short line is no article
WHOLE_MIN = 90  # of a hundred asked: act, holder and kind right together
ALARMS_MAX = 4  # accounts with a holder that nobody annotated


def test_english_passages_in_many_manners_are_read_as_a_person_reads_them(measured: Callable[[str], object]) -> None:
    counts: Counter[str] = Counter()
    misses: list[str] = []
    for text, rows in passages_of(PASSAGES):
        data = read({"text": AROUND + text + "\n"})
        assert all(data["text"].count(row[-1]) == 1 for row in rows), text
        count_passage(data, rows, counts, misses)
    measured(f"English passages: {dict(sorted(counts.items()))}")
    assert counts["whole"] * 100 >= WHOLE_MIN * counts["asked"], misses
    assert counts["speaker"] == counts["speaker asked"], misses
    assert counts["alarm"] <= ALARMS_MAX, misses
