"""Bytes to text with the byte range of every code point; refuses to mend a broken byte in silence."""

from __future__ import annotations

import codecs
import re
from array import array
from dataclasses import dataclass

_UNDECODABLE = "\N{REPLACEMENT CHARACTER}"
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
DECLARATION_BYTES_MAX = 4096  # the HTML standard looks at 1024; real pages declare a little later
UTF16_BYTES_MIN = 4  # two code units
BROKEN_PARTS_MIN = (
    4  # one byte in so many that does not decode: a bad capture of UTF-8 has fewer, another encoding more
)
TURKIC_PARTS = 5  # one letter in so many: Turkish has every third of its letters beyond ASCII there
_BROKEN = re.compile("[\udc80-\udcff]")
_DECLARED = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)

# Labels after the WHATWG Encoding Standard, section 4.2: what pages call latin-1 and ascii is windows-1252.
_CODECS = {
    "utf-8": "utf-8", "utf8": "utf-8", "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252",
    "latin1": "cp1252", "latin-1": "cp1252", "windows-1252": "cp1252", "cp1252": "cp1252", "iso-8859-2": "iso8859-2",
    "iso-8859-5": "iso8859-5", "iso-8859-9": "cp1254", "latin5": "cp1254", "iso-8859-15": "iso8859-15",
    "windows-1250": "cp1250", "windows-1251": "cp1251", "cp1251": "cp1251", "windows-1254": "cp1254",
    "cp1254": "cp1254", "cp1250": "cp1250",
    "windows-1256": "cp1256", "windows-1253": "cp1253", "windows-1257": "cp1257", "koi8-r": "koi8-r",
    "koi8-u": "koi8-u", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs",
    "shift_jis": "cp932", "euc-jp": "euc_jp", "euc-kr": "cp949",
}  # fmt: skip
_SINGLE_BYTE = frozenset(codec for codec in _CODECS.values() if codec.startswith(("cp125", "iso8859", "koi8")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text, the byte range [starts[i], ends[i]) of each code point, the codec, and what had to be decided."""

    text: str
    starts: array[int]
    ends: array[int]
    encoding: str
    notes: tuple[str, ...]


def decoded(content: bytes) -> Decoded:
    """Decode by byte order mark, else by a declaration the bytes bear out, else as UTF-8, else as an old 8-bit page.

    A byte that does not decode becomes U+FFFD, one for each byte, and a note says how many.
    """
    for mark, codec in _BOMS:
        if content.startswith(mark):
            return _with_ranges(content, codec, at=len(mark), notes=())
    codec, notes = _codec_of(content)
    return _with_ranges(content, codec, at=0, notes=notes)


def _codec_of(content: bytes) -> tuple[str, tuple[str, ...]]:
    declared = _DECLARED.search(content[:DECLARATION_BYTES_MAX])
    broken, whole = _utf8_of(content)
    notes: tuple[str, ...] = ()
    if declared:
        label = declared.group(1).decode("ascii").lower()
        # A declaration that could be read at all cannot be UTF-16 (HTML standard, 13.2.3.2): it is UTF-8.
        codec = "utf-8" if label.startswith("utf-16") else _CODECS.get(label)
        if codec is None:
            notes = (f"The page declares the encoding {label!r}, which is not known here; it was not followed.",)
        elif codec in _SINGLE_BYTE and whole and not broken:
            return "utf-8", (f"The page declares the encoding {label!r}, but its bytes are UTF-8; read as UTF-8.",)
        elif codec == "utf-8" and broken > whole:
            codec = _windows_of(content)
            return codec, (f"The page declares {label!r}, but its bytes are not UTF-8; read as {codec}, a guess.",)
        else:
            return codec, ()
    zeros = content[:DECLARATION_BYTES_MAX]
    for first, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(zeros) >= UTF16_BYTES_MIN and zeros[first::2].count(0) > len(zeros) * 0.4:
            return codec, (*notes, "No encoding is declared; read as UTF-16 because every second byte is zero.")
    if broken and broken * BROKEN_PARTS_MIN > whole:
        codec = _windows_of(content)
        return codec, (*notes, f"No encoding is declared and the bytes are not UTF-8; read as {codec}, a guess.")
    return "utf-8", notes


def _utf8_of(content: bytes) -> tuple[int, int]:
    """Give how many bytes do not decode as UTF-8, and how many characters beyond ASCII do."""
    text = content.decode("utf-8", "surrogateescape")
    broken = len(_BROKEN.findall(text))
    return broken, sum(1 for char in text if char > "\x7f") - broken


def _windows_of(content: bytes) -> str:
    """Cyrillic if letters of the upper half come in runs, as in no Latin text; Turkish by its letters or its say-so."""
    high = len(re.findall(rb"[\xc0-\xff]", content))
    in_runs = sum(len(run) for run in re.findall(rb"[\xc0-\xff]{4,}", content))
    if high and in_runs * 2 > high:
        # Small letters are the upper 32 codes of windows-1251 and the lower 32 of KOI8-R; a text is mostly small.
        return "cp1251" if len(re.findall(rb"[\xe0-\xff]", content)) * 2 >= high else "koi8-r"
    # The letters of windows-1254 that windows-1252 has not: in the latter these codes are Icelandic.
    turkic = len(re.findall(rb"[\xd0\xdd\xde\xf0\xfd\xfe]", content))
    said = re.search(rb"lang\s*=\s*[\"']?(?:tr|az)\b", content[:DECLARATION_BYTES_MAX])
    return "cp1254" if said or turkic * TURKIC_PARTS > high else "cp1252"


def _with_ranges(content: bytes, codec: str, *, at: int, notes: tuple[str, ...]) -> Decoded:
    if codec == "utf-8" or codec in _SINGLE_BYTE:
        # surrogateescape gives exactly one code point for one undecodable byte, so widths stay known.
        text = content[at:].decode(codec, "surrogateescape")
        widths = _widths_utf8(text) if codec == "utf-8" else bytes([1]) * len(text)
    elif codec.startswith("utf-16"):
        whole = content[at : at + (len(content) - at) // 2 * 2]
        text = whole.decode(codec, "surrogatepass")
        widths = bytes(4 if ord(char) > 0xFFFF else 2 for char in text)  # noqa: PLR2004  # the end of the first plane
    else:
        text, widths = _stepwise(content[at:], codec)
    broken = sum(1 for char in text if "\ud800" <= char <= "\udfff")
    if broken:
        text = re.sub("[\ud800-\udfff]", _UNDECODABLE, text)
        notes = (*notes, f"{broken} bytes do not decode as {codec}; each stands as U+FFFD.")
    starts, ends = array("I"), array("I")
    for width in widths:
        starts.append(at)
        at += width
        ends.append(at)
    return Decoded(text=text, starts=starts, ends=ends, encoding=codec, notes=notes)


def _widths_utf8(text: str) -> bytes:
    return bytes(
        1
        if char < "\x80" or "\udc80" <= char <= "\udcff"
        else 2
        if char < "\u0800"
        else 3
        if char < "\U00010000"
        else 4
        for char in text
    )


def _stepwise(content: bytes, codec: str) -> tuple[str, bytes]:
    """Feed one byte at a time, so that each code point is known to come from the bytes since the last one."""
    decoder = codecs.getincrementaldecoder(codec)("replace")
    text, widths, waiting = [], bytearray(), 0
    for index in range(len(content)):
        waiting += 1
        got = decoder.decode(content[index : index + 1], final=index == len(content) - 1)
        for char in got:
            text.append(char)
            widths.append(waiting)  # a second code point out of the same bytes has no bytes of its own left
            waiting = 0
    return "".join(text), bytes(widths)
