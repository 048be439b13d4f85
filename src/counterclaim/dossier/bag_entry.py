"""The three stored parts of a disclosed entry, read strictly; refuses any other form of the same values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from counterclaim.dossier.bag_form import BagError
from counterclaim.record.canonical import canonical_json, plain_of_json
from counterclaim.record.errors import MalformedError

BODY_FIELDS = frozenset(
    {"profile", "recipient", "manifest_sha256", "disclosed", "sealed", "withheld", "exhibits", "verifiers"}
)
EXHIBIT_MAX = 10**8 - 1  # as many digits as an index has
_HEX64 = re.compile(r"[0-9a-f]{64}")
_SALT = re.compile(r"[0-9a-f]{32}")
_AT = re.compile(r"([0-9]{2})([0-9]{2})-([0-9]{2})-([0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?Z")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 2
NESTED_MAX = 64  # arrays and objects around a value: what we enter has a dozen, and a reader must stop somewhere
_PROFILE = re.compile(r"[a-z]+")
_LEAF_FIELDS = frozenset({"class", "payload_sha256", "v"})
_HEAD_FIELDS = frozenset(["actor", "at", "basis", "case", "detail_sha256", "exhibits", "kind", "salt", "tool", "v"])
_DETAIL_FIELDS = frozenset({"body", "inputs", "outputs", "salt"})


def leaf_in(content: bytes, path: str) -> dict[str, Any]:
    """Give the fields of a leaf: class, commitment, version. Raises BagError."""
    return _fields_of(content, _LEAF_FIELDS, path, _is_leaf)


def head_in(content: bytes, path: str) -> dict[str, Any]:
    """Give the fields of a payload: who, what kind, when, which exhibits. Raises BagError."""
    return _fields_of(content, _HEAD_FIELDS, path, _is_head)


def detail_in(content: bytes, path: str) -> dict[str, Any]:
    """Give the fields of a detail: digests and body. Raises BagError."""
    return _fields_of(content, _DETAIL_FIELDS, path, _is_detail)


def publishes(head: Mapping[str, Any], body: Mapping[str, Any], manifest_sha256: str) -> bool:
    """Whether this is the entry that published the payload of this manifest."""
    return (
        head["kind"] == "publish"
        and frozenset(body) == BODY_FIELDS
        and body["manifest_sha256"] == manifest_sha256
        and _is_text(body["profile"], _PROFILE)
        and (body["recipient"] is None or _is_text(body["recipient"]))
        and all(_are_numbers(body[name], least=0) for name in ("disclosed", "sealed", "withheld"))
        and _are_numbers(body["exhibits"], least=1, most=EXHIBIT_MAX)
        and isinstance(body["verifiers"], dict)
        and frozenset(body["verifiers"]) == {"verify.py", "verify.sh"}
        and all(_is_text(digest, _HEX64) for digest in body["verifiers"].values())
    )


def _are_numbers(numbers: object, *, least: int, most: int | None = None) -> bool:
    return isinstance(numbers, list) and all(
        type(number) is int and least <= number and (most is None or number <= most) for number in numbers
    )


def _fields_of(
    content: bytes, fields: frozenset[str], path: str, holds: Callable[[Mapping[str, Any]], bool]
) -> dict[str, Any]:
    """Give the object in canonical JSON with exactly these fields of the right form. Raises BagError."""
    try:
        plain = plain_of_json(content)
        canonical = _nested(plain) <= NESTED_MAX and canonical_json(plain) == content
    except (MalformedError, RecursionError, ValueError) as error:
        raise BagError(path, "canonical JSON", type(error).__name__) from error
    if not canonical or not isinstance(plain, dict) or frozenset(plain) != fields or not holds(plain):
        raise BagError(path, "the fields of this part in canonical JSON", "another form")
    return plain


def _nested(value: object) -> int:
    """How many arrays and objects are around the innermost value of this one, itself counted."""
    match value:
        case dict():
            return 1 + max(map(_nested, value.values()), default=0)
        case list():
            return 1 + max(map(_nested, value), default=0)
        case _:
            return 0


def _is_moment(text: str) -> bool:
    """Whether this is a moment in UTC on a day that exists (Gregorian, years of four digits). RFC 3339 section 5.6."""
    match = _AT.fullmatch(text)
    if match is None:
        return False
    century, year, month, day = map(int, match.groups())
    leap = (year or century) % 4 == 0
    return 1 <= month <= len(_DAYS) and 1 <= day <= _DAYS[month - 1] and (leap or (month, day) != (_FEBRUARY, _DAYS[1]))


def _is_text(value: object, form_of: re.Pattern[str] | None = None) -> bool:
    return isinstance(value, str) and (form_of is None or form_of.fullmatch(value) is not None)


def _is_leaf(leaf: Mapping[str, Any]) -> bool:
    return (
        type(leaf["v"]) is int
        and leaf["v"] == 1
        and _is_text(leaf["payload_sha256"], _HEX64)
        and leaf["class"] in {"act", "viewing", "record"}
    )


def _is_head(head: Mapping[str, Any]) -> bool:
    tool, numbers = head["tool"], head["exhibits"]
    return (
        type(head["v"]) is int
        and head["v"] == 1
        and all(_is_text(head[name]) for name in ("actor", "basis", "case", "kind"))
        and _is_text(head["at"])
        and _is_moment(head["at"])
        and _is_text(head["detail_sha256"], _HEX64)
        and _is_text(head["salt"], _SALT)
        and _are_numbers(numbers, least=1, most=EXHIBIT_MAX)
        and isinstance(tool, dict)
        and frozenset(tool) == {"name", "version"}
        and all(map(_is_text, tool.values()))
    )


def _is_detail(detail: Mapping[str, Any]) -> bool:
    lists = (detail["inputs"], detail["outputs"])
    return (
        isinstance(detail["body"], dict)
        and _is_text(detail["salt"], _SALT)
        and all(isinstance(digests, list) and all(_is_text(digest, _HEX64) for digest in digests) for digests in lists)
    )
