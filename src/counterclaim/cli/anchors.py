"""stamp, renew, cosign and anchor: what binds the log to others' clocks and others' keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterclaim.cli.answer import say, table
from counterclaim.cli.door import SendOption, TsaOption, authorities, key_line
from counterclaim.cli.options import (
    DEFAULT_ACTOR,
    DEFAULT_VAULT,
    ActorOption,
    HeadersFirstOption,
    HeadersOption,
    JsonOption,
    VaultOption,
    opened,
    passphrase,
)

if TYPE_CHECKING:
    from counterclaim.desk.stamp import Stamped
    from counterclaim.vault.block_headers import BlockHeaders

REFUSED, WORLD_FAILED = 3, 4  # the contract's exit codes
DAYS = 90
IntoOption = Annotated[Path, typer.Option("--into", help="The file to write; one that does not exist yet.")]


def register(app: typer.Typer) -> None:
    """Add this file's verbs."""
    app.command("stamp")(stamp)
    app.command("renew")(renew)
    cosign = typer.Typer(no_args_is_help=True, help="Cosign a partner's checkpoint, by files, without a network.")
    cosign.command("request")(request)
    cosign.command("answer")(answer)
    cosign.command("accept")(accept)
    cosign.command("key")(cosigner_key)
    app.add_typer(cosign, name="cosign")
    app.command("anchor")(anchor)


def stamp(
    tsa: TsaOption = None,
    send: SendOption = False,
    ots: Annotated[Path | None, typer.Option("--ots", help="An OpenTimestamps proof to enter, instead.")] = None,
    block_headers: HeadersOption = None,
    block_headers_first: HeadersFirstOption = 0,
    write_out: Annotated[
        Path | None, typer.Option("--write-out", help="Write notes and tokens as files into this new folder, instead.")
    ] = None,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Ask time-stamping authorities to attest when the newest checkpoint existed (this sends one hash to each)."""
    from counterclaim.record.errors import UsageError

    desk = opened(vault, actor)
    if write_out is not None:
        from counterclaim.desk.renew import write_out as write_tokens

        files = [str(path) for path in write_tokens(desk, write_out)]
        say("stamp", as_json=as_json, data={"files": files}, lines=files)
    elif ots is not None:
        from counterclaim.desk.incoming import bytes_of
        from counterclaim.desk.stamp import enter_proof
        from counterclaim.vault.opentimestamps import PROOF_BYTES_MAX

        content = bytes_of(ots, what="an OpenTimestamps proof", bytes_max=PROOF_BYTES_MAX)
        words = enter_proof(desk, content, headers=_headers(block_headers, block_headers_first))
        say("stamp", as_json=as_json, data={"status": words}, lines=[words])
    elif tsa:
        from counterclaim.desk.stamp import stamp as stamp_vault

        _say_stamped("stamp", stamp_vault(desk, authorities(desk, tsa, send=send)), as_json=as_json)
    else:
        raise UsageError("--tsa, --ots or --write-out", "none of them")


def _headers(path: Path | None, first: int) -> BlockHeaders | None:
    from counterclaim.desk.incoming import bytes_of
    from counterclaim.vault.block_headers import block_headers_of

    return None if path is None else block_headers_of(bytes_of(path, what="block headers"), first=first)


def _say_stamped(verb: str, done: Stamped, *, as_json: bool, lines: tuple[str, ...] = (), **data: object) -> None:
    """Nothing sent for want of a word is refused (3); no answer at all is the world's failing (4)."""
    none = done.status == "unanchored"
    told = {"status": done.status, "unreached": list(done.unreached), "not_sent": done.not_sent, **data}
    exit_code = REFUSED if done.not_sent else WORLD_FAILED if none else 0
    say(verb, as_json=as_json, data=told, lines=[*lines, done.status], warnings=done.unreached, exit_code=exit_code)


def renew(
    tsa: TsaOption = None,
    send: SendOption = False,
    within_days: Annotated[int, typer.Option("--within-days", help="Certificates that end within this time.")] = DAYS,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """List tokens whose certificates end soon, and stamp the newest checkpoint, which covers them."""
    from counterclaim.desk.renew import aging, listed
    from counterclaim.desk.renew import renew as renew_tokens
    from counterclaim.desk.stamp import Stamped
    from counterclaim.record.canonical import plain_of

    desk = opened(vault, actor)
    asked = authorities(desk, tsa, send=send)
    if asked is None:
        found, done = aging(desk, within_days=within_days), Stamped(status="no authority was named (--tsa)")
    else:
        found, done = renew_tokens(desk, asked, within_days=within_days)
    lines = (*table(listed(found)), "") if found else ()
    _say_stamped("renew", done, as_json=as_json, lines=tuple(lines), tokens=[plain_of(one) for one in found])


def anchor(
    bag: Annotated[Path, typer.Argument(help="A bag published from this vault.")],
    into: Annotated[Path, typer.Option("--into", help="A folder that does not exist yet.")],
    vault: VaultOption = DEFAULT_VAULT,
    as_json: JsonOption = False,
) -> None:
    """Write a published bag anew with the tokens and cosignatures that came for its checkpoint since."""
    from counterclaim.desk.anchor import anchor as anchor_anew

    done = anchor_anew(opened(vault, DEFAULT_ACTOR, writes=False), bag, into=into)
    data = {"bag": str(done.bag), "size": done.size, "anchoring": done.anchoring}
    say("anchor", as_json=as_json, data=data, lines=table(list(data.items())))


# --- cosigning --------------------------------------------------------------------------------


def request(
    into: IntoOption,
    size: Annotated[
        int | None, typer.Option("--size", help="The checkpoint to be cosigned, if not the newest.")
    ] = None,
    since: Annotated[int | None, typer.Option("--since", help="The checkpoint the proof starts at.")] = None,
    cosigner: Annotated[str | None, typer.Option("--cosigner", help="The name of the partner who is asked.")] = None,
    vault: VaultOption = DEFAULT_VAULT,
    as_json: JsonOption = False,
) -> None:
    """Write the request for a partner: a checkpoint, and the proof that it extends the one they signed last."""
    from counterclaim.desk.cosign import request as request_of
    from counterclaim.record.cosignature import cosign_request_of

    desk = opened(vault, DEFAULT_ACTOR, writes=False)
    content = request_of(desk, size=size, since=since, cosigner=cosigner)
    _write_new(into, content)
    data = {
        "file": str(into),
        "since": cosign_request_of(content).old_size,
        "size": size or desk.vault.checkpoint().checkpoint.size,
        "verifier_key": desk.vault.verifier_key,
    }
    say("cosign request", as_json=as_json, data=data, lines=table(list(data.items())))


def answer(
    file: Annotated[Path, typer.Argument(help="The request, as the log's keeper sent it.")],
    into: IntoOption,
    log_key: Annotated[
        str | None,
        typer.Option("--log-key", help="The log's key line, or its file, by another way than the request; once."),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="This cosigner's name, at first use.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a partner's request and cosign its checkpoint; refuse what does not extend the one signed last."""
    from counterclaim.desk.cosigner import REQUEST_BYTES_MAX, Cosigner
    from counterclaim.desk.incoming import bytes_of
    from counterclaim.desk.keys import config_folder

    _check_new(into)
    secret = passphrase()
    cosigner = Cosigner.opened(config_folder(), name=name, passphrase=secret)
    content = bytes_of(file, what="a request to cosign", bytes_max=REQUEST_BYTES_MAX)
    done = cosigner.answer(content, log_key=key_line(log_key), passphrase=secret)
    _write_new(into, done.line.encode())
    data = {
        "file": str(into),
        "origin": done.origin,
        "since": done.before,
        "size": done.size,
        "at": done.at,
        "cosigner_key": done.vkey,
    }
    say("cosign answer", as_json=as_json, data=data, lines=table(list(data.items())))


def accept(
    file: Annotated[Path, typer.Argument(help="The partner's answer: one line.")],
    cosigner: Annotated[
        str | None,
        typer.Option("--cosigner", help="The partner's key line, or its file, by another way than the answer; once."),
    ] = None,
    size: Annotated[int | None, typer.Option("--size", help="The checkpoint it is over, if an old one.")] = None,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Check a partner's cosignature and enter it in the log."""
    from counterclaim.desk.cosign import LINE_BYTES_MAX
    from counterclaim.desk.cosign import accept as accept_line
    from counterclaim.desk.incoming import bytes_of

    content = bytes_of(file, what="a cosignature line", bytes_max=LINE_BYTES_MAX)
    words, entered = accept_line(opened(vault, actor), content, cosigner=key_line(cosigner), size=size)
    lines = [words if entered else f"{words}; held before"]
    say("cosign accept", as_json=as_json, data={"status": words, "entered": entered}, lines=lines)


def cosigner_key(
    name: Annotated[str | None, typer.Option("--name", help="This cosigner's name, at first use.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show this installation's cosigner key; it is made at first use."""
    from counterclaim.desk.cosigner import Cosigner
    from counterclaim.desk.keys import config_folder

    vkey = Cosigner.opened(config_folder(), name=name, passphrase=passphrase()).vkey()
    say("cosign key", as_json=as_json, data={"cosigner_key": vkey}, lines=[vkey])


def _check_new(path: Path) -> None:
    from counterclaim.record.errors import UsageError

    if path.exists():
        raise UsageError("a file that does not exist yet", str(path), remedy="Name another file with --into.")


def _write_new(path: Path, content: bytes) -> None:
    from counterclaim.desk.cosign import write_new

    _check_new(path)
    write_new(path, content)
