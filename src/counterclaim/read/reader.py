"""What a reader is, and how readers are folded into one reading; refuses readers that wait for each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from counterclaim.read.layers import PageText
from counterclaim.read.sentences import forget_sentences
from counterclaim.record.account import Reading
from counterclaim.record.errors import MalformedError


class Reader(Protocol):
    """One method that reads a page.

    `after` names the readers whose proposals this one builds on; one that is not installed is not waited for.
    """

    @property
    def name(self) -> str:
        """The name it is registered under."""

    @property
    def version(self) -> str:
        """The version of its method, as a record of its reading states it."""

    @property
    def after(self) -> tuple[str, ...]:
        """The names of readers that come first."""

    def read(self, page: PageText, so_far: Reading) -> Reading:
        """Extend the reading with what this method sees; everything in it stays proposed."""


def reading_of(page: PageText, readers: Iterable[Reader]) -> Reading:
    """Fold the readers over one page, each after those it names; the order given does not matter.

    Raises MalformedError where readers wait for each other or two have one name.
    """
    forget_sentences()  # nothing of one page stays in memory for the next
    reading = Reading(document=page.document(), article=page.article)
    for reader in ordered(readers):
        reading = reader.read(page, reading)
    return reading


def ordered(readers: Iterable[Reader]) -> tuple[Reader, ...]:
    """Put readers into the one order that follows their `after`, by name where that leaves a choice."""
    given = tuple(readers)
    waiting = {reader.name: reader for reader in given}
    if len(waiting) != len(given):
        raise MalformedError("readers with names of their own", "two with one name")
    done: list[Reader] = []
    while waiting:
        ready = sorted(name for name, reader in waiting.items() if not set(reader.after) & waiting.keys() - {name})
        if not ready:
            raise MalformedError(
                "readers that can be put in order", "some that wait for each other: " + ", ".join(sorted(waiting))
            )
        done.append(waiting.pop(ready[0]))
    return tuple(done)
