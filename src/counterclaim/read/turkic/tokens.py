"""The words of a sentence with what is marked off as their ending; refuses to guess an ending that nothing marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from counterclaim.read.casing import lowered
from counterclaim.read.sentences import quoted_ranges
from counterclaim.read.turkic.endings import ending_of
from counterclaim.record.passage import Span

_TOKEN = re.compile(r"[^\W_]+(?:[-‑][^\W_]+)*(?:['’ʼ][^\W\d_]+)*")
_MARK = re.compile(r"['’ʼ-]")
TOKENS_MAX = 4000  # of one sentence; a longer one is a list or hostile


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word: where it stands in the document, its letters, and the ending an apostrophe or a hyphen marks off."""

    start: int
    end: int
    text: str
    low: str
    bare: int
    """Letters of `text` before the mark; all of them where nothing is marked."""

    @property
    def word(self) -> str:
        """The word without its marked ending."""
        return self.text[: self.bare]

    @property
    def rest(self) -> str:
        """The marked ending in small letters, without the mark."""
        return self.low[self.bare + 1 :]

    @property
    def small(self) -> str:
        """The word without its marked ending, in small letters."""
        return self.low[: self.bare]

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()


def tokens_of(span: Span, language: str) -> tuple[Token, ...]:
    """Give the words of a span in their order."""
    low = lowered(span.text, language)
    out: list[Token] = []
    for found in _TOKEN.finditer(span.text):
        if len(out) >= TOKENS_MAX:
            break
        start, end = found.start(), found.end()
        out.append(
            Token(
                start=span.start + start,
                end=span.start + end,
                text=found.group(),
                low=low[start:end],
                bare=_bare(found.group(), low[start:end]),
            )
        )
    return tuple(out)


def _bare(text: str, low: str) -> int:
    """Where the marked ending begins: `Ahmet'in`, `DTX-nin`; the whole where the mark belongs to the name."""
    marks = [found.start() for found in _MARK.finditer(text)]
    for at in reversed(marks):
        rest = text[at + 1 :]
        if rest.islower() and ending_of(low[:at], low[at + 1 :], loose=True) is not None:
            return at
    return len(text)


def masked_of(span: Span, language: str) -> str:
    """Give the small letters of a sentence with what stands in quotation marks blanked; offsets stay."""
    low = list(lowered(span.text, language))
    for start, end in quoted_ranges(span.text):
        low[start:end] = "“" + " " * (end - start - 2) + "”"
    return "".join(low)
