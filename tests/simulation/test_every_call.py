"""A journey is killed before each call that changes the disk, and each such call fails in every way a disk can."""

from __future__ import annotations

import errno
import random
import shutil
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from world.holding import amiss
from world.preload import EVERY, FAIL, FAIL_AFTER, KILL, SHORT, SYNCS, WRITES, Arm, Journey, Stage, built_shim, scratch
from world.workers import spread

from size import FULL

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the recording shim is for Linux")

SAMPLE = {"short": 20, "stubborn": 30, "commands": 8}  # runs in the small size: a command line takes longest
SAMPLE_FULL = {"commands": 150}  # of the others, every call
# How a disk fails: at one call, from one call on (it is full, or gone), half-way, or done and then reported as not done.
WAYS = {
    "no space once": Arm(nth=0, how=FAIL, code=errno.ENOSPC, kinds=EVERY & ~SYNCS),
    "no space from here on": Arm(nth=0, how=SHORT, code=errno.ENOSPC, kinds=EVERY & ~SYNCS, always=True),
    "an error once": Arm(nth=0, how=FAIL, code=errno.EIO),
    "an error from here on": Arm(nth=0, how=FAIL, code=errno.EIO, always=True),
    "half written": Arm(nth=0, how=SHORT, code=errno.EIO, kinds=WRITES),
    "done and reported as not done": Arm(nth=0, how=FAIL_AFTER, code=errno.EIO),
    "sync fails": Arm(nth=0, how=FAIL, code=errno.EIO, kinds=SYNCS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One journey with one thing going wrong, begun on a copy of `template`."""

    journey: str
    way: str
    arm: Arm
    encrypted: bool
    template: Path | None

    def worded(self) -> str:
        coded = errno.errorcode.get(self.arm.code, "")
        return f"{self.journey}{' encrypted' if self.encrypted else ''}, {self.way}, call {self.arm.nth} {coded}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How it ended: what is wrong with the vault, the errors it told, whether it crashed and whether the call came."""

    run: Run
    amiss: tuple[str, ...]
    refused: tuple[dict[str, object], ...]
    crash: str
    came: bool
    acknowledged: int

    def worded(self) -> str:
        return f"{self.run.worded()}: {'; '.join(self.amiss)} {self.crash}"


_STAGE: list[Stage] = []
_SHIM: list[Path] = []


def stage() -> Stage:
    """The stage of this process."""
    if not _STAGE:
        _STAGE.append(Stage(_SHIM[0]).__enter__())
    return _STAGE[0]


@pytest.fixture(scope="module", autouse=True)
def _shim(tmp_path_factory: pytest.TempPathFactory) -> None:
    _SHIM[:] = [built_shim(tmp_path_factory.mktemp("shim"))]


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """A plain vault and an encrypted one, made with nothing going wrong."""
    roots = {encrypted: tmp_path_factory.mktemp("template") / "root" for encrypted in (False, True)}
    with Stage(_SHIM[0]) as one:
        for encrypted, root in roots.items():
            one.take("made", root, seed=5, encrypted=encrypted)
    return roots


def ended(run: Run) -> Ended:
    with scratch() as folder:
        root = Path(folder, "root")
        if run.template:
            shutil.copytree(run.template, root)
        taken = stage().take(run.journey, root, seed=6, arm=run.arm, encrypted=run.encrypted)
        before = made_before(taken) if run.template else taken.marks
        wrong = amiss(root, before, by_command=run.journey == "commands", encrypted=run.encrypted)
    return Ended(
        run=run, amiss=tuple(wrong), crash="".join(taken.said("crash")), refused=tuple(refusals_in(taken)),
        came=taken.killed or bool(taken.said("fired")[-1]), acknowledged=len(taken.said("entries")),
    )  # fmt: skip


def made_before(taken: Journey) -> tuple[dict[str, object], ...]:
    return ({"made": "vault"}, *taken.marks)


def refusals_in(taken: Journey) -> list[dict[str, object]]:
    return [mark for mark in taken.marks if {"refused", "error", "command"} & set(mark)]


def calls_in(journey: str, kinds: int, template: Path | None, *, encrypted: bool) -> int:
    """How many calls of these kinds the journey makes when nothing goes wrong."""
    with scratch() as folder, Stage(_SHIM[0]) as one:
        root = Path(folder, "root")
        if template:
            shutil.copytree(template, root)
        whole = one.take(journey, root, seed=6, encrypted=encrypted, arm=Arm(nth=0, how=FAIL, kinds=kinds))
    assert whole.said("crash") + refusals_in(whole) == []
    return int(whole.said("calls")[-1])


def at_every_call(journey: str, ways: dict[str, Arm], templates: dict[bool, Path] | None) -> list[Ended]:
    """Every call of the journey in every way, or a seeded sample of them."""
    runs = []
    for encrypted in (False, True) if FULL or journey != "commands" else (False,):  # Argon2id takes its time
        template = templates[encrypted] if templates else None
        for way, arm in ways.items():
            calls = calls_in(journey, arm.kinds, template, encrypted=encrypted)
            assert calls > 5
            places = range(1, calls + 1)
            runs += [
                Run(journey=journey, way=way, arm=at(arm, nth), encrypted=encrypted, template=template)
                for nth in places
            ]
    sizes = SAMPLE_FULL if FULL else SAMPLE
    return spread(ended, random.Random(journey).sample(runs, min(len(runs), sizes.get(journey, len(runs)))))


def at(arm: Arm, nth: int) -> Arm:
    return Arm(nth=nth, how=arm.how, code=arm.code, kinds=arm.kinds, always=arm.always)


def held(results: list[Ended]) -> None:
    assert [one.worded() for one in results if one.amiss or one.crash] == []
    assert all(one.came for one in results)


@pytest.mark.parametrize("journey", ["short", "commands"])
def test_a_journey_killed_before_any_call_loses_nothing_acknowledged(journey: str, measured) -> None:
    results = at_every_call(journey, {"killed": Arm(nth=0, how=KILL)}, None)
    held(results)
    measured(f"journey {journey!r} killed before {len(results)} of its calls: 0 acknowledged losses, 0 false alarms")


@pytest.mark.parametrize("journey", ["stubborn", "commands"])
def test_a_disk_that_fails_at_any_call_is_an_error_with_a_remedy_and_loses_nothing(
    journey: str, templates: dict[bool, Path], measured
) -> None:
    results = at_every_call(journey, WAYS, templates if journey == "stubborn" else None)
    held(results)
    told = [mark for one in results for mark in one.refused]
    # A failure may be made up for in silence (a seal that is put later); where it is told, it is told as the world's.
    assert {(mark["exit"], bool(mark.get("remedy", mark.get("err")))) for mark in told if not follows(mark)} == {
        (4, True)
    }
    counts = Counter(one.run.way for one in results)
    measured(
        f"journey {journey!r} with a disk failing at {len(results)} calls ({', '.join(map(str, counts.values()))} of "
        f"{', '.join(counts)}): {len(told)} errors told with a remedy, 0 crashes, 0 acknowledged losses, 0 false alarms"
    )


def follows(mark: dict[str, object]) -> bool:
    """A later command that finds no vault, case or key, because the earlier one could not make it."""
    return "command" in mark and mark["exit"] == 2
