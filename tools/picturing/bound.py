"""A rate's 95 % bounds from its counts; refuses a rate of nothing.

Source: C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the
binomial", Biometrika 26 (1934); for no hit in n the upper bound is near 3.7 / n.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, lgamma, log

HALVINGS = 60  # of the interval: beyond a double's own grain
TAIL = 0.025  # on each side


def bounds(hits: int, n: int) -> tuple[float, float]:
    """Give the two-sided 95 % bounds of a rate of `hits` in `n`. Raises ValueError where n is 0."""
    if n < 1:
        raise ValueError("expected at least one trial, got none")
    low = 0.0 if hits == 0 else _where(lambda rate: _at_most(n - hits, n, 1 - rate) < TAIL)
    high = 1.0 if hits == n else _where(lambda rate: _at_most(hits, n, rate) > TAIL)
    return low, high


def rate_of(hits: int, n: int) -> str:
    """Print a rate with its counts and bounds: `0.987 (148 of 150; 95 % 0.953 to 0.998)`."""
    low, high = bounds(hits, n)
    return f"{hits / n:.3f} ({hits:,} of {n:,}; 95 % {_short(low)} to {_short(high)})"


def _short(rate: float) -> str:
    return f"{rate:.3f}" if rate == 0 or rate >= 0.01 else f"{rate:.1e}"


def _where(still: Callable[[float], bool]) -> float:
    """Give the largest rate for which `still` holds, by halving."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if still(middle) else (low, middle)
    return low


def _at_most(hits: int, n: int, rate: float) -> float:
    """The chance of at most `hits` in `n` trials, summed from its logarithms."""
    if rate <= 0.0 or rate >= 1.0:
        return 1.0 if rate <= 0.0 or hits >= n else 0.0
    a, b, whole = log(rate), log(1 - rate), lgamma(n + 1)
    return sum(exp(whole - lgamma(one + 1) - lgamma(n - one + 1) + one * a + (n - one) * b) for one in range(hits + 1))
