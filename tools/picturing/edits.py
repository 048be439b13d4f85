"""What happens to photographs on their way through social media, done to them by machine; each named, each seeded."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

SCREEN = (540, 1170)  # a phone's screen, halved
Edit = Callable[[Image.Image, random.Random], Image.Image]


def _saved(image: Image.Image, quality: int) -> Image.Image:
    kept = io.BytesIO()
    image.convert("RGB").save(kept, "JPEG", quality=quality)
    return Image.open(io.BytesIO(kept.getvalue())).convert("RGB")


def _cut(image: Image.Image, share: float, chance: random.Random) -> Image.Image:
    """Keep `share` of each side, somewhere."""
    width, height = int(image.width * share), int(image.height * share)
    left, top = chance.randint(0, image.width - width), chance.randint(0, image.height - height)
    return image.crop((left, top, left + width, top + height))


def _captioned(image: Image.Image, chance: random.Random) -> Image.Image:
    """Lay a black bar with words over the lowest seventh."""
    shown = image.copy()
    bar = max(20, image.height // 7)
    draw = ImageDraw.Draw(shown)
    draw.rectangle((0, image.height - bar, image.width, image.height), fill="black")
    words = " ".join(chance.choice(("LOOK", "WHAT", "THEY", "DID", "SHARE", "NOW", "TRUTH")) for _ in range(5))
    draw.text((8, image.height - bar + 4), words, fill="white")
    return shown


def _in_a_post(image: Image.Image, chance: random.Random) -> Image.Image:
    """Show the picture in a post on a phone, and keep the screen."""
    width = SCREEN[0]
    screen = Image.new("RGB", SCREEN, (250, 250, 250))
    draw = ImageDraw.Draw(screen)
    draw.rectangle((0, 0, width, 60), fill=(30, 30, 30))
    draw.text(
        (20, 20), f"{chance.randint(0, 23)}:{chance.randint(10, 59)}   LTE  {chance.randint(5, 99)}%", fill="white"
    )
    draw.ellipse((20, 100, 80, 160), fill=(90, 120, 200))
    draw.text((100, 120), "somebody . 3 h", fill="black")
    shown = image.resize((width, round(image.height * width / image.width)))
    top = 200
    screen.paste(shown, (0, top))
    for line in range(12):
        words = " ".join(chance.choice(("the", "picture", "shows", "who", "was", "there")) for _ in range(9))
        draw.text((24, top + shown.height + 30 + line * 35), words, fill=(20, 20, 20))
    return _saved(screen, 70)


def _tinted(image: Image.Image, _: random.Random) -> Image.Image:
    """Fade, harden and warm the colours."""
    pale = ImageEnhance.Contrast(ImageEnhance.Color(image).enhance(0.3)).enhance(1.3)
    warm = np.asarray(pale, dtype=np.float64) * (1.15, 1.0, 0.8)
    return Image.fromarray(np.clip(warm, 0, 255).astype(np.uint8))


def _all_of_it(image: Image.Image, chance: random.Random) -> Image.Image:
    return _saved(ImageOps.mirror(_captioned(_cut(image, 0.75, chance), chance)), 45)


EDITS: Mapping[str, Edit] = {
    "quality 30": lambda image, _: _saved(image, 30),
    "half size": lambda image, _: image.resize((image.width // 2, image.height // 2), Image.Resampling.BILINEAR),
    "crop to 90 % of each side": lambda image, chance: _cut(image, 0.9, chance),
    "crop to 75 % of each side": lambda image, chance: _cut(image, 0.75, chance),
    "crop to 50 % of each side": lambda image, chance: _cut(image, 0.5, chance),
    "caption": _captioned,
    "border": lambda image, _: ImageOps.expand(image, border=max(image.size) // 6, fill="white"),
    "mirror": lambda image, _: ImageOps.mirror(image),
    "turned by 5 degrees": lambda image, _: image.rotate(5, expand=True, resample=Image.Resampling.BICUBIC),
    "turned by 90 degrees": lambda image, _: image.transpose(Image.Transpose.ROTATE_90),
    "phone screenshot": _in_a_post,
    "colour filter": _tinted,
    "blur of 2 pixels": lambda image, _: image.filter(ImageFilter.GaussianBlur(2)),
    "crop to 75 %, caption, mirror, quality 45": _all_of_it,
}
