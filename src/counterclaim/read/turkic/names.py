"""Who and what a page names, as printed; refuses to merge two names, and to cut an ending that the page leaves open."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from counterclaim.read.casing import lowered
from counterclaim.read.names.proposing import with_proposals
from counterclaim.read.sentences import paragraphs_of, sentences_of
from counterclaim.read.turkic.common_nouns import common_nouns_of
from counterclaim.read.turkic.runs import Piece, pieces_of, quoted_names_of, runs_of
from counterclaim.read.turkic.sameness import Names
from counterclaim.read.turkic.stems import Stems
from counterclaim.read.turkic.tokens import Token, tokens_of
from counterclaim.read.turkic.words import Words, words_of_language
from counterclaim.record.account import Entity, EntityType, Reading
from counterclaim.record.passage import Span

ENTITIES_MAX = 2000
MENTIONS_MAX = 500  # of one name
TITLE_CASE_SHARE = 70  # of a hundred longer words with a capital: the line capitalises every word
TITLE_CASE_WORDS_MIN = 4
TITLE_LINES_MAX = 40  # a page has one headline and a few headings
LONG_WORD = 4
_PLACE_USE = re.compile(r"n?[dt][aeə](?:n|k[iı])?\Z")


@dataclass(slots=True)
class Found:
    """Names under collection, by type and by their bare form in small letters."""

    language: str
    taken: bytearray
    mentions: dict[tuple[EntityType, str], list[Span]] = field(default_factory=dict)

    def add(self, kind: EntityType, span: Span) -> None:
        """Add a mention; its name is what it prints."""
        if any(self.taken[span.start : span.end]):
            return
        key = kind, lowered(" ".join(span.text.split()), self.language)
        if key not in self.mentions and len(self.mentions) >= ENTITIES_MAX:
            return
        row = self.mentions.setdefault(key, [])
        if len(row) < MENTIONS_MAX:
            row.append(span)
            self.taken[span.start : span.end] = b"\x01" * len(span.text)


def entities_of(so_far: Reading) -> tuple[Entity, ...]:
    """Give the entities in the order of their first mention; `same_as` holds proposals only.

    A mention leaves out a case ending where what is left stands on the page as a word of its own form: `Əliyev` of
    `Əliyevin`, `Ahmet` of `Ahmet'in`; where the stem changes (`valiliğe`) the mention is the whole word.
    """
    language = so_far.document.language
    words = words_of_language(language)
    found = Found(language, bytearray(len(so_far.document.dom_text)))
    lines = [
        (sentence, tokens_of(sentence, language))
        for paragraph in paragraphs_of(so_far, "headline", "body", "caption", "byline")
        for sentence in sentences_of(paragraph, language)
    ]
    plain = [(sentence, tokens) for sentence, tokens in lines if not _is_title_case(sentence, tokens)]
    stems = Stems(words, [token for _, tokens in plain for token in tokens if token.capital])
    for sentence, _ in lines:
        for kind, span in quoted_names_of(sentence, words):
            found.add(kind, span)
    runs = [(sentence, run) for sentence, tokens in plain for run in runs_of(sentence, tokens, words, stems)]
    _add_pieces([piece for sentence, run in runs for piece in pieces_of(run, words, stems, sentence)], found, stems)
    titles = [sentence for sentence, tokens in lines if _is_title_case(sentence, tokens)]
    for sentence in titles[:TITLE_LINES_MAX]:
        _title_case(sentence, found)
    for sentence, tokens in lines:
        for kind, span in common_nouns_of(sentence, tokens, words):
            found.add(kind, span)
    return _entities(found, so_far.document.dom_text, words)


def _entities(found: Found, text: str, words: Words) -> tuple[Entity, ...]:
    rows = sorted(found.mentions.items(), key=lambda item: (item[1][0].start, item[0]))
    entities = []
    for number, ((kind, _), spans) in enumerate(rows, start=1):
        shown = sorted(set(spans), key=lambda span: span.start)
        real = _station(kind, shown, text, words)
        entities.append(Entity(id=f"e{number}", type=real, name=shown[0].text, mentions=tuple(shown), same_as=()))
    names = Names(entities, words)
    return with_proposals(entities, words.language, {entity.id: names.same_as(entity) for entity in entities})


def _station(kind: EntityType, spans: list[Span], text: str, words: Words) -> EntityType:
    """A police office is a facility where something is said to happen in it, else a public body."""
    if kind not in {"public_body", "facility"}:
        return kind
    last = lowered(" ".join(spans[0].text.split()[-2:]), words.language)
    station = words.noun(last, words.heads) or words.noun(last.split()[-1], words.heads)
    if station is None or station.kind != "station":
        return kind
    used = any(
        _PLACE_USE.match(text[span.end : span.end + 5].split(" ", maxsplit=1)[0].lstrip("'’").rstrip(".,"))
        for span in spans
    )
    return "facility" if used else "public_body"


def _is_title_case(sentence: Span, tokens: tuple[Token, ...]) -> bool:
    """Whether a line capitalises every word, as headlines do; one that ends as a sentence does is none."""
    if sentence.text.rstrip()[-1:] in '.!?…”»"':
        return False
    long = [token for token in tokens if len(token.text) >= LONG_WORD and token.text.isalpha()]
    capital = sum(1 for token in long if token.capital)
    return len(long) >= TITLE_CASE_WORDS_MIN and capital * 100 > TITLE_CASE_SHARE * len(long)


def _title_case(sentence: Span, found: Found) -> None:
    """In a line that capitalises every word only names that stand elsewhere on the page are seen."""
    low = lowered(sentence.text, found.language)
    names = sorted(found.mentions, key=lambda item: -len(item[1]))
    for kind, name in names:
        if kind == "group" or len(name) < LONG_WORD:
            continue
        for hit in re.finditer(rf"(?<!\w){re.escape(name)}", low):
            span = Span(
                start=sentence.start + hit.start(),
                end=sentence.start + hit.end(),
                text=sentence.text[hit.start() : hit.end()],
            )
            found.add(kind, span)


def _add_pieces(pieces: list[Piece], found: Found, stems: Stems) -> None:
    """Add what is told by its own form first; a lone word then counts by what the page says of it elsewhere."""
    full = {
        part for piece in pieces if piece.kind == "person" and len(piece.tokens) > 1 for part in piece.smalls(stems)
    }
    for piece in sorted(pieces, key=lambda item: item.span.start):
        kind = piece.kind
        if kind is None and len(piece.tokens) == 1:
            small = stems.bare(piece.tokens[0])[0]
            kind = "person" if small in full or piece.person_like else None
        if kind is not None:
            found.add(kind, piece.span)
