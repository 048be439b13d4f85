"""The act an attribution is and what it denies, as every tongue gives them; refuses to choose between two holders."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from counterclaim.read.lexicon import lexicon_of, pattern_of
from counterclaim.read.mentions import Mentions
from counterclaim.record.account import Act, DenialKind, DeniedElement, Entity, Named, Slot, Undetermined, Worded
from counterclaim.record.passage import Span

INTRODUCED_MENTIONS = 8  # an office is told where somebody is introduced
OVERCLAIM_NOTE = "The page writes {cue!r}; nothing on the page shows disproof, so it is recorded as a denial."
Kind = Literal[
    "official", "court", "advocate", "group", "media", "organization", "person", "expert", "document", "unknown"
]
Rule = tuple[DenialKind, tuple[DeniedElement, ...], bool, re.Pattern[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The act proposed, with what it denies where it denies, and a note where something must be said."""

    act: Act
    denial_kind: DenialKind | None = None
    denies: tuple[DeniedElement, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """The kind of a denial and the elements of the claim it reaches; an element left out is not addressed."""

    kind: DenialKind
    denies: tuple[DeniedElement, ...]


@cache
def denial_rules(language: str) -> tuple[Rule, ...]:
    """Give a language's rules in their order: kind, what it denies, whether it asks for a picture, and its cues."""
    return tuple(
        (row["kind"], tuple(row["denies"]), bool(row["image"]), pattern_of(row["cues"]))
        for row in lexicon_of(language).rows("denial_rules")
    )


def kind_by(
    holder: Slot, mentions: Mentions, of_entity: Callable[[Entity], Kind], of_words: Callable[[Span], Kind]
) -> Kind:
    """Say what kind of holder it is; of several candidates only what all of them are."""
    match holder:
        case Named(entity=entity_id):
            return of_entity(mentions.entity(entity_id))
        case Worded(span=span):
            return of_words(span)
        case Undetermined(candidates=candidates):
            kinds = {of_entity(mentions.entity(each)) for each in candidates}
            return kinds.pop() if len(kinds) == 1 else "unknown"
        case _:
            return "unknown"


def introductions(entity: Entity, mentions: Mentions) -> list[Span]:
    """Where a person, and who may be the same, is first named: an office beside the name makes them official."""
    ids = (entity.id, *entity.same_as)
    return [span for each in ids for span in mentions.entity(each).mentions[:INTRODUCED_MENTIONS]]
