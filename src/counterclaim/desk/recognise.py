"""Has the words of a picture read in a jail of its own; refuses to call it empty because nothing could read it."""

from __future__ import annotations

from collections.abc import Callable

from counterclaim.desk.jail import Jail
from counterclaim.desk.walls.budget import Budget
from counterclaim.record.canonical import noun_of
from counterclaim.record.errors import MalformedError
from counterclaim.record.layout import Recognised

TASKS = "counterclaim.desk.recognising"
# A page takes 3 s of one core at 200 dots an inch, and its models and pixels some 600 MB; sixty pages are the most.
BUDGET = Budget(seconds=1800, cpu_seconds=600, memory_bytes=4 * 1024**3)
REMEDY = "Install the extra `ocr` (pip install 'counterclaim[ocr]'); Cyrillic and Arabic also need Tesseract's data."

Recognise = Callable[[bytes], Recognised]


def recognised_in(content: bytes, *, unjailed_allowed: bool = False) -> Recognised:
    """Read the lines of a picture, or of a PDF's pages.

    Raises JailEndedError where the child gave no answer, MalformedError where no recogniser is installed, where the
    picture holds no line, and where none of its lines could be read.
    """
    with Jail(tasks=TASKS, budget=BUDGET, unjailed_allowed=unjailed_allowed) as jail:
        answer = jail.run("recognise", {}, content)
    if answer is None:
        raise MalformedError("an installed recogniser for the words of a picture", "none", remedy=REMEDY)
    seen: Recognised = noun_of(answer, Recognised)
    if not seen.lines:
        raise MalformedError("a picture with lines of text", f"none that {seen.recogniser} finds")
    if seen.unread == len(seen.lines):
        raise MalformedError(
            f"a script that {seen.recogniser} reads", f"{seen.unread} lines of which none could be read", remedy=REMEDY
        )
    return seen
