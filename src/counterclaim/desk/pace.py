"""How far a case's examination has come, how fast, and how long it may take; refuses to guess at what has not begun."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from counterclaim.examine.examiner import Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`done` of `of` findings, `a_second` since the beginning, and about `seconds_left`, None while that is open."""

    done: int
    of: int
    a_second: float
    seconds_left: float | None


@dataclass(slots=True, kw_only=True)
class Meter:
    """Counts findings by what they cost: a round over bytes says nothing of how long one over pixels takes."""

    of: Mapping[Cost, int]
    clock: Callable[[], float] = time.monotonic
    _done: Counter[Cost] = field(default_factory=Counter, init=False)
    _seconds: dict[Cost, float] = field(default_factory=dict, init=False)
    _last: float = field(init=False)
    _begun: float = field(init=False)

    def __post_init__(self) -> None:
        """The time begins here."""
        self._begun = self._last = self.clock()

    def counted(self, cost: Cost, findings: int) -> Pace:
        """Count findings of one cost that were just entered."""
        now = self.clock()
        self._done[cost] += findings
        self._seconds[cost] = self._seconds.get(cost, 0.0) + now - self._last
        self._last = now
        done, since = self._done.total(), now - self._begun
        return Pace(
            done=done,
            of=sum(self.of.values()),
            a_second=done / since if since > 0 else 0.0,
            seconds_left=self._left(),
        )

    def _left(self) -> float | None:
        left = 0.0
        for cost, of in self.of.items():
            if (missing := of - self._done[cost]) > 0:
                if not self._done[cost]:
                    return None
                left += missing * self._seconds[cost] / self._done[cost]
        return left
