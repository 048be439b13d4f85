"""How exports and pages of social networks name the parts of a post, as data; refuses a name that stands in code."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from counterclaim.read.casing import lowered

_NAMED = re.compile(
    r"\b(?:data-testid|itemprop|itemtype)\s*=\s*[\"']?(?:https?://schema\.org/)?([\w-]{1,60})", re.IGNORECASE
)
_NUMBERED = re.compile(r"\bid\s*=\s*[\"']?message-?\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostWords:
    """Keys of JSON exports and class names of pages by the part they name, months, and the words of a mark."""

    json: Mapping[str, tuple[str, ...]]
    html: Mapping[str, str]
    months: Mapping[str, int]
    edited: frozenset[str]
    removed: frozenset[str]

    def part_of(self, name: str, tag: str, classes: re.Match[str] | None) -> str | None:
        """Give which part of a post an element is: by its classes, what it tests as, its type, or being a time."""
        named = classes.group(1).lower().split() if classes else []
        named += [found.lower() for found in _NAMED.findall(tag)]
        parts = {part for one in named if (part := self.html.get(one))}
        if "numbered_post" in parts and _NUMBERED.search(tag):
            return "post"
        for part in ("post", "account", "repost", "text", "time"):
            if part in parts:
                return part
        return "time" if name == "time" else None

    def marks(self, line: str) -> str | None:
        """Give `edited` or `removed` where a whole line is such a mark, else None."""
        flat = line.strip().strip(".")
        for form in (flat.lower(), lowered(flat, "tr")):
            if form in self.edited or f"{form}." in self.edited:
                return "edited"
            if form in self.removed:
                return "removed"
        return None


@cache
def words() -> PostWords:
    """Give the project's list, read once."""
    text = files("counterclaim.read").joinpath("cues", "posts.json").read_text(encoding="utf-8")
    rows = json.loads(text)
    return PostWords(
        json={part: tuple(keys) for part, keys in rows["json"].items()},
        html={name: part for part, names in rows["html"].items() for name in names},
        months=rows["months"],
        edited=frozenset(rows["edited_words"]),
        removed=frozenset(rows["removed_words"]),
    )
