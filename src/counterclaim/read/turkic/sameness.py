"""Which names may mean one and the same; refuses to decide: a proposal is made only where one candidate stands."""

from __future__ import annotations

from counterclaim.read.casing import lowered
from counterclaim.read.turkic.countries import code_of
from counterclaim.read.turkic.words import Words
from counterclaim.record.account import Entity

NAME_PARTS_MIN = 2
_LINKS = frozenset({"və", "ve", "ilə", "ile", "üzrə"})


def same_as_of(entity: Entity, entities: list[Entity], words: Words) -> tuple[str, ...]:
    """Propose the ids of entities that may be the same: a surname's full name, `nazirlik` and the one ministry named.

    Two forms of one word (`valilik`, `valiliğe`), an abbreviation and the words it may stand for, and two orders of
    the same words are proposed as well.
    """
    name = _small(entity, words)
    others = [other for other in entities if other.id != entity.id and other.name]
    if entity.type == "person":
        return tuple(other.id for other in others if other.type == "person" and _one_person(name, _small(other, words)))
    if entity.type == "country":
        code = code_of(entity.name or "", words.language)
        return tuple(
            o.id for o in others if o.type == "country" and code and code_of(o.name or "", words.language) == code
        )
    same = [o.id for o in others if o.type == entity.type and _one_body(name, _small(o, words), words)]
    return tuple(dict.fromkeys((*same, *_by_noun(entity, name, others, words), *_by_initials(entity, others))))


def _small(entity: Entity, words: Words) -> tuple[str, ...]:
    return tuple(lowered(entity.name or "", words.language).strip('“”"«»').split())


def _one_person(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """A name of one word may be any fuller name that holds it; an initial may be any first name with it."""
    short, long = sorted((left, right), key=len)
    if len(long) < NAME_PARTS_MIN:
        return False
    if len(short) == 1:
        return short[0] in long
    if short[0].endswith(".") or len(short[0]) == 1:
        return short[-1] == long[-1] and long[0].startswith(short[0][:1])
    return set(short) < set(long)


def _one_body(left: tuple[str, ...], right: tuple[str, ...], words: Words) -> bool:
    """Two orders of the same words, or one word with two endings."""
    if {*left} - _LINKS == {*right} - _LINKS:
        return True
    if len(left) != len(right) or left[:-1] != right[:-1]:
        return False
    a, b = (words.noun(row[-1], words.common_bodies) or words.noun(row[-1], words.heads) for row in (left, right))
    return a is not None and b is not None and a.stem[:-1] == b.stem[:-1] and a.ending.plural == b.ending.plural


def _by_noun(entity: Entity, name: tuple[str, ...], others: list[Entity], words: Words) -> tuple[str, ...]:
    """`nazirlik` may be the one ministry named before it."""
    noun = words.noun(" ".join(name), words.common_bodies) if len(name) == 1 else None
    if noun is None:
        return ()
    before = []
    for other in others:
        if other.mentions[0].start > entity.mentions[0].start or other.type not in {entity.type, "public_body"}:
            continue
        full = _small(other, words)
        head = words.noun(full[-1], words.heads) if len(full) > 1 else None
        if head is not None and head.stem[:-1] == noun.stem[:-1]:
            before.append(other)
    names = {frozenset(_small(other, words)) for other in before}
    one = before and all(name <= max(names, key=len) for name in names)
    return tuple(other.id for other in before) if one else ()


def _by_initials(entity: Entity, others: list[Entity]) -> tuple[str, ...]:
    """`DİN` may be Daxili İşlər Nazirliyi."""

    def initials(name: str) -> str:
        return "".join(word[0] for word in name.split() if word[0].isupper())

    name = entity.name or ""
    if name.isupper() and len(name) > 1:
        return tuple(o.id for o in others if initials(o.name or "") == name and len((o.name or "").split()) > 1)
    if len(name.split()) > 1:
        return tuple(o.id for o in others if (o.name or "").isupper() and initials(name) == o.name)
    return ()
