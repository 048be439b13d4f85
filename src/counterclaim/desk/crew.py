"""Who does the work: a local crew of jails, one a core; later crews keep this one method."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Protocol, TypeVar

from counterclaim.desk.jail import Jail

Job = TypeVar("Job")
Answer = TypeVar("Answer")
HANDS_MAX = 8  # more jails than cores only take memory
UNJAILED_VARIABLE = "COUNTERCLAIM_UNJAILED"  # "yes" lets every verb parse where no jail holds


def unjailed_allowed(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the person said yes, in the environment, to parsing where no jail holds."""
    return environment.get(UNJAILED_VARIABLE) == "yes"


class Crew(Protocol):
    """Maps work over jails and yields the answers in the order of the jobs."""

    def map(self, work: Callable[[Jail, Job], Answer], jobs: Iterable[Job]) -> list[Answer]:
        """Do `work` for each job, each in a jail of its own."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalCrew:
    """A pool of jails on this machine; a jail that is free is used again, for starting one costs a second."""

    hands: int = field(default_factory=lambda: max(1, min(HANDS_MAX, os.cpu_count() or 1)))
    unjailed_allowed: bool = field(default_factory=unjailed_allowed)
    _free: SimpleQueue[Jail] = field(default_factory=SimpleQueue, repr=False)

    def map(self, work: Callable[[Jail, Job], Answer], jobs: Iterable[Job]) -> list[Answer]:
        """Do `work` for each job with at most as many jails as hands."""
        listed = list(jobs)

        def one(job: Job) -> Answer:
            jail = self._jail()
            try:
                return work(jail, job)
            finally:
                self._free.put(jail)

        try:
            with ThreadPoolExecutor(max_workers=max(1, min(self.hands, len(listed)))) as pool:
                return list(pool.map(one, listed))
        finally:
            self._rest()

    def _rest(self) -> None:
        """No jail that is free keeps a copy of the last content."""
        for _ in range(self._free.qsize()):
            try:
                jail = self._free.get_nowait()
            except Empty:
                return
            jail.rest()
            self._free.put(jail)

    def _jail(self) -> Jail:
        try:
            return self._free.get_nowait()
        except Empty:
            return Jail(unjailed_allowed=self.unjailed_allowed)
