"""What is spoken in a Russian sentence, between marks or after a dash; refuses the writer's own words."""

from __future__ import annotations

import re

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.sentences import quoted_ranges

Range = tuple[int, int]
AUTHOR_CHARACTERS_MAX = 200
_INSERTION = re.compile(r"[,!?…]\s*[—–-]\s+(?=[а-яё])")
_BACK = re.compile(r"[.,!?…:]\s*[—–-]\s+(?=[^\W\d_])|:\s+(?=[^\W\d_])")
_DIALOGUE = re.compile(r"\A\s*[—–-]\s+(?=[^\W\d_«])")


def parts_of(text: str, start: int, end: int) -> list[Range]:
    """Give what is spoken between the marks at [start, end): one stretch, or two around `— сказал X. —`."""
    left, right = start + 1, end - 1
    opening = _author(text, left, right)
    if opening is None:
        return [(left, right)]
    spoken = [(left, opening.start() + (text[opening.start()] in "!?…"))]
    back = _BACK.search(text, opening.end(), min(right, opening.end() + AUTHOR_CHARACTERS_MAX))
    if back:
        spoken.append((back.end(), right))
    return spoken


def _author(text: str, left: int, right: int) -> re.Match[str] | None:
    """The dash that opens the writer's words: a verb of saying stands behind it before the next stop."""
    for found in _INSERTION.finditer(text, left, right):
        until = min(right, found.end() + AUTHOR_CHARACTERS_MAX)
        stop = re.compile(r"[.,!?…:]\s*[—–-]\s|[.!?]\s").search(text, found.end(), until)
        if lexicon_of("ru").speech.search(text[found.end() : stop.start() if stop else until]):
            return found
    return None


def dialogue_of(text: str) -> list[Range]:
    """Give what is spoken in a line that begins with a dash; `— Били, — сказал он. — Три дня.` has two stretches."""
    opening = _DIALOGUE.match(text)
    if opening is None:
        return []
    author = _author(text, opening.end(), len(text))
    if author is None:
        return [(opening.end(), len(text))]
    out = [(opening.end(), author.start() + (text[author.start()] in "!?…"))]
    back = _BACK.search(text, author.end())
    if back:
        out.append((back.end(), len(text)))
    return out


def spoken_of(text: str) -> list[Range]:
    """Give every stretch between quotation marks or after a dialogue dash, without the marks, in order."""
    spoken = dialogue_of(text)
    if spoken:
        return spoken
    return [part for start, end in quoted_ranges(text) for part in parts_of(text, start, end)]
