"""What an examiner observed, declined or failed at; refuses an observation without its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from counterclaim.record.errors import MalformedError

Basis = Literal["elicited", "published", "validated", "none"]
Validation = Literal["inside", "outside", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A rectangle in pixels of the upright image."""

    x: int
    y: int
    width: int
    height: int
    label: str
    grade: Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioOffered:
    """A likelihood-ratio interval a validated method offers between two named propositions."""

    between: tuple[str, str]
    low: Decimal
    high: Decimal
    basis: Basis
    cap: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What was seen. `values` are plain JSON values without floats (decimals as text)."""

    summary: str
    values: Mapping[str, Any]
    limits: tuple[str, ...]
    regions: tuple[Region, ...] = ()
    ratio: RatioOffered | None = None
    validation: Validation = "none"

    def __post_init__(self) -> None:
        """An observation that does not say what it does not show is no observation."""
        if not self.limits or not all(limit.strip() for limit in self.limits):
            raise MalformedError("limits: what the observation does not show", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """The method is not validated for, or not applicable to, this input; silence is never absence."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The method broke on this input; the reason names how."""

    reason: str


Outcome = Observed | Declined | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One examiner's outcome on one exhibit's bytes under one brief.

    `id` is unique within the case (`E1.metadata`); `brief_sha256` names the brief it answered.
    """

    id: str
    exhibit: int
    examiner: str
    version: str
    brief_sha256: str
    outcome: Outcome
    status: Literal["proposed", "accepted", "rejected"] = field(default="proposed")


def pending_of(
    exhibits: frozenset[str], examiners: frozenset[str], brief_sha256: str, recorded: frozenset[tuple[str, str, str]]
) -> frozenset[tuple[str, str]]:
    """Work is derived, not queued: (exhibit digest, name@version) pairs without a recorded finding."""
    return frozenset(
        (digest, examiner)
        for digest in exhibits
        for examiner in examiners
        if (digest, examiner, brief_sha256) not in recorded
    )
