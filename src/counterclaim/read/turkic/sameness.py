"""Which bodies and countries may mean one and the same; refuses to decide: it proposes what endings and nouns show.

People and abbreviations are compared by spelling (`names.proposing`), in every language alike.
"""

from __future__ import annotations

from collections import defaultdict

from counterclaim.read.casing import lowered
from counterclaim.read.turkic.countries import code_of
from counterclaim.read.turkic.words import Words
from counterclaim.record.account import Entity

STEM_LETTERS = 4  # what two forms of one word share
COMPARED_MAX = 200  # names that share a word; a page with more is a list
_LINKS = frozenset({"və", "ve", "ilə", "ile", "üzrə"})


class Names:
    """The entities of one page, by the words of their names."""

    def __init__(self, entities: list[Entity], words: Words) -> None:
        """Index each name once, so that only names that share a word are compared."""
        self._words = words
        self._small = {entity.id: _small(entity, words) for entity in entities}
        self._by_word: dict[str, list[Entity]] = defaultdict(list)
        for entity in entities:
            for word in {part[:STEM_LETTERS] for part in self._small[entity.id]}:
                self._by_word[word].append(entity)

    def same_as(self, entity: Entity) -> tuple[str, ...]:
        """Propose the ids of entities that may be the same: `nazirlik` and the one ministry, two forms of one word.

        Forms of one word are `valilik` and `valiliğe`; two orders of the same words are proposed as well.
        """
        if entity.type == "person":
            return ()
        words, name = self._words, self._small[entity.id]
        others = self._near(entity, name)
        if entity.type == "country":
            code = code_of(entity.name or "", words.language)
            return tuple(o.id for o in others if code and code_of(o.name or "", words.language) == code)
        same = [o.id for o in others if o.type == entity.type and _one_body(name, self._small[o.id], words)]
        return tuple(dict.fromkeys((*same, *self._by_noun(entity, name, others))))

    def _near(self, entity: Entity, name: tuple[str, ...]) -> list[Entity]:
        if entity.type == "country":
            rows = [o for o in self._all() if o.type == "country"]
        else:
            keys = dict.fromkeys(part[:STEM_LETTERS] for part in name)
            rows = [other for key in keys for other in self._by_word[key][:COMPARED_MAX]]
        unique = {other.id: other for other in rows if other.id != entity.id}
        return sorted(unique.values(), key=lambda other: other.mentions[0].start)

    def _all(self) -> list[Entity]:
        unique = {entity.id: entity for row in self._by_word.values() for entity in row}
        return list(unique.values())

    def _by_noun(self, entity: Entity, name: tuple[str, ...], others: list[Entity]) -> tuple[str, ...]:
        """`nazirlik` may be the one ministry named before it."""
        noun = self._words.noun(" ".join(name), self._words.common_bodies) if len(name) == 1 else None
        if noun is None:
            return ()
        before = []
        for other in others:
            if other.mentions[0].start > entity.mentions[0].start or other.type not in {entity.type, "public_body"}:
                continue
            full = self._small[other.id]
            head = self._words.noun(full[-1], self._words.heads) if len(full) > 1 else None
            if head is not None and head.stem[:-1] == noun.stem[:-1]:
                before.append(other)
        names = {frozenset(self._small[other.id]) for other in before}
        one = before and all(each <= max(names, key=len) for each in names)
        return tuple(other.id for other in before) if one else ()


def _small(entity: Entity, words: Words) -> tuple[str, ...]:
    return tuple(lowered(entity.name or "", words.language).strip('“”"«»').split())


def _one_body(left: tuple[str, ...], right: tuple[str, ...], words: Words) -> bool:
    """Two orders of the same words, or one word with two endings."""
    if {*left} - _LINKS == {*right} - _LINKS:
        return True
    if len(left) != len(right) or left[:-1] != right[:-1]:
        return False
    a, b = (words.noun(row[-1], words.common_bodies) or words.noun(row[-1], words.heads) for row in (left, right))
    return a is not None and b is not None and a.stem[:-1] == b.stem[:-1] and a.ending.plural == b.ending.plural
