"""Weighs a case's questions over what a person accepted, and enters each weight in the log."""

from __future__ import annotations

from counterclaim.desk.open import Desk
from counterclaim.record.account import Account
from counterclaim.record.canonical import noun_of, plain_of
from counterclaim.record.finding import Finding, Observed
from counterclaim.record.proposition import Assessment, Weight
from counterclaim.weigh.weight import weigh as weigh_question


def accepted_findings(desk: Desk, *, case: str) -> tuple[Finding, ...]:
    """The findings a person accepted, and those that declined or failed: the latter need no acceptance."""
    return tuple(
        finding
        for finding in desk.vault.findings(case)
        if finding.status == "accepted" or not isinstance(finding.outcome, Observed)
    )


def accepted_accounts(desk: Desk, *, case: str) -> dict[str, Account]:
    """The accounts a person accepted, by their id in the case."""
    return {
        row.id: noun_of(row.plain, Account)
        for row in desk.vault.suggestions(case)
        if row.kind == "account" and row.status == "accepted"
    }


def usable(desk: Desk, assessments: tuple[Assessment, ...], *, case: str) -> tuple[Assessment, ...]:
    """Those that rest on something accepted: an assessment of a mere suggestion weighs nothing yet."""
    accepted = {finding.id for finding in accepted_findings(desk, case=case) if finding.status == "accepted"}
    accepted |= set(accepted_accounts(desk, case=case))
    return tuple(one for one in assessments if one.kind == "observation" or one.item in accepted)


def weigh(desk: Desk, *, case: str) -> tuple[Weight, ...]:
    """Weigh every question of the case; returns the weights in the order the questions were asked."""
    desk.require("weigh", case=case)
    assessments = usable(desk, desk.vault.assessments(case), case=case)
    accounts = accepted_accounts(desk, case=case)
    questions = [asked.question for asked in desk.vault.questions(case)]
    weights = tuple(
        weigh_question(
            question, tuple(one for one in assessments if one.question == question.id), accounts=accounts
        )
        for question in questions
    )
    events = [desk.event("weigh", case=case, body={"weight": plain_of(weight)}) for weight in weights]
    if events:
        desk.record(*events)
    return weights
