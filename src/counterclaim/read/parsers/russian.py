"""Persons, organisations and places of Russian text as natasha's model sees them; refuses to be needed.

The optional extra `ru`: natasha >= 1.6 (MIT) with slovnet's NER over navec vectors, which its own wheel carries; no
network. It needs `pkg_resources`, that is setuptools below 81. What it gives are proposals like all others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, Literal

from counterclaim.read.names.proposing import with_proposals
from counterclaim.read.russian.alike import same_as
from counterclaim.read.russian.classify import is_place_form
from counterclaim.read.russian.countries import country_code_of
from counterclaim.read.russian.names import ENTITIES_MAX
from counterclaim.read.spans import SpanIndex
from counterclaim.record.account import Entity, EntityType, Reading
from counterclaim.record.passage import Span, span_of

Kind = Literal["PER", "LOC", "ORG"]
CHARACTERS_MAX = 1_000_000  # memory: the model holds the whole text's tokens at once
MISSING_NOTE = "natasha is not installed: the names are those the rules see. `pip install 'counterclaim[ru]'` adds it."
LONG_NOTE = f"The text is longer than {CHARACTERS_MAX} characters: the names are those the rules see."
_TYPES: dict[Kind, EntityType] = {"PER": "person", "LOC": "place", "ORG": "organization"}
KIND_OF: dict[EntityType, Kind] = {
    "person": "PER", "place": "LOC", "country": "LOC",
    **dict.fromkeys(("public_body", "facility", "court", "organization", "media"), "ORG"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """Spans [start, end) of a text with their kinds, and a note where the model could not be asked."""

    spans: tuple[tuple[int, int, Kind], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagger:
    """A loaded model by name and version; `propose` gives what it sees in a text."""

    name: str
    version: str
    propose: Callable[[str], Proposed]


@cache
def _model() -> tuple[Any, Any, Any] | None:
    try:
        from natasha import Doc, NewsEmbedding, NewsNERTagger, Segmenter
    except ImportError:
        return None
    return Segmenter(), NewsNERTagger(NewsEmbedding()), Doc


def proposed_in(text: str) -> Proposed:
    """Give what the model sees in a text, or a note where it is not installed. The model's grades are not given."""
    model = _model()
    if model is None:
        return Proposed(spans=(), note=MISSING_NOTE)
    if len(text) > CHARACTERS_MAX:
        return Proposed(spans=(), note=LONG_NOTE)
    segmenter, tagger, make = model
    doc = make(text)
    doc.segment(segmenter)
    doc.tag_ner(tagger)
    return Proposed(spans=tuple((span.start, span.stop, span.type) for span in doc.spans))


def tagger() -> Tagger | None:
    """Give the model as it is installed, loaded and asked once, so that nothing is loaded later; None without it."""
    if _model() is None:
        return None
    proposed_in("Адвокат Мира Тальц приехала в Орвенну.")
    return Tagger(name="natasha", version=version("natasha"), propose=proposed_in)


def joined(reading: Reading, proposed: Proposed) -> tuple[Entity, ...]:
    """Give the entities of both readings, numbered anew: the model's names, and of ours what it cannot name or see.

    Of ours stand the common nouns and groups, which the model does not name, where none of its names overlaps them;
    and the sure places (countries, well-known towns) where it sees nothing, or inside a longer name of an
    organisation: `правительство России` names both. A name of the model keeps the closer type that ours has there.
    """
    text = reading.document.dom_text
    ours = SpanIndex((span, entity) for entity in reading.entities for span in entity.mentions)
    parts = SpanIndex((span_of(text, p.start, p.end), p) for p in reading.article if p.role != "boilerplate")
    rows = sorted(
        (start, end, kind)
        for start, end, kind in proposed.spans
        if any(part.start <= start and end <= part.end for part in parts.overlapping(start, end))
    )
    theirs = SpanIndex((span_of(text, start, end), (start, end, kind)) for start, end, kind in rows)
    spans: dict[tuple[EntityType, str], list[Span]] = defaultdict(list)
    for start, end, kind in rows:
        spans[(_type_of(kind, ours.overlapping(start, end)), text[start:end])].append(span_of(text, start, end))
    for entity in reading.entities:
        for span in entity.mentions:
            if _stands(span, entity, theirs.overlapping(span.start, span.end)):
                spans[(entity.type, entity.name or "")].append(span)
    return _numbered(spans)


def _type_of(kind: Kind, over: list[Entity]) -> EntityType:
    """The type ours has where it is of the model's kind: a court, a facility, a country; else the model's."""
    return next((entity.type for entity in over if KIND_OF.get(entity.type) == kind), _TYPES[kind])


def _stands(span: Span, entity: Entity, over: list[tuple[int, int, Kind]]) -> bool:
    """Whether a mention of ours stands beside the model's names that overlap it."""
    name, kind = entity.name or "", KIND_OF.get(entity.type)
    if kind is None or name.islower():
        return not over
    sure = country_code_of(name) is not None or is_place_form(name)
    nested = kind == "LOC" and all(k == "ORG" and b - a > span.end - span.start for a, b, k in over)
    return sure and (not over or nested)


def _numbered(spans: dict[tuple[EntityType, str], list[Span]]) -> tuple[Entity, ...]:
    rows = sorted(
        ((key, sorted(set(row), key=lambda s: s.start)) for key, row in spans.items()),
        key=lambda r: (r[1][0].start, r[0]),
    )
    entities = [
        Entity(id=f"e{n}", type=kind, name=name, mentions=tuple(row), same_as=())
        for n, ((kind, name), row) in enumerate(rows[:ENTITIES_MAX], start=1)
    ]
    return with_proposals(entities, "ru", same_as(entities))
