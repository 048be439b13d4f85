"""Russian as a tongue the readers can ask; refuses nothing of its own: its parts do."""

from __future__ import annotations

from dataclasses import dataclass

from counterclaim.read.russian.accounts import accounts_of
from counterclaim.read.russian.names import entities_of
from counterclaim.read.russian.quotations import quotations_of
from counterclaim.record.account import Account, Entity, Quotation, Reading


@dataclass(frozen=True, slots=True)
class Russian:
    """The Russian grammar of names, quotations and accounts."""

    def entities(self, so_far: Reading) -> tuple[Entity, ...]:
        """Give who and what the page names."""
        return entities_of(so_far)

    def quotations(self, so_far: Reading) -> tuple[Quotation, ...]:
        """Give what stands in quotation marks or after a dialogue dash, and whose it is."""
        return quotations_of(so_far)

    def accounts(self, so_far: Reading) -> tuple[Account, ...]:
        """Give what somebody said, each act once."""
        return accounts_of(so_far)
