"""A weight in one English sentence a judge can read; refuses to speak of how probable a proposition is.

The number comes first, the words second, the scale is named (ENFSI guideline 2015, evaluative reporting). It always
speaks of the findings given the propositions, never of the propositions given the findings.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Context, Decimal

from counterclaim.record.errors import MalformedError
from counterclaim.record.proposition import Combined, Question
from counterclaim.weigh.ratio import Exact, fraction_of
from counterclaim.weigh.scale import band_words_of, scale_of

_DOWN = Context(prec=3, rounding=ROUND_DOWN)  # "at least": rounding up would say more than was found
_UP = Context(prec=3, rounding=ROUND_UP)
_STORED = Context(prec=20, rounding=ROUND_HALF_EVEN)  # 1/7 stored and inverted is 6.99... in its last digit, and is 7


def sentence_of(pair: str, combined: Combined, question: Question) -> str:
    """Say the weight of one pair (`A:B`), and between which other pairs it says nothing. Raises MalformedError."""
    first, second = _pair_of(pair, question)
    scale = scale_of(combined.scale)
    ratio = Exact(low=fraction_of(combined.low), high=fraction_of(combined.high))
    words = band_words_of(ratio, scale)
    if ratio.low == ratio.high == 1:
        return f"Nothing judged so far discriminates between {first} and {second}."
    if not ratio.discriminates:
        main = (
            f"The findings do not discriminate between {first} and {second}: they are between {_low(combined.low)} and "
            f"{_high(combined.high)} times as probable if {first} as if {second} (scale {scale.id}: {words})"
        )
    else:
        favoured, other = (first, second) if ratio.low > 1 else (second, first)
        at_least = combined.low if ratio.low > 1 else _inverse(combined.high)
        limit = "; a cap was reached" if combined.capped else ""
        main = (
            f"The findings are at least {_low(at_least)} times more probable if {favoured} than if {other} "
            f"(scale {scale.id}: {words}{limit})"
        )
    return f"{main}{_silent_on(first, second, question)}."


def legend_of(question: Question) -> str:
    """Say what the letters stand for, in the propositions' own words and with who asserts them."""
    lines = []
    for proposition in question.propositions:
        source = (
            f"asserted by {proposition.asserted_by}"
            if proposition.asserted_by
            else "constructed by us; nobody asserts it"
        )
        lines.append(f"{proposition.id}: “{proposition.text}” ({source})")
    return "\n".join(lines)


def _pair_of(pair: str, question: Question) -> tuple[str, str]:
    first, _, second = pair.partition(":")
    ids = [proposition.id for proposition in question.propositions]
    if first not in ids or second not in ids or first == second:
        raise MalformedError("two rivals of the question as A:B", repr(pair))
    return first, second


def _silent_on(first: str, second: str, question: Question) -> str:
    others = [proposition.id for proposition in question.propositions if proposition.id not in {first, second}]
    if not others:
        return ""
    if len(others) == 1:
        return f"; this says nothing between {first} and {others[0]} or between {second} and {others[0]}"
    return f"; this says nothing about {', '.join(others[:-1])} and {others[-1]}"


def _low(number: Decimal) -> str:
    """Write a lower bound with three digits at most, rounded down."""
    return f"{_DOWN.plus(_STORED.plus(number)).normalize():f}"


def _high(number: Decimal) -> str:
    """Write an upper bound with three digits at most, rounded up."""
    return f"{_UP.plus(_STORED.plus(number)).normalize():f}"


def _inverse(number: Decimal) -> Decimal:
    return _STORED.divide(Decimal(1), number)
