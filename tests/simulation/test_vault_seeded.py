"""Seeded runs of a vault: acts, refusals, failing disks and erasures in random order, verified whole after every step."""

from __future__ import annotations

import errno
import hashlib
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from counterclaim.record.canonical import plain_of
from counterclaim.record.custody import consistency_holds
from counterclaim.record.errors import CounterclaimError, MalformedError, StorageError
from counterclaim.record.finding import Declined, Observed
from counterclaim.vault.vault import Vault
from size import FULL
from vault_room import CASE, SIGNER, admission, case_opened, counted_salts, event, examination, new_vault, reading_of

STEPS = 400 if FULL else 30


class Run:
    """One vault and a model of what it must hold."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.dice, self.salts = random.Random(seed), counted_salts()
        self.vault = new_vault(folder, self.salts)
        self.statuses: dict[str, str] = {}
        self.erased: set[int] = set()
        self.exhibits = 0
        self.heads = [self.vault.checkpoint().checkpoint]
        self.record(case_opened())

    def record(self, *events) -> None:
        with self.vault.writer(signer=SIGNER, salts=self.salts) as writer:
            writer.record(events)

    def drawn(self) -> str:
        return hashlib.sha256(self.dice.randbytes(8)).hexdigest()[:32]

    def admit(self) -> None:
        content = self.dice.randbytes(self.dice.randrange(1, 3000))
        number = self.exhibits + 1
        self.record(admission(self.vault, content, number, drawn=self.drawn()))
        self.exhibits = number

    def examine_and_read(self) -> None:
        self.admit()
        number, sha = self.exhibits, self.vault.exhibits(CASE)[-1].sha256
        outcome = self.dice.choice(
            [Declined(reason="no"), Observed(summary="s", values={"codes": ["c:1"]}, limits=("x",))]
        )
        found = examination(f"E{number}.grid", sha.encode(), outcome, number)
        read = {"reading": plain_of(reading_of()), "readers": ["account@1"], "prefix": f"E{number}."}
        self.record(found, event("read", read, exhibits=(number,)))
        self.statuses |= dict.fromkeys((f"E{number}.a1", f"E{number}.q1", f"E{number}.d1", f"E{number}.n1"), "proposed")

    def judge(self) -> None:
        if self.statuses:
            chosen = self.dice.sample(sorted(self.statuses), k=min(2, len(self.statuses)))
            kind, status = self.dice.choice([("accept", "accepted"), ("reject", "rejected")])
            self.record(event(kind, {"ids": chosen, "why": ""}))
            self.statuses |= dict.fromkeys(chosen, status)

    def edit(self) -> None:
        accounts = [identifier for identifier in sorted(self.statuses) if identifier.endswith(".a1")]
        if accounts:
            chosen = self.dice.choice(accounts)
            self.record(event("edit", {"id": chosen, "plain": plain_of(reading_of().accounts[0])}))
            self.statuses[chosen] = "proposed"

    def note(self) -> None:
        count = self.dice.randrange(1, 5)
        self.record(*(event("inquiry", {"n": number}) for number in range(count)))

    def refused(self) -> None:
        with pytest.raises(MalformedError):
            self.record(
                event("view", {}),
                event("accept", {"ids": ["E0.x"], "why": ""}) if not self.erased else event("ask", {}),
            )

    def full_disk(self) -> None:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(os, "fsync", _no_space)
            with pytest.raises(StorageError):
                self.vault.keep(self.dice.randbytes(10))

    def lost_interest(self) -> None:
        """Bytes that were kept and never entered, as a stopped process leaves them."""
        self.vault.keep(self.dice.randbytes(10), name=self.drawn())

    def erase(self) -> None:
        notes = [note.entry for note in self.vault.notes(CASE, "inquiry")]
        if notes:
            chosen = self.dice.choice(notes)
            with self.vault.writer(signer=SIGNER, salts=self.salts) as writer:
                writer.erase([chosen], event=event("erase", {"entries": [chosen], "why": "asked for"}))
            self.erased.add(chosen)

    def rebuild(self) -> None:
        before = self.vault.views_digest()
        with self.vault.writer(signer=SIGNER, salts=self.salts) as writer:
            assert writer.rebuild_views() == before

    def unsealed(self) -> None:
        (self.vault.folder / "custody.seal").unlink(missing_ok=True)

    def check(self) -> None:
        self.vault = Vault.open(self.vault.folder)
        assert [row for row in self.vault.checks(older=self.heads_signed) if row.outcome == "failed"] == []
        assert {row.id: row.status for row in self.vault.suggestions(CASE)} == self.statuses
        assert len(self.vault.exhibits(CASE)) == self.exhibits
        assert {entry.index for entry in self.vault.entries() if entry.payload is None} == self.erased
        head = self.vault.checkpoint().checkpoint
        for old in (self.heads[-1], self.dice.choice(self.heads)):
            proof = self.vault.consistency(old.size)
            assert consistency_holds(old_size=old.size, old_root=old.root, size=head.size, root=head.root, proof=proof)
        self.heads.append(head)

    @property
    def heads_signed(self):
        return self.vault.checkpoint(self.heads[-1].size)


def _no_space(_: int) -> None:
    raise OSError(errno.ENOSPC, "no space")


ACTS: list[Callable[[Run], None]] = [
    Run.admit, Run.examine_and_read, Run.judge, Run.judge, Run.edit, Run.note, Run.refused, Run.full_disk,
    Run.lost_interest, Run.erase, Run.rebuild, Run.unsealed,
]  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3] if FULL else [1])
def test_a_vault_holds_after_every_step_of_a_seeded_run(tmp_path: Path, seed: int) -> None:
    run = Run(tmp_path / "vault", seed)
    for step in range(STEPS):
        act = run.dice.choice(ACTS)
        try:
            act(run)
            run.check()
        except (AssertionError, CounterclaimError) as error:
            raise AssertionError(f"seed {seed}, step {step}, {act.__name__}: {error}") from error
    assert run.exhibits
