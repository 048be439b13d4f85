"""case, note and search: the file on one contested allegation, and the records a person makes."""

from __future__ import annotations

import json
from typing import Annotated

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

NameArgument = Annotated[str, typer.Argument(help="The case's name.")]


def register(app: typer.Typer) -> None:
    """Add this file's verbs."""
    group = typer.Typer(help="Open, show and list cases; grant roles.", rich_markup_mode=None, no_args_is_help=True)
    group.command("new")(new)
    group.command("list")(listed)
    group.command("show")(show)
    group.command("grant")(grant)
    app.add_typer(group, name="case")
    app.command("note")(note)
    app.command("search")(search)


def new(
    name: NameArgument,
    purpose: Annotated[str, typer.Option("--purpose", help="Why this case is opened.")],
    title: Annotated[str, typer.Option("--title", help="The case's title.")] = "",
    risk: Annotated[str, typer.Option("--risk", help="Who could be harmed, and how that is met.")] = "not assessed yet",
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Open a case; its purpose and risk assessment come before any exhibit."""
    from counterclaim.desk.cases import open_case

    case = open_case(opened(vault, actor), name=name, title=title or name, purpose=purpose, risk_assessment=risk)
    say(
        "case new",
        as_json=as_json,
        data={"name": case.name, "opened_at": case.opened_at},
        lines=[f"{case.name} is open."],
    )


def listed(vault: VaultOption = DEFAULT_VAULT, actor: ActorOption = DEFAULT_ACTOR, as_json: JsonOption = False) -> None:
    """List the cases in which the person has a role."""
    from counterclaim.desk.cases import cases_of

    desk = opened(vault, actor, writes=False)
    cases = [{"name": case.name, "title": case.title, "opened_at": case.opened_at} for case in cases_of(desk)]
    rows = [(case["name"], case["opened_at"], case["title"]) for case in cases]
    empty = "No case here for this name: `counterclaim case new NAME --purpose ...`, or another name with --as."
    say("case list", as_json=as_json, data={"cases": cases}, lines=table(rows) or [empty])


def show(
    name: NameArgument,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Show a case: exhibits, questions, and what waits for a person's judgement."""
    from counterclaim.desk.cases import case_of
    from counterclaim.desk.judge import waiting

    desk = opened(vault, actor, writes=False)
    desk.require("show", case=name)
    case = case_of(desk, name)
    exhibits = [
        {"number": e.number, "kind": e.kind.value, "media_type": e.media_type, "name": e.name, "sha256": e.sha256}
        for e in desk.vault.exhibits(name)
    ]
    waits = waiting(desk, case=name)
    questions = [{"id": q.question.id, "text": q.question.text, "late": q.late} for q in desk.vault.questions(name)]
    lines = [f"{case.title} ({case.name}, opened {case.opened_at})", f"Purpose: {case.purpose}", ""]
    lines += table([(f"E{e['number']}", e["kind"], e["name"]) for e in exhibits]) or [
        "No exhibit yet: `counterclaim admit FILE`"
    ]
    lines += ["", *table([(q["id"], q["text"]) for q in questions]), ""]
    lines += [
        f"{len(waits)} wait for a person's judgement" + (":" if waits else "."),
        *table([(w.id, w.kind, w.words) for w in waits]),
    ]
    data = {
        "case": {"name": case.name, "title": case.title, "purpose": case.purpose, "opened_at": case.opened_at},
        "exhibits": exhibits,
        "questions": questions,
        "waiting": [{"id": w.id, "kind": w.kind, "words": w.words} for w in waits],
    }
    say("case show", as_json=as_json, data=data, lines=lines)


def grant(
    name: NameArgument,
    person: Annotated[str, typer.Argument(help="The person's name; only a pseudonym is logged.")],
    role: Annotated[str, typer.Argument(help="owner, editor, reviewer, counsel or reader.")],
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Give a person a role in the case."""
    from counterclaim.desk.cases import grant as grant_role

    pseudonym = grant_role(opened(vault, actor), case=name, name=person, role=role)
    say(
        "case grant",
        as_json=as_json,
        data={"pseudonym": pseudonym, "role": role},
        lines=[f"{pseudonym} is {role} of {name}."],
    )


def note(
    kind: Annotated[
        str, typer.Argument(help="inquiry, particulars_requested, reply_received, correction, not_used ...")
    ],
    body: Annotated[str, typer.Argument(help="What is recorded, as a JSON object without fractions.")],
    case: CaseOption,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Enter a record made by hand into the custody log."""
    from counterclaim.desk.cases import note as enter_note
    from counterclaim.desk.cases import set_aside
    from counterclaim.record.canonical import plain_of_json
    from counterclaim.record.errors import UsageError

    values = plain_of_json(body.encode("utf-8", "surrogateescape"))
    if not isinstance(values, dict):
        raise UsageError("a JSON object", json.dumps(values)[:80])
    desk = opened(vault, actor)
    if kind == "not_used":
        if type(values.get("exhibit")) is not int or not isinstance(values.get("why"), str):
            raise UsageError('{"exhibit": number, "why": text}', body[:80])
        set_aside(desk, case=case, number=int(str(values["exhibit"])), why=str(values["why"]))
    else:
        enter_note(desk, case=case, kind=kind, body=values)
    say("note", as_json=as_json, data={"kind": kind}, lines=[f"{kind} is in the log."])


def search(
    query: Annotated[str, typer.Argument(help="Words to find.")],
    case: CaseOption,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Find words in the texts, findings and names of a case."""
    from counterclaim.desk.search import search as search_case

    hits = search_case(opened(vault, actor, writes=False), query, case=case)
    found = [{"exhibit": hit.exhibit, "kind": hit.kind, "ref": hit.ref, "excerpt": hit.excerpt} for hit in hits]
    lines = table([(hit["ref"], hit["kind"], " ".join(str(hit["excerpt"]).split())) for hit in found]) or [
        "Nothing held says that."
    ]
    say("search", as_json=as_json, data={"hits": found}, lines=lines)
