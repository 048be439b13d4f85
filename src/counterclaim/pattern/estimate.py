"""How many incidents neither of two lists holds, by capture-recapture; declines where the lists are too small."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

from counterclaim.record.finding import Declined

# Robson & Regier (1964), as given in Seber, The Estimation of Animal Abundance (1982), section 3.1: from seven
# recaptures on, the bias of Chapman's estimator is negligible with 95 % assurance. Cited from memory of the book;
# the figure is to be confirmed against a copy before anybody relies on it.
RECAPTURES_MIN = 7
_CONTEXT = Context(prec=8, rounding=ROUND_HALF_EVEN)  # more digits than any such estimate deserves

LIMITS = (
    "Assumes two lists made independently; lists that copy each other, or share a source, make it too low.",
    "Assumes each incident was equally likely to enter a list; what both miss for one reason stays uncounted.",
    "Assumes a closed set: the same place and period for both lists, and no incident added or dropped between them.",
    "Assumes that incidents were matched without error; a missed match makes it too high, a false one too low.",
    "Two lists cannot show whether these assumptions hold; three or more lists are needed to test independence.",
    "It counts incidents of the kind listed; it says nothing about any one of them.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Chapman's estimate of the number of incidents, its variance, what it rests on, and what it assumes."""

    total: Decimal
    variance: Decimal
    first: int
    second: int
    both: int
    known: int
    limits: tuple[str, ...]


def estimate_of(first: AbstractSet[str], second: AbstractSet[str]) -> Estimate | Declined:
    """Estimate from two lists of incident ids, de-duplicated and matched: (n1 + 1)(n2 + 1)/(m + 1) - 1.

    Source: Chapman (1951), Some properties of the hypergeometric distribution; variance after Seber (1970),
    (n1 + 1)(n2 + 1)(n1 - m)(n2 - m)/((m + 1)^2 (m + 2)).
    """
    n1, n2, m = len(first), len(second), len(first & second)
    if m < RECAPTURES_MIN:
        return Declined(
            reason=f"{m} incidents stand in both lists; below {RECAPTURES_MIN} the estimate is too biased to give."
        )
    total = Fraction((n1 + 1) * (n2 + 1), m + 1) - 1
    variance = Fraction((n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m), (m + 1) ** 2 * (m + 2))
    return Estimate(
        total=_decimal(total),
        variance=_decimal(variance),
        first=n1,
        second=n2,
        both=m,
        known=n1 + n2 - m,
        limits=LIMITS,
    )


def _decimal(fraction: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(fraction.numerator), Decimal(fraction.denominator))
