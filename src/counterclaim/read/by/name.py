"""Who and what a page names, as printed; refuses to merge two names, and knows no list of people."""

from __future__ import annotations

from dataclasses import dataclass, replace

from counterclaim.read.layers import PageText
from counterclaim.read.tongues import tongue_of
from counterclaim.record.account import Reading


@dataclass(frozen=True, slots=True)
class NameReader:
    """Persons, bodies, facilities, courts, media, countries, places and groups, by capitals and cues."""

    name: str = "name"
    version: str = "2"
    after: tuple[str, ...] = ("damage",)

    def read(self, page: PageText, so_far: Reading) -> Reading:
        """Add the entities in the order of their first mention; `same_as` holds proposals only."""
        tongue = tongue_of(page.language)  # a language without a grammar adds nothing
        return replace(so_far, entities=(*so_far.entities, *tongue.entities(so_far))) if tongue else so_far


READER = NameReader()
