"""Questions with their rivals, and the ratios people judge; propositions are committed before findings are shown."""

from __future__ import annotations

from typing import Literal, get_args

from counterclaim.desk.open import Desk
from counterclaim.record.canonical import plain_of
from counterclaim.record.errors import UsageError
from counterclaim.record.finding import Basis
from counterclaim.record.proposition import Assessment, Interval, Question
from counterclaim.weigh.weight import weigh as weigh_question

BY_HAND: tuple[Basis, ...] = ("elicited", "published")


def ask(desk: Desk, question: Question, *, case: str) -> Question:
    """Commit a question and its rivals to the log; one asked after findings were made is marked late."""
    desk.require("ask", case=case)
    weigh_question(question, ())  # what cannot be weighed is refused now, not when evidence waits for it
    with desk.writing() as writer:
        if question.id in {known.question.id for known in desk.vault.questions(case)}:
            raise UsageError("a new question id", f"{question.id} was asked already")
        late = bool(desk.vault.findings(case))
        writer.record([desk.event("ask", case=case, body={"question": plain_of(question), "late": late})])
    return question


def assess(
    desk: Desk,
    *,
    case: str,
    question: str,
    item: str,
    between: tuple[str, str],
    interval: Interval,
    basis: Basis,
    why: str,
    observed: str = "",
    group: str = "",
    absence: bool = False,
) -> Assessment:
    """Record how much more probable `item` is under one rival than under another, with the reason.

    `item` is a finding or account id, or `E<n>` with `observed` in words. Raises UsageError for an
    unknown question, rival or item, or a missing reason.
    """
    desk.require("assess", case=case)
    asked = _asked(desk, question, between, case=case)
    if not why.strip():
        raise UsageError("a reason for the ratio", "none", remedy="Say with --why what the interval rests on.")
    if basis not in BY_HAND:
        raise UsageError(
            f"a basis a person can give ({', '.join(BY_HAND)})",
            basis,
            remedy="A validated ratio comes with the finding of the method that was validated.",
        )
    kind = _kind_of(desk, item, case=case, observed=observed)
    with desk.writing() as writer:
        assessment = Assessment(
            id=f"{question}.w{len(desk.vault.assessments(case)) + 1}",
            question=question,
            item=item,
            kind=kind,
            observed=observed,
            group=group,
            between=between,
            interval=interval,
            basis=basis,
            why=why,
            by=desk.pseudonym(case),
            absence=absence,
        )
        weigh_question(asked, (assessment,))  # a ratio that cannot be weighed is refused now
        number = int(item[1:].partition(".")[0])
        writer.record([desk.event("assess", case=case, exhibits=(number,), body={"assessment": plain_of(assessment)})])
    return assessment


def _asked(desk: Desk, question: str, between: tuple[str, str], *, case: str) -> Question:
    """The question meant, if `between` names two of its rivals."""
    asked = next((known.question for known in desk.vault.questions(case) if known.question.id == question), None)
    if asked is None:
        raise UsageError(f"a question of case {case}", repr(question))
    rivals = {proposition.id for proposition in asked.propositions}
    if between[0] == between[1] or not set(between) <= rivals:
        raise UsageError(f"two rivals of {question} ({', '.join(sorted(rivals))})", ":".join(between))
    return asked


def _kind_of(desk: Desk, item: str, *, case: str, observed: str) -> Literal["finding", "account", "observation"]:
    if item in {row.id for row in desk.vault.findings(case)}:
        return "finding"
    if item in {row.id for row in desk.vault.suggestions(case) if row.kind == "account"}:
        return "account"
    if item in {f"E{exhibit.number}" for exhibit in desk.vault.exhibits(case)}:
        if observed.strip():
            return "observation"
        raise UsageError(f"what was observed in {item}, in words", "nothing", remedy="Say it with --observed.")
    raise UsageError("a finding, an account or an exhibit of the case", repr(item))


def basis_named(text: str) -> Basis:
    """Check the name of a basis. Raises UsageError."""
    for basis in get_args(Basis):
        if basis == text:
            return basis  # type: ignore[no-any-return]
    raise UsageError(f"a basis ({', '.join(get_args(Basis))})", repr(text))
