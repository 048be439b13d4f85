"""Which account answers which, and acts, denial kinds, holders and hedges on annotated pages, by language.

Reads `tests/golden/read_pages/{mending,held_out,second}/*.ann` (English) and, where they are, the pages with answers in
`tests/golden/read_pages/quad/<language>/*.json`. A link is high-grade where both accounts are read at grade high.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

from counterclaim.read.by.account import READER as ACCOUNT
from counterclaim.read.by.damage import READER as DAMAGE
from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.contract import contract_of
from counterclaim.read.reader import reading_of
from reading.figure import Figure, Missing

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "golden"
SETS = ("mending", "held_out", "second")
RIGHT_MIN = 970  # of a thousand high-grade answers
Counts = dict[str, Counter[str]]


def figures(sets: Path) -> list[Figure | Missing]:
    """Measure the annotated pages of every language; `sets` is not needed."""
    del sets
    out: list[Figure | Missing] = []
    fresh = _fresh()
    counts: Counts = {}
    for name in SETS:
        for measured, row in fresh.figures_of(name)[0].items():
            counts.setdefault(measured, Counter()).update(row)
        for path in sorted((GOLDEN / "read_pages" / name).iterdir()):
            if path.suffix != ".ann":
                counts.setdefault("high", Counter()).update(_high(fresh, path))
    out.extend(_figures("en", counts))
    quad = GOLDEN / "read_pages" / "quad"
    for folder in sorted(quad.iterdir()) if quad.is_dir() else ():
        rows = [_quad(path) for path in sorted(folder.glob("*.json"))]
        total: Counts = {}
        for row in rows:
            for measured, count in row.items():
                total.setdefault(measured, Counter()).update(count)
        if total:
            out.extend(_figures(f"{folder.name} (quad)", total))
    return out


def _figures(language: str, counts: Counts) -> list[Figure]:
    out = []
    for name, row in sorted(counts.items()):
        asked, given, right = row["asked"], row["given"], row["right"]
        held = right * 1000 >= RIGHT_MIN * given if name == "high" else None
        precision, recall = right / max(given, 1), right / max(asked, 1)
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        out.append(
            Figure(
                subject=f"{'answers of high grade' if name == 'high' else name} {language}",
                ours=f"{right} right of {given} given"
                + ("" if name == "high" else f", of {asked} asked (P {precision:.3f}, R {recall:.3f}, F1 {f1:.3f})"),
                n=given if name == "high" else asked,
                floor=f"{RIGHT_MIN / 1000} right" if name == "high" else "",
                held=held,
            )
        )
    return out


def _fresh() -> ModuleType:
    spec = importlib.util.spec_from_file_location("read_fresh_pages", GOLDEN / "test_read_fresh_pages.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(GOLDEN)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _high(fresh: ModuleType, path: Path) -> Counter[str]:
    """Count the links between two accounts of grade high, and those a person would accept."""
    data, lines = fresh.read(path), fresh.lines_of(path)
    number_of = {account["id"]: number for number, account in fresh.matched(data, lines).items()}
    by_id = {account["id"]: account for account in data["accounts"]}
    out: Counter[str] = Counter()
    for account in data["accounts"]:
        for other in (by_id[each] for each in account["answers"]):
            own = other["note"].startswith("Told only inside")
            if own or account["grade"] != "high" or other["grade"] != "high":
                continue
            number = number_of.get(account["id"])
            fields = lines[number].fields if number is not None else ()
            accepted = [w.strip().removeprefix("may ") for w in fields[5].split(";")] if fields else []
            text = " ".join(other["span"]["text"].split())
            right = any(words and words in text for words in accepted)
            out.update({"given": 1, "right": int(right), "asked": 1})
    return out


def _quad(path: Path) -> Counts:
    """Count one annotated page: `accounts` rows with words, act, holder, denial_kind, denies, hedge, answers."""
    document = json.loads(path.read_text(encoding="utf-8"))
    page = path.with_suffix("." + document.get("page", "txt").rsplit(".", 1)[-1])
    content = page.read_bytes() if page.is_file() else str(document.get("text", "")).encode()
    data = contract_of(reading_of(page_of(content), (DAMAGE, NAME, SPEECH, ACCOUNT)))
    counts: Counts = {name: Counter() for name in ("act", "holder", "denial kind", "hedge", "answers", "high")}
    pairs: dict[int, dict[str, Any]] = {}
    used: set[str] = set()
    rows = [row for row in document.get("accounts", ()) if row.get("words")]
    for number, row in enumerate(rows):
        over = [a for a in data["accounts"] if a["id"] not in used and _flat(row["words"]) in _flat(a["span"]["text"])]
        best = max(over, key=lambda a, r=row: a["act"] in _options(r.get("act")), default=None)  # type: ignore[misc]
        if best:
            used.add(best["id"])
            pairs[number] = best
        _one(data, row, best, counts)
    counts["act"]["given"] += sum(a["id"] not in used for a in data["accounts"])
    _links(data, rows, pairs, counts)
    return counts


def _one(data: dict[str, Any], row: dict[str, Any], best: dict[str, Any] | None, counts: Counts) -> None:
    act = best is not None and best["act"] in _options(row.get("act"))
    counts["act"].update({"asked": 1, "given": int(best is not None), "right": int(act)})
    wanted = _options(row.get("holder"))
    if wanted and best:
        found = _printed(data, best["holder"])
        right = any(each and each.lower() in found.lower() for each in wanted)
        counts["holder"].update({"asked": 1, "given": int(bool(found)), "right": int(right)})
    elif wanted:
        counts["holder"]["asked"] += 1
    kinds = _options(row.get("denial_kind"))
    if any(kinds):
        right = best is not None and best["denial_kind"] in kinds
        counts["denial kind"].update(
            {"asked": 1, "given": int(bool(best and best["denial_kind"])), "right": int(right)}
        )
    hedge = row.get("hedge")
    if hedge:
        found = best["hedge"]["text"] if best and best["hedge"] else ""
        counts["hedge"].update({"asked": 1, "given": int(bool(found)), "right": int(_flat(hedge) == _flat(found))})


def _links(data: dict[str, Any], rows: list[dict[str, Any]], pairs: dict[int, dict[str, Any]], counts: Counts) -> None:
    by_id = {account["id"]: account for account in data["accounts"]}
    for number, row in enumerate(rows):
        wanted = [str(each) for each in row.get("answers") or () if not str(each).startswith("may ")]
        allowed = [str(each).removeprefix("may ") for each in row.get("answers") or ()]
        best = pairs.get(number)
        given = [by_id[each] for each in best["answers"]] if best else []
        for words in wanted:
            hit = any(_flat(words) in _flat(other["span"]["text"]) for other in given)
            counts["answers"].update({"asked": 1, "right": int(hit)})
        for other in given:
            if other["note"].startswith("Told only inside"):
                continue
            right = any(_flat(words) in _flat(other["span"]["text"]) for words in allowed)
            counts["answers"]["given"] += 1
            if best and best["grade"] == other["grade"] == "high":
                counts["high"].update({"asked": 1, "given": 1, "right": int(right)})


def _options(value: object) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list) else str(value).split("/")


def _flat(text: str) -> str:
    return " ".join(text.split()).lower()


def _printed(data: dict[str, Any], slot: dict[str, Any]) -> str:
    if "entity" not in slot:
        return str(slot["span"]["text"]) if "span" in slot else ""
    by_id = {entity["id"]: entity for entity in data["entities"]}
    entity = by_id[slot["entity"]]
    return " / ".join([entity["name"] or "", *(by_id[each]["name"] or "" for each in entity["same_as"])])
