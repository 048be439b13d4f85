"""The written list of fields that matter in a contested photograph; refuses to show what no shown topic names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files

_READ = json.loads(
    files("counterclaim.examine.fields").joinpath("tables", "written_list.json").read_text(encoding="utf-8")
)
LISTED: Mapping[str, Mapping[str, str]] = _READ["fields"]
TOPICS: Mapping[str, str] = _READ["topics"]
# Words of EXIF's Make under which a note with this head was written by the camera.
MAKERS_OF: Mapping[str, tuple[str, ...]] = {group: tuple(makes) for group, makes in _READ["makers_of"].items()}


def topic_of(group: str, name: str) -> str | None:
    """Give the topic of a field that is on the list, None for any other."""
    return LISTED.get(group, {}).get(name)


def is_shown(topic: str | None) -> bool:
    """Whether a field of this topic may stand in a public profile; what is on no list may not. ADR 0032."""
    return topic is not None and TOPICS.get(topic) == "shown"
