"""A JSON export of posts as a text with its bytes; refuses to read a field's name as somebody's words.

The text is the export's values in their order, parted by blank lines; what stands for a blank line is the JSON between
two values. Words set in pieces (bold, links) are one value, as their reader saw them.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field

from counterclaim.read.page.json_text import Branch, Leaf, tree_of
from counterclaim.read.page.post_words import words

_SCRIPT = re.compile(r"\s*window\.[\w.]{1,60}\s*=\s*(?=[\[{])")  # X's archive is JSON assigned to a variable
_LOOKS_LIKE_JSON = re.compile(r"\s*(?:window\.[\w.]{1,60}\s*=\s*)?(?:\[\s*[\[{\"\d-]|\{\s*\"|\[\s*\]|\{\s*\})")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
LATIN_MAX = "\xff"
Place = tuple[int, int]


@dataclass(slots=True)
class Export:
    """The text, the places of its code points in the decoded file, and where each value stands in the text."""

    tree: Branch
    text: str = ""
    starts: array[int] = field(default_factory=lambda: array("I"))
    ends: array[int] = field(default_factory=lambda: array("I"))
    places: dict[int, Place] = field(default_factory=dict)
    values: list[Place] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def place(self, value: Leaf | Branch | None) -> Place | None:
        """Give where a value stands in the text, or None where it gave no text."""
        found = self.places.get(id(value)) if value is not None else None
        return found if found and found[1] > found[0] else None


def looks_like_json(text: str) -> bool:
    """Whether a text begins as a JSON object or list does."""
    return _LOOKS_LIKE_JSON.match(text) is not None


def export_of(source: str) -> Export:
    """Compose the text of a JSON export. Raises MalformedError where it is none or too deep."""
    prefix = _SCRIPT.match(source)
    # Blanks for the prefix, so that every place stays that of the file.
    tree = tree_of(" " * prefix.end() + source[prefix.end() :] if prefix else source)
    export = Export(tree=tree)
    composer = _Composer(export)
    leaves = list(_leaves(tree))
    if _is_latin_of_utf8(leaves):
        for leaf in leaves:
            _decode_again(leaf)
        export.notes.append(
            "The export writes the bytes of UTF-8 as if each were a character; they are read as UTF-8, and each "
            "character leads back to all of its own."
        )
    composer.branch(tree)
    export.text = "".join(composer.parts)
    if composer.repeated:
        export.notes.append(f"{composer.repeated} fields that repeat a text in pieces were left out.")
    return export


class _Composer:
    def __init__(self, export: Export) -> None:
        self.export = export
        self.parts: list[str] = []
        self.last_end = 0
        self.repeated = 0

    def branch(self, branch: Branch) -> None:
        keys = words().json
        for key, value in branch.members:
            if branch.is_object and key in keys["repeats"] and branch.value("text") is not None:
                self.repeated += 1
            elif isinstance(value, Leaf):
                self.leaf(key, value)
            elif branch.is_object and key in keys["text"] and (pieces := _pieces(value)):
                start = len(self.export.starts)
                for index, piece in enumerate(pieces):
                    self.leaf(key, piece, parted=index == 0)
                first = self.export.places.get(id(pieces[0]), (start, start))[0]
                self.export.places[id(value)] = (first, len(self.export.starts))
            else:
                self.branch(value)

    def leaf(self, key: str, leaf: Leaf, *, parted: bool = True) -> None:
        """Add a value's text; of the words true, false and null only a mark that is true says anything."""
        export = self.export
        is_mark = key in words().json["edited"] or key in words().json["removed"]
        is_word = not leaf.is_string and leaf.text in {"true", "false", "null"}
        if not leaf.text or (is_word and not (is_mark and leaf.text == "true")):
            return
        if parted and export.starts:
            self.parts.append("\n\n")
            export.starts.extend((self.last_end, self.last_end))
            export.ends.extend((leaf.start, leaf.start))
        start = len(export.starts)
        self.parts.append(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", leaf.text))
        if leaf.is_string:
            export.starts.extend(leaf.starts)
            export.ends.extend(leaf.ends)
        else:
            export.starts.extend(range(leaf.start, leaf.end))
            export.ends.extend(range(leaf.start + 1, leaf.end + 1))
        self.last_end = leaf.end - leaf.is_string  # the closing quotation mark parts it from what follows
        export.places[id(leaf)] = (start, len(export.starts))
        if parted or not export.values:
            export.values.append((start, len(export.starts)))
        else:
            export.values[-1] = (export.values[-1][0], len(export.starts))


def _pieces(value: Branch) -> list[Leaf]:
    """The strings of a text set in pieces: a list of strings and of objects with a `text`; else nothing."""
    if value.is_object:
        return []
    pieces = [one if isinstance(one, Leaf) else one.leaf("text") for _, one in value.members]
    return [piece for piece in pieces if piece is not None and piece.is_string] if None not in pieces else []


def _leaves(branch: Branch) -> list[Leaf]:
    found: list[Leaf] = []
    for _, value in branch.members:
        found.extend([value] if isinstance(value, Leaf) else _leaves(value))
    return found


def _is_latin_of_utf8(leaves: list[Leaf]) -> bool:
    """Whether every string beyond ASCII is the bytes of UTF-8 written one by one, as Facebook's exports are."""
    beyond = [leaf.text for leaf in leaves if leaf.is_string and not leaf.text.isascii()]
    return bool(beyond) and all(_utf8_of(text) is not None for text in beyond)


def _utf8_of(text: str) -> str | None:
    if max(text) > LATIN_MAX:
        return None
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decode_again(leaf: Leaf) -> None:
    text = _utf8_of(leaf.text)
    if not leaf.is_string or leaf.text.isascii() or text is None:
        return
    starts, ends = array("I"), array("I")
    at = 0
    for char in text:
        width = len(char.encode("utf-8"))
        starts.append(leaf.starts[at])
        ends.append(leaf.ends[at + width - 1])
        at += width
    leaf.text, leaf.starts, leaf.ends = text, starts, ends
