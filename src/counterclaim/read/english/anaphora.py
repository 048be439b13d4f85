"""Which names may mean one and the same; refuses to decide: a proposal is made only where one candidate stands."""

from __future__ import annotations

from collections import defaultdict

from counterclaim.read.english.classify import country_code_of
from counterclaim.read.lexicon import lexicon_of
from counterclaim.record.account import Entity

LINKS = frozenset({"of", "the", "for", "and", "on"})


class Rooms:
    """The entities of a page by what those that may be one share, each room in the order of the page."""

    def __init__(self, entities: list[Entity]) -> None:
        """Put a person into the rooms of its words, a country with countries, a body into those of its words."""
        self._rooms: dict[tuple[str, str], list[Entity]] = defaultdict(list)
        self._order = {entity.id: number for number, entity in enumerate(entities)}
        for entity in entities:
            for key in _keys(entity):
                self._rooms[key].append(entity)

    def of(self, entity: Entity) -> list[Entity]:
        """Give those that share a room with an entity, itself among them."""
        found = {other.id: other for key in _keys(entity) for other in self._rooms[key]}
        return sorted(found.values(), key=lambda other: self._order[other.id])


def _keys(entity: Entity) -> set[tuple[str, str]]:
    if entity.type == "country":
        return {("country", "")}
    if entity.type == "person":
        return {("person", word) for word in (entity.name or "").split()}
    words = (entity.name or "").lower().split()
    return {("body", word) for word in words if word not in LINKS} or {("body", " ".join(words))}


def same_as_of(entity: Entity, rooms: Rooms) -> tuple[str, ...]:
    """Propose the ids of entities that may be the same: a surname's full name, `the ministry`'s last named ministry."""
    if entity.name is None:
        return ()
    entities = rooms.of(entity)
    if entity.type == "person":
        return _persons(entity, entities)
    if entity.type == "country":
        return tuple(other.id for other in entities if other.id != entity.id and _same_country(entity, other))
    words, head = _words(entity.name), entity.name.lower() + " of "
    same = [o for o in entities if o.id != entity.id and o.type == entity.type and o.name]
    permuted = tuple(o.id for o in same if _words(o.name or "") == words)
    longer = tuple(o.id for o in same if (o.name or "").lower().startswith(head))
    return tuple(dict.fromkeys((*_by_noun(entity, entities), *permuted, *(longer if len(longer) == 1 else ()))))


def _persons(entity: Entity, entities: list[Entity]) -> tuple[str, ...]:
    """A name of one word may be any fuller name that holds it; an initial may be any first name with it."""
    own = (entity.name or "").split()
    out = []
    for other in entities:
        names = (other.name or "").split()
        if other.id == entity.id or other.type != "person" or len(names) < 2:  # noqa: PLR2004  # a full name has two parts
            continue
        initial = len(own) > 1 and own[0].endswith(".") and own[-1] == names[-1] and names[0].startswith(own[0][:1])
        if (len(own) == 1 and own[0] in names) or initial:
            out.append(other.id)
    return tuple(out)


def _same_country(entity: Entity, other: Entity) -> bool:
    if other.type != "country" or not entity.name or not other.name:
        return False
    code = country_code_of(entity.name)
    if code or country_code_of(other.name):
        return code is not None and code == country_code_of(other.name)
    short, long = sorted((entity.name, other.name), key=len)
    return len(short) >= 4 and long.startswith(short[:-1])  # noqa: PLR2004  # short stems collide


def _by_noun(entity: Entity, entities: list[Entity]) -> tuple[str, ...]:
    """A common noun with "the" may be the one body named before it whose name holds that noun."""
    words = (entity.name or "").lower().split()
    if len(words) == 1 and entity.type == "organization":
        whole = [
            o
            for o in entities
            if o.type == "organization" and o.id != entity.id and (o.name or "").lower().split()[-1:] == words
        ]
        return tuple(o.id for o in whole) if len(whole) == 1 else ()
    noun = words[-1] if words else ""
    if not words or words[0] != "the" or noun not in lexicon_of("en").table("anaphors"):
        return ()
    kinds = lexicon_of("en").table("anaphors")[noun]
    before = [
        other
        for other in entities
        if other.type in kinds
        and other.id != entity.id
        and other.mentions[0].start < entity.mentions[0].start
        and noun in (other.name or "").lower().split()
        and (other.name or "")[:1].isupper()
        and _words(other.name or "") != _words(entity.name or "")
    ]
    return (
        tuple(other.id for other in before)
        if before and _is_one_body([_words(other.name or "") for other in before])
        else ()
    )


def _is_one_body(names: list[frozenset[str]]) -> bool:
    """Whether all are one name, or shorter forms of one: `the Ministry of Justice`, `the Ministry of Justice of X`."""
    return all(name <= max(names, key=len) for name in names)


def _words(name: str) -> frozenset[str]:
    return frozenset(name.lower().split()) - LINKS
