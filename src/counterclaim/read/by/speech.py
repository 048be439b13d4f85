"""What stands in quotation marks and whose it is; refuses to name a speaker the page does not name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from counterclaim.read.layers import PageText
from counterclaim.read.tongues import tongue_of
from counterclaim.record.account import Reading


@dataclass(frozen=True, slots=True)
class SpeechReader:
    """Direct quotations with speaker, cue and go-between; single words in marks of doubt are none."""

    name: str = "speech"
    version: str = "2"
    after: tuple[str, ...] = ("damage", "name", "parser_ru")

    def read(self, page: PageText, so_far: Reading) -> Reading:
        """Add the quotations in the order of the text."""
        tongue = tongue_of(page.language)  # a language without a grammar adds nothing
        return replace(so_far, quotations=(*so_far.quotations, *tongue.quotations(so_far))) if tongue else so_far


READER = SpeechReader()
