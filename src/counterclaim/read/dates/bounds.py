"""Dates with the words around them: from and to, before and since, about, perhaps, early; refuses an unlicensed number.

A bound is the date the text states, so `before 2015` is `../2015`: no year that nobody wrote is reckoned. `early` and
`late` stay in the span and change nothing, since EDTF has no form for them that states no more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from counterclaim.read.dates.cores import Item
from counterclaim.read.dates.parts import UNSTATED_YEAR, Mark, Part, Stated, interval_of
from counterclaim.read.dates.words import ENDED, Token, calendar_words_of

YEARS_APART_MAX = 200  # `1937-1953` is a time, `1020-2018` is a number
_QUALIFIED = r"(?:(?P<q>[~g]),?)?"
_BEFORE_HEAD = _QUALIFIED + r"(?P<p>[pPOBE]{0,2})"
_BEFORE_X = r"D?(?P<r>~)?D?(?:(?P<e>e)[O-]?D?)?(?P<x>[@yM])"
_BEFORE_X2 = r"D?(?:e[O-]?D?)?(?P<X>[@yM])"
_BEFORE = (
    _BEFORE_HEAD + r"(?P<o>B)" + _BEFORE_X + "(?P<j>&)" + _BEFORE_X2,
    _BEFORE_HEAD + r"(?P<o>[fi])p?" + _BEFORE_X + r"(?P<j>[tT])p?" + _BEFORE_X2,
    _BEFORE_HEAD + _BEFORE_X + r"(?P<j>-)" + _BEFORE_X2,
    _BEFORE_HEAD + r"(?P<p2>[pO]?)(?P<x>[@y])(?P<j>l)p?(?P<X>[@y])",
    r"(?P<x>@)(?P<j>&)(?P<X>@)",
    _BEFORE_HEAD + r"(?P<o>[if])" + _BEFORE_X,
    _BEFORE_HEAD + r"(?P<o>[<>T])p?" + _BEFORE_X,
    _BEFORE_HEAD + _BEFORE_X,
    r"5(?P<x>y)(?P<o>6)",
)
_AFTER = (
    _QUALIFIED + r"(?P<x>[@AVy])(?P<j>&)(?P<X>[@AVJy])[ju]?(?P<o>r)",
    _QUALIFIED + r"(?P<x>[@AVJ])[ju]?(?P<o>r)",
    _QUALIFIED + r"(?P<x>A)(?P<X>[VJ@])(?P<o>q?)",
    _QUALIFIED + r"(?P<x>[@y])(?P<j>-)(?P<X>[@AVJ])r?",
    _QUALIFIED + r"(?P<x>[@A])(?P<j>l)(?P<X>[@AVJ])",
    r"(?P<x>@)(?P<j>&)(?P<X>@)",
    _QUALIFIED + r"(?P<x>[@AVJy])(?P<e>e)(?P<o>[b<>])",
    _QUALIFIED + r"(?P<x>[@AV])[ju]?(?P<o>[bq])",
    _QUALIFIED + r"(?P<x>A)(?P<o>[<>])",
    _QUALIFIED + r"(?P<x>[@AVJy])(?P<e>e)(?!l)",
    _QUALIFIED + r"(?P<x>[@AVJy])(?P<o>c)",
    _QUALIFIED + r"(?P<x>[@AVJ])(?P<o>q?)",
    r"5(?P<x>y)(?P<o>6)",
)
_NAMED = re.compile(r"\?P<\w+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A date at [start, end) of the sentence."""

    start: int
    end: int
    stated: Stated


def found_in(items: Sequence[Item], language: str) -> list[Found]:
    """Give the dates among the items, each with the words that change its meaning."""
    letters = "".join(item.kind for item in items)
    out: list[Found] = []
    taken = [False] * len(items)
    for pattern in _patterns(language):
        for match in pattern.finditer(letters):
            at, end = match.start("x"), match.end()
            if any(taken[match.start() : end]):
                continue
            rule = _Match(match=match, items=items, language=language)
            stated = rule.stated()
            if stated is None:
                continue
            start = rule.start()
            out.append(Found(start=items[start].start, end=items[rule.end() - 1].end, stated=stated))
            taken[min(start, at) : end] = [True] * (end - min(start, at))
    out.extend(_listed(items, taken, language))
    return sorted(out, key=lambda found: found.start)


def _listed(items: Sequence[Item], taken: list[bool], language: str) -> list[Found]:
    """The further years of a list: `in 2018, 2019 and 2020`, `в 2018, 2019 и 2020 годах`."""
    out = []
    order = range(2, len(items)) if language == "en" else range(len(items) - 3, -1, -1)
    step = -2 if language == "en" else 2
    for at in order:
        led, joint, item = items[at + step], items[at + step // 2], items[at]
        following = items[at + 1].kind if at + 1 < len(items) else ""
        is_list = taken[at + step] and joint.kind in {",", "&"} and not taken[at] and item.kind == "y"
        if is_list and (led.kind == "y" or led.last == "Z") and following != "K":
            taken[at] = True
            out.append(Found(start=item.start, end=item.end, stated=Stated(parts=(Part(year=item.token.value),))))
    return out


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in (_AFTER if language in ENDED else _BEFORE))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    match: re.Match[str]
    items: Sequence[Item]
    language: str

    def _letter(self, name: str) -> str:
        return self.match.groupdict().get(name) or ""

    def _item(self, name: str) -> Item:
        return self.items[self.match.start(name)]

    def start(self) -> int:
        """The first item that belongs to the date: a qualifier, what opens a range, `early`, or the date."""
        letters = [name for name in ("q", "o", "r", "e", "x") if self._letter(name)]
        if self._letter("o") == "f" and not self._letter("X") and not self._is_open():
            letters.remove("o")
        if self._letter("o") == "6":
            letters.remove("o")
        return min(self.match.start(name) for name in letters)

    def end(self) -> int:
        return self.match.end() - 1 if self._letter("o") == "6" else self.match.end()

    def _is_open(self) -> bool:
        """Whether `from` alone leaves the end open: it does in Russian and Azerbaijani."""
        return self.language == "ru" or calendar_words_of(self.language).flag("lone_from") == "open"

    def stated(self) -> Stated | None:
        first = self._value("x")
        if first is None:
            return None
        mark = self._mark()
        if self._letter("X"):
            second = self._value("X")
            joined = self._joined(first, second) if second else None
            return replace(joined, mark=mark) if joined else None
        if not self._is_licensed():
            return None
        opened = self._letter("o")
        if opened == "r":
            between = first.shape in {"interval", "all"}
            return replace(first, shape="interval", mark=mark) if between else None
        return self._bounded(replace(first, mark=mark), opened)

    def _bounded(self, first: Stated, opened: str) -> Stated | None:
        """Give the interval a bounding word opens; a date of several parts keeps its own shape."""
        kind = self._item("x").kind
        if first.shape != "one":
            return first
        if opened in {"i", "b", ">"} or (opened == "f" and self._is_open()):
            return replace(first, shape="open_end")
        if opened in {"<", "T", "q"} or kind == "J":
            return replace(first, shape="open_start")
        alone = self.language in ENDED and kind == "A" and not opened and not self._letter("e")
        return replace(first, shape="open_end") if alone and self._is_open() else first

    def _value(self, name: str) -> Stated | None:
        item = self._item(name)
        if item.stated is not None:
            return item.stated
        token: Token = item.token
        if item.kind == "M":
            return Stated(parts=(Part(month=token.value),))
        return Stated(parts=(Part(year=token.value.zfill(4)),)) if item.kind == "y" else None

    def _mark(self) -> Mark:
        about = self._letter("q") == "~" or self._letter("r") == "~" or self._letter("o") == "c"
        unsure = self._letter("q") == "g"
        return "%" if about and unsure else "~" if about else "?" if unsure else ""

    def _joined(self, first: Stated, second: Stated) -> Stated | None:
        left, right, joint = first.parts[0], second.parts[0], self._letter("j")
        if first.shape != "one" or second.shape != "one":
            return None
        kinds = self._item("x").kind + self._item("X").kind
        if joint == "&" and not self._letter("o"):
            # `5 May and 7 June 2018`: the year is said once, of both
            shared = left.year == UNSTATED_YEAR != right.year and left.month and right.month
            whole = interval_of(left, right) if shared else None
            return replace(whole, shape="all") if whole else None
        if joint == "l":
            whole = interval_of(left, right)
            return replace(whole, shape="one_of") if whole and self._may_be_two(kinds) else None
        if joint == "-" and (
            (kinds == "MM" and "p" not in self._letter("p")) or not self._is_range(kinds, left, right)
        ):
            return None
        if self.language in ENDED and not joint and kinds[1] != "J" and not self._letter("o"):
            return None  # `2014-cü ildən 2016-cı ilə` needs its `qədər`
        return interval_of(left, right)

    def _may_be_two(self, kinds: str) -> bool:
        return "@" in kinds or bool(self._letter("p"))

    def _is_range(self, kinds: str, left: Part, right: Part) -> bool:
        if kinds != "yy":
            return "y" not in kinds or self.language in ENDED
        before = self.items[self.match.start() - 1].kind if self.match.start() else ""
        apart = int(right.year) - int(left.year)
        return before not in {"#", "-"} and 0 < apart <= YEARS_APART_MAX and self.language == "en"

    def _is_licensed(self) -> bool:
        """Whether a bare year or month is one: a preposition before it, and nothing after it that it counts."""
        kind, leads = self._item("x").kind, self._letter("p").replace("E", "")
        if kind not in {"y", "M"}:
            return True
        following = self.items[self.match.end("x")].kind if self.match.end("x") < len(self.items) else ""
        if following in {"K", "-", "#"}:
            return False
        opened, early = self._letter("o"), self._letter("e")
        if self.language in ENDED:
            return bool(early or opened in {"c", "6"})
        if kind == "M":
            named = self._item("x").token.text.lower() in calendar_words_of(self.language).words("names_too")
            return bool("p" in leads or early or (opened in {"i", "T", "<", ">", "f"} and not named))
        if self.language == "ru":
            return opened == "6" or self._item("x").token.suffix not in {"", "word"}
        about = bool(self._letter("q") or self._letter("r")) and following in {"", ",", "_", ";", "&", "6", "p"}
        before = self.items[self.match.start("x") - 1].kind if self.match.start("x") else ""
        told = before == "D" and following == "x"  # `the 2019 elections`
        return bool(leads or early or opened or about or told)
