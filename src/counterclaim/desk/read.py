"""Reads pages and testimony: everything read is a suggestion until a person accepts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from counterclaim.desk.jail import Jail, JailEndedError
from counterclaim.desk.open import Desk
from counterclaim.desk.rosters import readers, signature_of
from counterclaim.record.account import Reading
from counterclaim.record.canonical import noun_of, plain_of
from counterclaim.record.errors import IntegrityError
from counterclaim.record.exhibit import Exhibit, label_of
from counterclaim.record.media import media_type_of

READABLE = frozenset({"text/html", "text/plain"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An exhibit that was not read, and why: silence is never absence."""

    exhibit: int
    reason: str


def reading_on(jail: Jail, content: bytes, *, media_type: str | None = None) -> Reading:
    """Read bytes in the jail, and check that every span re-reads to exactly its text.

    Raises JailEndedError when the child gave no answer, IntegrityError for a span that does not re-read.
    """
    answer = jail.run("read", {"media_type": media_type or media_type_of(content)}, content)
    reading: Reading = noun_of(answer, Reading)
    text = reading.document.dom_text
    spans = [(one.id, one.span) for one in reading.accounts]
    spans += [(one.id, one.span) for one in reading.quotations]
    spans += [(one.id, one.span) for one in reading.methods]
    spans += [(one.id, one.span) for one in reading.episodes]
    spans += [(one.id, span) for one in reading.damage for span in one.spans]
    spans += [(one.id, span) for one in reading.entities for span in one.mentions]
    for identifier, span in spans:
        if not span.reads_in(text):
            raise IntegrityError(f"the span of {identifier} to re-read", "other text at its offsets")
    return reading


def read(
    desk: Desk, *, case: str, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> tuple[dict[int, Reading], tuple[Unread, ...]]:
    """Read every page of `case` that these readers have not read yet.

    Returns the new readings by exhibit number, and what could not be read with the reason.
    """
    desk.require("read", case=case)
    roster = sorted(signature_of(reader) for reader in readers().values())
    todo = [exhibit for exhibit in desk.vault.exhibits(case) if exhibit.media_type in READABLE]
    made: dict[int, Reading] = {}
    unread: list[Unread] = []
    for done, exhibit in enumerate(todo, 1):
        if tuple(roster) in desk.vault.readers_of(case, exhibit.number):
            continue
        (answer,) = desk.crew.map(_read_one, [(desk.vault.content_of(exhibit), exhibit)])
        if isinstance(answer, Unread):
            unread.append(answer)
        else:
            made[exhibit.number] = answer
            _enter(desk, exhibit, answer, case=case, roster=roster)
        progress(done, len(todo))
    return made, tuple(unread)


def _read_one(jail: Jail, job: tuple[bytes, Exhibit]) -> Reading | Unread:
    content, exhibit = job
    try:
        return reading_on(jail, content, media_type=exhibit.media_type)
    except JailEndedError as ended:
        return Unread(exhibit=exhibit.number, reason=ended.got)


def _enter(desk: Desk, exhibit: Exhibit, reading: Reading, *, case: str, roster: list[str]) -> None:
    with desk.writing() as writer:
        earlier = len(desk.vault.readers_of(case, exhibit.number))
        prefix = f"{label_of(exhibit.number)}." + (f"r{earlier + 1}." if earlier else "")
        body = {"reading": plain_of(reading), "readers": roster, "prefix": prefix}
        event = desk.event("read", case=case, exhibits=(exhibit.number,), inputs=(exhibit.sha256,), body=body)
        writer.record([event])
