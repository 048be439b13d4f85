"""The tier of English speakers by a parser the operator points at; refuses to be needed, and says which tier read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from counterclaim.read.layers import PageText
from counterclaim.read.parsers.english import Pipeline, with_parsed_speakers
from counterclaim.record.account import Reading

PLAIN = "Speakers of English quotations: the grammar alone; no English pipeline is configured."
PARSED = "Speakers of English quotations: the grammar, and where it found no verb the pipeline {name} {version} ({n})."


@dataclass(frozen=True, slots=True)
class EnglishParserReader:
    """Speakers that a dependency parse adds to quotations without a cue; without a pipeline it says so."""

    name: str = "parser_en"
    method: str = "1"
    after: tuple[str, ...] = ("name", "speech")
    pipeline: Pipeline | None = None

    @property
    def version(self) -> str:
        """The version of the method, with the pipeline it reads by: other pipeline, other reading."""
        return f"{self.method}+{self.pipeline.name}-{self.pipeline.version}" if self.pipeline else self.method

    def read(self, page: PageText, so_far: Reading) -> Reading:
        """Fill what the grammar left without a verb, and note in the document that a pipeline read it."""
        if page.language != "en" or not so_far.quotations:
            return so_far
        if self.pipeline is None:
            return _noted(so_far, PLAIN)
        quotations, added = with_parsed_speakers(so_far, self.pipeline)
        note = PARSED.format(name=self.pipeline.name, version=self.pipeline.version, n=added)
        return _noted(replace(so_far, quotations=quotations), note)


def _noted(reading: Reading, note: str) -> Reading:
    return replace(reading, document=replace(reading.document, notes=(*reading.document.notes, note)))


READER = EnglishParserReader()
