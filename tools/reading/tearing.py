"""A second hand's damage, with other choices than `planting`; refuses to serve for mending before it was measured.

Paragraphs doubled with one word changed, with a sentence missing, with the sentences in another order; sentences torn
between any two letters and continued by the start of another, by a tail of this or another page or by a line of the
site; sentences that go on in the next paragraph; spaces dropped after a stop, beside a number, at several places.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from reading.planting import Clean, Planted

WORDS_MIN = 18  # of a paragraph that is damaged
TORN_CHARACTERS_MIN = 12  # that are left of a sentence, and that are taken of its tail
SEVERAL_MIN = 9  # places of which three are taken, so that they lie apart
SITE_LINES = {
    "en": ("Read more about this story", "Share this article", "Sign up for our newsletter"),
    "ru": ("Читайте также другие новости", "Подписывайтесь на наш канал", "Поделиться этой новостью"),
    "az": ("Digər xəbərləri də oxuyun", "Xəbəri paylaşın", "Kanalımıza abunə olun"),
    "tr": ("İlgili haberleri de okuyun", "Bu haberi paylaşın", "Bültenimize abone olun"),
}
ACCEPTED = {
    "near_duplicate": frozenset({"near_duplicate"}),
    "splice": frozenset({"splice", "glued", "garbled", "truncated"}),  # a torn word reads as either
    "glued": frozenset({"glued"}),
}
_Torn = tuple[str, str, int, int] | None  # the paragraphs' new text, the mark that finds it, the place within the mark


def torn_in(page: Clean, other: Clean) -> tuple[str, list[Planted]]:
    """Put one or two damages into a page; give its text and the places. `other` lends text of another page."""
    chance = random.Random("torn/" + page.name)
    paragraphs = list(page.paragraphs)
    free = [
        n for n, p in enumerate(paragraphs) if n and len(p.split()) >= WORDS_MIN and p.endswith((".", "”", "»", '"'))
    ]
    chance.shuffle(free)
    kinds = list(_TEARS)
    chance.shuffle(kinds)
    marks: list[tuple[str, str, str, int, int]] = []
    taken: set[int] = set()
    for number, at in enumerate(free[: chance.randint(1, 2)]):
        kind, variant = kinds[number]
        if at in taken or (made := _TEARS[kind, variant](paragraphs, at, chance, (page.language, other))) is None:
            continue
        taken.update((at - 1, at, at + 1))
        paragraphs[at], mark, start, end = made
        marks.append((kind, variant, mark, start, end))
    text = "\n\n".join(paragraphs)
    out = []
    for kind, variant, mark, start, end in marks:
        found = text.find(mark)
        if found >= 0:
            out.append(Planted(kind=kind, variant=variant, start=found + start, end=found + end))
    return text, out


def _parts(paragraph: str) -> list[str]:
    return [piece for piece in re.split(r"(?<=[.!?])\s+(?=[^\W\d_a-zа-я])", paragraph) if piece]


def _other_word(paragraphs: list[str], at: int, chance: random.Random, _: tuple[str, Clean]) -> _Torn:
    words = paragraphs[at].split()
    words[chance.randrange(1, len(words) - 1)] = chance.choice(words)
    return _beside(paragraphs[at], " ".join(words), chance)


def _one_missing(paragraphs: list[str], at: int, chance: random.Random, _: tuple[str, Clean]) -> _Torn:
    parts = _parts(paragraphs[at])
    if len(parts) < 3:  # what is left must be a copy still
        return None
    del parts[chance.randrange(len(parts))]
    return _beside(paragraphs[at], " ".join(parts), chance)


def _other_order(paragraphs: list[str], at: int, chance: random.Random, _: tuple[str, Clean]) -> _Torn:
    parts = _parts(paragraphs[at])
    if len(parts) < 2:  # nothing to put elsewhere
        return None
    return _beside(paragraphs[at], " ".join([*parts[1:], parts[0]]), chance)


def _beside(paragraph: str, copy: str, chance: random.Random) -> _Torn:
    first, second = (paragraph, copy) if chance.randrange(2) else (copy, paragraph)
    return f"{first}\n\n{second}", f"{first}\n\n{second}", len(first) + 2, len(first) + 2 + len(second)


def _torn(how: str) -> Callable[[list[str], int, random.Random, tuple[str, Clean]], _Torn]:
    def made(paragraphs: list[str], at: int, chance: random.Random, lent: tuple[str, Clean]) -> _Torn:
        parts = _parts(paragraphs[at])
        long = [n for n, part in enumerate(parts) if len(part) >= 3 * TORN_CHARACTERS_MIN]
        if not long:
            return None
        chosen = chance.choice(long)
        sentence = parts[chosen]
        cut = chance.randrange(TORN_CHARACTERS_MIN, len(sentence) - TORN_CHARACTERS_MIN)
        head = sentence[:cut].rstrip()
        elsewhere = [
            s for n, p in enumerate(paragraphs) if n != at for s in _parts(p) if len(s) > 3 * TORN_CHARACTERS_MIN
        ]
        others = [s for p in lent[1].paragraphs for s in _parts(p) if len(s) > 3 * TORN_CHARACTERS_MIN]
        tail, rest = _CONTINUED[how](sentence[cut:], elsewhere, others, parts[chosen + 1 :], lent[0], chance)
        if not tail:
            return None
        joined = f"{head} {tail}"
        text = " ".join([*parts[:chosen], joined, *rest])
        mark = f"{head[-30:]} {tail[:30]}"
        return text, mark, len(head[-30:]), len(head[-30:]) + 1

    return made


_Continued = tuple[str, list[str]]


def _tail_of(sentence: str, chance: random.Random) -> str:
    return sentence[chance.randrange(TORN_CHARACTERS_MIN, len(sentence) - TORN_CHARACTERS_MIN) :].lstrip()


def _by_start(
    _own: str, elsewhere: list[str], others: list[str], rest: list[str], _language: str, chance: random.Random
) -> _Continued:
    pool = others or elsewhere
    return (chance.choice(pool), rest) if pool else ("", rest)


def _by_tail(
    _own: str, elsewhere: list[str], others: list[str], rest: list[str], _language: str, chance: random.Random
) -> _Continued:
    pool = others or elsewhere
    return (_tail_of(chance.choice(pool), chance), rest) if pool else ("", rest)


def _by_own_tail(
    own: str, _elsewhere: list[str], _others: list[str], rest: list[str], _language: str, chance: random.Random
) -> _Continued:
    if rest and len(rest[0]) > 3 * TORN_CHARACTERS_MIN:
        return _tail_of(rest[0], chance), rest[1:]
    return (_tail_of(own, chance), rest) if len(own) > 3 * TORN_CHARACTERS_MIN else ("", rest)


def _by_site(
    _own: str, _elsewhere: list[str], _others: list[str], rest: list[str], language: str, chance: random.Random
) -> _Continued:
    return chance.choice(SITE_LINES[language]), rest


_CONTINUED: dict[str, Callable[[str, list[str], list[str], list[str], str, random.Random], _Continued]] = {
    "the start of another page's sentence": _by_start,
    "a tail of another page's sentence": _by_tail,
    "a later tail of the same paragraph": _by_own_tail,
    "a line of the site": _by_site,
}


def _over_paragraphs(paragraphs: list[str], at: int, chance: random.Random, _: tuple[str, Clean]) -> _Torn:
    """A sentence whose end stands in a paragraph of its own, as where markup stood between, the middle lost."""
    words = paragraphs[at].split()
    cut = chance.randrange(6, len(words) - 8)
    gone = chance.randrange(0, 3)
    left, right = words[:cut], words[cut + gone :]
    if not right[0][:1].islower() or left[-1].endswith((".", "!", "?", "”", "»", '"', ":", "…")):
        return None
    head, tail = " ".join(left), " ".join(right)
    mark = f"{head[-30:]}\n\n{tail[:30]}"
    return f"{head}\n\n{tail}", mark, len(head[-30:]), len(head[-30:]) + 2


def _dropped(pattern: str) -> Callable[[list[str], int, random.Random, tuple[str, Clean]], _Torn]:
    compiled = re.compile(pattern)

    def made(paragraphs: list[str], at: int, chance: random.Random, _: tuple[str, Clean]) -> _Torn:
        places = [found.start(1) for found in compiled.finditer(paragraphs[at])]
        if not places:
            return None
        place = chance.choice(places)
        text = paragraphs[at][:place] + paragraphs[at][place + 1 :]
        start = max(0, place - 30)
        return text, text[start : place + 30], place - start - 1, place - start + 1

    return made


def _several(paragraphs: list[str], at: int, chance: random.Random, _: tuple[str, Clean]) -> _Torn:
    """Three spaces dropped in one paragraph; the first of them is the place that is looked for."""
    found = [m.start(1) for m in re.finditer(r"(?<=[^\W\d_]{2})( )(?=[^\W\d_]{2})", paragraphs[at])]
    places = sorted(chance.sample(found, 3)) if len(found) >= SEVERAL_MIN else []
    if not places:
        return None
    text = "".join(letter for n, letter in enumerate(paragraphs[at]) if n not in places)
    start = max(0, places[0] - 30)
    return text, text[start : places[0] + 30], places[0] - start - 1, places[0] - start + 1


_TEARS: dict[tuple[str, str], Callable[[list[str], int, random.Random, tuple[str, Clean]], _Torn]] = {
    ("near_duplicate", "one word changed"): _other_word,
    ("near_duplicate", "a sentence missing"): _one_missing,
    ("near_duplicate", "another order of sentences"): _other_order,
    ("glued", "after a full stop"): _dropped(r"(?<=[^\W\d_]{2}[.!?])( )(?=[^\W\d_])"),
    ("glued", "after a comma"): _dropped(r"(?<=[^\W\d_]{2},)( )(?=[^\W\d_]{2})"),
    ("glued", "between a number and a word"): _dropped(r"(?:(?<=\d)( )(?=[^\W\d_]{3}))"),
    ("glued", "between a word and a number"): _dropped(r"(?:(?<=[^\W\d_]{3})( )(?=\d))"),
    ("glued", "between two words"): _dropped(r"(?<=[^\W\d_]{2})( )(?=[^\W\d_]{2})"),
    ("glued", "at three places"): _several,
    ("splice", "over a paragraph's end"): _over_paragraphs,
    **{("splice", f"torn between letters, {how}"): _torn(how) for how in _CONTINUED},
}
