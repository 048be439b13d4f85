"""Reads pages and testimony: everything read is a suggestion until a person accepts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from counterclaim.desk.facilities import Register, register_in, with_register
from counterclaim.desk.jail import Jail, JailEndedError
from counterclaim.desk.keys import config_folder
from counterclaim.desk.language_model import LanguageModel, with_proposals
from counterclaim.desk.open import Desk
from counterclaim.desk.recognise import Recognise, recognised_in
from counterclaim.desk.rosters import readers, signature_of
from counterclaim.record.account import Reading
from counterclaim.record.canonical import noun_of, plain_of
from counterclaim.record.errors import IntegrityError, MalformedError
from counterclaim.record.exhibit import Exhibit, ExhibitKind, label_of
from counterclaim.record.media import DOCX, media_type_of

READABLE = frozenset({"text/html", "text/plain", "application/pdf", DOCX})
TEXT_KINDS = frozenset({ExhibitKind.PAGE, ExhibitKind.POST, ExhibitKind.DOCUMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An exhibit that was not read, and why: silence is never absence."""

    exhibit: int
    reason: str


def reading_on(
    jail: Jail,
    content: bytes,
    *,
    media_type: str | None = None,
    recognise: Recognise | None = None,
    register: Register | None = None,
) -> Reading:
    """Read bytes in the jail, and check that every span re-reads to exactly its text.

    The words of a picture, and of a PDF without a text layer, are read off by `recognise` first. Raises
    JailEndedError when the child gave no answer, MalformedError when its answer is no reading or there is no
    recogniser, IntegrityError for a span that does not re-read: a child that was taken over can write anything.
    """
    arguments: dict[str, Any] = {"media_type": media_type or media_type_of(content)}
    if register is not None:
        arguments["register"] = register
    answer = jail.run("read", arguments, content)
    if answer is None and recognise is not None:
        answer = jail.run("read", {**arguments, "recognised": plain_of(recognise(content))}, content)
    if answer is None:
        raise MalformedError("a text, a page or a document with a text layer", "a picture of words")
    reading: Reading = noun_of(answer, Reading)
    _check_spans(answer, reading.document.dom_text)
    return reading


def _check_spans(plain: Any, text: str) -> None:  # noqa: ANN401 (JSON values)
    """Re-read every span wherever it stands; a range without text must lie within the text."""
    if isinstance(plain, list):
        for one in plain:
            _check_spans(one, text)
    elif isinstance(plain, dict):
        start, end = plain.get("start"), plain.get("end")
        if isinstance(start, int) and isinstance(end, int):
            _check_range(start, end, plain.get("text"), text)
        for one in plain.values():
            _check_spans(one, text)


def _check_range(start: int, end: int, words: str | None, text: str) -> None:
    there = text[start:end] if 0 <= start <= end <= len(text) else None
    if there is None or words not in {None, there}:
        raise IntegrityError("each span to re-read to exactly its text", f"other text at [{start}, {end})")


def read(
    desk: Desk,
    *,
    case: str,
    model: LanguageModel | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> tuple[dict[int, Reading], tuple[Unread, ...]]:
    """Read every page of `case` that these readers have not read yet.

    Returns the new readings by exhibit number, and what could not be read with the reason. A language model is asked
    for further proposals where one is given; raises what it raises where it may not be asked.
    """
    desk.require("read", case=case)
    register = register_in(config_folder())
    known = with_register(readers(), register).values()
    roster = sorted([*(signature_of(reader) for reader in known), *([model.signature] if model else [])])
    exhibits = desk.vault.exhibits(case)
    todo = [exhibit for exhibit in exhibits if _is_readable(exhibit)]
    made: dict[int, Reading] = {}
    unread = [
        Unread(exhibit=exhibit.number, reason=f"no reader for {exhibit.media_type}")
        for exhibit in exhibits
        if exhibit.kind in TEXT_KINDS and not _is_readable(exhibit)
    ]
    for done, exhibit in enumerate(todo, 1):
        if tuple(roster) in desk.vault.readers_of(case, exhibit.number):
            continue
        (answer,) = desk.crew.map(partial(_read_one, register), [(desk.vault.content_of(exhibit), exhibit)])
        if isinstance(answer, Unread):
            unread.append(answer)
        else:
            made[exhibit.number] = with_proposals(answer, model) if model else answer
            _enter(desk, exhibit, made[exhibit.number], case=case, roster=roster)
        progress(done, len(todo))
    return made, tuple(unread)


def _is_readable(exhibit: Exhibit) -> bool:
    """A text or a document, or a picture that was admitted as one: the words of a photograph are not read unasked."""
    is_picture = exhibit.media_type.startswith("image/")
    return exhibit.media_type in READABLE or (exhibit.kind in TEXT_KINDS and is_picture)


def _read_one(register: Register | None, jail: Jail, job: tuple[bytes, Exhibit]) -> Reading | Unread:
    content, exhibit = job
    try:
        recognise = partial(recognised_in, unjailed_allowed=jail.unjailed_allowed)
        return reading_on(jail, content, media_type=exhibit.media_type, recognise=recognise, register=register)
    except JailEndedError as ended:
        return Unread(exhibit=exhibit.number, reason=ended.got)  # the child's own sentence
    except (IntegrityError, MalformedError) as ended:
        return Unread(exhibit=exhibit.number, reason=str(ended))


def _enter(desk: Desk, exhibit: Exhibit, reading: Reading, *, case: str, roster: list[str]) -> None:
    with desk.writing() as writer:
        if tuple(roster) in desk.vault.readers_of(case, exhibit.number):
            return  # another process read it meanwhile
        earlier = len(desk.vault.readers_of(case, exhibit.number))
        prefix = f"{label_of(exhibit.number)}." + (f"r{earlier + 1}." if earlier else "")
        body = {"reading": plain_of(reading), "readers": roster, "prefix": prefix}
        event = desk.event("read", case=case, exhibits=(exhibit.number,), inputs=(exhibit.sha256,), body=body)
        writer.record([event])
