"""Which Russian names may mean one and the same; refuses to decide, and to join what shares no stem."""

from __future__ import annotations

from collections import defaultdict

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.russian.countries import country_code_of, demonym_code_of
from counterclaim.read.russian.endings import alike, gender_of_name, plain, stems_of
from counterclaim.record.account import Entity

SAME_MAX = 40  # proposals of one name; a page with more namesakes says nothing by them
_BODIES = frozenset({"public_body", "facility", "court", "organization", "media"})


def same_as(entities: list[Entity]) -> dict[str, tuple[str, ...]]:
    """Propose for each entity the ids of those that may be the same: cases of one name, a surname's full name."""
    by_stem: dict[str, list[Entity]] = defaultdict(list)
    codes: dict[str, list[Entity]] = defaultdict(list)
    for entity in entities:
        name = entity.name or ""
        if entity.type == "country" and (code := country_code_of(name) or demonym_code_of(name)):
            codes[code].append(entity)
        for token in name.replace(".", ". ").split():
            for stem in stems_of(token.strip('«»"“”„,')):
                by_stem[stem].append(entity)
    out: dict[str, tuple[str, ...]] = {}
    for entity in entities:
        if entity.type == "country":
            code = country_code_of(entity.name or "") or demonym_code_of(entity.name or "")
            near = codes[code] if code else []
        else:
            tokens = [stem for token in (entity.name or "").split() for stem in stems_of(token.strip('«»"“”„,'))]
            near = [other for stem in tokens for other in by_stem[stem] if _may_be(entity, other)]
        ids = dict.fromkeys(other.id for other in near if other.id != entity.id)
        out[entity.id] = tuple(sorted(ids, key=lambda each: int(each[1:])))[:SAME_MAX]
    return {key: _with_nouns(key, out, entities) for key in out}


def _may_be(left: Entity, right: Entity) -> bool:
    if left.type == "person" and right.type == "person":
        return _one_person(left.name or "", right.name or "")
    if left.type != right.type and not (left.type in _BODIES and right.type in _BODIES):
        return False
    a, b = (left.name or "").split(), (right.name or "").split()
    return len(a) == len(b) and all(alike(x, y) for x, y in zip(a, b, strict=True))


def _one_person(left: str, right: str) -> bool:
    """Each part of the shorter name is a form of a part of the longer; an initial stands for a name."""
    short, long = sorted((_parts(left), _parts(right)), key=len)
    if not short or all(part.endswith(".") for part in short):
        return False
    genders = {gender_of_name(short), gender_of_name(long)} - {"e"}
    if len(genders) > 1:
        return False
    rest = list(long)
    for part in sorted(short, key=lambda each: each.endswith(".")):
        match = next((other for other in rest if _one_part(part, other)), None)
        if match is None:
            return False
        rest.remove(match)
    return True


def _parts(name: str) -> list[str]:
    return name.replace(".", ". ").replace(". -", ".-").split()


def _one_part(left: str, right: str) -> bool:
    if left.endswith(".") or right.endswith("."):
        return plain(left)[0] == plain(right)[0]
    return alike(left, right)


def _with_nouns(key: str, found: dict[str, tuple[str, ...]], entities: list[Entity]) -> tuple[str, ...]:
    """A common noun may be the one named body before it that has this noun as its head: `министерство`."""
    by_id = {entity.id: entity for entity in entities}
    entity = by_id[key]
    name = entity.name or ""
    if entity.type not in _BODIES or not name.islower() or len(name.split()) != 1:
        return found[key]
    heads = lexicon_of("ru").table("body_heads")
    if not any(alike(name, head) for kind in heads for head in heads[kind]):
        return found[key]
    named = [
        other
        for other in entities
        if other.id != key
        and other.type in _BODIES
        and other.mentions[0].start < entity.mentions[0].start
        and len((other.name or "").split()) > 1
        and any(alike(name, part) for part in (other.name or "").split()[:2])
    ]
    distinct = {frozenset(found[other.id]) | {other.id} for other in named}
    if not named or (len(distinct) > 1 and not all(named[0].id in group for group in distinct)):
        return found[key]
    return tuple(dict.fromkeys((*found[key], *(other.id for other in named))))[:SAME_MAX]
