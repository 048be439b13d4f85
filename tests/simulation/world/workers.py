"""Spreads work over the machine's processors by fork, so that children find what the parent had prepared."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

from world.compiled import compile_once

Item = TypeVar("Item")
Result = TypeVar("Result")
WORKERS_MAX = 4  # each holds a vault in memory; more would only crowd the machine


def spread(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Map in order; an error of one item is raised here."""
    workers = min(os.cpu_count() or 1, WORKERS_MAX)
    with ProcessPoolExecutor(workers, mp_context=get_context("fork"), initializer=compile_once) as pool:
        return list(pool.map(work, items, chunksize=4))
