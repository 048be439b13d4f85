"""Count what is read of invented passages; refuses to count a passage whose rows are not its own words.

A file holds passages, each followed by lines `> act | kind | holder | words`, or `> speaker | name | words` for a
quotation; "/" parts what a person would accept, "-" is no denial, or a holder that nobody names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from quad_pages import _over, _same, printed

Row = list[str]


def passages_of(path: Path) -> Iterator[tuple[str, list[Row]]]:
    """Each passage of the file with its rows."""
    text: list[str] = []
    rows: list[Row] = []
    for line in [*path.read_text(encoding="utf-8").split("\n"), ""]:
        if line.startswith("> "):
            rows.append([part.strip() for part in line[2:].split(" | ")])
        elif rows and not line.strip():
            yield "\n".join(text).strip(), rows
            text, rows = [], []
        else:
            text.append(line)
    if "".join(text).strip():
        yield "\n".join(text).strip(), rows


def is_holder(data: dict[str, Any], expected: str, slot: dict[str, Any]) -> bool:
    """Whether a slot is one of those a person would accept."""
    if slot == {"unstated": True}:
        return "-" in expected.split("/")
    return any(each != "-" and _same(each, printed(data, slot)) for each in expected.split("/"))


def _fits(data: dict[str, Any], row: Row, account: dict[str, Any]) -> tuple[bool, bool, bool, int]:
    act, kind, holder, _ = row
    return (
        account["act"] in act.split("/"),
        is_holder(data, holder, account["holder"]),
        (account["denial_kind"] or "-") in kind.split("/"),
        -len(account["span"]["text"]),
    )


def count_passage(data: dict[str, Any], rows: list[Row], counts: Counter[str], misses: list[str]) -> None:
    """Add what was asked, what of it is right, and what nobody annotated."""
    used: set[str] = set()
    for row in rows:
        if row[0] == "speaker":
            hits = [each for each in data["quotations"] if _over(data, row[2], each["span"])]
            right = any(is_holder(data, row[1], hit["speaker"]) for hit in hits)
            counts.update({"speaker asked": 1, "speaker": int(right)})
            misses.extend([] if right else [" | ".join(row)])
            continue
        there = [a for a in data["accounts"] if a["id"] not in used and _over(data, row[3], a["span"])]
        best = max(there, key=lambda account: _fits(data, row, account), default=None)
        act, holder, kind, _ = _fits(data, row, best) if best else (False, False, False, 0)
        used.update({best["id"]} if best else ())
        counts.update({"asked": 1, "act": int(act), "holder": int(holder), "whole": int(act and holder and kind)})
        misses.extend([] if act and holder and kind else [" | ".join(row)])
    for account in data["accounts"]:
        own = account["act"] == "claim" and "unstated" in account["holder"]
        if account["id"] not in used and not own:
            counts.update({"alarm": 1})
            misses.append(f"alarm {account['act']} {account['span']['text']}")
