"""Which entities of a reading may be one; refuses to merge: it gives ids, and every entity stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from counterclaim.read.names.comparing import bodies_compared, persons_compared
from counterclaim.read.names.folding import body_words, folded
from counterclaim.record.account import Entity, EntityType

BODIES: frozenset[EntityType] = frozenset({"public_body", "organization", "court", "media", "facility"})
COMPARED_MAX = 60  # entities sharing a word that are compared with each other; more is a list of names
PROPOSED_MAX = 20


def same_as_proposals(entities: Sequence[Entity], language: str) -> dict[str, tuple[str, ...]]:
    """Give for each entity's id the ids it may be one with, by spelling, word order, initials and acronyms.

    Only entities of one kind that share a folded word or an initial letter are compared, so that time stays linear
    in a page's names. `language` is the page's; the comparison reads all alphabets in any of them.
    """
    del language  # the tables of letters serve every read language; the parameter keeps a language's own rule possible
    out: dict[str, list[str]] = {entity.id: [] for entity in entities}
    for room in _rooms(entities).values():
        for at, left in enumerate(room[:COMPARED_MAX]):
            for right in room[at + 1 : COMPARED_MAX]:
                if right.id not in out[left.id] and _may_be_one(left, right):
                    out[left.id].append(right.id)
                    out[right.id].append(left.id)
    return {key: tuple(dict.fromkeys(ids))[:PROPOSED_MAX] for key, ids in out.items()}


def with_proposals(entities: Sequence[Entity], language: str, own: Mapping[str, tuple[str, ...]]) -> tuple[Entity, ...]:
    """Give the entities with their proposals: first those a language's own grammar sees (`own`, by id), then these.

    A grammar knows cases, common nouns and countries; what is compared here is spelling, across alphabets.
    """
    spelled = same_as_proposals(entities, language)
    return tuple(
        replace(entity, same_as=tuple(dict.fromkeys((*own[entity.id], *spelled[entity.id])))) for entity in entities
    )


def _rooms(entities: Sequence[Entity]) -> dict[tuple[str, str], list[Entity]]:
    """Put entities that can be one into rooms: by each of a person's words' heads, by each word of a body."""
    rooms: dict[tuple[str, str], list[Entity]] = {}
    for entity in entities:
        name = entity.name or ""
        if entity.type == "person":
            keys = {key[:2] for latin, key in folded(name).words if len(latin) > 2}  # noqa: PLR2004  # no initials
        elif entity.type in BODIES and name[:1].isupper():
            words = body_words(name)
            keys = {*words, "".join(word[:1] for word in words).lower()[:1] + "…"}
        else:
            continue
        for key in sorted(keys):
            rooms.setdefault(("person" if entity.type == "person" else "body", key), []).append(entity)
    return rooms


def _may_be_one(left: Entity, right: Entity) -> bool:
    if left.type == "person":
        return persons_compared(left.name or "", right.name or "").likeness != "different"
    return bodies_compared(left.name or "", right.name or "").likeness != "different"
