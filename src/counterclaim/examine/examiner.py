"""What an examiner and a comparer are, and the brief they answer; refuses to hand them anything else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from counterclaim.record.canonical import canonical_json, sha256_hex
from counterclaim.record.errors import MalformedError
from counterclaim.record.finding import Observed, Outcome

BYTES_MAX = 512 * 1024 * 1024  # no camera file is larger; a video goes to other methods than these
PIXELS_MAX = 100_000_000  # decoding and comparing that many takes 1.5 GB, measured: half of what the jail grants
EMBLEMS_MAX = 100  # reference pictures of one case; each is decoded for every exhibit
HELD_MAX = 1_000_000  # 32 bytes a code: what one process compares at once


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCode:
    """A picture held earlier, by its code: what the vault's shortlist hands in.

    `code` is `pdq:` and 64 hex digits of the picture as it is; `name` is the original base name;
    `admitted_at` is UTC, RFC 3339; `sha256` are 64 hex digits.
    """

    exhibit: int
    code: str
    name: str
    admitted_at: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What an examiner is told besides the bytes.

    `flags` are ISO 3166-1 alpha-2 codes, `emblems` reference pictures as bytes, `claimed_at` is EDTF.
    `held` is the shortlist of pictures held earlier.
    """

    flags: tuple[str, ...] = ()
    emblems: tuple[bytes, ...] = ()
    claimed_place: str | None = None
    claimed_at: str | None = None
    held: tuple[HeldCode, ...] = ()

    def __post_init__(self) -> None:
        """Hold the bounds."""
        if len(self.emblems) > EMBLEMS_MAX:
            raise MalformedError(f"at most {EMBLEMS_MAX} reference pictures", str(len(self.emblems)))
        if len(self.held) > HELD_MAX:
            raise MalformedError(f"at most {HELD_MAX} held codes", str(len(self.held)))

    def digest(self) -> str:
        """SHA-256 (64 hex digits) of the brief's canonical JSON, emblems by their digests, without `held`.

        The questions of a case decide what is asked; the shortlist is what the vault happened to hold when
        it was asked. Were it part of the digest, every picture admitted would make every finding of every
        examiner stale. What depends on the shortlist says so itself: such a finding records how many codes
        it was compared with and the digest of that list (`shortlist_digest`), so that whoever holds the same
        list can derive it again, and whoever does not sees which list is missing. ADR 0030.
        """
        return sha256_hex(
            canonical_json(
                {
                    "claimed_at": self.claimed_at,
                    "claimed_place": self.claimed_place,
                    "emblems": sorted(sha256_hex(emblem) for emblem in self.emblems),
                    "flags": sorted(self.flags),
                }
            )
        )

    def shortlist_digest(self) -> str:
        """SHA-256 (64 hex digits) over the held pictures' exhibit numbers, codes and digests, in that order.

        Original names and admission times stay out: they do not decide what is found.
        """
        rows = sorted((one.exhibit, one.code, one.sha256) for one in self.held)
        return sha256_hex(canonical_json([list(row) for row in rows]))


class Cost(StrEnum):
    """What an examiner takes, cheapest first: the order in which a case is examined.

    BYTES reads the file's own structure and decodes no picture. PIXELS decodes the picture; several such examiners
    share one decoding, and none is handed what is held. HELD is handed the codes of pictures held earlier.
    """

    BYTES = "bytes"
    PIXELS = "pixels"
    HELD = "held"


def cost_of(examiner: object) -> Cost:
    """Give the `cost` an examiner declares; HELD, which is handed everything, where it declares none."""
    declared = getattr(examiner, "cost", Cost.HELD)
    return Cost(declared) if declared in set(Cost) else Cost.HELD


class Examiner(Protocol):
    """A method with a name and a version; registered under the entry point `counterclaim.examiners`."""

    @property
    def name(self) -> str:
        """The name findings carry."""

    @property
    def version(self) -> str:
        """Changes with every change of what is observed."""

    def examine(self, content: bytes, brief: Brief) -> Outcome:
        """Observe `content` under `brief`; what cannot be examined is Declined, what broke is Failed."""


@runtime_checkable
class Searcher(Protocol):
    """An examiner whose search among what is held needs no bytes, so that many pictures can be looked at at once.

    `examine(content, brief)` is `with_held(observed, brief, sha256)` over what it observes where nothing is held.
    """

    def with_held(self, observed: Observed, brief: Brief, sha256: str) -> Observed:
        """Search `brief.held` by what was observed of the exhibit with this digest; MalformedError for other values."""


class Comparer(Protocol):
    """A method that takes two contents."""

    def compare(self, a: bytes, b: bytes) -> Outcome:
        """Observe how `a` and `b` relate; what cannot be compared is Declined, what broke is Failed."""
