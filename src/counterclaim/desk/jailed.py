"""The work done inside the jail: examine and read; imported by the worker, never by the desk's own process."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from PIL import Image

from counterclaim.desk.facilities import SAMPLE, with_register
from counterclaim.desk.rosters import examiner_of, examiners, readers
from counterclaim.desk.walls.warmup import load_late, pages, pictures
from counterclaim.examine.copies.keypoints import ASKED_MAX, gray_of, keypoints_of, packed
from counterclaim.examine.copies.shortlist import CELLS_ASKED
from counterclaim.examine.examiner import Brief
from counterclaim.examine.picture import Picture, decoding_once, picture_of
from counterclaim.examine.sketch import preview_of
from counterclaim.read.by.page import page_of
from counterclaim.read.documents.layer import NeedsRecogniserError
from counterclaim.read.reader import reading_of
from counterclaim.record.canonical import noun_of, plain_of
from counterclaim.record.errors import CounterclaimError
from counterclaim.record.finding import Outcome
from counterclaim.record.layout import Recognised


def examine(arguments: Mapping[str, Any], content: bytes) -> Any:  # noqa: ANN401 (JSON values)
    """Run one examiner over the content under the brief handed in."""
    emblems = [bytes.fromhex(part) for part in arguments["brief"]["emblems"]]
    brief = noun_of({**arguments["brief"], "emblems": emblems}, Brief)
    return plain_of(examiner_of(arguments["examiner"]).examine(content, brief), Outcome)


def examine_together(arguments: Mapping[str, Any], content: bytes) -> Any:  # noqa: ANN401 (JSON values)
    """Run several examiners over the content, which is decoded once; their outcomes in their order."""
    with decoding_once():
        return [examine({"examiner": name, "brief": arguments["brief"]}, content) for name in arguments["examiners"]]


def read(arguments: Mapping[str, Any], content: bytes) -> Any:  # noqa: ANN401 (JSON values)
    """Read the content's text and everything the installed readers propose; None where a recogniser must come first.

    `recognised` is what one read in it before, in another jail; `register` is a person's register of facilities.
    """
    seen = noun_of(arguments["recognised"], Recognised) if arguments.get("recognised") else None
    try:
        page = (
            page_of(content, arguments["media_type"])
            if seen is None
            else page_of(content, lines=seen.lines, recogniser=seen.recogniser)
        )
    except NeedsRecogniserError:
        return None
    return plain_of(reading_of(page, tuple(with_register(readers(), arguments.get("register")).values())))


def small_picture(arguments: Mapping[str, Any], content: bytes) -> Any:  # noqa: ANN401 (JSON values)
    """A small copy without any metadata, as base64 of a JPEG; None where the bytes do not decode."""
    del arguments
    small = preview_of(content)
    return base64.b64encode(small).decode() if isinstance(small, bytes) else None


def picture_size(arguments: Mapping[str, Any], content: bytes) -> Any:  # noqa: ANN401 (JSON values)
    """Width and height of the upright picture in pixels; None where the bytes do not decode."""
    del arguments
    picture = picture_of(content)
    return [picture.width, picture.height] if isinstance(picture, Picture) else None


def asked_keypoints(arguments: Mapping[str, Any], content: bytes) -> Any:  # noqa: ANN401 (JSON values)
    """Keypoints of a picture whose copies are looked for, as it is and mirrored; None where the bytes do not decode."""
    del arguments
    picture = picture_of(content)
    if not isinstance(picture, Picture):
        return None
    marks, mirrored = keypoints_of(picture.rgb, count=ASKED_MAX, nearest=CELLS_ASKED)
    return {"as_it_is": packed(marks), "mirrored": packed(mirrored), "gray": _plain_gray(picture)}


def gray_picture(arguments: Mapping[str, Any], content: bytes) -> Any:  # noqa: ANN401 (JSON values)
    """The picture in grey at the size at which keypoints are looked for; None where the bytes do not decode."""
    del arguments
    picture = picture_of(content)
    return _plain_gray(picture) if isinstance(picture, Picture) else None


def _plain_gray(picture: Picture) -> dict[str, Any]:
    gray = gray_of(picture.rgb)
    return {
        "rows": base64.b64encode(gray.tobytes()).decode(),
        "shape": list(gray.shape),
        "full": [picture.height, picture.width],
    }


def warm_up() -> None:
    """Do every task over small samples of every format, so that nothing is loaded for the first time in a child."""
    load_late()
    Image.preinit()  # Pillow does this at the first picture it opens
    brief = plain_of(Brief(flags=("XX",), claimed_place="Orvenna", claimed_at="2031-04"))
    for picture in pictures():
        for name in examiners():
            examine({"examiner": name, "brief": {**brief, "emblems": []}}, picture)
        small_picture({}, picture)
        asked_keypoints({}, picture)
    for page, media_type in pages():
        with suppress(CounterclaimError):  # some samples are no pages: that way is walked too
            read({"media_type": media_type, "register": SAMPLE}, page)


TASKS: dict[str, Callable[[Mapping[str, Any], bytes], Any]] = {
    "asked_keypoints": asked_keypoints,
    "gray_picture": gray_picture,
    "examine": examine,
    "examine_together": examine_together,
    "read": read,
    "picture_size": picture_size,
    "small_picture": small_picture,
}
