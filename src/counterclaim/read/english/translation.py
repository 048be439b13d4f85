"""Whether words are relayed in translation, and from what, as the page prints it; refuses to guess a language."""

from __future__ import annotations

import re

from counterclaim.read.lexicon import lexicon_of
from counterclaim.record.account import Reading
from counterclaim.record.passage import Span

LEAD_CHARACTERS_MAX = 600  # where a page says of itself that it is a translation
_FROM = re.compile(r"\btranslat(?:ed|ion)\s+from\s+(?:the\s+)?(?:original\s+)?([^\W\d_][\w’'-]*)", re.IGNORECASE)


def of_page(reading: Reading) -> str | None:
    """Give the language a page says it is translated from, where its heading lines say so in brackets or alone."""
    text = reading.document.dom_text
    start = reading.article[0].start if reading.article else 0
    for line in text[start : start + LEAD_CHARACTERS_MAX].split("\n"):
        found = _FROM.search(line)
        short = len(line.split()) <= len((found.group() if found else "").split()) + 6
        if found and (short or "(" in line[: found.start()]):
            return found.group(1)
    return None


def of_sentence(span: Span) -> str | None:
    """Give the language a sentence says its words are translated from, else the words that name an interpreter."""
    found = _FROM.search(span.text)
    if found:
        return found.group(1)
    through = lexicon_of("en").pattern("interpreted").search(span.text)
    return through.group() if through else None
