"""Which dates of a sentence are not an episode's own: the page's, and the day on which somebody said it."""

from __future__ import annotations

from counterclaim.read.episodes.phrases import Hit, Words
from counterclaim.read.episodes.triggers import Trigger
from counterclaim.read.episodes.wording import Wording
from counterclaim.record.account import DateMention
from counterclaim.record.passage import Span

SAID_WORDS_MAX = 4  # `said in a statement on Tuesday`
GENITIVE_LETTERS_MIN = 6  # shorter words with such an end are mostly no genitives: `için`, `bütün`
_APOSTROPHES = frozenset("'’ʼ")


def is_another_days(
    item: DateMention, page_date: DateMention | None, trigger: Trigger, words: Words, wording: Wording
) -> bool:
    """Whether a date is the page's own, or stands with a verb of saying rather than with the episode.

    `They said on Tuesday that he was arrested` dates what they said. Where verbs come last, what stands before the
    genitive that opens a reported clause belongs to the last verb. A doubt takes the date from the episode; it is
    still in the list of the page's dates.
    """
    if page_date is not None and item.span.overlaps(page_date.span):
        return True
    said = [hit for hit in wording.phrases("said_when").hits(words) if not hit.overlaps(trigger.hit)]
    first, last = _standing(item.span, words)
    if last >= trigger.hit.first:
        if wording.verb_last:
            return any(hit.first > last for hit in said)
        return any(trigger.hit.last < hit.first and hit.last < first for hit in said)
    if any(last < hit.first and hit.last < trigger.hit.first for hit in said):
        return True
    if wording.verb_last:
        reported = any(hit.first > trigger.hit.last for hit in said)
        return reported and _opens_clause(words, last + 1, trigger.hit.first, wording)
    return _is_said_on(said, first, words, wording)


def _standing(where: Span, words: Words) -> tuple[int, int]:
    return words.at(where.start - words.span.start), words.at(where.end - 1 - words.span.start)


def _is_said_on(said: list[Hit], first: int, words: Words, wording: Wording) -> bool:
    """Whether a verb of saying leads to the date with nothing between that opens what is said."""
    before = [hit.last for hit in said if hit.last < first]
    if not before or first - before[-1] - 1 > SAID_WORDS_MAX:
        return False
    opens = wording.words("that_opens")
    gap = range(before[-1], first)
    return not any("," in words.between(at) or words.lower[at + 1] in opens for at in gap if at + 1 < len(words))


def _opens_clause(words: Words, start: int, end: int, wording: Wording) -> bool:
    endings = wording.words("genitive_endings")
    return any(
        words.lower[at].endswith(endings)
        and (
            len(words.lower[at]) >= GENITIVE_LETTERS_MIN
            or (words.lower[at] in endings and at > 0 and words.between(at - 1) in _APOSTROPHES)
        )
        for at in range(start, min(end, len(words)))
    )
