"""The two columns: what is alleged, and on the same line what answers it; refuses to fill a blank with a guess."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from counterclaim.dossier.casefile import Particulars
from counterclaim.dossier.said import Said, exchanges_of, said_of
from counterclaim.record.account import Status
from counterclaim.web.readings import Read

NOTHING_READ = "nothing was read that this answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One account as the dossier would print it, with its id, its exhibit, and whether a person accepted it."""

    said: Said
    id: str
    exhibit: int
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the two columns; where a side is empty its blank says why."""

    left: tuple[Told, ...]
    right: tuple[Told, ...]
    blank_left: str
    blank_right: str


def lines_of(reads: Sequence[Read], particulars: Sequence[Particulars]) -> Iterator[Line]:
    """Each allegation with its answers, by the dossier's own pairing; what was rejected stands in no column."""
    for read in reads:
        known = {
            said_of(read.shown, account, {}): Told(
                said=said_of(read.shown, account, {}),
                id=read.prefix + account.id,
                exhibit=read.shown.exhibit.number,
                status=account.status,
            )
            for account in read.reading.accounts
        }
        for exchange in exchanges_of([read.shown], particulars, {}):
            yield Line(
                left=tuple(known[said] for said in exchange.left),
                right=tuple(known[said] for said in exchange.right),
                blank_left=NOTHING_READ if exchange.blank_left else "",
                blank_right=exchange.blank_right,
            )
