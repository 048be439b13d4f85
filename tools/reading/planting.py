"""Damage put into a page by machine, at a place that is known; refuses a place it cannot name."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

WORDS_MIN = 25  # of a paragraph that is damaged
WORD_CHARACTERS_MIN = 2


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
        cut = _Cut(paragraphs, at, sentences, chosen, other)
        head = " ".join(words[: chance.randint(3, len(words) - 4)]).rstrip(",;:—–-")
        joined = _CUTS[how](cut, head, chance)
        if joined is None:
            return None
        before, tail, after = joined
        head = before[-1]
        left, right = " ".join(head.split()[-2:]), " ".join(tail.split()[:2])
        return " ".join([*before, tail, *after]), "", f"{left}¦ ¦{right}"

    return made


class _Cut:
    """A sentence to be torn, with what stands around it."""

    def __init__(self, paragraphs: list[str], at: int, sentences: list[str], chosen: int, other: Clean) -> None:
        self.before, self.sentence, self.after = sentences[:chosen], sentences[chosen], sentences[chosen + 1 :]
        self.elsewhere = [p for n, p in enumerate(paragraphs) if n != at]
        self.other = other


_Joined = tuple[list[str], str, list[str]] | None  # sentences up to the joint, the tail, the sentences after it


def _later_tail(cut: _Cut, head: str, chance: random.Random) -> _Joined:
    if not cut.after or len(cut.after[0].split()) < 6:
        return None
    return [*cut.before, head], _tail(cut.after[0], chance), cut.after[1:]


def _other_page(cut: _Cut, head: str, chance: random.Random) -> _Joined:
    pool = [s for p in cut.other.paragraphs for s in _sentences(p) if len(s.split()) > 6]
    return [*cut.before, head], _tail(chance.choice(pool or [head * 3]), chance), cut.after


def _staying_tail(cut: _Cut, head: str, chance: random.Random) -> _Joined:
    pool = [s for p in cut.elsewhere for s in _sentences(p) if len(s.split()) > 8]
    return ([*cut.before, head], _tail(chance.choice(pool), chance), cut.after) if pool else None


def _beginning_lost(cut: _Cut, _head: str, chance: random.Random) -> _Joined:
    tail = _tail(cut.sentence, chance)
    return (cut.before, tail, cut.after) if cut.before and tail[:1].islower() else None


def _whole_paragraph(cut: _Cut, head: str, chance: random.Random) -> _Joined:
    pool = [p for p in cut.elsewhere if len(p.split()) > 8]
    return ([*cut.before, head], chance.choice(pool), cut.after) if pool else None


def _later_sentence(cut: _Cut, head: str, _chance: random.Random) -> _Joined:
    return ([*cut.before, head], cut.after[0], cut.after[1:]) if cut.after else None


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


_CUTS: dict[str, Callable[[_Cut, str, random.Random], _Joined]] = {
    "a later tail, the rest between lost": _later_tail,
    "the tail of another page's sentence": _other_page,
    "the tail of another sentence, which stays": _staying_tail,
    "a sentence without its beginning": _beginning_lost,
    "another paragraph, which stays": _whole_paragraph,
    "a later sentence": _later_sentence,
}
_PLANTERS: dict[tuple[str, str], Callable[[list[str], int, random.Random, Clean], _Made]] = {
    ("near_duplicate", "a paragraph with words changed"): _copy,
    ("near_duplicate", "a torn paragraph"): _torn_copy,
    ("near_duplicate", "a sentence in its own paragraph"): _doubled_sentence,
    ("glued", "a dropped space"): _dropped_space,
    ("truncated", "a paragraph cut off"): _truncated,
    **{("splice", how): _splice(how) for how in _CUTS},
}
