"""Reads a vault's views as nouns of the record; refuses to write, and needs no key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Row, RowMapping, Select, Table, func, select

from counterclaim.record.account import Reading
from counterclaim.record.canonical import noun_of
from counterclaim.record.case import Case
from counterclaim.record.errors import MalformedError
from counterclaim.record.exhibit import Exhibit
from counterclaim.record.finding import Finding
from counterclaim.record.proposition import Assessment, Question, Weight
from counterclaim.vault import tables
from counterclaim.vault.database import Database
from counterclaim.vault.objects import Objects
from counterclaim.vault.rows import (
    Activity,
    AskedQuestion,
    Cosignature,
    HeldCode,
    Holding,
    NoteRow,
    NotUsed,
    Publication,
    RoleGrant,
    Suggestion,
    Token,
)
from counterclaim.vault.search import SearchRow, search

T = TypeVar("T")
_EXHIBIT_FIELDS = ("case", "number", "kind", "sha256", "size_bytes", "media_type", "name", "admitted_at")


class Shelf:
    """What stands in a vault's views. Each call reads one consistent state; unknown cases are empty."""

    def __init__(self, database: Database, objects: Objects) -> None:
        """`database` holds the views, `objects` the bytes."""
        self._database = database
        self._objects = objects

    def _rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        with self._database.reading() as connection:
            return connection.execute(statement).all()

    def _of_case(self, table: Table, case: str | None, *order: str) -> Sequence[Row[Any]]:
        statement = select(table).order_by(*(table.c[name] for name in order))
        return self._rows(statement if case is None else statement.where(table.c.case == case))

    def _nouns(self, table: Table, case: str, kind: type[T]) -> tuple[T, ...]:
        return tuple(noun_of(json.loads(row.plain), kind) for row in self._of_case(table, case, "entry"))

    # --- cases and people ---

    def cases(self) -> tuple[Case, ...]:
        """Every case, in the order of names."""
        rows = self._rows(select(tables.CASE).order_by(tables.CASE.c.name))
        return tuple(noun_of(json.loads(row.plain), Case) for row in rows)

    def case(self, name: str) -> Case | None:
        """Return the case of this name, or None."""
        rows = self._rows(select(tables.CASE).where(tables.CASE.c.name == name))
        return noun_of(json.loads(rows[0].plain), Case) if rows else None

    def roles(self, case: str) -> tuple[RoleGrant, ...]:
        """Who holds which role in the case; the latest grant to a person stands."""
        return tuple(RoleGrant(**_values(row)) for row in self._of_case(tables.ROLE, case, "actor"))

    # --- exhibits ---

    def exhibits(self, case: str) -> tuple[Exhibit, ...]:
        """Every exhibit of the case, in the order of numbers."""
        return tuple(_exhibit(row) for row in self._of_case(tables.EXHIBIT, case, "number"))

    def exhibit_by_digest(self, case: str, sha256: str) -> Exhibit | None:
        """Return the exhibit of the case with these bytes, or None."""
        where = (tables.EXHIBIT.c.case == case, tables.EXHIBIT.c.sha256 == sha256)
        rows = self._rows(select(tables.EXHIBIT).where(*where))
        return _exhibit(rows[0]) if rows else None

    def exhibits_by_digest(self, case: str, digests: Collection[str]) -> dict[str, Exhibit]:
        """Return the exhibits of the case with any of these bytes, by digest; one question for a batch."""
        where = (tables.EXHIBIT.c.case == case, tables.EXHIBIT.c.sha256.in_(sorted(digests)))
        return {row.sha256: _exhibit(row) for row in self._rows(select(tables.EXHIBIT).where(*where))}

    def highest_number(self, case: str) -> int:
        """Return the highest exhibit number any entry of the case names, 0 where none does.

        The record of an erasure names the exhibit, so the number of an erased one is not given to another.
        """
        of = tables.ACTIVITY_EXHIBIT
        (row,) = self._rows(select(func.max(of.c.exhibit).label("n")).where(of.c.case == case))
        return int(row.n or 0)

    def holding(self, case: str, number: int) -> Holding | None:
        """Return the exhibit with where it lies and how it came, or None."""
        where = (tables.EXHIBIT.c.case == case, tables.EXHIBIT.c.number == number)
        rows = self._rows(select(tables.EXHIBIT).where(*where))
        return _holding(rows[0]) if rows else None

    def holdings(self, case: str | None = None) -> tuple[Holding, ...]:
        """Every exhibit of one case, or of all, with where it lies and how it came."""
        return tuple(_holding(row) for row in self._of_case(tables.EXHIBIT, case, "case", "number"))

    def content_of(self, exhibit: Exhibit) -> bytes:
        """Return the exhibit's bytes, hashed anew. Raises IntegrityError naming the file."""
        holding = self.holding(exhibit.case, exhibit.number)
        if holding is None or holding.exhibit.sha256 != exhibit.sha256:
            raise MalformedError("an exhibit this vault holds", f"E{exhibit.number} of {exhibit.case!r}")
        return self._objects.content_of(holding.object, exhibit.sha256)

    def not_used(self, case: str) -> tuple[NotUsed, ...]:
        """Exhibits held but not used, each with the reason."""
        return tuple(NotUsed(**_values(row)) for row in self._of_case(tables.NOT_USED, case, "exhibit"))

    # --- what was found and read ---

    def findings(self, case: str) -> tuple[Finding, ...]:
        """Every finding of the case in the order of the log, with its present status."""
        rows = self._of_case(tables.FINDING, case, "entry")
        return tuple(replace(noun_of(json.loads(row.plain), Finding), status=row.status) for row in rows)

    def recorded(self, case: str) -> frozenset[tuple[str, str, str]]:
        """(exhibit digest, name@version, brief digest) of every finding: what pending work subtracts."""
        rows = self._of_case(tables.FINDING, case, "entry")
        return frozenset((row.exhibit_sha256, f"{row.examiner}@{row.version}", row.brief_sha256) for row in rows)

    def codes(self, case: str | None = None) -> tuple[HeldCode, ...]:
        """Every perceptual code of one case, or of all."""
        rows = self._of_case(tables.CODE, case, "case", "exhibit", "code")
        return tuple(HeldCode(**_values(row)) for row in rows)

    def reading(self, case: str, exhibit: int) -> Reading | None:
        """Return the latest reading of the exhibit as it was read, or None; statuses stand in `suggestions`."""
        where = (tables.READING.c.case == case, tables.READING.c.exhibit == exhibit)
        rows = self._rows(select(tables.READING).where(*where).order_by(tables.READING.c.entry.desc()).limit(1))
        return noun_of(json.loads(rows[0].plain), Reading) if rows else None

    def readers_of(self, case: str, exhibit: int) -> tuple[tuple[str, ...], ...]:
        """List the readers (name@version) of each reading of the exhibit, in the order of the log."""
        where = (tables.READING.c.case == case, tables.READING.c.exhibit == exhibit)
        rows = self._rows(select(tables.READING.c.readers).where(*where).order_by(tables.READING.c.entry))
        return tuple(tuple(json.loads(row.readers)) for row in rows)

    def suggestions(self, case: str) -> tuple[Suggestion, ...]:
        """Everything read in the case, in the order of exhibits and ids, with its present status."""
        rows = self._of_case(tables.SUGGESTION, case, "exhibit", "entry", "kind", "id")
        return tuple(Suggestion(**{**_values(row), "plain": json.loads(row.plain)}) for row in rows)

    def search(self, case: str, query: str) -> tuple[SearchRow, ...]:
        """Rows of the case that hold all words of `query`, nearest first. Raises UsageError."""
        with self._database.reading() as connection:
            return search(connection, case=case, query=query)

    # --- what was weighed and published ---

    def questions(self, case: str) -> tuple[AskedQuestion, ...]:
        """Every question of the case in the order of the log, and whether its rivals came late."""
        return tuple(
            AskedQuestion(question=noun_of(json.loads(row.plain), Question), late=bool(row.late), entry=row.entry)
            for row in self._of_case(tables.QUESTION, case, "entry")
        )

    def assessments(self, case: str) -> tuple[Assessment, ...]:
        """Every assessment of the case in the order of the log."""
        return self._nouns(tables.ASSESSMENT, case, Assessment)

    def weights(self, case: str) -> tuple[Weight, ...]:
        """Give the latest weight of each question of the case."""
        return self._nouns(tables.WEIGHT, case, Weight)

    def publications(self, case: str) -> tuple[Publication, ...]:
        """Every publication of the case in the order of the log."""
        rows = self._of_case(tables.PUBLICATION, case, "entry")
        return tuple(Publication(**{**_values(row), "plain": json.loads(row.plain)}) for row in rows)

    def notes(self, case: str, kind: str | None = None) -> tuple[NoteRow, ...]:
        """Every event of one kind (or of all) that has no view of its own, in the order of the log."""
        rows = self._of_case(tables.NOTE, case, "entry")
        return tuple(
            NoteRow(**{**_values(row), "plain": json.loads(row.plain)}) for row in rows if kind in (None, row.kind)
        )

    def tokens(self) -> tuple[Token, ...]:
        """Every time-stamp token over a checkpoint of this log."""
        rows = self._rows(select(tables.TOKEN).order_by(tables.TOKEN.c.entry))
        return tuple(Token(**_values(row)) for row in rows)

    def cosignatures(self, size: int | None = None) -> tuple[Cosignature, ...]:
        """Every cosignature line over the checkpoint of `size`, or over any, in the order of the log."""
        rows = self._rows(select(tables.COSIGNATURE).order_by(tables.COSIGNATURE.c.entry))
        return tuple(Cosignature(**_values(row)) for row in rows if size in (None, row.size))

    def checkpoint_notes(self, most: int) -> tuple[bytes, ...]:
        """The signed notes of the newest checkpoints, newest first, `most` at most."""
        rows = self._rows(select(tables.CHECKPOINT).order_by(tables.CHECKPOINT.c.size.desc()).limit(most))
        return tuple(row.note for row in rows)

    def size_of_note(self, digest: bytes) -> int | None:
        """The size of the checkpoint whose note has this SHA-256 (32 bytes), or None. Walks every note of the log."""
        rows = self._rows(select(tables.CHECKPOINT).order_by(tables.CHECKPOINT.c.size))
        return next((int(row.size) for row in rows if hashlib.sha256(row.note).digest() == digest), None)

    def activity(self, case: str) -> tuple[Activity, ...]:
        """Every act, viewing and record of the case in the order of the log: who, what, when, on which exhibits."""
        numbers: dict[int, list[int]] = {}
        for row in self._of_case(tables.ACTIVITY_EXHIBIT, case, "entry", "exhibit"):
            numbers.setdefault(row.entry, []).append(row.exhibit)
        return tuple(
            Activity(
                entry=row.entry,
                case=row.case,
                kind=row.kind,
                event_class=_values(row)["class"],
                at=row.at,
                actor=row.actor,
                exhibits=tuple(numbers.get(row.entry, ())),
            )
            for row in self._of_case(tables.ACTIVITY, case, "entry")
        )


def _values(row: Row[Any]) -> RowMapping:
    """Give a row by column names."""
    return row._mapping  # noqa: SLF001 (SQLAlchemy documents it; the underscore keeps it apart from column names)


def _exhibit(row: Row[Any]) -> Exhibit:
    return noun_of({name: _values(row)[name] for name in _EXHIBIT_FIELDS}, Exhibit)


def _holding(row: Row[Any]) -> Holding:
    return Holding(exhibit=_exhibit(row), object=row.object, source=row.source, note=row.note, entry=row.entry)
