"""Who says what stands in quotation marks, by where it stands beside a verb; refuses to reach beyond the paragraph."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from counterclaim.read.english.holders import Holder, Phrases
from counterclaim.read.english.subjects import Subjects
from counterclaim.read.english.verbs import Verb, quoting_words, verbs_between, verbs_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.sentences import quoted_ranges, sentences_of
from counterclaim.record.account import Named, Slot, Undetermined, Unstated, Worded
from counterclaim.record.passage import Span

AHEAD_WORDS_MAX = 16  # words of the speaker between a quotation and its verb
VERBS_TRIED_MAX = 6
SENTENCE_REACH_MAX = 3200  # characters: the longest quotation, and its cue
LINKING_WORDS_MAX = 7  # `told reporters on Monday: "..."`
_DASH = re.compile(r"\s*[―—–-]{1,2}\s*(?=[A-Z])([^,.;:\n“”]{2,60}?(?:\s[A-Z]\.[^,.;:\n]{2,40})?)\s*(?=[,.\n]|\Z)")
_LABEL = re.compile(r"\s*([A-Z][A-Z.’'-]*[A-Z](?:\s[A-Z][A-Z.’'-]*){0,3})\s?:\s")
_ENDS = re.compile(r"[.!?](?=\s|\Z)|[;:\n]|,\s(?:but|while|although)\b")
_SPOKEN_END = (",", "?", "!", "…", "—", "–", "-", ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who says a quotation: `subject` as printed, `cue` the verb; `direct` where the verb adjoins the quotation."""

    holder: Slot
    subject: Span | None
    cue: Span | None
    via: Slot
    direct: bool


class Quoting:
    """One paragraph, its quotations and who says each."""

    def __init__(self, paragraph: Span, mentions: Mentions) -> None:
        """Find the marks and the verbs once."""
        self.paragraph = paragraph
        self.mentions = mentions
        self.ranges = quoted_ranges(paragraph.text)
        self.subjects = Subjects(paragraph, mentions)
        named = [(w.start, w.end) for w, _ in mentions.within(paragraph.start, paragraph.end) if not w.text.islower()]
        self.verbs = _outside(verbs_of(self.subjects.masked), named, paragraph.start)
        self.sentences = [(s.start - paragraph.start, s.end - paragraph.start) for s in sentences_of(paragraph)]
        self.starts = [start for start, _ in self.sentences]
        self.vias: dict[int, Slot] = {}

    def voice(self, number: int) -> Voice | None:
        """Give who says the quotation with this number in the paragraph; None where no words beside it tell."""
        start, end = self.ranges[number]
        tail = self.ranges[number + 1][0] if number + 1 < len(self.ranges) else len(self.paragraph.text)
        head = self.ranges[number - 1][1] if number else 0
        if label := self.label(start):
            return label
        before = self._adjoins(head, start)
        after = self._after(start, end, tail)
        # Where a comma ends the words in marks the sentence goes on; where a full stop does, it began before them.
        goes_on = self.paragraph.text[start + 1 : end].rstrip("”\"'’» ").endswith((",", "—", "–"))
        comma_after = self.paragraph.text[end : end + 1] == ","
        both = (after, before) if goes_on or comma_after else (before, after)
        for found in both:
            if found is not None:
                return found
        return self._dash(end, tail, head, start) or self._far(start, end)

    def before(self, start: int) -> Voice | None:
        """Give who says what an opening mark at `start` begins and nothing closes here."""
        return self.label(start) or self._adjoins(self.ranges[-1][1] if self.ranges else 0, start)

    def last(self) -> Voice | None:
        """Give who is told to speak last in a paragraph: who goes on where the next one is a quotation alone."""
        for verb in reversed(self.verbs[-VERBS_TRIED_MAX:]):
            floor = self._sentence(verb.start)[0]
            if verb.says and (found := self.subjects.of(verb, floor)):
                return self._voice(found, verb, direct=False)
        return None

    def opener(self) -> Voice | None:
        """Give who is told to speak by a paragraph that ends in a colon."""
        if not self.paragraph.text.rstrip().endswith(":"):
            return None
        floor = self._sentence(len(self.paragraph.text.rstrip()) - 1)[0]
        verbs = verbs_between(self.verbs, floor, len(self.paragraph.text))
        for verb in reversed(verbs[-VERBS_TRIED_MAX:]):
            if found := self.subjects.of(verb, floor):
                return self._voice(found, verb, direct=True)
        found = self.subjects.leading(floor, len(self.paragraph.text.rstrip()))
        known = found is not None and (isinstance(found[0], Named | Undetermined) or _is_pronoun(found[1]))
        return self._voice(found, None, direct=True) if found and known else None

    def label(self, start: int) -> Voice | None:
        """Give the speaker of a transcript's turn that opens with its name in capitals: `"FENN: ..."`."""
        found = _LABEL.match(self.paragraph.text, start + 1)
        if found is None:
            return None
        span = self.subjects.span(*found.span(1))
        rows = self.mentions.within(span.start, span.end)
        holder: Slot = Named(entity=rows[0][1].id) if rows and rows[0][0] == span else Worded(span=span)
        return Voice(holder=holder, subject=span, cue=None, via=Unstated(), direct=True)

    def _sentence(self, at: int) -> tuple[int, int]:
        """Give the sentence that holds an offset, no farther than a clause reaches on either side."""
        index = bisect_right(self.starts, at) - 1
        start, end = self.sentences[index] if index >= 0 else (0, len(self.paragraph.text))
        return max(start, at - SENTENCE_REACH_MAX), min(end, at + SENTENCE_REACH_MAX)

    def _is_spoken(self, start: int, end: int) -> bool:
        """Whether the words in marks end as a spoken sentence does, inside or right after the marks."""
        inner = self.paragraph.text[start + 1 : end - 1].rstrip(" ’'”\"")
        return inner.endswith(_SPOKEN_END) or self.paragraph.text[end : end + 1] == ","

    def _after(self, start: int, end: int, tail: int) -> Voice | None:
        """`“...,” X said`, `“...,” said X`: the clause that begins right after the closing mark."""
        if not self._is_spoken(start, end):
            return None
        masked = self.subjects.masked
        begin = end + (masked[end : end + 1] == ",")
        stop = _ENDS.search(masked, begin, tail)
        until = self._clause_end(begin, stop.start() if stop else tail, tail)
        for verb in verbs_between(self.verbs, begin, until)[:2]:
            ahead = masked[begin : verb.start].strip()
            if len(ahead.split()) > AHEAD_WORDS_MAX:
                return None
            if not ahead or ahead.lower() in {"as", "so", "then"} or (ahead.endswith("ly") and " " not in ahead):
                found = self.subjects.following(verb.end) if verb.form != "participle" else None
                if found is None and verb.form == "participle":
                    found = self.subjects.leading(self._sentence(start)[0], start)
            else:
                found = self._phrase_ahead(begin, verb)
            if found:
                return self._voice(found, verb, direct=True)
        return None

    def _clause_end(self, begin: int, stop: int, tail: int) -> int:
        """Where the clause after a quotation ends; the full stop of an abbreviation does not end it."""
        sentence_end = self._sentence(begin)[1]
        if self.subjects.masked[stop : stop + 1] == "." and stop + 1 < sentence_end:
            later = re.compile(r"[!?;:\n]|\.\s*\Z").search(self.subjects.masked, stop + 1, min(sentence_end, tail))
            return later.start() if later else min(sentence_end, tail)
        return stop

    def _phrase_ahead(self, begin: int, verb: Verb) -> Holder | None:
        left = self.subjects.without_auxiliaries(verb.start, begin)
        piece = self.subjects.masked[begin:left]
        first = re.match(r"\s*(?:as\s+|but\s+|and\s+)?([^\W\d_]+)", piece)
        word = first.group(1).lower() if first else ""
        lexicon = self.subjects.lexicon
        if first is None or word in {*lexicon.words("prepositions"), *quoting_words("clause_openers")}:
            return None
        comma = piece.find(",", first.end())
        paren = piece.find("(", first.end())
        cut = min([at for at in (comma, paren) if at > 0], default=len(piece))
        return self.subjects.phrase(begin + first.start(1), begin + cut, near=False)

    def _adjoins(self, head: int, start: int) -> Voice | None:
        """`X said: “...”`, `X told reporters on Monday that “...”`: the verb right before the opening mark."""
        floor = max(head, self._sentence(start)[0])
        verbs = verbs_between(self.verbs, floor, start)
        sentence = self._sentence(start)[0]
        for verb in reversed(verbs[-VERBS_TRIED_MAX:]):
            between = self.subjects.masked[verb.end : start]
            if len(between.split()) > LINKING_WORDS_MAX or re.search(r"[.;!?]\s", between):
                return None
            if found := self.subjects.of(verb, sentence):
                return self._voice(found, verb, direct=True)
            if verb.start <= floor + 2 and verb.form != "participle" and (found := self.subjects.following(verb.end)):
                return self._voice(found, verb, direct=True)  # `Said X: “...”`
        return None

    def _dash(self, end: int, tail: int, head: int, start: int) -> Voice | None:
        """`“...” — Ida Fenn`: a name after a dash, where the quotation stands alone."""
        line = max(head, self.paragraph.text.rfind("\n", head, start) + 1)
        if self.subjects.masked[line:start].strip():
            return None
        found = _DASH.match(self.subjects.masked, end, tail)
        if found is None or verbs_between(self.verbs, found.start(1), found.end(1)):
            return None
        holder = self.subjects.phrase(*found.span(1), near=False)
        return self._voice(holder, None, direct=True) if holder else None

    def _far(self, start: int, end: int) -> Voice | None:
        """A verb elsewhere in the sentence: the nearest before the quotation, else the nearest after it."""
        floor, until = self._sentence(start)
        for verb in reversed(verbs_between(self.verbs, floor, start)[-VERBS_TRIED_MAX:]):
            if found := self.subjects.of(verb, floor):
                return self._voice(found, verb, direct=False)
        for verb in verbs_between(self.verbs, end, until)[:VERBS_TRIED_MAX]:
            if verb.says and (found := self.subjects.of(verb, max(end, floor))):
                return self._voice(found, verb, direct=False)
        if self.paragraph.text[floor:start].rstrip().endswith(":") and (found := self.subjects.leading(floor, start)):
            return self._voice(found, None, direct=True)
        return None

    def _voice(self, found: Holder, verb: Verb | None, *, direct: bool) -> Voice:
        cue = self.subjects.span(verb.start, verb.end) if verb else None
        via = self._via(verb.start) if verb else Unstated()
        return Voice(holder=found[0], subject=found[1], cue=cue, via=via, direct=direct)

    def _via(self, at: int) -> Slot:
        index = max(0, bisect_right(self.starts, at) - 1)
        if index not in self.vias and index < len(self.sentences):
            start, end = self.sentences[index]
            sentence = self.subjects.span(start, end)
            short = end - start <= SENTENCE_REACH_MAX
            self.vias[index] = Phrases(sentence, self.mentions).via() if short else Unstated()
        return self.vias.get(index, Unstated())


def _outside(verbs: tuple[Verb, ...], named: list[tuple[int, int]], offset: int) -> tuple[Verb, ...]:
    """Give the verbs whose letters belong to no name: not the `State` of a State Department."""
    starts = [start for start, _ in named]

    def is_named(verb: Verb) -> bool:
        at = bisect_right(starts, offset + verb.start) - 1
        return at >= 0 and offset + verb.end <= named[at][1]

    return tuple(verb for verb in verbs if not is_named(verb))


def _is_pronoun(span: Span | None) -> bool:
    return span is not None and span.text.lower() in {"he", "she", "they", "it", "i", "we"}
