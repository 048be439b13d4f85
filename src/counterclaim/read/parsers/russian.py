"""Persons, organisations and places of Russian text as natasha's model sees them; refuses to replace our own reading.

The optional extra `ru`: natasha >= 1.6 (MIT) with slovnet's NER over navec vectors, which its own wheel carries; no
network. It needs `pkg_resources`, that is setuptools below 81. What it gives are proposals like all others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from counterclaim.read.names.proposing import with_proposals
from counterclaim.read.russian.alike import same_as
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


def joined_spans(
    ours: Iterable[tuple[int, int, Kind, bool]], theirs: Iterable[tuple[int, int, Kind]]
) -> tuple[tuple[int, int, Kind], ...]:
    """Join both readings' spans: the model's, and those of ours that are `sure` (the bool) where it sees nothing.

    A sure place of ours inside an organisation's longer name stands beside it: `правительство России` names both.
    """
    taken = sorted(theirs)
    out = set(taken)
    for start, end, kind, sure in ours:
        over = [(a, b, k) for a, b, k in taken if a < end and start < b]
        nested = kind == "LOC" and all(k == "ORG" and b - a > end - start for a, b, k in over)
        if sure and (not over or nested):
            out.add((start, end, kind))
    return tuple(sorted(out))


def joined(reading: Reading) -> tuple[tuple[Entity, ...], str]:
    """Give the reading's entities with the model's names beside our own, numbered anew, and a note or "".

    A name of ours keeps its type and its place; a name the model alone sees comes in as person, place or
    organisation. Where the two overlap with other borders the printed longer one is not chosen: ours stands.
    """
    text = reading.document.dom_text
    proposed = proposed_in(text)
    spans: dict[tuple[EntityType, str], list[Span]] = defaultdict(list)
    for entity in reading.entities:
        spans[(entity.type, entity.name or "")].extend(entity.mentions)
    busy = sorted((s.start, s.end) for e in reading.entities for s in e.mentions if e.type != "group")
    parts = [(part.start, part.end) for part in reading.article if part.role != "boilerplate"]
    for start, end, kind in proposed.spans:
        inside = any(a <= start and end <= b for a, b in parts)
        if inside and not any(a < end and start < b for a, b in busy):
            spans[(_TYPES[kind], text[start:end])].append(span_of(text, start, end))
    rows = sorted(
        ((key, sorted(set(row), key=lambda s: s.start)) for key, row in spans.items() if row),
        key=lambda r: (r[1][0].start, r[0]),
    )
    entities = [
        Entity(id=f"e{n}", type=kind, name=name, mentions=tuple(row), same_as=())
        for n, ((kind, name), row) in enumerate(rows, start=1)
    ]
    return with_proposals(entities, "ru", same_as(entities)), proposed.note
