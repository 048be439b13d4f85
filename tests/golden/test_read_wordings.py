"""Invented passages in many manners of English with what is said in each; refuses to fall under what was measured.

`read_wordings/en.txt`: a passage, then lines `> act | kind | holder | words`, or `> speaker | name | words` for a
quotation; "/" parts what a person would accept, "-" is no denial. A passage without such lines gives nobody an account.
They were written before the reader saw any of them, by the one who mended the grammar afterwards: no error rate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from quad_pages import _over, _same, printed, read

PASSAGES = Path(__file__).parent / "read_wordings" / "en.txt"
AROUND = (
    "The old bridge over the river was closed to lorries in the spring and opened again after repairs that lasted "
    "eleven weeks.\n\n"
)  # a page of one short line is no article
WHOLE_MIN = 90  # of a hundred asked: act, holder and kind right together
ALARMS_MAX = 4  # accounts with a holder that nobody annotated


def _passages() -> Iterator[tuple[str, list[list[str]]]]:
    text: list[str] = []
    rows: list[list[str]] = []
    for line in [*PASSAGES.read_text(encoding="utf-8").split("\n"), ""]:
        if line.startswith("> "):
            rows.append([part.strip() for part in line[2:].split(" | ")])
        elif rows and not line.strip():
            yield "\n".join(text).strip(), rows
            text, rows = [], []
        else:
            text.append(line)
    if "".join(text).strip():
        yield "\n".join(text).strip(), rows


def _fits(data: dict[str, Any], row: list[str], account: dict[str, Any]) -> tuple[bool, bool, bool, int]:
    act, kind, holder, _ = row
    return (
        account["act"] in act.split("/"),
        _same(holder, printed(data, account["holder"])),
        (account["denial_kind"] or "-") in kind.split("/"),
        -len(account["span"]["text"]),
    )


def _count(data: dict[str, Any], rows: list[list[str]], counts: Counter[str], misses: list[str]) -> None:
    used: set[str] = set()
    for row in rows:
        if row[0] == "speaker":
            hits = [each for each in data["quotations"] if _over(data, row[2], each["span"])]
            right = any(_same(row[1], printed(data, hit["speaker"])) for hit in hits)
            counts.update({"speaker asked": 1, "speaker": int(right)})
            continue
        there = [a for a in data["accounts"] if a["id"] not in used and _over(data, row[3], a["span"])]
        best = max(there, key=lambda account: _fits(data, row, account), default=None)
        act, holder, kind, _ = _fits(data, row, best) if best else (False, False, False, 0)
        used.update({best["id"]} if best else ())
        counts.update({"asked": 1, "act": int(act), "holder": int(holder), "whole": int(act and holder and kind)})
        misses.extend([" | ".join(row)] if not (act and holder and kind) else [])
    for account in data["accounts"]:
        own = account["act"] == "claim" and "unstated" in account["holder"]
        if account["id"] not in used and not own:
            counts.update({"alarm": 1})
            misses.append(f"alarm {account['act']} {account['span']['text']}")


def test_english_passages_in_many_manners_are_read_as_a_person_reads_them(measured: Callable[[str], object]) -> None:
    counts: Counter[str] = Counter()
    misses: list[str] = []
    for text, rows in _passages():
        data = read({"text": AROUND + text + "\n"})
        assert all(data["text"].count(row[-1]) == 1 for row in rows), text
        _count(data, rows, counts, misses)
    measured(f"English passages: {dict(sorted(counts.items()))}")
    assert counts["whole"] * 100 >= WHOLE_MIN * counts["asked"], misses
    assert counts["speaker"] == counts["speaker asked"], misses
    assert counts["alarm"] <= ALARMS_MAX, misses
