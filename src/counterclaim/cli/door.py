"""How a command reaches the network: shows each request on stderr, and sends only where --send was given."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterclaim.cli.answer import printable

if TYPE_CHECKING:
    from counterclaim.desk.broker import Broker
    from counterclaim.desk.open import Desk
    from counterclaim.desk.stamp import Authorities

KEY_BYTES_MAX = 4096  # one line
SendOption = Annotated[
    bool, typer.Option("--send", help="Send what is shown; without it everything is shown and nothing is sent.")
]
TsaOption = Annotated[
    list[str] | None,
    typer.Option(
        "--tsa",
        envvar="COUNTERCLAIM_TSA",
        help="Address of a time-stamping authority; repeat it for a second one (in the variable: a space between).",
    ),
]


def key_line(given: str | None) -> str | None:
    """A key's line as it was given, or as it stands in the file that was named. Raises UsageError."""
    from counterclaim.desk.incoming import bytes_of

    if given is None or given.count("+") > 1:  # name+hash+key; a file's name has no two
        return given
    return bytes_of(Path(given), what="a key's line, or a file that holds it", bytes_max=KEY_BYTES_MAX).decode(
        "utf-8", "replace"
    )


def door(desk: Desk, *, send: bool) -> Broker:
    """The broker for one command; the rules of the configuration folder hold besides. Raises PolicyError."""
    from counterclaim.desk.broker import Broker
    from counterclaim.desk.keys import config_folder
    from counterclaim.desk.outbound import policy_in

    def show(line: str) -> None:
        print(printable(line), file=sys.stderr)

    return Broker(desk=desk, send=send, show=show, policy=policy_in(config_folder()))


def authorities(desk: Desk, tsa: list[str] | None, *, send: bool) -> Authorities | None:
    """The authorities named on this command or in the environment; None where none is."""
    from counterclaim.desk.stamp import Authorities

    return Authorities(addresses=tuple(tsa), broker=door(desk, send=send)) if tsa else None
