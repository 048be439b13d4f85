"""accept, reject, ask, assess and weigh: what people decide, and what follows from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from counterclaim.cli.answer import say, table
from counterclaim.cli.options import (
    DEFAULT_ACTOR,
    DEFAULT_VAULT,
    ActorOption,
    CaseOption,
    JsonOption,
    VaultOption,
    opened,
)

QUESTION_BYTES_MAX = 1024**2  # the longest question worth asking fits many times over
IdsArgument = Annotated[list[str] | None, typer.Argument(help="Ids as `case show` lists them.")]
AllOption = Annotated[bool, typer.Option("--all", help="Everything that waits for a judgement.")]
WhyOption = Annotated[str, typer.Option("--why", help="The reason, for the log.")]


def register(app: typer.Typer) -> None:
    """Add this file's verbs."""
    accept = _judging("accept", told="Accept what was found or read: only what a person accepted may leave.")
    reject = _judging("reject", told="Reject what was found or read: it stays in the log and leaves in nothing.")
    app.command("accept")(accept)
    app.command("reject")(reject)
    app.command("ask")(ask)
    app.command("assess")(assess)
    app.command("weigh")(weigh)
    app.command("patterns")(patterns)


def _judging(verb: Literal["accept", "reject"], *, told: str) -> Callable[..., None]:
    """The two verbs that differ in nothing but the word."""
    word = {"accept": "accepted", "reject": "rejected"}[verb]

    def judged(
        case: CaseOption,
        ids: IdsArgument = None,
        everything: AllOption = False,
        why: WhyOption = "",
        vault: VaultOption = DEFAULT_VAULT,
        actor: ActorOption = DEFAULT_ACTOR,
        as_json: JsonOption = False,
    ) -> None:
        from counterclaim.desk import judge

        desk = opened(vault, actor)
        chosen = judge.undecided(desk, case=case) if everything else tuple(ids or ())
        if chosen or not everything:
            (judge.accept if verb == "accept" else judge.reject)(desk, chosen, case=case, why=why)
        left = len(judge.undecided(desk, case=case))
        line = f"{len(set(chosen))} {word}; {left} still wait."
        say(verb, as_json=as_json, data={word: list(chosen), "left": left}, lines=[line])

    judged.__doc__ = told
    return judged


def ask(
    case: CaseOption,
    file: Annotated[Path | None, typer.Argument(help="A question as JSON (see docs/command-line.md).")] = None,
    question_id: Annotated[str, typer.Option("--id", help="A short id, such as where.")] = "",
    text: Annotated[str, typer.Option("--text", help="The question.")] = "",
    rival: Annotated[
        list[str] | None, typer.Option("--rival", help="ID=TEXT=WHO asserts it; without WHO: constructed by us.")
    ] = None,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Commit a question with its rival propositions, the strongest form of the denial among them."""
    from counterclaim.desk.ask import ask as commit
    from counterclaim.desk.incoming import bytes_of
    from counterclaim.record.canonical import noun_of, plain_of_json
    from counterclaim.record.proposition import Question

    if file is not None:
        content = bytes_of(file, what="a question as JSON", bytes_max=QUESTION_BYTES_MAX)
        question = noun_of(plain_of_json(content), Question)
    else:
        question = Question(
            id=question_id or "q1", text=text, propositions=tuple(_rival_of(one) for one in rival or ())
        )
    commit(opened(vault, actor), question, case=case)
    rivals = [
        {"id": p.id, "text": p.text, "asserted_by": p.asserted_by, "constructed": p.constructed}
        for p in question.propositions
    ]
    lines = [
        question.text,
        *(f"  {p['id']}  {p['text']}  ({p['asserted_by'] or 'constructed by us; nobody asserts it'})" for p in rivals),
    ]
    say("ask", as_json=as_json, data={"id": question.id, "propositions": rivals}, lines=lines)


def _rival_of(written: str) -> Any:  # noqa: ANN401 (the noun is imported where it is used)
    from counterclaim.record.errors import UsageError
    from counterclaim.record.proposition import Proposition

    parts = [part.strip() for part in written.split("=", 2)]
    if len(parts) < 2 or not all(parts[:2]):  # noqa: PLR2004 (an id and a text)
        raise UsageError("ID=TEXT or ID=TEXT=WHO", repr(written))
    who = parts[2] if len(parts) == 3 and parts[2] else None  # noqa: PLR2004
    return Proposition(id=parts[0], text=parts[1], asserted_by=who, constructed=who is None)


def assess(
    case: CaseOption,
    question: Annotated[str, typer.Option("--question", help="The question's id.")],
    item: Annotated[str, typer.Option("--item", help="A finding or account id, or E<n> with --observed.")],
    between: Annotated[str, typer.Option("--between", help="Two rivals, A:B.")],
    low: Annotated[str, typer.Option("--low", help="At least how many times more probable if A than if B.")],
    high: Annotated[str, typer.Option("--high", help="At most how many times.")],
    why: WhyOption,
    basis: Annotated[
        str, typer.Option("--basis", help="elicited, or published (with its source in --why).")
    ] = "elicited",
    observed: Annotated[str, typer.Option("--observed", help="What is observed, in words.")] = "",
    group: Annotated[str, typer.Option("--group", help="Items that depend on each other share a group.")] = "",
    absence: Annotated[bool, typer.Option("--absence", help="The item is that something is not there.")] = False,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Record a judged ratio: how much more probable an item is under one rival than under another."""
    from counterclaim.desk.ask import assess as record_ratio
    from counterclaim.desk.ask import basis_named
    from counterclaim.record.proposition import Interval

    first, _, second = between.partition(":")
    made = record_ratio(
        opened(vault, actor),
        case=case,
        question=question,
        item=item,
        between=(first, second),
        interval=Interval(low=_decimal(low), high=_decimal(high)),
        basis=basis_named(basis),
        why=why,
        observed=observed,
        group=group,
        absence=absence,
    )
    say(
        "assess",
        as_json=as_json,
        data={"id": made.id, "by": made.by},
        lines=[f"{made.id}: {item}, {between} [{low}, {high}] by {made.by}"],
    )


def _decimal(text: str) -> Decimal:
    from counterclaim.record.errors import UsageError

    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?", text, re.ASCII):
        raise UsageError("a number such as 2 or 0.5", repr(text))
    return Decimal(text)


def weigh(
    case: CaseOption,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Weigh the case's questions: intervals between rivals, and what would decide. Never a last word."""
    from counterclaim.desk.weigh import weigh as weigh_case
    from counterclaim.weigh.contract import contract_of
    from counterclaim.weigh.sentence import sentence_of

    weights = weigh_case(opened(vault, actor), case=case)
    lines: list[str] = []
    for weight in weights:
        lines += [weight.question.text, *(f"  {p.id}  {p.text}" for p in weight.question.propositions)]
        lines += [f"  {sentence_of(pair, combined, weight.question)}" for pair, combined in weight.combined.items()]
        lines += [f"  would decide: {one.test} ({one.bits} bits, cost {one.cost})" for one in weight.would_decide]
        lines += [f"  {one}" for one in weight.to_clarify] + [""]
    warnings = list(dict.fromkeys(warning for weight in weights for warning in weight.warnings))
    say(
        "weigh",
        as_json=as_json,
        data={"questions": [contract_of(weight) for weight in weights]},
        lines=lines or ["No question yet: `counterclaim ask`"],
        warnings=warnings,
    )


def patterns(
    case: CaseOption,
    by: Annotated[str, typer.Option("--by", help="method, facility or year.")] = "method",
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Count the accepted incidents along one axis, with bounds; these are counts of what was reported here."""
    from counterclaim.desk.pattern import axis_named
    from counterclaim.desk.pattern import patterns as count

    rows, links = count(opened(vault, actor, writes=False), case=case, by=axis_named(by))
    told = [{"key": row.key, "lower": row.lower, "upper": row.upper, "incidents": list(row.incidents)} for row in rows]
    lines = table([(row.key, f"{row.lower} to {row.upper}") for row in rows], heads=(by, "incidents"))
    lines = lines or ["Nothing accepted to count yet."]
    warnings = [f"{len(links)} proposed links make lower and upper differ; none is a merge"] if links else []
    say(
        "patterns",
        as_json=as_json,
        data={"by": by, "tallies": told, "links": len(links)},
        lines=lines,
        warnings=warnings,
    )
