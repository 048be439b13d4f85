"""What is read of the project's own annotated pages in four languages, by half; refuses to mix the halves.

The pages are `tests/golden/read_pages/quad/<language>/{develop,held_out}/*.json`, invented, annotated before the reader
saw them; the counting is `tests/golden/quad_pages.py`. No page came from anywhere, so no other tool is known on them.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from reading.figure import Figure, Missing

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "golden"
HIGH = "answers of high grade"
HIGH_RIGHT_MIN = 970  # of a thousand links between two accounts of grade high


def figures(sets: Path) -> list[Figure | Missing]:
    """Count both halves of each language; `sets` is not needed."""
    del sets
    counting = _counting()
    out: list[Figure | Missing] = []
    for half in counting.HALVES:
        for language in counting.LANGUAGES:
            counts, _ = counting.total_of(language, half)
            out.extend(_figure(f"{name} {language} ({half})", row) for name, row in sorted(counts.items()))
    return out


def _figure(subject: str, row: dict[str, int]) -> Figure:
    high = subject.startswith(HIGH)
    links = subject.startswith("answers") and not subject.startswith("answers asked")
    return Figure(
        subject=subject,
        ours=f"{row['right']} right of {row['given']} given" + ("" if links else f", of {row['asked']} asked"),
        n=row["given"] if links else row["asked"],
        floor=f"{HIGH_RIGHT_MIN / 1000} right" if high else "",
        held=row["right"] * 1000 >= HIGH_RIGHT_MIN * row["given"] if high else None,
    )


def _counting() -> ModuleType:
    spec = importlib.util.spec_from_file_location("quad_pages", GOLDEN / "quad_pages.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(GOLDEN)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
