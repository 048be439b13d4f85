"""A reading's fields told by topic, so that a person sees what matters; refuses to tell a field on no list.

A tag on no list may name a person: it is counted, and its value appears nowhere (ADR 0032).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from counterclaim.examine.fields.field import Field
from counterclaim.examine.fields.listed import is_shown, topic_of
from counterclaim.examine.fields.reading import Reading
from counterclaim.examine.fields.tables import MAKER_TABLES

Told = dict[str, list[dict[str, Any]]]


def by_topic(fields: Iterable[Field]) -> tuple[Told, Told, int]:
    """Give the shown fields by topic, the withheld ones by topic, and how many stand on no list."""
    shown: Told = {}
    withheld: Told = {}
    unlisted = 0
    for field in fields:
        topic = topic_of(field.group, field.name)
        if topic is None:
            unlisted += 1
            continue
        told = {
            "field": field.key,
            "value": field.value,
            "tag": field.tag,
            "offset": field.offset if field.offset >= 0 else None,
        }
        (shown if is_shown(topic) else withheld).setdefault(topic, []).append(told)
    return shown, withheld, unlisted


def has_topic(fields: Iterable[Field], topic: str) -> bool:
    """Whether a listed field of this topic is there and not empty."""
    return any(topic_of(field.group, field.name) == topic and field.value not in ("", []) for field in fields)


def note_told(reading: Reading) -> dict[str, Any] | None:
    """Say of the first maker note by which table it was read, how many entries no table names, and if it was moved."""
    note = next((tiff.note for tiff in reading.blocks if tiff.note is not None), None)
    if note is None:
        return None
    entries = note.directory.entries if note.directory is not None else ()
    rows = MAKER_TABLES.get(note.layout.table, {}) if note.layout is not None else {}
    return {
        "table": note.layout.table if note.layout is not None else None,
        "size_bytes": note.size,
        "offset": note.block.file_offset + note.start if note.block.file_offset >= 0 else None,
        "entries": len(entries),
        "unnamed": sum(entry.tag not in rows for entry in entries),
        "out_of_reach": sum(entry.broken for entry in entries),
        "moved_bytes": note.shifted,
    }
