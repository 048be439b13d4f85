"""Writes the demo case's pictures as devices would have left them: two invented rooms, a harbour, a flag, an emblem.

    python tools/render_demo.py --into src/counterclaim/desk/demo_case

Needs Pillow and numpy. No person is shown and no photograph copied. Same versions of both libraries, same bytes.
"""

from __future__ import annotations

import argparse
import io
import struct
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from demo_light import HEIGHT, SEED, WIDTH, clouds, exposed, room_picture, sample
from demo_rooms import first_room, second_room

PLUM, CREAM, TEAL, COPPER, INK = "#5b2a5e", "#efe6d2", "#1f6f6b", "#c07a3e", "#22242c"
# Tables of an invented camera, so that no encoder library's quality number fits them.
CAMERA_TABLES = [
    [2 + (r + c) + (r * c) // 5 for r in range(8) for c in range(8)],
    [3 + (r + c) * 3 // 2 + (r * c) // 3 for r in range(8) for c in range(8)],
]
ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 2, 3, 4, 5, 7  # field types of TIFF 6.0
Field = tuple[int, int, bytes]  # type, count, value
THUMBNAIL = (160, 120)


def flag_picture(width: int = 900) -> Image.Image:
    """Return the flag of Drevonia: a plum hoist with a copper ring of seven lights; cream over teal."""
    scale, height = 3, width * 3 // 5
    big = Image.new("RGB", (width * scale, height * scale), CREAM)
    draw, w, h = ImageDraw.Draw(big), width * scale, height * scale
    wave = [(x, h * (0.52 + 0.06 * np.sin(x / w * 15))) for x in range(0, w + 1, 4)]
    draw.polygon([*wave, (w, h), (0, h)], fill=TEAL)
    draw.polygon([(x, y + h * 0.09) for x, y in wave] + [(x, y + h * 0.115) for x, y in reversed(wave)], fill=CREAM)
    draw.rectangle((0, 0, w * 0.36, h), fill=PLUM)
    cx, cy, radius = w * 0.18, h * 0.5, h * 0.2
    for angle in np.arange(7) * 2 * np.pi / 7 - np.pi / 2:
        x, y, r = cx + radius * np.cos(angle), cy + radius * np.sin(angle), h * 0.05
        draw.polygon(
            [(x + r * np.cos(angle + a), y + r * np.sin(angle + a)) for a in (0, 2.2, np.pi, -2.2)], fill=COPPER
        )
    draw.regular_polygon((cx, cy, h * 0.08), 7, fill=CREAM)
    return big.resize((width, height), Image.Resampling.LANCZOS)


def emblem_picture(size: int = 640) -> Image.Image:
    """Return the arms of the invented ministry: a seven-sided shield with a lit tower above three waves."""
    s = size * 3
    big = Image.new("RGBA", (s, s), (0, 0, 0, 0))
    draw, c = ImageDraw.Draw(big), s / 2
    for radius, colour in ((0.49, COPPER), (0.46, INK), (0.435, COPPER), (0.42, PLUM)):
        draw.regular_polygon((c, c, s * radius), 7, fill=colour)
    for angle in np.linspace(-np.pi * 0.94, -np.pi * 0.06, 9):
        tip, side = s * 0.22, 0.06
        draw.polygon(
            [
                (c, s * 0.36),
                (c + tip * np.cos(angle - side), s * 0.36 + tip * np.sin(angle - side)),
                (c + tip * np.cos(angle + side), s * 0.36 + tip * np.sin(angle + side)),
            ],
            fill="#8a5a86",
        )
    draw.polygon([(s * 0.445, s * 0.42), (s * 0.555, s * 0.42), (s * 0.59, s * 0.70), (s * 0.41, s * 0.70)], fill=CREAM)
    for y in (0.5, 0.59):
        draw.rectangle((s * 0.42, s * y, s * 0.58, s * (y + 0.025)), fill=COPPER)
    draw.rectangle((s * 0.43, s * 0.39, s * 0.57, s * 0.42), fill=COPPER)
    draw.rectangle((s * 0.46, s * 0.31, s * 0.54, s * 0.39), fill="#f4cf7a")
    draw.polygon([(s * 0.44, s * 0.31), (s * 0.56, s * 0.31), (c, s * 0.245)], fill=COPPER)
    for row in range(3):
        y = s * (0.715 + row * 0.043)
        crest = [
            (x, y + s * 0.011 * np.sin(x / s * 48 + row * 1.6))
            for x in np.arange(s * (0.238 + row * 0.022), s * (0.762 - row * 0.022), 6)
        ]
        draw.polygon(crest + [(x, y + s * 0.02) for x, y in reversed(crest)], fill=(TEAL, CREAM, TEAL)[row])
    draw.rounded_rectangle(
        (s * 0.12, s * 0.86, s * 0.88, s * 0.955), radius=s * 0.02, fill=CREAM, outline=COPPER, width=s // 120
    )
    draw.text((c, s * 0.9075), "PUBLIC ORDER", fill=INK, font=ImageFont.load_default(s * 0.062), anchor="mm")
    return big.resize((size, size), Image.Resampling.LANCZOS)


def linear(picture: Image.Image) -> np.ndarray:
    """Return the picture as reflectance."""
    return (np.asarray(picture.convert("RGB")).astype(np.float32) / 255) ** 2.1


def plaque_picture(emblem: Image.Image) -> Image.Image:
    """Return the emblem on a board with a pale rim."""
    board = Image.new("RGB", (700, 742), "#4a2320")
    ImageDraw.Draw(board).rectangle((16, 16, 683, 725), outline="#b08a52", width=10)
    board.paste(
        emblem.resize((580, 580), Image.Resampling.LANCZOS),
        (60, 82),
        emblem.resize((580, 580), Image.Resampling.LANCZOS),
    )
    return board


def sky_and_sea(width: int, height: int, horizon: int) -> np.ndarray:
    """Evening sky, three ridges and rippled water."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    rise = np.clip(y / horizon, 0, 1)[..., None]
    sky = np.array([96, 128, 168]) * (1 - rise) + np.array([244, 206, 164]) * rise
    veil = np.clip(sample(clouds(SEED + 5), x / 1500, y / 420) * 0.35 + 0.15, 0, 1)[..., None]
    sky = sky * (1 - 0.6 * veil) + np.array([236, 218, 206]) * 0.6 * veil
    for k, (base, colour) in enumerate(((120, (132, 140, 158)), (78, (98, 110, 124)), (40, (66, 80, 84)))):
        ridge = horizon - base - 34 * sample(clouds(SEED + 6 + k), x / 2600 + k * 0.3, np.full_like(x, 0.4))
        fine = 1 + 0.05 * sample(clouds(SEED + 9), x / 300, y / 300)
        sky = np.where((y > ridge)[..., None], np.array(colour) * fine[..., None], sky)
    depth = np.maximum(y - horizon, 0)
    ripple = sample(clouds(SEED + 10), x / (260 + depth * 3), np.log1p(depth) * 1.9)
    source = np.clip(2 * horizon - y - ripple * (2 + depth * 0.08), 0, horizon - 1).astype(int)
    sea = sky[source, x.astype(int)] * (0.62 + 0.07 * ripple)[..., None] + np.array([6, 18, 26])
    return np.where((y > horizon)[..., None], sea, sky)


def moor(draw: ImageDraw.ImageDraw, x: int, y: int, size: float, hull: str) -> None:
    """Return a small boat with its mast, cabin and reflection."""
    draw.polygon(
        [
            (x - 60 * size, y - 18 * size),
            (x + 70 * size, y - 22 * size),
            (x + 52 * size, y + 6 * size),
            (x - 46 * size, y + 6 * size),
        ],
        fill=hull,
    )
    draw.rectangle((x - 30 * size, y - 40 * size, x + 8 * size, y - 18 * size), fill="#d9d2c2")
    draw.rectangle((x - 24 * size, y - 35 * size, x - 12 * size, y - 26 * size), fill="#33404a")
    draw.line(
        (x + 20 * size, y - 20 * size, x + 20 * size, y - 150 * size), fill="#3a332c", width=max(2, int(4 * size))
    )
    draw.line((x + 20 * size, y - 148 * size, x + 66 * size, y - 22 * size), fill="#4a443c", width=1)
    draw.line((x + 20 * size, y - 148 * size, x - 58 * size, y - 20 * size), fill="#4a443c", width=1)
    draw.polygon(
        [
            (x - 46 * size, y + 7 * size),
            (x + 52 * size, y + 7 * size),
            (x + 40 * size, y + 22 * size),
            (x - 34 * size, y + 22 * size),
        ],
        fill="#2b3a44",
    )


def harbour_picture(width: int = 1280, height: int = 853) -> Image.Image:
    """Return a harbour at dusk, that has nothing to do with the case."""
    horizon, rng = 470, np.random.default_rng(SEED + 11)
    picture = Image.fromarray(np.clip(sky_and_sea(width, height, horizon), 0, 255).astype(np.uint8))
    draw, x = ImageDraw.Draw(picture), 560
    while x < width:
        wide, high = int(rng.integers(46, 84)), int(rng.integers(60, 130))
        wall = tuple(int(v) for v in np.array((188, 160, 134)) * rng.uniform(0.55, 0.95) + rng.integers(-14, 14, 3))
        top = horizon + 6 - high
        draw.rectangle((x, top, x + wide, horizon + 6), fill=wall)
        draw.polygon([(x - 3, top), (x + wide // 2, top - 24), (x + wide + 3, top)], fill=(104, 62, 52))
        for row in range(top + 14, horizon - 16, 28):
            for column in range(x + 8, x + wide - 10, 18):
                draw.rectangle(
                    (column, row, column + 7, row + 12), fill=(238, 196, 120) if rng.random() < 0.3 else (58, 60, 68)
                )
        draw.rectangle(
            (x, horizon + 26, x + wide, horizon + 26 + high // 2), fill=tuple(int(v * 0.5) + 14 for v in wall)
        )
        x += wide + int(rng.integers(0, 9))
    draw.polygon([(520, horizon + 6), (width, horizon + 2), (width, horizon + 27), (540, horizon + 25)], fill="#5c554e")
    softened = picture.filter(ImageFilter.GaussianBlur(2.2))
    water = Image.new("L", picture.size, 0)
    ImageDraw.Draw(water).rectangle((0, horizon + 28, width, height), fill=255)
    picture.paste(softened, (0, 0), water)
    draw = ImageDraw.Draw(picture)
    for boat in (
        (230, 640, 1.25, "#7b2f2a"),
        (470, 560, 0.7, "#24526b"),
        (860, 700, 1.6, "#e4dccb"),
        (720, 545, 0.5, "#2f4f3d"),
    ):
        moor(draw, *boat)
    grain = rng.normal(0, 2.4, (height, width, 1)) + rng.normal(0, 1, (height, width, 3))
    return Image.fromarray(
        np.clip(np.asarray(picture.filter(ImageFilter.GaussianBlur(0.8))) + grain, 0, 255).astype(np.uint8)
    )


def text_field(text: str) -> Field:
    """Return an ASCII field."""
    value = text.encode("ascii") + b"\0"
    return ASCII, len(value), value


def ratio_field(top: int, bottom: int) -> Field:
    """Return a rational field."""
    return RATIONAL, 1, struct.pack("<II", top, bottom)


def directory(fields: dict[int, Field], at: int, following: int) -> bytes:
    """One TIFF directory that starts at `at`, its long values behind it."""
    entries, tail, tail_at = b"", b"", at + 2 + 12 * len(fields) + 4
    for tag, (kind, count, value) in sorted(fields.items()):
        if len(value) <= 4:
            entries += struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\0")
        else:
            entries += struct.pack("<HHII", tag, kind, count, tail_at + len(tail))
            tail += value + b"\0" * (len(value) % 2)
    return struct.pack("<H", len(fields)) + entries + struct.pack("<I", following) + tail


def exif_segment(main: dict[int, Field], photo: dict[int, Field], thumbnail: bytes) -> bytes:
    """Return an APP1 segment with both directories and a thumbnail."""

    def long(number: int) -> Field:
        return LONG, 1, struct.pack("<I", number)

    photo_at = 8 + len(directory(main | {0x8769: long(0)}, 8, 0))
    small_at = photo_at + len(directory(photo, photo_at, 0))
    small = {0x0103: (SHORT, 1, struct.pack("<H", 6)), 0x0201: long(0), 0x0202: long(len(thumbnail))}
    data_at = small_at + len(directory(small, small_at, 0))
    tiff = (
        b"II*\0"
        + struct.pack("<I", 8)
        + directory(main | {0x8769: long(photo_at)}, 8, small_at)
        + directory(photo, photo_at, 0)
        + directory(small | {0x0201: long(data_at)}, small_at, 0)
        + thumbnail
    )
    return b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff


def camera_fields(
    *, software: str, taken: str, changed: str, size: tuple[int, int]
) -> tuple[dict[int, Field], dict[int, Field]]:
    """Return what an Orvane C-310 writes into its files; no position and no serial number."""
    one = struct.pack("<H", 1)
    main = {
        0x010F: text_field("Orvane"),
        0x0110: text_field("Orvane C-310"),
        0x0112: (SHORT, 1, one),
        0x011A: ratio_field(72, 1),
        0x011B: ratio_field(72, 1),
        0x0128: (SHORT, 1, struct.pack("<H", 2)),
        0x0131: text_field(software),
        0x0132: text_field(changed),
    }
    photo = {
        0x829A: ratio_field(1, 30),
        0x829D: ratio_field(28, 10),
        0x8827: (SHORT, 1, struct.pack("<H", 400)),
        0x9000: (UNDEFINED, 4, b"0232"),
        0x9003: text_field(taken),
        0x9004: text_field(taken),
        0x9209: (SHORT, 1, struct.pack("<H", 16)),
        0x920A: ratio_field(47, 10),
        0xA001: (SHORT, 1, one),
        0xA002: (LONG, 1, struct.pack("<I", size[0])),
        0xA003: (LONG, 1, struct.pack("<I", size[1])),
    }
    return main, photo


def jpeg_of(picture: Image.Image, **options: object) -> bytes:
    """Return the picture as JPEG bytes."""
    target = io.BytesIO()
    picture.save(target, "JPEG", **options)
    return target.getvalue()


def with_exif(jpeg: bytes, segment: bytes, *, keep: int) -> bytes:
    """Put the segment behind the start marker and the first `keep` bytes of JFIF."""
    jfif_end = 4 + struct.unpack(">H", jpeg[4:6])[0]
    return jpeg[:2] + jpeg[2:jfif_end][:keep] + segment + jpeg[jfif_end:]


def screenshot_picture(picture: Image.Image) -> Image.Image:
    """Return a telephone's screen with the picture mirrored, a bar of status above and a caption below."""
    width, height = 480, 1000
    screen = Image.new("RGB", (width, height), "#121419")
    draw = ImageDraw.Draw(screen)
    draw.text((24, 24), "21:47", fill="#e8e8ea", font=ImageFont.load_default(20), anchor="lm")
    for k in range(4):
        draw.rectangle((372 + k * 8, 31 - k * 4, 376 + k * 8, 33), fill="#e8e8ea")
    draw.rounded_rectangle((420, 15, 456, 33), radius=4, outline="#e8e8ea", width=2)
    draw.rectangle((424, 19, 444, 29), fill="#e8e8ea")
    draw.ellipse((24, 196, 72, 244), fill="#5b6b8c")
    draw.text((48, 220), "n", fill="#ffffff", font=ImageFont.load_default(26), anchor="mm")
    draw.text((86, 208), "night.ferry", fill="#f2f2f4", font=ImageFont.load_default(21), anchor="lm")
    draw.text((86, 233), "12 Apr 2031", fill="#8d929c", font=ImageFont.load_default(16), anchor="lm")
    screen.paste(ImageOps.mirror(picture).resize((width, 360), Image.Resampling.LANCZOS), (0, 264))
    draw.rectangle((0, 624, width, 742), fill="#1d2027")
    for k, line in enumerate(
        ("They say this is a room of the", "ministry. Keep it: by the morning", "it will be gone.")
    ):
        draw.text((24, 650 + k * 32), line, fill="#f2f2f4", font=ImageFont.load_default(22), anchor="lm")
    for k, label in enumerate(("Reply", "Pass on", "Keep")):
        draw.text((80 + k * 160, 780), label, fill="#8d929c", font=ImageFont.load_default(18), anchor="mm")
    draw.rounded_rectangle((170, 978, 310, 983), radius=2, fill="#c8c8cc")
    return screen


def composite_picture(base: Image.Image, flag: Image.Image) -> Image.Image:
    """Return the second room with the flag laid over it: flat light, no cast shadow, other compression, hard edges."""
    coarse = Image.open(io.BytesIO(jpeg_of(flag.resize((470, 282), Image.Resampling.BILINEAR), quality=32)))
    sheet = coarse.convert("RGBA").rotate(1.6, Image.Resampling.NEAREST, expand=True)
    result = base.copy()
    result.paste(sheet, (262, 226), sheet)
    return result


def first_photograph(picture: Image.Image) -> dict[str, bytes]:
    """Photograph 1 as the camera left it, and what became of it on its way."""
    fields = camera_fields(
        software="C310 1.04", taken="2031:03:27 14:12:08", changed="2031:03:27 14:12:08", size=(WIDTH, HEIGHT)
    )
    thumbnail = jpeg_of(picture.resize(THUMBNAIL, Image.Resampling.LANCZOS), quality=82)
    original = with_exif(
        jpeg_of(picture, qtables=CAMERA_TABLES, subsampling="4:2:2"), exif_segment(*fields, thumbnail), keep=0
    )
    opened = Image.open(io.BytesIO(original)).convert("RGB")
    messenger = jpeg_of(opened.resize((1280, 960), Image.Resampling.BICUBIC), quality=75, progressive=True)
    received = Image.open(io.BytesIO(messenger)).convert("RGB")
    crop = jpeg_of(received.crop((250, 60, 1146, 732)), quality=80)  # 70 % of each side
    screen = io.BytesIO()
    screenshot_picture(received).save(screen, "PNG", optimize=True)
    return {
        "photo-1-original.jpg": original,
        "photo-1-messenger.jpg": messenger,
        "photo-1-crop.jpg": crop,
        "photo-1-mirrored-screenshot.png": screen.getvalue(),
    }


def second_photograph(picture: Image.Image, flag: Image.Image) -> dict[str, bytes]:
    """Photograph 2 after an editor: its thumbnail, times and sizes do not fit the picture any more."""
    base = Image.open(io.BytesIO(jpeg_of(picture, qtables=CAMERA_TABLES, subsampling="4:2:2"))).convert("RGB")
    fields = camera_fields(
        software="Lumenbench Editor 6.2", taken="2031:03:29 16:20:44", changed="2031:04:10 22:47:31", size=(3264, 2448)
    )
    thumbnail = jpeg_of(base.resize(THUMBNAIL, Image.Resampling.LANCZOS), quality=82)
    edited = jpeg_of(composite_picture(base, flag), quality=80)
    return {"photo-2-composite.jpg": with_exif(edited, exif_segment(*fields, thumbnail), keep=len(edited))}


def png_of(picture: Image.Image) -> bytes:
    """Return the picture as PNG bytes."""
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True)
    return target.getvalue()


def demo_files() -> dict[str, bytes]:
    """Every picture of the demo case, by file name."""
    flag, emblem = flag_picture(), emblem_picture()
    hung = {"flag": linear(flag), "plaque": linear(plaque_picture(emblem))}
    first = exposed(room_picture(first_room(), hung, SEED + 20), SEED + 21, gain=1.7, noise=2.3)
    second = exposed(room_picture(second_room(), hung, SEED + 22), SEED + 23, gain=1.6, noise=2.3)
    return {
        "flag.png": png_of(flag),
        "emblem.png": png_of(emblem),
        **first_photograph(first),
        **second_photograph(second, flag),
        "photo-3-unrelated.jpg": jpeg_of(harbour_picture(), quality=74),
    }


def main() -> None:
    """Write all pictures into the given folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--into", type=Path, required=True, metavar="DIR", help="folder that receives the pictures")
    folder = parser.parse_args().into
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in demo_files().items():
        (folder / name).write_bytes(content)
        print(f"{len(content):>8}  {name}")


if __name__ == "__main__":
    main()
