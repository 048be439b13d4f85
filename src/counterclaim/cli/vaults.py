"""init, verify, rebuild and doctor: the vault as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterclaim.cli.answer import say, table
from counterclaim.cli.door import key_line
from counterclaim.cli.options import (
    DEFAULT_ACTOR,
    DEFAULT_VAULT,
    MARKS,
    ActorOption,
    Fido2Option,
    HeadersFirstOption,
    HeadersOption,
    JsonOption,
    KeyFileOption,
    PassphraseFileOption,
    VaultOption,
    chosen_passphrase,
    opened,
)

if TYPE_CHECKING:
    from counterclaim.record.check import Check

OLDER_BAG = "one of version 1: use the checker that bag carries"  # as dossier/bag_form.py, which is imported late


def register(app: typer.Typer) -> None:
    """Add this file's verbs."""
    app.command("init")(init)
    app.command("verify")(verify)
    app.command("rebuild")(rebuild)
    app.command("doctor")(doctor)


def init(
    passphrase_file: PassphraseFileOption = None,
    key_file: KeyFileOption = None,
    fido2: Fido2Option = False,
    plain: Annotated[
        bool,
        typer.Option("--plain", help="Do not encrypt the vault; a passphrase then protects the signing key alone."),
    ] = False,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Make a vault, encrypted where a passphrase or a key file is given, and its signing key outside the vault."""
    from counterclaim.desk.locking import Opening
    from counterclaim.desk.open import new_vault

    phrase = chosen_passphrase(passphrase_file, typed=not (key_file or fido2))
    brought = Opening(passphrase=phrase, key_file=key_file, fido2=fido2)
    factors = brought.factors(enrol=True)
    desk = new_vault(vault, actor=actor, passphrase=phrase, factors=factors if factors.names() and not plain else None)
    fingerprint = desk.fingerprint()
    warnings = []
    if not desk.vault.encrypted:
        warnings.append("this vault is not encrypted; `counterclaim encrypt` can do it later")
    if not desk.keys.protected():
        warnings.append("the signing key has no passphrase; set COUNTERCLAIM_PASSPHRASE before `init` to give it one")
    say(
        "init",
        as_json=as_json,
        data={
            "vault": str(vault),
            "origin": desk.origin,
            "fingerprint": fingerprint,
            "key_folder": str(desk.keys.path),
            "encrypted": desk.vault.encrypted,
        },
        lines=[
            *table([("vault", vault), ("key", desk.keys.path), ("fingerprint", fingerprint)]),
            "Print the recovery sheet in the key folder, and keep it apart from the vault.",
        ],
        warnings=warnings,
    )


def verify(
    target: Annotated[Path, typer.Argument(help="A bag or a vault.")] = DEFAULT_VAULT,
    fingerprint: Annotated[
        str | None, typer.Option("--fingerprint", help="The log key's fingerprint, from another way than the bag.")
    ] = None,
    tsa_roots: Annotated[
        Path | None, typer.Option("--tsa-roots", help="PEM roots of the time-stamping authorities you trust.")
    ] = None,
    cosigner: Annotated[
        list[str] | None, typer.Option("--cosigner", help="A cosigner's key line, or a file that holds it.")
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option("--checkpoint", help="A checkpoint note of this log that you kept; it must extend it."),
    ] = None,
    consistency: Annotated[
        Path | None, typer.Option("--consistency", help="For a bag: the proof from that checkpoint to the bag's.")
    ] = None,
    block_headers: HeadersOption = None,
    block_headers_first: HeadersFirstOption = 0,
    replay: Annotated[
        bool, typer.Option("--replay", help="Examine the disclosed bytes again and list differences.")
    ] = False,
    log_alone: Annotated[
        bool, typer.Option("--log-alone", help="Of a vault: leaves, tree and newest checkpoint, in seconds.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check everything in a bag or a vault, one row a check."""
    from counterclaim.desk.clock import utc_now
    from counterclaim.desk.incoming import bytes_of
    from counterclaim.desk.verify import fingerprint_named
    from counterclaim.desk.verify import verify as verify_target
    from counterclaim.record.check import Anchors

    anchors = Anchors(
        fingerprint=fingerprint_named(fingerprint) if fingerprint else None,
        tsa_roots=bytes_of(tsa_roots, what="PEM roots") if tsa_roots else None,
        cosigners=tuple(filter(None, map(key_line, cosigner or ()))),
        checkpoint=bytes_of(checkpoint, what="a checkpoint note") if checkpoint else None,
        consistency=bytes_of(consistency, what="a consistency proof") if consistency else None,
        block_headers=bytes_of(block_headers, what="block headers") if block_headers else None,
        block_headers_first=block_headers_first,
        at=utc_now(),
    )
    checks = verify_target(target, anchors=anchors, replay=replay, log_alone=log_alone)
    _say_checks(target, checks, as_json=as_json)


def _say_checks(target: Path, checks: Sequence[Check], *, as_json: bool) -> None:
    from counterclaim.record.check import holds

    failed = not holds(checks)
    rows = [{"name": c.name, "outcome": c.outcome, "what": c.what, "reason": c.reason} for c in checks]
    say(
        "verify",
        as_json=as_json,
        data={"target": str(target), "holds": not failed, "checks": rows},
        lines=[
            *table([(MARKS[c.outcome], c.name, c.what, c.reason) for c in checks]),
            "",
            _last_line(checks, failed=failed),
        ],
        exit_code=1 if failed else 0,
    )


def _last_line(checks: Sequence[Check], *, failed: bool) -> str:
    if not failed:
        return "Everything that was checked holds."
    if any(check.outcome == "failed" and check.reason.endswith(OLDER_BAG) for check in checks):
        return (
            "Nothing of it was checked: this is a bag of an older version. Use the checker it carries, `sh verify.sh`."
        )
    return "FAILED: see the rows above."


def doctor(vault: VaultOption = DEFAULT_VAULT, as_json: JsonOption = False) -> None:
    """Check this installation and, where there is one, the vault's folder and key."""
    from counterclaim.desk.doctor import examine_installation
    from counterclaim.record.check import holds

    checks = examine_installation(vault if vault.exists() else None)
    rows = [{"name": c.name, "outcome": c.outcome, "what": c.what, "reason": c.reason} for c in checks]
    say(
        "doctor",
        as_json=as_json,
        data={"holds": holds(checks), "checks": rows},
        lines=table([(MARKS[c.outcome], c.name, c.what, c.reason) for c in checks]),
        exit_code=0 if holds(checks) else 1,
    )


def rebuild(
    vault: VaultOption = DEFAULT_VAULT, actor: ActorOption = DEFAULT_ACTOR, as_json: JsonOption = False
) -> None:
    """Drop every view and fold the custody log again; the log itself is not touched."""
    from counterclaim.desk.open import rebuild_views

    digest = rebuild_views(opened(vault, actor))
    say("rebuild", as_json=as_json, data={"views_sha256": digest}, lines=[f"The views are folded anew: {digest}"])
