"""Bytes become exhibits: one receipt row an input, and nothing that could be read is ever lost."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from counterclaim.desk.incoming import bytes_of
from counterclaim.desk.open import Desk
from counterclaim.record.canonical import plain_of, sha256_hex
from counterclaim.record.custody import Event
from counterclaim.record.errors import StorageError, UsageError
from counterclaim.record.exhibit import Exhibit, ExhibitKind
from counterclaim.record.media import kind_of, media_type_of, oddities_of
from counterclaim.vault.vault import Writer

BATCH_FILES = 64  # a batch is one transaction: large enough to spread its flushes, small enough to report often
BATCH_BYTES = 64 * 1024**2
NAME_CHARACTERS_MAX = 255  # as common file systems bound a name

Outcome = Literal["admitted", "held", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    """What became of one input. `exit_code` is the contract's for a refusal (2 missing, 3 unfit, 4 unreadable)."""

    input: str
    outcome: Outcome
    exhibit: Exhibit | None
    reason: str
    exit_code: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One row an input, in the order given; the counts add up to the rows."""

    rows: tuple[ReceiptRow, ...]

    def count(self, outcome: Outcome) -> int:
        """How many rows have this outcome."""
        return sum(row.outcome == outcome for row in self.rows)

    def exit_code(self) -> int:
        """The gravest refusal's code; 0 when nothing was refused."""
        return max((row.exit_code for row in self.rows), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Bytes that arrived under a name (never a path), before they are an exhibit.

    `source` is the address they were fetched from, `fetched` what the answer said of itself (its header lines).
    """

    input: str
    name: str
    content: bytes
    kind: ExhibitKind | None = None
    source: str | None = None
    fetched: Mapping[str, Any] | None = None


Fetch = Callable[[str], Arrival | ReceiptRow]
"""Asks for an address through the broker; the receipt row says why nothing came."""


def admit(
    desk: Desk,
    inputs: Sequence[str],
    *,
    case: str,
    kind: ExhibitKind | None = None,
    fetch: Fetch | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Receipt:
    """Admit files and folders into `case`, and addresses where `fetch` is given.

    Raises PolicyError for a role, StorageError for a full disk.

    What was acknowledged before a StorageError is kept; running the same command again adds nothing twice.
    """
    desk.require("admit", case=case)
    named = tuple(_named(inputs))
    rows: list[ReceiptRow] = []
    for batch in _batches(_arrival_of(path, shown, kind, fetch) for path, shown in named):
        rows.extend(_admit_batch(desk, batch, case=case))
        progress(len(rows), len(named))
    return Receipt(rows=tuple(rows))


def admit_contents(desk: Desk, arrivals: Sequence[Arrival], *, case: str) -> Receipt:
    """Admit bytes that are already in memory (the demo's, or another program's)."""
    desk.require("admit", case=case)
    return Receipt(rows=tuple(row for batch in _batches(arrivals) for row in _admit_batch(desk, batch, case=case)))


def _named(inputs: Sequence[str]) -> Iterator[tuple[Path | None, str]]:
    """Each input as (path, how it is shown); a folder gives everything in it in name order, a URL no path."""
    for given in inputs:
        if "://" in given:
            yield None, given
            continue
        try:
            inside = sorted(Path(given).rglob("*")) if Path(given).is_dir() else None
        except OSError:
            inside = None  # the one row of this input says why
        if inside is None:
            yield Path(given), given
        else:
            yield from ((path, str(path)) for path in inside if path.is_symlink() or not path.is_dir())


def _arrival_of(path: Path | None, shown: str, kind: ExhibitKind | None, fetch: Fetch | None) -> Arrival | ReceiptRow:
    """Read one input, or say why it is refused."""

    def refused(reason: str, exit_code: int) -> ReceiptRow:
        return ReceiptRow(input=printed(shown), outcome="refused", exhibit=None, reason=reason, exit_code=exit_code)

    if path is None:
        if fetch is None:
            return refused("fetching from the network is off; save the page and admit the file", 3)
        came = fetch(shown)
        return replace(came, kind=kind) if isinstance(came, Arrival) else came
    try:
        content = bytes_of(path)
    except UsageError as error:
        missing = error.got.startswith("no such file")
        return refused(error.got.partition(": ")[0], 2 if missing else 3)
    except StorageError as error:
        return refused(error.got.removeprefix(f"{path} "), error.exit_code)
    return Arrival(input=printed(shown), name=printed(path.name)[:NAME_CHARACTERS_MAX], content=content, kind=kind)


def printed(name: str) -> str:
    """A name as text the log can hold: bytes that are no UTF-8 are written out as escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _batches(arrivals: Iterable[Arrival | ReceiptRow]) -> Iterator[list[Arrival | ReceiptRow]]:
    batch: list[Arrival | ReceiptRow] = []
    size_bytes = 0
    for arrival in arrivals:
        batch.append(arrival)
        size_bytes += len(arrival.content) if isinstance(arrival, Arrival) else 0
        if len(batch) >= BATCH_FILES or size_bytes >= BATCH_BYTES:
            yield batch
            batch, size_bytes = [], 0
    if batch:
        yield batch


def _admit_batch(desk: Desk, batch: Sequence[Arrival | ReceiptRow], *, case: str) -> list[ReceiptRow]:
    """Make every object durable, then enter the whole batch in one transaction, then acknowledge."""
    with ThreadPoolExecutor() as pool:  # hashing lets other threads run (hashlib, beyond 2,047 bytes)
        digests = list(pool.map(lambda one: sha256_hex(one.content) if isinstance(one, Arrival) else "", batch))
    held = desk.vault.exhibits_by_digest(case, digests)
    fresh = {
        digest: one.content
        for digest, one in zip(digests, batch, strict=True)
        if isinstance(one, Arrival) and digest not in held
    }
    objects = dict(zip(fresh, desk.vault.keep_all(list(fresh.values())), strict=True))
    with desk.writing() as writer:
        return _entered(desk, writer, list(zip(digests, batch, strict=True)), case=case, objects=objects)


def _entered(
    desk: Desk,
    writer: Writer,
    batch: Sequence[tuple[str, Arrival | ReceiptRow]],
    *,
    case: str,
    objects: dict[str, str],
) -> list[ReceiptRow]:
    rows: list[ReceiptRow] = []
    events: list[Event] = []
    number = desk.vault.highest_number(case)
    # Asked again, now that the lock is held: another writer may have entered the same bytes meanwhile.
    known = desk.vault.exhibits_by_digest(case, [digest for digest, _ in batch])
    for digest, arrival in batch:
        if isinstance(arrival, ReceiptRow):
            rows.append(arrival)
            continue
        if (held := known.get(digest)) is not None:
            reason = f"the same bytes are held as E{held.number}"
            rows.append(ReceiptRow(input=arrival.input, outcome="held", exhibit=held, reason=reason))
            continue
        number += 1
        exhibit = _exhibit_of(arrival, case=case, number=number, digest=digest, at=desk.clock())
        known[digest] = exhibit
        oddities = "; ".join(oddities_of(arrival.content, arrival.name))
        body = {
            "exhibit": plain_of(exhibit),
            "object": objects.get(digest) or desk.vault.keep(arrival.content),
            "source": arrival.source,
            "note": oddities,
        }
        if arrival.fetched is not None:
            body["fetched"] = dict(arrival.fetched)
        events.append(desk.event("admit", case=case, exhibits=(number,), outputs=(digest,), body=body))
        rows.append(ReceiptRow(input=arrival.input, outcome="admitted", exhibit=exhibit, reason=oddities))
    if events:
        writer.record(events)
    return rows


def _exhibit_of(arrival: Arrival, *, case: str, number: int, digest: str, at: str) -> Exhibit:
    media_type = media_type_of(arrival.content)
    return Exhibit(
        case=case,
        number=number,
        kind=arrival.kind or kind_of(media_type),
        sha256=digest,
        size_bytes=len(arrival.content),
        media_type=media_type,
        name=arrival.name,
        admitted_at=at,
    )


def kind_named(text: str) -> ExhibitKind:
    """The kind of exhibit a person named. Raises UsageError."""
    try:
        return ExhibitKind(text)
    except ValueError as error:
        raise UsageError(f"a kind of exhibit ({', '.join(ExhibitKind)})", repr(text)) from error
