"""A person's own register of facilities, from the configuration folder; refuses to pass over one it cannot read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from counterclaim.read.by.place import PlaceReader
from counterclaim.read.places.facilities import register_of
from counterclaim.read.reader import Reader
from counterclaim.record.canonical import canonical_json
from counterclaim.record.errors import MalformedError

REGISTER_FILE = "facilities.json"
REGISTER_BYTES_MAX = 16 * 1024**2  # 20,000 facilities with some forty names each in four languages
DIGEST_HEX = 8  # tells one person's registers apart; what is in them does not follow from it
REMEDY = f"Mend {REGISTER_FILE} in the configuration folder (docs/facility-register.md), or take it away."

Register = Mapping[str, Any]
# What a worker warms up with: a row's type and names are looked up in files that no child may open.
SAMPLE: Register = {"facilities": [{"type": "remand_prison", "names": {"en": ["Orvenna House"]}, "country": "XX"}]}


def register_in(config: Path) -> Register | None:
    """The register of the configuration folder as it stands in its file; None without one.

    Raises MalformedError with a remedy for a file that is no register.
    """
    path = config / REGISTER_FILE
    if not path.exists():
        return None
    try:
        with path.open("rb") as file:  # what is longer is cut, and then no JSON
            document = json.loads(file.read(REGISTER_BYTES_MAX))
    except (OSError, ValueError, RecursionError) as error:
        raise MalformedError(f"a register of facilities in {REGISTER_FILE}", str(error), remedy=REMEDY) from error
    if not isinstance(document, dict) or set(document) != {"facilities"}:
        raise MalformedError(f"one field, facilities, in {REGISTER_FILE}", "another form", remedy=REMEDY)
    try:
        register_of(document)
    except MalformedError as error:
        raise MalformedError(f"{error.expected} in {REGISTER_FILE}", str(error.got), remedy=REMEDY) from error
    return document


def with_register(readers: Mapping[str, Reader], register: Register | None) -> dict[str, Reader]:
    """The readers, of which the one of places knows the register; its version then says by which register it read."""
    if register is None:
        return dict(readers)
    rows = register_of(register)
    mark = hashlib.sha256(canonical_json(register)).hexdigest()[:DIGEST_HEX]
    return {
        name: replace(reader, register=rows, version=f"{reader.version}+{mark}")
        if isinstance(reader, PlaceReader)
        else reader
        for name, reader in readers.items()
    }
