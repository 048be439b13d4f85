"""Small pictures that tests render; nobody is in them."""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter


def rendered(seed: int, *, width: int = 320, height: int = 240, form: str = "JPEG", quality: int = 90, **save) -> bytes:
    """A seeded picture with soft shapes, so that codes and thumbnails have something to hold on to."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / float(max(width, height))
    layers = [
        128
        + 100
        * np.sin(random.uniform(2, 9) * x + random.uniform(0, 6))
        * np.cos(random.uniform(2, 9) * y + random.uniform(0, 6))
        for _ in range(3)
    ]
    array = np.clip(np.stack(layers, axis=-1) + random.normal(0, 4, (height, width, 3)), 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(array).save(out, form, **({"quality": quality} if form == "JPEG" else {}), **save)
    return out.getvalue()


def busy(seed: int, *, width: int = 480, height: int = 360) -> Image.Image:
    """A seeded picture full of corners and spots, as a photograph of a room is; nobody is in it."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", (width, height), tuple(random.integers(60, 190, 3).tolist()))
    draw = ImageDraw.Draw(image)
    for _ in range(140):
        colour = tuple(random.integers(0, 255, 3).tolist())
        x, y = random.integers(-20, width), random.integers(-20, height)
        w, h = random.integers(6, 90, 2)
        if random.random() < 0.5:
            draw.polygon(
                [(x, y), (x + w, y + random.integers(0, 20)), (x + random.integers(0, 30), y + h)], fill=colour
            )
        else:
            draw.ellipse((x, y, x + w, y + h), fill=colour, outline=tuple(random.integers(0, 255, 3).tolist()))
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(0.8)), dtype=np.float64)
    return Image.fromarray(np.clip(soft + random.normal(0, 3, soft.shape), 0, 255).astype(np.uint8))


def saved(image: Image.Image, *, quality: int = 90) -> bytes:
    """The picture as a JPEG file."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
