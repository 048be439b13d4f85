"""Durations as ISO 8601 periods; refuses an age, a point in time (`three days later`) and a number nobody gave."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from counterclaim.read.dates.words import ENDED, CalendarWords, Token, calendar_words_of

NUMBER_MAX = 9999
YEARLY_MIN = 1800  # `2016 günü` is a day of that year
_UNIT = "[YZmu]"
_NUMBER = r"(?<![dnyw][-tTl])(?<![dnw])(?P<n>[dnyw1])"
# `h` is a half; the second number and unit are those of `10 years and six months`.
_BEFORE = (
    _NUMBER + rf"(?P<u>{_UNIT}),?(?P<v>[dnw])(?P<w>{_UNIT}),?&?(?P<t>[dnw])(?P<s>{_UNIT})",
    _NUMBER + rf"(?P<u>{_UNIT})&(?P<v>[dnw])(?P<w>{_UNIT})",
    _NUMBER + rf"(?P<u>{_UNIT})(?P<v>[dnw])(?P<w>{_UNIT})",
    _NUMBER + rf"(?:&1?|f)(?P<h>h)(?P<u>{_UNIT})",
    _NUMBER + rf"(?P<u>{_UNIT})&1?(?P<h>h)",
    rf"(?P<h>h)(?:1|O)?(?P<u>{_UNIT})",
    _NUMBER + rf"-?(?P<b>x)?(?P<u>{_UNIT})",
)
_AFTER = (
    _NUMBER + rf"(?P<u>{_UNIT})&?(?P<v>[dnw])(?P<w>{_UNIT})",
    _NUMBER + rf"(?P<h>h)(?P<u>{_UNIT})",
    rf"(?:{_NUMBER})?(?P<u>{_UNIT})(?P<h>h)(?!{_UNIT})",
    rf"(?P<h>h)(?P<u>{_UNIT})",
    _NUMBER + rf"(?P<b>x)?(?P<u>{_UNIT})",
)
_HALVES = {"Y": "6M", "D": "T12H", "TH": "30M", "TM": "30S"}
_CONTINUES = {"a", "k", "<", ">", "Q"}  # ago, later, before, after, old
Duration = tuple[int, int, str]  # start and end within the sentence, and the period


def durations_of(tokens: Sequence[Token], language: str) -> list[Duration]:
    """Give the durations among the tokens in the order of the text."""
    words = calendar_words_of(language)
    letters = "".join(token.kind for token in tokens)
    out: list[Duration] = []
    taken = [False] * len(tokens)
    for pattern in _patterns(language):
        for match in pattern.finditer(letters):
            groups = {name: tokens[match.start(name)] for name, got in match.groupdict().items() if got}
            first, last = match.span()
            period = _period(groups)
            if any(taken[first:last]) or period is None or not _is_duration(tokens, first, last, groups, words):
                continue
            start, end = _span(tokens, first, last, words)
            taken[first:last] = [True] * (last - first)
            out.append((start, end, period))
    out.extend(_words(tokens, words, taken))
    return sorted(out)


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in (_AFTER if language in ENDED else _BEFORE))


def _unit(token: Token) -> str:
    return token.unit or {"Y": "Y", "Z": "Y", "m": "M"}.get(token.kind, "")


def _period(groups: dict[str, Token]) -> str | None:
    """Write the number and its unit, with the half or the smaller unit that stands beside them."""
    unit = _unit(groups["u"])
    number = (
        _number(groups["n"]) if "n" in groups else 0 if "h" in groups and groups["u"].start > groups["h"].start else 1
    )
    if (
        not unit
        or number is None
        or number > NUMBER_MAX
        or ("n" in groups and groups["n"].kind == "y" and number >= YEARLY_MIN)
    ):
        return None
    if "v" in groups:
        other, more = _unit(groups["w"]), _number(groups["v"])
        order = "YMWD"
        if more is None or other.startswith("T") or unit.startswith("T") or order.find(other) <= order.find(unit):
            return None
        third = f"{_number(groups['t'])}{_unit(groups['s'])}" if "t" in groups else ""
        return f"P{number}{unit}{more}{other}{third}" if re.fullmatch(r"(?:\d+[MWD])?", third) else None
    if "h" in groups:
        return _with_half(number, unit)
    return f"PT{number}{unit[1]}" if unit.startswith("T") else f"P{number}{unit}"


def _with_half(number: int, unit: str) -> str:
    """`two and a half years` is P2Y6M; half a week or month has no whole smaller unit and is a decimal."""
    half = _HALVES.get(unit)
    time = "T" if unit.startswith("T") else ""
    if half is None:
        return f"P{number}.5{unit}"
    return f"P{time}{f'{number}{unit[-1]}' if number else ''}{half}"


def _number(token: Token) -> int | None:
    if token.kind == "1":
        return 1
    if token.case not in {"", "bare"} or token.suffix not in {"", "word"}:
        return None
    return int(token.value) or None


def _is_duration(
    tokens: Sequence[Token], first: int, last: int, groups: dict[str, Token], words: CalendarWords
) -> bool:
    after = tokens[last].kind if last < len(tokens) else ""
    beyond = tokens[last + 1].kind if last + 1 < len(tokens) else ""
    before = tokens[first - 1] if first else None
    if after in _CONTINUES or (after == "-" and beyond == "Q") or (before and before.kind in {"k", "j", "#"}):
        return False
    if before and before.text.lower() in words.words("age_before") and _unit(groups["u"]) == "Y":
        return False
    if "b" in groups and groups["b"].text.lower() not in words.words("between_number_and_unit"):
        return False
    if words.ended and after in {"e", "q"}:
        return False
    return "h" in groups or "v" in groups or _lasts(tokens, first, last, groups["n"], words)


def _lasts(tokens: Sequence[Token], first: int, last: int, number: Token, words: CalendarWords) -> bool:
    """`A day` and `bir gün` are ways of speaking unless something is said to last one."""
    if number.kind != "1" and not (number.value == "1" and number.suffix == "word" and words.language != "ru"):
        return True
    if words.ended:
        return any(token.text.lower() in words.words("lasted_after") for token in tokens[last : last + 2])
    before = tokens[first - 1].text.lower() if first else ""
    return before in words.words("lasted_before")


def _span(tokens: Sequence[Token], first: int, last: int, words: CalendarWords) -> tuple[int, int]:
    """Where the duration stands, with `nearly` or `more than` before it, or `çox` after it."""
    for size in (2, 1):
        lead = " ".join(token.text.lower() for token in tokens[max(0, first - size) : first])
        if first >= size and lead in words.words("counted_over"):
            first -= size
            break
    if last < len(tokens) and tokens[last].text.lower() in words.words("counted_over_after"):
        last += 1
    return tokens[first].start, tokens[last - 1].end


def _words(tokens: Sequence[Token], words: CalendarWords, taken: Sequence[bool]) -> list[Duration]:
    """Durations within one Russian word, or told by `полтора`: `полгода`, `трёхдневный`, `полтора года`."""
    table = {form: period for period, forms in words.table("durations").items() for form in forms}
    whole = _compounds(words.language)
    out: list[Duration] = []
    for at, token in enumerate(tokens):
        low = token.text.lower()
        period = table.get(low) or whole.get(low)
        ago = at + 1 < len(tokens) and tokens[at + 1].kind in _CONTINUES
        if taken[at]:
            continue
        if period is not None and not ago:
            out.append((token.start, token.end, period))
        elif low in words.words("one_and_a_half") and at + 1 < len(tokens) and _unit(tokens[at + 1]):
            out.append((token.start, tokens[at + 1].end, _with_half(1, _unit(tokens[at + 1]))))
    return out


@cache
def _compounds(language: str) -> dict[str, str]:
    words = calendar_words_of(language)
    return {
        number + stem + ending: f"P{'T' if unit[0] == 'T' else ''}{value}{unit[-1]}"
        for value, numbers in words.table("compound_numbers").items()
        for number in numbers
        for unit, stems in words.table("compound_units").items()
        for stem in stems
        for ending in words.words("compound_endings")
    }
