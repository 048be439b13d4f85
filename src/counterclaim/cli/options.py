"""The options that verbs share, each with one meaning everywhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterclaim.desk.roles import DEFAULT_ACTOR

if TYPE_CHECKING:
    from counterclaim.desk.open import Desk

VaultOption = Annotated[
    Path, typer.Option("--vault", envvar="COUNTERCLAIM_VAULT", help="The vault's folder.", show_default="./vault")
]
CaseOption = Annotated[str, typer.Option("--case", help="The case's name.")]
ActorOption = Annotated[
    str, typer.Option("--as", envvar="COUNTERCLAIM_ACTOR", help="Who acts; the log gets a pseudonym of it.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
HeadersOption = Annotated[
    Path | None, typer.Option("--block-headers", help="Bitcoin block headers, 80 bytes each, one after another.")
]
HeadersFirstOption = Annotated[
    int, typer.Option("--block-headers-first", help="The height of the first header in that file.")
]

DEFAULT_VAULT = Path("vault")
__all__ = [
    "DEFAULT_ACTOR",
    "DEFAULT_VAULT",
    "ActorOption",
    "CaseOption",
    "HeadersFirstOption",
    "HeadersOption",
    "JsonOption",
    "VaultOption",
    "opened",
    "passphrase",
]


def passphrase(*, ask: bool = False) -> str | None:
    """The key's passphrase from the environment, or from the terminal where there is one."""
    from counterclaim.desk.keys import PASSPHRASE_VARIABLE

    given = os.environ.get(PASSPHRASE_VARIABLE)
    if given is None and ask and sys.stdin.isatty():
        import getpass

        given = getpass.getpass("Passphrase of the signing key (empty for none): ")
    return given or None


def opened(vault: Path, actor: str, *, writes: bool = True) -> Desk:
    """Open the vault for `actor`; asks for the passphrase only where one is needed and a terminal is there."""
    from counterclaim.desk.open import open_desk

    desk = open_desk(vault, actor=actor, passphrase=passphrase())
    print("note: this vault is not encrypted.", file=sys.stderr)
    if not writes or not desk.keys.exists():
        return desk
    if not desk.keys.protected():
        print("note: the signing key of this vault has no passphrase.", file=sys.stderr)
    elif desk.passphrase is None:
        desk = open_desk(vault, actor=actor, passphrase=passphrase(ask=True))
    return desk
