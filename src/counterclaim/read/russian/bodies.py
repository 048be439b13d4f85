"""Offices, courts, places of detention and papers named by a head noun and its genitives; refuses a bare adjective."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from counterclaim.read.lexicon import lexicon_of, pattern_of
from counterclaim.read.russian.countries import country_code_of
from counterclaim.read.russian.endings import forms_of, given_name_forms, phrase_forms, plain
from counterclaim.read.sentences import quoted_ranges
from counterclaim.record.account import EntityType
from counterclaim.record.passage import Span

TAIL_WORDS_MAX = (
    9  # `Министерство Российской Федерации по делам гражданской обороны, чрезвычайным ...` is cut at a comma
)
MODIFIERS_MAX = 3
QUOTED_WORDS_MAX = 6
HEAD_CHARACTERS = 60
KINDS: tuple[EntityType, ...] = ("facility", "court", "public_body", "media", "organization")
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*(?:-\d+)?")
_NUMBER = re.compile(r"(?:\s*[-–]\s*\d+|\s*№\s?\d+(?:/\d+)?)")
_WORD_BEFORE = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)\s+\Z")
_SURNAME = re.compile(r"\s+[А-ЯЁ][а-яё-]+(?:[оеё]ва|[иы]на|ская|цкая|енко|чук|ян|швили|дзе)(?!\w)")
_SPEECH_END = re.compile(r"[.!?…,]\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A named body: its span, its kind, and whether it is a common noun alone (`министерство`)."""

    span: Span
    kind: EntityType
    common: bool = False


@cache
def _heads() -> re.Pattern[str]:
    rows = []
    for kind in KINDS:
        phrases = lexicon_of("ru").table("body_heads")[kind]
        parts = sorted(
            {phrase_forms(p).pattern for p in phrases if not is_acronym(p)}, key=lambda part: (-len(part), part)
        )
        rows.append(f"(?P<{kind}>" + "|".join(parts) + ")")
    return re.compile(r"(?<![\w-])(?:" + "|".join(rows) + r")(?![\w])", re.IGNORECASE)


def is_acronym(phrase: str) -> bool:
    """Whether a head is told in capitals only: it has no vowel pattern of a word, or is listed as one."""
    return all(plain(part) in _acronyms() for part in phrase.split())


@cache
def _acronyms() -> frozenset[str]:
    return frozenset(plain(word) for word in lexicon_of("ru").words("acronyms"))


@cache
def _acronym_kinds() -> dict[str, EntityType]:
    table = lexicon_of("ru").table("body_heads")
    return {plain(phrase): kind for kind in reversed(KINDS) for phrase in table[kind] if is_acronym(phrase)}


@cache
def _tails() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    lexicon = lexicon_of("ru")
    return (
        frozenset(plain(word) for word in lexicon.words("tail_words")),
        frozenset(lexicon.words("tail_links")),
        frozenset(plain(word) for word in lexicon.words("tail_after_link")),
    )


@cache
def _modifiers() -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(plain(s) for s in lexicon_of("ru").words("body_modifiers")) + r")[а-я]{1,3}\Z")


@cache
def quoted_heads() -> tuple[tuple[EntityType, frozenset[str]], ...]:
    """Give, for each kind, the forms of the one-word heads that may stand before a name in quotation marks."""
    table = lexicon_of("ru").table("body_heads")
    return tuple((kind, frozenset(form for p in table[kind] for form in forms_of(p.split()[-1]))) for kind in KINDS)


def bodies_in(sentence: Span) -> tuple[Body, ...]:
    """Give the bodies of one sentence in the order of the text, none within another."""
    text = sentence.text
    quoted = list(_quoted(text))
    found = [*quoted, *_by_acronym(text), *_by_head(text)]
    found.sort(key=lambda row: (row[0], -(row[1])))
    out: list[Body] = []
    past = -1
    for start, end, kind, common in found:
        if start < past:
            continue
        past = end
        span = Span(start=sentence.start + start, end=sentence.start + end, text=text[start:end])
        out.append(Body(span=span, kind=kind, common=common))
    return tuple(out)


def _by_head(text: str) -> Iterator[tuple[int, int, EntityType, bool]]:
    for found in _heads().finditer(text):
        kind = next(k for k in KINDS if found.group(k))
        start, end = _with_modifiers(text, found.start()), found.end()
        tail = _tail(text, end)
        proper = tail > end or (text[start].isupper() and start > 0) or start < found.start() or " " in found.group()
        plain_here = _plain_kind(text[start:tail])
        if re.match(r"\s*[«“\"„]", text[tail : tail + 3]) and not (proper and _capital(text[start + 1 : tail])):
            continue  # the name in quotation marks is the name
        if kind in {"organization", "media"} and tail == end and not text[found.start()].isupper():
            continue
        if proper or plain_here:
            yield start, tail, plain_here or kind, text[start:tail].islower() and not _capital(text[start:tail])
        elif kind == "facility":
            yield start, tail, kind, True


def _by_acronym(text: str) -> Iterator[tuple[int, int, EntityType, bool]]:
    kinds = _acronym_kinds()
    for found in re.compile(r"(?<![\w-])[А-ЯЁA-Z][А-ЯЁA-Za-z-]*[А-ЯЁA-Zи](?![\w])").finditer(text):
        kind = kinds.get(plain(found.group()))
        if kind and (found.group().isupper() or found.group() in {"Би-би-си", "Reuters"}):
            if re.match(r"\s*[«“\"„]", text[found.end() : found.end() + 3]):
                continue
            if country_code_of(found.group()):
                continue
            yield found.start(), _tail(text, found.end()), kind, False


def _plain_kind(phrase: str) -> EntityType | None:
    for kind, pattern in _plain_patterns():
        if pattern.fullmatch(phrase):
            return kind
    return None


@cache
def _plain_patterns() -> tuple[tuple[EntityType, re.Pattern[str]], ...]:
    table = lexicon_of("ru").table("plain_bodies")
    return tuple((kind, pattern_of(table[kind])) for kind in KINDS if table[kind])


def plain_bodies_in(sentence: Span) -> Iterator[Body]:
    """Give bodies told by a common noun alone: `прокуратура`, `в министерстве`."""
    for kind, pattern in _plain_patterns():
        for found in pattern.finditer(sentence.text):
            if re.match(r"\s*[«“„\"]", sentence.text[found.end() : found.end() + 3]):
                continue  # the name in quotation marks is the name
            span = Span(start=sentence.start + found.start(), end=sentence.start + found.end(), text=found.group())
            yield Body(span=span, kind=kind, common=True)


def _with_modifiers(text: str, start: int) -> int:
    """Take adjectives of the name in: `Европейский суд`, `городской суд`."""
    for _ in range(MODIFIERS_MAX):
        found = _WORD_BEFORE.search(text, max(0, start - HEAD_CHARACTERS), start)
        if found is None or not _modifiers().match(plain(found.group(1))):
            break
        start = found.start(1)
    return start


def _tail(text: str, end: int) -> int:
    """Give where the genitives, links and numbers after a head noun end."""
    tails, links, after_links = _tails()
    linked = False
    if number := _NUMBER.match(text, end):
        end = number.end()
    at = end
    for _ in range(TAIL_WORDS_MAX):
        gap = re.compile(r"[ \t\u00a0]+").match(text, at)
        found = _WORD.match(text, gap.end()) if gap else None
        if found is None:
            break
        word, low = found.group(), plain(found.group())
        if low in links and not linked:
            linked, at = True, found.end()
            continue
        if linked and low not in after_links and not (low in tails and at > end):
            break
        adjective = _modifiers().match(low) is not None
        named = is_genitive_name(word) and not _is_person(word, text, found.end())
        if not linked and not adjective and low not in tails and not named:
            break
        at = end = found.end()
        if low != "и":
            linked = False if low not in after_links else linked
        linked = linked and low in after_links
        if number := _NUMBER.match(text, end):
            at = end = number.end()
    return end


def _is_person(word: str, text: str, end: int) -> bool:
    """Whether a person named in the nominative begins here: `министерства Инга Савина`."""
    if plain(word) in given_name_forms()[0]:
        return True
    following = _SURNAME.match(text, end)
    return following is not None and word[-1] in "ая" and not word.isupper()


def is_genitive_name(word: str) -> bool:
    """Whether a capitalised word can be the town or country a body belongs to: `Ольхова`, `Тарвии`, `МВД`."""
    if not word[0].isupper() or not re.fullmatch(r"[А-ЯЁа-яё-]+", word):
        return False
    return (
        word.isupper()
        or re.search(r"(?:[аяыиу]|ого|его|ой|ей|ых|их)\Z", word) is not None
        or country_code_of(word) is not None
    )


def _capital(phrase: str) -> bool:
    return any(letter.isupper() for letter in phrase)


def _quoted(text: str) -> Iterator[tuple[int, int, EntityType, bool]]:
    """Names in quotation marks, by the noun before them or the verb of saying beside them."""
    lexicon = lexicon_of("ru")
    for start, end in quoted_ranges(text):
        inner = text[start + 1 : end - 1]
        words = inner.split()
        if not words or len(words) > QUOTED_WORDS_MAX or _SPEECH_END.search(inner.strip()) or not inner[0].isalnum():
            continue
        if not (inner[0].isupper() or inner[0].isdigit()):
            continue
        before = [
            plain(w) for w in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text[max(0, start - HEAD_CHARACTERS) : start])
        ]
        kind = _kind_before(before, text[:start])
        if kind is None:
            near_cue = lexicon.speech.search(text[max(0, start - 30) : start]) or (
                lexicon.speech.match(text[end:].lstrip(" ,—–-"))
            )
            if (before and before[-1] in lexicon.words("quoted_org_not")) or _is_said(inner, text[end:]):
                continue
            kind = "media" if near_cue and len(words) <= QUOTED_WORDS_MAX // 2 else "organization"
            titled = (
                all(word[0].isupper() or word[0].isdigit() for word in words) or len(words) <= QUOTED_WORDS_MAX // 2
            )
            if not titled or (len(words) == 1 and not near_cue and not before):
                continue
        left = len(inner) - len(inner.lstrip())
        yield start + 1 + left, start + 1 + left + len(inner.strip()), kind, False


def _is_said(inner: str, after: str) -> bool:
    """Whether words in quotation marks are what somebody said and no name: a pronoun in them, or a dash behind."""
    own = lexicon_of("ru").words("page_subjects")
    return (
        any(plain(word) in own for word in inner.split()) or re.match(r"\s*(?:,\s*)?[—–-]\s|\s*\(", after) is not None
    )


def _kind_before(before: list[str], text: str) -> EntityType | None:
    if not before or not re.search(r"[\w.]\s*\Z", text):
        return None
    order = ("media", "organization", "public_body", "facility", "court")
    forms = dict(quoted_heads())
    for back in (1, 2):
        word = before[-back] if len(before) >= back else ""
        for kind in order:
            if word in forms[kind]:  # type: ignore[index]
                return kind  # type: ignore[return-value]
    return None
