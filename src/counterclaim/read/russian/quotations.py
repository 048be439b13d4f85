"""What stands in quotation marks or after a dialogue dash, and whose it is; refuses to name a speaker not named."""

from __future__ import annotations

import re
from dataclasses import replace

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.russian.attribution import Attribution, attributions_of
from counterclaim.read.russian.endings import plain
from counterclaim.read.russian.marks import dialogue_of, spoken_of
from counterclaim.read.russian.pronouns import Pronouns
from counterclaim.read.russian.turns import turns_of
from counterclaim.read.saying.quoted import SCARE_WORDS_MAX, left_open, numbered, quotation
from counterclaim.read.sentences import paragraphs_of, sentences_of
from counterclaim.record.account import Quotation, Reading, Slot, Unstated
from counterclaim.record.passage import Span

_LEFT_OPEN = "«„"
_OPENING = '«“„"'
_POINTS_BACK = re.compile(r"\A(?:Об этом|Так|Такими словами|Такое мнение|Это|С таким заявлением|Эти слова)\b")
ASIDE_CHARACTERS_MAX = 80  # `«...» (перевод с азербайджанского), — сказал`
_ASIDE = re.compile(r"(?<=[»”“\"])\s*\([^)]*\)")
_VERB = re.compile(r"[а-яё]{2}(?:л|ла|ли|ло|лся|лись|ть|ет|ит|ут|ют|ат)(?!\w)")  # `признал, что «пару раз толкнул»`
_DIRECT = re.compile(r":\s*[«“„\"]?\s*\Z")


def quotations_of(so_far: Reading) -> tuple[Quotation, ...]:
    """Give the quotations in the order of the text."""
    mentions = Mentions(so_far)
    pronouns = Pronouns(so_far, mentions)
    quotations: list[Quotation] = []
    carried: tuple[Slot, Slot] | None = None
    continued = False
    turns = turns_of(so_far, mentions)
    headings = {paragraph.start for paragraph in paragraphs_of(so_far, "headline")}
    for paragraph in paragraphs_of(so_far):
        text = paragraph.text
        turn = turns.get(paragraph.start)
        if turn is not None and dialogue_of(text):
            if turn.speaker is not None:
                quotations.append(quotation(turn.words, turn.speaker, None, None, Unstated()))
            continued, carried = False, None
            continue
        if continued and text[:1] in _OPENING and carried and not re.search("[»”“]", text[1:]):
            quotations.append(quotation(_span(paragraph, 1, len(text)), carried[0], None, None, carried[1]))
            continue
        if continued and text[:1] in _OPENING and carried:
            here, carried = _of_paragraph(paragraph, mentions, pronouns, carried)
            quotations.extend(here)
            continued = left_open(text, _LEFT_OPEN) >= 0
            continue
        given = None if paragraph.start in headings else carried
        here, carried = _of_paragraph(paragraph, mentions, pronouns, given)
        quotations.extend(here)
        open_at = left_open(text, _LEFT_OPEN)
        continued = open_at >= 0
        if continued:
            speaker = _before_open(paragraph, open_at, mentions, pronouns) or carried or (Unstated(), Unstated())
            carried = speaker
            quotations.append(quotation(_span(paragraph, open_at + 1, len(text)), speaker[0], None, None, speaker[1]))
    return numbered(quotations)


def _of_paragraph(
    paragraph: Span, mentions: Mentions, pronouns: Pronouns, carried: tuple[Slot, Slot] | None
) -> tuple[list[Quotation], tuple[Slot, Slot] | None]:
    """Give a paragraph's quotations, and the speaker and go-between that a next quotation without a cue carries on."""
    out: list[Quotation] = []
    speaker, told = carried, False
    spoken_line = bool(dialogue_of(paragraph.text))
    for number, sentence in enumerate(sentences_of(paragraph, "ru")):
        found = attributions_of(sentence, mentions, pronouns)
        dialogue = bool(dialogue_of(sentence.text)) and (spoken_line or bool(out))
        ranges = [r for r in spoken_of(sentence.text) if dialogue or _is_speech(sentence, r, found, mentions)]
        if dialogue_of(sentence.text) and not dialogue:
            ranges = []
        for start, end in ranges:
            inner = _span(sentence, start, end)
            nearest = _nearest(found, sentence.start + start, sentence.start + end)
            if nearest:
                speaker, told = (nearest.holder, nearest.via), True
                out.append(quotation(inner, nearest.holder, nearest.subject, nearest.cue, nearest.via))
            elif speaker and (told or (number == 0 and start <= 1 and not dialogue)):
                out.append(quotation(inner, speaker[0], None, None, speaker[1]))
            else:
                out.append(quotation(inner, Unstated(), None, None, Unstated()))
        if found and not ranges:
            if out and isinstance(out[-1].speaker, Unstated) and _POINTS_BACK.match(sentence.text):
                out[-1] = replace(out[-1], speaker=found[0].holder, speaker_span=found[0].subject, cue=found[0].cue)
            speaker, told = (found[-1].holder, found[-1].via), True
    return out, speaker if told or out else None


def _nearest(found: tuple[Attribution, ...], start: int, end: int) -> Attribution | None:
    """The first cue after the quotation, else the last before it; a colon ties it to the one before."""
    after = [item for item in found if item.cue.start >= end]
    before = [item for item in found if item.cue.end <= start]
    reach = 4  # a colon, a space, a mark
    if (
        before
        and after
        and start - max(before[-1].cue.end, before[-1].subject.end if before[-1].subject else 0) <= reach
    ):
        return before[-1]
    return after[0] if after else before[-1] if before else None


def _is_speech(sentence: Span, at: tuple[int, int], found: tuple[Attribution, ...], mentions: Mentions) -> bool:
    """Whether marks enclose words somebody said: not a name, not a title, not a word kept at a distance."""
    text = sentence.text
    inner = text[at[0] : at[1]].strip()
    words = inner.split()
    if not words:
        return False
    begin, end = sentence.start + at[0], sentence.start + at[1]
    if any(w.start <= begin + 1 and w.end >= end - 1 for w, _ in mentions.within(begin, end)):
        return False
    before = text[: at[0]].rstrip('«“„" ')
    last = (re.findall(r"[^\W\d_]+", before[-30:]) or [""])[-1]
    if plain(last) in lexicon_of("ru").words("quoted_org_not") and not before.endswith(":"):
        return False
    after = _ASIDE.sub("", text[at[1] : at[1] + ASIDE_CHARACTERS_MAX])
    tied = _DIRECT.search(text[: at[0]]) or re.match(r"[»”“\"]?[,.!?]?\s*[,]?\s*[—–-]\s", after)
    if len(words) > SCARE_WORDS_MAX:
        return True
    said_before = len(words) > 1 and _VERB.search(inner) and any(item.cue.end <= begin for item in found)
    return bool(found) and (bool(tied) or bool(said_before) or inner[-1] in "!?…")


def _before_open(paragraph: Span, at: int, mentions: Mentions, pronouns: Pronouns) -> tuple[Slot, Slot] | None:
    """Whose words begin at an opening mark that is not closed: `X рассказал: «...`."""
    ahead = [s for s in sentences_of(paragraph, "ru") if s.start <= paragraph.start + at < s.end]
    found = attributions_of(ahead[0], mentions, pronouns) if ahead else ()
    before = [item for item in found if item.cue.end <= paragraph.start + at]
    return (before[-1].holder, before[-1].via) if before else None


def _span(outer: Span, start: int, end: int) -> Span:
    text = outer.text[start:end]
    left = len(text) - len(text.lstrip(" \t\n—–"))
    kept = text.strip(" \t\n—–")
    begin = outer.start + start + left
    return Span(start=begin, end=begin + len(kept), text=kept)
