"""What kind of name a capitalised stretch is, by the words in and around it; refuses a list of real people."""

from __future__ import annotations

import re
from functools import cache
from typing import cast

from counterclaim.read.english.capitals import Stretch
from counterclaim.read.lexicon import common_words, countries, lexicon_of
from counterclaim.record.account import EntityType

NAME_TOKENS_MAX = 5
DEMONYM_PREFIX_MIN = 4
_AT = re.compile(r"\b(?:at|inside|into|in|to|from)\s+(?:the\s+)?(?:[a-z]+\s+){0,2}\Z")
_IN = re.compile(
    r"\b(?:in|near|outside|across|throughout|from|of|to|at)\s+(?:the\s+|northern\s+|southern\s+|central\s+)?\Z"
)
_THE = re.compile(r"\bthe\s+(?:[a-z]+\s+)?\Z", re.IGNORECASE)


def country_code_of(word: str) -> str | None:
    """Give the ISO 3166-1 code of a country's name or demonym."""
    return _country_codes().get(word)


@cache
def _country_codes() -> dict[str, str]:
    out: dict[str, str] = {}
    for code, words in countries().items():
        for word in words:
            out.setdefault(word, code)
    return out


@cache
def _heads(kind: str) -> frozenset[str]:
    return frozenset(lexicon_of("en").table("heads")[kind])


def is_demonym(stretch: Stretch, named: frozenset[str]) -> bool:
    """Whether a single word stands as a people's adjective does, or grows out of a country named on the page."""
    if len(stretch.tokens) != 1:
        return False
    word, following = stretch.tokens[0], stretch.after.split()
    if country_code_of(word):
        return True
    if any(word != name and len(name) >= DEMONYM_PREFIX_MIN and word.startswith(name[:-1]) for name in named):
        return True
    ending = word.endswith(("ian", "ani", "ish", "ese", "ic", "an", "ine", "i", "ari"))
    return ending and bool(following) and following[0].strip(".,") in lexicon_of("en").words("demonym_followers")


def is_country(stretch: Stretch) -> bool:
    """Whether the stretch is a country's name, or is written as one: `X's government`, `X's Interior Ministry`."""
    if country_code_of(stretch.span.text):
        return True
    following = stretch.after.split()
    if not (stretch.possessive and len(stretch.tokens) == 1 and following):
        return False
    word = following[0].strip(".,")
    later = " ".join(following[:4])
    return word in lexicon_of("en").words("country_followers") or bool(
        re.match(r"(?:[A-Z]\w+ ){0,2}Ministry\b", later + " ")
    )


def type_of(stretch: Stretch, surnames: frozenset[str]) -> EntityType | None:
    """Propose the type of a name that is no country, or none where its words name nothing by themselves."""
    tokens, text = stretch.tokens, stretch.span.text
    by_head = _by_head(stretch)
    if by_head:
        return by_head
    told = kind_told_before(stretch)
    if told:
        return told
    if text in lexicon_of("en").words("platforms"):
        return "media"
    if text.isupper() and len(text) > 1 and text.isalpha():
        return "organization"
    if len(tokens) == 1:
        return _single(stretch, surnames)
    if all(_is_common(token) for token in tokens) or len(tokens) > NAME_TOKENS_MAX:
        return "organization" if _THE.search(stretch.before) else None
    if tokens[-1] in surnames:
        return "person"
    return "organization" if _THE.search(stretch.before) and not _person_cue(stretch) else "person"


def kind_told_before(stretch: Stretch) -> EntityType | None:
    """The type that the noun right before the name tells: `the exile network X`, `the newspaper X`."""
    noun = (stretch.before.split() or [""])[-1].lower()
    if len(stretch.tokens) > 1 and lexicon_of("en").pattern("member_of").search(stretch.before):
        return "organization"  # `a researcher at X Y`
    for kind, nouns in lexicon_of("en").table("kind_nouns").items():
        if noun in nouns and stretch.before.endswith(" "):
            return cast("EntityType", kind)
    return None


def _by_head(stretch: Stretch) -> EntityType | None:
    tokens, text = stretch.tokens, stretch.span.text
    if set(tokens) & _heads("court"):
        return "court"
    ends = [token for token in tokens if not token.startswith("No.")][-1:]  # `Strict Regime Colony No. 3`
    if any(
        re.search(rf"\b{re.escape(head)}\b", text)
        for head in _heads("facility")
        if " " in head or head in ends or (head == tokens[0] and not set(tokens[1:2]) & _heads("public_body"))
    ):
        return "facility"
    first_of = tokens[0] if len(tokens) > 1 and tokens[0] in lexicon_of("en").words("heads_first") else ""
    for kind in ("media", "public_body", "organization"):
        if len(tokens) > 1 and (tokens[-1] in _heads(kind) or first_of in _heads(kind)):
            if kind == "public_body" and {"Department", "Directorate"} & set(tokens) and _AT.search(stretch.before):
                return "facility"  # somebody was at it, or was brought to it
            if kind == "organization" and set(tokens) & set(lexicon_of("en").words("state_words")):
                return "public_body"
            return kind
    inner = [kind for kind in ("public_body", "organization") if set(tokens[:-1]) & _heads(kind)]
    if inner and set(text.split()) & {"of", "for", "on", "against"}:
        if {"Department", "Directorate"} & set(tokens) and _AT.search(stretch.before):
            return "facility"
        return cast("EntityType", inner[0])
    if len(tokens) == 1 and text in {"Parliament", "Ombudsman", "Senate"}:
        return "public_body"
    return None


def _single(stretch: Stretch, surnames: frozenset[str]) -> EntityType | None:
    word = stretch.tokens[0]
    if word in surnames:
        return "person"
    if lexicon_of("en").pattern("town_of").search(stretch.before) and stretch.before.endswith(" "):
        return "place"
    if _is_common(word):
        return None
    if _person_cue(stretch):
        return "person"
    return "place" if _IN.search(stretch.before) else None


def _person_cue(stretch: Stretch) -> bool:
    """Whether a title stands before, or right after it a verb a person is the subject of, or an apposition."""
    lexicon = lexicon_of("en")
    last = (stretch.before.split() or [""])[-1].strip('.“"')
    if last in lexicon.words("titles") or last.lower() in lexicon.words("role_nouns"):
        return True
    after = stretch.after.lstrip(' ”"')
    return any(after.startswith((cue + " ", cue + ".")) for cue in lexicon.words("person_cues_after"))


def without_title(tokens: tuple[str, ...]) -> int:
    """Give how many leading tokens are titles or roles and not part of a person's name."""
    roles = _roles()
    count = 0
    while count < len(tokens) - 1 and tokens[count] in roles:
        count += 1
    return count


@cache
def _roles() -> frozenset[str]:
    lexicon = lexicon_of("en")
    roles = {word.capitalize() for word in lexicon.words("role_nouns")}
    return frozenset({*roles, *lexicon.words("titles"), "Mr.", "Dr.", "Mrs.", "Ms.", "Former"})


def _is_common(token: str) -> bool:
    low = token.lower()
    return low in common_words("en") or low.rstrip("s") in common_words("en")
