"""Damage put into clean pages by machine, at places we know; refuses a rate over pages the rules were made on alone.

Clean pages are those of the public sets that are there and, for Azerbaijani and Turkish, pages composed by seed from
the invented sentences of `damage_pages.json`. A page goes to the development or the held-out half by the digest of
its name; rules and word lists were looked over on the development half only.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from counterclaim.read.by.damage import READER as DAMAGE
from counterclaim.read.by.page import page_of
from counterclaim.read.lexicon import common_words
from counterclaim.read.reader import reading_of
from counterclaim.record.account import Damage
from reading.figure import Figure, Missing

PARAGRAPHS_MIN = 3
WORDS_MIN = 25  # of a paragraph that is damaged
INVENTED_PAGES = 150  # of each language
PAGES_MIN = 1000
RECALL_MIN = 950  # of a thousand planted
CLEAN_PAGES_A_HIGH_ALARM = 20
NEAR_CHARACTERS = 12  # of the planted place, within which a damage is at it
WORD_CHARACTERS_MIN = 2
INVENTED = Path(__file__).with_name("damage_pages.json")
SETS = ("article-extraction-benchmark", "PolNeAR", "HRDsAttack", "factRuEval-2016")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """One undamaged page: its name, its language, whether it is in the held-out half, and its paragraphs."""

    name: str
    language: str
    held_out: bool
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One damage that was put in, by kind and variant, and the characters [start, end) about its place."""

    kind: str
    variant: str
    start: int
    end: int


def figures(sets: Path) -> list[Figure | Missing]:
    """Give recall by kind, by language and by half, and the alarms on the same pages undamaged."""
    missing = [name for name in SETS if not (sets / name).is_dir()]
    pages = [page for page in clean_pages(sets) if len(page.paragraphs) >= PARAGRAPHS_MIN]
    out: list[Figure | Missing] = [Missing(subject=f"damage on {name}", needs=name) for name in missing]
    tally = _Tally(pages)
    for held_out in (False, True):
        out.extend(tally.of_half(held_out))
    out.extend(tally.of_all(complete=not missing))
    return out


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


class _Tally:
    def __init__(self, pages: list[Clean]) -> None:
        self.pages = pages
        self.rows: list[tuple[Clean, Planted, str, bool]] = []
        self.alarms: dict[str, list[Damage]] = {}
        for index, page in enumerate(pages):
            text, planted = planted_in(page, pages[index - 1])
            found, beside = _damage(text), _Baseline(text, page.language)
            for place in planted:
                near = sorted(
                    (item.grade for item in found if item.kind == place.kind and _at(item, place)),
                    key=("high", "medium", "low").index,
                )
                self.rows.append((page, place, near[0] if near else "", beside.sees(place)))
            self.alarms[page.name] = _damage("\n\n".join(page.paragraphs))

    def of_half(self, held_out: bool) -> Iterator[Figure]:
        half = "held-out half" if held_out else "development half"
        rows = [row for row in self.rows if row[0].held_out is held_out]
        for variant in sorted({(row[1].kind, row[1].variant) for row in rows}):
            yield self._recall(
                f"{half}, {variant[0]}: {variant[1]}", lambda r, v=variant: (r[1].kind, r[1].variant) == v, rows
            )
        for language in sorted({row[0].language for row in rows}):
            yield self._recall(f"{half}, {language}", lambda r, x=language: r[0].language == x, rows)
        yield self._recall(f"{half}, all", lambda _: True, rows)
        yield from self._clean([page for page in self.pages if page.held_out is held_out], half)

    def of_all(self, *, complete: bool) -> Iterator[Figure]:
        for kind in sorted({row[1].kind for row in self.rows}):
            yield self._recall(f"both halves, {kind}", lambda r, k=kind: r[1].kind == k, self.rows)
        seen = sum(1 for row in self.rows if row[2])
        yield Figure(
            subject="damage seen, all kinds and languages",
            ours=f"{seen / len(self.rows):.3f}",
            n=len(self.rows),
            floor=f"{RECALL_MIN / 1000}" if complete and len(self.pages) >= PAGES_MIN else "",
            held=seen * 1000 >= RECALL_MIN * len(self.rows) if complete else None,
            note=f"{len(self.pages):,} pages",
        )
        yield from self._clean(self.pages, "both halves", complete=complete)

    def _recall(self, name: str, wanted: Callable[[tuple[Clean, Planted, str, bool]], bool], rows: list) -> Figure:
        chosen = [row for row in rows if wanted(row)]
        grades = Counter(row[2] for row in chosen)
        seen = len(chosen) - grades[""]
        beside = sum(1 for row in chosen if row[3])
        return Figure(
            subject=f"damage seen, {name}",
            ours=f"{seen / len(chosen):.3f}",
            n=len(chosen),
            other=f"{beside / len(chosen):.3f}",
            other_tool="equal paragraphs and words of no list",
            note=f"high {grades['high']}, medium {grades['medium']}, low {grades['low']}, missed {grades['']}",
        )

    def _clean(self, pages: list[Clean], half: str, *, complete: bool = False) -> Iterator[Figure]:
        alarms = [item for page in pages for item in self.alarms[page.name]]
        grades = Counter(item.grade for item in alarms)
        kinds = Counter(f"{item.kind} {item.grade}" for item in alarms)
        yield Figure(
            subject=f"damage alarms on the undamaged pages, {half}",
            ours=f"{grades['high']} high, {grades['medium']} medium, {grades['low']} low",
            n=len(pages),
            floor="1 high in 20 pages" if complete else "",
            held=grades["high"] * CLEAN_PAGES_A_HIGH_ALARM <= len(pages) if complete else None,
            note=", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())),
        )


def _damage(text: str) -> list[Damage]:
    found = reading_of(page_of(text.encode(), "text/plain"), (DAMAGE,)).damage
    return [item for item in found if item.kind != "boilerplate"]


def _at(item: Damage, place: Planted) -> bool:
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


def planted_in(page: Clean, other: Clean) -> tuple[str, list[Planted]]:
    """Put one to three damages into a page; give its text and the places. `other` lends the tail of a sentence."""
    chance = random.Random("planted/" + page.name)
    paragraphs = list(page.paragraphs)
    free = [
        n for n, p in enumerate(paragraphs) if n and len(p.split()) >= WORDS_MIN and p.endswith((".", "”", "»", '"'))
    ]
    chance.shuffle(free)
    marks: list[tuple[str, str, str]] = []
    inserted: list[tuple[int, str]] = []
    kinds = list(_PLANTERS)
    chance.shuffle(kinds)
    for number, at in enumerate(free[: chance.randint(1, 3)]):
        kind, variant = kinds[number]
        made = _PLANTERS[kind, variant](paragraphs, at, chance, other)
        if made is None:
            continue
        changed, inserted_text, mark = made
        paragraphs[at] = changed
        if inserted_text:
            inserted.append((chance.randrange(1, len(paragraphs) + 1), inserted_text))
        marks.append((kind, variant, mark))
    for where, text in sorted(inserted, reverse=True):
        paragraphs.insert(where, text)
    text = "\n\n".join(paragraphs)
    out = []
    for kind, variant, mark in marks:
        at = text.find(mark.replace("¦", ""))
        before = len(mark.split("¦")[0]) if "¦" in mark else 0
        middle = len(mark.split("¦")[1]) if mark.count("¦") == 2 else 0  # two bars about the place
        if at >= 0:
            end = at + before + middle if "¦" in mark else at + len(mark)
            out.append(Planted(kind=kind, variant=variant, start=at + before, end=end))
    return text, out


_Made = (
    tuple[str, str, str] | None
)  # the paragraph changed, a paragraph to insert, the text about the place (¦ marks it)


def _copy(paragraphs: list[str], at: int, chance: random.Random, _other: Clean) -> _Made:
    words = paragraphs[at].split()
    for _ in range(chance.randint(0, max(1, len(words) // 15))):
        where = chance.randrange(2, len(words) - 2)
        match chance.randrange(3):
            case 0:
                del words[where]
            case 1:
                words[where] = chance.choice(words)
            case _:
                words.insert(where, chance.choice(words))
    return paragraphs[at], " ".join(words), " ".join(words)


def _torn_copy(paragraphs: list[str], at: int, chance: random.Random, _other: Clean) -> _Made:
    words = paragraphs[at].split()
    kept = chance.randint(max(12, len(words) // 3), max(13, len(words) - 4))
    torn = " ".join(words[:kept] if chance.randrange(2) else words[-kept:])
    return paragraphs[at], torn, torn


def _doubled_sentence(paragraphs: list[str], at: int, chance: random.Random, _other: Clean) -> _Made:
    sentences = _sentences(paragraphs[at])
    long = [n for n, s in enumerate(sentences) if len(s.split()) >= 10]  # shorter ones recur by chance
    if not long:
        return None
    chosen = chance.choice(long)
    again = sentences[chosen].split()
    again[chance.randrange(2, len(again) - 1)] = chance.choice(again[1:-1])
    sentences.insert(chance.randint(chosen + 1, len(sentences)), " ".join(again))
    return " ".join(sentences), "", " ".join(again)


def _splice(how: str) -> Callable[[list[str], int, random.Random, Clean], _Made]:
    def made(paragraphs: list[str], at: int, chance: random.Random, other: Clean) -> _Made:
        sentences = _sentences(paragraphs[at])
        long = [n for n, s in enumerate(sentences) if len(s.split()) >= 8]  # has a middle to cut
        if not long:
            return None
        chosen = chance.choice(long)
        words = sentences[chosen].split()
        head = " ".join(words[: chance.randint(3, len(words) - 4)]).rstrip(",;:—–-")
        before = [*sentences[:chosen], head]
        after = sentences[chosen + 1 :]
        if how == "a later tail, the rest between lost":
            if not after or len(after[0].split()) < 6:
                return None
            tail, after = _tail(after[0], chance), after[1:]
        elif how == "the tail of another page's sentence":
            tail = _tail(
                chance.choice([s for p in other.paragraphs for s in _sentences(p) if len(s.split()) > 6] or [head * 3]),
                chance,
            )
        elif how == "the tail of another sentence, which stays":
            pool = [s for n, p in enumerate(paragraphs) if n != at for s in _sentences(p) if len(s.split()) > 8]
            if not pool:
                return None
            tail = _tail(chance.choice(pool), chance)
        elif how == "a sentence without its beginning":
            tail = _tail(sentences[chosen], chance)
            first = next((w for w in tail.split() if w), "")
            if not chosen or not first[:1].islower():
                return None
            before, head = sentences[:chosen], sentences[chosen - 1]
        else:
            pool = [p for n, p in enumerate(paragraphs) if n != at and len(p.split()) > 8]
            if not pool:
                return None
            tail = chance.choice(pool) if how == "another paragraph, which stays" else (after[0] if after else "")
            after = after[1:] if how == "a later sentence" else after
            if not tail:
                return None
        changed = " ".join([*before, tail, *after])
        left, right = " ".join(head.split()[-2:]), " ".join(tail.split()[:2])
        return changed, "", f"{left}¦ ¦{right}"

    return made


def _tail(sentence: str, chance: random.Random) -> str:
    words = sentence.split()
    return " ".join(words[chance.randint(2, max(2, len(words) - 5)) :])


def _dropped_space(paragraphs: list[str], at: int, chance: random.Random, _other: Clean) -> _Made:
    words = paragraphs[at].split()
    fit = [
        n
        for n, (a, b) in enumerate(pairwise(words))
        if n and a.isalpha() and b.isalpha() and min(len(a), len(b)) >= WORD_CHARACTERS_MIN
    ]
    if len(fit) < 2:
        return None
    where = chance.choice(fit)
    glued = words[where] + words[where + 1]
    words[where : where + 2] = [glued]
    left, right = " ".join(words[max(0, where - 2) : where]), " ".join(words[where + 1 : where + 3])
    return " ".join(words), "", f"{left} ¦{glued}¦ {right}".strip()


def _truncated(paragraphs: list[str], at: int, chance: random.Random, _other: Clean) -> _Made:
    words = paragraphs[at].split()
    cut = chance.randint(12, len(words) - 3)
    while cut > 4 and words[cut - 1].endswith((".", "!", "?", "”", "»", '"', ":", ")", "…", ";")):
        cut -= 1
    kept = " ".join(words[:cut])
    return kept, "", " ".join(kept.split()[-5:])


def _sentences(paragraph: str) -> list[str]:
    return [piece for piece in re.split(r"(?<=[.!?])\s+(?=[A-ZА-ЯÇƏĞİÖŞÜ])", paragraph) if piece]


_SPLICES = (
    "a later tail, the rest between lost",
    "the tail of another page's sentence",
    "the tail of another sentence, which stays",
    "a sentence without its beginning",
    "another paragraph, which stays",
    "a later sentence",
)
_PLANTERS: dict[tuple[str, str], Callable[[list[str], int, random.Random, Clean], _Made]] = {
    ("near_duplicate", "a paragraph with words changed"): _copy,
    ("near_duplicate", "a torn paragraph"): _torn_copy,
    ("near_duplicate", "a sentence in its own paragraph"): _doubled_sentence,
    ("glued", "a dropped space"): _dropped_space,
    ("truncated", "a paragraph cut off"): _truncated,
    **{("splice", how): _splice(how) for how in _SPLICES},
}
