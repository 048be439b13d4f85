"""A picture decoded within bounds and set upright; refuses what is no picture, too large or broken."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from io import BytesIO
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
    features,
)

from counterclaim.examine.examiner import BYTES_MAX, PIXELS_MAX
from counterclaim.record.finding import Declined, Failed

# What photographs come in, and nothing else (ADR 0073): EPS and WMF start other programs, FPX and MIC open compound
# documents, PSD and forty more are decoders that no photograph needs. Each is imported here by name, so that Pillow
# never goes looking for its other plugins.
PLUGINS = {
    "JPEG": JpegImagePlugin,
    "PNG": PngImagePlugin,
    "WEBP": WebPImagePlugin,
    "TIFF": TiffImagePlugin,
    "GIF": GifImagePlugin,
    "BMP": BmpImagePlugin,
    "AVIF": AvifImagePlugin,
}
BESIDES = (MpoImagePlugin,)  # what the JPEG plugin hands a file to that holds several pictures
OPTIONAL = {"WEBP": "webp", "AVIF": "avif"}  # Pillow can be built without them: its wheels are not
NEVER = frozenset({"EPS", "WMF", "FPX", "MIC", "PSD"})
AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # a jailed child starts no thread


def _formats() -> tuple[str, ...]:
    """The formats that can be decoded here; HEIF where the optional wheel is installed."""
    here = [name for name in PLUGINS if name not in OPTIONAL or features.check(OPTIONAL[name])]
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return tuple(here)
    register_heif_opener(thumbnails=False, decode_threads=1)
    return (*here, "HEIF")


FORMATS = _formats()
# What Pillow raises on bytes that break off or contradict themselves; anything else is our bug and is let through.
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    ZeroDivisionError,
    EOFError,
    RuntimeError,
    AssertionError,
    MemoryError,
    struct.error,
    zlib.error,
)
MODES = frozenset({"1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "LAB", "HSV"})
SIXTEEN_BIT_MODES = frozenset({"I;16", "I;16L", "I;16B"})
ORIENTATION_TAG = 0x0112  # Exif 2.32, section 4.6.4
SIDE_MAX = 65_535  # ITU-T T.81, B.2.2: a JPEG frame is no longer; a longer strip is no photograph
DECODED_MAX = 2  # pictures kept while `decoding_once` holds: the exhibit, and the small one embedded in it
TURNED_FROM = 5  # the EXIF orientation from which width and height change places
_REASON_MAX = 200  # characters of a library's own words that are kept
_UPRIGHT = {  # Exif 2.32, section 4.6.4, tag Orientation
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """An upright picture: `rgb` is (height, width, 3) uint8; `orientation` is what the file's EXIF said (1 to 8).

    Transparency is dropped, colour profiles are not applied, and of several frames the first is taken.
    `decoded` are the same pixels as the decoder left them, where they are kept; nothing may change them.
    """

    format: str
    orientation: int
    rgb: NDArray[np.uint8]
    decoded: Image.Image | None = field(default=None, repr=False)

    @property
    def width(self) -> int:
        """Pixels across, upright."""
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        """Pixels down, upright."""
        return int(self.rgb.shape[0])

    def gray(self) -> NDArray[np.uint8]:
        """(height, width) uint8 luma, ITU-R BT.601 in Pillow's integer arithmetic: the same on every machine."""
        return np.asarray(self.image().convert("L"))

    def image(self) -> Image.Image:
        """Give the pixels as Pillow holds them, not to be changed."""
        return Image.fromarray(self.rgb) if self.decoded is None else self.decoded


# What was decoded while `decoding_once` holds: the content itself, not a copy of it, and what came of it.
_DECODED: ContextVar[list[tuple[bytes, Picture | Declined | Failed]] | None] = ContextVar("decoded", default=None)


@contextmanager
def decoding_once() -> Iterator[None]:
    """While this holds, `picture_of` decodes one content once, however often it is asked; nothing is kept after it.

    For several examiners over one exhibit in one process. They see the same pixels, which none can change.
    """
    token = _DECODED.set([])
    try:
        yield
    finally:
        _DECODED.reset(token)


def picture_of(content: bytes) -> Picture | Declined | Failed:
    """Decode `content` and set it upright. Never raises for what the bytes are."""
    kept = _DECODED.get()
    if kept is None:
        return with_opened(content, _decoded)
    for known, picture in kept:
        if known is content:
            return picture
    picture = with_opened(content, _decoded)
    if len(kept) < DECODED_MAX:
        kept.append((content, picture))
    return picture


def with_opened(content: bytes, use: Callable[[ImageFile.ImageFile], T]) -> T | Declined | Failed:
    """Open `content` by its header alone, check its bounds, and hand it to `use`.

    What Pillow raises while `use` works on broken bytes becomes Failed with its reason.
    """
    if not content:
        return Declined(reason="the file is empty")
    if len(content) > BYTES_MAX:
        return Declined(reason=f"{len(content)} bytes; at most {BYTES_MAX} are examined")
    with _quietly():
        try:
            image = Image.open(BytesIO(content), formats=FORMATS)
        except UnidentifiedImageError:
            return Declined(reason=f"no picture in one of the formats {', '.join(FORMATS)}")
        except Image.DecompressionBombError:
            return Declined(reason=f"its header names more than {PIXELS_MAX} pixels, the most that is decoded")
        except BROKEN as error:
            return Failed(reason=f"the header could not be read: {words_of(error)}")
        with image:
            refusal = _refusal_of(image)
            if refusal is not None:
                return refusal
            try:
                return use(image)
            except Image.DecompressionBombError:
                return Declined(reason=f"it unfolds to more than {PIXELS_MAX} pixels, the most that is decoded")
            except MemoryError:
                return Declined(reason="it needs more memory to decode than a file of its size is given")
            except BROKEN as error:
                return Failed(reason=f"the picture could not be decoded: {words_of(error)}")


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep Pillow's warnings off stderr: they quote the evidence, and the finding says what matters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _refusal_of(image: Image.Image) -> Declined | None:
    pixels = image.width * image.height
    if pixels > PIXELS_MAX:
        return Declined(reason=f"{image.width} x {image.height} = {pixels} pixels; at most {PIXELS_MAX} are decoded")
    if max(image.size) > SIDE_MAX:
        return Declined(reason=f"{image.width} x {image.height} pixels; a side of at most {SIDE_MAX} is decoded")
    if pixels == 0:
        return Declined(reason=f"{image.width} x {image.height}: the picture has no pixel")
    return None


def words_of(error: BaseException) -> str:
    """Give a library's own words for an error, cut short and fit to be shown."""
    words = f"{type(error).__name__}: {error}"
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in words)[:_REASON_MAX]


def orientation_of(image: Image.Image) -> int:
    """Give the EXIF orientation, 1 where the file names none or an unknown one."""
    named = image.getexif().get(ORIENTATION_TAG)
    return named if isinstance(named, int) and named in _UPRIGHT else 1


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """Set `image` upright by an EXIF orientation of 1 to 8."""
    return image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image


def as_8_bit(image: Image.Image) -> Image.Image | Declined:
    """Give `image`, of 16 bits a value the higher 8; what holds other values is declined."""
    if image.mode in SIXTEEN_BIT_MODES:
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in MODES:
        return image
    return Declined(reason=f"pixel values of the kind {image.mode} are not examined")


def _decoded(image: Image.Image) -> Picture | Declined:
    orientation = orientation_of(image)
    plain = as_8_bit(image)
    if isinstance(plain, Declined):
        return plain
    image.load()
    # Pillow copies even what is RGB already, and a camera's picture is the largest thing here.
    decoded = upright(plain if plain.mode == "RGB" else plain.convert("RGB"), orientation)
    rgb = np.asarray(decoded).view()
    rgb.setflags(write=False)
    return Picture(format=str(image.format), orientation=orientation, rgb=rgb, decoded=decoded)
