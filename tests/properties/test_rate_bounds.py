"""The 95 % bounds printed beside every rate of `make eval-copies`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
sys.path.insert(0, str(TOOLS))
bound = importlib.import_module("picturing.bound")
sys.path.remove(str(TOOLS))


def test_no_hit_in_n_is_bounded_near_three_point_seven_in_n() -> None:
    for n in (10, 1_000, 100_000):
        low, high = bound.bounds(0, n)
        assert low == 0.0
        assert high == pytest.approx(1 - 0.025 ** (1 / n), rel=1e-6)


def test_bounds_of_all_hits_mirror_those_of_none() -> None:
    low, high = bound.bounds(150, 150)
    assert (low, high) == (pytest.approx(1 - bound.bounds(0, 150)[1], rel=1e-9), 1.0)


def test_published_bounds_are_given() -> None:
    # Clopper and Pearson's interval for 2 of 10, as in their table: 2.5 % to 55.6 %.
    low, high = bound.bounds(2, 10)
    assert (round(low, 3), round(high, 3)) == (0.025, 0.556)


def test_bounds_hold_the_rate_and_narrow_with_n() -> None:
    widths = []
    for n in (20, 200, 2_000):
        low, high = bound.bounds(n * 9 // 10, n)
        assert low < 0.9 < high
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one trial"):
        bound.bounds(0, 0)
