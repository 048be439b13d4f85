"""In which country what a page tells of took place; gives candidates in order, and refuses to hide a near second."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from counterclaim.read.places.mentions_of import NamedPlace, named_places
from counterclaim.read.sentences import paragraphs_of, sentences_of
from counterclaim.record.account import EpisodeType, Reading
from counterclaim.record.passage import Span

NEAR_SECOND = 0.6  # of the first: a page that tells of two countries as much as this has two candidates
TOWN_PEOPLE = 100  # thousands; a smaller town needs words that lead to it
HEAD_PARAGRAPHS = 3  # news names its place at the head
_EVENTS: frozenset[EpisodeType] = frozenset(
    {"arrest", "detention", "ill_treatment", "injury", "death", "threat", "search", "trial", "release"}
)
_DATELINE = re.compile(r"\A[^\W\d_a-z][^.!?]{1,60}?(?:\)|\d{4})?\s*[–—-]{1,2}\s|\A(?:[^\W\d_a-z]{2,}[ ,.]*){1,4}\s*\(")
# Weights were chosen on the training part of HRDsAttack.
_WEIGHTS = {"country": 1.0, "people": 0.3, "subdivision": 1.0, "town": 1.0}
_SURE = frozenset({"country", "people"})
_LED = 2.0  # `in Somalia` says where, `the Somali minister` who
_AT_HEADLINE, _AT_DATELINE, _AT_HEAD, _BY_EPISODE = 4.0, 4.0, 2.5, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """A country (ISO 3166-1 alpha-2) a page may tell of, the share of what speaks for it, and the names that do."""

    country: str
    share: float
    names: tuple[Span, ...]


def whereabouts_of(reading: Reading) -> tuple[Whereabouts, ...]:
    """Give the countries that a page's places speak for, most first; empty where it names no place.

    Every name of a place counts, more at the head, in a dateline and beside an episode; a name that several
    countries have counts for those that the page names otherwise, and is shared where it names none. Says where
    what is told took place only as far as the page names its own country more than others.
    """
    language = reading.document.language
    found = list(_weighed(reading, language))
    firm = {p.country for named, _ in found for p in named.places if p.kind in _SURE and len(named.places) == 1}
    tally: dict[str, float] = defaultdict(float)
    names: dict[str, list[Span]] = defaultdict(list)
    for named, weight in found:
        for country, share in _shares(named, firm).items():
            tally[country] += weight * share
            names[country].append(named.span)
    total = sum(tally.values())
    ranked = sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Whereabouts(country=country, share=weight / total, names=tuple(names[country])) for country, weight in ranked
    )


def country_told(reading: Reading) -> tuple[str, ...]:
    """Give the country that most speaks for, with every near second; two or more where the page does not decide."""
    ranked = whereabouts_of(reading)
    return tuple(one.country for one in ranked if one.share >= NEAR_SECOND * ranked[0].share)


def _weighed(reading: Reading, language: str) -> list[tuple[NamedPlace, float]]:
    events = sorted((e.span.start, e.span.end) for e in reading.episodes if e.type in _EVENTS)
    eventful = {start for start, _ in events}
    persons = [span for e in reading.entities if e.type in {"person", "media"} for span in e.mentions]
    starts = {span.start: span.end for span in persons}
    out = []
    headlines = {p.start for p in paragraphs_of(reading, "headline")}
    body = [p.start for p in paragraphs_of(reading, "body")]
    head = set(body[:HEAD_PARAGRAPHS])
    for paragraph in paragraphs_of(reading):
        dateline = _DATELINE.match(paragraph.text) if paragraph.start in head else None
        for sentence in sentences_of(paragraph):
            for named in named_places(sentence, language):
                if not _counts(named) or _within_person(named.span, starts):
                    continue
                weight = _weight(named)
                if paragraph.start in headlines:
                    weight *= _AT_HEADLINE
                elif paragraph.start in head:
                    weight *= _AT_HEAD
                if dateline and named.span.end <= paragraph.start + dateline.end():
                    weight *= _AT_DATELINE
                if sentence.start in eventful:
                    weight *= _BY_EPISODE
                out.append((named, weight))
    return out


def _within_person(span: Span, starts: dict[int, int]) -> bool:
    return any(starts.get(at, 0) >= span.end for at in range(max(0, span.start - 40), span.start + 1))


def _counts(named: NamedPlace) -> bool:
    """Whether the words make a place of it: a country always, a town where it is led to or large, and stands alone."""
    best = named.places[0]
    if any(place.kind in _SURE for place in named.places):
        return True
    if not named.alone:
        return False
    return (
        named.led
        or (not named.opens and max(place.people for place in named.places) >= TOWN_PEOPLE)
        or (best.kind == "subdivision" and not named.opens)
    )


def _weight(named: NamedPlace) -> float:
    weight = max(_WEIGHTS[place.kind] for place in named.places)
    return weight * (_LED if named.led else 1.0)


def _shares(named: NamedPlace, firm: set[str]) -> dict[str, float]:
    """Give each candidate country its share: those the page names otherwise, else by the people who live there."""
    countries = {place.country for place in named.places}
    known = countries & firm
    own = {place.country for place in named.places if place.kind in _SURE}
    if own and not known - own:
        known = own
    chosen = [place for place in named.places if place.country in (known or countries)]
    people: dict[str, float] = defaultdict(float)
    for place in chosen:
        people[place.country] += place.people + 1 + (1000 if place.kind in _SURE else 0)
    total = sum(people.values())
    return {country: count / total for country, count in people.items()}
