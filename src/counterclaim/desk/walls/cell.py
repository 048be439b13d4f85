"""The child that parses one file: shuts itself in, works, answers and ends; refuses to work outside its walls."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from counterclaim.desk.walls.budget import Budget
from counterclaim.desk.walls.confine import ANSWER, Confinement
from counterclaim.desk.walls.reach import Reach
from counterclaim.record.errors import CounterclaimError

Task = Callable[[Mapping[str, Any], bytes], Any]
VALUE, WORDS, MEMORY, REACHED = b"v", b"w", b"m", b"r"  # the first byte of an answer says what follows
WORDS_MAX = 400  # characters of an error that are kept
_CHUNK = 1 << 20


def work(
    task: Task, *, arguments: int, content: int, answer: int, walls: Confinement, budget: Budget, base_bytes: int,
    reach: Reach,
) -> None:  # fmt: skip
    """Do `task` over what the two descriptors hold, write one answer to `answer`, and end this process.

    The bytes are only copied before the walls rise; the first look into them comes after.
    """
    code = 1
    try:
        given, held = _all_of(arguments), _all_of(content)
        walls.enter(answer, budget, base_bytes=base_bytes)
        answer = ANSWER
        reach.watch()
        said = VALUE + json.dumps(task(json.loads(given), held), allow_nan=False).encode()
        code = 0
    except MemoryError:
        said = MEMORY
    except BaseException:  # noqa: BLE001 (a child's last words, whatever ended it; the parent decides what they mean)
        said = WORDS + last_words().encode("utf-8", "backslashreplace")
    if reach.seen:
        code, said = 1, REACHED + "; ".join(reach.seen).encode("utf-8", "backslashreplace")
    try:
        while said:
            said = said[os.write(answer, said) :]
    finally:
        os._exit(code)


def _all_of(descriptor: int) -> bytes:
    parts: list[bytes] = []
    at = 0
    while part := os.pread(descriptor, _CHUNK, at):
        parts.append(part)
        at += len(part)
    return b"".join(parts)


def shown(words: str) -> str:
    """Words that may be a hostile file's own, cut short and without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in words[:WORDS_MAX])


def last_words() -> str:
    """What ended the child, without the names of our modules."""
    error = sys.exc_info()[1]
    return str(error) if isinstance(error, CounterclaimError) else f"{type(error).__name__}: {error}"
