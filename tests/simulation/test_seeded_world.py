"""Seeded runs in a world where disk, commit, clock and time authority misbehave; all is verified after every step."""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from world.authority import OddAuthority
from world.compiled import compiled_once
from world.journeys import keys_of_tests, unlocking_of
from world.preload import scratch
from world.run import Run, told_of
from world.workers import spread

from counterclaim.record.custody import Entry, Event
from counterclaim.record.errors import StorageError
from counterclaim.vault.vault import Vault, Writer
from size import FULL
from vault_room import AT, ORIGIN, SIGNER, TOOL, case_opened

SEEDS = 2000 if FULL else 1000
STEPS = 4 if FULL else 2  # a run is short and its world is drawn anew: seeds find more than steps
LONG_SEEDS = range(4) if FULL else range(1)
LONG_STEPS = 400 if FULL else 30
ENCRYPTED_EVERY = 4
ONLY = os.environ.get("COUNTERCLAIM_TEST_SEED")  # a seed that failed, to be run alone


@dataclass(slots=True)
class Told:
    """What one seed came to: an error's words, or the faults that came and the clock's steps back."""

    seed: int
    amiss: str = ""
    faults: Counter[tuple[str, bool]] = field(default_factory=Counter)
    refusals: int = 0
    back: int = 0
    tokens: int = 0
    entries: int = 0


_WORLD: dict[str, object] = {}


@pytest.fixture(scope="module", autouse=True)
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The authority, and a vault with one case to copy, plain and encrypted; forked children find them here."""
    with OddAuthority() as tsa:
        _WORLD.update(tsa=tsa)
        for name, keys in (("plain", None), ("encrypted", keys_of_tests())):
            folder, dice = tmp_path_factory.mktemp(name) / "vault", random.Random(name)
            made = Vault.create(
                folder, origin=ORIGIN, signer=SIGNER, salts=lambda dice=dice: dice.randbytes(16), at=AT, actor="p1",
                tool=TOOL, opening=None if keys is None else (keys, unlocking_of(keys)),
            )  # fmt: skip
            with made.writer(signer=SIGNER, salts=lambda dice=dice: dice.randbytes(16)) as writer:
                writer.record([case_opened()])
            _WORLD[name] = folder
        yield
    _WORLD.clear()


def run_of(seed: int, steps: int) -> Told:
    """All steps of one seed; the same seed takes the same way again."""
    told = Told(seed)
    name, keys = ("encrypted", keys_of_tests()) if seed % ENCRYPTED_EVERY == 0 else ("plain", None)
    with scratch() as folder:
        copy = Path(shutil.copytree(str(_WORLD[name]), Path(folder, "vault")))
        run = Run(copy, random.Random(seed), tsa=_WORLD["tsa"], keys=keys)
        for step in range(steps):
            try:
                run.step()
                if step == steps - 1:
                    run.rebuild()
            except Exception as error:  # noqa: BLE001 (whatever it is, the seed that shows it is told)
                told.amiss = told_of(seed, step, error)
                return told
    told.faults.update((fault.place, fault.persisted) for fault in run.faults_came)
    told.refusals, told.back = run.refusals, run.clock.back
    told.tokens, told.entries = run.held.tokens, len(run.held.leaves)
    return told


def short_run(seed: int) -> Told:
    return run_of(seed, STEPS)


def long_run(seed: int) -> Told:
    return run_of(seed, LONG_STEPS)


def held(results: list[Told]) -> None:
    assert [told.amiss for told in results if told.amiss] == [], "run one with COUNTERCLAIM_TEST_SEED=<seed>"


def test_a_vault_holds_after_every_step_of_every_seed(measured) -> None:
    results = spread(short_run, [int(ONLY)] if ONLY else range(SEEDS))
    held(results)
    faults = sum((told.faults for told in results), Counter())
    if not ONLY:
        assert all(
            faults[place, persisted] > SEEDS // 50 for place in ("disk", "commit") for persisted in (False, True)
        )
        assert sum(told.back for told in results) > SEEDS // 10
        assert any(told.tokens for told in results)
    measured(
        f"seeded world: {len(results)} seeds of {STEPS} steps, {faults.total()} faults ("
        + ", ".join(
            f"{place} {'persisted' if done else 'not persisted'} {n}" for (place, done), n in sorted(faults.items())
        )
        + f"), {sum(told.refusals for told in results)} refusals, clock back {sum(told.back for told in results)} times, "
        f"{sum(told.tokens for told in results)} time stamps: verified whole after each step, 0 failed"
    )


def test_a_vault_that_acknowledges_what_it_did_not_commit_is_caught(monkeypatch: pytest.MonkeyPatch, measured) -> None:
    record = Writer.record

    def careless(writer: Writer, events: Sequence[Event]) -> tuple[Entry, ...]:
        try:
            return record(writer, events)
        except StorageError:
            return ()

    monkeypatch.setattr(Writer, "record", careless)
    with compiled_once():
        caught = next((told for told in map(short_run, range(1, 200)) if told.amiss), None)
    assert caught is not None
    measured(f"seeded world: a vault that swallows a failed commit is caught at seed {caught.seed}")


def test_a_long_run_holds_after_every_step(measured) -> None:
    results = spread(long_run, LONG_SEEDS)
    held(results)
    entries = sum(told.entries for told in results)
    measured(
        f"seeded world: {len(results)} runs of {LONG_STEPS} steps, {entries} entries, verified whole after each step"
    )
