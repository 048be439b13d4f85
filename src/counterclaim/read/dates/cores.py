"""Days, months, seasons, years, decades and centuries as a language writes them; refuses a choice of day or month.

The patterns are over the letters of `tokens`, one letter a token, so that each reads in one pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from counterclaim.read.dates.endings import Case
from counterclaim.read.dates.parts import UNSTATED_YEAR, Part, Shape, Stated, day_of_digits, interval_of
from counterclaim.read.dates.words import DAY_MAX, ENDED, Token
from counterclaim.record.date import WINTER

MONTHS = 12
CENTURY_MAX = 22
_CASED = frozenset({"at", "since", "to", "until"})
Groups = dict[str, Token]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A token, or a date made of several: [start, end) of the sentence, its letter, and the date where it is one."""

    start: int
    end: int
    kind: str
    token: Token
    stated: Stated | None = None
    case: Case = ""
    last: str = ""


# `d` the day, `e` a second day, `M` and `N` months, `j` what joins, `y` and `z` years, `S` season, `c` century.
_BEFORE = (  # languages with prepositions
    r"(?P<f>[fB])?D?(?P<d>[do])(?P<j>[-tT&lp])D?(?P<e>[do])O?(?P<M>M),?(?:(?P<y>y)Y?)?",
    r"(?P<M>M)(?P<d>[do])(?P<j>[-tT&l])(?P<e>[do])(?:,?(?P<y>y))?",
    r"(?P<f>[fB])?(?P<M>M)(?P<j>[-tT&l])(?P<N>M)O?,?(?P<y>y)Y?",
    r"(?P<d>d)-(?P<M>M)-(?P<y>y)",
    r"D?(?P<d>[do])O?(?P<M>M)(?:,?(?P<y>y)Y?)?",
    r"(?P<M>M)D?(?P<d>[do])(?:,?(?P<y>y))?(?!t?y)",
    r"(?P<M>M)O?,?(?P<y>y)Y?",
    r"(?P<W>S)O?D?(?P<y>y)-[ydn][YZ]?",
    r"(?P<S>S)O?D?(?P<y>y)Y?",
    r"(?P<y>y)(?P<j>-)(?P<z>[ydn])[YZ]",
    r"(?P<c>[dov])(?P<j>[-&])(?P<k>[dov])C",
    r"(?P<c>[dov])-?C",
    r"(?P<s>s)[YZ]?",
    r"(?P<y>y)[YZ]",
    r"Y(?P<y>y)",
    r"(?P<F>F)Y?",
)
_AFTER = (  # languages with endings
    r"(?P<y>y)Y?(?P<M>[MG])m?(?P<d>[dow])(?P<j>[-&l])?(?P<e>[dow])(?![YZmu])",
    r"(?P<M>G)m?(?P<d>[dow])(?P<j>[-&l])?(?P<e>[dow])(?![YZmu])",
    r"(?P<d>[dow])(?P<j>[-&l])(?P<e>[dow])(?P<M>M)(?:(?P<y>y)Y?)?",
    r"(?P<y>y)Y?(?P<M>M)(?P<j>-)(?P<N>[MG])m?",
    r"(?P<M>M)(?P<j>-)(?P<N>M)(?P<y>y)Y?",
    r"(?P<y>y)(?P<j>[-&])(?P<z>[ydn])Z",
    r"(?P<d>[dow])(?P<M>M)(?P<y>y)Y?",
    r"(?P<M>M)m?(?P<y>y)Y?",
    r"(?P<y>y)Y?(?P<M>[MG])m?(?P<d>[dow])(?![YZmu])",
    r"(?P<y>y)Y?(?P<d>[dow])(?P<M>[MG])",
    r"(?P<d>[dow])(?P<M>[MG])",
    r"(?P<M>M)(?P<m>m)(?P<d>[dow])(?![YZmu])",
    r"(?P<M>G)m?(?P<d>[dow])(?![YZmu])",
    r"(?P<y>y)Y?(?P<M>[MG])m?",
    r"(?P<y>y)-[ydn]Y?(?P<W>S)",
    r"(?P<y>y)Y?(?P<S>S)",
    r"(?P<S>S)(?P<y>y)Y?",
    r"(?P<s>s)[YZ]?",
    r"(?P<D>[ydn])Z",
    r"(?P<c>[vdo])_?(?P<j>[-&])(?P<k>[vdo])_?C",
    r"(?P<c>[vdo])_?C",
    r"(?P<y>y)(?P<Y>Y)",
    r"(?P<M>[MG])(?P<m>m)",
    r"(?P<L>[yMG])",
    r"(?P<F>F)Y?",
)


def items_of(tokens: Sequence[Token], language: str) -> list[Item]:
    """Give the sentence with its dates as items of the letter @ (A, V, J by an ending: since, to, until)."""
    letters = "".join(token.kind for token in tokens)
    taken = [False] * len(tokens)
    found: dict[int, tuple[int, Stated]] = {}
    for pattern in _patterns(language):
        for match in pattern.finditer(letters):
            first, last = match.span()
            if any(taken[first:last]):
                continue
            groups = {name: tokens[match.start(name)] for name, got in match.groupdict().items() if got}
            stated = _stated(groups, tokens, first, last, language)
            if stated is None:
                continue
            first = _first(tokens, first, groups)
            found[first] = last, stated
            taken[first:last] = [True] * (last - first)
    return list(_items(tokens, found))


def _items(tokens: Sequence[Token], found: dict[int, tuple[int, Stated]]) -> Iterator[Item]:
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if at not in found:
            yield Item(start=token.start, end=token.end, kind=token.kind, token=token, case=token.case)
            at += 1
            continue
        end, stated = found[at]
        case = tokens[end - 1].case
        kind = {"since": "A", "to": "V", "until": "J"}.get(case, "@")
        yield Item(
            start=token.start,
            end=tokens[end - 1].end,
            kind=kind,
            token=token,
            stated=stated,
            case=case,
            last=tokens[end - 1].kind,
        )
        at = end


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in (_AFTER if language in ENDED else _BEFORE))


def _first(tokens: Sequence[Token], first: int, groups: Groups) -> int:
    """Leave out an article before a day in digits and before a second pattern's own head: `the 14 March`."""
    while tokens[first].kind in {"D", "Y"} and "d" in groups and groups["d"].kind == "d" and len(groups) > 1:
        first += 1
    if tokens[first].kind == "Y" and "y" in groups:
        first += 1
    return first


def _stated(groups: Groups, tokens: Sequence[Token], first: int, last: int, language: str) -> Stated | None:
    names = set(groups)
    if names & {"F", "s", "D", "c", "L"}:
        return _of_one_word(groups, language)
    year = groups["y"].value.zfill(4) if "y" in names else UNSTATED_YEAR
    if "z" in names:
        return _years(year, groups, tokens, last)
    if "W" in names:  # `winter 2015-16` is one winter; another season of two years is two
        return _one(Part(year=year, season=groups["W"].value)) if groups["W"].value == str(WINTER) else None
    if "S" in names:
        return _one(Part(year=year, season=groups["S"].value))
    if "M" not in names:
        return _one(Part(year=year)) if _is_year(groups, language) else None
    if "d" in names and not _is_day(groups, tokens, first, last, language):
        return None
    return _days(year, groups)


def _of_one_word(groups: Groups, language: str) -> Stated | None:
    if "F" in groups:
        return _of_digits(groups["F"].text, language)
    if "s" in groups:
        return _one(Part(year=groups["s"].value))
    if "D" in groups:
        return _decade(groups["D"])
    return _centuries(groups) if "c" in groups else _alone(groups["L"], language)


def _days(year: str, groups: Groups) -> Stated | None:
    """A day, a month, or two of either in one month or year."""
    month = groups["M"].value
    day = day_of_digits(groups["d"].value) if "d" in groups else ""
    left = Part(year=year, month=month, day=day)
    if "e" in groups:
        right = Part(year=year, month=month, day=day_of_digits(groups["e"].value))
    elif "N" in groups:
        right = Part(year=year, month=groups["N"].value)
    else:
        return _one(left)
    shape = _shape(groups)
    if shape is None:
        return None
    return interval_of(left, right) if shape == "interval" else Stated(parts=(left, right), shape=shape)


def _shape(groups: Groups) -> Shape | None:
    opened = groups["f"].kind if "f" in groups else ""
    joint = groups["j"].kind if "j" in groups else ""
    if not joint:  # `mayın 3-dən 5-dək`
        return "interval" if groups["d"].case == "since" and groups["e"].case in {"until", "to"} else None
    if joint == "p" and opened != "f":
        return None  # `с 12 на 13 мая`
    if joint == "&":
        return "interval" if opened == "B" else "all"
    return "one_of" if joint == "l" else "interval"


def _is_day(groups: Groups, tokens: Sequence[Token], first: int, last: int, language: str) -> bool:
    """Whether the number is a day of the month: it is small enough, and is not a street's name or a count of days."""
    day, month = groups["d"], groups["M"]
    if not 1 <= int(day.value) <= DAY_MAX:
        return False
    before, after = _kind(tokens, first - 1), _kind(tokens, last)
    if "y" not in groups and (before in {"U", "#"} or after in {"U", "K"}):
        return False
    if language not in ENDED:
        return True
    if day.start < month.start:  # `14 mart`; a numeral with a case of its own ends before the month
        return day.case in {"bare", ""} and not day.suffix.startswith(("d", "t"))
    if "m" in groups and groups["m"].case != "of":
        return False
    has_case = day.case not in {"bare", ""} or bool(day.suffix and day.suffix != "word")
    return has_case or "e" in groups or ("y" in groups and after not in {"x", "K"})


def _kind(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].kind if 0 <= at < len(tokens) else ""


def _is_year(groups: Groups, language: str) -> bool:
    """Whether a year stands with its noun; in a language with endings the noun is that year's, not `2019 il` of age."""
    return language not in ENDED or "Y" in groups


def _alone(token: Token, language: str) -> Stated | None:
    """A year or a month that its own ending makes a date: `2019'da`, `martda`."""
    if token.kind == "y":
        tied = bool(token.suffix) and token.suffix not in {"ordinal", "word"}
        return _one(Part(year=token.value)) if tied and token.case in {*_CASED, "of"} else None
    tied = token.suffix == "'" or (language == "az" and token.suffix != "name")
    return _one(Part(month=token.value)) if tied and token.case in _CASED else None


def _decade(token: Token) -> Stated | None:
    number = int(token.value)
    if number % 10 or not number or (token.kind != "y" and number >= 100):  # noqa: PLR2004  # `80-ci illər`
        return None
    if token.kind == "y":
        return _one(Part(year=f"{number // 100:02d}XX" if number % 100 == 0 else f"{number // 10}X"))
    return _one(Part(year=f"XX{number // 10}X"))


def _century(token: Token) -> Stated | None:
    number = int(token.value)
    return _one(Part(year=f"{number - 1:02d}XX")) if 1 < number <= CENTURY_MAX else None


def _centuries(groups: Groups) -> Stated | None:
    first, second = _century(groups["c"]), _century(groups["k"]) if "k" in groups else None
    if first is None or "k" not in groups:
        return first
    if second is None:
        return None
    parts = (*first.parts, *second.parts)
    return Stated(parts=parts, shape="interval" if groups["j"].kind == "-" else "all")


def _years(year: str, groups: Groups, tokens: Sequence[Token], last: int) -> Stated | None:
    until = groups["z"]
    other = until.value if until.kind == "y" else year[:2] + until.value.zfill(2)
    parts = (Part(year=year), Part(year=other))
    if groups["j"].kind == "&" and _kind(tokens, last) != "r":
        return Stated(parts=parts, shape="all")
    return Stated(parts=parts, shape="interval")


def _of_digits(text: str, language: str) -> Stated | None:
    """A date in digits. With dots az, ru and tr put the day first (as their standards do); else both orders stand."""
    if re.match(r"\d{4}[-./]", text):
        year, month, day = re.split(r"[-./]", text[:10])
        return _one(Part(year=year, month=month, day=day))
    found = re.match(r"(\d{1,2})([./])(\d{1,2})[./](\d{4}|\d\d)", text)
    if found is None:
        return None
    first, second = day_of_digits(found.group(1)), day_of_digits(found.group(3))
    year = found.group(4).rjust(4, "X")
    if "X" in year and not all(len(found.group(n)) == len("01") for n in (1, 3)):
        return None  # `2.10.19` is a version as soon as a date
    day_first = Part(year=year, month=second, day=first)
    if (found.group(2) == "." and language != "en") or int(first) > MONTHS or first == second:
        return _one(day_first)
    month_first = Part(year=year, month=first, day=second)
    if int(second) > MONTHS:
        return _one(month_first)
    both = sorted((day_first, month_first), key=lambda part: part.edtf)
    return Stated(parts=tuple(both), shape="one_of")


def _one(part: Part) -> Stated:
    return Stated(parts=(part,))
