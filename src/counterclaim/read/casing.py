"""Small letters by each language's own rule; refuses to let a dotless i match inside a Latin name."""

from __future__ import annotations

_TURKIC = str.maketrans({"I": "ı", "İ": "i"})


def lowered(text: str, language: str) -> str:
    """Give the small letters of a text, one code point for one, so that offsets stay.

    Azerbaijani and Turkish part the dotted from the dotless i (Unicode SpecialCasing.txt, az and tr). In every
    other language I is i, and the İ of a foreign name stays as it is, since its common lower form has two code
    points.
    """
    if language in {"az", "tr"}:
        text = text.translate(_TURKIC)
    if text.isascii():
        return text.lower()
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
