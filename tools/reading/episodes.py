"""Torture yes or no and the country of an attack, on HRDsAttack's dev part, beside the bare word; no model.

Annotated by crowd workers, one a page; `None` as the country means that the worker found none. Its test part is
never opened here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from html import escape
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from counterclaim.read.by.page import page_of
from counterclaim.read.places.gazetteer import places_named
from counterclaim.read.places.whereabouts import country_told
from counterclaim.read.reader import Reader, reading_of
from counterclaim.record.account import Named, Reading
from figure import Figure, Missing

TORTURE_F1_MIN = 0.75
COUNTRY_MIN = 0.90
WORDS = re.compile(r"tortur", re.IGNORECASE)
WORD, HEAD_PARAGRAPHS, EPISODES_MIN = "tortur", 4, 2
LESS = frozenset({
    "unspecified", "mental_unspecified", "threat", "death_threat", "detention_conditions", "medical_denial",
    "isolation", "humiliation", "penetrating", "chemical", "burn", "amputation",
})  # fmt: skip
MISSPELT = {"columbia": "CO", "nigeia": "NG", "turrkey": "TR", "texas": "US", "africa": "", "asia": ""}


def figures(sets: Path) -> list[Figure | Missing]:
    """Give F1 of torture with precision and recall, and the share of countries that are right."""
    path = sets / "HRDsAttack" / "data" / "dev.json"
    if not path.is_file():
        return [Missing(subject="HRDsAttack dev", needs="HRDsAttack/data/dev.json")]
    rows = read_rows(path)
    ours = f1_of(rows, lambda row: is_torture(row["reading"]))
    plain = f1_of(rows, lambda row: WORDS.search(row["text"]) is not None)
    told = [row for row in rows if row["country"]]
    right = sum(country_told(row["reading"])[:1] == (row["country"],) for row in told)
    loudest = sum(_most_named(row["text"]) == row["country"] for row in told)
    alone = [row for row in told if len(country_told(row["reading"])) == 1]
    sure = sum(country_told(row["reading"]) == (row["country"],) for row in alone)
    return [
        Figure(
            subject="HRDsAttack dev, torture yes or no, F1",
            ours=f"{ours[0]:.3f} (precision {ours[1]:.3f}, recall {ours[2]:.3f})",
            n=len(rows),
            floor=f"{TORTURE_F1_MIN}",
            held=ours[0] >= TORTURE_F1_MIN,
            other=f"{plain[0]:.3f} (precision {plain[1]:.3f}, recall {plain[2]:.3f})",
            other_tool="the word itself",
            note=f"{sum(row['torture'] for row in rows)} pages are marked as torture",
        ),
        Figure(
            subject="HRDsAttack dev, country of the attack",
            ours=f"{right / len(told):.3f}",
            n=len(told),
            floor=f"{COUNTRY_MIN}",
            held=right / len(told) >= COUNTRY_MIN,
            other=f"{loudest / len(told):.3f}",
            other_tool="the country most often named",
            note=f"pages for which the worker gave one country; of {len(alone)} that decide, {sure} are right",
        ),
    ]


def read_rows(path: Path, leave_out: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Read every page of a part with the installed readers; give it with what the worker wrote."""
    readers: list[Reader] = [
        point.load() for point in entry_points(group="counterclaim.readers") if point.name not in leave_out
    ]
    rows = []
    for item in json.loads(path.read_text(encoding="utf-8")):
        sample, mark = item["sample"], item["annotations"][0]["annotation"]
        page = page_of(
            f"<html><body><article><h1>{escape(sample['Input.title'] or '')}</h1>"
            f"{sample['Input.article_interface']}</article></body></html>".encode(),
            "text/html",
        )
        rows.append(
            {
                "reading": reading_of(page, readers),
                "text": page.dom_text,
                "torture": "torture" in mark["violation_types"],
                "country": _code(mark["country"]),
                "mark": mark,
            }
        )
    return rows


def is_torture(reading: Reading) -> bool:
    """Whether torture is told by its word as having happened, and by something more than a word in passing.

    More is: at the headline or the head of the text, a beating or a specific method told, or two episodes of
    ill-treatment of somebody named. Chosen on the training part, where the workers mark a page that tells of torture
    in passing about as often as not.
    """
    told = [method for method in reading.methods if method.asserted]
    named = [method for method in told if method.span.text.lower().startswith(WORD)]
    if not named:
        return False
    head = [part for part in reading.article if part.role == "headline"]
    head += [part for part in reading.article if part.role == "body"][:HEAD_PARAGRAPHS]
    of_named = sum(
        episode.type == "ill_treatment"
        and any(one.role == "victim" and isinstance(one.slot, Named) for one in episode.participants)
        for episode in reading.episodes
    )
    return (
        any(part.start <= method.span.start < part.end for method in named for part in head)
        or any(method.term not in LESS for method in told)
        or of_named >= EPISODES_MIN
    )


def f1_of(rows: list[dict[str, Any]], says: Callable[[dict[str, Any]], bool]) -> tuple[float, float, float]:
    """Give F1, precision and recall of a yes."""
    tally = Counter((says(row), row["torture"]) for row in rows)
    right, extra, missed = tally[True, True], tally[True, False], tally[False, True]
    return (
        2 * right / max(1, 2 * right + extra + missed),
        right / max(1, right + extra),
        right / max(1, right + missed),
    )


def _code(written: str | None) -> str:
    """Give the code of what a worker wrote, empty for none, a continent or two countries."""
    name = (written or "").strip()
    if name.lower() in MISSPELT:
        return MISSPELT[name.lower()]
    found = [place.country for place in places_named(name) if place.kind in {"country", "people"}]
    return found[0] if found and name.lower() not in {"none", "n/a"} else ""


def _most_named(text: str) -> str:
    words = re.findall(r"[^\W\d_]+", text)
    pairs = [" ".join(words[at : at + size]) for at in range(len(words)) for size in (1, 2) if words[at][0].isupper()]
    found = Counter(p.country for pair in pairs for p in places_named(pair)[:1] if p.kind in {"country", "people"})
    return found.most_common(1)[0][0] if found else ""
