"""Countries, towns and facilities that the name reader did not take; refuses to say which of two places is meant."""

from __future__ import annotations

from dataclasses import dataclass, replace

from counterclaim.read.layers import PageText
from counterclaim.read.places.facilities import RegisterRow, facilities_in
from counterclaim.read.places.gazetteer import places_named
from counterclaim.read.places.mentions_of import NamedPlace, named_places
from counterclaim.read.sentences import paragraphs_of, sentences_of
from counterclaim.record.account import Entity, EntityType, Reading
from counterclaim.record.passage import Span

LANGUAGES = frozenset({"en", "az", "ru", "tr"})
PLACES_MAX = 1000
_MAY_BE_HELD_IN: frozenset[EntityType] = frozenset({"organization", "public_body", "place"})
MENTIONS_MAX = 500  # of one name


@dataclass(frozen=True, slots=True)
class PlaceReader:
    """Places of the gazetteer and facilities by kind or register, where a preposition or a case leads to them.

    Which country a town is in stands in the gazetteer (`places_named`): a name that two have gives both.
    """

    name: str = "place"
    version: str = "1"
    after: tuple[str, ...] = ("name", "parser_ru", "speech", "account")
    register: tuple[RegisterRow, ...] = ()

    def read(self, page: PageText, so_far: Reading) -> Reading:
        """Add entities after those there are, in the order of their first mention; nothing is taken from another."""
        if page.language not in LANGUAGES:
            return so_far
        taken = _Taken(so_far)
        registered: set[Span] = set()
        found: dict[tuple[EntityType, str], list[Span]] = {}
        for paragraph in paragraphs_of(so_far):
            for sentence in sentences_of(paragraph):
                registered.update(_registered(sentence, page.language, self.register))
                for kind, span in _in_sentence(sentence, page.language, self.register):
                    row = found.setdefault((kind, span.text), []) if len(found) < PLACES_MAX else []
                    if not taken.covers(span) and len(row) < MENTIONS_MAX:
                        row.append(span)
                        taken.add(span)
        rows = sorted(((spans, key) for key, spans in found.items() if spans), key=lambda row: row[0][0].start)
        new = tuple(
            Entity(id=f"e{number}", type=kind, name=name, mentions=tuple(spans), same_as=())
            for number, (spans, (kind, name)) in enumerate(rows, start=_last_number(so_far) + 1)
        )
        typed = (_retyped(_as_registered(entity, registered), so_far) for entity in so_far.entities)
        return replace(so_far, entities=(*typed, *new))


class _Taken:
    """Where a name stands already, by the character."""

    def __init__(self, reading: Reading) -> None:
        self._at = bytearray(len(reading.document.dom_text))
        for entity in reading.entities:
            for span in entity.mentions:
                self.add(span)

    def add(self, span: Span) -> None:
        self._at[span.start : span.end] = b"\1" * (span.end - span.start)

    def covers(self, span: Span) -> bool:
        return 1 in self._at[span.start : span.end]


def _last_number(reading: Reading) -> int:
    return max((int(e.id[1:]) for e in reading.entities if e.id[1:].isdigit()), default=0)


def _in_sentence(sentence: Span, language: str, register: tuple[RegisterRow, ...]) -> list[tuple[EntityType, Span]]:
    facilities = [one for one in facilities_in(sentence, language, register) if one.proper]
    out: list[tuple[EntityType, Span]] = [("facility", one.span) for one in facilities]
    for named in named_places(sentence, language):
        if any(named.span.overlaps(one.span) for one in facilities):
            continue
        if any(place.kind in {"country", "people"} for place in named.places):
            out.append(("country", named.span))
        elif named.led and named.alone:
            out.append(("place", named.span))
    return out


def _registered(sentence: Span, language: str, register: tuple[RegisterRow, ...]) -> list[Span]:
    """Names of the person's own register in a sentence; none, and no work, without one."""
    return [one.span for one in facilities_in(sentence, language, register) if one.registered] if register else []


def _as_registered(entity: Entity, registered: set[Span]) -> Entity:
    """Give a body or place the register's word that it is a facility; a person who has such a name stays one."""
    known = entity.type in _MAY_BE_HELD_IN and not registered.isdisjoint(entity.mentions)
    return replace(entity, type="facility") if known else entity


def _retyped(entity: Entity, reading: Reading) -> Entity:
    """Give a town of two words its type where the page's own preposition leads to it: `in Port Harcourt`."""
    name = entity.name or ""
    if entity.type != "person" or " " not in name or not places_named(name):
        return entity
    text, language = reading.document.dom_text, reading.document.language
    for span in entity.mentions:
        start = max(0, span.start - 30)
        around = Span(start=start, end=span.end, text=text[start : span.end])
        if any(_leads(named, span) for named in named_places(around, language)):
            return replace(entity, type="place")
    return entity


def _leads(named: NamedPlace, span: Span) -> bool:
    return named.span == span and named.led


READER = PlaceReader()
