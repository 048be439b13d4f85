"""Interval arithmetic on likelihood ratios, exact until printed; refuses a bound too long to be a judgement.

Bounds are fractions inside the room, so that a product does not depend on its order and an inverse is exact
(ADR 0051). They become decimals of CONTEXT's precision once, on the way out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from counterclaim.record.errors import MalformedError
from counterclaim.record.proposition import Interval

CONTEXT = Context(prec=28, rounding=ROUND_HALF_EVEN)  # fixed: the same digits on every machine
BREAK_EVEN_DIGITS = 4  # a prior nobody can state more finely
RATIO_EXPONENT_MAX = 12  # bounds within 10^-12..10^12: six orders beyond the widest band of any scale here
RATIO_DIGITS_MAX = 40  # more digits than CONTEXT prints are a mistake, and exact products of them grow long
ONE = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """A likelihood-ratio interval in exact fractions, 0 < low <= high."""

    low: Fraction
    high: Fraction

    @property
    def discriminates(self) -> bool:
        """Whether 1 lies outside the interval."""
        return self.high < ONE or self.low > ONE

    @property
    def strength(self) -> Fraction:
        """The bound nearer to 1, as a ratio of at least 1 for the side it favours; 1 where it favours none."""
        if not self.discriminates:
            return ONE
        return self.low if self.low > ONE else 1 / self.high


NEUTRAL = Exact(low=ONE, high=ONE)


def exact_of(interval: Interval) -> Exact:
    """Turn a stored interval into fractions. Raises MalformedError beyond the limits named above."""
    return Exact(low=fraction_of(interval.low), high=fraction_of(interval.high))


def fraction_of(number: Decimal) -> Fraction:
    """Turn a positive decimal into a fraction. Raises MalformedError beyond the limits named above."""
    # Checked before converting: 1E+999999 as a fraction would fill the memory.
    if not number.is_finite() or number <= 0 or abs(number.adjusted()) > RATIO_EXPONENT_MAX:
        raise MalformedError(f"a ratio within 10^-{RATIO_EXPONENT_MAX}..10^{RATIO_EXPONENT_MAX}", str(number))
    if len(number.as_tuple().digits) > RATIO_DIGITS_MAX:
        raise MalformedError(f"a ratio of {RATIO_DIGITS_MAX} digits at most", f"{len(number.as_tuple().digits)} digits")
    return Fraction(number)


def interval_of(exact: Exact) -> Interval:
    """Turn fractions into the noun of the record, each bound rounded half to even to 28 digits."""
    return Interval(low=decimal_of(exact.low), high=decimal_of(exact.high))


def decimal_of(fraction: Fraction) -> Decimal:
    """Round a fraction once, half to even, to CONTEXT's precision."""
    return CONTEXT.divide(Decimal(fraction.numerator), Decimal(fraction.denominator))


def product(ratios: Iterable[Exact]) -> Exact:
    """Multiply intervals of positive bounds: low by low, high by high. No ratio at all gives [1, 1]."""
    low = high = ONE
    for ratio in ratios:
        low, high = low * ratio.low, high * ratio.high
    return Exact(low=low, high=high)


def inverse(ratio: Exact) -> Exact:
    """Say the same with the propositions swapped: [1/high, 1/low]."""
    return Exact(low=1 / ratio.high, high=1 / ratio.low)


def hull(ratios: Iterable[Exact]) -> Exact:
    """Find the smallest interval that holds all of them; at least one."""
    kept = list(ratios)
    return Exact(low=min(ratio.low for ratio in kept), high=max(ratio.high for ratio in kept))


def capped(ratio: Exact, cap: Fraction) -> Exact:
    """Bring both bounds within [1/cap, cap]; the same for a pair and for the pair swapped."""
    return Exact(low=min(max(ratio.low, 1 / cap), cap), high=min(max(ratio.high, 1 / cap), cap))


def break_even_of(ratio: Exact) -> tuple[Decimal, Decimal]:
    """Find the prior probabilities (low, high) of the first proposition at which both would end even: 1 / (1 + ratio).

    The low one comes from the high bound. Four significant digits.
    """
    context = Context(prec=BREAK_EVEN_DIGITS, rounding=ROUND_HALF_EVEN)
    low, high = (1 / (1 + bound) for bound in (ratio.high, ratio.low))
    return (
        context.divide(Decimal(low.numerator), Decimal(low.denominator)),
        context.divide(Decimal(high.numerator), Decimal(high.denominator)),
    )
