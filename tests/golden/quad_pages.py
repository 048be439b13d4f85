"""Count what is read of the annotated pages in four languages; refuses to count what nobody annotated as right.

A page is `read_pages/quad/<language>/<develop|held_out|third>/<name>.json`: `text` (or `html`) and what a person read in it.
A `quote` stands once on the page and marks the place. In `act`, `holder`, `speaker`, `denial_kind` and an episode's
`type` a "/" parts alternatives a person would accept, in `duration` a "|". A row with `optional` is neither asked for nor a false alarm;
an account in `may_answer` may be answered and need not be. Not counted as false: a claim that only a denial names, and
a claim of the page's own voice without a holder, which is not annotated.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from counterclaim.read.by.account import READER as ACCOUNT
from counterclaim.read.by.damage import READER as DAMAGE
from counterclaim.read.by.date import READER as DATE
from counterclaim.read.by.episode import READER as EPISODE
from counterclaim.read.by.method import READER as METHOD
from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.place import READER as PLACE
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.contract import contract_of
from counterclaim.read.reader import reading_of

PAGES = Path(__file__).parent / "read_pages" / "quad"
LANGUAGES = ("az", "en", "ru", "tr")
HALVES = ("develop", "held_out", "third")
READERS = (DAMAGE, DATE, NAME, SPEECH, ACCOUNT, METHOD, EPISODE, PLACE)
DENIALS = {"denial", "rejection", "justification"}
LITTLE = {"the", "a", "an", "of", "at", "in", "and"}
ENDING_MAX = 4  # letters of a case or possessive ending by which two printed forms of one word may differ
Counts = dict[str, Counter[str]]
Row = dict[str, Any]


def pages_of(language: str, half: str) -> list[Path]:
    """List the pages of one language and half."""
    return sorted((PAGES / language / half).glob("*.json"))


def read(page: Row) -> Row:
    """Read an annotated page's text into the contract's form, with its text under `text`."""
    layers = page_of((page.get("html") or page["text"]).encode())
    data = contract_of(reading_of(layers, READERS))
    data["text"] = layers.dom_text
    return data


def counts_of(path: Path, misses: list[str]) -> Counts:
    """Count one page: by measure, what was `asked`, what was `given` and what of that is `right`."""
    page = json.loads(path.read_text(encoding="utf-8"))
    data = read(page)
    counts: Counts = {}
    misses.append(f"{page['language']} {path.parent.name} {path.stem}")
    found = _accounts(page, data, counts, misses)
    _answers(page, data, found, counts, misses)
    _quotations(page, data, counts, misses)
    _episodes(page, data, counts, misses)
    _damage(page, data, counts, misses)
    for row in page["entities"]:
        right = any(row["type"] == each["type"] and _same(row["name"], each["name"] or "") for each in data["entities"])
        _add(counts, "entity", asked=1, given=right, right=right)
        if not right:
            misses.append(f"  entity not seen {row['name']} ({row['type']})")
    return counts


def total_of(language: str, half: str) -> tuple[Counts, list[str]]:
    """Count all pages of one language and half, and list what differs."""
    total: Counts = {}
    misses: list[str] = []
    for path in pages_of(language, half):
        for name, row in counts_of(path, misses).items():
            total.setdefault(name, Counter()).update(row)
    return total, misses


def printed(data: Row, slot: Row) -> str:
    """Give a slot as printed, with the fuller names proposed for it; empty where nobody is named."""
    if "entity" not in slot:
        return str(slot["span"]["text"]) if "span" in slot else ""
    by_id = {entity["id"]: entity for entity in data["entities"]}
    entity = by_id[slot["entity"]]
    return " / ".join(by_id[each]["name"] or "" for each in (slot["entity"], *entity["same_as"]))


def _words(text: str) -> list[str]:
    folded = text.replace("İ", "i").replace("I", "i").replace("ı", "i").lower()
    return [word for word in re.findall(r"\w+", folded) if word not in LITTLE]


def _alike(one: str, two: str) -> bool:
    shorter = min(len(one), len(two))
    shared = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), shorter)
    return one == two or (shared >= 3 and len(one) - shared <= ENDING_MAX and len(two) - shared <= ENDING_MAX)


def _same(expected: str, found: str) -> bool:
    """Whether two printed names are one but for endings and for words only one of them has."""
    for left in expected.split("/"):
        for right in found.split(" / "):
            fewer, more = sorted((_words(left), _words(right)), key=len)
            if fewer and all(any(_alike(word, other) for other in more) for word in fewer):
                return True
    return False


def _is_slot(data: Row, expected: Row | str, slot: Row) -> bool:
    return slot == {"unstated": True} if isinstance(expected, dict) else _same(expected, printed(data, slot))


def _over(data: Row, quote: str, span: Row) -> bool:
    """Whether a span covers at least half of a quote."""
    start = data["text"].find(quote)
    shared = min(span["end"], start + len(quote)) - max(span["start"], start)
    return start >= 0 and 2 * shared >= len(quote)


def _add(counts: Counts, name: str, *, asked: int = 0, given: int = 0, right: int = 0) -> None:
    counts.setdefault(name, Counter()).update({"asked": int(asked), "given": int(given), "right": int(right)})


def _agreement(data: Row, row: Row, account: Row) -> tuple[bool, bool, bool]:
    kinds = (row["denial_kind"] or "").split("/")
    return (
        account["act"] in row["act"].split("/"),
        _is_slot(data, row["holder"], account["holder"]),
        (account["denial_kind"] or "") in kinds,
    )


def _matched(page: Row, data: Row) -> dict[int, Row]:
    """Give each annotated account the read one that stands there and agrees best; an account serves one row."""
    pairs = [
        (not row.get("optional"), _agreement(data, row, account), -len(account["span"]["text"]), -number, account["id"])
        for number, row in enumerate(page["accounts"])
        for account in data["accounts"]
        if _over(data, row["quote"], account["span"])
    ]
    by_id = {account["id"]: account for account in data["accounts"]}
    out: dict[int, Row] = {}
    used: set[str] = set()
    for *_, number, account_id in sorted(pairs, reverse=True):
        if -number not in out and account_id not in used:
            out[-number] = by_id[account_id]
            used.add(account_id)
    return out


def _accounts(page: Row, data: Row, counts: Counts, misses: list[str]) -> dict[int, Row]:
    found = _matched(page, data)
    known = {account["id"] for account in found.values()}
    for account in data["accounts"]:
        voiceless = account["act"] == "claim" and "unstated" in account["holder"]
        if account["id"] in known or voiceless:
            continue
        _add(counts, "act", given=1)
        _add(counts, "denial kind", given=account["act"] in DENIALS)
        misses.append(f"  alarm {account['act']} {printed(data, account['holder'])!r} | {account['span']['text']}")
    for number, row in enumerate(page["accounts"]):
        if not row.get("optional"):
            _account(data, row, found.get(number), counts, misses)
    return found


def _account(data: Row, row: Row, hit: Row | None, counts: Counts, misses: list[str]) -> None:
    act, holder, kind = _agreement(data, row, hit) if hit else (False, False, False)
    _add(counts, "act", asked=1, given=hit is not None, right=act)
    stated = isinstance(row["holder"], str)
    named = hit is not None and printed(data, hit["holder"]) != ""
    _add(counts, "holder", asked=stated, given=named, right=stated and holder)
    if row["act"] in DENIALS or (hit and hit["act"] in DENIALS):
        told = hit is not None and hit["act"] in DENIALS
        _add(counts, "denial kind", asked=row["act"] in DENIALS, given=told, right=told and act and kind)
        if told and act and hit:
            _add(counts, "denies", asked=1, given=1, right=set(row["denies"]) == set(hit["denies"]))
    if row["hedge"]:
        hedge = hit["hedge"]["text"] if hit and hit["hedge"] else ""
        _add(counts, "hedge", asked=1, given=hedge != "", right=hedge.lower() == row["hedge"].lower())
    if not (act and holder and kind):
        got = (hit["act"], printed(data, hit["holder"]), hit["denial_kind"]) if hit else None
        misses.append(f"  asked {row['act']} {row['holder']} {row['denial_kind']} {row['quote']!r} got {got}")


def _answers(page: Row, data: Row, found: dict[int, Row], counts: Counts, misses: list[str]) -> None:
    rows = page["accounts"]
    by_id = {account["id"]: account for account in data["accounts"]}
    for number, row in enumerate(rows):
        for target in row["answers"] if not row.get("optional") else ():
            given = [by_id[each] for each in found[number]["answers"]] if number in found else []
            hit = any(_over(data, rows[target]["quote"], each["span"]) for each in given)
            _add(counts, "answers asked for", asked=1, given=bool(given), right=hit)
            if not hit:
                misses.append(f"  answer not seen {row['quote']!r} -> {rows[target]['quote']!r}")
    for account, other, right in links_of(page, data, found):
        high = account["grade"] == other["grade"] == "high"
        for name in ("answers", "answers of high grade")[: 1 + high]:
            _add(counts, name, asked=1, given=1, right=right)
        if not right:
            misses.append(f"  answer too much {account['span']['text'][:50]!r} -> {other['span']['text'][:50]!r}")


def links_of(page: Row, data: Row, found: dict[int, Row] | None = None) -> Iterator[tuple[Row, Row, bool]]:
    """Give each link: the account that replies, the one it is linked to, and whether a person would accept it."""
    rows, found = page["accounts"], _matched(page, data) if found is None else found
    number_of = {account["id"]: number for number, account in found.items()}
    by_id = {account["id"]: account for account in data["accounts"]}
    for account in data["accounts"]:
        row = rows[number_of[account["id"]]] if account["id"] in number_of else {"answers": []}
        allowed = [rows[each]["quote"] for each in (*row["answers"], *row.get("may_answer", ()))]
        for other in (by_id[each] for each in account["answers"]):
            if not other["note"].startswith("Told only inside"):
                yield account, other, any(_over(data, quote, other["span"]) for quote in allowed)


def _quotations(page: Row, data: Row, counts: Counts, misses: list[str]) -> None:
    for row in page["quotations"]:
        hits = [each for each in data["quotations"] if _over(data, row["quote"], each["span"])]
        right = any(_is_slot(data, row["speaker"], hit["speaker"]) for hit in hits)
        _add(counts, "speaker", asked=1, given=bool(hits), right=right)
        if not right:
            got = [printed(data, hit["speaker"]) for hit in hits]
            misses.append(f"  speaker {row['speaker']} {row['quote']!r} got {got}")


def _episodes(page: Row, data: Row, counts: Counts, misses: list[str]) -> None:
    terms = {method["id"]: method["term"] for method in data["methods"] if method["asserted"]}
    for row in page["episodes"]:
        there = [each for each in data["episodes"] if _over(data, row["quote"], each["span"])]
        right = any(each["type"] in row["type"].split("/") for each in there)
        _add(counts, "episode", asked=1, given=bool(there), right=right)
        told = {terms[each] for episode in there for each in episode["methods"] if each in terms}
        dates = {episode["date"]["edtf"] for episode in there if episode["date"]}
        lasted = {episode["duration"]["iso8601"] for episode in there if episode["duration"]}
        places = [text for episode in there if (text := printed(data, episode["place"]))]
        for method in row["methods"]:
            _add(counts, "method", asked=1, given=bool(told), right=method in told)
        if row["date"]:
            _add(counts, "date", asked=1, given=bool(dates), right=row["date"] in dates)
        if row["duration"]:
            wanted = set(row["duration"].split("|"))
            _add(counts, "duration", asked=1, given=bool(lasted), right=bool(wanted & lasted))
        if row["place"]:
            right_place = any(_same(row["place"], text) for text in places)
            _add(counts, "place", asked=1, given=bool(places), right=right_place)
        if not right or set(row["methods"]) - told or (row["date"] and row["date"] not in dates):
            got = (sorted({each["type"] for each in there}), sorted(told), sorted(dates), sorted(lasted), places)
            misses.append(f"  episode {tuple(row.values())} got {got}")


def _damage(page: Row, data: Row, counts: Counts, misses: list[str]) -> None:
    seen: set[int] = set()
    for item in data["damage"]:
        texts = [span["text"] for span in item["spans"]]
        hits = [
            number
            for number, row in enumerate(page["damage"])
            if row["kind"] == item["kind"] and any(row["quote"] in text or text in row["quote"] for text in texts)
        ]
        if not hits and item["kind"] != "boilerplate":
            _add(counts, "damage", given=1)
            misses.append(f"  damage alarm {item['kind']} {item['grade']} {texts[0][:60]!r}")
        seen.update(hits)
    for number, row in enumerate(page["damage"]):
        _add(counts, "damage", asked=1, given=number in seen, right=number in seen)
        if number not in seen:
            misses.append(f"  damage not seen {row}")
