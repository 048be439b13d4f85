"""One row of a verification: what was checked and how it came out; refuses to sum rows into a score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

CheckOutcome = Literal["passed", "failed", "not_checked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was checked (`name`), on which file or entry (`what`), and the outcome with its reason."""

    name: str
    outcome: CheckOutcome
    what: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """What a verifier was given from outside the bag or vault; empty means nothing outside was at hand.

    `fingerprint` is the log key's SHA-256 in hex; `tsa_roots` is PEM text; `cosigners` are vkey lines (type 0x04).
    `checkpoint` is the signed note of an earlier checkpoint somebody kept, cosignature lines included or not;
    `consistency` leads from it to a bag's (a request as `cosign request` writes). `block_headers` are consecutive
    Bitcoin headers (80 bytes each) from height `block_headers_first`. `at` is the present (RFC 3339), which only
    says what has ended since; nothing is accepted or refused by it.
    """

    fingerprint: str | None = None
    tsa_roots: bytes | None = None
    cosigners: tuple[str, ...] = ()
    checkpoint: bytes | None = None
    consistency: bytes | None = None
    block_headers: bytes | None = None
    block_headers_first: int = 0
    at: str | None = None


def holds(checks: Iterable[Check]) -> bool:
    """Whether no row failed; rows not checked are shown, and do not count as passed."""
    return all(check.outcome != "failed" for check in checks)
