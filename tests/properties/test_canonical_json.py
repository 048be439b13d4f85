"""Canonical JSON against the library that only does that, and everything it must refuse."""

import json
import math

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from counterclaim.record.canonical import INTEGER_MAX, canonical_json, plain_of_json
from counterclaim.record.errors import MalformedError

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | TEXT
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5), max_leaves=25
)


@given(VALUES)
def test_the_bytes_are_those_of_the_standard(value) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@given(VALUES)
def test_what_was_written_is_read_back(value) -> None:
    assert plain_of_json(canonical_json(value)) == value


def test_the_example_of_the_standard_sorts_by_utf16_code_units() -> None:
    # RFC 8785 section 3.2.3; the supplementary-plane key comes before the one at U+FB33.
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew",
        "1": "One",
        "\U0001f600": "Smiley",
        "\x80": "Control",
        "\xf6": "o",
    }
    keys = list(json.loads(canonical_json(value)))
    assert keys == ["\r", "1", "\x80", "\xf6", "\u20ac", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize(
    "value", [1.5, math.nan, math.inf, INTEGER_MAX + 1, -INTEGER_MAX - 1, b"bytes", {1: "a"}, "\ud800", {"a": {2.5}}]
)
def test_what_the_log_may_not_hold_is_refused(value) -> None:
    with pytest.raises(MalformedError):
        canonical_json(value)


@pytest.mark.parametrize(
    "content", [b"1.0", b"1e3", b"NaN", b"Infinity", b'{"a":1,"a":2}', b"\xff", b"[1,", b"[" * 100_000]
)
def test_what_no_canonical_writer_wrote_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedError):
        plain_of_json(content)
