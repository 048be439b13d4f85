"""Casts rays into a room and develops what returns; knows boxes, four kinds of light, a lens and a sensor."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from demo_rooms import Box, Room

SEED = 20310412
WIDTH, HEIGHT = 1600, 1200
OVERSAMPLING = 2  # rays a pixel and axis: enough to calm the edges of thin bars
LIGHT_SAMPLES = 4
CLOUD_SIZE = 1024
PAINTS = {
    "iron": (0.13, 0.13, 0.14),
    "wood": (0.42, 0.27, 0.15),
    "steel": (0.46, 0.47, 0.46),
    "radiator": (0.70, 0.69, 0.63),
    "frame": (0.62, 0.60, 0.55),
    "paper": (0.84, 0.83, 0.78),
    "seat": (0.24, 0.20, 0.17),
    "door": (0.36, 0.30, 0.25),
    "skirting": (0.22, 0.24, 0.24),
    "phone": (0.10, 0.10, 0.11),
    "board": (0.20, 0.07, 0.07),
    "conduit": (0.55, 0.54, 0.50),
}


def clouds(seed: int) -> np.ndarray:
    """Smooth noise around 0, in octaves: stains, worn paint, weather."""
    rng = np.random.default_rng(seed)
    total = np.zeros((CLOUD_SIZE, CLOUD_SIZE), np.float32)
    for power in range(2, 10):
        grid = Image.fromarray(rng.standard_normal((2**power, 2**power)).astype(np.float32))
        total += np.asarray(grid.resize((CLOUD_SIZE, CLOUD_SIZE), Image.Resampling.BICUBIC)) * 0.72**power
    return total / total.std()


def sample(texture: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return the texture at u, v; beyond 0..1 it goes on mirrored, so that no seam shows."""
    picked = []
    for at, size in ((v, texture.shape[0]), (u, texture.shape[1])):
        folded = at % 2
        picked.append(np.minimum(np.minimum(folded, 2 - folded) * size, size - 1).astype(np.int64))
    return texture[picked[0], picked[1]]


def turned(vector: np.ndarray, yaw: float) -> np.ndarray:
    """Return the vector (3, N) turned by yaw about the y axis."""
    c, s = np.float32(np.cos(yaw)), np.float32(np.sin(yaw))
    return np.stack((c * vector[0] + s * vector[2], vector[1], c * vector[2] - s * vector[0]))


def crossing(box: Box, origin: np.ndarray, ray: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where the rays enter and leave the box, and through which axis they enter."""
    if box.yaw:
        pivot = np.array([[box.pivot[0]], [0], [box.pivot[1]]], np.float32)
        origin, ray = turned(origin - pivot, box.yaw) + pivot, turned(ray, box.yaw)
    ray = np.where(ray == 0, np.float32(1e-9), ray)
    near = far = axis = None
    for k in range(3):
        a, b = (box.lo[k] - origin[k]) / ray[k], (box.hi[k] - origin[k]) / ray[k]
        enter, leave = np.minimum(a, b), np.maximum(a, b)
        if near is None:
            near, far, axis = enter, leave, np.zeros(enter.shape, np.int8)
        else:
            axis = np.where(enter > near, np.int8(k), axis)
            near, far = np.maximum(near, enter), np.minimum(far, leave)
    return near, far, axis


def shaded(room: Room, point: np.ndarray, toward: np.ndarray) -> np.ndarray:
    """1 where nothing stands between the point and point + toward, else 0."""
    free = np.ones(point.shape[1], bool)
    for box in room.boxes:
        near, far, _ = crossing(box, point, toward)
        free &= ~((near < far) & (far > 0.003) & (near < 0.995))
    return free.astype(np.float32)


def first_hits(room: Room, ray: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points, normals and what is hit: -1 a wall, else the box's index."""
    eye = np.array(room.eye, np.float32)[:, None]
    walls = np.stack([np.where(ray[k] > 0, (room.size[k] - eye[k]) / ray[k], -eye[k] / ray[k]) for k in range(3)])
    best, axis = walls.min(0), walls.argmin(0)
    which, normal = np.full(best.shape, -1, np.int16), np.zeros_like(ray)
    normal[axis, np.arange(best.size)] = -np.sign(ray[axis, np.arange(best.size)])
    for index, box in enumerate(room.boxes):
        near, far, side = crossing(box, eye, ray)
        hit = np.flatnonzero((near < far) & (near > 0) & (near < best))
        best[hit], which[hit] = near[hit], index
        local = turned(ray[:, hit], box.yaw)
        face = np.zeros_like(local)
        face[side[hit], np.arange(hit.size)] = -np.sign(local[side[hit], np.arange(hit.size)])
        normal[:, hit] = turned(face, -box.yaw)
    return eye + ray * best, normal, which


def wall_colour(room: Room, p: np.ndarray, n: np.ndarray, grain: np.ndarray) -> np.ndarray:
    """Paint in two tones, tiles underfoot, a plain ceiling."""
    along = np.where(np.abs(n[0]) > 0.5, p[2], p[0])
    stain = sample(grain, along / 4.1 + room.worn_at, p[1] / 4.1 + room.worn_at)
    fine = sample(grain, along * 1.7, p[1] * 1.7)
    lower = (p[1] < 1.22 + 0.002 * fine)[None]
    colour = np.where(
        lower, np.array(room.lower_paint, np.float32)[:, None], np.array([[0.74], [0.71], [0.63]], np.float32)
    )
    colour = np.where(np.abs(p[1] - 1.22) < 0.014, np.float32(0.16), colour)
    wear = np.clip(1 + 0.055 * stain + 0.02 * fine, 0.5, 1.2) * (1 - 0.22 * np.exp(-p[1] / 0.18) * (1 + 0.4 * stain))
    colour = np.where((stain + 0.6 * fine > 2.45) & lower, np.float32(0.5), colour) * wear
    cell_x, cell_z = np.floor(p[0] / room.tile), np.floor(p[2] / room.tile)
    odd = ((cell_x + cell_z) % 2)[None]
    shade = 1 + 0.10 * np.sin(cell_x * 12.9898 + cell_z * 78.233) + 0.07 * sample(grain, p[0] / 3, p[2] / 3)
    tile = (
        np.where(
            odd > 0, np.array([[0.43], [0.36], [0.29]], np.float32), np.array([[0.53], [0.49], [0.42]], np.float32)
        )
        * shade
    )
    grout = (p[0] / room.tile % 1 < 0.022) | (p[2] / room.tile % 1 < 0.022)
    colour = np.where(n[1] > 0.5, np.where(grout, np.float32(0.16), tile), colour)
    return np.where(n[1] < -0.5, 0.70 * (1 + 0.04 * sample(grain, p[0] / 3, p[2] / 3)), colour)


def hung_colour(box: Box, p: np.ndarray, picture: np.ndarray, *, folded: bool) -> np.ndarray:
    """Return a picture on the box's front: as cloth in folds, or as a flat board."""
    u, v = (p[0] - box.lo[0]) / (box.hi[0] - box.lo[0]), 1 - (p[1] - box.lo[1]) / (box.hi[1] - box.lo[1])
    fold = np.zeros_like(u)
    if folded:
        phase = u * 23 + 1.8 * np.sin(u * 7) + v * 1.4
        fold = np.sin(phase) * (0.35 + 0.65 * v)
        u, v = u + 0.006 * fold, v + 0.012 * np.sin(u * 9) * v
    return sample(picture, np.clip(u, 0, 0.999), np.clip(v, 0, 0.999)).T * (1 + 0.20 * fold)


def surface_colour(
    room: Room, p: np.ndarray, n: np.ndarray, which: np.ndarray, hung: dict[str, np.ndarray]
) -> np.ndarray:
    """Reflectance at every hit."""
    grain = clouds(SEED + 1)
    colour = wall_colour(room, p, n, grain)
    for index, box in enumerate(room.boxes):
        hit = np.flatnonzero(which == index)
        if box.paint in hung:
            colour[:, hit] = hung_colour(box, p[:, hit], hung[box.paint], folded=box.paint == "flag")
        elif hit.size:
            streak = sample(grain, p[0, hit] * 0.4 + p[1, hit] * 0.1, p[2, hit] * 2.1 + p[1, hit] * 2.3)
            colour[:, hit] = np.array(PAINTS[box.paint], np.float32)[:, None] * (1 + 0.09 * streak)
    return np.maximum(colour, 0.01)


def lit_from(room: Room, p: np.ndarray, n: np.ndarray, area: tuple, rng: np.random.Generator) -> np.ndarray:
    """Light that arrives from a rectangle (corner, two edges, its normal), softened by samples."""
    corner, edge_a, edge_b, facing = (np.array(part, np.float32)[:, None] for part in area)
    total, start = np.zeros(p.shape[1], np.float32), p + n * 0.004
    for k in range(LIGHT_SAMPLES):
        a, b = rng.random((2, p.shape[1]), np.float32)
        toward = corner + edge_a * ((k + a) / LIGHT_SAMPLES) + edge_b * b - start
        squared = (toward**2).sum(0) + 0.05
        cosines = np.maximum((n * toward).sum(0), 0) * np.maximum(-(facing * toward).sum(0), 0)
        total += shaded(room, start, toward) * cosines / squared**2
    return total / LIGHT_SAMPLES


def lighting(room: Room, p: np.ndarray, n: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return tube lamp, sky in the window, the sun through the grille, and what the walls give back."""
    w, h, d = room.size
    x0, y0, x1, y1 = room.window
    lamp = lit_from(room, p, n, ((w * 0.45, h - 0.05, 1.6), (0.15, 0, 0), (0, 0, 2.0), (0, -1, 0)), rng)
    sky = lit_from(room, p, n, ((x0, y0, d - 0.1), (x1 - x0, 0, 0), (0, y1 - y0, 0), (0, 0, -1)), rng)
    sun = np.array(room.sun, np.float32)[:, None] + rng.normal(0, 0.0035, p.shape).astype(np.float32)
    reach = (d - p[2]) / sun[2]
    in_window = (p + sun * reach)[:2]
    through = (in_window[0] > x0) & (in_window[0] < x1) & (in_window[1] > y0) & (in_window[1] < y1) & (p[2] < d - 0.01)
    direct = np.zeros(p.shape[1], np.float32)
    hit = np.flatnonzero(through)
    direct[hit] = shaded(room, p[:, hit] + n[:, hit] * 0.004, (sun * reach)[:, hit]) * np.maximum(
        (n * sun).sum(0)[hit], 0
    )
    corner = np.ones(p.shape[1], np.float32)
    for k in range(3):
        corner *= 1 - 0.26 * (np.exp(-p[k] / 0.35) + np.exp(-(room.size[k] - p[k]) / 0.35)) * (1 - np.abs(n[k]))
    tint = np.array(
        [[[1.0], [0.97], [0.86]], [[0.86], [0.97], [1.1]], [[1.25], [1.08], [0.80]], [[0.92], [0.95], [0.92]]],
        np.float32,
    )
    return (
        1.9 * lamp * tint[0] + 1.5 * sky * tint[1] + 1.5 * direct * tint[2] + 0.16 * corner * (1 + 0.3 * n[1]) * tint[3]
    )


def outdoors(room: Room, p: np.ndarray, grain: np.ndarray) -> np.ndarray:
    """Return an overexposed yard behind the glass."""
    x0, y0, x1, y1 = room.window
    u, v = (p[0] - x0) / (x1 - x0), (p[1] - y0) / (y1 - y0)
    ridge = 0.32 + 0.06 * sample(grain, u * 0.2 + 0.3, np.full_like(u, 0.2))
    leaves = 1 + 0.22 * sample(grain, u / 2, v / 2)
    trees = np.stack((0.62 * leaves, 0.78 * leaves, 0.52 * leaves))
    return np.where(v < ridge, trees, np.stack((2.4 - v * 0.2, 2.5 - v * 0.1, np.full_like(v, 2.7))))


def room_picture(room: Room, hung: dict[str, np.ndarray], seed: int) -> np.ndarray:
    """Return the room as linear light, before lens and sensor."""
    columns, rows = int(WIDTH * OVERSAMPLING), int(HEIGHT * OVERSAMPLING)
    rng, bands = np.random.default_rng(seed), []
    forward = np.array(room.aim) - np.array(room.eye)
    forward /= np.linalg.norm(forward)
    right = np.cross((0, 1, 0), forward) / np.linalg.norm(np.cross((0, 1, 0), forward))
    up = np.cross(forward, right)
    for top in range(0, rows, 150):  # in bands: bounded memory, warm caches
        y, x = np.mgrid[top : min(top + 150, rows), 0:columns]
        across, down = (
            (v.ravel() + 0.5 - size / 2) / (columns / 2) * np.tan(room.half_angle)
            for v, size in ((x, columns), (y, rows))
        )
        ray = (forward[:, None] + right[:, None] * across - up[:, None] * down + 1e-7).astype(np.float32)
        p, n, which = first_hits(room, ray)
        light = surface_colour(room, p, n, which, hung) * lighting(room, p, n, rng)
        x0, y0, x1, y1 = room.window
        mirrored = p + (ray - 2 * n * (ray * n).sum(0)) * ((room.size[2] - p[2]) / np.maximum(ray[2], 0.05))
        sheen = np.exp(
            -8
            * (
                np.maximum(abs(mirrored[0] - (x0 + x1) / 2) - 0.4, 0) ** 2
                + np.maximum(abs(mirrored[1] - (y0 + y1) / 2) - 0.3, 0) ** 2
            )
        )
        light += np.where((n[1] > 0.5) & (which < 0), 0.16 * sheen, 0)
        glass = (which < 0) & (n[2] < -0.5) & (p[0] > x0) & (p[0] < x1) & (p[1] > y0) & (p[1] < y1)
        light[:, glass] = outdoors(room, p[:, glass], clouds(SEED + 2))
        bands.append(light.T.reshape(-1, columns, 3))
    return np.concatenate(bands)


def exposed(light: np.ndarray, seed: int, *, gain: float, noise: float) -> Image.Image:
    """Return what lens and sensor make of the light: glow, fall-off, blur, tone curve, grain."""
    rng = np.random.default_rng(seed)
    layers = []
    for k in range(3):
        layer = Image.fromarray(np.minimum(light[..., k], 4).astype(np.float32)).resize(
            (WIDTH, HEIGHT), Image.Resampling.LANCZOS
        )
        glow = layer.resize((WIDTH // 16, HEIGHT // 16), Image.Resampling.BOX).resize(
            (WIDTH, HEIGHT), Image.Resampling.BICUBIC
        )
        layers.append(0.955 * np.asarray(layer) + 0.045 * np.asarray(glow))
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    linear = np.stack(layers, -1) * gain * (1 - 0.22 * (x**2 + y**2) / 2)[..., None]
    tone = (1 - np.exp(-np.maximum(linear, 0) * 1.5)) ** (1 / 2.1)
    tone += 0.10 * (tone - 0.5) * (1 - (2 * tone - 1) ** 2) * 2
    picture = Image.fromarray((np.clip(tone, 0, 1) * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.65))
    grain = rng.normal(0, noise, (HEIGHT, WIDTH, 1)) + rng.normal(0, noise * 0.45, (HEIGHT, WIDTH, 3))
    return Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(0.45)
    )
