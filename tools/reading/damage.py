"""Damage put into clean pages by machine, at places we know; refuses a rate over pages the rules were made on alone.

Clean pages are those of the public sets that are there and, for Azerbaijani and Turkish, pages composed by seed from
the invented sentences of `damage_pages.json`. A page goes to the development or the held-out half by the digest of
its name; rules and word lists were looked over on the development half only. A page whose own text holds one paragraph
of ten words or more twice, word for word, is damaged already and is left out. COUNTERCLAIM_DAMAGE_PAGES takes a seeded
sample of that many pages; without it every page is read.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from counterclaim.read.by.damage import READER as DAMAGE
from counterclaim.read.by.page import page_of
from counterclaim.read.lexicon import common_words
from counterclaim.read.reader import reading_of
from counterclaim.record.account import Damage
from figure import Figure, Missing
from reading.planting import Clean, Planted, planted_in

PARAGRAPHS_MIN = 3
INVENTED_PAGES = 150  # of each language
PAGES_MIN = 1000
SAMPLE = int(os.environ.get("COUNTERCLAIM_DAMAGE_PAGES", "0"))  # 0: every page
REPEATED_WORDS_MIN = 10  # of a paragraph that stands twice; shorter ones are bylines and formulas
RECALL_MIN = 950  # of a thousand planted
CLEAN_PAGES_A_HIGH_ALARM = 20
CLEAN_PAGES_A_MEDIUM_SPLICE = 5
GRADES = ("high", "medium", "low")
NEAR_CHARACTERS = 12  # of the planted place, within which a damage is at it
INVENTED = Path(__file__).with_name("damage_pages.json")
SETS = ("article-extraction-benchmark", "PolNeAR", "HRDsAttack", "factRuEval-2016")


def figures(sets: Path) -> list[Figure | Missing]:
    """Give recall by kind, by language and by half, and the alarms on the same pages undamaged."""
    missing = [name for name in SETS if not (sets / name).is_dir()]
    pages = sampled(clean_pages(sets))
    out: list[Figure | Missing] = [Missing(subject=f"damage on {name}", needs=name) for name in missing]
    tally = Tally(pages)
    for held_out in (False, True):
        out.extend(tally.of_half(held_out=held_out))
    out.extend(tally.of_all(complete=not missing))
    return out


def sampled(pages: list[Clean]) -> list[Clean]:
    """Leave out pages too short or doubled by their own source; give SAMPLE of the rest, or all."""
    fit = [page for page in pages if len(page.paragraphs) >= PARAGRAPHS_MIN and not doubled(page)]
    return random.Random("sample").sample(fit, SAMPLE) if 0 < SAMPLE < len(fit) else fit


def doubled(page: Clean) -> bool:
    """Whether the undamaged text itself holds a paragraph of REPEATED_WORDS_MIN words or more twice."""
    flat = [" ".join(re.findall(r"\w+", text.lower())) for text in page.paragraphs]
    long = [text for text in flat if len(text.split()) >= REPEATED_WORDS_MIN]
    return len(set(long)) < len(long)


def clean_pages(sets: Path) -> list[Clean]:
    """Give the clean pages of the sets that are there, and the invented ones, in a fixed order."""
    found = [*_english(sets), *_russian(sets), *_invented()]
    return [
        Clean(name=name, language=language, held_out=_half(name), paragraphs=tuple(_paragraphs(text)))
        for name, language, text in found
    ]


def _half(name: str) -> bool:
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 1


def _paragraphs(text: str) -> Iterator[str]:
    for piece in re.split(r"\n\s*\n" if re.search(r"\n\s*\n", text) else r"\n", text):
        flat = " ".join(piece.split())
        if flat:
            yield flat


def _english(sets: Path) -> Iterator[tuple[str, str, str]]:
    truth = sets / "article-extraction-benchmark" / "ground-truth.json"
    if truth.is_file():
        for name, row in sorted(json.loads(truth.read_text(encoding="utf-8")).items()):
            yield "aeb/" + name, "en", row["articleBody"]
    for path in sorted((sets / "PolNeAR" / "data" / "dev" / "text").glob("*.txt")):
        yield "polnear/" + path.stem, "en", path.read_text(encoding="utf-8")
    for part in ("train", "dev"):
        listed = sets / "HRDsAttack" / "data" / f"{part}.json"
        for number, row in enumerate(json.loads(listed.read_text(encoding="utf-8")) if listed.is_file() else ()):
            text = re.sub(r"</p>\s*", "\n\n", row["sample"]["Input.article_interface"])
            yield f"hrds/{part}/{number}", "en", re.sub(r"<[^>]*>", "", text)


def _russian(sets: Path) -> Iterator[tuple[str, str, str]]:
    for path in sorted((sets / "factRuEval-2016").glob("*set/*.txt")):
        yield f"factru/{path.stem}", "ru", path.read_text(encoding="utf-8")


def _invented() -> Iterator[tuple[str, str, str]]:
    """Compose pages of invented sentences; a page of the held-out half is made of held-out sentences alone."""
    for language, bank in json.loads(INVENTED.read_text(encoding="utf-8")).items():
        if language == "source":
            continue
        for number in range(INVENTED_PAGES):
            name = f"invented/{language}/{number}"
            chance = random.Random(name)
            own = [text for text in bank["sentences"] if _half(text) == _half(name)]
            chance.shuffle(own)
            names = {key: chance.sample(words, len(words)) for key, words in bank["names"].items()}
            rows, at = [], 0
            for _ in range(chance.randint(4, 6)):
                size = chance.randint(2, 4)
                rows.append(" ".join(_filled(text, names, chance) for text in own[at : at + size]))
                at += size
            yield name, language, "\n\n".join(row for row in rows if row)


def _filled(text: str, names: dict[str, list[str]], chance: random.Random) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: chance.choice(names[found.group(1)][:4]), text)


_Row = tuple[Clean, Planted, str, bool]  # page, what was planted, the best grade seen ("" none), the plain way saw it


class Tally:
    """Every page read twice, damaged and not, and what was seen."""

    def __init__(self, pages: list[Clean]) -> None:
        """Read the pages."""
        self.pages = pages
        self.rows: list[_Row] = []
        self.alarms: dict[str, list[Damage]] = {}
        for index, page in enumerate(pages):
            text, planted = planted_in(page, pages[index - 1])
            found, beside = damage_of(text), _Baseline(text, page.language)
            for place in planted:
                grades = {item.grade for item in found if item.kind == place.kind and at_place(item, place)}
                best = next((grade for grade in GRADES if grade in grades), "")
                self.rows.append((page, place, best, beside.sees(place)))
            self.alarms[page.name] = damage_of("\n\n".join(page.paragraphs))

    def of_half(self, *, held_out: bool) -> Iterator[Figure]:
        """Give recall by variant and by language, and the alarms, of one half."""
        half = "held-out half" if held_out else "development half"
        rows = [row for row in self.rows if row[0].held_out is held_out]
        for kind, variant in sorted({(row[1].kind, row[1].variant) for row in rows}):
            chosen = [row for row in rows if (row[1].kind, row[1].variant) == (kind, variant)]
            yield _recall(f"{half}, {kind}: {variant}", chosen)
        for language in sorted({row[0].language for row in rows}):
            yield _recall(f"{half}, {language}", [row for row in rows if row[0].language == language])
        yield _recall(f"{half}, all", rows)
        yield from self._clean([page for page in self.pages if page.held_out is held_out], half)

    def of_all(self, *, complete: bool) -> Iterator[Figure]:
        """Give recall by kind and in all, held against the floor, and the alarms, of both halves."""
        for kind in sorted({row[1].kind for row in self.rows}):
            yield _recall(f"both halves, {kind}", [row for row in self.rows if row[1].kind == kind])
        for kind in sorted({row[1].kind for row in self.rows}):
            for language in sorted({row[0].language for row in self.rows}):
                chosen = [row for row in self.rows if row[1].kind == kind and row[0].language == language]
                if chosen:
                    yield _recall(f"both halves, {language}, {kind}", chosen)
        seen = sum(1 for row in self.rows if row[2])
        yield Figure(
            subject="damage seen, all kinds and languages",
            ours=f"{seen / max(1, len(self.rows)):.3f}",
            n=len(self.rows),
            floor=f"{RECALL_MIN / 1000}" if complete else "",
            held=seen * 1000 >= RECALL_MIN * len(self.rows) if complete else None,
            note=f"{len(self.pages):,} pages" + (" (a sample)" if len(self.pages) < PAGES_MIN else ""),
        )
        yield from self._clean(self.pages, "both halves", complete=complete)

    def _clean(self, pages: list[Clean], half: str, *, complete: bool = False) -> Iterator[Figure]:
        alarms = [item for page in pages for item in self.alarms[page.name]]
        kinds = Counter(f"{item.kind} {item.grade}" for item in alarms)
        listed = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
        wanted = (
            ("high alarms", [item for item in alarms if item.grade == "high"], CLEAN_PAGES_A_HIGH_ALARM),
            (
                "medium splices",
                [item for item in alarms if (item.kind, item.grade) == ("splice", "medium")],
                CLEAN_PAGES_A_MEDIUM_SPLICE,
            ),
            ("low alarms", [item for item in alarms if item.grade == "low"], 0),
        )
        for name, items, least in wanted:
            yield Figure(
                subject=f"{name} a clean page, {half}",
                ours=f"{len(items) / max(1, len(pages)):.3f} ({len(items)})",
                n=len(pages),
                floor=f"1 in {least} pages" if complete and least else "",
                held=len(items) * least <= len(pages) if complete and least else None,
                note=listed if name == "high alarms" else "",
            )


def _recall(name: str, chosen: list[_Row]) -> Figure:
    grades = Counter(row[2] for row in chosen)
    seen, n = len(chosen) - grades[""], max(1, len(chosen))
    sure = (grades["high"] + grades["medium"]) / n
    return Figure(
        subject=f"damage seen, {name}",
        ours=f"{seen / n:.3f}",
        n=len(chosen),
        other=f"{sum(1 for row in chosen if row[3]) / n:.3f}",
        other_tool="equal paragraphs and words of no list",
        note=f"{sure:.3f} at medium or above; high {grades['high']}, medium {grades['medium']}, low {grades['low']}, "
        f"missed {grades['']}",
    )


def damage_of(text: str) -> list[Damage]:
    """Read a plain text with the page and damage readers alone; the site's own lines are left out."""
    found = reading_of(page_of(text.encode(), "text/plain"), (DAMAGE,)).damage
    return [item for item in found if item.kind != "boilerplate"]


def at_place(item: Damage, place: Planted) -> bool:
    """Whether a damage stands at the planted place."""
    near = NEAR_CHARACTERS if place.kind in {"splice", "truncated"} else 0
    return any(span.start <= place.end + near and place.start - near <= span.end for span in item.spans)


class _Baseline:
    """What the plain way sees: two equal paragraphs, and a word that no list has, a name or a number apart.

    No spelling library is installed; this stands for one, with our own list of common words.
    """

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        pieces = text.split("\n\n")
        self.equal = {piece for piece, count in Counter(pieces).items() if count > 1}
        self.common = common_words(language)

    def sees(self, place: Planted) -> bool:
        near = self.text[max(0, place.start - 1) : place.end + 1]
        if place.kind == "near_duplicate":
            start = self.text.rfind("\n\n", 0, place.start + 1) + 2
            return self.text[max(start, 0) :].split("\n\n", 1)[0] in self.equal
        words = re.findall(r"(?<!\w)[^\W\d_]{2,}(?!\w)", near)
        return place.kind == "glued" and any(word.islower() and word not in self.common for word in words)
