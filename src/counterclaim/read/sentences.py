"""Paragraphs, sentences and words of an article as spans; refuses to cut inside quotation marks."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache, lru_cache
from itertools import pairwise

from counterclaim.read.lexicon import Lexicon, common_words, lexicon_for
from counterclaim.record.account import Reading, Role
from counterclaim.record.passage import Span, span_of

QUOTED_CHARACTERS_MAX = 3000  # an opening mark whose partner is farther away is a stray mark
SENTENCES_MAX = 20_000
PARAGRAPHS_KEPT = 16_384  # every reader asks for every paragraph; the longest pages allowed have some ten thousand
ATTRIBUTION_WORDS_MAX = 7  # `Marlowe's lawyer, Ida Fenn, told the court`
_BOUNDARY = re.compile(r"(?<=[.!?…])[\"”’»)\]]*(\s+)(?=\S)")
_WORD = re.compile(r"[^\W_]+(?:[’'‑-][^\W_]+)*")
_LAST_WORD = re.compile(r"([^\W\d_][^\s]*)\.[\"”’»)\]]*\s*\Z")
_DASH_GOES_ON = re.compile(r"[—–-]\s+")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]\Z")
READ_ROLES: tuple[Role, ...] = ("headline", "body", "caption")


def paragraphs_of(reading: Reading, *roles: Role) -> tuple[Span, ...]:
    """Give the paragraphs that have one of these roles (all that are read when none is named), in order."""
    text = reading.document.dom_text
    wanted = roles or READ_ROLES
    return tuple(span_of(text, part.start, part.end) for part in reading.article if part.role in wanted)


def words_of(span: Span) -> tuple[Span, ...]:
    """Give the words of a span with their offsets in the document."""
    return tuple(
        Span(start=span.start + found.start(), end=span.start + found.end(), text=found.group())
        for found in _WORD.finditer(span.text)
    )


def forget_sentences() -> None:
    """Drop what was kept of the pages read so far."""
    sentences_of.cache_clear()


@cache
def _abbreviations(language: str, section: str) -> frozenset[str]:
    lexicon = lexicon_for(language)
    return frozenset(lexicon.words(section)) if lexicon.has(section) else frozenset()


@lru_cache(maxsize=PARAGRAPHS_KEPT)
def sentences_of(paragraph: Span, language: str = "en") -> tuple[Span, ...]:
    """Cut a paragraph into sentences; words in quotation marks stay with the words that attribute them.

    A full stop before a small letter ends a sentence too where the word before it is no abbreviation: on a
    damaged page that is where two texts were joined. `language` (ISO 639-1) says whose abbreviations count.
    """
    text, lexicon = paragraph.text, lexicon_for(language)
    quoted = quoted_ranges(text)
    cuts = [0]
    for found in _BOUNDARY.finditer(text):
        start, end = found.start(1), found.end(1)
        at = bisect_left(quoted, (start, 0)) - 1  # the one that begins last before it; none overlaps another
        if (at >= 0 and start < quoted[at][1]) or len(cuts) >= SENTENCES_MAX:
            continue
        if _is_end(text, found.start(), start, end, lexicon):
            cuts.append(end)
    cuts.append(len(text))
    return tuple(_trimmed(paragraph, left, right) for left, right in pairwise(cuts) if text[left:right].strip())


def _is_end(text: str, stop: int, start: int, end: int, lexicon: Lexicon) -> bool:
    closing = text[stop:start]
    if _DASH_GOES_ON.match(text, end) and text[end + 1 :].lstrip()[:1].islower():
        return False  # `“Stop!” – said X`, as speech is printed in many languages
    if ")" in closing and text[end].islower():
        return False  # `Ida Fenn (N. Velm.) said`
    if closing and _attributes(text[end : end + 200], lexicon):
        return False
    if text[stop - 1] != ".":
        return not text[end].islower() or (bool(closing) is False and text[stop - 1] != "…")
    last = _LAST_WORD.search(text, max(0, stop - 40), start)
    word = last.group(1) if last else ""
    following = text[end:].split(" ", 1)[0]
    if word.lower() in _abbreviations(lexicon.language, "abbreviations"):
        closes = word.lower() in _abbreviations(lexicon.language, "closing_abbreviations")
        return closes and following[:1].isupper() and lexicon.is_function_word(following.rstrip(","))
    if _INITIALS.match(word):
        # "U.S. State" and "J. Marlowe" go on; "in Block C. According ..." and "in the U.S. The ..." do not.
        return following[:1].isupper() and lexicon.is_function_word(following)
    if text[end].islower():
        # A short word that is none is an abbreviation.
        return (len(word) > 3 or _is_word(word, lexicon)) and not text[:stop].endswith("..")  # noqa: PLR2004
    return True


def _is_word(word: str, lexicon: Lexicon) -> bool:
    return lexicon.is_function_word(word) or (lexicon.language == "en" and word.lower() in common_words("en"))


def _attributes(after: str, lexicon: Lexicon) -> bool:
    """Whether what follows a closing mark says who spoke: `” Marlowe said.`, but not `” Marlowe said that ...`."""
    clause = re.split(r"[.!?:;“\"]", after, maxsplit=1)[0]
    first = " ".join(clause.split()[:ATTRIBUTION_WORDS_MAX])
    cue = lexicon.speech.search(first)
    return cue is not None and re.match(r"\s*(?:that|it|they)\b", clause[cue.end() :]) is None


def _trimmed(paragraph: Span, left: int, right: int) -> Span:
    piece = paragraph.text[left:right]
    start = left + len(piece) - len(piece.lstrip())
    end = start + len(piece.strip())
    return Span(start=paragraph.start + start, end=paragraph.start + end, text=paragraph.text[start:end])


def quoted_ranges(text: str) -> tuple[tuple[int, int], ...]:
    """Give the [start, end) of what stands in quotation marks, marks included, outermost only.

    A curly or angled pair is matched by its own closing mark, a straight one by the next straight one; a single
    mark counts only where it cannot be an apostrophe. A mark without a partner opens nothing.
    """
    ranges, past = [], 0
    for found in _OPENS.finditer(text):
        if found.start() >= past and (end := _closing_of(text, found.start())):
            ranges.append((found.start(), end))
            past = end
    return tuple(ranges)


def outside_quotations(text: str) -> str:
    """The words outside quotation marks, with a blank for each letter within."""
    kept = list(text)
    for start, end in quoted_ranges(text):
        kept[start:end] = " " * (end - start)
    return "".join(kept)


_OPENS = re.compile("[“„«‹\"‘']|\\A”")
_PARTNERS = {"“": "”", "„": "“”", "«": "»", "‹": "›", '"': '"', "‘": "’", "'": "'"}


def _closing_of(text: str, at: int) -> int:
    mark = "“" if at == 0 and text[0] == "”" else text[at]  # set by hand, the wrong mark opens a paragraph
    if mark not in _PARTNERS or (at and mark in "\"'‘" and text[at - 1].isalnum()):
        return 0
    until = min(len(text), at + QUOTED_CHARACTERS_MAX)
    reopened = text.find(mark, at + 1, until) if mark in "“«" else -1
    if mark == "«" and reopened >= 0 and (nested := _nested(text, at, until)):
        return nested
    until = until if reopened < 0 else reopened
    if mark == '"' and (changed := _changed(text, at, until, "”")):
        return changed
    for found in re.compile(f"[{_PARTNERS[mark]}]").finditer(text, at + 1, until):
        index = found.start()
        if mark in "‘'" and (not text[index - 1].strip() or text[index + 1 : index + 2].isalnum()):
            continue
        return index + 1
    return _changed(text, at, until, '"') if mark == "“" else 0


def _nested(text: str, at: int, until: int) -> int:
    """`«We are from «X», he said»`: the mark that closes the outermost; of two that fall together one is printed."""
    depth = 0
    for found in re.compile("[«»]").finditer(text, at, until):
        depth += 1 if found.group() == "«" else -1
        dash = re.match(r",?\s[—–-]\s", text[found.end() : found.end() + 4])
        collapsed = depth == 1 and found.group() == "»" and dash
        if depth == 0 or collapsed:
            return found.end()
    return 0


def _changed(text: str, at: int, until: int, closing: str) -> int:
    """`“...," she said`: a mark that changed on the way; the other kind closes where it cannot open."""
    found = text.find(closing, at + 1, until)
    if found < 0 or text[found - 1].isspace() or text[found + 1 : found + 2].isalnum():
        return 0
    between = text[at + 1 : found]
    return found + 1 if not set(between) & set('“„"') else 0
