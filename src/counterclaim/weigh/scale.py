"""Named verbal scales for likelihood ratios, read from the vocabulary; refuses words from the stronger bound."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from counterclaim.record.errors import UsageError
from counterclaim.record.vocabulary import vocabulary
from counterclaim.weigh.ratio import Exact

DEFAULT_SCALE = "enfsi2015"
_LANGUAGE = "en"  # the only language the scales' own words are published in; a surface translates around them


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Ratios from `start` (inclusive) to `end` (exclusive, None for no end) and their words."""

    start: Fraction
    end: Fraction | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A named scale; `is_unconfirmed` where its full table was not yet confirmed for use in court."""

    id: str
    bands: tuple[Band, ...]
    does_not_discriminate: str
    is_unconfirmed: bool


def scale_of(name: str = DEFAULT_SCALE) -> Scale:
    """Read the scale of this name. Raises UsageError where there is none."""
    scales = vocabulary("scales")
    term = scales.term(name)
    if term.fields.get("kind") != "scale":
        raise UsageError("the name of a verbal scale", repr(name))
    bands = tuple(
        Band(
            start=Fraction(band["from"]),
            end=None if band["below"] is None else Fraction(band["below"]),
            words=band["words"][_LANGUAGE],
        )
        for band in term.fields["bands"]
    )
    return Scale(
        id=term.id,
        bands=bands,
        does_not_discriminate=scales.fields["does_not_discriminate"][_LANGUAGE],
        is_unconfirmed=term.status.is_unconfirmed,
    )


def cap_of(basis: str) -> Fraction | None:
    """Find the cap of a basis; None where it comes from the validation itself. Raises UsageError for no such basis."""
    term = vocabulary("scales").term(basis)
    if term.fields.get("kind") != "cap":
        raise UsageError("a basis with a cap", repr(basis))
    largest = term.fields["ratio_max"]
    return None if largest is None else Fraction(largest)


def band_words_of(ratio: Exact, scale: Scale) -> str:
    """Give the scale's words for the bound nearer to 1, without a direction."""
    if not ratio.discriminates:
        return scale.does_not_discriminate
    strength = ratio.strength
    return next(band.words for band in scale.bands if band.end is None or strength < band.end)


def words_of(ratio: Exact, scale: Scale, pair: tuple[str, str]) -> str:
    """Give the words with their direction: below 1 they speak for the other proposition."""
    words = band_words_of(ratio, scale)
    favoured, other = pair if ratio.low > 1 else (pair[1], pair[0])
    if words.endswith("support"):
        return f"{words} for {favoured} rather than {other}"
    if words.endswith("more probable"):
        return f"{words} if {favoured} than if {other}"
    return words
