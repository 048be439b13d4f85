"""Run the measurements of one room and print their figures; refuses to print a figure it did not measure."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from figure import Figure, Missing

ROOT = Path(__file__).resolve().parent.parent


def measured(room: str, command: str, *, beside: Sequence[str], about: str) -> int:
    """Print every figure of `tools/<room>` with its n, floor and the other tool's; give 1 if a floor is not held.

    `beside` names the room's modules that measure nothing themselves.
    """
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("names", nargs="*", help="measurements to run (all when none is named)")
    parser.add_argument("--sets", type=Path, default=Path(os.environ.get("COUNTERCLAIM_SETS", ROOT / ".sets")))
    parser.add_argument("--result-file", type=Path)
    asked = parser.parse_args()
    lines = [f"{command}, {datetime.now(UTC).replace(microsecond=0).isoformat().replace('+00:00', 'Z')}"]
    short = 0
    subjects = {module.name for module in iter_modules([str(ROOT / "tools" / room)])} - set(beside)
    for name in asked.names or sorted(subjects):
        for figure in import_module(f"{room}.{name}").figures(asked.sets):
            lines.append(_line(figure))
            short += isinstance(figure, Figure) and figure.held is False
            print(lines[-1], flush=True)
    lines.append(f"{short} floors not held")
    print(lines[-1])
    if asked.result_file:
        asked.result_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 1 if short else 0


def _line(figure: Figure | Missing) -> str:
    if isinstance(figure, Missing):
        return f"{figure.subject}: not measured; needs {figure.needs}"
    parts = [f"{figure.subject}: {figure.ours} (n = {figure.n:,})"]
    if figure.floor:
        parts.append(f"floor {figure.floor}, {'held' if figure.held else 'NOT held'}")
    if figure.other:
        parts.append(f"{figure.other_tool} {figure.other}")
    if figure.note:
        parts.append(figure.note)
    return "; ".join(parts)
