"""What overlaps a stretch of text, found without walking all of it; refuses to put its rows in another order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from itertools import accumulate
from typing import Generic, TypeVar

from counterclaim.record.account import Reading
from counterclaim.record.passage import Span

T = TypeVar("T")
_SERIOUS = frozenset({"splice", "truncated"})


class SpanIndex(Generic[T]):
    """Rows that stand at [start, end) of a text, asked for by what they overlap.

    A question costs the logarithm of the number of rows and what lies near; only rows that span much of the text,
    of which there are few, are looked at in vain.
    """

    def __init__(self, rows: Iterable[tuple[Span, T]]) -> None:
        """Sort the rows by where they begin, and remember their given order."""
        given = [(span.start, span.end, order, row) for order, (span, row) in enumerate(rows)]
        self._rows = sorted(given, key=lambda each: each[:3])
        self._starts = [start for start, _, _, _ in self._rows]
        self._reach = list(accumulate((end for _, end, _, _ in self._rows), max))

    def overlapping(self, start: int, end: int) -> list[T]:
        """Give the rows that share a code point with [start, end), in the order they were given."""
        first, last = bisect_right(self._reach, start), bisect_left(self._starts, end)
        if first >= last:
            return []
        near = [(order, row) for _, until, order, row in self._rows[first:last] if until > start]
        return [row for _, row in sorted(near, key=lambda each: each[0])]

    def touches(self, start: int, end: int) -> bool:
        """Whether a row shares a code point with [start, end)."""
        first, last = bisect_right(self._reach, start), bisect_left(self._starts, end)
        return any(until > start for _, until, _, _ in self._rows[first:last])


class Damaged:
    """The damage of a reading, boilerplate apart, asked for by what it touches."""

    def __init__(self, reading: Reading) -> None:
        """Index the damage once."""
        told = [item for item in reading.damage if item.kind != "boilerplate"]
        self._ids = [item.id for item in told]
        self._kinds = {item.id: item.kind for item in reading.damage}
        self._all = SpanIndex((span, order) for order, item in enumerate(told) for span in item.spans)
        self._splices = SpanIndex(
            (span, item) for item in reading.damage if item.kind == "splice" for span in item.spans
        )

    def on(self, span: Span) -> tuple[str, ...]:
        """List the ids of damage that a span touches, in the order of the reading."""
        return tuple(self._ids[order] for order in sorted(set(self._all.overlapping(span.start, span.end))))

    def is_serious(self, ids: Iterable[str]) -> bool:
        """Whether one of these is a splice or a cut."""
        return any(self._kinds[each] in _SERIOUS for each in ids)

    def is_spliced(self, span: Span) -> bool:
        """Whether a splice touches a span."""
        return self._splices.touches(span.start, span.end)


class Taken:
    """Stretches [start, end) that are taken, added in any order."""

    def __init__(self) -> None:
        """Begin with none."""
        self._rows: list[tuple[int, int]] = []
        self._longest = 0

    def add(self, start: int, end: int) -> None:
        """Take one more."""
        insort(self._rows, (start, end))
        self._longest = max(self._longest, end - start)

    def within(self, start: int, end: int) -> list[tuple[int, int]]:
        """Give those that share a code point with [start, end), in their order."""
        first = bisect_left(self._rows, (start - self._longest, 0))
        return [row for row in self._rows[first : bisect_left(self._rows, (end, 0))] if row[1] > start]

    def overlaps(self, start: int, end: int) -> bool:
        """Whether one of them shares a code point with [start, end)."""
        return bool(self.within(start, end))
