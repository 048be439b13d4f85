"""A JSON export as text, each code point with the escape it came from; refuses recursion and an invented character.

RFC 8259. Values are kept with the places they stand at, because a reading of an export has to point into its bytes.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field

from counterclaim.record.errors import MalformedError

DEPTH_MAX = 100  # exports nest five or six deep
VALUES_MAX = 500_000
_TOKEN = re.compile(r"[ \t\n\r]*(?:([{}\[\],:])|\"|(-?\d[\d.eE+-]{0,40}|true|false|null))")
_PLAIN = re.compile(r"[^\"\\\x00-\x1f]+")
_SIMPLE = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_HEX = re.compile(r"[0-9A-Fa-f]{4}")
_NO_CHARACTER = "\N{REPLACEMENT CHARACTER}"
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)


@dataclass(slots=True)
class Leaf:
    """A string, number or word: [start, end) of the decoded file, and the place of each character of a string."""

    text: str
    start: int
    end: int
    is_string: bool
    starts: array[int] = field(default_factory=lambda: array("I"))
    ends: array[int] = field(default_factory=lambda: array("I"))


@dataclass(slots=True)
class Branch:
    """An object or a list: (key, value) in the order of the file; the keys of a list are empty."""

    is_object: bool
    members: list[tuple[str, Leaf | Branch]] = field(default_factory=list)

    def leaf(self, key: str) -> Leaf | None:
        """Give the string or number under a key, or None."""
        return next((value for name, value in self.members if name == key and isinstance(value, Leaf)), None)

    def value(self, key: str) -> Leaf | Branch | None:
        """Give whatever stands under a key, or None."""
        return next((value for name, value in self.members if name == key), None)


def tree_of(source: str) -> Branch:
    """Give the values of a JSON text with their places. Raises MalformedError for what is none or past the bounds."""
    top = Branch(is_object=False)
    stack = [top]
    key: str | None = None
    at = values = 0
    while found := _TOKEN.match(source, at):
        mark, word = found.group(1), found.group(2)
        at = found.end()
        here = stack[-1]
        if mark in {"{", "["}:
            if len(stack) > DEPTH_MAX:
                raise MalformedError(f"JSON nested at most {DEPTH_MAX} deep", "deeper")
            branch = Branch(is_object=mark == "{")
            here.members.append((key or "", branch))
            stack.append(branch)
            key = None
        elif mark in {"}", "]"}:
            if len(stack) == 1 or here.is_object is not (mark == "}"):
                raise MalformedError("JSON", f"a {mark} that closes nothing, at {at - 1}")
            stack.pop()
        elif mark is None:
            leaf = _string(source, at - 1) if word is None else Leaf(word, found.start(2), at, is_string=False)
            at = leaf.end
            if here.is_object and key is None:
                key = leaf.text
                continue
            here.members.append((key or "", leaf))
            key = None
        if (values := values + 1) > VALUES_MAX:
            raise MalformedError(f"JSON of at most {VALUES_MAX} values", "more")
    if source[at:].strip() or len(stack) != 1 or len(top.members) != 1 or not isinstance(top.members[0][1], Branch):
        raise MalformedError("a JSON object or list", f"something else at {at}")
    return top.members[0][1]


def _string(source: str, start: int) -> Leaf:
    leaf = Leaf("", start, start, is_string=True)
    parts: list[str] = []
    at = start + 1
    while at < len(source) and source[at] != '"':
        if plain := _PLAIN.match(source, at):
            parts.append(plain.group())
            leaf.starts.extend(range(at, plain.end()))
            leaf.ends.extend(range(at + 1, plain.end() + 1))
            at = plain.end()
            continue
        char, end = _escape(source, at) if source[at] == "\\" else (source[at], at + 1)
        parts.append(char)
        leaf.starts.append(at)
        leaf.ends.append(end)
        at = end
    if at >= len(source):
        raise MalformedError("JSON", f"a string that is never closed, at {start}")
    leaf.text, leaf.end = "".join(parts), at + 1
    return leaf


def _escape(source: str, at: int) -> tuple[str, int]:
    kind = source[at + 1 : at + 2]
    if kind != "u":
        return _SIMPLE.get(kind, _NO_CHARACTER), at + 1 + len(kind)
    digits = _HEX.match(source, at + 2)
    if digits is None:
        return _NO_CHARACTER, at + 2
    code = int(digits.group(), 16)
    if code in _HIGH and source.startswith("\\u", at + 6) and (low := _HEX.match(source, at + 8)):
        second = int(low.group(), 16)
        if second in _LOW:
            return chr(0x10000 + ((code - 0xD800) << 10) + (second - 0xDC00)), at + 12
    return (_NO_CHARACTER if code in _HIGH or code in _LOW else chr(code)), at + 6
