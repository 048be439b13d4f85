"""Who does the work: a local crew of jails, one a core; later crews keep this one method."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Protocol, TypeVar

from counterclaim.desk.jail import Jail

Job = TypeVar("Job")
Answer = TypeVar("Answer")
HANDS_MAX = 8  # more jails than cores only take memory


class Crew(Protocol):
    """Maps work over jails and yields the answers in the order of the jobs."""

    def map(self, work: Callable[[Jail, Job], Answer], jobs: Iterable[Job]) -> list[Answer]:
        """Do `work` for each job, each in a jail of its own."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalCrew:
    """A pool of jails on this machine."""

    hands: int = field(default_factory=lambda: max(1, min(HANDS_MAX, os.cpu_count() or 1)))
    unjailed_allowed: bool = False

    def map(self, work: Callable[[Jail, Job], Answer], jobs: Iterable[Job]) -> list[Answer]:
        """Do `work` for each job with as many jails as hands; all jails are closed at the end."""
        listed = list(jobs)
        free: SimpleQueue[Jail] = SimpleQueue()
        jails = [Jail(unjailed_allowed=self.unjailed_allowed) for _ in range(min(self.hands, len(listed)))]
        for jail in jails:
            free.put(jail)

        def one(job: Job) -> Answer:
            jail = free.get()
            try:
                return work(jail, job)
            finally:
                free.put(jail)

        try:
            with ThreadPoolExecutor(max_workers=max(1, len(jails))) as pool:
                return list(pool.map(one, listed))
        finally:
            for jail in jails:
                jail.close()
