"""Small pictures that tests render; nobody is in them."""

import io

import numpy as np
from PIL import Image


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
