"""What kind of name a capitalised stretch of Russian text is; refuses a list of real people."""

from __future__ import annotations

import re
from functools import cache

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.russian.capitals import Stretch
from counterclaim.read.russian.endings import forms_of, given_name_forms, plain, stems_of
from counterclaim.record.account import EntityType

NAME_TOKENS_MAX = 4
ACRONYM_LETTERS_MAX = 7
_PATRONYMIC = re.compile(r"(?:[оеё]вич|ьич|[оеё]вн|ичн)(?:[аыуе]|ем|ой)?\Z|(?:оглы|оглу|кызы|гызы)\Z")
_STRONG_SURNAME = re.compile(
    r"(?:[оеё]в(?:а|у|ым|е|ой|ы|ых|ыми)?|[еёш]нко|ск(?:ий|ого|ому|им|ом|ая|ую|ой|их|ие)|цк(?:ий|ого|ому|им|ая|ой)|швили|дзе|заде"
    r"|[а-яё]{2}ян(?:а|у|ом|е)?|ович(?:а|у|ем|е)?|евич(?:а|у|ем|е)?|[иы]н(?:а|у|ым|ой)?|чук(?:а|у|ом|е)?|штейн(?:а|у|ом|е)?|берг(?:а|у|ом|е)?)\Z"
)
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_LAST_WORD = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)[\s«“\"„]*\Z")
_NEXT_WORD = re.compile(r"\s*([^\W\d_]+)")


def type_of(stretch: Stretch, surnames: frozenset[str]) -> EntityType | None:
    """Propose the type of a name, or none where its words name nothing by themselves."""
    tokens = stretch.tokens
    if stretch.span.text in lexicon_of("ru").words("platforms"):
        return "media"
    if all(_LATIN.search(token) for token in tokens if not token.endswith(".")):
        return _latin(stretch)
    if is_place_form(stretch.span.text) and not _is_person_here(stretch, surnames):
        return "place"
    if len(tokens) == 1:
        return _single(stretch, surnames)
    if len(tokens) > NAME_TOKENS_MAX:
        return None
    if _is_named(tokens):
        return "person"
    head = _last_word(stretch.before)
    if head in _place_heads():
        return "place"
    return "person"


def _is_named(tokens: tuple[str, ...]) -> bool:
    """Whether initials, a given name, a patronymic or a surname's ending tell a person."""
    known = given_name_forms()[1]
    words = [plain(token) for token in tokens]
    return (
        any(token.endswith(".") for token in tokens)
        or any(word in known or _PATRONYMIC.search(word) for word in words)
        or (len(tokens) > 1 and _STRONG_SURNAME.search(words[-1]) is not None)
    )


def _latin(stretch: Stretch) -> EntityType | None:
    tokens = stretch.tokens
    for kind, heads in lexicon_of("ru").table("latin_heads").items():
        if set(tokens) & set(heads):
            return "media" if kind == "media" else "organization"
    if len(tokens) == 1:
        if tokens[0].isupper() or tokens[0][1:] != tokens[0][1:].lower():
            return "organization"
        return "person" if _role_before(stretch) or _speaks(stretch) else "organization"
    if tokens[0] == "The":
        return "media" if _speaks(stretch) else "organization"
    return (
        "person"
        if len(tokens) <= NAME_TOKENS_MAX and not any(t.isupper() and len(t) > 1 for t in tokens)
        else "organization"
    )


def _single(stretch: Stretch, surnames: frozenset[str]) -> EntityType | None:
    token, low = stretch.tokens[0], plain(stretch.tokens[0])
    if token.isupper() and 2 <= len(token) <= ACRONYM_LETTERS_MAX:  # noqa: PLR2004  # one letter names nothing
        return "organization"
    if not stems_of(token).isdisjoint(surnames) or low in given_name_forms()[1]:
        return "person" if low not in _roles() or low in given_name_forms()[0] else None
    before = _last_word(stretch.before)
    lexicon = lexicon_of("ru")
    if before in _place_heads():
        return "place"
    if _role_before(stretch):
        return "person"
    located = before in lexicon.words("locative_prepositions") and before not in {"по", "для", "от", "до", "через"}
    strong = _STRONG_SURNAME.search(low) is not None and len(low) > 4  # noqa: PLR2004  # `Киев`
    if (
        located
        and re.search(r"(?:[еуыияа]|ой|ом)\Z", low)
        and not stretch.opens_sentence
        and before in {"в", "во", "из", "под", "близ", "возле", "на"}
    ):
        return "place"
    if strong and not stretch.opens_sentence:
        return "person"
    if _speaks(stretch) and (strong or not stretch.opens_sentence):
        return "person"
    return "person" if strong and _speaks(stretch) else None


def _is_person_here(stretch: Stretch, surnames: frozenset[str]) -> bool:
    """`Владимир` and `Киров` are towns too: a role before, or a surname of the page, tells the person."""
    single = len(stretch.tokens) == 1 and not stems_of(stretch.tokens[0]).isdisjoint(surnames)
    if len(stretch.tokens) == 1 and _speaks(stretch) and _STRONG_SURNAME.search(plain(stretch.tokens[0])):
        return True
    return _role_before(stretch) or (
        single and _last_word(stretch.before) not in lexicon_of("ru").words("prepositions")
    )


@cache
def _roles() -> frozenset[str]:
    table = lexicon_of("ru").table("roles")
    return frozenset(form for kind in ("m", "f", "p") for role in table[kind] for form in forms_of(role))


def role_forms() -> frozenset[str]:
    """Give every form of the words that tell who somebody is: `адвокат`, `адвоката`, `матери`."""
    return _roles()


def _role_before(stretch: Stretch) -> bool:
    return _last_word(stretch.before) in _roles()


def _speaks(stretch: Stretch) -> bool:
    """Whether a verb of saying stands right beside the name."""
    lexicon = lexicon_of("ru")
    following = _NEXT_WORD.match(stretch.after)
    ahead = lexicon.speech.match(following.group(1)) if following else None
    last = _last_word(stretch.before)
    return ahead is not None or (last != "" and lexicon.speech.fullmatch(last) is not None)


def _last_word(before: str) -> str:
    found = _LAST_WORD.search(before)
    return plain(found.group(1)) if found else ""


@cache
def _place_heads() -> frozenset[str]:
    return frozenset(plain(word) for word in lexicon_of("ru").words("place_heads"))


@cache
def _places() -> frozenset[str]:
    return frozenset(plain(form) for form in lexicon_of("ru").words("places"))


def is_place_form(phrase: str) -> bool:
    """Whether the phrase is a form of a well-known town or region."""
    return plain(phrase) in _places()


def without_roles(stretch: Stretch) -> Stretch:
    """Give the name without the roles and titles that stand before it with a capital letter."""
    first = 0
    while (
        first < len(stretch.tokens) - 1
        and plain(stretch.tokens[first]) in _roles()
        and plain(stretch.tokens[first]) not in given_name_forms()[1]
    ):
        first += 1
    return stretch.part(first, len(stretch.tokens)) if first else stretch
