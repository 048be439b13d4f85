"""Russian endings: which forms may be one word, and in which case a name stands; refuses to know a dictionary.

A suffix grammar in the manner of Porter's stemmer for Russian (snowballstem.org/algorithms/russian), but giving all
stems a form may have instead of one: two forms are compared by a shared stem and proposed as one word, never merged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Literal

from counterclaim.read.lexicon import lexicon_of

Case = Literal["nominative", "oblique", "either"]
STEM_LETTERS_MIN = 3
ADJECTIVE_LETTERS_MIN = 5  # `край` and `бой` are no adjectives
_ENDINGS = (
    *("а", "я", "о", "е", "и", "ы", "у", "ю", "ь", "й", "ой", "ей", "ою", "ею", "ью", "ом", "ем", "ым", "им", "ам"),
    *("ям", "ах", "ях", "ов", "ев", "ами", "ями", "ого", "его", "ому", "ему", "ая", "яя", "ую", "юю", "ое", "ее"),
    *("ые", "ие", "ых", "их", "ыми", "ими", "ый", "ий", "ия", "ию", "ии", "ией"),
)
_BY_LAST: dict[str, tuple[str, ...]] = {
    "а": ("а", "ы", "и", "е", "у", "ой", "ою", "", "ам", "ами", "ах"),
    "я": ("я", "и", "е", "ю", "ей", "ею", "й", "ям", "ями", "ях"),
    "о": ("о", "а", "у", "ом", "е", "", "ам", "ами", "ах"),
    "е": ("е", "я", "ю", "ем", "и", "й", "ям", "ями", "ях"),
    "ь": ("ь", "я", "ю", "ем", "е", "и", "ью", "ей", "ям", "ями", "ях"),
    "й": ("й", "я", "ю", "ем", "е", "и", "ев", "ям", "ями", "ях"),
    "ы": ("ы", "", "ов", "ам", "ами", "ах"),
    "и": ("и", "", "ов", "ей", "ам", "ами", "ах"),
}
_HARD = ("", "а", "у", "ом", "ем", "е", "ы", "и", "ов", "ам", "ами", "ах")
_ADJECTIVE = (
    *("ый", "ий", "ой", "ого", "его", "ому", "ему", "ым", "им", "ом", "ем", "ая", "яя", "ую", "юю", "ей", "ое", "ее"),
    *("ые", "ие", "ых", "их", "ыми", "ими"),
)
_ADJECTIVE_END = re.compile(r"(?:ый|ий|ой|ая|яя|ое|ее|ые|ие)\Z")
_ABSTRACT_END = re.compile(r"[^х](?:ние|тие|вие|ствие)\Z")  # `управление` is a noun
_SURNAME_EITHER = re.compile(r"(?:[оеё]ва|[иы]на|[аяь])\Z")
_SURNAME_OBLIQUE = re.compile(
    r"(?:[оеё]в(?:у|ым|е|ой|ых|ыми)|[иы]н(?:у|ым|ой|ых|ыми)|ск(?:ого|ому|им|ом|ой|ую)|цк(?:ого|ому|им|ой|ую)"
    r"|[уюы]|[^аеиоуыэюя]ом|[^аеиоуыэюя]ем|ого|ому|ых|ами|ями|ой|ей)\Z"
)
_VERB = re.compile(
    r"(?:л|ла|ло|ли|лся|лась|лось|лись|ет|ит|ёт|ют|ят|ут|ат|ется|ются|ится|верг|[её]с|ен|ена|ены|дён|ждена|ждены)\Z"
)


def plain(text: str) -> str:
    """Give small letters with е for ё; the length stays the same."""
    return text.lower().replace("ё", "е")


@cache
def stems_of(word: str) -> frozenset[str]:
    """Give every stem the form may have, itself among them; a fleeting е (`Павел`, `Павла`) is taken out too."""
    low = plain(word)
    stems = {low} | {
        low[: -len(end)] for end in _ENDINGS if low.endswith(end) and len(low) - len(end) >= STEM_LETTERS_MIN
    }
    stems |= {stem[:-2] + stem[-1] for stem in stems if len(stem) > STEM_LETTERS_MIN and re.search(r"е[лцвкр]\Z", stem)}
    return frozenset(stems)


def alike(left: str, right: str) -> bool:
    """Whether two forms may be one word: they share a stem."""
    return not stems_of(left).isdisjoint(stems_of(right))


def forms_of(word: str) -> frozenset[str]:
    """Give the case forms of a noun or adjective told in the nominative; a few that do not exist are among them."""
    low = plain(word)
    if _ADJECTIVE_END.search(low) and len(low) >= ADJECTIVE_LETTERS_MIN and not _ABSTRACT_END.search(low):
        return frozenset(low[:-2] + end for end in _ADJECTIVE)
    if low[-1] in _BY_LAST:
        return frozenset(low[:-1] + end for end in _BY_LAST[low[-1]])
    return frozenset(low + end for end in _HARD) if low[-1].isalpha() else frozenset({low})


def phrase_forms(phrase: str) -> re.Pattern[str]:
    """Compile a nominative phrase so that each of its words stands in any form."""
    words = [
        "(?:" + "|".join(sorted((re.escape(f).replace("е", "[её]") for f in forms_of(w)), key=lambda f: (-len(f), f)))
        + ")"
        for w in phrase.split()
    ]  # fmt: skip
    return re.compile(r"\s+".join(words), re.IGNORECASE)


@cache
def given_name_forms() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """Give the nominative given names with their gender, and all other forms with the genders they may have."""
    table = lexicon_of("ru").table("given_names")
    nominative: dict[str, str] = {}
    others: dict[str, set[str]] = {}
    for gender, names in table.items():
        for name in names:
            low = plain(name)
            nominative[low] = "e" if nominative.get(low, gender) != gender else gender
            for form in forms_of(low) | {"павл" + e for e in ("а", "у", "ом", "е") if low == "павел"}:
                others.setdefault(form, set()).add(gender)
    return nominative, {form: frozenset(genders) for form, genders in others.items()}


def case_of(tokens: Iterable[str]) -> Case:
    """In which case a person's name stands, by its given name where it is a known one, else by the surname's ending."""
    nominative, others = given_name_forms()
    words = [plain(token) for token in tokens if not token.endswith(".")]
    for word in words:
        if word in nominative:
            # `Александра` is a woman's name and a man's in the genitive.
            return "either" if len(others.get(word, ())) > 1 or nominative[word] == "e" else "nominative"
        if word in others:
            return "oblique"
    if not words:
        return "either"
    last = words[-1]
    if _SURNAME_OBLIQUE.search(last):
        return "oblique"
    return "either" if _SURNAME_EITHER.search(last) else "nominative"


def gender_of_name(tokens: Iterable[str]) -> str:
    """Give m, f or e (either) for a person's name, by given name, patronymic or surname."""
    nominative, others = given_name_forms()
    words = [plain(token) for token in tokens if not token.endswith(".")]
    for word in words:
        if re.search(r"(?:[оеё]вич|ьич|оглы|оглу)(?:а|у|ем|е)?\Z", word):
            return "m"
        if re.search(r"(?:[оеё]вн|ичн)[аыеуо]й?\Z|(?:кызы|гызы)\Z", word):
            return "f"
        if word in nominative and len(others.get(word, ())) <= 1:
            return nominative[word]
        if word in others and len(others[word]) == 1:
            return next(iter(others[word]))
    last = words[-1] if words else ""
    if re.search(r"(?:[оеё]в|[иы]н|ск(?:ий|ого|ому|им|ом)|[оеё]в(?:у|ым)|[иы]ным)\Z", last):
        return "m"
    return "f" if re.search(r"(?:[оеё]вой|[иы]ной|ская|цкая)\Z", last) else "e"


def verb_gender(cue: str) -> str:
    """What a verb of the cue agrees with: m, f, n, p (plural), s (any one, in the present), or blank where unknown."""
    for word in re.findall(r"[а-яё]+", cue.lower()):
        if not _VERB.search(word) or word in {"нет", "ответ", "запрос"}:
            continue
        if word.endswith(("ла", "лась", "ена")):
            return "f"
        if word.endswith(("ло", "лось", "ено")):
            return "n"
        if word.endswith(("ли", "лись", "ют", "ят", "ут", "ат", "ются", "ены")):
            return "p"
        return "s" if word.endswith(("ет", "ит", "ёт", "ется", "ится")) else "m"
    return ""


def agrees(gender: str, verb: str) -> bool:
    """Whether a subject of a gender (m, f, n, p, e) can have this verb."""
    if not verb or gender == "e":
        return verb != "p" or gender != "e"
    if verb == "s":
        return gender != "p"
    return gender == verb
