"""Who and what a Russian page names, as printed; refuses to merge two forms of a name, and knows no list of people."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from counterclaim.read.lexicon import lexicon_of, pattern_of
from counterclaim.read.names.proposing import with_proposals
from counterclaim.read.russian.alike import same_as
from counterclaim.read.russian.bodies import bodies_in, plain_bodies_in
from counterclaim.read.russian.capitals import Stretch, stretches_of
from counterclaim.read.russian.classify import is_place_form, type_of, without_roles
from counterclaim.read.russian.countries import WORDS_MAX, country_code_of, demonym_code_of
from counterclaim.read.russian.endings import given_name_forms, plain, stems_of
from counterclaim.read.sentences import paragraphs_of, sentences_of
from counterclaim.record.account import Entity, EntityType, Reading
from counterclaim.record.passage import Span

ENTITIES_MAX = 2000
MENTIONS_MAX = 500  # of one printed form
_PLURAL = re.compile(r"(?:[ыи]|ов|ев|ей|[ая]м|[ая]ми|[ая]х|[иы]е|[иы]х|[иы]м|[иы]ми)\Z", re.IGNORECASE)
_OWNER = re.compile(r"(?:[оеё]ва|[иы]на|ского|цкого|[оеё]вой|[иы]ной|ской|[бвгджзклмнпрстфхцчшщ]а)\Z")
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")


@dataclass(slots=True)
class _Found:
    """Names under collection, by type and printed form, and the offsets they take."""

    mentions: dict[tuple[EntityType, str], list[Span]] = field(default_factory=dict)
    busy: list[tuple[int, int]] = field(default_factory=list)

    def add(self, kind: EntityType, span: Span) -> None:
        row = self.mentions.setdefault((kind, _printed(span.text)), [])
        self.busy.append((span.start, span.end))
        if len(row) < MENTIONS_MAX and len(self.mentions) <= ENTITIES_MAX:
            row.append(span)

    def is_free(self, span: Span) -> bool:
        return not any(left < span.end and span.start < right for left, right in self.busy)


def entities_of(so_far: Reading) -> tuple[Entity, ...]:
    """Give the entities in the order of their first mention; each printed form is one, `same_as` proposes the rest."""
    paragraphs = paragraphs_of(so_far, "headline", "body", "caption", "byline")
    sentences = [sentence for paragraph in paragraphs for sentence in sentences_of(paragraph, "ru")]
    whole = _Found()
    stretches: list[Stretch] = []
    found_in: list[tuple[Span, _Found]] = []
    for sentence in sentences:
        found = _Found()
        for body in bodies_in(sentence):
            found.add(body.kind, body.span)
        _countries(sentence, found)
        _adjective_places(sentence, found)
        stretches.extend(stretches_of(sentence, found.busy))
        found_in.append((sentence, found))
    surnames = _surnames(stretches)
    _capitalised(stretches, surnames, found_in)
    for sentence, found in found_in:
        _common_nouns(sentence, found)
        for (kind, _), spans in found.mentions.items():
            for span in spans:
                whole.add(kind, span)
    return _numbered(whole)


def _numbered(found: _Found) -> tuple[Entity, ...]:
    rows = sorted(
        ((key, sorted(set(spans), key=lambda s: s.start)) for key, spans in found.mentions.items() if spans),
        key=lambda item: (item[1][0].start, item[0]),
    )
    entities = [
        Entity(id=f"e{number}", type=kind, name=name, mentions=tuple(spans), same_as=())
        for number, ((kind, name), spans) in enumerate(rows[:ENTITIES_MAX], start=1)
    ]
    return with_proposals(entities, "ru", same_as(entities))


def _printed(text: str) -> str:
    """Give one name for a common noun, also where a sentence begins with it."""
    return text.lower() if text[1:].islower() and text[:1].isupper() and _is_common(text) else text


def _is_common(text: str) -> bool:
    lexicon = lexicon_of("ru")
    bodies = [phrase for phrases in lexicon.table("plain_bodies").values() for phrase in phrases]
    return pattern_of([*bodies, *lexicon.words("groups")]).fullmatch(text) is not None


def _countries(sentence: Span, found: _Found) -> None:
    words = list(_WORD.finditer(sentence.text))
    at = 0
    while at < len(words):
        size = next(
            (n for n in range(min(WORDS_MAX, len(words) - at), 0, -1) if _is_country(sentence, words, at, n)), 0
        )
        if size:
            start, end = words[at].start(), words[at + size - 1].end()
            span = Span(start=sentence.start + start, end=sentence.start + end, text=sentence.text[start:end])
            if found.is_free(span):
                found.add("country", span)
        at += max(1, size)


def _is_country(sentence: Span, words: list[re.Match[str]], at: int, size: int) -> bool:
    first = words[at].group()
    phrase = sentence.text[words[at].start() : words[at + size - 1].end()]
    if size == 1 and first[0].islower():
        return demonym_code_of(first) is not None
    if not first[0].isupper() or country_code_of(phrase) is None:
        return False
    common = size == 1 and lexicon_of("ru").is_function_word(first) and not first.isupper()
    follows = (
        size == 1 and at + 1 < len(words) and words[at + 1].group()[0].isupper() and first in {"Мали", "Того", "Чад"}
    )
    return not common and not follows


def _adjective_places(sentence: Span, found: _Found) -> None:
    """`Ольховская область`, `Тверской площади`: an adjective with a capital and the noun it belongs to."""
    heads = "|".join(sorted(lexicon_of("ru").words("place_adjective_heads"), key=len, reverse=True))
    pattern = re.compile(
        rf"(?<!\w)[А-ЯЁ][а-яё-]+(?:ск|цк|н|в)(?:ая|ой|ую|ий|ый|ого|ому|им|ым|ом|ое|ие|их)\s+(?:[а-яё]+(?:ая|ой|ую|ый|ий|ого|ом)\s+)?(?:{heads})(?!\w)"
    )
    for hit in pattern.finditer(sentence.text):
        span = Span(start=sentence.start + hit.start(), end=sentence.start + hit.end(), text=hit.group())
        if found.is_free(span):
            found.add("place", span)


def _surnames(stretches: list[Stretch]) -> frozenset[str]:
    """The stems of the last words of fuller names of people on this page."""
    out: set[str] = set()
    for stretch in stretches:
        shown = without_roles(stretch)
        if len(shown.tokens) > 1 and type_of(shown, frozenset()) == "person":
            last = shown.tokens[0] if shown.tokens[-1].endswith(".") else shown.tokens[-1]
            out |= stems_of(last)
    return frozenset(out)


def _capitalised(stretches: list[Stretch], surnames: frozenset[str], found_in: list[tuple[Span, _Found]]) -> None:
    at = 0
    for stretch in sorted(stretches, key=lambda each: each.span.start):
        while found_in[at][0].end < stretch.span.end:
            at += 1
        found = found_in[at][1]
        for part in _parts(without_roles(stretch)):
            kind = type_of(part, surnames)
            if kind and found.is_free(part.span):
                found.add(kind, part.span)


def _parts(stretch: Stretch) -> list[Stretch]:
    """Cut a town off the front or the end of a stretch: `Москва Иванов` is no name; and an owner off a person."""
    given = given_name_forms()[0]
    if len(stretch.tokens) > 2 and stretch.tokens[0].isupper() and stretch.tokens[1][1:].islower():  # noqa: PLR2004  # a name has two words
        return [stretch.part(0, 1), stretch.part(1, len(stretch.tokens))]  # `РФ Анна Белова`
    for index, token in enumerate(stretch.tokens[1:-1], start=1):
        if plain(token) in given and plain(stretch.tokens[index - 1]) not in given and _OWNER.search(stretch.tokens[0]):
            return [stretch.part(0, index), stretch.part(index, len(stretch.tokens))]  # `адвокат Котова Анна Белова`
    if len(stretch.tokens) > 1 and not is_place_form(stretch.span.text):
        if is_place_form(stretch.tokens[0]) and len(stretch.tokens) > 2:  # noqa: PLR2004  # `Владимир Киров` is a person
            return [stretch.part(0, 1), stretch.part(1, len(stretch.tokens))]
        if is_place_form(stretch.tokens[-1]) and len(stretch.tokens) > 2:  # noqa: PLR2004  # the same
            return [
                stretch.part(0, len(stretch.tokens) - 1),
                stretch.part(len(stretch.tokens) - 1, len(stretch.tokens)),
            ]
    return [stretch]


def _common_nouns(sentence: Span, found: _Found) -> None:
    """Bodies and groups told by common nouns: the prosecution, relatives, those who were held."""
    for body in plain_bodies_in(sentence):
        if found.is_free(body.span):
            found.add(body.kind, body.span)
    for hit in lexicon_of("ru").pattern("groups").finditer(sentence.text):
        span = Span(start=sentence.start + hit.start(), end=sentence.start + hit.end(), text=hit.group())
        if _PLURAL.search(span.text) and found.is_free(span):
            found.add("group", span)
