"""Exact text at exact offsets; refuses a span whose text is not the slice it names."""

from __future__ import annotations

from dataclasses import dataclass

from counterclaim.record.errors import MalformedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Unicode code points [start, end) of the decoded document text, with that very text."""

    start: int
    end: int
    text: str

    def __post_init__(self) -> None:
        """Hold the length rule; the slice rule needs the document (`reads_in`)."""
        if self.start < 0 or self.end - self.start != len(self.text):
            raise MalformedError(
                "a span as long as its text", f"[{self.start}, {self.end}) over {len(self.text)} code points"
            )

    def reads_in(self, text: str) -> bool:
        """Whether the document's slice is exactly this text."""
        return text[self.start : self.end] == self.text

    def covers(self, other: Span) -> bool:
        """Whether `other` lies within this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a code point."""
        return self.start < other.end and other.start < self.end


def span_of(text: str, start: int, end: int) -> Span:
    """The span of `text` at [start, end). Raises MalformedError outside the text."""
    if not 0 <= start <= end <= len(text):
        raise MalformedError(f"offsets within 0..{len(text)}", f"[{start}, {end})")
    return Span(start=start, end=end, text=text[start:end])


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A span of one exhibit, as a dossier cites it."""

    exhibit: int
    span: Span
