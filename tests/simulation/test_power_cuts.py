"""The power goes at any call of a journey; what was acknowledged is there, and nothing that is whole is doubted."""

from __future__ import annotations

import itertools
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from world.compiled import compiled_once
from world.cuts import Cut, cut, place_of
from world.medium import Medium
from world.preload import KILL, SYNCS, Arm, Journey, Stage, built_shim, scratch
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
            # Argon2id at its least costs a quarter of a second, several times a cut.
            *([stage.take("commands", Path(folder, "encrypted"), seed=2, encrypted=True)] if FULL else []),
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


# What each mutant leaves undone, and words of what a cut then costs.
MUTANTS = {
    "without_file_flush": "objects/",
    "without_folder_flush": "objects/",
    "with_normal_synchronous": "does not extend",
    "without_own_name": "holds none",
    "without_settled_write_ahead": "nothing beside a sealed database",
    "without_settled_folders": "objects/",
}


AT = {"without_settled_write_ahead": "custody.seal"}  # a window of two calls: other cuts would seldom meet it


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_program_that_syncs_too_little_is_caught(shim: Path, mutant: str, measured) -> None:
    """It lives through the day, and everything is there in the evening; only the cuts tell it apart."""
    with scratch() as folder, Stage(shim) as stage:
        journeys = [careless(stage, Path(folder, f"{mutant}{seed}"), seed, mutant) for seed in range(2)]
    assert [journey.said("crash") + journey.said("error") for journey in journeys] == [[], []]
    found = first_cut_that_shows(journeys, MUTANTS[mutant], at=AT.get(mutant, ""))
    assert found is not None, f"{CUTS_OF_A_MUTANT_MAX} cuts did not catch the mutant {mutant}"
    measured(f"mutant {mutant}: caught at cut {found.number} ({found.mode}): {'; '.join(found.amiss)[:160]}")


def first_cut_that_shows(journeys: list[Journey], words: str, *, at: str) -> Cut | None:
    """The first of the numbered cuts, or of those that fall just after a file was given the name `at`."""
    numbered = ((number, journeys[number % len(journeys)]) for number in itertools.count())
    wanted = ((number, journey) for number, journey in numbered if falls_after(journey, number, at))
    with compiled_once():
        cuts = (cut(journey, number) for number, journey in itertools.islice(wanted, CUTS_OF_A_MUTANT_MAX))
        return next((found for found in cuts if any(words in each for each in found.amiss)), None)


def falls_after(journey: Journey, number: int, name: str) -> bool:
    place = place_of(journey, random.Random(number))
    return not name or (place > 0 and journey.calls[place - 1].other.endswith(name))


def careless(stage: Stage, root: Path, seed: int, mutant: str) -> Journey:
    """What the mutant does, on a vault that was made with care where that is not its own fault."""
    if mutant == "without_own_name":
        return stage.take("both", root, seed=seed, mutant=mutant)
    made = stage.take("made", root, seed=seed)
    if mutant == "without_settled_folders":
        return made.then(maker_killed(stage, root)).then(stage.take("kept", root, seed=seed + 2, mutant=mutant))
    return made.then(stage.take("written", root, seed=seed, mutant=mutant))


def maker_killed(stage: Stage, root: Path) -> Journey:
    """A writer that is killed when it has made the folder `ab`, and before it synced that name."""
    whole = stage.take("kept", Path(shutil.copytree(root, root.with_name(root.name + "-copy"))), seed=1)
    made = next(place for place, call in enumerate(whole.calls) if call.kind == "mkdir")
    syncs = sum(call.kind == "sync" for call in whole.calls[:made])
    killed = stage.take("kept", root, seed=1, arm=Arm(nth=syncs + 1, how=KILL, kinds=SYNCS))
    assert killed.killed
    return killed
