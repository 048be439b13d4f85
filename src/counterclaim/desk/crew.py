"""Who does the work: a local crew of jails, one a core; later crews keep these two methods."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Protocol, TypeVar

from counterclaim.desk.jail import Jail

Job = TypeVar("Job")
Answer = TypeVar("Answer")
HANDS_MAX = 8  # more jails than cores only take memory
AHEAD = 2  # jobs a hand taken up at once: contents held in memory, and what a kill makes to be done again
UNJAILED_VARIABLE = "COUNTERCLAIM_UNJAILED"  # "yes" lets every verb parse where no jail holds


def unjailed_allowed(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the person said yes, in the environment, to parsing where no jail holds."""
    return environment.get(UNJAILED_VARIABLE) == "yes"


class Crew(Protocol):
    """Maps work over jails and yields the answers in the order of the jobs."""

    def map(self, work: Callable[[Jail, Job], Answer], jobs: Iterable[Job]) -> list[Answer]:
        """Do `work` for each job, each in a jail of its own."""
        ...

    def stream(self, work: Callable[[Jail, Job], Answer], jobs: Iterable[Job]) -> Iterator[Answer]:
        """Do the same and yield each answer when it and all before it are there; `jobs` are taken as hands get free."""
        ...


def cores() -> int:
    """Count the cores this process may run on: a container or a batch system may grant fewer than there are."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalCrew:
    """A pool of jails on this machine; a jail that is free is used again, for starting one costs a second."""

    hands: int = field(default_factory=lambda: max(1, min(HANDS_MAX, cores())))
    unjailed_allowed: bool = field(default_factory=unjailed_allowed)
    _free: SimpleQueue[Jail] = field(default_factory=SimpleQueue, repr=False)

    def map(self, work: Callable[[Jail, Job], Answer], jobs: Iterable[Job]) -> list[Answer]:
        """Do `work` for each job with at most as many jails as hands."""
        return list(self.stream(work, jobs))

    def stream(self, work: Callable[[Jail, Job], Answer], jobs: Iterable[Job]) -> Iterator[Answer]:
        """Yield the answers in the order of the jobs, with at most AHEAD jobs a hand begun or waiting to be taken.

        `jobs` is drawn from in the caller's thread. What is not taken up when the caller stops is never begun.
        """

        def one(job: Job) -> Answer:
            jail = self._jail()
            try:
                return work(jail, job)
            finally:
                self._free.put(jail)

        begun: deque[Future[Answer]] = deque()
        pool = ThreadPoolExecutor(max_workers=self.hands)
        try:
            for job in jobs:
                begun.append(pool.submit(one, job))
                while begun and (begun[0].done() or len(begun) >= AHEAD * self.hands):
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
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
