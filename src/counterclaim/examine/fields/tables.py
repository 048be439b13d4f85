"""The tables of tags and of maker notes, read once from the package's data; refuses to hold a table in code."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a tag means: its name and how its bytes are read; `rules` hold offsets, scales and exceptions.

    `inner` are the fields of an array (by index) or a record (by byte); `directory` names the table of a directory
    the tag points to.
    """

    name: str = ""
    form: str = ""
    unit: str = ""
    rules: Mapping[str, Any] = field(default_factory=dict)
    inner: Mapping[int, Row] = field(default_factory=dict)
    directory: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How one maker note is told and laid out: see tables/makers.json."""

    group: str
    table: str
    kind: str
    starts: bytes
    pattern: re.Pattern[bytes] | None
    makes: tuple[str, ...]
    at: str
    base: str
    order: str


def _row_of(written: Any) -> Row:  # noqa: ANN401 (JSON)
    if isinstance(written, str):
        return Row(name=written)
    rules = {
        name: value
        for name, value in written.items()
        if name not in {"name", "form", "unit", "array", "record", "fields", "directory"}
    }
    inner = written.get("fields") if "array" in written else written.get("record", {})
    return Row(
        name=written.get("name", ""),
        form=written.get("form", ""),
        unit=written.get("array", written.get("unit", "")),
        rules=rules,
        inner={int(number): _row_of(row) for number, row in (inner or {}).items()},
        directory=written.get("directory", ""),
    )


def _layout_of(written: Mapping[str, Any]) -> Layout:
    return Layout(
        group=written["group"],
        table=written["table"],
        kind=written["kind"],
        starts=written.get("starts", "").encode("latin-1"),
        pattern=re.compile(written["pattern"].encode("latin-1"), re.DOTALL) if "pattern" in written else None,
        makes=tuple(written.get("makes", ())),
        at=str(written["at"]),
        base=written["base"],
        order=written["order"],
    )


def _read(name: str) -> Any:  # noqa: ANN401 (JSON)
    return json.loads(files("counterclaim.examine.fields").joinpath("tables", name).read_text(encoding="utf-8"))


def _tables_of(written: Mapping[str, Any]) -> dict[str, dict[int, Row]]:
    return {name: {int(tag, 16): _row_of(row) for tag, row in tags.items()} for name, tags in written.items()}


_STANDARD, _MAKERS = _read("standard.json"), _read("makers.json")
DIRECTORIES: Mapping[str, Mapping[int, Row]] = _tables_of(_STANDARD["directories"])
MAKER_TABLES: Mapping[str, Mapping[int, Row]] = _tables_of(_MAKERS["tables"])
RECORDS: Mapping[str, Row] = {name: _row_of(row) for name, row in _MAKERS["records"].items()}
LAYOUTS: tuple[Layout, ...] = tuple(_layout_of(one) for one in _MAKERS["layouts"])
IIM: Mapping[tuple[int, int], Row] = {
    (int(record), int(number)): _row_of(row)
    for record, sets in _read("iim.json")["records"].items()
    for number, row in sets.items()
}
_XMP = _read("xmp.json")
XMP_GROUPS: Mapping[str, str] = _XMP["groups"]
XMP_NAMES: Mapping[str, str] = _XMP["names"]
XMP_PREFIXES: Mapping[str, str] = _XMP["prefixes"]
