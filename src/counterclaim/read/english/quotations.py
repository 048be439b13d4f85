"""What stands in quotation marks and whose it is; refuses to name a speaker the page does not name."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from counterclaim.read.english.quoting import Quoting, Voice
from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.saying.quoted import QUOTATIONS_MAX, SCARE_WORDS_MAX, numbered, quotation
from counterclaim.read.sentences import paragraphs_of
from counterclaim.record.account import Quotation, Reading, Slot, Unstated
from counterclaim.record.passage import Span

TITLE_WORDS_MAX = 6
_OPENING = '“„«"'


@dataclass(slots=True)
class _Draft:
    """The quotations so far, and who goes on in the next paragraph."""

    quotations: list[Quotation] = field(default_factory=list)
    carried: Voice | None = None
    opened: bool = False
    """Whether the paragraph before ended in a colon: what follows is its quotation."""
    open: list[int] = field(default_factory=list)
    """Places in `quotations` of a quotation that no mark has closed yet: its speaker may be told at its end."""

    def add(self, span: Span, voice: Voice | None, *, carried: bool) -> None:
        speaker: Slot = voice.holder if voice else Unstated()
        own = voice if voice and not carried else None
        self.quotations.append(
            quotation(
                span,
                speaker,
                own.subject if own else None,
                own.cue if own else None,
                voice.via if voice else Unstated(),
            )
        )

    def close(self, voice: Voice | None) -> None:
        """Give what was left open its speaker, where the last paragraph of it tells one."""
        for at in self.open if voice else ():
            if voice and isinstance(self.quotations[at].speaker, Unstated):
                self.quotations[at] = replace(self.quotations[at], speaker=voice.holder, via=voice.via)
        self.open.clear()


def quotations_of(so_far: Reading) -> tuple[Quotation, ...]:
    """Give the quotations in the order of the text."""
    mentions = Mentions(so_far)
    draft = _Draft()
    headings = {paragraph.start for paragraph in paragraphs_of(so_far, "headline")}
    for paragraph in paragraphs_of(so_far):
        if paragraph.start in headings:
            draft.carried = None
        if len(draft.quotations) >= QUOTATIONS_MAX:
            break
        _of_paragraph(Quoting(paragraph, mentions), draft)
    return numbered(draft.quotations)


def _of_paragraph(quoting: Quoting, draft: _Draft) -> None:
    """Add a paragraph's quotations, and set the speaker that a next quotation without a cue carries on."""
    paragraph = quoting.paragraph
    goes_on = bool(draft.open) and paragraph.text[:1] in _OPENING
    if not goes_on:
        draft.open.clear()
    voice = draft.carried
    told = False
    past = 0
    left_open = _left_open(quoting)
    for number, (start, end) in enumerate(quoting.ranges):
        own = quoting.voice(number)
        alone = not quoting.subjects.masked[past:start].strip(" ,.;—–-")
        if not _is_speech(quoting, number, own):
            continue
        past = end
        if goes_on and number == 0 and start == 0:
            draft.close(own)
        if own:
            draft.add(_inner(paragraph, start, end), own, carried=False)
            voice, told = own, True
        else:
            carried = voice if told or (start == 0 and alone) else None
            here = told or draft.opened  # `“A,” X said. “B.”`, and `X said:` before a paragraph of its own
            told = told or carried is not None
            draft.add(_inner(paragraph, start, end), carried, carried=not here)
    if left_open >= 0:
        span = Span(start=paragraph.start + left_open + 1, end=paragraph.end, text=paragraph.text[left_open + 1 :])
        own = quoting.before(left_open)
        draft.open.append(len(draft.quotations))
        before = own or (voice if told or left_open == 0 else None)
        draft.add(span, before, carried=own is None)
        draft.carried = before
        return
    opener = quoting.opener()
    last = opener or (None if quoting.ranges else quoting.last())
    draft.carried = last or (voice if told else None)
    draft.opened = opener is not None


def _inner(paragraph: Span, start: int, end: int) -> Span:
    text = paragraph.text[start + 1 : end - 1]
    left = len(text) - len(text.lstrip())
    kept = text.strip()
    begin = paragraph.start + start + 1 + left
    return Span(start=begin, end=begin + len(kept), text=kept)


def _is_speech(quoting: Quoting, number: int, voice: Voice | None) -> bool:
    """Whether marks enclose words somebody said: not a title, not one or two words the writer keeps at a distance."""
    start, end = quoting.ranges[number]
    text = quoting.paragraph.text
    inner = text[start + 1 : end - 1].strip()
    words = inner.split()
    if not words:
        return False
    ends = inner[-1] in ".!?,…" or text[end : end + 1] == ","
    small = len(words) <= SCARE_WORDS_MAX
    if ends and (voice is not None or not small):
        return True
    capitals = all(word[0].isupper() or lexicon_of("en").is_function_word(word) for word in words)
    if len(words) <= TITLE_WORDS_MAX and capitals and words[0][0].isupper() and not (voice and voice.direct):
        return False
    return voice is not None or not small


def _left_open(quoting: Quoting) -> int:
    """Give the offset of an opening mark that nothing closes in this paragraph, or -1."""
    text = quoting.paragraph.text
    at = max(text.rfind("“"), 0 if text[:1] in _OPENING and not quoting.ranges else -1)
    if at < 0 or any(start <= at < end for start, end in quoting.ranges):
        return -1
    return at
