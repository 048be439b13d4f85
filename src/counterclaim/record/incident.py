"""An incident, its acts and who was involved in which role; "alleged" stays."""

from __future__ import annotations

from dataclasses import dataclass

from counterclaim.record.passage import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A single violation alleged: a method, a place, an EDTF date, and what says so.

    Field model: HURIDOCS Events Standard Formats, record Act.
    """

    victim: str
    method: str
    place: str | None
    edtf: str | None
    sources: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One event that one or more sources tell of; `origins` are the independent tellers."""

    id: str
    acts: tuple[Act, ...]
    origins: frozenset[str]
