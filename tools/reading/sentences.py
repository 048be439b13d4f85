"""Invented sentences and what a person says each says: acts, holders and kinds of denial, by half; tunes nothing.

`tests/golden/read_sentences/<language>[_<set>].json`: written before any rule for them. The halves were drawn by a
hash of the text before anything was measured; rules were written against `develop`, and `held_out` was never listed.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from counterclaim.read.by.account import READER as ACCOUNT
from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.contract import contract_of
from counterclaim.read.reader import reading_of
from figure import Figure, Missing

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "golden" / "read_sentences"
PRONOUN_CHARACTERS = 4  # `they` is no name
HALVES = ("develop", "held_out")
DENIALS = frozenset({"denial", "rejection"})
PAGE = {
    # A sentence alone is too short to tell a language by; a page of this kind stands around it.
    "en": "News of the day\n\n{text}\n\nThe weather will be fine in the north and there will be rain in the south.\n",
    "az": "Günün xəbərləri\n\n{text}\n\nŞimalda hava yaxşı olacaq, cənubda isə "
    "yağış gözlənilir və külək bir qədər güclənəcək, sonra isə daha da artacaq.\n",
    "tr": "Günün haberleri\n\n{text}\n\nKuzeyde hava açık olacak, güneyde ise "
    "yağmur bekleniyor ve rüzgâr daha da artacak, sonra bir gün için dinecek.\n",
}


def read(language: str, text: str) -> dict[str, Any]:
    """Read one sentence inside a small page, into the contract's form, without the filler's accounts."""
    page = PAGE[language.partition("_")[0]].format(text=text)
    start = page.index(text)
    data = contract_of(reading_of(page_of(page.encode()), (NAME, SPEECH, ACCOUNT)))
    end = start + len(text)
    data["accounts"] = [a for a in data["accounts"] if start <= a["span"]["start"] < end]
    return data


def printed(data: dict[str, Any], slot: dict[str, Any]) -> str:
    """Give the holder as printed with what is proposed as the same; empty where nobody is named."""
    if "entity" not in slot:
        return str(slot["span"]["text"]) if "span" in slot else ""
    by_id = {entity["id"]: entity for entity in data["entities"]}
    entity = by_id[slot["entity"]]
    return " / ".join([entity["name"] or "", *(by_id[each]["name"] or "" for each in entity["same_as"])])


def is_one(expected: str, found: str) -> bool:
    """Whether what was found is one of the alternatives; an empty alternative stands for none."""
    return any(_same(each, found) if each else not found for each in expected.split("/"))


def _same(expected: str, found: str) -> bool:
    left = expected.lower().removeprefix("the ")
    return left in found.lower() or (
        len(found) > 3 and found.lower().removeprefix("the ") in left
    )  # a pronoun is no name


def rows_of(language: str, half: str) -> Iterator[tuple[dict[str, Any], list[tuple[dict[str, Any], Counter[str]]]]]:
    """Give each sentence of a half with its reading and, for each annotated account, what is right about it."""
    document = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    for item in document["sentences"]:
        if item["half"] != half:
            continue
        data = read(language, item["text"])
        used: set[str] = set()
        rows = []
        for expected in item["accounts"]:
            over = [a for a in data["accounts"] if _covers(a, expected["words"]) and a["id"] not in used]
            best = max(over, key=lambda a, e=expected: (*_agrees(data, a, e), -len(a["span"]["text"])), default=None)  # type: ignore[misc]
            if best:
                used.add(best["id"])
            rows.append((expected, _counted(data, best, expected)))
        extra = Counter({"given": sum(a["act"] in item["never"] for a in data["accounts"])})
        extra["alarm_act"] = extra["given"]
        item["read"] = [
            (a["act"], printed(data, a["holder"]), a["denial_kind"], a["denies"], a["span"]["text"])
            for a in data["accounts"]
        ]
        if item["never"]:
            rows.append(({"act": "", "words": "", "never": item["never"]}, extra))
        yield item, rows


def _covers(account: dict[str, Any], words: str) -> bool:
    text = account["span"]["text"]
    return words in text or text in words


def _agrees(data: dict[str, Any], account: dict[str, Any], expected: dict[str, str]) -> tuple[bool, bool, bool]:
    return (
        account["act"] in expected["act"].split("/"),
        is_one(expected["holder"], printed(data, account["holder"])),
        (account["denial_kind"] or "") in expected["denial_kind"].split("/"),
    )


def _counted(data: dict[str, Any], account: dict[str, Any] | None, expected: dict[str, str]) -> Counter[str]:
    act, holder, kind = _agrees(data, account, expected) if account else (False, False, False)
    out = Counter({"asked": 1, "given": int(account is not None), "act": int(act), "holder": int(act and holder)})
    if expected["act"].split("/")[0] in DENIALS:
        out["denial_asked"] = 1
        out["denial"] = int(act)
        out["kind"] = int(act and kind)
        told = set(account["denies"]) if account else set()
        out["denies"] = int(act and any(told == set(filter(None, e.split(","))) for e in expected["denies"].split("/")))
    return out


def counts_of(language: str, half: str) -> tuple[Counter[str], dict[str, Counter[str]], list[str]]:
    """Count a half: all, by the first act asked, and what differs."""
    total: Counter[str] = Counter()
    by_act: dict[str, Counter[str]] = {}
    misses = []
    for item, rows in rows_of(language, half):
        for expected, row in rows:
            total.update(row)
            by_act.setdefault(expected["act"].split("/")[0] or "none", Counter()).update(row)
            if row["alarm_act"] or row["holder"] < row["asked"] or row["kind"] < row["denial_asked"]:
                asked = tuple(v for k, v in expected.items() if k != "words")
                misses.append(f"{item['text']}\n    asked {asked}\n    got   {item['read']}")
    return total, by_act, misses


def figures(sets: Path) -> list[Figure | Missing]:
    """Measure every language that has sentences; `sets` is not needed."""
    del sets
    out: list[Figure | Missing] = []
    for path in sorted(FOLDER.glob("*.json")):
        for half in HALVES if path.stem.partition("_")[0] in PAGE else ():
            total, by_act, _ = counts_of(path.stem, half)
            name = f"sentences {path.stem} {half}"
            out.append(
                Figure(subject=f"{name}: act right", ours=f"{total['act']} of {total['asked']}", n=total["asked"])
            )
            out.append(
                Figure(
                    subject=f"{name}: act and holder", ours=f"{total['holder']} of {total['asked']}", n=total["asked"]
                )
            )
            for key, label in (("denial", "found"), ("kind", "kind right"), ("denies", "what is denied right")):
                ours = f"{total[key]} of {total['denial_asked']}"
                out.append(Figure(subject=f"{name}: denials {label}", ours=ours, n=total["denial_asked"]))
            parts = ", ".join(
                f"{act} {row['act']}/{row['asked']}" for act, row in sorted(by_act.items()) if row["asked"]
            )
            alarms = by_act.get("none", Counter())["alarm_act"]
            out.append(
                Figure(
                    subject=f"{name}: sentences that only look like one",
                    ours=f"{alarms} wrong",
                    n=sum(1 for item, _ in rows_of(path.stem, half) if item["never"]),
                    note=f"by act: {parts}",
                )
            )
    return out


if __name__ == "__main__":
    print("\n".join(counts_of(sys.argv[1], sys.argv[2])[2]))
