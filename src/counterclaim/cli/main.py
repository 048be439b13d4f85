"""The command line: every verb under one name; parses, calls the desk, prints, and ends with the contract's code."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from typer.exceptions import Abort, TyperException

from counterclaim import __version__
from counterclaim.cli import anchors, at_rest, cases, evidence, judgement, keeping, leaving, serving, vaults
from counterclaim.cli.answer import say_error
from counterclaim.record.errors import CounterclaimError, StorageError, UsageError

INTERRUPTED = 130  # as shells report a SIGINT

app = typer.Typer(
    name="counterclaim",
    help="Preserves, examines and weighs the evidence of contested allegations of torture.",
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)
for room in (vaults, at_rest, cases, evidence, judgement, leaving, anchors, keeping, serving):
    room.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"counterclaim {__version__}")
        raise typer.Exit


@app.callback()
def counterclaim(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Preserves, examines and weighs the evidence of contested allegations of torture."""


def main(arguments: list[str]) -> int:
    """Run one verb and return its exit code (see docs/command-line.md)."""
    as_json = "--json" in arguments
    verb = _verb_of(arguments)
    try:
        return int(app(arguments, standalone_mode=False) or 0)
    except CounterclaimError as error:
        return say_error(verb, error, as_json=as_json)
    except TyperException as error:
        usage = UsageError("a command as `counterclaim --help` gives them", error.format_message().rstrip("."))
        return say_error(verb, usage, as_json=as_json)
    except (Abort, KeyboardInterrupt):
        print("Stopped; what was acknowledged is kept.", file=sys.stderr)
        return INTERRUPTED
    except OSError as error:
        return say_error(verb, StorageError("a working disk and readable files", str(error)), as_json=as_json)


def _verb_of(arguments: list[str]) -> str:
    """The verb as an answer names it, a group's own verb included: `case new`."""
    words = [word for word in arguments[:2] if not word.startswith("-")]
    return " ".join(words) if words[:1] in (["case"], ["cosign"], ["key"]) else "".join(words[:1])


def run() -> None:
    """The console entry."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
