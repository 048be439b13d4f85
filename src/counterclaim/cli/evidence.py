"""admit, examine, read and copies: from bytes to exhibits, findings and accounts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from counterclaim.cli.answer import pace, progress, say, table
from counterclaim.cli.door import SendOption, door
from counterclaim.cli.options import (
    DEFAULT_ACTOR,
    DEFAULT_VAULT,
    ActorOption,
    CaseOption,
    JsonOption,
    VaultOption,
    opened,
)

if TYPE_CHECKING:
    from counterclaim.desk.crew import LocalCrew
    from counterclaim.desk.open import Desk
    from counterclaim.examine.examiner import Brief
    from counterclaim.record.account import Reading

FilesArgument = Annotated[list[Path] | None, typer.Argument(help="Files to look at without any vault.")]
NoVaultCase = Annotated[str | None, typer.Option("--case", help="The case whose exhibits are meant, instead of files.")]


UnjailedOption = Annotated[
    bool,
    typer.Option(
        "--unjailed",
        help="Where this system has no jail, parse without one (COUNTERCLAIM_UNJAILED=yes says it for every verb).",
    ),
]


def register(app: typer.Typer) -> None:
    """Add this file's verbs."""
    app.command("admit")(admit)
    app.command("examine")(examine)
    app.command("read")(read)
    app.command("copies")(copies)


def admit(
    inputs: Annotated[list[str], typer.Argument(metavar="FILE_OR_URL...", help="Files or folders.")],
    case: CaseOption,
    kind: Annotated[
        str | None, typer.Option("--kind", help="photograph, page, post, document, video, audio or physical_object.")
    ] = None,
    send: SendOption = False,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Admit files, or pages by their address, as exhibits of a case; one receipt row an input."""
    from functools import partial

    from counterclaim.desk.admit import admit as admit_inputs
    from counterclaim.desk.admit import kind_named
    from counterclaim.desk.fetch import fetched

    desk = opened(vault, actor)
    receipt = admit_inputs(
        desk,
        inputs,
        case=case,
        kind=kind_named(kind) if kind else None,
        fetch=partial(fetched, door(desk, send=send), case=case) if any("://" in one for one in inputs) else None,
        progress=progress("admitting"),
    )
    rows = [
        {
            "input": row.input,
            "outcome": row.outcome,
            "exhibit": {"sha256": row.exhibit.sha256, "number": row.exhibit.number} if row.exhibit else None,
            "reason": row.reason,
        }
        for row in receipt.rows
    ]
    counts = {outcome: receipt.count(outcome) for outcome in ("admitted", "held", "refused")}
    lines = table(
        [(row.outcome, f"E{row.exhibit.number}" if row.exhibit else "-", row.input, row.reason) for row in receipt.rows]
    )
    lines += ["", ", ".join(f"{count} {outcome}" for outcome, count in counts.items())]
    say("admit", as_json=as_json, data={"receipt": rows, **counts}, lines=lines, exit_code=receipt.exit_code())


def examine(
    files: FilesArgument = None,
    case: NoVaultCase = None,
    flag: Annotated[
        list[str] | None, typer.Option("--flag", help="A flag the rivals name (ISO 3166-1 alpha-2).")
    ] = None,
    emblem: Annotated[list[Path] | None, typer.Option("--emblem", help="A reference picture of an emblem.")] = None,
    claimed_place: Annotated[
        str | None, typer.Option("--claimed-place", help="Where it is said to have been made.")
    ] = None,
    claimed_at: Annotated[
        str | None, typer.Option("--claimed-at", help="When it is said to have been made (EDTF).")
    ] = None,
    unjailed: UnjailedOption = False,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Examine files, or the exhibits of a case; each finding says what it does not show."""
    from counterclaim.desk.examine import brief_of, finding_contract
    from counterclaim.desk.examine import examine as examine_case

    brief = brief_of(flags=flag or (), emblems=emblem or (), claimed_place=claimed_place, claimed_at=claimed_at)
    if case is not None:
        desk = _allowing(opened(vault, actor), unjailed=unjailed)
        findings = examine_case(desk, case=case, brief=brief, progress=pace("examining"))
        data: dict[str, Any] = {
            "findings": [{"id": f.id, "exhibit": f.exhibit, **finding_contract(f)} for f in findings]
        }
        lines = _finding_lines(data["findings"]) or ["Nothing was pending: these examiners have answered this brief."]
        say("examine", as_json=as_json, data=data, lines=lines)
        return
    crew = _crew(unjailed=unjailed)
    looked = [_examined(file, brief, crew) for file in _given(files)]
    data = looked[0] if len(looked) == 1 else {"files": looked}
    lines = [line for one in looked for line in ["", one["exhibit"]["name"], *_finding_lines(one["findings"])]]
    say("examine", as_json=as_json, data=data, lines=lines[1:])


def _crew(*, unjailed: bool) -> LocalCrew:
    from counterclaim.desk.crew import LocalCrew

    return LocalCrew(unjailed_allowed=True) if unjailed else LocalCrew()


def _allowing(desk: Desk, *, unjailed: bool) -> Desk:
    from dataclasses import replace

    return replace(desk, crew=_crew(unjailed=True)) if unjailed else desk


def _given(files: list[Path] | None) -> list[Path]:
    from counterclaim.record.errors import UsageError

    if not files:
        raise UsageError("files, or --case", "neither")
    return files


def _content_of(file: Path) -> bytes:
    from counterclaim.desk.incoming import bytes_of

    return bytes_of(file)


def _examined(file: Path, brief: Brief, crew: LocalCrew) -> dict[str, Any]:
    from counterclaim.desk.examine import finding_contract, findings_on
    from counterclaim.record.canonical import sha256_hex
    from counterclaim.record.media import media_type_of

    content = _content_of(file)
    findings = findings_on(content, crew=crew, brief=brief)
    about = {
        "sha256": sha256_hex(content),
        "media_type": media_type_of(content),
        "size_bytes": len(content),
        "name": file.name,
    }
    return {"exhibit": about, "findings": [finding_contract(finding) for finding in findings]}


def _finding_lines(findings: list[dict[str, Any]]) -> list[str]:
    """Each finding on a line; then, once for each method, what it does not show."""
    rows = [(one.get("id") or one["examiner"], one["outcome"], one["summary"] or one["reason"]) for one in findings]
    limits = dict.fromkeys((one["examiner"], limit) for one in findings for limit in one["limits"])
    told = table((f"  {examiner}", limit) for examiner, limit in limits)
    return [*table(rows), *(["", "What these methods do not show:", *told] if told else [])]


def read(
    file: Annotated[Path | None, typer.Argument(help="A page or text to read without any vault.")] = None,
    case: NoVaultCase = None,
    model_at: Annotated[
        str | None, typer.Option("--model-at", help="Also ask a language model here, as http://127.0.0.1:8080/v1.")
    ] = None,
    model: Annotated[str, typer.Option("--model", help="The model's name on that server.")] = "default",
    send: SendOption = False,
    unjailed: UnjailedOption = False,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Read a page, text or document, or those of a case: who claims, who denies what, tied to exact spans."""
    if case is not None:
        _read_case(_allowing(opened(vault, actor), unjailed=unjailed), case, model_at, model, send, as_json=as_json)
        return
    (given,) = _given([file] if file else None)
    reading = _read_file(given, model_at, model, unjailed=unjailed)
    from counterclaim.cli.reading import reading_lines
    from counterclaim.read.contract import contract_of

    data = contract_of(reading)
    say("read", as_json=as_json, data=data, lines=reading_lines(data), warnings=reading.document.notes)


def _read_case(desk: Desk, case: str, model_at: str | None, model: str, send: bool, *, as_json: bool) -> None:
    from counterclaim.cli.reading import reading_lines
    from counterclaim.desk.language_model import LanguageModel, through
    from counterclaim.desk.read import read as read_case
    from counterclaim.read.contract import contract_of

    asked = None
    if model_at:
        asked = LanguageModel(address=model_at, name=model, perform=through(door(desk, send=send), case=case))
    made, unread = read_case(desk, case=case, model=asked, progress=progress("reading"))
    data: dict[str, Any] = {
        "readings": [{"exhibit": number, **contract_of(reading)} for number, reading in made.items()],
        "unread": [{"exhibit": one.exhibit, "reason": one.reason} for one in unread],
    }
    lines = [line for number, reading in made.items() for line in [f"E{number}", *reading_lines(contract_of(reading))]]
    lines += [f"E{one.exhibit}  not read: {one.reason}" for one in unread]
    say("read", as_json=as_json, data=data, lines=lines or ["Nothing was left to read."])


def _read_file(file: Path, model_at: str | None, model: str, *, unjailed: bool) -> Reading:
    from functools import partial

    from counterclaim.desk.facilities import register_in
    from counterclaim.desk.jail import Jail, JailEndedError
    from counterclaim.desk.keys import config_folder
    from counterclaim.desk.language_model import LanguageModel, unlogged, with_proposals
    from counterclaim.desk.outbound import policy_in
    from counterclaim.desk.read import reading_on
    from counterclaim.desk.recognise import recognised_in
    from counterclaim.record.errors import UsageError

    content, allowed = _content_of(file), _crew(unjailed=unjailed).unjailed_allowed
    register = register_in(config_folder())
    with Jail(unjailed_allowed=allowed) as jail:
        try:
            recognise = partial(recognised_in, unjailed_allowed=allowed)
            reading = reading_on(jail, content, recognise=recognise, register=register)
        except JailEndedError as ended:
            raise UsageError("a page or text that can be read", ended.got) from ended
    if model_at is None:
        return reading
    return with_proposals(
        reading, LanguageModel(address=model_at, name=model, perform=unlogged(policy_in(config_folder())))
    )


def copies(
    file: Annotated[Path, typer.Argument(help="A picture; it need not be held.")],
    case: NoVaultCase = None,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Find held copies of a picture, whole or in part, with how each lies in it and since when it is held."""
    from counterclaim.desk.copies import copies as find_copies

    answer = find_copies(opened(vault, actor, writes=False), _content_of(file), case=case)
    rows = [
        (
            f"E{m['number']}",
            m["name"],
            m["relation"].replace("_", " "),
            f"{m['distance']} of 256 bits" if m["stage"] == "code" else f"{m['inliers']} keypoints",
            "mirrored" if m["mirrored"] else "",
            m["admitted_at"],
        )
        for m in (*answer.data["matches"], *answer.data["not_copies"])
    ]
    lines = table(rows) or ["No held picture was found to be a copy, whole or in part."]
    if first := answer.data["earliest_held"]:
        lines.append(f"The earliest copy held here is E{first['number']}, held since {first['admitted_at']}.")
    say(
        "copies",
        as_json=as_json,
        data=answer.data,
        lines=[*lines, f"{answer.data['searched']} searched."],
        warnings=answer.limits,
    )
