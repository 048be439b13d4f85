"""Stretches of capitalised words and what each part names; refuses to call a person what ends as a body does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from counterclaim.read.casing import lowered
from counterclaim.read.turkic.countries import NAME_WORDS_MAX, country_of, demonyms
from counterclaim.read.turkic.stems import Stems
from counterclaim.read.turkic.tokens import Token
from counterclaim.read.turkic.words import Noun, Words, kind_of_head
from counterclaim.record.account import EntityType
from counterclaim.record.passage import Span

PERSON_AND_BODY = 3  # two words of a person and one of the body before its head
LINKS_MAX = 6  # `... ilə Mübarizə Baş İdarəsi`
SURNAME_LETTERS_MIN = 6
OWNED = re.compile(r"(?:l[ae]rı|l[aeə]ri|[aeəıioöuü]s[ıiuü])\Z")
_QUOTED = re.compile(r"[“\"«]([^“”\"«»\n]{2,60})[”\"»][’']?\s+([^\W\d_]+)")
_QUOTED_AFTER = re.compile(r"([^\W\d_]+)\s[“\"«]([^\W\d_a-zçəğıöşü][^“”\"«»\n]{1,60})[”\"»]")
_NEXT = re.compile(r"[^\W\d_]+")
HEAD_CHARACTERS_MAX = 60  # the noun a quoted name ends with stands a word or two behind it
_SMALL_MEDIA = frozenset(
    {"qəzet", "radio", "gazete", "radyo", "televizyon", "televiziya", "ajans", "agentlik", "agentliy", "dergi",
     "jurnal", "telekanal", "kanal"}
)  # fmt: skip
_KNOWN_KINDS: tuple[EntityType, ...] = ("public_body", "organization", "court", "media")
_NUMBERED = frozenset({"saylı", "nömrəli", "nolu", "no'lu", "no’lu", "numaralı"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words that stand together as one name or several; `initial` where a sentence begins with it."""

    tokens: tuple[Token, ...]
    initial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One name of a run; `kind` is None where its own form does not tell."""

    span: Span
    tokens: tuple[Token, ...]
    kind: EntityType | None
    person_like: bool = False

    def smalls(self, stems: Stems) -> tuple[str, ...]:
        """Give the bare words of the name in small letters."""
        return tuple(stems.bare(token)[0] for token in self.tokens)


def quoted_names_of(sentence: Span, words: Words) -> Iterator[tuple[EntityType, Span]]:
    """Give names in quotation marks with the noun behind or before them.

    “Çıraq” qəzeti, “Azad Yol” Hərəkatı, “Açıq Qapı” Hüquq Mərkəzi; rayon qəzeti “Qarasu Səsi”.
    """
    for found in _QUOTED.finditer(sentence.text):
        if not found.group(1)[0].isupper():
            continue
        for word in _NEXT.finditer(sentence.text, found.start(2), found.start(2) + HEAD_CHARACTERS_MAX):
            head = words.noun(lowered(word.group(), words.language), words.heads)
            if head is not None and head.ending.owned:
                yield kind_of_head(head.kind), _span(sentence, found.start(), word.start() + head.bare)
                break
            if not word.group()[0].isupper():
                break
    for found in _QUOTED_AFTER.finditer(sentence.text):
        head = words.noun(lowered(found.group(1), words.language), words.heads)
        if head is not None and head.kind == "media" and head.ending.owned and head.ending.case == "nom":
            yield "media", _span(sentence, found.start(2), found.end(2))


def runs_of(sentence: Span, tokens: tuple[Token, ...], words: Words, stems: Stems) -> Iterator[Run]:
    """Give the runs of a sentence; a function word that only opens it is left out."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        numbered = token.text.isdigit() and at + 1 < len(tokens) and tokens[at + 1].low in _NUMBERED
        opens = at == 0 or sentence.text[: token.start - sentence.start].rstrip()[-1:] in '“"«:–—.!?'
        common = token.low in words.small("function_words") and (opens or len(token.text) < 3)  # noqa: PLR2004
        if not (token.capital or numbered) or (common and not _leads(sentence, tokens, at, words)):
            at += 1
            continue
        end = at + 1 if not numbered else _linked(sentence, tokens, at, words)
        if numbered and end == at:
            at += 1
            continue
        while end < len(tokens) and not (
            _closed(tokens[end - 1], stems, words)
            and (_named(tokens[end - 1], stems, words) or not _leads(sentence, tokens, end - 1, words))
        ):
            if not _beside(sentence, tokens[end - 1], tokens[end]):
                break
            if tokens[end].capital:
                end += 1
                continue
            before = words.noun(tokens[end - 1].small, words.heads)
            if before is None or not before.ending.owned:
                end = _linked(sentence, tokens, end, words)
            break
        yield Run(tokens=tokens[at:end], initial=opens)
        at = end


def _leads(sentence: Span, tokens: tuple[Token, ...], at: int, words: Words) -> bool:
    """Whether a common word opens a body's name: `Baş Prokurorluq`, `Polis İdarəsi`, `Daxili İşlər Nazirliyi`."""
    own = words.noun(tokens[at].low, words.roles) or words.noun(tokens[at].low, words.common_bodies)
    if own is not None and own.ending.case in {"abl", "dat", "loc"}:
        return False  # `Aileden Bakanlığa tepki`
    for step in range(at + 1, min(at + LINKS_MAX, len(tokens))):
        token = tokens[step]
        if not _beside(sentence, tokens[step - 1], token):
            return False
        if not token.capital and token.low not in words.small("body_links"):
            return False
        if token.capital and words.noun(token.small, words.heads):
            return True
    return False


def _linked(sentence: Span, tokens: tuple[Token, ...], at: int, words: Words) -> int:
    """Where a body's name ends that goes on in small letters: `Kürdəxanı təcridxanası`, `rayon Polis İdarəsi`."""
    links = words.small("body_links") | _NUMBERED
    for step in range(at, min(at + LINKS_MAX, len(tokens))):
        token = tokens[step]
        if step > at and not _beside(sentence, tokens[step - 1], token):
            return at
        head = words.noun(token.small, words.heads)
        two = words.noun(f"{tokens[step - 1].low} {token.small}", words.heads) if step > at else None
        head = two or head
        placed = step > at or tokens[step - 1].low in words.small("places")
        own = head is not None and (head.ending.owned or (placed and head.stem.endswith(("evi", "xana"))))
        if head and own and (token.capital or _in_small(head)):
            return step + 1
        if not token.capital and token.low not in links and not token.text.isdigit():
            return at
    return at


def _in_small(head: Noun) -> bool:
    """Whether a name is often closed by this noun in small letters: `Kürdəxanı təcridxanası`, `Sahil radiosu`."""
    return head.kind in {"facility", "station", "court"} or head.stem in _SMALL_MEDIA


def _beside(sentence: Span, left: Token, right: Token) -> bool:
    return sentence.text[left.end - sentence.start : right.start - sentence.start] in {" ", "\u00a0", ". "}


def _named(token: Token, stems: Stems, words: Words) -> bool:
    """Whether a word with its case is a name by itself, so that what stands behind it is another."""
    small = stems.bare(token)[0]
    known = stems.is_first(small) or stems.is_place(small) or country_of(small, words.language) is not None
    return known or token.bare < len(token.text) or words.noun(token.small, words.heads) is not None


def _closed(token: Token, stems: Stems, words: Words) -> bool:
    """Whether a case ends the name here."""
    if token.bare < len(token.text):
        return True
    if words.noun(token.small, words.heads):
        return words.noun(token.small, words.heads).ending.case != "nom"  # type: ignore[union-attr]
    small, ending = stems.bare(token)
    return ending.case != "nom" and small != token.small


def pieces_of(run: Run, words: Words, stems: Stems, sentence: Span) -> Iterator[Piece]:
    """Cut a run into the bodies, persons and places it names, from the left."""
    pending: list[Token] = []
    tokens = run.tokens
    for number, token in enumerate(tokens):
        head = _head(tokens, number, words)
        if head is not None and _ends_body(tokens, number, head, words):
            lead = _leading_person(tuple(pending), stems, head)
            if lead:
                yield from _rest(tuple(pending[:lead]), run, words, stems, sentence, titled=False)
            yield _body((*pending[lead:], token), head, sentence, words)
            pending = []
        elif token.word.isupper() and len(token.word) > 1 and (kind := _listed(token.small, words)):
            yield from _rest(tuple(pending), run, words, stems, sentence, titled=False)
            start = token.start - sentence.start
            yield Piece(span=_span(sentence, start, start + token.bare), tokens=(token,), kind=kind)
            pending = []
        elif _is_title(tokens, number, words):
            yield from _rest(tuple(pending), run, words, stems, sentence, titled=True)
            pending = []
        else:
            pending.append(token)
    yield from _rest(tuple(pending), run, words, stems, sentence, titled=False)


def _leading_person(pending: tuple[Token, ...], stems: Stems, head: Noun) -> int:
    """How many words at the head of a body's name are a person's: `Murad Seyfəlli Meridian TV-yə` names two."""
    if len(pending) < PERSON_AND_BODY or not stems.is_first(stems.bare(pending[0])[0]):
        return 0
    surname = stems.is_surname(stems.bare(pending[1])[0]) or stems.is_repeated(pending[1])
    return 2 if surname or head.kind == "media" else 0


def _head(tokens: tuple[Token, ...], at: int, words: Words) -> Noun | None:
    if at and (two := words.noun(f"{tokens[at - 1].low} {tokens[at].small}", words.heads)):
        cut = two.bare - len(tokens[at - 1].low) - 1
        return Noun(kind=two.kind, stem=two.stem, ending=two.ending, bare=cut)
    return words.noun(tokens[at].small, words.heads)


def _ends_body(tokens: tuple[Token, ...], at: int, head: Noun, words: Words) -> bool:
    """Whether a name of a body ends with this head: owned, in a case, or the last of the run."""
    later = [n for n in range(at + 1, len(tokens)) if words.noun(tokens[n].small, words.heads)]
    following = words.noun(tokens[at + 1].small, words.heads) if at + 1 < len(tokens) else None
    if following is not None and following.ending.owned and head.ending.case == "nom":
        return False  # `Kamu Denetçiliği Kurumu`
    if tokens[at].bare < len(tokens[at].text) or head.ending.case != "nom" or head.ending.owned:
        return at > 0
    if not later:
        return at > 0 and (at == len(tokens) - 1 or _is_title(tokens, at + 1, words))
    return any(_is_title(tokens, n, words) for n in range(at + 1, later[0]))


def _is_title(tokens: tuple[Token, ...], at: int, words: Words) -> bool:
    token = tokens[at]
    if at + 1 < len(tokens) and words.noun(tokens[at + 1].small, words.heads):
        return False
    if at and at == len(tokens) - 1 and tokens[at - 1].low in words.small("first_names"):
        return False  # `Müge Sayın`
    found = words.noun(token.low, words.stems("titles"))
    return found is not None and found.ending.case == "nom" and not found.ending.plural


def _body(tokens: tuple[Token, ...], head: Noun, sentence: Span, words: Words) -> Piece:
    last = tokens[-1]
    end = last.start + (head.bare if last.bare == len(last.text) else last.bare)
    span = _span(sentence, tokens[0].start - sentence.start, end - sentence.start)
    kind = kind_of_head(head.kind)
    states = words.small("organization_state_words")
    if kind == "organization" and any(token.low in states for token in tokens[:-1]):
        kind = "public_body"
    return Piece(span=span, tokens=tokens, kind=kind)


def _rest(
    tokens: tuple[Token, ...], run: Run, words: Words, stems: Stems, sentence: Span, *, titled: bool
) -> Iterator[Piece]:
    """What no head closes: a country, a place, a known body, a person."""
    at = 0
    while at < len(tokens):
        found = _known(tokens[at:], words, stems, sentence)
        if found is None:
            break
        yield found
        at += len(found.tokens)
    left = tokens[at:]
    if not left or titled:
        return  # `Sağlık Bakanı`: what an office is of is no name
    span = _span(sentence, left[0].start - sentence.start, _bare_end(left[-1], stems) - sentence.start)
    for cut in range(2, len(left)):  # `Elçin Babayev Kərim Osmanlının`: two persons side by side
        before, behind = stems.bare(left[cut - 1])[0], stems.bare(left[cut])[0]
        others = stems.is_first(stems.bare(left[0])[0]) and stems.is_another(left[cut])
        if (stems.is_surname(before) and (stems.is_first(behind) or len(left) - cut > 1)) or others:
            yield from _rest(left[:cut], run, words, stems, sentence, titled=False)
            yield from _rest(left[cut:], run, words, stems, sentence, titled=False)
            return
    if len(left) > 1:
        if _is_person(left, words, stems):
            yield Piece(span=span, tokens=left, kind="person")
        return
    token = left[0]
    small, ending = stems.bare(token)
    if small in words.small("not_names") or small in words.small("months") or token.text.isupper():
        return
    located = ending.case in {"loc", "abl"}
    surname = stems.is_surname(small) and len(small) >= SURNAME_LETTERS_MIN
    initial = run.initial and run.tokens[0] is token
    marked = token.bare < len(token.text) and words.noun(small, words.common_bodies) is None
    colon = sentence.text[token.end - sentence.start :].startswith(":")
    like = not located and (stems.is_first(small) or marked or (not initial and (surname or colon)))
    kind: EntityType | None = "place" if located and not initial and not stems.is_first(small) else None
    yield Piece(span=span, tokens=left, kind=kind, person_like=like)


def _is_person(tokens: tuple[Token, ...], words: Words, stems: Stems) -> bool:
    smalls = [stems.bare(token)[0] for token in tokens]
    if any(small in words.small("not_names") or small in words.small("months") for small in smalls):
        return False
    if len(tokens) > NAME_WORDS_MAX or any(token.text.isupper() and len(token.text) > 1 for token in tokens[:-1]):
        return all(token.text.isupper() for token in tokens) and stems.is_first(smalls[0])
    if stems.is_first(smalls[0]):
        return True
    return OWNED.search(smalls[-1]) is None


def _known(tokens: tuple[Token, ...], words: Words, stems: Stems, sentence: Span) -> Piece | None:
    """A country, a demonym, a listed place or body at the head of these words."""
    language = words.language
    for size in range(min(NAME_WORDS_MAX, len(tokens)), 0, -1):
        part = tokens[:size]
        joined = " ".join([*(token.low for token in part[:-1]), part[-1].small])
        country = country_of(joined, language)
        if country is not None:
            end = part[-1].start + country[1] - (len(joined) - len(part[-1].small))
            span = _span(sentence, part[0].start - sentence.start, end - sentence.start)
            return Piece(span=span, tokens=part, kind="country")
        bare = " ".join([*(token.low for token in part[:-1]), stems.bare(part[-1])[0]])
        kind = _listed(bare, words)
        if kind in {"place", "media"} and len(tokens) > size and stems.is_first(bare):
            kind = None  # `Aydın Doğan`, `Turan Hacısoy`: a town or a paper, and a first name
        if kind is not None:
            end = _bare_end(part[-1], stems)
            return Piece(
                span=_span(sentence, part[0].start - sentence.start, end - sentence.start), tokens=part, kind=kind
            )
    if tokens[0].low in demonyms(language) and not stems.is_first(tokens[0].low):
        token = tokens[0]
        return Piece(
            span=_span(sentence, token.start - sentence.start, token.end - sentence.start),
            tokens=(token,),
            kind="country",
        )
    return None


def _listed(bare: str, words: Words) -> EntityType | None:
    for kind in _KNOWN_KINDS:
        if bare in words.small_of("known_bodies", kind):
            return kind
    return "place" if bare in words.small("places") else None


def _bare_end(token: Token, stems: Stems) -> int:
    small = stems.bare(token)[0]
    return token.start + (len(small) if token.low.startswith(small) else len(token.text))


def _span(sentence: Span, start: int, end: int) -> Span:
    return Span(start=sentence.start + start, end=sentence.start + end, text=sentence.text[start:end])
