"""Pictures of the bundled case's dossier for the documentation, taken in headless Chromium."""

from __future__ import annotations

import re
import subprocess
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image

from counterclaim.desk.demo import demo

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
WIDTH, HEIGHT = 1100, 1000
# The id of the element that a picture begins with; None is the top of the page.
SHOTS = {"dossier-cover": None, "dossier-columns": "said", "dossier-weight": "Q-where"}
CHROMIUM = [
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def shot(html: str, folder: Path, name: str) -> bytes:
    """One PNG of a page written to `folder`."""
    page, picture = folder / f"{name}.html", folder / f"{name}.png"
    page.write_text(html, "utf-8")
    profile = f"--user-data-dir={folder / 'profile'}"
    size, out = f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={picture}"
    command = [*CHROMIUM, profile, size, out, page.as_uri()]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 (our own page in our own browser)
    return picture.read_bytes()


def beginning_at(html: str, anchor: str | None) -> str:
    """The page with everything before `anchor` left out, so that a picture begins there."""
    if anchor is None:
        return html
    found = re.search(rf'<(\w+)[^>]*id="{anchor}"', html)
    body = re.search(r"<body[^>]*>(?:\s*<main[^>]*>)?", html)
    if found is None or body is None:
        raise SystemExit(f"no element with the id {anchor!r}")
    return html[: body.end()] + html[found.start() :]


def main() -> None:
    """Build the case, take the pictures, keep them small."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        html = demo(folder / "demo").dossier.read_text("utf-8")
        for name, anchor in SHOTS.items():
            picture = Image.open(BytesIO(shot(beginning_at(html, anchor), folder, name)))
            picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(
                PICTURES / f"{name}.png", optimize=True
            )


if __name__ == "__main__":
    main()
