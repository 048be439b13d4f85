"""Speakers by a dependency parse, where the grammar found no verb for a quotation; refuses to overrule the grammar.

The rule is the plain one: from the words in marks up to the nearest verb of saying outside them (`ccomp`, `advcl`,
`relcl` and what hangs on them), and from it to its subject (`nsubj`, the `agent` of a passive, the noun a relative
clause or a participle hangs on). Labels are those of the ClearNLP scheme that spaCy's English pipelines give.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from counterclaim.read.english.verbs import verbs_of
from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.sentences import paragraphs_of, quoted_ranges
from counterclaim.record.account import Named, Quotation, Reading, Slot, Worded
from counterclaim.record.passage import Span

NAME_CHARACTERS_MAX = 120
CLIMB_MAX = 40  # arcs from a word to its verb; a parse is a tree, but a bound costs nothing
PARAGRAPH_CHARACTERS_MAX = 20_000  # longer ones are tables; a parser's memory grows with them
_VERBS = frozenset({"VERB", "AUX"})
_CARRIES = frozenset({"conj", "xcomp", "advcl", "pcomp", "ccomp", "prep", "dep", "parataxis"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """A loaded pipeline: `parse` gives a document of tokens (idx, i, text, pos_, dep_, head, children, subtree)."""

    name: str
    version: str
    parse: Callable[[str], Any]


def with_parsed_speakers(reading: Reading, pipeline: Pipeline) -> tuple[tuple[Quotation, ...], int]:
    """Give the quotations with the speakers a parse adds, and how many it added.

    Only a quotation without a cue of its own is looked at: a verb that adjoins the marks is surer than a parse.
    """
    open_ids = {q.id for q in reading.quotations if q.cue is None and q.speaker_span is None}
    added: dict[str, Quotation] = {}
    mentions = Mentions(reading)
    for paragraph in paragraphs_of(reading):
        asked = [q for q in reading.quotations if q.id in open_ids and paragraph.covers(q.span)]
        if asked and len(paragraph.text) <= PARAGRAPH_CHARACTERS_MAX:
            parsed = _Parsed(paragraph, pipeline, mentions)
            for quotation in asked:
                if (found := parsed.speaker(quotation)) is not None:
                    added[quotation.id] = found
    return tuple(added.get(q.id, q) for q in reading.quotations), len(added)


class _Parsed:
    """One paragraph and its parse."""

    def __init__(self, paragraph: Span, pipeline: Pipeline, mentions: Mentions) -> None:
        self.paragraph = paragraph
        self.mentions = mentions
        self.tokens = pipeline.parse(paragraph.text)
        ranges = quoted_ranges(paragraph.text)
        self.quoted = [any(start <= token.idx < end for start, end in ranges) for token in self.tokens]
        self.cues = {verb.start for verb in verbs_of(paragraph.text)}

    def speaker(self, quotation: Quotation) -> Quotation | None:
        """Give the quotation with the speaker and cue its parse tells, or None."""
        start, end = quotation.span.start - self.paragraph.start, quotation.span.end - self.paragraph.start
        inside = [token for token in self.tokens if start <= token.idx < end and token.pos_ != "PUNCT"]
        for token in reversed(inside):
            verb = self._verb_above(token)
            subject = _subject(verb) if verb is not None else None
            if verb is not None and subject is not None and not self.quoted[subject.i]:
                slot, span = self._slot(subject)
                cue = self._span(verb.idx, verb.idx + len(verb.text))
                return replace(quotation, speaker=slot, speaker_span=span, cue=cue)
        return None

    def _verb_above(self, token: Any) -> Any:  # noqa: ANN401  # a token of a library that may not be installed
        for _ in range(CLIMB_MAX):
            if not self.quoted[token.i] and token.idx in self.cues and token.pos_ in _VERBS:
                return token
            if token.head.i == token.i:
                return None
            token = token.head
        return None

    def _slot(self, subject: Any) -> tuple[Slot, Span]:  # noqa: ANN401  # a token
        end = subject.idx + len(subject.text)
        before = [t.idx for t in subject.subtree if t.i <= subject.i and not self.quoted[t.i]]
        whole = self._span(min(before, default=subject.idx), end)
        kind = lexicon_of("en").table("pronouns").get(subject.text.lower())
        if kind:
            span = self._span(subject.idx, end)
            return self.mentions.pronoun(span, kind), span
        head = self.paragraph.start + subject.idx
        near = max(self.paragraph.start, head - NAME_CHARACTERS_MAX)
        for where, entity in self.mentions.within(near, head + NAME_CHARACTERS_MAX):
            if where.start <= head < where.end:
                return Named(entity=entity.id), where
        return Worded(span=whole), whole

    def _span(self, start: int, end: int) -> Span:
        at = self.paragraph.start
        return Span(start=at + start, end=at + end, text=self.paragraph.text[start:end])


def _subject(verb: Any) -> Any:  # noqa: ANN401  # a token
    """The token that does what the verb says; None where the parse has none."""
    for _ in range(CLIMB_MAX):
        children = list(verb.children)
        passive = any(child.dep_ == "auxpass" for child in children)
        for child in children:
            if child.dep_ == "nsubj":
                return child
            if passive and child.dep_ == "agent":
                return next((inner for inner in child.children if inner.dep_ == "pobj"), None)
        if passive:
            return None
        if verb.dep_ in {"relcl", "acl"}:
            return verb.head
        if verb.dep_ not in _CARRIES or verb.head.i == verb.i:
            return None
        verb = verb.head
    return None
