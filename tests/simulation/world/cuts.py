"""Cuts the power at a chosen call of a recorded journey and looks at what is left; every cut has a number."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from world.holding import amiss
from world.medium import MODES, Medium
from world.preload import Journey, scratch

Item = TypeVar("Item")
Result = TypeVar("Result")
WORKERS_MAX = 4  # each holds a vault in memory; more would only crowd the machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What was found after one cut: where it fell, how the medium behaved, and what was amiss."""

    journey: str
    number: int
    call: int
    mode: str
    open_calls: int
    amiss: tuple[str, ...]

    def worded(self) -> str:
        """One line that lets it be done again."""
        return f"{self.journey}, cut {self.number} (before call {self.call}, {self.mode}): {'; '.join(self.amiss)}"


def cut(journey: Journey, number: int) -> Cut:
    """Cut the power of this journey; the same number gives the same state again."""
    dice = random.Random(number)
    at, mode = _place(journey, dice), dice.choice(MODES)
    medium = Medium(journey.before)
    for call in journey.calls[:at]:
        medium.apply(call)
    marks = journey.marks[: sum(call.kind == "mark" for call in journey.calls[:at])]
    with scratch() as folder:
        root = Path(folder) / "left"
        open_calls = medium.lay_out(root, dice=dice, mode=mode)
        wrong = amiss(root, marks, by_command=journey.name == "commands", encrypted=journey.encrypted)
    named = f"journey {journey.name}{' encrypted' if journey.encrypted else ''}, seed {journey.seed}"
    return Cut(journey=named, number=number, call=at, mode=mode, open_calls=open_calls, amiss=tuple(wrong))


def _place(journey: Journey, dice: random.Random) -> int:
    """Before which call the power goes: often just after an acknowledgement, or a name given or taken."""
    wanted = dice.choice((("mark",), ("rename", "unlink", "create", "mkdir"), ()))
    places = [place + 1 for place, call in enumerate(journey.calls) if not wanted or call.kind in wanted]
    return dice.choice(places) if places else 0


def spread(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Map over the machine's processors, by fork: what the parent recorded is at hand in each child."""
    workers = min(os.cpu_count() or 1, WORKERS_MAX)
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        return list(pool.map(work, items, chunksize=8))
