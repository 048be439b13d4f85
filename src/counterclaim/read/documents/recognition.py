"""Words read off a picture, line by line; refuses to pass over a line in a script that no installed recogniser reads.

Two recognisers are asked where they are installed. RapidOCR (PP-OCR models inside its package) finds the lines and
reads Latin letters, those of Azerbaijani and Turkish among them; it knows no Cyrillic and no Arabic, and gives a few
stray marks for them. A line whose box is too wide for the letters given is such a line: Tesseract reads it where it
is installed with that script's data, else it stands as one U+FFFD with its box.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from counterclaim.record.errors import MalformedError, UsageError
from counterclaim.record.layout import PrintedLine, Recognised
from counterclaim.record.media import PIXELS_SAFE_MAX

PAGES_MAX = 60  # a page takes some 3 s of one core
DOTS_AN_INCH = 200  # at which a scanned page is drawn: capitals of 10 point are 20 pixels high
HUNDREDTHS_A_DOT = 7200 // DOTS_AN_INCH
LETTERS_A_HEIGHT_MIN = 1.0  # printed Latin has 1.6-2.4 letters in a width as long as the line's box is high
UNREAD = "\N{REPLACEMENT CHARACTER}"
MARGIN_PIXELS = 4  # around a line cut out for the second recogniser, which wants some ground around its letters


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLine:
    """One line of a picture: its letters, and its box in pixels from the upper left."""

    text: str
    left: int
    top: int
    right: int
    bottom: int

    def is_unread(self) -> bool:
        """Whether the box is too wide for the letters given: a script the recogniser does not know."""
        letters = sum(1 for letter in self.text if letter.isalnum())
        width, height = self.right - self.left, max(1, self.bottom - self.top)
        return letters < width / height * LETTERS_A_HEIGHT_MIN

    def lies_on(self, other: SeenLine) -> bool:
        """Whether the middle of this line lies in the box of the other."""
        across, down = (self.left + self.right) // 2, (self.top + self.bottom) // 2
        return other.left <= across <= other.right and other.top <= down <= other.bottom


class Recogniser(Protocol):
    """Reads the lines of an upright picture (height x width x 3, RGB, uint8)."""

    name: str

    def lines(self, picture: NDArray[np.uint8]) -> list[SeenLine]:
        """Give the lines in reading order."""


def recognised(pictures: Iterable[tuple[NDArray[np.uint8], int]], recogniser: Recogniser) -> Recognised:
    """Read pictures in their order, each as a page of its own, with how many units of a box make one of its pixels."""
    lines = [
        PrintedLine(
            text=" ".join(seen.text.split()) or UNREAD,
            page=page,
            x=seen.left * scale,
            y=seen.top * scale,
            width=(seen.right - seen.left) * scale,
            height=(seen.bottom - seen.top) * scale,
        )
        for page, (picture, scale) in enumerate(pictures, start=1)
        for seen in recogniser.lines(picture)
    ]
    unread = sum(1 for line in lines if line.text == UNREAD)
    return Recognised(lines=tuple(lines), unread=unread, recogniser=recogniser.name)


def drawn_pages(content: bytes) -> Iterator[tuple[NDArray[np.uint8], int]]:
    """Draw each page of a PDF at DOTS_AN_INCH, with how many hundredths of a point make one pixel.

    Raises MalformedError for bytes that are no PDF or locked, UsageError past PAGES_MAX pages or PIXELS_SAFE_MAX.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise MalformedError("a PDF that opens without a password", str(error)) from error
    if len(document) > PAGES_MAX:
        raise UsageError(f"a scanned PDF of at most {PAGES_MAX} pages", f"{len(document)}", remedy="Read it in parts.")
    for page in document:
        width, height = page.get_size()
        if width * height * (DOTS_AN_INCH / 72) ** 2 > PIXELS_SAFE_MAX:
            raise UsageError(f"pages of at most {PIXELS_SAFE_MAX} pixels", f"{width} x {height} points")
        bitmap = page.render(scale=DOTS_AN_INCH / 72, rev_byteorder=True, prefer_bgrx=False)
        yield np.ascontiguousarray(bitmap.to_numpy()[:, :, :3]), HUNDREDTHS_A_DOT


def _boxes(answer: Any) -> Sequence[Any]:  # noqa: ANN401 (an untyped library's)
    return answer.boxes if answer.boxes is not None else ()


def _seen(text: str, box: Any) -> SeenLine:  # noqa: ANN401 (an array of 4 x 2)
    return SeenLine(
        text=text,
        left=max(0, int(box[:, 0].min())),
        top=max(0, int(box[:, 1].min())),
        right=int(box[:, 0].max()),
        bottom=int(box[:, 1].max()),
    )


class Rapid:
    """RapidOCR with the models inside its package, on one thread; a second recogniser takes what it leaves unread."""

    def __init__(self, engine: Callable[..., Any], second: Tesseract | None) -> None:
        self._engine, self._second = engine, second
        self.name = "RapidOCR" + (f" and {second.name}" if second else "")

    def lines(self, picture: NDArray[np.uint8]) -> list[SeenLine]:
        """Give the lines from the top down."""
        # Its models were taught on BGR. The picture is upright: its judge of lines upside down turned Turkish ones.
        taught = np.ascontiguousarray(picture[:, :, ::-1])
        found = self._engine(taught, use_cls=False, use_rec=False)
        # At its usual threshold, and of a script it has no letter of, it leaves out lines in silence: those that were
        # found and not read are put back.
        answer = self._engine(taught, use_cls=False, use_rec=True, text_score=0.0)
        seen = [_seen(text, box) for text, box in zip(answer.txts or (), _boxes(answer), strict=True)]
        left_out = [line for line in (_seen("", box) for box in _boxes(found)) if not any(map(line.lies_on, seen))]
        in_order = sorted((*seen, *left_out), key=lambda line: line.top) if left_out else seen
        return [self._read_again(line, picture) if line.is_unread() else line for line in in_order]

    def _read_again(self, line: SeenLine, picture: NDArray[np.uint8]) -> SeenLine:
        text = self._second.line(_cut(picture, line)) if self._second else ""
        again = SeenLine(text=text, left=line.left, top=line.top, right=line.right, bottom=line.bottom)
        if again.is_unread():
            return SeenLine(text=UNREAD, left=line.left, top=line.top, right=line.right, bottom=line.bottom)
        return again


def _cut(picture: NDArray[np.uint8], line: SeenLine) -> NDArray[np.uint8]:
    top, left = max(0, line.top - MARGIN_PIXELS), max(0, line.left - MARGIN_PIXELS)
    return np.ascontiguousarray(picture[top : line.bottom + MARGIN_PIXELS, left : line.right + MARGIN_PIXELS])


class Tesseract:
    """Tesseract with the language data installed beside it."""

    def __init__(self, api: Any, languages: Sequence[str], modes: tuple[int, int]) -> None:  # noqa: ANN401 (untyped)
        self._api, self._whole, self._line = api, *modes
        self.name = f"Tesseract ({', '.join(languages)})"

    def lines(self, picture: NDArray[np.uint8]) -> list[SeenLine]:
        """Give the lines in the order of its own layout."""
        self._api.SetPageSegMode(self._whole)
        self._api.SetImage(Image.fromarray(picture))
        seen = []
        for _, box, _, _ in self._api.GetTextlines():
            line = SeenLine(text="", left=box["x"], top=box["y"], right=box["x"] + box["w"], bottom=box["y"] + box["h"])
            seen.append((line, _cut(picture, line)))
        read = [
            SeenLine(text=self.line(cut), left=line.left, top=line.top, right=line.right, bottom=line.bottom)
            for line, cut in seen
        ]
        return [line for line in read if line.text]

    def line(self, picture: NDArray[np.uint8]) -> str:
        """Read a picture of one line."""
        self._api.SetPageSegMode(self._line)
        self._api.SetImage(Image.fromarray(picture))
        return str(self._api.GetUTF8Text()).strip()


LATIN = ("aze", "tur", "eng")
OTHER_SCRIPTS = ("rus", "ara")
TESSERACT_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
)


def installed_recogniser() -> Recogniser | None:
    """Give what is installed, loaded and ready to run on one thread; None where neither is. Reads model files."""
    try:
        import cv2
        from rapidocr import RapidOCR
    except ImportError:
        return tesseract_of((*LATIN, *OTHER_SCRIPTS))
    cv2.setNumThreads(1)  # a forked child must not inherit a pool of threads it cannot use
    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    engine = RapidOCR(params={"Global.log_level": "critical", **threads})
    # Asked about these scripts alone, it does not take a Cyrillic letter for the Latin one that looks like it.
    return Rapid(engine, tesseract_of(OTHER_SCRIPTS))


def tesseract_of(wanted: Sequence[str]) -> Tesseract | None:
    """Give Tesseract with those of the wanted languages whose data is installed; None where there is none."""
    try:
        import tesserocr
    except ImportError:
        return None
    for folder in TESSERACT_FOLDERS:
        try:
            _, there = tesserocr.get_languages(folder)
        except RuntimeError:
            continue
        languages = [language for language in wanted if language in there]
        if languages:
            api = tesserocr.PyTessBaseAPI(path=folder, lang="+".join(languages))
            return Tesseract(api, languages, (tesserocr.PSM.AUTO, tesserocr.PSM.SINGLE_LINE))
    return None
