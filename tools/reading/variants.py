"""Pages composed by seed from invented templates in four languages, with what each says; the held-out half is apart.

`templates/<language>.json` holds moves (what one paragraph does), each in several wordings, some of them held out. The
wordings were written before the cue lists were read; those held out are idioms on purpose. A seed draws names, bodies,
places, dates, wordings, the order of the paragraphs and where the page is damaged: a paragraph printed twice, a splice
through background, a line of the site's own.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any

from counterclaim.read.by.account import READER as ACCOUNT
from counterclaim.read.by.damage import READER as DAMAGE
from counterclaim.read.by.episode import READER as EPISODE
from counterclaim.read.by.method import READER as METHOD
from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.contract import contract_of
from counterclaim.read.reader import reading_of
from figure import Figure, Missing

FOLDER = Path(__file__).with_name("templates")
LANGUAGES = ("en", "az", "ru", "tr")
VARIANTS = int(os.environ.get("COUNTERCLAIM_VARIANTS", "200"))  # pages a language and half
MOVES_MIN, MOVES_MAX = 6, 10  # a news page of ordinary length
READERS = (DAMAGE, NAME, SPEECH, ACCOUNT, METHOD, EPISODE)
HALVES = ("develop", "held_out")
_SLOT = re.compile(r"\{(\w+)\.(\w+)(\.cap)?\}")
_MARK = re.compile(r"⟦(\d)\|([^⟧]*)⟧")
BOILERPLATE = {"en": "Share this article", "az": "Paylaş", "ru": "Поделиться", "tr": "Paylaş"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One account a template says is there: its words, act, holder as printed, and what it denies."""

    words: str
    acts: tuple[str, ...]
    holder: str | None
    kinds: tuple[str, ...]
    denies: tuple[frozenset[str], ...]


@dataclass(slots=True, kw_only=True)
class Variant:
    """A composed page and what it says."""

    text: str
    accounts: list[Expected] = field(default_factory=list)
    places: list[tuple[str, str]] = field(default_factory=list)
    """Paragraph and the place printed in it, where something is said to have happened there."""
    dates: list[tuple[str, str]] = field(default_factory=list)
    """Paragraph and EDTF date."""


def variant(language: str, half: str, seed: int) -> Variant:
    """Compose one page; the same seed gives the same page."""
    drawn = random.Random(f"{language}/{half}/{seed}")
    document = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    fill, moves = document["fill"], document["moves"]
    body = [name for name in moves if name not in {"headline", "background"}]
    chosen = drawn.sample(body, drawn.randint(MOVES_MIN, MOVES_MAX))
    page = Variant(text="")
    paragraphs = [_paragraph(moves["headline"], fill, half, drawn, page)]
    rest = [_paragraph(moves[name], fill, half, drawn, page) for name in chosen]
    rest.append(_paragraph(moves["background"], fill, half, drawn, page))
    drawn.shuffle(rest)
    page.text = "\n\n".join([*paragraphs, *_damaged(rest, language, moves, half, drawn)]) + "\n"
    return page


def _paragraph(move: dict[str, Any], fill: dict[str, Any], half: str, drawn: random.Random, page: Variant) -> str:
    template = drawn.choice(move[half])
    filled: dict[str, dict[str, str]] = {name: drawn.choice(options) for name, options in fill.items()}

    def put(found: re.Match[str]) -> str:
        word = filled[found.group(1)][found.group(2)]
        return word[:1].upper() + word[1:] if found.group(3) else word

    text = _SLOT.sub(put, template)
    text = text[:1].upper() + text[1:]
    plain = _MARK.sub(r"\2", text)
    words = {int(found.group(1)): found.group(2) for found in _MARK.finditer(text)}
    for number, (acts, holder, kinds, denies) in enumerate(move["accounts"]):
        page.accounts.append(
            Expected(
                words=words[number][:1] + words[number][1:],
                acts=tuple(acts.split("/")),
                holder=_printed_name(filled[holder]) if holder else None,
                kinds=tuple(kinds.split("/")),
                denies=tuple(frozenset(filter(None, each.split(","))) for each in denies.split("/")),
            )
        )
    if "place" in move:
        page.places.append((plain, _printed_name(filled[move["place"]])))
        page.dates.append((plain, filled[move["date"]]["edtf"]))
    return plain


def _printed_name(row: dict[str, str]) -> str:
    """The part of a name that every case and every title leaves: the surname, else the words as they stand."""
    return row.get("short") if "short" in row and row["short"][:1].isupper() else next(iter(row.values()))  # type: ignore[return-value]


def _damaged(paragraphs: list[str], language: str, moves: dict[str, Any], half: str, drawn: random.Random) -> list[str]:
    """Print a paragraph twice, tear background into the next, or put a site's own line between; or nothing."""
    out = list(paragraphs)
    kind = drawn.choice(("none", "twice", "splice", "line"))
    at = drawn.randrange(len(out))
    if kind == "twice":
        out.insert(drawn.randrange(len(out)), out[at])
    elif kind == "splice":
        torn = drawn.choice(moves["background"][half]).split()
        out.insert(at, " ".join(torn[: len(torn) // 2]))
    elif kind == "line":
        out.insert(at, BOILERPLATE[language])
    return out


def rates_of(language: str, half: str, seed: int) -> dict[str, float | None]:
    """Read one variant; give each rate between 0 and 1, None where the page asks nothing of it."""
    page = variant(language, half, seed)
    data = contract_of(reading_of(page_of(page.text.encode()), READERS))
    used: set[str] = set()
    counts: Counter[str] = Counter()
    for expected in page.accounts:
        _count(data, expected, used, counts)
    given = len({a["span"]["text"] for a in data["accounts"] if not a["note"].startswith("Told only inside")})
    precision = counts["act"] / max(given, counts["act"], 1)
    recall = counts["act"] / max(counts["asked"], 1)
    return {
        "act F1": 2 * precision * recall / (precision + recall) if counts["act"] else 0.0,
        "holder right": _rate(counts["holder"], counts["holder_asked"]),
        "denial kind right": _rate(counts["kind"], counts["denial_asked"]),
        "denies right": _rate(counts["denies"], counts["denial_asked"]),
        "place right": _rate(sum(_placed(data, *row) for row in page.places), len(page.places)),
        "date right": _rate(sum(_dated(data, *row) for row in page.dates), len(page.dates)),
    }


def _rate(right: int, asked: int) -> float | None:
    return right / asked if asked else None


def _count(data: dict[str, Any], expected: Expected, used: set[str], counts: Counter[str]) -> None:
    over = [a for a in data["accounts"] if a["id"] not in used and _overlap(a["span"]["text"], expected.words)]
    best = max(
        over, key=lambda a: (a["act"] in expected.acts, (a["denial_kind"] or "") in expected.kinds), default=None
    )
    counts["asked"] += 1
    denial = expected.acts[0] == "denial" and expected.kinds != ("",)
    counts["denial_asked"] += denial
    counts["holder_asked"] += expected.holder is not None
    if best is None:
        return
    used.add(best["id"])
    act = best["act"] in expected.acts
    counts["act"] += act
    counts["holder"] += expected.holder is not None and _is_holder(data, best["holder"], expected.holder)
    counts["kind"] += denial and act and (best["denial_kind"] or "") in expected.kinds
    counts["denies"] += denial and act and frozenset(best["denies"]) in expected.denies


def _overlap(text: str, words: str) -> bool:
    left, right = " ".join(text.split()).lower(), " ".join(words.split()).lower()
    return right in left or left in right


def _is_holder(data: dict[str, Any], slot: dict[str, Any], expected: str) -> bool:
    if "span" in slot:
        found = [slot["span"]["text"]]
    elif "entity" in slot:
        entity = next(e for e in data["entities"] if e["id"] == slot["entity"])
        same = [e for e in data["entities"] if e["id"] in entity["same_as"]]
        found = [entity["name"] or "", *(e["name"] or "" for e in same), *(m["text"] for m in entity["mentions"])]
    else:
        found = []
    return any(_shares(each, expected) for each in found if each)


def _shares(found: str, expected: str) -> bool:
    """Whether two forms are of one name: each word of the shorter begins as one of the longer does (cases differ)."""
    left, right = sorted((_stems(found), _stems(expected)), key=len)
    return bool(left) and left <= right


def _stems(name: str) -> set[str]:
    return {
        word.lower()[:5] for word in re.findall(r"[^\W_]+", name) if word.lower() not in {"the", "of"} and len(word) > 2
    }


def _near(data: dict[str, Any], paragraph: str) -> list[dict[str, Any]]:
    return [e for e in data["episodes"] if _overlap(e["span"]["text"], paragraph)]


def _placed(data: dict[str, Any], paragraph: str, place: str) -> bool:
    return any(_is_holder(data, episode["place"], place) for episode in _near(data, paragraph))


def _dated(data: dict[str, Any], paragraph: str, edtf: str) -> bool:
    return any(episode["date"] and episode["date"]["edtf"] == edtf for episode in _near(data, paragraph))


def figures(sets: Path) -> list[Figure | Missing]:
    """Measure seeded variants of every language and half; `sets` is not needed."""
    del sets
    out: list[Figure | Missing] = []
    for language in LANGUAGES:
        for half in HALVES:
            rows = [rates_of(language, half, seed) for seed in range(VARIANTS)]
            for name in rows[0]:
                asked = [row[name] for row in rows if row[name] is not None]
                values = [float(value) for value in asked if value is not None]
                if values:
                    out.append(
                        Figure(
                            subject=f"variants {language} {half}: {name}",
                            ours=f"mean {fmean(values):.3f}, min {min(values):.3f}, max {max(values):.3f}, "
                            f"spread {pstdev(values):.3f}",
                            n=len(values),
                            note="pages from templates",
                        )
                    )
    return out
