"""The languages whose names, quotations and accounts can be read; refuses to read one language by another's grammar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from counterclaim.read.english import accounts as english_accounts
from counterclaim.read.english import names as english_names
from counterclaim.read.english import quotations as english_quotations
from counterclaim.read.russian import accounts as russian_accounts
from counterclaim.read.russian import names as russian_names
from counterclaim.read.russian import quotations as russian_quotations
from counterclaim.read.turkic import accounts as turkic_accounts
from counterclaim.read.turkic import names as turkic_names
from counterclaim.read.turkic import quotations as turkic_quotations
from counterclaim.record.account import Account, Entity, Quotation, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """The grammar of a language. Each part sees what was read before it and gives proposals alone.

    `entities` are who and what the page names (ids e1, e2, ... in the order of first mention), `quotations` what
    somebody is quoted with (q1, ... in the order of the text), `accounts` what somebody said, each act once (a1, ...).
    """

    entities: Callable[[Reading], tuple[Entity, ...]]
    quotations: Callable[[Reading], tuple[Quotation, ...]]
    accounts: Callable[[Reading], tuple[Account, ...]]


ENGLISH = Tongue(
    entities=english_names.entities_of,
    quotations=english_quotations.quotations_of,
    accounts=english_accounts.accounts_of,
)
RUSSIAN = Tongue(
    entities=russian_names.entities_of,
    quotations=russian_quotations.quotations_of,
    accounts=russian_accounts.accounts_of,
)
# One grammar for Azerbaijani and Turkish; each page is read by the words of its own language. Text printed without
# the letters of its alphabet (`iskence`, `bildirib ki, sexs`) is not restored and mostly not read.
TURKIC = Tongue(
    entities=turkic_names.entities_of,
    quotations=turkic_quotations.quotations_of,
    accounts=turkic_accounts.accounts_of,
)
TONGUES: Mapping[str, Tongue] = {"en": ENGLISH, "ru": RUSSIAN, "az": TURKIC, "tr": TURKIC}


def tongue_of(language: str) -> Tongue | None:
    """Give the grammar of a language (ISO 639-1), or None where the project has none."""
    return TONGUES.get(language)
