"""An exhibit is one item of evidence, known by its digest; this module never holds its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ExhibitKind(StrEnum):
    """What kind of thing an exhibit is; the vocabulary file exhibit_kinds.json explains each."""

    PHOTOGRAPH = "photograph"
    PAGE = "page"
    POST = "post"
    DOCUMENT = "document"
    VIDEO = "video"
    AUDIO = "audio"
    PHYSICAL_OBJECT = "physical_object"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One item of evidence in one case.

    `number` counts within the case from 1 and is the only name a public profile may print.
    `name` is the original base name as received, never a path. `admitted_at` is UTC, RFC 3339.
    """

    case: str
    number: int
    kind: ExhibitKind
    sha256: str
    size_bytes: int
    media_type: str
    name: str
    admitted_at: str


def label_of(number: int) -> str:
    """The exhibit's printed label: `E1`."""
    return f"E{number}"
