"""Which examiners and readers are installed; built-ins come in by the same door as third parties'."""

from __future__ import annotations

import os
from functools import cache
from importlib.metadata import entry_points

from counterclaim.desk.pipelines import with_pipelines
from counterclaim.examine.examiner import Examiner
from counterclaim.read.reader import Reader
from counterclaim.record.errors import UsageError

EXAMINERS = "counterclaim.examiners"
READERS = "counterclaim.readers"


@cache
def examiners() -> dict[str, Examiner]:
    """The installed examiners by name, in the order of their names."""
    found = {point.name: point.load() for point in entry_points(group=EXAMINERS)}
    return {name: found[name] for name in sorted(found)}


@cache
def readers() -> dict[str, Reader]:
    """The installed readers by name, in the order of their names."""
    found = {point.name: point.load() for point in entry_points(group=READERS)}
    return with_pipelines({name: found[name] for name in sorted(found)}, os.environ)


def examiner_of(name: str) -> Examiner:
    """The examiner called `name`. Raises UsageError naming those there are."""
    if name not in examiners():
        raise UsageError(f"an installed examiner ({', '.join(examiners())})", repr(name))
    return examiners()[name]


def signature_of(method: Examiner | Reader) -> str:
    """How a method is named in the log: `name@version`."""
    return f"{method.name}@{method.version}"
