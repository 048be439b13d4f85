"""Words of a sentence and the phrases found in them, by each language's small letters; refuses a regular expression."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from counterclaim.read.casing import lowered
from counterclaim.record.passage import Span

GAP_WORDS_MAX = 5
WORDS_MAX = 2000  # a sentence longer than this is a list or a damaged page; its head is read
CACHED_SENTENCES = 64  # two readers ask for one sentence, one after the other
_WORD = re.compile(r"[^\W_]+")
_JOINT = frozenset(" \t\n\r\u00a0\u202f-‑–'’ʼ")
_STOPS = frozenset(".;:!?…")


@dataclass(frozen=True)
class Words:
    """The words of one span in the language's small letters, with their offsets in that span."""

    span: Span
    lower: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __len__(self) -> int:
        """The number of words."""
        return len(self.lower)

    def between(self, left: int) -> str:
        """Give what stands between word `left` and the next."""
        following = self.starts[left + 1] if left + 1 < len(self.starts) else len(self.span.text)
        return self.span.text[self.ends[left] : following]

    def is_capital(self, at: int) -> bool:
        """Whether a word begins with a capital letter."""
        return self.span.text[self.starts[at]].isupper()

    def joined(self, left: int) -> bool:
        """Whether only blanks, hyphens or apostrophes part word `left` from the next."""
        return _JOINT.issuperset(self.between(left))

    @cached_property
    def stops(self) -> frozenset[int]:
        """The words after which a stop, a colon or a semicolon stands."""
        return frozenset(at for at in range(len(self)) if not _STOPS.isdisjoint(self.between(at)))

    def at(self, offset: int) -> int:
        """Give the first word that ends after an offset in the span."""
        return next((index for index, end in enumerate(self.ends) if end > offset), len(self))

    def span_of(self, first: int, last: int) -> Span:
        """Give the words from `first` to `last`, both counted, as a span of the document."""
        start, end = self.starts[first], self.ends[last]
        return Span(start=self.span.start + start, end=self.span.start + end, text=self.span.text[start:end])


@lru_cache(maxsize=CACHED_SENTENCES)
def words_in(span: Span, language: str) -> Words:
    """Cut a span into words; a Turkish apostrophe parts the ending from the name."""
    found = list(islice(_WORD.finditer(lowered(span.text, language)), WORDS_MAX))
    return Words(
        span=span,
        lower=tuple(hit.group() for hit in found),
        starts=tuple(hit.start() for hit in found),
        ends=tuple(hit.end() for hit in found),
    )


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A phrase found at the words `first` to `last`, both counted, and what it stands for."""

    first: int
    last: int
    value: str

    def overlaps(self, other: Hit) -> bool:
        """Whether the two share a word."""
        return self.first <= other.last and other.first <= self.last


class Phrases:
    """Phrases and what each stands for; a lookup costs one step a word, however many phrases there are.

    A phrase is words as they are; `*` at the end of a word for any ending; `~` for a gap of up to five words.
    """

    def __init__(self, rows: Iterable[tuple[str, str]], language: str) -> None:
        """Sort the phrases by their first word."""
        self._exact: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._stems: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for phrase, value in rows:
            parts = tuple(_parts(lowered(phrase, language)))
            table = self._stems if parts[0].endswith("*") else self._exact
            table.setdefault(parts[0].rstrip("*"), []).append((parts, value))
        self._lengths = sorted({len(stem) for stem in self._stems})

    def hits(self, words: Words) -> list[Hit]:
        """Give every phrase that stands in the words, in their order; overlaps are the caller's to settle."""
        return sorted({hit for at in range(len(words)) for hit in self._from(words, at)})

    def none_in(self, words: Words, first: int, end: int) -> bool:
        """Whether no phrase begins at the words from `first` up to `end`, not counted."""
        return not any(True for at in range(first, min(end, len(words))) for _ in self._from(words, at))

    def _from(self, words: Words, at: int) -> Iterator[Hit]:
        word = words.lower[at]
        rows = list(self._exact.get(word, ()))
        for length in self._lengths:
            if length > len(word):
                break
            rows += self._stems.get(word[:length], ())
        for parts, value in rows:
            last = _matched(words, at, parts)
            if last is not None:
                yield Hit(at, last, value)


def _parts(phrase: str) -> Iterator[str]:
    for piece in phrase.split():
        if piece == "~":
            yield piece
            continue
        found = _WORD.findall(piece)
        yield from found[:-1]
        if found:
            yield found[-1] + ("*" if piece.endswith("*") else "")


def _matched(words: Words, at: int, parts: tuple[str, ...]) -> int | None:
    """Give the last word of the phrase where it stands at word `at`: after a gap the nearest next part counts."""
    for index, part in enumerate(parts[1:], start=1):
        if part == "~":
            continue
        previous = at
        reach = GAP_WORDS_MAX + 1 if parts[index - 1] == "~" else 1
        for step in range(1, reach + 1):
            if at + step >= len(words) or (at + step - 1) in words.stops:
                return None
            if _is(words.lower[at + step], part) and (reach > 1 or words.joined(at)):
                at += step
                break
        if at == previous:
            return None
    return at


def _is(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part
