"""Which account answers which, and acts, denial kinds, holders and hedges on the annotated English pages.

Reads `tests/golden/read_pages/{mending,held_out,second}/*.ann`; the pages in four languages are counted by `pages`.
A link is high-grade where both accounts are read at grade high.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import ModuleType

from reading.figure import Figure, Missing
from reading.golden import GOLDEN, golden

SETS = ("mending", "held_out", "second")
RIGHT_MIN = 970  # of a thousand high-grade answers
Counts = dict[str, Counter[str]]


def figures(sets: Path) -> list[Figure | Missing]:
    """Measure the annotated pages; `sets` is not needed."""
    del sets
    out: list[Figure | Missing] = []
    fresh = golden("test_read_fresh_pages")
    counts: Counts = {}
    for name in SETS:
        for measured, row in fresh.figures_of(name)[0].items():
            counts.setdefault(measured, Counter()).update(row)
        for path in sorted((GOLDEN / "read_pages" / name).iterdir()):
            if path.suffix != ".ann":
                counts.setdefault("high", Counter()).update(_high(fresh, path))
    out.extend(_figures("en", counts))
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
