"""What stands in quotation marks and whose it is; refuses to name a speaker the page does not name."""

from __future__ import annotations

import re
from dataclasses import replace

from counterclaim.read.casing import lowered
from counterclaim.read.mentions import Mentions
from counterclaim.read.saying.quoted import SCARE_WORDS_MAX, left_open, numbered, quotation
from counterclaim.read.sentences import paragraphs_of, quoted_ranges, sentences_of
from counterclaim.read.turkic.acts import kind_of
from counterclaim.read.turkic.attribution import Attribution, attributions_of
from counterclaim.read.turkic.phrases import Sentence
from counterclaim.read.turkic.words import Words, words_of_language
from counterclaim.record.account import Quotation, Reading, Slot, Unstated
from counterclaim.record.passage import Span

TITLE_WORDS_MAX = 6
COLON_CHARACTERS_MAX = 3  # a colon and a space tie a quotation to the cue before
_TIED = re.compile(
    r"[\s,–—-]*(?:(?:deyə|diye|şeklinde|biçiminde|sözleriyle|sözüyle|ifadesiyle|kimi|olarak|olmakla)\s*)?"
)
_LEFT_OPEN = "“«"
_OPENING = '“„«"'


def quotations_of(so_far: Reading) -> tuple[Quotation, ...]:
    """Give the quotations in the order of the text."""
    mentions, words = Mentions(so_far), words_of_language(so_far.document.language)
    quotations: list[Quotation] = []
    carried: tuple[Slot, Slot] | None = None
    continued = False
    headings = {paragraph.start for paragraph in paragraphs_of(so_far, "headline")}
    for paragraph in paragraphs_of(so_far):
        text = paragraph.text
        if continued and text[:1] in _OPENING and carried and not _closes(text):
            inner = Span(start=paragraph.start + 1, end=paragraph.end, text=text[1:])
            quotations.append(quotation(inner, carried[0], None, None, carried[1]))
            continue
        before = None if paragraph.start in headings else carried
        here, carried = _of_paragraph(paragraph, so_far.document.dom_text, mentions, words, before)
        quotations.extend(here)
        open_at = left_open(text, _LEFT_OPEN)
        continued = open_at >= 0
        if continued:
            inner = Span(start=paragraph.start + open_at + 1, end=paragraph.end, text=text[open_at + 1 :])
            carried = carried or (Unstated(), Unstated())
            quotations.append(quotation(inner, carried[0], None, None, carried[1]))
    return numbered(quotations)


def _of_paragraph(
    paragraph: Span, text: str, mentions: Mentions, words: Words, carried: tuple[Slot, Slot] | None
) -> tuple[list[Quotation], tuple[Slot, Slot] | None]:
    """Give a paragraph's quotations, and the speaker and go-between that a next quotation without a cue carries on."""
    out: list[Quotation] = []
    speaker, told = carried, False
    spoke: Slot | None = None
    for number, span in enumerate(sentences_of(paragraph, words.language)):
        sentence = Sentence(span, mentions, words)
        found = attributions_of(sentence, spoke)
        ranges = [r for r in quoted_ranges(span.text) if _is_speech(sentence, r, found)]
        if found and _goes_back(sentence):
            out = _said_before(out, found[0])
        for start, end in ranges:
            inner = _inner(span, start, end)
            nearest = _nearest(found, span.start + start, span.start + end)
            if nearest:
                speaker, told = (nearest.holder, nearest.via), True
                out.append(quotation(inner, nearest.holder, nearest.subject, nearest.cue, nearest.via))
            elif speaker and (told or (number == 0 and start == 0)) and _may_say(speaker[0], inner, text, sentence):
                out.append(quotation(inner, speaker[0], None, None, speaker[1]))
            else:
                out.append(quotation(inner, Unstated(), None, None, Unstated()))
        if found and not ranges:
            speaker, told = (found[-1].holder, found[-1].via), True
        spoke = spoken_last(found, spoke)
    # Only who was quoted is quoted on: after `Emniyet iddiaları yalanladı` a bare quotation is seldom Emniyet's.
    return out, speaker if out else None


def _goes_back(sentence: Sentence) -> bool:
    """`Bunu söyleyen X, ...`: whose the quotation before was."""
    return sentence.words.pattern("back_words").match(sentence.masked) is not None


def _said_before(out: list[Quotation], item: Attribution) -> list[Quotation]:
    if not out or out[-1].cue is not None:
        return out
    return [*out[:-1], replace(out[-1], speaker=item.holder, speaker_span=item.subject, cue=item.cue)]


def _may_say(speaker: Slot, inner: Span, text: str, sentence: Sentence) -> bool:
    """Whether a quotation without a cue can go on with who spoke: an office tells of no beating it suffered."""
    low = lowered(inner.text, sentence.words.language)
    own = sentence.words.pattern("first_person").search(low) and sentence.words.pattern("experience").search(low)
    return not own or kind_of(speaker, sentence.mentions, text, sentence.words) != "official"


def spoken_last(found: tuple[Attribution, ...], before: Slot | None) -> Slot | None:
    """Give who spoke last, whom a verb without a subject goes on with."""
    outer = [item.holder for item in found if not item.nested and not isinstance(item.holder, Unstated)]
    return outer[-1] if outer else before


def _nearest(found: tuple[Attribution, ...], start: int, end: int) -> Attribution | None:
    """The first cue after the quotation, else the last before it; a colon ties it to the cue before."""
    after = [item for item in found if item.at >= end]
    before = [item for item in found if item.at < start]
    if before and after and before[-1].cue and start - before[-1].cue.end <= COLON_CHARACTERS_MAX:
        return before[-1]
    return after[0] if after else before[-1] if before else None


def _inner(span: Span, start: int, end: int) -> Span:
    text = span.text[start + 1 : end - 1]
    left = len(text) - len(text.lstrip())
    kept = text.strip()
    begin = span.start + start + 1 + left
    return Span(start=begin, end=begin + len(kept), text=kept)


def _is_speech(sentence: Sentence, at: tuple[int, int], found: tuple[Attribution, ...]) -> bool:
    """Whether marks enclose words somebody said: not a title, not a name, not one or two words kept at a distance."""
    text = sentence.span.text
    inner = text[at[0] + 1 : at[1] - 1].strip()
    words = inner.split()
    if not words:
        return False
    begin, end = sentence.span.start + at[0], sentence.span.start + at[1]
    named = any(w.start <= begin + 1 for w, _ in sentence.mentions.within(begin, sentence.span.end))
    ends = inner[-1] in ".!?,…" or text[at[1] : at[1] + 1] == ","
    tied = any(
        (item.at >= end and _TIED.fullmatch(sentence.between(end, item.at)))
        or (item.cue is not None and item.cue.end <= begin and begin - item.cue.end <= COLON_CHARACTERS_MAX)
        or (
            item.lead is not None and item.lead.start >= end and _TIED.fullmatch(sentence.between(end, item.lead.start))
        )
        or item.cue is None
        for item in found
    )
    if (ends or tied) and (found or len(words) > SCARE_WORDS_MAX) and not (named and len(words) <= SCARE_WORDS_MAX):
        return True
    if len(words) <= TITLE_WORDS_MAX and all(word[0].isupper() or len(word) <= SCARE_WORDS_MAX for word in words):
        return False
    return len(words) > SCARE_WORDS_MAX


def _closes(text: str) -> bool:
    return re.search('[”"»]', text[1:]) is not None
