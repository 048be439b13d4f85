"""Where two texts were joined in mid-sentence; refuses to carry a name across the joint."""

from __future__ import annotations

import re
from collections.abc import Iterator

from counterclaim.read.damage.copies import Pair
from counterclaim.read.damage.frames import frames_of
from counterclaim.read.damage.known import Words
from counterclaim.read.sentences import words_of
from counterclaim.record.account import Damage, Grade
from counterclaim.record.passage import Span

TAIL_WORDS_MIN = 4
_LOST = "What stood at the joint is lost and is not guessed."
_FIRST_LETTERS = re.compile(r"[\"“„«‘(\[]*([^\W\d_]+)")


def joints_of(paragraph: Span, sentences: tuple[Span, ...], words: Words, pairs: tuple[Pair, ...]) -> Iterator[Damage]:
    """Give damage of the kind `splice`: sentences that begin in mid-phrase, copies that part in mid-sentence.

    `sentences` are all of the paragraph's; what only the grammar of a language shows is in `frames`.
    """
    starts: set[int] = set()
    for before, sentence in zip((None, *sentences), sentences, strict=False):
        if not _starts_small(sentence, words):
            continue
        if before is None:
            yield _joint("low", _first_words(sentence), "The paragraph begins in mid-sentence. " + _LOST)
            continue
        last = words_of(before)[-1:]
        start = last[0].start if last else before.end
        odd = bool(last) and last[0].text.islower() and not words.knows(last[0].text)
        reason = "A sentence begins in mid-phrase" + (
            f" after {last[0].text!r}, which is no known word. " if odd else ". "
        )
        starts.add(sentence.start)
        text = paragraph.text[start - paragraph.start : sentence.end - paragraph.start]
        certain = _certain(before, sentence)
        yield _joint(certain, Span(start=start, end=sentence.end, text=text), reason + _LOST)
    yield from _partings(paragraph, sentences, starts, pairs, words)
    for sentence in sentences:
        yield from frames_of(sentence, words)


def _starts_small(sentence: Span, words: Words) -> bool:
    first = _FIRST_LETTERS.match(sentence.text)
    if first is None or not first.group(1)[0].islower() or first.group(1) in words.phrases.words("small_names"):
        return False
    # A name may begin small (an initial capital later in the word); so may an address.
    whole = sentence.text.split(maxsplit=1)[0]
    return whole.islower() and not re.search(r"[@/\d]|\.\w|-[A-Z]", whole)


def _certain(before: Span, sentence: Span) -> Grade:
    """How sure a small beginning is: short pieces are posts and lists, a name before the stop is an abbreviation."""
    last = words_of(before)[-1:]
    if min(len(words_of(before)), len(words_of(sentence))) < TAIL_WORDS_MIN or "//" in sentence.text:
        return "low"
    named = bool(last) and last[0].text[:1].isupper()
    return "high" if before.text.endswith(".") and not named else "medium"


def _first_words(sentence: Span) -> Span:
    end = words_of(sentence)[:TAIL_WORDS_MIN][-1].end
    return Span(start=sentence.start, end=end, text=sentence.text[: end - sentence.start])


def _partings(
    paragraph: Span, sentences: tuple[Span, ...], seen: set[int], pairs: tuple[Pair, ...], words: Words
) -> Iterator[Damage]:
    """A copy that leaves its twin within a sentence and goes on with other matter."""
    for pair in pairs:
        for tail, twin in ((pair.tails[0], pair.tails[1]), (pair.tails[1], pair.tails[0])):
            inside = [s for s in sentences if s.start < tail < s.end - 1]
            if not inside or not paragraph.start < tail < paragraph.end:
                continue
            rest = [word for word in words_of(paragraph) if word.start >= tail]
            at_end = twin >= max(pair.tails[0], pair.tails[1]) and not rest
            # Where a small-letter joint follows at once, that is the place; it has been told already.
            if at_end or len(rest) < TAIL_WORDS_MIN or any(0 <= start - tail <= 40 for start in seen):  # noqa: PLR2004
                continue
            start = rest[0].start
            if start >= inside[0].end:
                continue
            text = paragraph.text[start - paragraph.start : inside[0].end - paragraph.start]
            # Copies can differ by an editor's hand; a word that is none at the very place is no editor's.
            odd = rest[0].text.islower() and not words.knows(rest[0].text)
            grade: Grade = "high" if odd else "medium"
            yield _joint(
                grade,
                Span(start=start, end=inside[0].end, text=text),
                "Two copies of a passage part here in mid-sentence. " + _LOST,
            )


def _joint(grade: Grade, span: Span, note: str) -> Damage:
    return Damage(id="", kind="splice", grade=grade, spans=(span,), note=note)
