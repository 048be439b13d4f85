"""The languages whose names, quotations and accounts can be read; refuses to read one language by another's grammar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from counterclaim.read.english.tongue import English
from counterclaim.read.russian.tongue import Russian
from counterclaim.read.turkic.tongue import Turkic
from counterclaim.record.account import Account, Entity, Quotation, Reading


class Tongue(Protocol):
    """The grammar of one language. Each method sees what was read before it and gives proposals alone."""

    def entities(self, so_far: Reading) -> tuple[Entity, ...]:
        """Give who and what the page names, with ids e1, e2, ... in the order of first mention."""

    def quotations(self, so_far: Reading) -> tuple[Quotation, ...]:
        """Give what stands in quotation marks and whose it is, with ids q1, q2, ... in the order of the text."""

    def accounts(self, so_far: Reading) -> tuple[Account, ...]:
        """Give what somebody said, each act once, with ids a1, a2, ... in the order of the text."""


TONGUES: Mapping[str, Tongue] = {"en": English(), "ru": Russian(), "az": Turkic("az"), "tr": Turkic("tr")}


def tongue_of(language: str) -> Tongue | None:
    """Give the grammar of a language (ISO 639-1), or None where the project has none."""
    return TONGUES.get(language)
