"""Azerbaijani and Turkish as tongues the readers can ask; refuses nothing of its own: its parts do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from counterclaim.read.turkic.accounts import accounts_of
from counterclaim.read.turkic.names import entities_of
from counterclaim.read.turkic.quotations import quotations_of
from counterclaim.record.account import Account, Entity, Quotation, Reading


@dataclass(frozen=True, slots=True)
class Turkic:
    """The grammar of names, quotations and accounts that Azerbaijani and Turkish share; the words are each one's own.

    Text printed without the letters of its alphabet (`iskence`, `bildirib ki, sexs`) is not restored and mostly
    not read.
    """

    language: Literal["az", "tr"]

    def entities(self, so_far: Reading) -> tuple[Entity, ...]:
        """Give who and what the page names."""
        return entities_of(so_far)

    def quotations(self, so_far: Reading) -> tuple[Quotation, ...]:
        """Give what stands in quotation marks and whose it is."""
        return quotations_of(so_far)

    def accounts(self, so_far: Reading) -> tuple[Account, ...]:
        """Give what somebody said, each act once."""
        return accounts_of(so_far)
