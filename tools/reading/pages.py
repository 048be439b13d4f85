"""What is read of the project's own annotated pages in four languages, by half; refuses to mix the halves.

The pages are `tests/golden/read_pages/quad/<language>/{develop,held_out}/*.json`, invented, annotated before the reader
saw them; the counting is `tests/golden/quad_pages.py`. No page came from anywhere, so no other tool is known on them.
"""

from __future__ import annotations

from pathlib import Path

from figure import Figure, Missing
from reading.golden import golden

HIGH = "answers of high grade"
HIGH_RIGHT_MIN = 970  # of a thousand links between two accounts of grade high


def figures(sets: Path) -> list[Figure | Missing]:
    """Count both halves of each language; `sets` is not needed."""
    del sets
    counting = golden("quad_pages")
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
