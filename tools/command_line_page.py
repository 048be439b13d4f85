"""Writes docs/command-line.md from the program itself, so that the page cannot drift from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from counterclaim.cli.main import app

PAGE = Path(__file__).resolve().parents[1] / "docs" / "command-line.md"
HEAD = """# The command line

`counterclaim VERB ...`. This page is written by `python tools/command_line_page.py` from the program itself.

Exit codes: 0 done, 1 the answer is negative (verification failed, integrity broken), 2 usage, 3 refused by policy
(consent, seal, role, unsafe input), 4 the world failed (disk, authority, file that cannot be read), 5 busy.

Everywhere: `--vault DIR` (or `COUNTERCLAIM_VAULT`; default `./vault`), `--case NAME`, `--as NAME` (or
`COUNTERCLAIM_ACTOR`; the log gets a pseudonym), `--json` (stdout is one object
`{"schema": "counterclaim/1", "verb", "data", "warnings"}`; progress goes to stderr). `COUNTERCLAIM_PASSPHRASE` and
`COUNTERCLAIM_KEY_FILE` open the vault and the signing key (docs/at-rest.md), of every verb; `key add` takes a new
passphrase from `COUNTERCLAIM_NEW_PASSPHRASE` where no file is named; `COUNTERCLAIM_CONFIG` names the folder that holds
keys. There is never a prompt when stdin is no
terminal.

A receipt's refusals: 2 no such file, 3 unfit (empty, not a regular file, too large, or an address without `--send`:
see docs/trusted-time.md), 4 not readable or no answer; the gravest one is the exit code, and everything else in the
batch is admitted.

A question as JSON: `{"id", "text", "propositions": [{"id", "text", "asserted_by" or "constructed": true, "note"}],
"would_decide": [{"test", "cost", "results": [{"result", "given": {PROPOSITION ID: probability}}]}]}`, numbers as text;
`src/counterclaim/desk/demo_case/case.json` holds three.
"""
SHARED = {"--vault", "--case", "--as", "--json", "--help"}


def commands() -> Iterator[tuple[str, Any]]:
    """Every verb with its full name, groups opened."""
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        else:
            if getattr(command, "invoke_without_command", False):
                yield name, command
            yield from ((f"{name} {one}", sub) for one, sub in inner.items())


def section_of(name: str, command: Any) -> str:  # noqa: ANN401 (the parser's own class)
    """One verb: its sentence, then a line for each argument and each option that is its own."""
    lines = [f"### `{name}`", "", command.help.strip(), ""]
    for parameter in command.params:
        told = (getattr(parameter, "help", None) or "").strip()
        if parameter.param_type_name == "argument":
            lines.append(f"- `{parameter.metavar or parameter.name.upper()}` {told}".rstrip())
        elif not SHARED & set(parameter.opts):
            lines.append(f"- `{parameter.opts[0]}` {told}".rstrip())
    return "\n".join(lines).rstrip() + "\n"


def page() -> str:
    """The whole page."""
    return HEAD + "\n" + "\n".join(section_of(name, command) for name, command in sorted(commands()))


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
