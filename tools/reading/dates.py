"""Measure the dates read on the project's own expressions in four languages, dateparser beside; refuses a kind half."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from counterclaim.read.dates.calendar_words import dates_in, durations_in
from counterclaim.record.account import DateMention
from counterclaim.record.passage import Span
from figure import Figure, Missing

ROWS = Path(__file__).resolve().parents[2] / "tests" / "golden" / "read_dates"
LANGUAGES = ("en", "az", "ru", "tr")
RIGHT_MIN = 0.98
FIRST_RUN = "before any correction 174 of the 176 held out were right; "
BESIDE = "dateparser counts as right where its day lies within the date written, at any precision"
_MARKED = re.compile(r"\[\[(.+?)\]\]")
_NOWHERE = Span(start=0, end=0, text="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One sentence, the spans of its expressions, what they should read as, and the page's stated date if any."""

    language: str
    sentence: Span
    spans: tuple[tuple[int, int], ...]
    expected: tuple[str, ...]
    page_date: DateMention | None


def rows_of(half: str) -> Iterator[Row]:
    """Give the rows of `develop`, `held_out` or `durations` in all four languages."""
    for language in LANGUAGES:
        document = json.loads((ROWS / f"{language}.json").read_text(encoding="utf-8"))
        yield from (_row(language, row) for row in document[half])


def _row(language: str, row: list[Any]) -> Row:
    text, spans, at = "", [], 0
    for found in _MARKED.finditer(row[0]):
        text += row[0][at : found.start()]
        spans.append((len(text), len(text) + len(found.group(1))))
        text += found.group(1)
        at = found.end()
    text += row[0][at:]
    expected = tuple(row[1]) if isinstance(row[1], list) else (row[1],)
    stated = DateMention(edtf=row[2], span=_NOWHERE) if len(row) > 2 else None
    sentence = Span(start=0, end=len(text), text=text)
    return Row(language=language, sentence=sentence, spans=tuple(spans), expected=expected, page_date=stated)


def negatives() -> Iterator[tuple[str, Span]]:
    """Give the sentences without a date, with their language."""
    document = json.loads((ROWS / "negatives.json").read_text(encoding="utf-8"))
    for language in LANGUAGES:
        yield from ((language, Span(start=0, end=len(text), text=text)) for text in document[language])


def invented(given: str, expected: str) -> int:
    """Count the parts of an EDTF that the expected one does not hold."""
    known = re.findall(r"[0-9X]+", expected)
    return sum(1 for part in re.findall(r"[0-9X]+", given) if part.strip("X") and part not in known)


def figures(sets: Path) -> list[Figure | Missing]:
    """Give value and precision right, exact spans, invented parts, false dates and durations; `sets` is not used."""
    del sets
    out: list[Figure | Missing] = []
    halves = {half: list(rows_of(half)) for half in ("develop", "held_out")}
    other = _dateparser()
    for half, rows in halves.items():
        read = [dates_in(row.sentence, row.language, row.page_date) for row in rows]
        right = sum(1 for row, got in zip(rows, read, strict=True) if tuple(item.edtf for item in got) == row.expected)
        exact = sum(1 for row, got in zip(rows, read, strict=True) if _spans(got) == row.spans)
        parts = sum(_invented(row, [item.edtf for item in got]) for row, got in zip(rows, read, strict=True))
        beside = _beside(rows, other) if other else ("", "")
        for row, got in zip(rows, read, strict=True):
            if tuple(item.edtf for item in got) != row.expected:
                print(f"  missed ({half}, {row.language}): {row.sentence.text} -> {[item.edtf for item in got]}")
        name = half.replace("_", " ")
        share = right / len(rows)
        tool = "dateparser" if other else ""
        note = FIRST_RUN * (half == "held_out") + BESIDE * bool(other)
        out += [
            Figure(
                subject=f"dates, value and precision right, {name}", ours=f"{share:.3f}", n=len(rows),
                floor=f"{RIGHT_MIN}", held=share >= RIGHT_MIN, other=beside[0], other_tool=tool, note=note,
            ),
            Figure(
                subject=f"dates, invented parts, {name}", ours=str(parts), n=len(rows), floor="0", held=parts == 0,
                other=beside[1], other_tool="dateparser" if other else "",
            ),
            Figure(subject=f"dates, exact span, {name}", ours=f"{exact / len(rows):.3f}", n=len(rows)),
        ]  # fmt: skip
    out += [_by_language(halves), _false_dates(other), _durations()]
    if other is None:
        out.append(Missing(subject="dates, beside dateparser", needs="the package dateparser"))
    return out


def _spans(got: tuple[DateMention, ...]) -> tuple[tuple[int, int], ...]:
    return tuple((item.span.start, item.span.end) for item in got)


def _invented(row: Row, got: list[str]) -> int:
    return sum(invented(text, " ".join(row.expected)) for text in got)


def _by_language(halves: dict[str, list[Row]]) -> Figure:
    shares = []
    for language in LANGUAGES:
        rows = [row for half in halves.values() for row in half if row.language == language]
        right = sum(tuple(d.edtf for d in dates_in(r.sentence, r.language, r.page_date)) == r.expected for r in rows)
        shares.append(f"{language} {right} of {len(rows)}")
    return Figure(subject="dates right by language", ours=", ".join(shares), n=sum(map(len, halves.values())))


def _false_dates(other: Callable[..., list[datetime]] | None) -> Figure:
    rows = list(negatives())
    ours = sum(1 for language, sentence in rows if dates_in(sentence, language))
    beside = str(sum(1 for language, sentence in rows if other(sentence.text, language, None))) if other else ""
    return Figure(
        subject="sentences without a date that are given one", ours=str(ours), n=len(rows), floor="0", held=ours == 0,
        other=beside, other_tool="dateparser" if other else "",
    )  # fmt: skip


def _durations() -> Figure:
    rows = list(rows_of("durations"))
    right = dated = 0
    for row in rows:
        right += tuple(item.iso8601 for item in durations_in(row.sentence, row.language)) == row.expected
        dated += bool(dates_in(row.sentence, row.language))
    return Figure(
        subject="durations right", ours=f"{right / len(rows):.3f}", n=len(rows), note=f"{dated} of them read as a date"
    )


def _dateparser() -> Callable[..., list[datetime]] | None:
    try:
        from dateparser.search import search_dates
    except ImportError:
        return None

    def found(text: str, language: str, stated: DateMention | None) -> list[datetime]:
        base = datetime.fromisoformat(stated.edtf if stated else "2000-01-01")
        settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past"}
        return [day for _, day in search_dates(text, languages=[language], settings=settings) or []]

    return found


def _beside(rows: list[Row], other: Callable[..., list[datetime]]) -> tuple[str, str]:
    """How many rows the other tool gets right, and how many parts it gives that no text states.

    It always gives a day. It is right where it gives as many dates as are written and each begins as the date is
    written; a month or day beyond what is written is an invented part.
    """
    right = extra = 0
    for row in rows:
        got = [day.strftime("%Y-%m-%d") for day in other(row.sentence.text, row.language, row.page_date)]
        firsts = [re.match(r"[\[{./]*([0-9X-]+)", text) for text in row.expected]
        written = [found.group(1).rstrip("-") if found else "" for found in firsts]
        right += len(got) == len(written) and all(_agrees(day, text) for day, text in zip(got, written, strict=False))
        extra += sum(invented(day.replace("-", " "), " ".join(row.expected)) for day in got)
    return f"{right / len(rows):.3f}", str(extra)


def _agrees(day: str, written: str) -> bool:
    return all(w in {d, "X"} for d, w in zip(day, written, strict=False))
