"""The rows of views that are no noun of the record; refuses methods: they are facts to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from counterclaim.record.account import Status
from counterclaim.record.custody import EventClass
from counterclaim.record.exhibit import Exhibit
from counterclaim.record.proposition import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGrant:
    """The role a person (by pseudonym) holds in a case."""

    case: str
    actor: str
    role: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """An exhibit, the object that holds its bytes, where it came from (None: handed over), and the note."""

    exhibit: Exhibit
    object: str
    source: str | None
    note: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCode:
    """A perceptual code of an exhibit, with its scheme: `pdq:<hex>`."""

    case: str
    exhibit: int
    code: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One thing read: its id in the case (`E3.a1`), its plain noun, and who gave it its status when."""

    case: str
    id: str
    exhibit: int
    kind: str
    plain: Mapping[str, Any]
    status: Status
    by: str
    at: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question as last asked; `late` rivals came after findings were shown."""

    question: Question
    late: bool
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An RFC 3161 response (base64) over the checkpoint of `size`."""

    size: int
    token: str
    authority: str
    at: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """One cosignature line (with its line end) over the checkpoint of `size`; `at` is the cosigner's own clock, UTC."""

    size: int
    line: str
    name: str
    at: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUsed:
    """An exhibit held but not used, and why."""

    case: str
    exhibit: int
    why: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What left, under which profile."""

    case: str
    profile: str
    plain: Mapping[str, Any]
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRow:
    """An event whose kind has no view of its own."""

    case: str
    kind: str
    entry: int
    at: str
    actor: str
    plain: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One line of a case's history: who did what, when, on which exhibits (numbers)."""

    entry: int
    case: str
    kind: str
    event_class: EventClass
    at: str
    actor: str
    exhibits: tuple[int, ...]
