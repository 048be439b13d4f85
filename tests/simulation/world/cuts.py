"""Cuts the power at a chosen call of a recorded journey and looks at what is left; every cut has a number."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from world.holding import amiss
from world.medium import MODES, Medium
from world.preload import Journey, scratch


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
    at, mode = place_of(journey, dice), dice.choice(MODES)
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


def place_of(journey: Journey, dice: random.Random) -> int:
    """Before which call the power goes: often just after an acknowledgement, or a name given or taken."""
    wanted = dice.choice((("mark",), ("rename", "unlink", "create", "mkdir"), ()))
    places = [place + 1 for place, call in enumerate(journey.calls) if not wanted or call.kind in wanted]
    return dice.choice(places) if places else 0
