"""Points to clarify between accounts: disputes, silence, damage; refuses to say that anybody lies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from counterclaim.record.account import Account, Lost, Named, Undetermined, Unstated, Worded

PointKind = Literal["dispute", "not_answered", "answers_nothing_held", "undetermined", "damage"]

_ASSERTING = frozenset({"claim", "testimony", "report", "finding"})
_SILENT = frozenset({"no_reply", "non_denial"})  # a reply that gives no answer leaves the claim unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing to clarify, the accounts it concerns, and the words for it (no text of the accounts themselves)."""

    kind: PointKind
    accounts: tuple[str, ...]
    words: str


def points_of(accounts: Sequence[Account]) -> tuple[Point, ...]:
    """Find what has to be clarified among the accounts handed in, in the order of their ids."""
    ordered = sorted(accounts, key=lambda account: account.id)
    by_id = {account.id: account for account in ordered}
    points: list[Point] = []
    for account in ordered:
        answering = [other for other in ordered if account.id in other.answers and other.id != account.id]
        points += _replies(account, answering)
        points += _unheld(account, by_id.keys())
        points += _holder(account)
        if account.damage:
            places = ", ".join(sorted(account.damage))
            words = f"To clarify: {account.id} touches damaged text ({places}); read it in another copy of the page."
            points.append(Point(kind="damage", accounts=(account.id,), words=words))
    return tuple(points)


def _replies(account: Account, answering: Sequence[Account]) -> list[Point]:
    denials = [other for other in answering if other.act == "denial"]
    points = []
    for denial in denials:
        what = ", ".join(denial.denies) or "not said what"
        words = f"To clarify: {account.id} is in dispute; {denial.id} denies it ({what})."
        points.append(Point(kind="dispute", accounts=(account.id, denial.id), words=words))
    answered = [other for other in answering if other.act not in _SILENT]
    if account.act in _ASSERTING and not answered:
        silent = ", ".join(other.id for other in answering)
        why = f"; {silent} replies without answering it" if silent else " among the accounts handed in"
        words = f"To clarify: {account.id} is not answered{why}."
        points.append(
            Point(kind="not_answered", accounts=(account.id, *(other.id for other in answering)), words=words)
        )
    return points


def _unheld(account: Account, held: Iterable[str]) -> list[Point]:
    missing = sorted(set(account.answers) - set(held))
    if missing:
        words = f"To clarify: {account.id} answers {', '.join(missing)}, not among the accounts handed in."
        return [Point(kind="answers_nothing_held", accounts=(account.id,), words=words)]
    if account.act == "denial" and not account.answers:
        words = f"To clarify: which account {account.id} denies is not stated."
        return [Point(kind="answers_nothing_held", accounts=(account.id,), words=words)]
    return []


def _holder(account: Account) -> list[Point]:
    match account.holder:
        case Named() | Worded():
            return []
        case Undetermined(candidates=candidates):
            words = (
                f"To clarify: whose account {account.id} is; {len(candidates)} candidates, the page does not decide."
            )
        case Lost(damage=damage):
            words = f"To clarify: whose account {account.id} is; the name fell into damage {damage}."
        case Unstated():
            words = f"To clarify: whose account {account.id} is; the page does not say."
        case _:
            assert_never(account.holder)
    return [Point(kind="undetermined", accounts=(account.id,), words=words)]
