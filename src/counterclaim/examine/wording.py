"""Text out of a file made fit to be shown; refuses control characters, reading direction marks and length."""

from __future__ import annotations

import unicodedata

TEXT_MAX = 500  # characters of one text that a finding keeps
# Cc control, Cf format (with the marks that reverse the reading direction), Cs surrogates, Co private use.
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Co"})


def tidy(text: str) -> str:
    """Replace what cannot be shown safely with U+FFFD, join lines, and cut after TEXT_MAX characters."""
    joined = " ".join(text[: 4 * TEXT_MAX].split())
    return "".join("\ufffd" if unicodedata.category(letter) in _UNFIT else letter for letter in joined)[:TEXT_MAX]


def tidy_bytes(raw: bytes) -> str:
    """Decode as UTF-8 where it is, as Latin-1 otherwise, without trailing zeros, and tidy."""
    head = raw[: 4 * TEXT_MAX].rstrip(b"\0")
    try:
        return tidy(head.decode("utf-8"))
    except UnicodeDecodeError:
        return tidy(head.decode("latin-1"))
