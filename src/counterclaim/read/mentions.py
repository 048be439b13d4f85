"""Where entities stand in the text, and whom a pronoun may mean; refuses to choose between two candidates."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, cached_property
from itertools import pairwise

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.sentences import paragraphs_of, quoted_ranges
from counterclaim.read.spans import Damaged, SpanIndex
from counterclaim.record.account import (
    Account,
    Entity,
    EntityType,
    Named,
    Quotation,
    Reading,
    Slot,
    Undetermined,
    Worded,
)
from counterclaim.record.passage import Span

PARAGRAPHS_BACK_MAX = 3  # a pronoun is not carried farther than a reader would
CANDIDATES_MAX = 6
ROLE_CHARACTERS_MAX = 3000  # a paragraph of a paper; in a longer one only what stands near is looked at
_BODIES: frozenset[EntityType] = frozenset({"public_body", "organization", "media", "court", "facility"})
_AUXILIARY = re.compile(r"\s*(?:(?:has|had|also|then|later|further|again|since)\s+)*")
_CAPITALS = re.compile(r"\b(?=[^\W\d_a-zа-яё])\w+(?: (?=[^\W\d_a-zа-яё])\w+)+")
_MANY: frozenset[EntityType] = frozenset({"group", "person"})


@cache
def _role_subject() -> re.Pattern[str]:
    """A role at the head of a sentence, without a name after it: `The Deputy Minister ...`, `His lawyer ...`."""
    lexicon = lexicon_of("en")
    roles = "|".join(sorted({*lexicon.words("role_nouns")} - {*lexicon.words("document_nouns")}, key=len, reverse=True))
    return re.compile(
        rf"(?:\A|[.!?]\s+|\b[Bb]ut\s+|\b[Aa]nd\s+)((?:The|A|An|His|Her|Their|the|his|her)\s+"
        rf"(?:[\w-]+\s+){{0,2}}(?i:{roles}))\b(?!\s+[A-Z]|,)"
    )


class Mentions:
    """All mentions of a reading in the order of the text."""

    def __init__(self, reading: Reading) -> None:
        """Index the mentions once."""
        self._rows = sorted(
            ((span, entity) for entity in reading.entities for span in entity.mentions), key=lambda row: row[0].start
        )
        self._starts = [span.start for span, _ in self._rows]
        self._by_id = {entity.id: entity for entity in reading.entities}
        self._paragraphs = sorted((p.start, p.end) for p in paragraphs_of(reading, "body"))
        self._ends = [end for _, end in self._paragraphs]
        self._quoted = [
            (p.start + start, p.start + end) for p in paragraphs_of(reading) for start, end in quoted_ranges(p.text)
        ]
        text = reading.document.dom_text
        self._text = text
        self._owners = frozenset(w.start for w, _ in self._rows if text[w.end : w.end + 2] in {"’s", "'s"})
        self._reading = reading

    def entity(self, entity_id: str) -> Entity:
        """Give an entity by id."""
        return self._by_id[entity_id]

    def within(self, start: int, end: int) -> list[tuple[Span, Entity]]:
        """List the mentions that lie in [start, end), in order."""
        at = bisect_left(self._starts, start)
        out = []
        while at < len(self._rows) and self._rows[at][0].start < end:
            if self._rows[at][0].end <= end:
                out.append(self._rows[at])
            at += 1
        return out

    def same(self, left: str, right: str) -> bool:
        """Whether two entity ids are one, or proposed to be one."""
        return left == right or right in self._kin[left]

    def words_before(self, name: str) -> frozenset[str]:
        """Give the words with a capital that stand right before a word with one, wherever the page prints both."""
        return self._pairs.get(name, frozenset())

    @cached_property
    def _pairs(self) -> dict[str, frozenset[str]]:
        out: dict[str, set[str]] = defaultdict(set)
        for found in _CAPITALS.finditer(self._text):
            words = found.group().split()
            for left, right in pairwise(words):
                out[right].add(left)
        return {name: frozenset(firsts) for name, firsts in out.items()}

    def kin(self, ids: Iterable[str]) -> frozenset[str]:
        """Give the ids that are one with any of these, or proposed to be."""
        given = frozenset(ids)
        return given.union(*(self._kin[each] for each in given))

    @cached_property
    def _kin(self) -> dict[str, set[str]]:
        out: dict[str, set[str]] = defaultdict(set)
        for entity in self._by_id.values():
            for other in entity.same_as:
                out[entity.id].add(other)
                out[other].add(entity.id)
        return out

    @cached_property
    def damaged(self) -> Damaged:
        """The damage of the reading, by where it stands."""
        return Damaged(self._reading)

    @cached_property
    def _quotations(self) -> SpanIndex[Quotation]:
        return SpanIndex((item.span, item) for item in self._reading.quotations)

    @cached_property
    def _accounts(self) -> SpanIndex[Account]:
        return SpanIndex((item.span, item) for item in self._reading.accounts)

    def quotations_on(self, span: Span) -> list[Quotation]:
        """List the quotations that share a code point with a span, in order."""
        return self._quotations.overlapping(span.start, span.end)

    def accounts_on(self, span: Span) -> list[Account]:
        """List the accounts of the reading that share a code point with a span, in order."""
        return self._accounts.overlapping(span.start, span.end)

    def is_quoted_apart(self, span: Span) -> bool:
        """Whether a span lies within a quotation, or a quotation within it."""
        near = self._quotations.overlapping(span.start - 1, span.end + 1)  # an empty one may stand at its end
        return any(span.covers(item.span) or item.span.covers(span) for item in near)

    def paragraphs_back(self, at: int) -> tuple[tuple[int, int], list[tuple[int, int]]]:
        """Give the paragraph of the body that holds an offset, and the few before it, in order."""
        index = bisect_right(self._paragraphs, (at + 1,)) - 1
        holds = index >= 0 and at < self._paragraphs[index][1]
        own = self._paragraphs[index] if holds else (max(0, at - 1), at)
        until = bisect_right(self._ends, own[0])
        return own, self._paragraphs[max(0, until - PARAGRAPHS_BACK_MAX) : until]

    def _in_quotation(self, where: Span) -> bool:
        at = bisect_left(self._quoted, (where.start + 1, 0)) - 1
        return at >= 0 and where.start < self._quoted[at][1]

    def _role_before(self, start: int, end: int) -> Span | None:
        """Somebody told by a role only, later than anybody named in the paragraph; blank where unsure.

        `The Deputy Minister denied it. “X is a liar,” he said`: he is not whoever the paragraph before was about.
        """
        start = max(start, end - ROLE_CHARACTERS_MAX)
        paragraph = self._text[start:end]
        for left, right in quoted_ranges(paragraph):
            paragraph = paragraph[:left] + " " * (right - left) + paragraph[right:]
        hits = list(_role_subject().finditer(paragraph))
        named = [w.start for w, e in self.within(start, end) if e.type == "person" and not self._in_quotation(w)]
        if not hits or (named and named[-1] >= start + hits[-1].start(1)):
            return None
        hit = hits[-1]
        spoke = lexicon_of("en").speech.match(paragraph, _AUXILIARY.match(paragraph, hit.end()).end())  # type: ignore[union-attr]
        if named and not spoke:
            return None
        at = start + hit.start(1)
        return (
            Span(start=at, end=at + len(hit.group(1)), text=hit.group(1)) if spoke else Span(start=at, end=at, text="")
        )

    def pronoun(self, span: Span, kind: str) -> Slot:
        """Fill the slot of a pronoun: the one candidate named before it in its paragraph, else in those before.

        Across a paragraph's border what a splice brought in does not count: it belongs to another text.
        """
        wanted: frozenset[EntityType] = {"one": frozenset({"person"}), "many": _MANY, "body": _BODIES}[kind]  # type: ignore[assignment]
        own, back = self.paragraphs_back(span.start)
        role = self._role_before(own[0], span.start) if kind == "one" else None
        if role is not None:
            return Worded(span=role if role.text else span)
        owners: list[str] = []
        for start, end in [(own[0], span.start), *reversed(back)]:
            here = [
                (where, entity)
                for where, entity in self.within(start, end)
                if entity.type in wanted
                and not self._in_quotation(where)
                and not (kind == "body" and (entity.name or "").endswith("s") and (entity.name or "").islower())
                and (start == own[0] or not self.damaged.is_spliced(where))
            ]
            distinct: list[str] = []
            # `He denied breaking Mr X's wrist. “...,” he said`: the one who owns something seldom goes on,
            # and is never chosen over somebody else.
            owners.extend(entity.id for where, entity in here if where.start in self._owners and kind == "one")
            here = [row for row in here if row[0].start not in self._owners or kind != "one"]
            for _, entity in here:
                if not any(self.same(entity.id, seen) for seen in distinct):
                    distinct.append(entity.id)
            distinct.extend(o for o in dict.fromkeys(owners) if distinct and not any(self.same(o, d) for d in distinct))
            if len(distinct) == 1:
                return Named(entity=here[-1][1].id)
            if distinct:
                return Undetermined(candidates=tuple(distinct[:CANDIDATES_MAX]))
        if owners and all(self.same(owners[0], other) for other in owners):
            return Named(entity=owners[-1])
        return Worded(span=span)
