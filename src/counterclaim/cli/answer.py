"""How a verb answers: one JSON object or calm aligned lines on stdout, progress on stderr."""

from __future__ import annotations

import json
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import typer

from counterclaim.record.errors import CounterclaimError

if TYPE_CHECKING:
    from counterclaim.desk.pace import Pace

SCHEMA = "counterclaim/1"
PROGRESS_AFTER_SECONDS = 1.0  # quicker work needs no progress line
PROGRESS_EVERY_SECONDS = 10.0  # between two lines in a file or a pipe, where they pile up
WIDTH = 72  # columns a line takes, so that a shorter one leaves nothing of a longer one standing
GAP = "  "
_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # Unicode general categories that move or hide text


def say(
    verb: str,
    *,
    as_json: bool,
    data: Mapping[str, Any],
    lines: Iterable[str],
    warnings: Sequence[str] = (),
    exit_code: int = 0,
) -> None:
    """Print the answer and end with `exit_code` when it is not 0."""
    if as_json:
        envelope = {"schema": SCHEMA, "verb": verb, "data": data, "warnings": list(warnings)}
        print(json.dumps(envelope, ensure_ascii=False, default=_plain))
    else:
        for line in lines:
            print(printable(line))
        for warning in warnings:
            print(printable(f"note: {warning}"), file=sys.stderr)
    if exit_code:
        raise typer.Exit(exit_code)


def say_error(verb: str, error: CounterclaimError, *, as_json: bool) -> int:
    """Print what was expected, what came and what the person can do; returns the exit code."""
    if as_json:
        told = {"expected": error.expected, "got": error.got, "remedy": error.remedy(), "exit_code": error.exit_code}
        print(
            json.dumps(
                {"schema": SCHEMA, "verb": verb, "data": None, "error": told, "warnings": []}, ensure_ascii=False
            )
        )
    print(f"{printable(str(error))}.\n{printable(error.remedy())}", file=sys.stderr)
    return error.exit_code


def printable(line: str) -> str:
    """The line with every control and direction character written out: a file name must not steer a terminal."""
    return "".join(
        one if unicodedata.category(one) not in _STEERING else one.encode("unicode_escape").decode() for one in line
    )


def table(rows: Iterable[Sequence[object]], *, heads: Sequence[str] = ()) -> list[str]:
    """Rows as aligned columns; the last column is not padded."""
    written = [[str(cell) for cell in row] for row in rows]
    if heads and written:
        written.insert(0, list(heads))
    if not written:
        return []
    widths = [max(len(row[column]) for row in written) for column in range(len(written[0]))]
    return [GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in written]


def progress(what: str) -> Callable[[int, int], None]:
    """A progress line on stderr for anything over a second; silent where stderr is no terminal and work is short."""
    begun = time.monotonic()

    def report(done: int, of: int) -> None:
        seconds = time.monotonic() - begun
        if seconds > PROGRESS_AFTER_SECONDS:
            left = seconds / done * (of - done)
            end = "\r" if sys.stderr.isatty() and done < of else "\n"
            print(f"{what}: {done} of {of}, about {left:.0f} s left", end=end, file=sys.stderr, flush=True)

    return report


def pace(what: str) -> Callable[[Pace], None]:
    """Report a long run on stderr: how many, how fast, how long; on a terminal one line, elsewhere one a while."""
    begun = said = time.monotonic()

    def report(now: Pace) -> None:
        nonlocal said
        terminal, last, at = sys.stderr.isatty(), now.done >= now.of, time.monotonic()
        if at - begun <= PROGRESS_AFTER_SECONDS or (not terminal and not last and at - said < PROGRESS_EVERY_SECONDS):
            return
        said = at
        left = "" if now.seconds_left is None else f", about {now.seconds_left:.0f} s left"
        line = f"{what}: {now.done} of {now.of}, {now.a_second:.1f} a second{left}"
        end = "\r" if terminal and not last else "\n"
        print(f"{line:<{WIDTH}}" if terminal else line, end=end, file=sys.stderr, flush=True)

    return report


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
