"""Measure the readers on public sets and the project's own pages; refuses to print a figure it did not measure.

Run as `python tools/eval_read.py [--sets DIR] [NAME ...]`. DIR (or COUNTERCLAIM_SETS) holds the public sets, each in
a folder of its own, fetched by the person: article-extraction-benchmark, PolNeAR, HRDsAttack, factRuEval-2016. None
of them is in the repository; a measurement whose set is not there says so.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from reading.figure import Figure, Missing  # noqa: E402  # the folder is put on the path above

NO_SUBJECT = {"figure", "golden", "planting", "polnear"}


def main() -> int:
    """Print every figure with its n, floor and the other tool's; give 1 if a floor is not held."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="measurements to run (all when none is named)")
    parser.add_argument("--sets", type=Path, default=Path(os.environ.get("COUNTERCLAIM_SETS", ROOT / ".sets")))
    parser.add_argument("--result-file", type=Path)
    asked = parser.parse_args()
    lines = [f"make eval-read, {datetime.now(UTC).replace(microsecond=0).isoformat().replace('+00:00', 'Z')}"]
    short = 0
    for name in asked.names or sorted(_subjects()):
        for figure in import_module(f"reading.{name}").figures(asked.sets):
            lines.append(_line(figure))
            short += isinstance(figure, Figure) and figure.held is False
            print(lines[-1], flush=True)
    lines.append(f"{short} floors not held")
    print(lines[-1])
    if asked.result_file:
        asked.result_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 1 if short else 0


def _subjects() -> set[str]:
    return {module.name for module in iter_modules([str(ROOT / "tools" / "reading")])} - NO_SUBJECT


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


if __name__ == "__main__":
    sys.exit(main())
