"""A case is the file on one contested allegation; refuses to open without a purpose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from counterclaim.record.errors import MalformedError, UsageError

CaseRole = Literal["owner", "editor", "reviewer", "counsel", "reader"]
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The file on one contested allegation; `purpose` and `risk_assessment` are recorded first."""

    name: str
    title: str
    purpose: str
    risk_assessment: str
    opened_at: str

    def __post_init__(self) -> None:
        """A purpose is needed before anything is held."""
        if not self.purpose.strip():
            raise MalformedError("a purpose for the case", "none")


def case_name_of(text: str) -> str:
    """Check a case name: lower-case letters, digits, dot, dash, underscore. Raises UsageError."""
    if not _NAME.fullmatch(text):
        raise UsageError("a case name of lower-case letters, digits, '.', '-' or '_' (64 at most)", repr(text))
    return text
