"""Who and what a page names, as printed; refuses to merge two names, and knows no list of people."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from counterclaim.read.english.anaphora import Rooms, same_as_of
from counterclaim.read.english.capitals import Stretch, stretches_of
from counterclaim.read.english.classify import (
    country_code_of,
    is_country,
    is_demonym,
    kind_told_before,
    type_of,
    without_title,
)
from counterclaim.read.english.letterhead import letterhead_of
from counterclaim.read.lexicon import lexicon_of, pattern_of
from counterclaim.read.names.proposing import with_proposals
from counterclaim.read.sentences import paragraphs_of, sentences_of
from counterclaim.read.spans import Taken
from counterclaim.record.account import Entity, EntityType, Reading
from counterclaim.record.passage import Span

ENTITIES_MAX = 2000
MENTIONS_MAX = 500  # of one name


@dataclass(slots=True)
class _Found:
    """Names under collection, by type and printed form."""

    mentions: dict[tuple[EntityType, str], list[Span]] = field(default_factory=dict)
    taken: Taken = field(default_factory=Taken)

    def add(self, kind: EntityType, name: str, span: Span) -> None:
        row = self.mentions.setdefault((kind, name), [])
        if len(row) < MENTIONS_MAX and len(self.mentions) <= ENTITIES_MAX:
            row.append(span)
            self.taken.add(span.start, span.end)

    def covers(self, span: Span) -> bool:
        return self.taken.overlaps(span.start, span.end)


def entities_of(so_far: Reading) -> tuple[Entity, ...]:
    """Give the entities in the order of their first mention; `same_as` holds proposals only."""
    paragraphs = paragraphs_of(so_far, "headline", "body", "caption", "byline")
    stretches = [s for paragraph in paragraphs for sentence in sentences_of(paragraph) for s in stretches_of(sentence)]
    found = _Found()
    head = letterhead_of(so_far)
    if head:
        found.add(head.kind, head.body.text, head.body)
        stretches = [s for s in stretches if not s.span.overlaps(head.body)]
    rest = _countries(_joined_services(stretches), found)
    _names(rest, found)
    _title_case(paragraphs, found)
    _common_nouns(paragraphs, found)
    rows = sorted(found.mentions.items(), key=lambda item: (item[1][0].start, item[0]))
    entities = [
        Entity(
            id=f"e{number}",
            type=kind,
            name=name,
            mentions=tuple(sorted(set(spans), key=lambda s: s.start)),
            same_as=(),
        )
        for number, ((kind, name), spans) in enumerate(rows, start=1)
    ]
    rooms = Rooms(entities)
    return with_proposals(entities, "en", {entity.id: same_as_of(entity, rooms) for entity in entities})


def _joined_services(stretches: list[Stretch]) -> list[Stretch]:
    """Join a broadcaster with the service of it that is named: `Radio X's Y Service` is one name."""
    out: list[Stretch] = []
    for stretch in stretches:
        last = out[-1] if out else None
        if last and last.possessive and stretch.tokens[-1] == "Service" and type_of(last, frozenset()) == "media":
            between = stretch.span.start - last.span.end
            if between <= len("’s "):
                text = last.span.text + "’s " + stretch.span.text
                apostrophe = last.span.text + "'s " + stretch.span.text
                whole = apostrophe if "'" in stretch.before[-3:] else text
                span = Span(start=last.span.start, end=stretch.span.end, text=whole)
                out[-1] = replace(
                    last, span=span, tokens=(*last.tokens, "Service"), possessive=False, after=stretch.after
                )
                continue
        out.append(stretch)
    return out


def _countries(stretches: list[Stretch], found: _Found) -> list[Stretch]:
    """Take out country names and demonyms, also where they stand before a body's name; give what is left."""
    named = frozenset(s.span.text for s in stretches if is_country(s))
    rest = []
    for stretch in stretches:
        for size in (3, 2, 1):
            head = " ".join(stretch.tokens[:size])
            if len(stretch.tokens) >= size and (country_code_of(head) or head in named):
                start = stretch.span.start
                if not stretch.span.text.startswith(head):
                    break
                found.add("country", head, Span(start=start, end=start + len(head), text=head))
                remaining = _without_head(stretch, size)
                if remaining:
                    rest.append(remaining)
                break
        else:
            if is_demonym(stretch, named):
                found.add("country", stretch.span.text, stretch.span)
            elif len(stretch.tokens) > 1 and _is_grown(stretch.tokens[0], named):
                head = stretch.tokens[0]
                found.add(
                    "country", head, Span(start=stretch.span.start, end=stretch.span.start + len(head), text=head)
                )
                rest.append(_without_head(stretch, 1) or stretch)
            else:
                rest.append(stretch)
    return rest


def _is_grown(word: str, named: frozenset[str]) -> bool:
    return any(word != name and len(name) >= 4 and word.startswith(name[:-1]) for name in named)  # noqa: PLR2004  # short stems collide


def _without_head(stretch: Stretch, size: int) -> Stretch | None:
    tokens = stretch.tokens[size:]
    if not tokens:
        return None
    cut = stretch.span.text.find(tokens[0], len(" ".join(stretch.tokens[:size])))
    text = stretch.span.text[cut:]
    span = Span(start=stretch.span.start + cut, end=stretch.span.end, text=text)
    return replace(
        stretch, span=span, tokens=tokens, before=stretch.before + stretch.span.text[:cut], opens_sentence=False
    )


def _names(stretches: list[Stretch], found: _Found) -> None:
    surnames = frozenset(s.tokens[-1] for s in stretches if len(s.tokens) > 1 and type_of(s, frozenset()) == "person")
    bodies = {s.tokens[-1] for s in stretches if len(s.tokens) > 1 and type_of(s, surnames) == "organization"}
    told = {s.span.text: kind for s in stretches if (kind := kind_told_before(s))}
    places = {s.tokens[0] for s in stretches if type_of(s, surnames) == "place"}
    for stretch in stretches:
        kind = told.get(stretch.span.text) or type_of(stretch, surnames)
        if kind is None and len(stretch.tokens) == 1 and stretch.tokens[0] in places:
            kind = "place"  # at the head of a sentence a capital tells nothing; elsewhere on the page it does
        if (
            kind in {None, "place"}
            and len(stretch.tokens) == 1
            and stretch.tokens[0] in bodies
            and not stretch.opens_sentence
        ):
            kind = "organization"  # the last word of a body's name, with a capital, stands for it
        if kind is None:
            continue
        shown = stretch
        if kind == "person" and (titles := without_title(stretch.tokens)):
            shown = _without_head(stretch, titles) or stretch
        found.add(kind, shown.span.text, shown.span)


def _title_case(paragraphs: tuple[Span, ...], found: _Found) -> None:
    """In a title-case line only names that stand elsewhere on the page are seen."""
    names = [(kind, name) for kind, name in found.mentions if kind != "group"]
    names.sort(key=lambda item: -len(item[1]))
    for paragraph in paragraphs:
        if any(stretches_of(sentence) for sentence in sentences_of(paragraph)):
            continue
        for kind, name in names:
            if name not in paragraph.text:
                continue
            for hit in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", paragraph.text):
                span = Span(start=paragraph.start + hit.start(), end=paragraph.start + hit.end(), text=hit.group())
                if not found.covers(span):
                    found.add(kind, name, span)


def _common_nouns(paragraphs: tuple[Span, ...], found: _Found) -> None:
    """Groups and bodies that are named by common nouns: critics, the government, human rights organizations."""
    lexicon = lexicon_of("en")
    adjectives = "|".join(lexicon.words("group_adjectives"))
    groups = re.compile(
        rf"\b(?:(?:{adjectives})(?:,? (?:and )?(?:{adjectives}))* )?(?:{pattern_of(lexicon.words('groups')).pattern})",
        re.IGNORECASE,
    )
    kinds: tuple[tuple[EntityType, re.Pattern[str]], ...] = (
        ("facility", pattern_of(lexicon.words("facility_phrases"))),
        ("group", groups),
        ("public_body", pattern_of(lexicon.words("bodies"))),
    )
    modified = frozenset(lexicon.words("modified_nouns"))
    for paragraph in paragraphs:
        busy = found.taken.within(paragraph.start, paragraph.end)
        for kind, pattern in kinds:
            for hit in pattern.finditer(paragraph.text):
                start, end = paragraph.start + hit.start(), paragraph.start + hit.end()
                following = re.match(r"[’'s]*\s+([a-z]+)", paragraph.text[hit.end() : hit.end() + 40])
                modifies = following is not None and following.group(1) in modified
                if any(a < end and start < b for a, b in busy) or modifies:
                    continue
                busy.append((start, end))
                real = _kind_of(kind, hit.group().lower())
                found.add(real, _printed(hit.group()), Span(start=start, end=end, text=hit.group()))


def _printed(text: str) -> str:
    """Give one name for a common noun, also where a sentence begins with it: `Critics` is `critics`."""
    return text.lower() if text[1:].islower() else text


def _kind_of(kind: EntityType, text: str) -> EntityType:
    last = text.rsplit(maxsplit=1)[-1]
    kinds: dict[str, EntityType] = {
        "court": "court",
        "courts": "court",
        "newspaper": "media",
        "broadcaster": "media",
        "station": "media",
    }
    organizations = {
        "movement",
        "party",
        "organization",
        "organisation",
        "committee",
        "council",
        "union",
        "commission",
        "association",
    }
    if kind == "public_body" and last in organizations:
        return "organization"
    return kinds.get(last, kind) if kind == "public_body" else kind
