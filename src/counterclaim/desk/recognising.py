"""The work done inside a jail that reads words off pictures; imported by its worker, never by the desk's own process.

A jail of its own, because its models take seconds and some hundred megabytes to load, and few cases need them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from PIL import Image

from counterclaim.desk.walls.warmup import load_late, pictures, printed_samples
from counterclaim.examine.picture import Picture, picture_of
from counterclaim.read.documents.recognition import Recogniser, drawn_pages, installed_recogniser, recognised
from counterclaim.record.canonical import plain_of
from counterclaim.record.errors import MalformedError
from counterclaim.record.media import media_type_of

SIDE = 256  # pixels: the models are given a picture of letters and one of none


@cache
def _recogniser() -> Recogniser | None:
    return installed_recogniser()


def recognise(arguments: Mapping[str, Any], content: bytes) -> Any:  # noqa: ANN401 (JSON values)
    """Read the lines of a picture or of a PDF's pages; None where no recogniser is installed.

    Raises MalformedError for bytes that are neither, and for a picture that is not decoded.
    """
    del arguments
    recogniser = _recogniser()
    if recogniser is None:
        return None
    if media_type_of(content) == "application/pdf":
        return plain_of(recognised(drawn_pages(content), recogniser))
    picture = picture_of(content)
    if not isinstance(picture, Picture):
        raise MalformedError("a picture or a PDF", picture.reason)
    return plain_of(recognised([(picture.rgb, 1)], recogniser))


def warm_up() -> None:
    """Read small pictures with and without letters, so that nothing is loaded for the first time in a child."""
    load_late()
    for content in _pictures_of_letters():
        recognise({}, content)
    for content in pictures():
        picture_of(content)


def _pictures_of_letters() -> list[bytes]:
    from PIL import ImageDraw, ImageFont

    made = []
    for words in (("Orvenna, 12 April 2031", "nobody was held"), ("Орвенна", "никого не держали"), ()):
        image = Image.new("RGB", (SIDE * 2, SIDE), "white")
        for row, line in enumerate(words):
            ImageDraw.Draw(image).text((10, 20 + row * 60), line, font=ImageFont.load_default(28), fill="black")
        out = io.BytesIO()
        image.save(out, "PNG")
        made.append(out.getvalue())
    return [*made, printed_samples()[0]]


TASKS: dict[str, Callable[[Mapping[str, Any], bytes], Any]] = {"recognise": recognise}
