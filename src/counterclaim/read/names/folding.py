"""A name reduced to what its spellings share; refuses to be shown: a folded name is a key, the printed one is the name.

Cyrillic is written in Latin letters, Azerbaijani and Turkish letters by their English spellings, and then the
spellings of one sound are made one: kh, x and h; q, g, gh and k; dzh, dj and j; e, a and the Azerbaijani schwa.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

NAME_CHARACTERS_MAX = 200  # a longer name is a sentence
NAMES_KEPT = 4096  # a page names 2000 at most, and each is compared with many
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`-][^\W\d_]+)*\.?")
_JOINT = re.compile(r"['’ʼ`-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A personal name in parts: each word's printed form in Latin letters and its key; the father's name apart.

    `words` are (Latin, key) without titles; an initial is a Latin word of one letter. `father` is the key of a
    patronymic's root, or of its initial, blank where there is none.
    """

    words: tuple[tuple[str, str], ...]
    father: str = ""


@cache
def letters() -> Mapping[str, Any]:
    """Give the tables of letters, sounds and name words."""
    text = files("counterclaim.read").joinpath("cues", "letters.json").read_text(encoding="utf-8")
    document: Mapping[str, Any] = json.loads(text)
    return document


def latin_of(word: str) -> str:
    """Write a word in small Latin letters without marks, by the letters' English spellings; not a key yet."""
    table = letters()["letters"]
    low = word.replace("I", "i").replace("İ", "i").lower()
    # `c` is j in Azerbaijani and Turkish, but only a word with a letter of theirs says that it is theirs.
    out = [table.get(letter, letter) for letter in unicodedata.normalize("NFC", low)]
    plain = unicodedata.normalize("NFD", "".join(out))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@cache
def _sounds() -> tuple[re.Pattern[str], Mapping[str, str]]:
    pairs = dict(letters()["sounds"])
    longest = sorted(pairs, key=len, reverse=True)
    return re.compile("|".join(longest)), pairs


def key_of(word: str) -> str:
    """Give the key that the spellings of one name share; double letters count once."""
    pattern, pairs = _sounds()
    latin = re.sub(r"[^a-z]", "", latin_of(word))
    key = pattern.sub(lambda found: pairs[found.group()], latin)
    return re.sub(r"(.)\1+", r"\1", re.sub(r"ii+", "i", key))


@lru_cache(maxsize=NAMES_KEPT)
def folded(name: str) -> Folded:
    """Fold a personal name: titles off, father's name apart, the rest by word; hyphenated parts stay one word."""
    tables = letters()
    raw = _WORD.findall(_without_particle_marks(name[:NAME_CHARACTERS_MAX]))
    parts = [(word, latin_of(word).strip(".")) for word in raw]
    parts = [(word, latin) for word, latin in parts if latin not in tables["titles"]] or parts
    words: list[tuple[str, str]] = []
    father = ""
    for word, latin in parts:
        if latin in {*tables["son_words"], *tables["daughter_words"]} and words:
            father = words.pop()[1]
        elif len(parts) > 2 and _root(latin):  # noqa: PLR2004  # a name of two words has no room for a patronymic
            father = key_of(_root(latin))
        else:
            plain = _JOINT.sub("", latin)
            words.append((_initials(word, plain), key_of(plain)))
    return Folded(words=tuple(words), father=father)


def _without_particle_marks(name: str) -> str:
    """`J.-L.` is two initials, and `al-Harbani` a name with its article."""
    name = re.sub(r"(?<=\w\.)-?(?=\w)", " ", name)
    return re.sub(r"(?i)\b(al|el|аль|эль)[-‐ ]", r"\1", name)


def _initials(word: str, plain: str) -> str:
    return plain if len(word.strip(".")) > 1 else plain[:1] if plain[:2] not in {"yu", "ya", "ch", "sh"} else plain[:2]


def _root(latin: str) -> str:
    for ending in sorted(letters()["patronymic_endings"], key=len, reverse=True):
        if latin.endswith(ending) and len(latin) - len(ending) >= len("ab"):
            return latin.removesuffix(ending)
    return ""


def is_initial(latin: str) -> bool:
    """Whether a folded word is an initial."""
    return 0 < len(latin) <= 2  # noqa: PLR2004  # `Ю.` is `yu`


def sex_of_ending(latin: str) -> str:
    """Say `f` or `m` where a surname's ending does, else nothing: -ova and -ov, -skaya and -skiy."""
    if latin.endswith(("ova", "eva", "skaya", "ska")):
        return "f"
    return "m" if latin.endswith(("ov", "ev", "skiy", "sky", "ski")) else ""


@lru_cache(maxsize=NAMES_KEPT)
def body_words(name: str) -> tuple[str, ...]:
    """Give the words of a body's name as keys in their order, links and possessive endings left out."""
    low = re.sub(r"[’'](?:s\b)?", "", name[:NAME_CHARACTERS_MAX].replace("İ", "i").lower())
    for form, plain in letters()["body_synonyms"].items():
        low = low.replace(form, plain)
    words = re.findall(r"[^\W\d_]+", low)
    return tuple(key_of(word) for word in words if word not in letters()["links"])
