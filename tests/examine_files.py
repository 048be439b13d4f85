"""Files built byte by byte for the examiners' tests; nobody is in them."""

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageDraw

from pictures import rendered

EXIF_TAGS = {
    "Make": 0x010F,
    "Model": 0x0110,
    "Orientation": 0x0112,
    "Software": 0x0131,
    "DateTime": 0x0132,
    "Artist": 0x013B,
}
INNER_TAGS = {"DateTimeOriginal": 0x9003, "DateTimeDigitized": 0x9004, "ExifImageWidth": 0xA002, "ExifImageHeight": 0xA003,
              "BodySerialNumber": 0xA431, "MakerNote": 0x927C}  # fmt: skip


def exif_block(*, thumbnail: bytes = b"", gps: dict | None = None, **tags) -> bytes:
    """An EXIF block (`Exif`, two zeros, TIFF) with these tags and, in its second directory, a thumbnail."""
    block = Image.Exif()
    for name, value in tags.items():
        if name in EXIF_TAGS:
            block[EXIF_TAGS[name]] = value
        else:
            block.get_ifd(0x8769)[INNER_TAGS[name]] = value
    if gps:
        block.get_ifd(0x8825).update(gps)
    raw = block.tobytes()
    return _with_thumbnail(raw, thumbnail) if thumbnail else raw


def _with_thumbnail(raw: bytes, thumbnail: bytes) -> bytes:
    """Append a second directory that names the thumbnail, and hang it behind the first."""
    tiff = bytearray(raw[6:])
    order = "<" if tiff[:2] == b"II" else ">"
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, first)
    second = len(tiff)
    struct.pack_into(order + "I", tiff, first + 2 + 12 * count, second)
    start = second + 2 + 2 * 12 + 4
    rows = [(0x0201, 4, 1, start), (0x0202, 4, 1, len(thumbnail))]
    tiff += struct.pack(order + "H", len(rows))
    tiff += b"".join(struct.pack(order + "HHII", *row) for row in rows) + struct.pack(order + "I", 0) + thumbnail
    return raw[:6] + bytes(tiff)


def jpeg_of(array: np.ndarray, *, quality: int = 90, **save) -> bytes:
    out = io.BytesIO()
    Image.fromarray(array).save(out, "JPEG", quality=quality, **save)
    return out.getvalue()


def array_of(seed: int, *, width: int = 320, height: int = 240) -> np.ndarray:
    """A seeded heap of boxes and discs over soft shapes: enough detail for codes and thumbnails to hold on to."""
    chance = np.random.default_rng(seed)
    image = Image.new("RGB", (width, height), tuple(chance.integers(40, 216, 3).tolist()))
    draw = ImageDraw.Draw(image)
    for turn in range(60):
        left, top = chance.integers(-width // 4, width), chance.integers(-height // 4, height)
        box = (
            int(left),
            int(top),
            int(left + chance.integers(4, width // 2 + 5)),
            int(top + chance.integers(4, height // 2 + 5)),
        )
        (draw.ellipse if turn % 2 else draw.rectangle)(box, fill=tuple(chance.integers(0, 256, 3).tolist()))
    noise = chance.integers(-6, 7, (height, width, 1))
    return np.clip(np.asarray(image).astype(np.int16) + noise, 0, 255).astype(np.uint8)


def scene(seed: int, *, form: str = "JPEG", **save) -> bytes:
    out = io.BytesIO()
    Image.fromarray(array_of(seed)).save(out, form, **save)
    return out.getvalue()


def camera_file(seed: int, *, width: int = 640, height: int = 480, changed=None, **tags) -> bytes:
    """A picture whose EXIF block holds its thumbnail; `changed` alters the picture after the thumbnail was made."""
    array = array_of(seed, width=width, height=height)
    small = Image.fromarray(array)
    small.thumbnail((160, 160))
    array = changed(array.copy()) if changed else array
    return jpeg_of(array, exif=exif_block(thumbnail=jpeg_of(np.asarray(small), quality=80), **tags))


def with_segment(jpeg: bytes, marker: int, payload: bytes) -> bytes:
    """The JPEG with one more segment right behind its start."""
    return jpeg[:2] + bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2, "big") + payload + jpeg[2:]


def xmp_packet(properties: str, inner: str = "") -> bytes:
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
        'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" '
        f'xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#" {properties}>{inner}'
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def with_xmp(jpeg: bytes, packet: bytes) -> bytes:
    return with_segment(jpeg, 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)


def with_iptc(jpeg: bytes, *sets: tuple[int, bytes]) -> bytes:
    record = b"".join(bytes([0x1C, 2, number]) + len(value).to_bytes(2, "big") + value for number, value in sets)
    resource = b"8BIM\x04\x04\0\0" + len(record).to_bytes(4, "big") + record + b"\0" * (len(record) % 2)
    return with_segment(jpeg, 0xED, b"Photoshop 3.0\0" + resource)


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header names a size that its few bytes of pixels do not hold."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


def jpeg_claiming(width: int, height: int) -> bytes:
    """A small JPEG whose frame header names another size."""
    content = bytearray(rendered(1, width=64, height=64))
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(content)
