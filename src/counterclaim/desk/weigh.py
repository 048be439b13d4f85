"""Weighs a case's questions over what a person accepted, and enters each weight in the log."""

from __future__ import annotations

from dataclasses import replace

from counterclaim.desk.open import Desk
from counterclaim.desk.suggestions import current_suggestions
from counterclaim.record.account import Account, Named
from counterclaim.record.canonical import noun_of, plain_of
from counterclaim.record.exhibit import label_of
from counterclaim.record.finding import Finding, Observed
from counterclaim.record.proposition import Weight
from counterclaim.weigh.corroboration import UNKNOWN
from counterclaim.weigh.weight import weigh as weigh_question


def accepted_findings(desk: Desk, *, case: str) -> tuple[Finding, ...]:
    """The findings a person accepted, and those that declined or failed: the latter need no acceptance."""
    return tuple(
        finding
        for finding in desk.vault.findings(case)
        if finding.status == "accepted" or not isinstance(finding.outcome, Observed)
    )


def case_accounts(desk: Desk, *, case: str) -> dict[str, Account]:
    """Every account read in the case with its status, its id and those it answers being the case's."""
    found = {}
    for row in current_suggestions(desk, case=case):
        if row.kind != "account":
            continue
        account = noun_of(row.plain, Account)
        prefix = row.id.removesuffix(account.id)
        answers = tuple(prefix + one for one in account.answers)
        found[row.id] = replace(account, id=row.id, answers=answers, status=row.status)
    return found


def sources_of(desk: Desk, *, case: str) -> dict[str, tuple[str, ...]]:
    """What each item was taken from: its exhibit, the earliest held picture it looks like, or who said it.

    Where nobody is named, the source stays unknown, and what is unknown raises no count of origins.
    """
    sources: dict[str, tuple[str, ...]] = {}
    for exhibit in desk.vault.exhibits(case):
        sources[label_of(exhibit.number)] = (UNKNOWN,)
    for finding in desk.vault.findings(case):
        sources[finding.id] = (label_of(finding.exhibit),)
        if isinstance(finding.outcome, Observed) and finding.status == "accepted":
            earliest = finding.outcome.values.get("earliest_held")
            if earliest:
                sources[label_of(finding.exhibit)] = (label_of(earliest["exhibit"]),)
    names = {row.id: str(row.plain["name"]) for row in desk.vault.suggestions(case) if row.kind == "entity"}
    for account in case_accounts(desk, case=case).values():
        prefix = account.id.rpartition(".")[0] + "."
        if isinstance(account.holder, Named) and prefix + account.holder.entity in names:
            holder = f"said by {names[prefix + account.holder.entity]}"
            sources[account.id] = (holder,)
            sources[holder] = ()
    return sources


def _near(accounts: dict[str, Account], judged: set[str]) -> tuple[Account, ...]:
    """The accounts judged for a question, those they answer and those that answer them: its own points to clarify."""
    near = judged | {answered for one in accounts.values() if one.id in judged for answered in one.answers}
    near |= {one.id for one in accounts.values() if near & set(one.answers)}
    return tuple(one for one in accounts.values() if one.id in near)


def weigh(desk: Desk, *, case: str) -> tuple[Weight, ...]:
    """Weigh every question of the case over what was accepted; returns the weights in the order of asking.

    What rests on a mere suggestion does not enter, and the weight says so.
    """
    desk.require("weigh", case=case)
    weights = weights_now(desk, case=case)
    events = [desk.event("weigh", case=case, body={"weight": plain_of(weight)}) for weight in weights]
    if events:
        desk.record(*events)
    return weights


def weights_now(desk: Desk, *, case: str) -> tuple[Weight, ...]:
    """The weights that follow from what is accepted at this moment; entered nowhere."""
    assessments = desk.vault.assessments(case)
    findings, accounts = desk.vault.findings(case), case_accounts(desk, case=case)
    sources = sources_of(desk, case=case)
    return tuple(
        weigh_question(
            asked.question,
            [one for one in assessments if one.question == asked.question.id],
            findings=findings,
            accounts=_near(accounts, {one.item for one in assessments if one.question == asked.question.id}),
            sources=sources,
        )
        for asked in desk.vault.questions(case)
    )
