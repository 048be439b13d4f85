"""Looks for pictures held earlier that look like this one, turned or mirrored too; says nothing of sameness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from counterclaim.examine.examiner import Brief, Cost
from counterclaim.examine.pdq import (
    DISTANCE_MAX,
    MIRRORED_FROM,
    ORIENTATIONS,
    QUALITY_MIN,
    SIDE_MIN,
    Codes,
    Match,
    codes_of,
    distance_of,
    nearest,
)
from counterclaim.examine.picture import Picture, picture_of
from counterclaim.record.canonical import sha256_hex
from counterclaim.record.errors import MalformedError
from counterclaim.record.finding import Declined, Failed, Observed, Outcome

QUALITY_MAX = 100
MATCHES_MAX = 200  # nearest first: what a person can look through; the number found is given beside it
LIMITS = (
    "A distance says how alike two pictures look when scaled down; it is not sameness, and not who copied whom.",
    "Crops, added borders, screenshots with surroundings and pictures within pictures are not found by this code.",
    "The earliest match is the earliest held here, never the first published.",
    "No match says only that no picture held here looks alike; it says nothing of pictures held elsewhere.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """The examiner and comparer by PDQ codes."""

    name: str = "lookalike"
    version: str = "2"
    cost: Cost = Cost.PIXELS

    def examine(self, content: bytes, brief: Brief) -> Outcome:
        """Compare the picture's eight codes with `brief.held`; matches lie within DISTANCE_MAX bits of 256.

        What lies near a picture too plain for the code stands under `matches_unreliable` and is no match (ADR 0033).
        Raises MalformedError for a held code that is no code: that is the caller's fault, not the exhibit's.
        """
        codes = _codes_of(content)
        if not isinstance(codes, Codes):
            return codes
        return _searched(codes, brief, sha256_hex(content))

    def with_held(self, observed: Observed, brief: Brief, sha256: str) -> Observed:
        """Give what `examine` gives under `brief` for the picture with this digest, from its codes alone.

        Raises MalformedError where `observed` holds no codes: it may come from a process that was taken over.
        """
        codes, quality = observed.values.get("codes"), observed.values.get("quality")
        if not isinstance(codes, (list, tuple)) or not all(isinstance(code, str) for code in codes):
            raise MalformedError("codes as texts", str(codes)[:80])
        if not isinstance(quality, int) or not 0 <= quality <= QUALITY_MAX:
            raise MalformedError(f"a quality of 0 to {QUALITY_MAX}", str(quality)[:80])
        for code in codes:
            distance_of(code, code)  # refuses what is no code, also where nothing is held
        return _searched(Codes(codes=tuple(codes), quality=quality), brief, sha256)

    def compare(self, a: bytes, b: bytes) -> Outcome:
        """Give the least distance between `a`, in any of eight orientations, and `b` as it is."""
        codes_a, codes_b = _codes_of(a), _codes_of(b)
        if not isinstance(codes_a, Codes):
            return codes_a
        if not isinstance(codes_b, Codes):
            return codes_b
        distances = [distance_of(code, codes_b.codes[0]) for code in codes_a.codes]
        least = min(distances)
        index = distances.index(least)
        reliable = min(codes_a.quality, codes_b.quality) >= QUALITY_MIN
        return Observed(
            summary=_comparison_of(least, ORIENTATIONS[index], reliable=reliable),
            values={
                "distance": least,
                "orientation": ORIENTATIONS[index],
                "mirrored": index >= MIRRORED_FROM,
                "qualities": [codes_a.quality, codes_b.quality],
                "reliable": reliable,
                "threshold": DISTANCE_MAX,
                "alike": reliable and least <= DISTANCE_MAX,
                "sensitive": [],
            },
            limits=LIMITS[:2],
            validation="inside" if reliable else "outside",
        )


def _searched(codes: Codes, brief: Brief, sha256: str) -> Observed:
    others = [one for one in brief.held if one.sha256 != sha256]
    reliable = codes.quality >= QUALITY_MIN
    near = nearest(codes.codes, others)
    matches = near if reliable else ()
    return Observed(
        summary=_summary_of(near, searched=len(others), quality=codes.quality),
        values={
            "codes": list(codes.codes),
            "orientations": list(ORIENTATIONS),
            "quality": codes.quality,
            "reliable": reliable,
            "threshold": DISTANCE_MAX,
            "searched": len(others),
            "found": len(matches),
            "matches": [_plain_of(match) for match in matches[:MATCHES_MAX]],
            "matches_unreliable": [] if reliable else [_plain_of(match) for match in near[:MATCHES_MAX]],
            "earliest_held": _earliest_of(matches),
            "shortlist_sha256": brief.shortlist_digest(),
            "sensitive": ["codes", "shortlist_sha256"],
        },
        limits=LIMITS,
        validation="inside" if reliable else "outside",
    )


def _codes_of(content: bytes) -> Codes | Declined | Failed:
    picture = picture_of(content)
    if not isinstance(picture, Picture):
        return picture
    if min(picture.width, picture.height) < SIDE_MIN:
        return Declined(reason=f"{picture.width} x {picture.height} pixels; a side needs at least {SIDE_MIN}")
    return codes_of(picture.rgb)


def _plain_of(match: Match) -> dict[str, Any]:
    return {
        "exhibit": match.held.exhibit,
        "distance": match.distance,
        "orientation": match.orientation,
        "mirrored": match.mirrored,
        "admitted_at": match.held.admitted_at,
    }


def _earliest_of(matches: tuple[Match, ...]) -> dict[str, Any] | None:
    if not matches:
        return None
    first = min(matches, key=lambda match: (match.held.admitted_at, match.held.exhibit))
    return {"exhibit": first.held.exhibit, "admitted_at": first.held.admitted_at}


def _summary_of(matches: tuple[Match, ...], *, searched: int, quality: int) -> str:
    if quality < QUALITY_MIN:
        return (
            f"The picture is too plain for this code (quality {quality}, at least {QUALITY_MIN} is needed); "
            f"{len(matches)} of {searched} pictures held earlier lie within {DISTANCE_MAX} bits, which says little."
        )
    if not matches:
        return f"None of {searched} pictures held earlier looks alike within {DISTANCE_MAX} of 256 bits."
    near = matches[0]
    turned = "" if near.orientation == ORIENTATIONS[0] else f", this picture {near.orientation.replace('_', ' ')}"
    return (
        f"{len(matches)} of {searched} pictures held earlier look alike; the nearest is E{near.held.exhibit} "
        f"at {near.distance} of 256 bits{turned}."
    )


def _comparison_of(distance: int, orientation: str, *, reliable: bool) -> str:
    if not reliable:
        return f"At least one of the two is too plain for this code (quality under {QUALITY_MIN}); distance {distance}."
    words = "look alike" if distance <= DISTANCE_MAX else "do not look alike by this code"
    turned = "as it is" if orientation == ORIENTATIONS[0] else orientation.replace("_", " ")
    return f"The two {words}: {distance} of 256 bits differ with the first {turned}."


EXAMINER = Lookalike()
COMPARER = EXAMINER
