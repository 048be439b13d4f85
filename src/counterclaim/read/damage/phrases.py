"""The words by which damage is seen, as data; refuses a language it has no list for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


class Phrases:
    """The damage data of one language."""

    def __init__(self, language: str, document: Mapping[str, Any]) -> None:
        """Keep the lists; `language` is an ISO 639-1 code."""
        self.language = language
        self._document = document
        self._words = {section: frozenset(words) for section, words in document.items() if isinstance(words, list)}

    def words(self, section: str) -> frozenset[str]:
        """Give the words of a list, none where the language has no such list."""
        return self._words.get(section, frozenset())

    def text(self, section: str) -> str:
        """Give an entry that is one string, empty where there is none."""
        return str(self._document.get(section, ""))

    def table(self, section: str) -> Mapping[str, Any]:
        """Give a list that has keys, empty where there is none."""
        return dict(self._document.get(section, {}))


@cache
def _documents() -> Mapping[str, Any]:
    text = files("counterclaim.read").joinpath("cues", "damage.json").read_text(encoding="utf-8")
    documents: Mapping[str, Any] = json.loads(text)["languages"]
    return documents


@cache
def phrases_of(language: str) -> Phrases | None:
    """Give the damage data of a language (ISO 639-1), or None where the project has none."""
    document = _documents().get(language)
    return None if document is None else Phrases(language, document)
