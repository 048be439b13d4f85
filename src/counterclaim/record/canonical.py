"""RFC 8785 canonical JSON, and the rim where nouns become plain values; refuses floats."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from functools import cache
from json.encoder import encode_basestring
from typing import Any, TypeVar

from cattrs import Converter
from cattrs.errors import BaseValidationError, StructureHandlerNotFoundError
from cattrs.strategies import configure_tagged_union

from counterclaim.record.errors import MalformedError

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]
"""A JSON value without floats: the log holds no number that two machines could print differently."""

INTEGER_MAX = 2**53 - 1  # RFC 8785 section 3.2.2.3: integers beyond lose precision in other readers
_LITERALS = {None: "null", True: "true", False: "false"}
T = TypeVar("T")


def canonical_json(value: object) -> bytes:
    """Return the RFC 8785 bytes of `value` (no floats, integers within 2**53 - 1, no lone surrogates).

    Raises MalformedError for anything the log may not hold. Source: RFC 8785, sections 3.2.1-3.2.3.
    """
    try:
        return _text(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise MalformedError("text that UTF-8 can carry", "a lone surrogate") from error


def _text(value: object) -> str:
    match value:
        case str():
            return encode_basestring(value)
        case None | bool():
            return _LITERALS[value]
        case int():
            if abs(value) > INTEGER_MAX:
                raise MalformedError(f"an integer within {INTEGER_MAX}", str(value))
            return str(int(value))
        case list() | tuple():
            return "[" + ",".join(_text(item) for item in value) + "]"
        case Mapping():
            return "{" + ",".join(_members(value)) + "}"
        case _:
            raise MalformedError("null, bool, int, str, list or object", type(value).__name__)


def _members(value: Mapping[Any, object]) -> list[str]:
    for key in value:
        if not isinstance(key, str):
            raise MalformedError("text as object key", type(key).__name__)
    # RFC 8785 section 3.2.3: keys sort by UTF-16 code units, not by code points.
    keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    return [f"{encode_basestring(key)}:{_text(value[key])}" for key in keys]


def plain_of_json(content: bytes) -> Plain:
    """Parse JSON bytes strictly: no floats, no duplicate keys, no NaN. Raises MalformedError."""
    try:
        parsed: Plain = json.loads(
            content.decode("utf-8"),
            parse_float=_no_float,
            parse_constant=_no_float,
            object_pairs_hook=_no_duplicates,
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise MalformedError("UTF-8 JSON", str(error)) from error
    return parsed


def _no_float(written: str) -> object:
    raise MalformedError("JSON without floats", written)


def _no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedError("each key once", "a repeated key")
    return result


def sha256_hex(content: bytes) -> str:
    """SHA-256 of `content` as 64 lower-case hex digits."""
    return hashlib.sha256(content).hexdigest()


@cache
def _converter() -> Converter:
    """Build the one cattrs converter of the house: decimals as text, tuples as lists, sums by tag."""
    from counterclaim.record.account import Slot
    from counterclaim.record.finding import Outcome

    converter = Converter(forbid_extra_keys=True)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda text, _: Decimal(_strict(text, str)))
    # By identity: a StrEnum is a str too, and has its own hook.
    converter.register_structure_hook_func(lambda kind: kind is str or kind is int or kind is bool, _strict)
    converter.register_unstructure_hook_func(
        lambda kind: isinstance(kind, type) and issubclass(kind, Enum), lambda e: e.value
    )
    configure_tagged_union(Slot, converter, tag_name="slot", tag_generator=lambda kind: kind.__name__.lower())
    configure_tagged_union(Outcome, converter, tag_name="outcome", tag_generator=lambda kind: kind.__name__.lower())
    return converter


def _strict(value: Any, kind: type[T]) -> T:  # noqa: ANN401 (JSON values)
    """Refuse what only looks like a `kind`: no text becomes a number, no number a text."""
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} is needed, got {type(value).__name__}")
    return value


def plain_of(noun: object, kind: Any = None) -> Any:  # noqa: ANN401 (JSON has no tighter type)
    """Turn a frozen noun into plain JSON values (give `kind` for members of a sum type)."""
    return _lists(_converter().unstructure(noun, unstructure_as=kind))


def _lists(value: Any) -> Any:  # noqa: ANN401
    match value:
        case tuple() | list():
            return [_lists(item) for item in value]
        case Mapping():
            return {key: _lists(item) for key, item in value.items()}
        case _:
            return value


def noun_of(plain: Any, kind: type[T]) -> T:  # noqa: ANN401
    """Turn plain JSON values into the noun `kind`. Raises MalformedError naming the kind."""
    try:
        return _converter().structure(plain, kind)
    except (
        BaseValidationError,
        StructureHandlerNotFoundError,
        KeyError,
        TypeError,
        ValueError,
        ArithmeticError,
    ) as error:
        raise MalformedError(f"a {getattr(kind, '__name__', kind)}", f"{type(error).__name__}: {error}") from error
