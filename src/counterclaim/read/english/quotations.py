"""What stands in quotation marks and whose it is; refuses to name a speaker the page does not name."""

from __future__ import annotations

import re
from dataclasses import replace

from counterclaim.read.english.attribution import Attribution, attributions_of
from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.sentences import paragraphs_of, quoted_ranges, sentences_of
from counterclaim.record.account import Quotation, Reading, Slot, Unstated
from counterclaim.record.passage import Span

QUOTATIONS_MAX = 2000
SCARE_WORDS_MAX = 3
TITLE_WORDS_MAX = 6
_OPENING = '“„«"'


def quotations_of(so_far: Reading) -> tuple[Quotation, ...]:
    """Give the quotations in the order of the text."""
    mentions = Mentions(so_far)
    quotations: list[Quotation] = []
    carried: tuple[Slot, Slot] | None = None
    continued = False
    headings = {paragraph.start for paragraph in paragraphs_of(so_far, "headline")}
    for paragraph in paragraphs_of(so_far):
        text = paragraph.text
        if continued and text[:1] in _OPENING and carried and not _closes(text):
            inner = Span(start=paragraph.start + 1, end=paragraph.end, text=text[1:])
            quotations.append(_quotation(inner, carried[0], None, None, carried[1]))
            continue
        quotations_here, carried = _of_paragraph(paragraph, mentions, None if paragraph.start in headings else carried)
        quotations.extend(quotations_here)
        open_at = _left_open(text)
        continued = open_at >= 0
        if continued:
            inner = Span(start=paragraph.start + open_at + 1, end=paragraph.end, text=text[open_at + 1 :])
            speaker = carried or (Unstated(), Unstated())
            carried = speaker
            quotations.append(_quotation(inner, speaker[0], None, None, speaker[1]))
    in_order = sorted(quotations, key=lambda item: item.span.start)[:QUOTATIONS_MAX]
    return tuple(replace(item, id=f"q{number}") for number, item in enumerate(in_order, start=1))


def _of_paragraph(
    paragraph: Span, mentions: Mentions, carried: tuple[Slot, Slot] | None
) -> tuple[list[Quotation], tuple[Slot, Slot] | None]:
    """Give a paragraph's quotations, and the speaker and go-between that a next quotation without a cue carries on."""
    out: list[Quotation] = []
    speaker = carried
    told = False
    for number, sentence in enumerate(sentences_of(paragraph)):
        found = attributions_of(sentence, mentions)
        ranges = [r for r in quoted_ranges(sentence.text) if _is_speech(sentence.text, r, attributed=bool(found))]
        for start, end in ranges:
            inner = _inner(sentence, start, end)
            nearest = _nearest(found, sentence.start + start, sentence.start + end)
            if nearest:
                speaker, told = (nearest.holder, nearest.via), True
                out.append(_quotation(inner, nearest.holder, nearest.subject, nearest.cue, nearest.via))
            elif speaker and (told or (number == 0 and start == 0)):
                out.append(_quotation(inner, speaker[0], None, None, speaker[1]))
            else:
                out.append(_quotation(inner, Unstated(), None, None, Unstated()))
        if found and not ranges:
            speaker, told = (found[-1].holder, found[-1].via), True
    return out, speaker if told or out else None


def _nearest(found: tuple[Attribution, ...], start: int, end: int) -> Attribution | None:
    """The first cue after the quotation, else the last before it."""
    after = [item for item in found if item.cue.start >= end]
    before = [item for item in found if item.cue.end <= start]
    # `X said: “...”, and Y denied it`: a colon or a bare "that" ties the quotation to the cue before.
    if before and after and start - before[-1].cue.end <= 3:  # noqa: PLR2004  # a colon or comma and a space
        return before[-1]
    return after[0] if after else before[-1] if before else None


def _inner(sentence: Span, start: int, end: int) -> Span:
    text = sentence.text[start + 1 : end - 1]
    left = len(text) - len(text.lstrip())
    kept = text.strip()
    begin = sentence.start + start + 1 + left
    return Span(start=begin, end=begin + len(kept), text=kept)


def _is_speech(text: str, at: tuple[int, int], *, attributed: bool) -> bool:
    """Whether marks enclose words somebody said: not a title, not one or two words the writer keeps at a distance."""
    inner = text[at[0] + 1 : at[1] - 1].strip()
    words = inner.split()
    if not words:
        return False
    ends = inner[-1] in ".!?,…" or text[at[1] : at[1] + 1] == ","
    cue_before = lexicon_of("en").speech.search(text, max(0, at[0] - 40), at[0]) is not None
    if ends and (attributed or len(words) > SCARE_WORDS_MAX):
        return True
    if (
        len(words) <= TITLE_WORDS_MAX
        and all(word[0].isupper() or len(word) <= SCARE_WORDS_MAX for word in words)
        and not cue_before
    ):
        return False
    return cue_before or len(words) > SCARE_WORDS_MAX


def _left_open(text: str) -> int:
    """Give the offset of an opening mark that nothing closes in this paragraph, or -1."""
    at = text.rfind("“")
    if at < 0 or any(start <= at < end for start, end in quoted_ranges(text)):
        return -1
    return at


def _closes(text: str) -> bool:
    return re.search('[”"»]', text[1:]) is not None


def _quotation(span: Span, speaker: Slot, speaker_span: Span | None, cue: Span | None, via: Slot) -> Quotation:
    return Quotation(id="", span=span, speaker=speaker, speaker_span=speaker_span, cue=cue, via=via)
