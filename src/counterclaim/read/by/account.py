"""What somebody said, each act once; refuses a holder from outside the page and a denial wider than its words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from counterclaim.read.layers import PageText
from counterclaim.read.tongues import tongue_of
from counterclaim.record.account import Reading


@dataclass(frozen=True, slots=True)
class AccountReader:
    """Claims, denials, testimony and the other acts of speech, with holder, cue, hedge and what they answer."""

    name: str = "account"
    version: str = "2"
    after: tuple[str, ...] = ("damage", "name", "parser_ru", "speech", "parser_en")

    def read(self, page: PageText, so_far: Reading) -> Reading:
        """Add the accounts in the order of the text; of two copies of a sentence one is read."""
        tongue = tongue_of(page.language)  # a language without a grammar adds nothing
        return replace(so_far, accounts=(*so_far.accounts, *tongue.accounts(so_far))) if tongue else so_far


READER = AccountReader()
