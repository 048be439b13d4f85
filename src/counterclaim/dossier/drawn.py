"""A weight as a drawn interval on a log axis centred on 1, with its table twin; refuses to draw a posterior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal

from counterclaim.dossier.judged import Judgement, judgements_of
from counterclaim.record.finding import Finding
from counterclaim.record.proposition import (
    Assessment,
    Combined,
    Interval,
    Proposition,
    Question,
    WeighedItem,
    Weight,
)
from counterclaim.record.vocabulary import vocabulary

WIDTH = 640  # units of the drawing; the page scales it
CENTRE = WIDTH // 2
HALF = 296  # from the centre to either end of the axis
WORDS_TOP = 104  # below the axis; each word of a band's name takes a line
WORDS_LINE = 14
DECADES_MIN = 2  # an axis shorter than 1/100..100 would make weak evidence look strong
DECADES_MAX = 6  # no scale has a band beyond a million
_SHOWN = Context(prec=3, rounding=ROUND_HALF_EVEN)
_LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A place on the axis (x in drawing units) with what is printed there."""

    x: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A band of the scale: where it begins and ends on the axis, and its words, a word a line."""

    start: int
    end: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The interval in drawing units: bar from `low` to `high`, brackets where a cap binds."""

    height: int
    ticks: tuple[Tick, ...]
    bands: tuple[Band, ...]
    low: int
    high: int
    caps: tuple[int, ...]
    crosses: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A proposition and who asserts it."""

    id: str
    text: str
    whose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One pair of rivals: numbers first, words second, the scale named. `silent`: nothing found bears on it."""

    first: str
    second: str
    low: str
    high: str
    words: str
    scale: str
    capped: bool
    sentence: str
    break_even: str
    silent: bool
    drawing: Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What entered the weighing: a finding, an account or an observation, its interval for each pair, who gave it."""

    id: str
    kind: str
    group: str
    basis: str
    cap: str
    intervals: tuple[tuple[str, str], ...]
    note: str
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A question with its weight, or asked and not weighed (no pairs)."""

    id: str
    text: str
    rivals: tuple[Rival, ...]
    pairs: tuple[Pair, ...]
    items: tuple[Item, ...]
    would_decide: tuple[tuple[str, str, str], ...]
    to_clarify: tuple[str, ...]
    origins: tuple[tuple[str, str], ...]
    left_out_pairs: tuple[str, ...]
    left_out: tuple[tuple[str, tuple[str, ...]], ...]
    warnings: tuple[str, ...]


def weighed_of(weight: Weight, assessments: Sequence[Assessment] = (), findings: Sequence[Finding] = ()) -> Weighed:
    """Make the printable form of one weight; who gave its ratios is told as far as these hold it."""
    asked = unweighed_of(weight.question)
    cap = max((item.cap for item in weight.items), default=None)
    spoken = [key for key, combined in sorted(weight.combined.items()) if not _is_silent(combined)]
    return Weighed(
        id=asked.id,
        text=asked.text,
        rivals=asked.rivals,
        pairs=tuple(_pair(key, combined, cap) for key, combined in sorted(weight.combined.items())),
        items=tuple(_item(item, judgements_of(weight, item, assessments, findings)) for item in weight.items),
        would_decide=tuple((row.test, shown(row.bits), shown(row.cost)) for row in weight.would_decide),
        # The heading says it already.
        to_clarify=tuple(point.removeprefix("To clarify: ") for point in weight.to_clarify),
        # A zero would read as if somebody had looked everywhere.
        origins=tuple((what, str(count) if count else "none known") for what, count in sorted(weight.origins.items())),
        left_out_pairs=tuple(key.replace(":", " : ") for key in spoken),
        left_out=tuple(
            (group, tuple(range_words(pairs[key]) if key in pairs else "" for key in spoken))
            for group, pairs in sorted(weight.leave_one_group_out.items())
        ),
        warnings=weight.warnings,
    )


def unweighed_of(question: Question) -> Weighed:
    """Make the printable form of a question that was asked and not weighed."""
    return Weighed(
        id=question.id,
        text=question.text,
        rivals=tuple(_rival(proposition) for proposition in question.propositions),
        pairs=(),
        items=(),
        would_decide=tuple((test.test, "", shown(test.cost)) for test in question.would_decide),
        to_clarify=(),
        origins=(),
        left_out_pairs=(),
        left_out=(),
        warnings=(),
    )


def _rival(proposition: Proposition) -> Rival:
    whose = (
        f"asserted by {proposition.asserted_by}" if proposition.asserted_by else "constructed by us; nobody asserts it"
    )
    return Rival(
        id=proposition.id, text=proposition.text, whose=f"{whose}; {proposition.note}" if proposition.note else whose
    )


def shown(number: Decimal) -> str:
    """Print a number with three digits and no exponent."""
    rounded = _SHOWN.create_decimal(number)
    return f"{rounded.normalize():f}" if rounded else "0"


def range_words(interval: Interval) -> str:
    """Print an interval, numbers below one as a fraction's denominator where that reads better."""
    return f"{shown(interval.low)} to {shown(interval.high)}"


def _item(item: WeighedItem, judgements: tuple[Judgement, ...]) -> Item:
    return Item(
        id=item.id,
        kind=item.kind,
        group=item.group,
        basis=item.basis,
        cap=shown(item.cap),
        intervals=tuple(
            (pair.replace(":", " : "), range_words(interval)) for pair, interval in sorted(item.intervals.items())
        ),
        note=item.note,
        judgements=judgements,
    )


def _pair(key: str, combined: Combined, cap: Decimal | None) -> Pair:
    first, _, second = key.partition(":")
    low, high = shown(combined.low), shown(combined.high)
    crosses = combined.low <= 1 <= combined.high
    words = "does not discriminate" if crosses else combined.words
    prior_low, prior_high = combined.break_even_prior
    return Pair(
        first=first,
        second=second,
        low=low,
        high=high,
        words=words,
        scale=_scale_name(combined.scale),
        capped=combined.capped,
        sentence=f"What was found is {low} to {high} times as probable if {first} as if {second}.",
        break_even=(
            f"Whoever held {first} to have a probability between {shown(prior_low)} and {shown(prior_high)} before "
            f"this (weighing {first} against {second} alone) ends even. That starting point is the reader's, not ours."
        ),
        silent=_is_silent(combined),
        drawing=drawing_of(combined.low, combined.high, scale=combined.scale, cap=cap if combined.capped else None),
    )


def _is_silent(combined: Combined) -> bool:
    return combined.low == combined.high == 1


def _scale_name(scale: str) -> str:
    known = vocabulary("scales")
    if scale not in known.ids():
        return scale
    term = known.term(scale)
    note = "; its table awaits confirmation" if term.status.is_unconfirmed else ""
    return f"{term.label(_LANGUAGE)[0]}{note}"


def drawing_of(low: Decimal, high: Decimal, *, scale: str, cap: Decimal | None) -> Drawing:
    """Lay the interval out: 0 < low <= high; x grows with the ratio, 1 stands in the middle."""
    decades = _decades([low, high, *([cap] if cap else [])])
    ticks = tuple(
        Tick(x=_x(Decimal(10) ** power, decades), text=_power(power)) for power in range(-decades, decades + 1)
    )
    bands = _bands(scale, decades)
    return Drawing(
        height=WORDS_TOP + WORDS_LINE * max((len(band.words) for band in bands), default=0),
        ticks=ticks,
        bands=bands,
        low=_x(low, decades) - (1 if low == high else 0),  # a bar of no width would not be seen
        high=_x(high, decades) + (1 if low == high else 0),
        caps=(_x(1 / cap, decades), _x(cap, decades)) if cap else (),
        crosses=low <= 1 <= high,
    )


def _decades(numbers: Sequence[Decimal]) -> int:
    farthest = max(abs(number.log10()) for number in numbers)
    return min(DECADES_MAX, max(DECADES_MIN, int(farthest.to_integral_value(ROUND_CEILING))))


def _x(number: Decimal, decades: int) -> int:
    place = int((number.log10() * HALF / decades).to_integral_value(ROUND_HALF_EVEN))
    return CENTRE + max(-HALF, min(HALF, place))


def _power(power: int) -> str:
    number = f"{10 ** abs(power):,}".replace(",", "\u202f")
    return number if power >= 0 else f"1/{number}"


def _bands(scale: str, decades: int) -> tuple[Band, ...]:
    """Give the scale's bands on both sides of 1: to the right for the first rival, to the left for the second."""
    known = vocabulary("scales")
    if scale not in known.ids():
        return ()
    bands: list[Band] = []
    for band in known.term(scale).fields.get("bands", ()):
        start, end = Decimal(band["from"]), Decimal(10) ** decades if band["below"] is None else Decimal(band["below"])
        if start >= Decimal(10) ** decades:
            continue
        words = () if start < 2 else tuple(_band_words(band["words"]))  # noqa: PLR2004 (the band that says nothing)
        right = Band(start=_x(start, decades), end=_x(end, decades), words=words)
        bands += [right, Band(start=WIDTH - right.end, end=WIDTH - right.start, words=words)]
    return tuple(sorted(bands, key=lambda band: band.start))


def _band_words(words: Mapping[str, str]) -> list[str]:
    return words[_LANGUAGE].split(" ")
