"""The public photographs that copies are looked for among; refuses to bring any of them along."""

from __future__ import annotations

from pathlib import Path

from figure import Missing

FOLDERS = ("imagenet-sample-images", "BSDS500")


def photographs(sets: Path) -> list[Path] | Missing:
    """List the photographs of the sets that are there, in one order on every machine."""
    found = [
        path
        for folder in FOLDERS
        for path in sorted((sets / folder).rglob("*"))
        if path.suffix.lower() in {".jpg", ".jpeg"}
    ]
    return found or Missing(subject="copies", needs=" or ".join(FOLDERS))
