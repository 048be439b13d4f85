"""Every date and duration a page states, in an episode or not; refuses to reckon from a day the page does not state."""

from __future__ import annotations

from dataclasses import dataclass, replace

from counterclaim.read.damage.copies import unjoined_sentences
from counterclaim.read.dates.calendar_words import dates_in, durations_in
from counterclaim.read.dates.dateline import page_date_of
from counterclaim.read.layers import PageText
from counterclaim.record.account import Reading, Role

DATES_MAX = 5000  # a longer list is a table, and no text that somebody reads
_ROLES: tuple[Role, ...] = ("headline", "byline", "body", "caption")  # what a site says about itself dates nothing


@dataclass(frozen=True, slots=True)
class DateReader:
    """Dates as EDTF (ISO 8601-2) and durations as ISO 8601 periods, of the article and its bylines.

    Of a sentence that a page holds twice both copies' dates stand, since either may be the damaged one. What a date
    is the date of is said by an episode alone.
    """

    name: str = "date"
    version: str = "1"
    after: tuple[str, ...] = ("damage",)

    def read(self, page: PageText, so_far: Reading) -> Reading:
        """Add the dates and durations in the order of the text; a language that is not read adds none."""
        sentences = sorted(unjoined_sentences(so_far, *_ROLES), key=lambda sentence: sentence.start)
        page_date = page_date_of(so_far)
        dates = [item for sentence in sentences for item in dates_in(sentence, page.language, page_date)]
        durations = [item for sentence in sentences for item in durations_in(sentence, page.language)]
        return replace(
            so_far,
            dates=(*so_far.dates, *dates[:DATES_MAX]),
            durations=(*so_far.durations, *durations[:DATES_MAX]),
        )


READER = DateReader()
