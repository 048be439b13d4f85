"""serve: the workbench for one person, on this machine alone."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import Annotated

import typer

from counterclaim.cli.answer import say
from counterclaim.cli.options import DEFAULT_ACTOR, DEFAULT_VAULT, ActorOption, JsonOption, VaultOption, opened

SURFACES = "counterclaim.surfaces"
WORKBENCH = "workbench"
PORT = 8448


def register(app: typer.Typer) -> None:
    """Add this file's verb."""
    app.command("serve")(serve)


def serve(
    port: Annotated[int, typer.Option("--port", help="The port on 127.0.0.1; 0 takes any free one.")] = PORT,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Serve the workbench on 127.0.0.1 until Ctrl-C, and print the one address that enters it."""
    from counterclaim.record.errors import UsageError

    found = entry_points(group=SURFACES, name=WORKBENCH)
    if not found:
        raise UsageError("an installed workbench", "none", remedy="pip install counterclaim[web]")
    desk = opened(vault, actor)

    def announce(address: str) -> None:
        lines = [f"Open {address}", "It works once, in one browser on this machine. Ctrl-C stops the workbench."]
        say("serve", as_json=as_json, data={"address": address}, lines=lines)
        sys.stdout.flush()

    next(iter(found)).load()(desk, port=port, announce=announce)
