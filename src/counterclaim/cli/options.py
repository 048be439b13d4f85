"""The options that verbs share, each with one meaning everywhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterclaim.desk.roles import DEFAULT_ACTOR

if TYPE_CHECKING:
    from counterclaim.desk.locking import Opening
    from counterclaim.desk.open import Desk

VaultOption = Annotated[
    Path, typer.Option("--vault", envvar="COUNTERCLAIM_VAULT", help="The vault's folder.", show_default="./vault")
]
CaseOption = Annotated[str, typer.Option("--case", help="The case's name.")]
ActorOption = Annotated[
    str, typer.Option("--as", envvar="COUNTERCLAIM_ACTOR", help="Who acts; the log gets a pseudonym of it.")
]
KeyFileOption = Annotated[
    Path | None,
    typer.Option("--key-file", envvar="COUNTERCLAIM_KEY_FILE", help="A key file that opens the vault, or helps to."),
]
PassphraseFileOption = Annotated[
    Path | None, typer.Option("--passphrase-file", help="A file whose first line is the passphrase.")
]
Fido2Option = Annotated[bool, typer.Option("--fido2", help="Ask the connected FIDO2 security key too.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
HeadersOption = Annotated[
    Path | None, typer.Option("--block-headers", help="Bitcoin block headers, 80 bytes each, one after another.")
]
HeadersFirstOption = Annotated[
    int, typer.Option("--block-headers-first", help="The height of the first header in that file.")
]

DEFAULT_VAULT = Path("vault")
MARKS = {"passed": "passed", "failed": "FAILED", "not_checked": "not checked"}
PASSPHRASE_VARIABLE = "COUNTERCLAIM_PASSPHRASE"  # noqa: S105 (as desk/keys.py, which is imported late)
PASSPHRASE_BYTES_MAX = 4096  # a sentence; a longer file is not a passphrase
PASSPHRASE_CHARACTERS_MIN = 8  # as NIST SP 800-63B section 5.1.1.1 has it; fewer are tried out, whatever a try costs
__all__ = [
    "DEFAULT_ACTOR",
    "DEFAULT_VAULT",
    "ActorOption",
    "CaseOption",
    "Fido2Option",
    "HeadersFirstOption",
    "HeadersOption",
    "JsonOption",
    "KeyFileOption",
    "PassphraseFileOption",
    "VaultOption",
    "chosen_passphrase",
    "opened",
    "opening",
    "passphrase",
    "passphrase_in",
]


def passphrase(*, ask: bool = False, prompt: str = "Passphrase: ") -> str | None:
    """The passphrase from the environment, or from the terminal where there is one; never waits without a terminal."""
    given = os.environ.get(PASSPHRASE_VARIABLE)
    if given is None and ask and sys.stdin.isatty():
        import getpass

        given = getpass.getpass(prompt)
    return given or None


def chosen_passphrase(file: Path | None, *, typed: bool = True, variable: str = PASSPHRASE_VARIABLE) -> str | None:
    """A passphrase that is being set: from a file, the environment, or, where it may be `typed`, typed twice.

    Raises UsageError.
    """
    from counterclaim.record.errors import UsageError

    given = passphrase_in(file) if file is not None else os.environ.get(variable)
    if given == "":
        print(f"note: {variable} is empty: it counts as no passphrase.", file=sys.stderr)
    elif given is None and typed and sys.stdin.isatty():
        import getpass

        given = getpass.getpass("New passphrase (empty for none): ")
        if given and getpass.getpass("The same once more: ") != given:
            raise UsageError("the same passphrase twice", "two")
    if given and len(given) < PASSPHRASE_CHARACTERS_MIN:
        remedy = "Six words drawn by dice are easy to keep in mind, and hard to guess (docs/at-rest.md)."
        raise UsageError(f"a new passphrase of at least {PASSPHRASE_CHARACTERS_MIN} characters", "less", remedy=remedy)
    return given or None


def passphrase_in(file: Path) -> str:
    """The passphrase a file holds: its first line, in UTF-8, with nothing after it. Raises UsageError, StorageError."""
    from counterclaim.desk.incoming import bytes_of
    from counterclaim.record.errors import UsageError

    content = bytes_of(file, what="a passphrase file", bytes_max=PASSPHRASE_BYTES_MAX)
    remedy = "Write the passphrase, and nothing else, on the first line of a text file in UTF-8."
    try:
        text = content.decode("utf-8-sig")  # editors of Windows begin a file with a mark nobody typed
    except UnicodeDecodeError as error:
        raise UsageError("a passphrase file in UTF-8", "other bytes", remedy=remedy) from error
    # Not splitlines(): a passphrase may hold U+2028 and other characters that break lines.
    first, _, rest = text.replace("\r\n", "\n").partition("\n")
    if not first:
        raise UsageError("a passphrase on the first line of the file", "an empty line", remedy=remedy)
    if rest.strip():
        raise UsageError("one line in a passphrase file", "more", remedy=remedy)
    return first


def opening(*, key_file: Path | None = None, fido2: bool = False, ask: bool = False) -> Opening:
    """What this command brings to open a vault: from its options, the environment, or the terminal."""
    from counterclaim.desk.locking import KEY_FILE_VARIABLE, Opening

    named = os.environ.get(KEY_FILE_VARIABLE)
    return Opening(passphrase=passphrase(ask=ask), key_file=key_file or (Path(named) if named else None), fido2=fido2)


def opened(vault: Path, actor: str, *, writes: bool = True, key_file: Path | None = None, fido2: bool = False) -> Desk:
    """Open the vault for `actor`: by what was brought, by the agent, or by a passphrase asked for at a terminal."""
    from counterclaim.desk.open import open_desk
    from counterclaim.vault.encrypting import old_left
    from counterclaim.vault.slots import LockedError

    brought = opening(key_file=key_file, fido2=fido2)
    try:
        desk = open_desk(vault, actor=actor, opening=brought)
    except LockedError:
        if brought.passphrase is not None or not sys.stdin.isatty():
            raise
        desk = open_desk(vault, actor=actor, opening=opening(key_file=key_file, fido2=fido2, ask=True))
    if desk.vault.encrypted:
        if old_left(vault):
            words = "files from before its encryption lie beside this vault; `counterclaim encrypt` ends that"
            print(f"note: {words}.", file=sys.stderr)
        return desk
    print("note: this vault is not encrypted.", file=sys.stderr)
    if not writes or not desk.keys.exists():
        return desk
    if not desk.keys.protected():
        print("note: the signing key of this vault has no passphrase.", file=sys.stderr)
    elif desk.passphrase is None:
        desk = open_desk(vault, actor=actor, passphrase=passphrase(ask=True, prompt="Passphrase of the signing key: "))
    return desk
