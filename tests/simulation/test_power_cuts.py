"""The power goes at any call of a journey; what was acknowledged is there, and nothing that is whole is doubted."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from world.compiled import compiled_once
from world.cuts import Cut, cut
from world.medium import Medium
from world.preload import KILL, Arm, Journey, Stage, built_shim, scratch
from world.trace import found_in
from world.workers import spread

from size import FULL

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the recording shim is for Linux")

CUTS = 1500 if FULL else 120
SEEDS = 8 if FULL else 2
CUTS_OF_A_MUTANT_MAX = 400
_RECORDED: list[Journey] = []  # the forked children find here what the parent recorded


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_shim(tmp_path_factory.mktemp("shim"))


@pytest.fixture(scope="module")
def recorded(shim: Path) -> Iterator[list[Journey]]:
    """Journeys plain and encrypted, by the vault's own interface and by the command line, and with a killed life before."""
    with scratch() as folder, Stage(shim) as stage:
        _RECORDED[:] = [
            *(journey_of(stage, Path(folder), seed, encrypted=bool(seed % 2)) for seed in range(SEEDS)),
            *(two_lives(stage, Path(folder), seed, encrypted=bool(seed % 2)) for seed in range(SEEDS)),
            stage.take("commands", Path(folder, "commands"), seed=1),
        ]
        yield _RECORDED
    _RECORDED.clear()


def journey_of(stage: Stage, folder: Path, seed: int, *, encrypted: bool) -> Journey:
    return stage.take("both", folder / f"both{seed}", seed=seed, encrypted=encrypted)


def two_lives(stage: Stage, folder: Path, seed: int, *, encrypted: bool) -> Journey:
    """A vault is made, its first writer is killed at some call, and another goes on."""
    root, dice = folder / f"lives{seed}", random.Random(seed)
    first = stage.take("made", root, seed=seed, encrypted=encrypted)
    killed = stage.take(
        "written", root, seed=seed + 1, arm=Arm(nth=dice.randrange(1, 300), how=KILL), encrypted=encrypted
    )
    assert killed.killed
    return first.then(killed).then(stage.take("written", root, seed=seed + 2, encrypted=encrypted))


def test_what_was_recorded_is_all_that_changed(recorded: list[Journey]) -> None:
    for journey in recorded:
        assert journey.said("crash") + journey.said("error") + journey.said("command") == []
        medium = Medium(journey.before)
        for call in journey.calls:
            medium.apply(call)
        with scratch() as folder:
            medium.lay_out(Path(folder, "all"), dice=random.Random(0), mode="everything")
            left = found_in(Path(folder, "all"))
        assert left.files == journey.after.files
        assert left.folders == journey.after.folders


def one_cut(number: int) -> Cut:
    return cut(_RECORDED[number % len(_RECORDED)], number)


def test_a_power_cut_costs_nothing_acknowledged_and_raises_no_false_alarm(recorded: list[Journey], measured) -> None:
    cuts = spread(one_cut, range(CUTS))
    assert [each.worded() for each in cuts if each.amiss] == []
    open_calls = sum(each.open_calls for each in cuts) // CUTS
    assert open_calls, "nothing was left to chance"
    acknowledged = sum(len(journey.said("entries") + journey.said("exhibits")) for journey in recorded)
    measured(
        f"{CUTS} power cuts over {len(recorded)} journeys with {acknowledged} acknowledgements, {open_calls} calls not "
        f"synced at a cut on average: 0 acknowledged losses, 0 false alarms of verify"
    )


@pytest.mark.parametrize(
    ("mutant", "loses"),
    [
        ("without_file_flush", "objects/"),
        ("without_folder_flush", "objects/"),
        ("with_normal_synchronous", "does not extend"),
    ],
)
def test_a_program_that_syncs_too_little_is_caught(shim: Path, mutant: str, loses: str, measured) -> None:
    """It writes to a vault that was made with care, and lives through the day; only the cuts tell it apart."""
    with scratch() as folder, Stage(shim) as stage:
        journeys = [careless(stage, Path(folder, f"{mutant}{seed}"), seed, mutant) for seed in range(2)]
    assert [journey.said("crash") + journey.said("error") for journey in journeys] == [[], []]
    with compiled_once():
        for number in range(CUTS_OF_A_MUTANT_MAX):
            found = cut(journeys[number % 2], number)
            if any(loses in words for words in found.amiss):
                measured(f"mutant {mutant}: caught at cut {number} ({found.mode}): {'; '.join(found.amiss)[:160]}")
                return
    pytest.fail(f"{CUTS_OF_A_MUTANT_MAX} cuts did not catch the mutant {mutant}")


def careless(stage: Stage, root: Path, seed: int, mutant: str) -> Journey:
    return stage.take("made", root, seed=seed).then(stage.take("written", root, seed=seed, mutant=mutant))
