"""One vault in a seeded world, and a model of what it must hold; every step is verified whole."""

from __future__ import annotations

import base64
import contextlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from world.authority import BEHAVIOURS, PATIENCE_SECONDS, OddAuthority, post_of_the_desk
from world.faults import Fault, at_work, drawn_fault

from counterclaim.record.canonical import plain_of, sha256_hex
from counterclaim.record.check import Anchors
from counterclaim.record.custody import Event, consistency_holds
from counterclaim.record.errors import CounterclaimError, MalformedError, StorageError
from counterclaim.record.finding import Declined, Observed
from counterclaim.vault.secret import VaultKeys
from counterclaim.vault.stamps import UnreachableAuthorityError, stamp
from counterclaim.vault.vault import Vault
from vault_room import CASE, SIGNER, admission, event, examination, reading_of

DAY_SECONDS = 86_400
Apply = Callable[[int], None]
"""Changes the model as the recorded events change the vault; given the index of the first of them."""


@dataclass(slots=True)
class Held:
    """What the vault must hold: leaves and times by entry, exhibits, suggestions, what was erased."""

    leaves: list[bytes]
    times: list[str]
    exhibits: dict[str, bytes] = field(default_factory=dict)  # SHA-256 to content
    statuses: dict[str, str] = field(default_factory=dict)
    notes: list[int] = field(default_factory=list)
    erased: set[int] = field(default_factory=set)
    tokens: int = 0


class Clock:
    """Goes on by up to an hour at each look, and sometimes a day or more backwards, as a corrected clock does."""

    def __init__(self, dice: random.Random) -> None:
        self._dice, self._at = dice, datetime(2026, 3, 2, tzinfo=UTC)
        self.back = 0

    def __call__(self) -> str:
        if self._dice.random() < 0.2:
            self._at -= timedelta(seconds=DAY_SECONDS * self._dice.randrange(1, 3))
            self.back += 1
        self._at += timedelta(seconds=self._dice.randrange(3600))
        return self._at.strftime("%Y-%m-%dT%H:%M:%SZ")


class Run:
    """The acts of a seeded run. An act records once, so that a refusal leaves all of it or nothing."""

    def __init__(self, folder: Path, dice: random.Random, *, tsa: OddAuthority, keys: VaultKeys | None = None) -> None:
        self.dice, self.tsa, self.keys = dice, tsa, keys
        self.clock = Clock(dice)
        self.vault = Vault.open(folder, keys)
        entries = self.vault.entries()
        self.held = Held([entry.leaf for entry in entries], [timed.at for timed in map(_event, entries)])
        self.head = self.vault.checkpoint()
        self.pending: tuple[Sequence[Event], Apply] | None = None
        self.faults_came: list[Fault] = []
        self.refusals = 0

    # --- one step ---

    def step(self) -> None:
        """One act, with or without a fault; then everything is looked at."""
        fault = drawn_fault(self.dice) if self.dice.random() < 0.7 else None
        self.pending, refused = None, False
        with at_work(fault) as failing:
            try:
                self.dice.choice(ACTS)(self)
            except StorageError as error:
                if failing is None or not failing.came or not error.remedy():
                    raise AssertionError(f"refused without a fault or a remedy: {error}") from error
                refused = True
        if failing is not None and failing.came and fault is not None:
            self.faults_came.append(fault)
        self.refusals += refused
        self.settle(fault if refused else None)
        self.check()

    def settle(self, fault: Fault | None) -> None:
        """A refused act is there as a whole or not at all; a commit that failed says which."""
        if self.pending is None:
            return
        assert fault is not None, "an act that was not refused is not done"
        events, apply = self.pending
        first = len(self.held.leaves)
        grown = self.vault.size() - first
        assert grown in {0, len(events)}, f"{grown} of {len(events)} entries"
        if fault is not None and fault.place == "commit":
            assert bool(grown) == fault.persisted
        if grown:
            self.entered(events, first)
            apply(first)

    def entered(self, events: Sequence[Event], first: int) -> None:
        entries = self.vault.entries()[first : first + len(events)]
        self.held.leaves += [entry.leaf for entry in entries]
        self.held.times += [each.at for each in events]

    def record(self, *events: Event, apply: Apply = lambda _: None) -> None:
        first = len(self.held.leaves)
        self.pending = (events, apply)
        with self.vault.writer(signer=SIGNER, salts=self.salts) as writer:
            entries = writer.record(events)
            # From here on it is acknowledged: the model holds it whatever happens at the close.
            self.pending = None
            self.held.leaves += [entry.leaf for entry in entries]
            self.held.times += [each.at for each in events]
            apply(first)

    def salts(self) -> bytes:
        return self.dice.randbytes(16)

    def event(self, kind: str, body: dict[str, object], *, exhibits: tuple[int, ...] = ()) -> Event:
        return event(kind, body, exhibits=exhibits, at=self.clock())

    def drawn(self) -> str:
        return self.dice.randbytes(16).hex()

    # --- acts ---

    def admission(self) -> tuple[Event, bytes, int]:
        content = self.dice.randbytes(self.dice.randrange(1, 3000))
        number = len(self.held.exhibits) + 1
        return admission(self.vault, content, number, drawn=self.drawn()), content, number

    def admit(self) -> None:
        admitted, content, number = self.admission()
        viewed = self.event("view", {}, exhibits=(number,))
        self.record(admitted, viewed, apply=lambda _: self.admitted(content))

    def admitted(self, content: bytes) -> None:
        self.held.exhibits[sha256_hex(content)] = content

    def examine_and_read(self) -> None:
        admitted, content, number = self.admission()
        seen = Observed(summary="s", values={"codes": ["c:1"]}, limits=("x",))
        found = examination(f"E{number}.grid", content, self.dice.choice([Declined(reason="no"), seen]), number)
        body = {"reading": plain_of(reading_of()), "readers": ["account@1"], "prefix": f"E{number}."}
        named = [f"E{number}.{name}" for name in ("a1", "q1", "d1", "n1")]

        def apply(_: int) -> None:
            self.admitted(content)
            self.held.statuses |= dict.fromkeys(named, "proposed")

        self.record(admitted, found, self.event("read", body, exhibits=(number,)), apply=apply)

    def judge(self) -> None:
        if not self.held.statuses:
            return self.note()
        chosen = self.dice.sample(sorted(self.held.statuses), k=min(2, len(self.held.statuses)))
        kind, status = self.dice.choice([("accept", "accepted"), ("reject", "rejected")])
        told = self.event(kind, {"ids": chosen, "why": ""})
        return self.record(told, apply=lambda _: self.held.statuses.update(dict.fromkeys(chosen, status)))

    def edit(self) -> None:
        accounts = [identifier for identifier in sorted(self.held.statuses) if identifier.endswith(".a1")]
        if not accounts:
            return self.examine_and_read()
        chosen = self.dice.choice(accounts)
        told = self.event("edit", {"id": chosen, "plain": plain_of(reading_of().accounts[0])})
        return self.record(told, apply=lambda _: self.held.statuses.update({chosen: "proposed"}))

    def note(self) -> None:
        count = self.dice.randrange(1, 5)
        events = [self.event("inquiry", {"n": number}) for number in range(count)]
        self.record(*events, apply=lambda first: self.held.notes.extend(range(first, first + count)))

    def refused_event(self) -> None:
        before = self.vault.size()
        with pytest.raises(MalformedError):
            self.record(self.event("view", {}), self.event("ask", {}))
        self.pending = None
        assert self.vault.size() == before

    def stray(self) -> None:
        """Bytes that were kept and never entered, as a stopped process leaves them."""
        self.vault.keep(self.dice.randbytes(10), name=self.drawn())

    def erase(self) -> None:
        if not self.held.notes:
            return self.note()
        chosen = self.dice.choice(self.held.notes)
        told = self.event("erase", {"entries": [chosen], "why": "asked for"})
        first = len(self.held.leaves)
        self.pending = ([told], lambda _: self.gone(chosen))
        with self.vault.writer(signer=SIGNER, salts=self.salts) as writer:
            writer.erase([chosen], event=told)
        self.pending = None
        self.entered([told], first)
        return self.gone(chosen)

    def gone(self, index: int) -> None:
        self.held.notes.remove(index)
        self.held.erased.add(index)

    def rebuild(self) -> None:
        before = self.vault.views_digest()
        with self.vault.writer(signer=SIGNER, salts=self.salts) as writer:
            assert writer.rebuild_views() == before

    def unsealed(self) -> None:
        """Somebody else's hand, which a failing disk may stay as well."""
        with contextlib.suppress(OSError):
            (self.vault.folder / "custody.seal").unlink(missing_ok=True)

    def reopen(self) -> None:
        self.vault = Vault.open(self.vault.folder, self.keys)

    def stamp(self) -> None:
        behaviour = self.dice.choice(BEHAVIOURS)
        head = self.vault.checkpoint()
        post = post_of_the_desk(waits_seconds=PATIENCE_SECONDS if behaviour == "slow" else 30.0)
        try:
            answer = stamp(head.note(), self.tsa.address(behaviour), post)
        except UnreachableAuthorityError:
            assert behaviour != "grants"
            return
        assert behaviour in {"grants", "other"}, behaviour
        token = base64.b64encode(answer.token).decode()
        body = {"size": head.checkpoint.size, "token": token, "authority": answer.authority, "at": answer.at}

        def apply(_: int) -> None:
            self.held.tokens += 1

        self.record(self.event("attest_time", body), apply=apply)

    # --- looking ---

    def check(self) -> None:
        """Every row of the checks, and everything the model holds, in its order."""
        anchors = Anchors(tsa_roots=self.tsa.roots_pem)
        rows = list(self.vault.checks(older=self.head, anchors=anchors))
        assert [row for row in rows if row.outcome == "failed"] == []
        assert sum(row.name == "timestamp" for row in rows) == self.held.tokens
        entries = self.vault.entries()
        assert [entry.leaf for entry in entries] == self.held.leaves
        assert {entry.index for entry in entries if entry.payload is None} == self.held.erased
        times = [at for index, at in enumerate(self.held.times) if index not in self.held.erased]
        assert [told.at for told in map(_event, entries) if told is not None] == times
        assert {row.id: row.status for row in self.vault.suggestions(CASE)} == self.held.statuses
        exhibits = self.vault.exhibits(CASE)
        assert {exhibit.sha256: self.vault.content_of(exhibit) for exhibit in exhibits} == self.held.exhibits
        self.check_consistency()

    def check_consistency(self) -> None:
        old, self.head = self.head.checkpoint, self.vault.checkpoint()
        new = self.head.checkpoint
        proof = self.vault.consistency(old.size)
        assert consistency_holds(old_size=old.size, old_root=old.root, size=new.size, root=new.root, proof=proof)


def _event(entry: object) -> Event | None:
    return entry.event()


ACTS: list[Callable[[Run], None]] = [
    Run.admit, Run.admit, Run.examine_and_read, Run.judge, Run.judge, Run.edit, Run.note, Run.refused_event, Run.stray,
    Run.erase, Run.erase, Run.rebuild, Run.unsealed, Run.reopen, Run.stamp,
]  # fmt: skip


def told_of(seed: int, step: int, error: BaseException) -> str:
    """One line that lets it be done again."""
    kind = "" if isinstance(error, AssertionError | CounterclaimError) else f"{type(error).__name__}: "
    return f"seed {seed}, step {step}: {kind}{error}"
