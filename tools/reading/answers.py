"""Which account answers which, by grade, and acts, denial kinds, holders and hedges on the project's annotated pages.

Reads `tests/golden/read_pages/{mending,held_out,second}/*.ann`, and of the pages in four languages (`quad`) the links.
A link has the grade of the account that replies; those between two accounts of grade high are counted apart.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from types import ModuleType

from figure import Figure, Missing
from reading.golden import GOLDEN, golden

SETS = ("mending", "held_out", "second")
RIGHT_MIN = 970  # of a thousand high-grade answers
EMBEDDED = "Told only inside"
Counts = dict[str, Counter[str]]
Link = tuple[str, bool, bool]  # the grade of the reply, whether both accounts are of grade high, whether it is right


def figures(sets: Path) -> list[Figure | Missing]:
    """Measure the annotated pages; `sets` is not needed."""
    del sets
    counts: Counts = {}
    links: Counts = {}
    fresh = golden("test_read_fresh_pages")
    for name in SETS:
        for measured, row in fresh.figures_of(name)[0].items():
            counts.setdefault(measured, Counter()).update(row)
        for path in sorted((GOLDEN / "read_pages" / name).iterdir()):
            if path.suffix != ".ann":
                _add(links, "en, older pages", _links(fresh, path))
    quad = golden("quad_pages")
    for language in quad.LANGUAGES:
        for half in quad.HALVES:
            for path in quad.pages_of(language, half):
                _add(links, f"{language}, quad", _quad_links(quad, path))
    return [*_figures("en", counts), *_link_figures(links)]


def _add(counts: Counts, of: str, links: list[Link]) -> None:
    for grade, both, right in links:
        for kept in (grade, "both high", "all") if both else (grade, "all"):
            for where in (of, "all own pages"):
                counts.setdefault(f"{where}|{kept}", Counter()).update({"given": 1, "right": int(right)})


def _link_figures(counts: Counts) -> list[Figure]:
    out = []
    for name, row in sorted(counts.items()):
        where, grade = name.split("|")
        high = grade == "high"
        out.append(
            Figure(
                subject=f"answers of grade {grade}, {where}",
                ours=f"{row['right']} right of {row['given']} given",
                n=row["given"],
                floor=f"{RIGHT_MIN / 1000} right" if high else "",
                held=row["right"] * 1000 >= RIGHT_MIN * row["given"] if high else None,
            )
        )
    return out


def _figures(language: str, counts: Counts) -> list[Figure]:
    out = []
    for name, row in sorted(counts.items()):
        asked, given, right = row["asked"], row["given"], row["right"]
        precision, recall = right / max(given, 1), right / max(asked, 1)
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        out.append(
            Figure(
                subject=f"{name} {language}",
                ours=f"{right} right of {given} given, of {asked} asked "
                f"(P {precision:.3f}, R {recall:.3f}, F1 {f1:.3f})",
                n=asked,
            )
        )
    return out


def _links(fresh: ModuleType, path: Path) -> list[Link]:
    """Give the links of a page, and whether a person would accept them."""
    data, lines = fresh.read(path), fresh.lines_of(path)
    number_of = {account["id"]: number for number, account in fresh.matched(data, lines).items()}
    by_id = {account["id"]: account for account in data["accounts"]}
    out = []
    for account in data["accounts"]:
        for other in (by_id[each] for each in account["answers"]):
            if other["note"].startswith(EMBEDDED):
                continue
            number = number_of.get(account["id"])
            fields = lines[number].fields if number is not None else ()
            accepted = [w.strip().removeprefix("may ") for w in fields[5].split(";")] if fields else []
            text = " ".join(other["span"]["text"].split())
            right = any(words and words in text for words in accepted)
            out.append((account["grade"], account["grade"] == other["grade"] == "high", right))
    return out


def _quad_links(quad: ModuleType, path: Path) -> list[Link]:
    page = json.loads(path.read_text(encoding="utf-8"))
    data = quad.read(page)
    return [
        (account["grade"], account["grade"] == other["grade"] == "high", right)
        for account, other, right in quad.links_of(page, data)
    ]
