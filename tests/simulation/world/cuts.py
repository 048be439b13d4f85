"""Cuts the power at a chosen call of a recorded journey and looks at what is left; every cut has a number."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from world.holding import amiss
from world.medium import MODES, Medium
from world.preload import Journey, scratch

Item = TypeVar("Item")
Result = TypeVar("Result")
WORKERS_MAX = 4  # each holds a vault in memory; more would only crowd the machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What was found after one cut: where it fell, how the medium behaved, and what was amiss."""

    number: int
    call: int
    mode: str
    open_calls: int
    amiss: tuple[str, ...]


def cut(journey: Journey, number: int, *, by_command: bool) -> Cut:
    """Cut the power of this journey; the same number gives the same state again."""
    dice = random.Random(number)
    told = [place for place, call in enumerate(journey.calls) if call.kind == "mark"]
    at = _place(journey, dice)
    mode = dice.choice(MODES)
    medium = Medium(journey.before)
    for call in journey.calls[:at]:
        medium.apply(call)
    marks = journey.marks[: sum(place < at for place in told)]
    with scratch() as folder:
        root = Path(folder) / "left"
        open_calls = medium.lay_out(root, dice=dice, mode=mode)
        wrong = amiss(root, marks, by_command=by_command)
    return Cut(number=number, call=at, mode=mode, open_calls=open_calls, amiss=tuple(wrong))


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


def emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def worded(one: Cut, journey: str, seed: Any) -> str:
    return f"journey {journey}, seed {seed}, cut {one.number} (call {one.call}, {one.mode}): {'; '.join(one.amiss)}"
