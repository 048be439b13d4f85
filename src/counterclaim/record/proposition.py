"""Rival propositions, what was judged of them, and the weight; refuses a question with one side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from counterclaim.record.errors import MalformedError
from counterclaim.record.finding import Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A likelihood-ratio interval, 0 < low <= high."""

    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        """Hold the order."""
        if not (self.low.is_finite() and self.high.is_finite() and 0 < self.low <= self.high):
            raise MalformedError("0 < low <= high, both finite", f"[{self.low}, {self.high}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposition:
    """One rival. Exactly one of `asserted_by` and `constructed` says where it comes from."""

    id: str
    text: str
    asserted_by: str | None = None
    constructed: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        """A rival is asserted by somebody or constructed by us, never both or neither."""
        if (self.asserted_by is None) != self.constructed:
            raise MalformedError(
                "either asserted_by or constructed", f"asserted_by={self.asserted_by!r}, constructed={self.constructed}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """One possible result of a further test and its probability given each proposition id."""

    result: str
    given: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherTest:
    """A test that could still be made; `cost` is in the asker's own units."""

    test: str
    cost: Decimal
    results: tuple[TestResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The set of rivals, committed before findings are shown; `late` rivals came after."""

    id: str
    text: str
    propositions: tuple[Proposition, ...]
    would_decide: tuple[FurtherTest, ...] = ()

    def __post_init__(self) -> None:
        """At least two rivals with distinct ids."""
        ids = [proposition.id for proposition in self.propositions]
        if len(ids) < 2 or len(set(ids)) != len(ids):  # noqa: PLR2004 (a question has two sides)
            raise MalformedError("two or more rivals with distinct ids", ", ".join(ids) or "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A judged ratio: how much more probable `item` is if `between[0]` than if `between[1]`.

    `item` is a finding id, an account id, or `E<n>` with `observed` in words. `group` names the
    dependency group; empty means: one group per exhibit.
    """

    id: str
    question: str
    item: str
    kind: Literal["finding", "account", "observation"]
    observed: str
    group: str
    between: tuple[str, str]
    interval: Interval
    basis: Basis
    why: str
    by: str
    absence: bool = False
    cap: Decimal | None = None
    status: Literal["proposed", "accepted", "rejected"] = "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """The combination over dependency groups for one pair of rivals.

    `words` come from the weaker bound on the scale `scale`; `break_even_prior` are the prior
    probabilities of the first rival (low, high) at which the two would end even.
    """

    low: Decimal
    high: Decimal
    words: str
    scale: str
    capped: bool
    break_even_prior: tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedItem:
    """One item (or one joint group member) as it entered the weighing."""

    id: str
    kind: str
    group: str
    intervals: Mapping[str, Interval]
    basis: Basis
    cap: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldDecide:
    """A further test, its expected information in bits under equal priors, and its cost."""

    test: str
    bits: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """An interval for each pair of rivals plus what it rests on; never a posterior."""

    question: Question
    items: tuple[WeighedItem, ...]
    combined: Mapping[str, Combined]
    would_decide: tuple[WouldDecide, ...]
    to_clarify: tuple[str, ...]
    origins: Mapping[str, int]
    leave_one_group_out: Mapping[str, Mapping[str, Interval]]
    warnings: tuple[str, ...] = ()
