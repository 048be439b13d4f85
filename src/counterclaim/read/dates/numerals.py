"""Number words that stand side by side as one number; refuses to add what a speaker would not: `two three days`."""

from __future__ import annotations

from dataclasses import replace

from counterclaim.read.dates.words import ENDED, YEAR_MAX, YEAR_MIN, Token

HUNDRED, THOUSAND = 100, 1000
TEENS = range(10, 20)
_OPEN_END = 1_000_000  # nothing said yet: any number word may begin


def joined_numerals(tokens: tuple[Token, ...], language: str) -> tuple[Token, ...]:
    """Give the tokens with each run of number words as one token of its value; an ordinal may end a run."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        if tokens[at].kind not in {"w", "o"}:
            out.append(tokens[at])
            at += 1
            continue
        end, value = _run(tokens, at, language)
        first, last = tokens[at], tokens[end - 1]
        kind = last.kind
        if kind == "o" and language != "en" and YEAR_MIN <= value <= YEAR_MAX:
            kind = "y"  # `две тысячи девятнадцатого`, `iki min on doqquzuncu`
        elif kind == "w" and YEAR_MIN <= value <= YEAR_MAX and end < len(tokens) and tokens[end].kind == "Y":
            kind = "y"  # `iki bin on dokuz yılında`
        text = first.text if end == at + 1 else f"{first.text}…{last.text}"
        out.append(replace(last, start=first.start, text=text, kind=kind, value=str(value), suffix="word"))
        at = end
    return tuple(out)


def _run(tokens: tuple[Token, ...], at: int, language: str) -> tuple[int, int]:
    """Where the run of number words that begins at `at` ends, and its value."""
    total, current, room = 0, 0, _OPEN_END
    end = at
    while end < len(tokens):
        step = _joint(tokens, end, language, room) if end > at else 0
        token = tokens[end + step] if step is not None and end + step < len(tokens) else None
        if token is None or token.kind not in {"w", "o"}:
            break
        value = int(token.value)
        if value == THOUSAND and total == 0 and (current or room == _OPEN_END):
            total, current, room = (current or 1) * THOUSAND, 0, THOUSAND
        elif value == HUNDRED and (0 < current < TEENS.start or (current == 0 and room > HUNDRED)):
            current, room = (current or 1) * HUNDRED, HUNDRED
        elif _rank(value) < room and value < THOUSAND:
            current, room = current + value, _left(value, language)
        else:
            break
        end += step + 1 if step else 1
        if token.kind == "o" or token.case not in {"", "bare"}:
            break  # an ending closes a numeral
    return end, total + current


def _joint(tokens: tuple[Token, ...], at: int, language: str, room: int) -> int | None:
    """How many tokens join the next number word to the run: none, or a hyphen, or an English `and` after hundreds."""
    if tokens[at].kind == "-" and at + 1 < len(tokens):
        glued = tokens[at - 1].end == tokens[at].start and tokens[at].end == tokens[at + 1].start
        return 1 if glued and room == TEENS.start and len(tokens[at + 1].value) == 1 else None
    if tokens[at].kind == "&":
        return 1 if language == "en" and room >= HUNDRED and at + 1 < len(tokens) else None
    return 0


def _rank(value: int) -> int:
    """What room a number word takes: a unit fits behind tens, teens and tens behind hundreds."""
    if value < TEENS.start:
        return 1
    if value < HUNDRED:
        return TEENS.start
    return HUNDRED


def _left(value: int, language: str) -> int:
    """What room a number word leaves behind it."""
    if value < TEENS.start or (value in TEENS and (language not in ENDED or value != TEENS.start)):
        return 1
    return TEENS.start if value < HUNDRED else HUNDRED
