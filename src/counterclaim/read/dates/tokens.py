"""A sentence as tokens with the letter of their kind; refuses to see a number in a sum, a time or a clause of law.

The letters, by which the patterns of `cores`, `bounds` and `durations` are written: d a number 1-31, n another, y a
year of four digits, s a decade, F a date in digits, w number words, o an ordinal, v a Roman numeral; M month, G month
in the genitive, S season, W weekday, Y year, Z years, m month (the noun), u other units, C century; ~ about, g not
certain; p P O E prepositions, f from, i since, t to, T until, B between, r between (after), & and, l or, < before,
> after, b since (after), q until (after), e early or late, c about (after), j date (the noun); L last, N next,
H this, R yesterday and its like, a ago, k later, Q of age, K what numbers count, U street, D the, 1 a, h half,
x any other word, # a sign of money or of numbering, 5 and 6 parentheses, _ full stop, ; any other mark.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache

from counterclaim.read.casing import lowered
from counterclaim.read.dates.endings import Case, ending_of
from counterclaim.read.dates.numerals import joined_numerals
from counterclaim.read.dates.words import DAY_MAX, YEAR_MAX, YEAR_MIN, CalendarWords, Token, calendar_words_of
from counterclaim.record.passage import Span

CACHED_SENTENCES = 64  # dates and durations ask for one sentence, one after the other
_DASHES = "-‐‑–—−"
_TOKEN = re.compile(
    r"(?P<iso>(?<![\w.,/-])\d{4}-\d\d-\d\d(?:T\d[\d:.]{1,12}(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-]))"
    r"|(?P<dmy>(?<![\w.,/-])\d{1,2}(?P<sep>[./])\d{1,2}(?P=sep)(?:\d{4}|\d\d)(?!\d)(?![./]\d)(?:[-'’]?[^\W\d_]{1,6}(?!\w))?)"
    r"|(?P<ymd>(?<![\w.,/-])\d{4}(?P<cut>[./])\d\d(?P=cut)\d\d(?![\w/])(?!\.\d))"
    rf"|(?P<odd>\d+(?:(?:[.:/]\d+)|(?:,\d{{1,3}}(?!\d)))+(?:[{_DASHES}'’]?[^\W\d_]+)?)"
    rf"|(?P<number>\d+(?P<glue>[{_DASHES}'’ʼ]?)(?P<suffix>[^\W\d_]+)?)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)"
    rf"|(?P<dash>[{_DASHES}])|(?P<blank>\n\s*\n)|(?P<mark>[^\s\w])"
)
_MARKS = {",": ",", ".": "_", "(": "5", ")": "6"} | dict.fromkeys("§№#$€£₽₺₼%+", "#")
_ROMAN = re.compile(r"[IVXХ]{1,5}")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "Х": 10}


@lru_cache(maxsize=CACHED_SENTENCES)
def tokens_of(sentence: Span, language: str) -> tuple[Token, ...]:
    """Give the tokens of a sentence; offsets are within the sentence. Number words that make one number are one."""
    words = calendar_words_of(language)
    out: list[Token] = []
    for found in _TOKEN.finditer(sentence.text):
        if not out or found.start() >= out[-1].end:  # the full stop of an abbreviation is the abbreviation's
            out.extend(_token(found, words))
    return joined_numerals(_phrased(tuple(out), words), language)


def _token(found: re.Match[str], words: CalendarWords) -> tuple[Token, ...]:
    kind = found.lastgroup if found.lastgroup not in {"glue", "suffix", "sep", "cut"} else "number"
    if found.group("number") or found.group("ymd"):
        kind = "number" if found.group("number") else "ymd"
    plain = Token(start=found.start(), end=found.end(), text=found.group(), kind=";")
    match kind:
        case "word":
            return (_word(plain, found, words),)
        case "number":
            return _number(plain, found, words)
        case "iso" | "ymd":
            return (replace(plain, kind="F", value="iso"),)
        case "dash":
            return (replace(plain, kind="-"),)
        case "mark":
            return (replace(plain, kind=_MARKS.get(found.group(), ";")),)
        case "blank":
            return (plain,)
        case _:
            pass
    if found.group("dmy"):
        return (_numeric(plain, words),)
    return (replace(plain, kind="x"),)


def _numeric(token: Token, words: CalendarWords) -> Token:
    """A date in digits, with the ending a language ties to it."""
    digits = re.match(r"[\d./]+", token.text)
    cut = len(digits.group()) if digits else 0
    rest = lowered(token.text[cut:].lstrip("-'’"), words.language)
    if not rest:
        return replace(token, kind="F", value="dmy", case="bare" if words.ended else "")
    ending = ending_of(rest) if words.ended else None
    return replace(token, kind="F", value="dmy", case=ending.case) if ending else replace(token, kind="x")


def _word(token: Token, found: re.Match[str], words: CalendarWords) -> Token:
    low = lowered(token.text, words.language)
    dotted = found.string[token.end : token.end + 1] == "."
    if dotted:
        sense = words.sense(low + ".")
        if sense is not None:
            return replace(token, end=token.end + 1, text=token.text + ".", kind=sense.kind, value=sense.value)
    sense = words.sense(low)
    if sense is None:
        if _ROMAN.fullmatch(token.text):
            return replace(token, kind="v", value=str(_roman(token.text)))
        return replace(token, kind="x", value=low)
    if sense.kind == "M" and words.flag("capital_months") == "True" and not token.text[0].isupper():
        return replace(token, kind="x", value=low)  # `may`, `march`
    if dotted and sense.kind == "M" and words.language == "en" and low in _abbreviated():
        token = replace(token, end=token.end + 1, text=token.text + ".")
    suffix = "'" if "'" in token.text or "’" in token.text else ""
    if words.ended and sense.kind in "MG" and not suffix and token.text[0].isupper() and sense.case != "bare":
        suffix = "name" if low in words.words("names_too") else ""
    return replace(token, kind=sense.kind, value=sense.value, case=sense.case, unit=sense.unit, suffix=suffix)


@cache
def _abbreviated() -> frozenset[str]:
    months = calendar_words_of("en").table("months").values()
    return frozenset(form for forms in months for form in forms[1:])


def _number(token: Token, found: re.Match[str], words: CalendarWords) -> tuple[Token, ...]:
    suffix, glue = found.group("suffix") or "", found.group("glue")
    digits = re.match(r"\d+", token.text)
    assert digits is not None  # noqa: S101  # the group begins with a digit
    bare = replace(token, end=token.start + digits.end(), text=digits.group(), kind=_kind_of(digits.group()))
    bare = replace(bare, value=str(int(bare.text)))
    if not suffix and not glue:
        return (replace(bare, case="bare" if words.ended else ""),)
    ended = _suffixed(replace(token, value=bare.value, kind=bare.kind), lowered(suffix, words.language), glue, words)
    if suffix and ended is not None:
        return (ended,)
    if not glue:
        return (replace(token, kind="x"),)
    at = bare.end
    mark = replace(token, start=at, end=at + 1, text=glue, kind="-" if glue in _DASHES else ";")
    if not suffix:
        return bare, mark
    rest = Token(start=at + 1, end=token.end, text=suffix, kind="x")
    sense = words.sense(lowered(suffix, words.language))
    if sense is not None:
        rest = replace(rest, kind=sense.kind, value=sense.value, case=sense.case, unit=sense.unit)
    return bare, mark, rest


def _suffixed(token: Token, suffix: str, glue: str, words: CalendarWords) -> Token | None:
    """The number with the suffix its language gives it; None where it is none: `14km`, `3-day`."""
    number = int(token.value)
    tens = number % 10 == 0 and number > 0
    if words.ended:
        ending = ending_of(suffix) if glue else None
        if ending is None:
            return None
        if tens and ending.plural:
            return replace(token, kind="s", value=_decade(number), case=ending.case, suffix=suffix)
        return replace(token, case=ending.case, suffix="ordinal" if ending.ordinal else suffix)
    table = words.table("number_suffixes")
    day_first = suffix in table["ordinal"] or (number <= DAY_MAX and suffix == "е")
    if suffix in table["decade"] and tens and not day_first:
        return replace(token, kind="s", value=_decade(number), suffix=suffix)
    if day_first or suffix in table["plain"]:
        return replace(token, suffix=suffix)
    sense = words.sense(suffix + ".") if not glue else None
    if sense is not None and sense.kind == "Y" and token.kind == "y":  # `2019г`
        return replace(token, suffix=suffix)
    return None


def _year_noun(tokens: tuple[Token, ...], at: int) -> Token:
    """Azerbaijani `ilə` is `to the year` behind an ordinal, and `with` elsewhere."""
    ordinal = at > 0 and tokens[at - 1].suffix == "ordinal"
    return replace(tokens[at], kind="Y", value="il", case="to", unit="Y") if ordinal else tokens[at]


def _decade(number: int) -> str:
    """`1990` is 199X, `90` is XX9X; `1900` can be a decade or a century and stays the wider one."""
    if number % 100 == 0:
        return f"{number // 100:02d}XX"
    return f"{number // 10}X" if number >= YEAR_MIN else f"XX{number // 10 % 10}X"


def _kind_of(digits: str) -> str:
    if len(digits) == 4 and YEAR_MIN <= int(digits) <= YEAR_MAX:  # noqa: PLR2004  # a year is written with four digits
        return "y"
    return "d" if len(digits) <= 2 and 1 <= int(digits) <= DAY_MAX else "n"  # noqa: PLR2004  # as is a day with two


def _roman(text: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in text]
    return sum(-v if i + 1 < len(values) and v < values[i + 1] else v for i, v in enumerate(values))


def _phrased(tokens: tuple[Token, ...], words: CalendarWords) -> tuple[Token, ...]:
    """Join the words of a phrase into one token: `prior to`, `bazar ertəsi`."""
    out: list[Token] = []
    at = 0
    lows = [lowered(token.text, words.language) for token in tokens]
    while at < len(tokens):
        found = words.phrase(tuple(lows[at : at + 4]))
        if found is None:
            out.append(_year_noun(tokens, at) if lows[at] == "ilə" else tokens[at])
            at += 1
            continue
        size, sense = found
        last = tokens[at + size - 1]
        text = " ".join(token.text for token in tokens[at : at + size])
        case: Case = "bare" if words.ended else ""
        out.append(
            Token(start=tokens[at].start, end=last.end, text=text, kind=sense.kind, value=sense.value, case=case)
        )
        at += size
    return tuple(out)
