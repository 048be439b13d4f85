"""Small samples of every format, worked through before any child is forked; refuses nothing, and nobody is in them.

What a library loads late it must have loaded here: behind the walls it cannot (`reach.py`).
"""

from __future__ import annotations

import base64
import encodings
import importlib
import io
import pkgutil
import zipfile
from collections.abc import Iterator

from PIL import Image

from counterclaim.examine.picture import FORMATS
from counterclaim.record.media import DOCX

# A grey slope of 16 x 16 pixels: encoders of these two would start threads, so they are given as bytes.
AVIF = base64.b64decode(
    "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAA"
    "AAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAAJQAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEA"
    "AGF2MDFDb2xvcgAAAABqaXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAAEAAAABAAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBAAwA"
    "AAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAALW1kYXQSAAoJGAz/2iAhoNCAMhYcR4eF3dNNNMLA"
    "AAB1fV0KdFLpuBm5"
)
HEIF = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAXxtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ACJpbG9jAAAAAERAAAEAAQAAAAABoAABAAAAAAAAACYAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRt"
    "AAAAAAABAAAA/GlwcnAAAADcaXBjbwAAAHVodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
    "AAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqrprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xybmNs"
    "eAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFwAAAAEAAAAAEAAAAQAAAAAf///9AAAAAC////0AAAAAIAAAAQcGl4"
    "aQAAAAADCAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAALm1kYXQAAAAiKAGvBBISIOD4AoY/WWlSvSCjGn1UYzRWdSCgM6mM"
    "kzC+YA=="
)
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A room in Orvenna</title>
<meta property="article:published_time" content="2031-04-12T09:30:00Z"></head><body><nav><a href="/">Home</a></nav>
<article><h1>Lawyer says client was beaten in custody; ministry denies it</h1><p class="byline">By A. Writer</p>
<p>On 12 April 2031 a lawyer in the town of Orvenna said that her client had been beaten with batons by officers of
the Ministry of Public Order and held for three days without water. "They put a bag over my head," he told her.</p>
<p>The ministry denied the allegation. "No such person was ever detained," a spokesman said on Tuesday, adding that the
photograph had been taken in another country. The prosecutor's office did not respond to a request for comment.</p>
<p>According to a report by a monitoring group, at least 14 people were arrested in the same week, and two of them
died in hospital. The group called for an independent investigation into all of the cases it had documented.</p>
<figure><img alt="A room"><figcaption>The room, as shown in the photograph.</figcaption></figure>
<table><tr><td>Arrested</td><td>14</td></tr></table></article><footer>All rights reserved</footer></body></html>"""
LETTER = """Testimony of A., taken on 3 May 2031

Q: What happened at the station?
A: They arrested me at night. An officer hit me with a cable, and then they tied my hands.

The head of the department says that the detainee fell down the stairs.
"""

# Each language that is read loads words of its own.
RUSSIAN = """В посёлке Орвенна задержан учитель

Адвокат Мира Тальц заявила, что её подзащитного избили в отделе полиции 3 мая 2031 года. «Меня били дубинками, —
сказал он. — Потом заставили подписать бумаги». В министерстве опровергли сообщения о пытках и заявили, что видео
снято в другой стране. Прокуратура не ответила на запрос, а правозащитники считают, что их не услышат.
"""

# One for each language that has words of its own to load; in each, a word nobody knows, so that every list is asked.
OTHER_TONGUES = """
Адвокат сообщил 12 апреля 2031 года, что его подзащитного избили в отделении полиции города Орвенны. «Меня
били дубинками», — сказал он. В министерстве это отрицают. По словам адвокатов, ещё двухзадержанных держали без воды.

Vəkil 12 aprel 2031-ci ildə bildirib ki, müdafiə etdiyi şəxs Orvenna şəhərində polis şöbəsində döyülüb. «Məni
dəyənəklə vurdular», – o deyib. Nazirlik bunu təkzib edir. Vəkilinsözlərinə görə, daha iki nəfər saxlanılıb.

Avukat 12 Nisan 2031 tarihinde müvekkilinin Orvenna kentindeki polis merkezinde dövüldüğünü söyledi. “Bana copla
vurdular” dedi. Bakanlık bunu yalanladı. Avukatlarınıngöre dediği gibi iki kişi daha günlerce susuz bırakıldı.
"""


# What Pillow imports in the middle of a function (PIL 13, `grep -n "^    .*import" Image.py TiffImagePlugin.py`).
PILLOW_LATE = ("ImageCms", "ImageColor", "ImageFilter", "ImageOps", "ImagePalette", "TiffTags")


def load_late() -> None:
    """Import what the samples may miss: Pillow's late modules, and every code page, for a page may name any."""
    for name in PILLOW_LATE:
        importlib.import_module(f"PIL.{name}")
    for found in pkgutil.iter_modules(encodings.__path__):
        if found.name not in {"mbcs", "oem"}:  # Windows alone has them
            importlib.import_module(f"encodings.{found.name}")


def pictures() -> Iterator[bytes]:
    """A small picture in every format and in the forms that take other ways through a decoder, whole and broken."""
    for whole in _pictures():
        yield whole
        yield whole[: len(whole) // 2]  # the ways of an error load modules too
        yield whole[:12] + bytes(len(whole) - 12)


def _pictures() -> Iterator[bytes]:
    slope = Image.linear_gradient("L").resize((64, 64))
    colour = Image.merge("RGB", (slope, slope.rotate(90), slope.rotate(180)))
    exif = Image.Exif()
    exif.update({0x010F: "Maker", 0x0112: 6, 0x0132: "2031:04:12 09:30:00"})
    exif.get_ifd(0x8769)[0x9003] = "2031:04:12 09:30:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (1.0, 2.0, 3.0), 3: "E", 4: (1.0, 2.0, 3.0)})
    yield _saved(colour, "JPEG", exif=exif)
    yield _saved(colour, "JPEG", progressive=True, subsampling=0)
    yield _saved(colour.convert("CMYK"), "JPEG")
    yield _saved(colour, "MPO", save_all=True, append_images=[colour])
    yield _saved(colour, "PNG", exif=exif)
    yield _saved(colour.quantize(16), "PNG", transparency=0)
    yield _saved(slope.convert("I;16"), "PNG")
    yield _saved(colour.quantize(16), "GIF", save_all=True, append_images=[colour.quantize(8)])
    yield _saved(colour, "BMP")
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits"):
        yield _saved(colour, "TIFF", compression=compression)
    yield _saved(slope.convert("1"), "TIFF", compression="group4")
    for mode in ("LAB", "CMYK", "YCbCr", "LA", "RGBA", "F", "I"):  # each is turned into RGB in a way of its own
        yield _saved(Image.new(mode, (64, 64)), "TIFF")
    if "WEBP" in FORMATS:
        yield _saved(colour, "WEBP", exif=exif)
        yield _saved(colour, "WEBP", lossless=True, save_all=True, append_images=[slope.convert("RGB")])
    yield AVIF
    yield HEIF


def _saved(image: Image.Image, form: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def pages() -> Iterator[tuple[bytes, str]]:
    """A page and a testimony in several encodings, and what only looks like them, each with a media type."""
    yield PAGE.encode(), "text/html"
    yield PAGE.replace("utf-8", "windows-1251").encode("cp1251"), "text/html"
    yield PAGE.replace("utf-8", "no-such-code").encode(), "text/html"
    yield PAGE[: len(PAGE) // 2].encode(), "text/html"
    yield b"<p>" * 300 + b"One sentence.", "text/html"
    yield b"<html><body><p>Short.</p></body></html>", "text/html"
    yield LETTER.encode(), "text/plain"
    yield LETTER.encode("utf-16"), "text/plain"
    yield from ((text.encode(), "text/plain") for text in OTHER_TONGUES.strip().split("\n\n"))
    yield RUSSIAN.encode(), "text/plain"
    yield b"\xff\x00\xfe" * 20, "text/plain"
    yield written_sample(), DOCX
    yield from ((printed, "application/pdf") for printed in printed_samples())


def written_sample() -> bytes:
    """A DOCX of two paragraphs: the part that is read, and no other (ECMA-376 part 1)."""
    out = io.BytesIO()
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in LETTER.splitlines())
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document><w:body>{body}</w:body></w:document>")
    return out.getvalue()


def printed_samples() -> tuple[bytes, ...]:
    """A PDF of one line in a font of the reader's own, one without text, and a broken one (ISO 32000-1, 7.5)."""
    drawn = b"BT /F 12 Tf 72 700 Td (Nobody was held in Orvenna, the ministry said.) Tj ET"
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    whole = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%sendobj\n" % (number, part) for number, part in enumerate(parts, 1))
    whole += b"trailer<</Root 1 0 R/Size 6>>\n%%EOF\n"
    empty = whole.replace(b" Tj", b" Tr")
    return whole, empty, whole[: len(whole) // 2]
