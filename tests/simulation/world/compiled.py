"""One compiler of statements for all vaults of a test: thousands are opened, and each would compile its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from sqlalchemy import Engine

from counterclaim.vault import database


def compile_once() -> None:
    """Let engines of the same driver share their dialect and its cache of compiled statements, from here on."""
    if getattr(database.create_engine, "shares", False):
        return
    create, first = database.create_engine, {}

    def create_engine(url: str, *, module: ModuleType | None = None, **also: Any) -> Engine:
        engine = create(url, module=module, **also)
        shared = first.setdefault(module, engine)
        engine.dialect, engine._compiled_cache = shared.dialect, shared._compiled_cache
        return engine

    create_engine.shares = True
    database.create_engine = create_engine


@contextlib.contextmanager
def compiled_once() -> Iterator[None]:
    """The same while the block runs."""
    before = database.create_engine
    try:
        compile_once()
        yield
    finally:
        database.create_engine = before
