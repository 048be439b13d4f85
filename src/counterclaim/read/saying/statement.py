"""One part of a sentence and whose it is; refuses to let one holder's words run into another's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from counterclaim.record.passage import Span

By = TypeVar("By")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Generic[By]):
    """One part of a sentence: attributed (`by` is set), the page's own inference, or the page's own words."""

    span: Span
    by: By | None
    inference: bool
    cue: Span | None = None
