"""Two invented rooms as lists of straight-edged solids; furniture only, nobody is in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A solid with straight edges, in metres, turned by `yaw` radians about its `pivot` (x, z)."""

    lo: tuple[float, float, float]
    hi: tuple[float, float, float]
    paint: str
    yaw: float = 0.0
    pivot: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One room: x to the right, y up, z away from the camera; the window is in the far wall."""

    size: tuple[float, float, float]
    window: tuple[float, float, float, float]  # x0, y0, x1, y1
    boxes: tuple[Box, ...]
    eye: tuple[float, float, float]
    aim: tuple[float, float, float]
    half_angle: float
    sun: tuple[float, float, float]
    lower_paint: tuple[float, float, float]
    tile: float
    worn_at: float  # where in the noise this room's stains are taken from


def bars(window: tuple[float, float, float, float], z: float, *, uprights: int, crossings: int) -> list[Box]:
    """Return a grille in front of a window."""
    x0, y0, x1, y1 = window
    ups = [
        Box(lo=(x - 0.012, y0, z - 0.024), hi=(x + 0.012, y1, z), paint="iron")
        for x in np.linspace(x0, x1, uprights + 2)[1:-1]
    ]
    return ups + [
        Box(lo=(x0, y - 0.016, z - 0.032), hi=(x1, y + 0.016, z - 0.02), paint="iron")
        for y in np.linspace(y0, y1, crossings + 2)[1:-1]
    ]


def window_frame(x0: float, y0: float, x1: float, y1: float, z: float) -> list[Box]:
    """Casing, mullion and sill."""
    edges = ((x0 - 0.07, y0, x0, y1), (x1, y0, x1 + 0.07, y1), (x0 - 0.07, y1, x1 + 0.07, y1 + 0.07))
    case = [Box(lo=(a, b, z - 0.07), hi=(c, d, z), paint="frame") for a, b, c, d in edges]
    middle = (x0 + x1) / 2
    return [
        *case,
        Box(lo=(middle - 0.025, y0, z - 0.015), hi=(middle + 0.025, y1, z), paint="frame"),
        Box(lo=(x0 - 0.12, y0 - 0.05, z - 0.18), hi=(x1 + 0.12, y0, z), paint="frame"),
    ]


def desk(x0: float, x1: float, z0: float, z1: float) -> list[Box]:
    """Return a desk with drawers, papers and a telephone."""
    legs = [
        Box(lo=(x, 0, z), hi=(x + 0.05, 0.72, z + 0.05), paint="steel")
        for x in (x0 + 0.03,)
        for z in (z0 + 0.03, z1 - 0.08)
    ]
    return [
        Box(lo=(x0, 0.72, z0), hi=(x1, 0.765, z1), paint="wood"),
        *legs,
        Box(lo=(x1 - 0.48, 0.06, z0 + 0.03), hi=(x1 - 0.03, 0.72, z1 - 0.04), paint="wood"),
        *[
            Box(lo=(x1 - 0.34, y, z0 + 0.01), hi=(x1 - 0.18, y + 0.025, z0 + 0.03), paint="steel")
            for y in (0.2, 0.4, 0.6)
        ],
        Box(
            lo=(x0 + 0.25, 0.765, z0 + 0.2),
            hi=(x0 + 0.47, 0.79, z0 + 0.5),
            paint="paper",
            yaw=0.3,
            pivot=(x0 + 0.36, z0 + 0.35),
        ),
        Box(
            lo=(x0 + 0.62, 0.765, z0 + 0.16),
            hi=(x0 + 0.83, 0.769, z0 + 0.46),
            paint="paper",
            yaw=-0.2,
            pivot=(x0 + 0.7, z0 + 0.3),
        ),
        Box(lo=(x1 - 0.36, 0.765, z0 + 0.4), hi=(x1 - 0.14, 0.82, z0 + 0.6), paint="phone"),
        Box(lo=(x1 - 0.39, 0.83, z0 + 0.47), hi=(x1 - 0.11, 0.865, z0 + 0.53), paint="phone"),
    ]


def chair(x: float, z: float, yaw: float) -> list[Box]:
    """Return an empty chair, its back on the far side before turning."""
    parts = [((-0.21, 0.43, -0.21), (0.21, 0.47, 0.21), "seat"), ((-0.2, 0.62, 0.18), (0.2, 0.92, 0.205), "seat")]
    parts += [
        ((a, 0, b), (a + 0.03, 0.93 if b > 0 else 0.43, b + 0.03), "steel")
        for a in (-0.21, 0.18)
        for b in (-0.21, 0.18)
    ]
    parts += [((-0.2, 0.2, b), (0.2, 0.22, b + 0.02), "steel") for b in (-0.2, 0.185)]
    return [
        Box(lo=(x + a, b, z + c), hi=(x + d, e, z + f), paint=p, yaw=yaw, pivot=(x, z))
        for (a, b, c), (d, e, f), p in parts
    ]


def iron_frame(x: float, z0: float, z1: float, height: float) -> list[Box]:
    """Uprights, rails and feet of an empty iron frame that stands along a wall."""
    posts = [Box(lo=(x, 0, z), hi=(x + 0.05, height, z + 0.05), paint="iron") for z in (z0, z1)]
    feet = [Box(lo=(x - 0.3, 0, z), hi=(x + 0.35, 0.04, z + 0.05), paint="iron") for z in (z0, z1)]
    rails = [
        Box(lo=(x + 0.01, y, z0), hi=(x + 0.045, y + 0.035, z1), paint="iron")
        for y in (0.45, height * 0.55, height - 0.04)
    ]
    return (
        posts
        + feet
        + rails
        + [
            Box(lo=(x + 0.015, 0.45, z), hi=(x + 0.03, height, z + 0.016), paint="iron")
            for z in np.linspace(z0, z1, 7)[1:-1]
        ]
    )


def first_room() -> Room:
    """Return the room of photograph 1: six uprights, one crossing; flag and plaque on the far wall."""
    w, h, d = 5.0, 2.9, 6.0
    window = (0.6, 1.35, 1.75, 2.4)
    heating = [
        Box(lo=(x, 0.18, d - 0.14), hi=(x + 0.075, 0.8, d - 0.04), paint="radiator") for x in np.arange(0.62, 1.72, 0.1)
    ]
    wall = [
        Box(lo=(2.42, 1.40, d - 0.035), hi=(3.77, 2.21, d - 0.02), paint="flag"),
        Box(lo=(2.34, 2.21, d - 0.05), hi=(3.85, 2.235, d - 0.02), paint="wood"),
        Box(lo=(4.0, 1.5, d - 0.03), hi=(4.66, 2.2, d), paint="plaque"),
        Box(lo=(0, 0, d - 0.02), hi=(w, 0.1, d), paint="skirting"),
        Box(lo=(0, 0, 0), hi=(0.02, 0.1, d), paint="skirting"),
        Box(lo=(w - 0.02, 0, 0), hi=(w, 0.1, d), paint="skirting"),
        Box(lo=(w - 0.04, 0, 1.9), hi=(w, 2.1, 2.85), paint="door"),
        Box(lo=(2.02, 1.25, d - 0.03), hi=(2.05, h, d), paint="conduit"),
        Box(lo=(1.98, 1.15, d - 0.05), hi=(2.09, 1.27, d), paint="frame"),
    ]
    boxes = [
        *bars(window, d, uprights=6, crossings=1),
        *window_frame(*window, d),
        *heating,
        *wall,
        *desk(3.25, 4.75, 3.9, 4.7),
        *chair(2.35, 3.75, 0.55),
        *iron_frame(0.45, 2.7, 4.7, 2.0),
    ]
    return Room(
        size=(w, h, d),
        window=window,
        boxes=tuple(boxes),
        eye=(2.75, 1.52, 0.25),
        aim=(2.5, 1.22, 6),
        half_angle=0.53,
        sun=(-0.42, 0.92, 1.0),
        lower_paint=(0.29, 0.40, 0.36),
        tile=0.3,
        worn_at=0.0,
    )


def second_room() -> Room:
    """Return the room of photograph 2: four uprights, two crossings, larger tiles; its far wall is bare."""
    w, h, d = 4.4, 2.7, 5.0
    window = (2.75, 1.3, 3.75, 2.25)
    wall = [
        Box(lo=(0, 0, d - 0.02), hi=(w, 0.08, d), paint="skirting"),
        Box(lo=(0, 0, 0), hi=(0.02, 0.08, d), paint="skirting"),
        Box(lo=(0.04, 0, 2.2), hi=(0.5, 1.85, 3.2), paint="steel"),
        Box(lo=(0.5, 0.15, 2.69), hi=(0.505, 1.75, 2.71), paint="iron"),
        Box(lo=(0.5, 0.95, 2.62), hi=(0.53, 1.07, 2.65), paint="iron"),
        Box(lo=(0.5, 0.95, 2.75), hi=(0.53, 1.07, 2.78), paint="iron"),
        Box(lo=(2.6, 0.3, d - 0.06), hi=(3.9, 0.36, d - 0.0), paint="conduit"),
        Box(lo=(2.6, 0.6, d - 0.06), hi=(3.9, 0.66, d), paint="conduit"),
    ]
    bench = [
        Box(lo=(1.0, 0.42, 3.95), hi=(2.35, 0.46, 4.3), paint="wood"),
        Box(lo=(1.1, 0, 4.0), hi=(1.15, 0.42, 4.25), paint="iron"),
        Box(lo=(2.2, 0, 4.0), hi=(2.25, 0.42, 4.25), paint="iron"),
    ]
    boxes = [
        *bars(window, d, uprights=4, crossings=2),
        *window_frame(*window, d),
        *wall,
        *bench,
        *chair(2.9, 2.9, -0.7),
        *iron_frame(3.85, 2.3, 3.9, 1.9),
    ]
    return Room(
        size=(w, h, d),
        window=window,
        boxes=tuple(boxes),
        eye=(1.75, 1.5, 0.3),
        aim=(2.3, 1.15, 5),
        half_angle=0.52,
        sun=(0.30, 1.0, 1.0),
        lower_paint=(0.27, 0.37, 0.40),
        tile=0.42,
        worn_at=0.61,
    )
