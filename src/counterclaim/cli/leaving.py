"""publish and demo: what leaves, and the bundled disputed case from end to end."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from counterclaim.cli.answer import progress, say, table
from counterclaim.cli.door import SendOption, TsaOption, authorities
from counterclaim.cli.options import (
    DEFAULT_ACTOR,
    DEFAULT_VAULT,
    ActorOption,
    CaseOption,
    JsonOption,
    VaultOption,
    opened,
)


def register(app: typer.Typer) -> None:
    """Add this file's verbs."""
    app.command("publish")(publish)
    app.command("demo")(demo)


def publish(
    case: CaseOption,
    into: Annotated[Path, typer.Option("--into", help="A folder that does not exist yet.")],
    profile: Annotated[str, typer.Option("--profile", help="internal, court, ecthr or public.")] = "internal",
    recipient: Annotated[str, typer.Option("--to", help="Who receives it.")] = "",
    without_proposed: Annotated[
        bool, typer.Option("--without-proposed", help="Leave out, and list, what nobody judged yet.")
    ] = False,
    tsa: TsaOption = None,
    send: SendOption = False,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Publish a dossier and a bag that a stranger can verify; what may not leave is listed, and nothing is written."""
    from counterclaim.desk.publish import publish as publish_case

    desk = opened(vault, actor)
    done = publish_case(
        desk,
        case=case,
        into=into,
        profile=profile,
        recipient=recipient,
        without_proposed=without_proposed,
        authorities=authorities(desk, tsa, send=send),
        progress=progress("publishing"),
    )
    data = {
        "bag": str(done.bag),
        "dossier": str(done.dossier) if done.dossier else None,
        "fingerprint": done.fingerprint,
        "anchoring": done.anchoring,
        "unreached": list(done.unreached),
        "blockers": list(done.blockers),
        "left_out": list(done.left_out),
        "manifest_sha256": done.manifest_sha256,
    }
    if done.blockers:
        lines = ["Nothing was written. These may not leave:", *(f"  {blocker}" for blocker in done.blockers)]
        say("publish", as_json=as_json, data=data | {"bag": None}, lines=lines, exit_code=3)
    rows = [
        ("dossier", done.dossier),
        ("bag", done.bag),
        ("fingerprint", done.fingerprint),
        ("anchoring", done.anchoring),
    ]
    left = [f"{len(done.left_out)} left out, only proposed: {', '.join(done.left_out)}"] if done.left_out else []
    say("publish", as_json=as_json, data=data, lines=table(rows) + left, warnings=done.unreached)


def demo(
    into: Annotated[Path, typer.Option("--into", help="Where the demo is built.")] = Path("demo"),
    as_json: JsonOption = False,
) -> None:
    """Build the bundled disputed case, invented from end to end, and say where everything is."""
    from counterclaim.desk.demo import demo as build

    built = build(into)
    data = {
        "vault": str(built.vault),
        "case": built.case,
        "dossier": str(built.dossier),
        "pdf": str(built.pdf),
        "bag": str(built.bag),
        "workbench": built.workbench,
        "fingerprint": built.fingerprint,
        "seconds": str(built.seconds),
    }
    rows = [(name, value) for name, value in data.items() if name != "case"]
    lines = [f"An invented case about an invented country, built in {built.seconds} s.", "", *table(rows), ""]
    if find_spec("django") is None:
        lines += ["The workbench needs an extra: pip install 'counterclaim[web]'", ""]
    lines += [
        "Verify it as a stranger would:",
        f"  sh {built.bag}/verify.sh --fingerprint {built.fingerprint} {built.bag}",
    ]
    say("demo", as_json=as_json, data=data, lines=lines)
