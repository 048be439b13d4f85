"""migrate and erase: a vault brought to this format, and what it holds destroyed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterclaim.cli.answer import printable, say, table
from counterclaim.cli.options import (
    DEFAULT_ACTOR,
    DEFAULT_VAULT,
    ActorOption,
    CaseOption,
    JsonOption,
    VaultOption,
    opened,
)
from counterclaim.record.errors import UsageError

if TYPE_CHECKING:
    from counterclaim.desk.erase import Plan


def register(app: typer.Typer) -> None:
    """Add this file's verbs."""
    app.command("migrate")(migrate)
    app.command("erase")(erase)


def migrate(
    backup: Annotated[
        Path | None,
        typer.Option("--backup", help="Where the copy of the database goes.", show_default="beside the vault's folder"),
    ] = None,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Bring a vault of an older format to this one, after copying its database; forward only."""
    from counterclaim.desk.migrate import copy_stays
    from counterclaim.desk.migrate import migrate as migrate_vault

    desk = opened(vault, actor)
    done = migrate_vault(desk, backup=backup)
    data = {
        "was": done.was,
        "now": done.now,
        "entry": done.entry,
        "backup": None if done.backup is None else str(done.backup),
    }
    if done.was == done.now:
        lines = [f"This vault is of format {done.now}; there is nothing to do."]
    else:
        lines = table([("was", f"format {done.was}"), ("now", f"format {done.now}")])
        lines += table([("copy", done.backup)]) if done.backup else []
    warnings = [copy_stays(encrypted=desk.vault.encrypted)] if done.backup else []
    say("migrate", as_json=as_json, data=data, lines=lines, warnings=warnings)


def erase(
    case: CaseOption,
    reason: Annotated[str, typer.Option("--reason", help="Why, as one word; without it the words are listed.")] = "",
    exhibit: Annotated[int | None, typer.Option("--exhibit", help="All about the exhibit of this number.")] = None,
    entries: Annotated[str, typer.Option("--entries", help="These entries of the log: 3,4,7.")] = "",
    keep_shared: Annotated[
        bool, typer.Option("--keep-shared", help="Keep judgements given on several exhibits in one act.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Destroy what the vault holds of an exhibit, or of single entries, for good; the log keeps that it was there."""
    from counterclaim.desk.erase import NOT_UNDONE, REASONS, plan_of
    from counterclaim.desk.erase import erase as erase_planned

    if reason not in REASONS:
        remedy = "Give one of them: " + "; ".join(f"{word} ({meaning})" for word, meaning in REASONS.items()) + "."
        raise UsageError(f"--reason ({', '.join(REASONS)})", repr(reason), remedy=remedy)
    desk = opened(vault, actor)
    plan = plan_of(desk, case=case, exhibit=exhibit, entries=_indices(entries), keep_shared=keep_shared)
    if not yes:
        _ask(plan, as_json=as_json)
    done = erase_planned(desk, plan, reason=reason)
    warnings = list(NOT_UNDONE)
    if done.pages_left:
        warnings.append("another program reads this vault: old pages are overwritten when it ends and a writer closes")
    if done.unreadable:
        warnings.append(
            f"{done.unreadable} files of admissions that were cut off stay: their keys were never written down, so "
            "nobody can read them; `scrub --remove-left-over` removes them"
        )
    data = {
        "entries": list(plan.entries),
        "also_named": list(plan.also),
        "mentions": [{"entry": index, "kind": kind} for index, kind in plan.mentions],
        "objects": done.objects,
        "left_over": done.left_over,
        "record": done.record,
        "reason": reason,
        "pages_left": done.pages_left,
    }
    gone = [f"{done.left_over} copies that a cut-off admission left went too."] if done.left_over else []
    lines = [*_told(plan), *gone, f"Erased; entry {done.record} says so."]
    say("erase", as_json=as_json, data=data, lines=lines, warnings=warnings)


def _indices(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")] if text else []
    if not all(part.isdecimal() and part.isascii() for part in parts):
        raise UsageError("entries as numbers, 3,4,7", repr(text))
    return tuple(sorted({int(part) for part in parts}))


def _told(plan: Plan) -> list[str]:
    """What goes, and what the person must know of it."""
    what = f"E{plan.exhibit}" if plan.exhibit is not None else "entries"
    lines = [f"{what}: {len(plan.entries)} entries of the log ({', '.join(map(str, plan.entries))})"]
    if plan.also:
        numbers = ", ".join(f"E{number}" for number in plan.also)
        lines.append(f"These entries also name {numbers}: what they said of them goes too and can be entered anew.")
    if plan.mentions:
        rest = ", ".join(f"{index} ({kind})" for index, kind in plan.mentions)
        lines.append(f"These stay and name it, or hold its digest or a code of it: {rest}; see --entries.")
    return lines


def _ask(plan: Plan, *, as_json: bool) -> None:
    """Let the person see it and say yes. Raises UsageError where nobody can be asked."""
    if as_json or not sys.stdin.isatty():
        raise UsageError("--yes, since nobody can be asked here", "none", remedy="Add --yes to erase for good.")
    for line in _told(plan):
        print(printable(line), file=sys.stderr)
    if not typer.confirm("Destroy this for good?", err=True):
        raise typer.Abort
