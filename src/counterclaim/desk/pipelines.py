"""Loads the parser an operator points at; refuses to fetch one, and to read by another than was named."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import replace

from counterclaim.read.by.parser_en import EnglishParserReader
from counterclaim.read.by.parser_ru import RussianParserReader
from counterclaim.read.parsers.english import Pipeline
from counterclaim.read.parsers.russian import Tagger, tagger
from counterclaim.read.reader import Reader
from counterclaim.record.errors import UsageError

ENGLISH_PIPELINE = "COUNTERCLAIM_ENGLISH_PIPELINE"
RUSSIAN_PIPELINE = "COUNTERCLAIM_RUSSIAN_PIPELINE"


def with_pipelines(readers: Mapping[str, Reader], environment: Mapping[str, str]) -> dict[str, Reader]:
    """Give the readers with the pipelines that `environment` names: an installed package, or a folder.

    For Russian there is one name, `natasha`. Loaded where it is called, which must be before the walls of a jail
    rise. Raises UsageError where what is named is not there: an operator who named one must not be read to by
    something else in silence.
    """
    return {name: _with_pipeline(reader, environment) for name, reader in readers.items()}


def _with_pipeline(reader: Reader, environment: Mapping[str, str]) -> Reader:
    english, russian = environment.get(ENGLISH_PIPELINE, ""), environment.get(RUSSIAN_PIPELINE, "")
    if english and isinstance(reader, EnglishParserReader):
        return replace(reader, pipeline=english_pipeline(english))
    if russian and isinstance(reader, RussianParserReader):
        return replace(reader, tagger=russian_tagger(russian))
    return reader


def russian_tagger(named: str) -> Tagger:
    """Load natasha, with one text tagged so that nothing is loaded later."""
    loaded = tagger() if named == "natasha" else None
    if loaded is None:
        raise UsageError(
            f"natasha, installed, in {RUSSIAN_PIPELINE}", repr(named), remedy="Install counterclaim[ru], or unset it."
        )
    return loaded


def english_pipeline(named: str) -> Pipeline:
    """Load a spaCy pipeline by package name or folder, with one parse done so that nothing is loaded later."""
    if importlib.util.find_spec("spacy") is None:
        raise UsageError(
            f"spaCy beside {ENGLISH_PIPELINE}", "none installed", remedy="Install counterclaim[en], or unset it."
        )
    import spacy

    try:
        loaded = spacy.load(named, exclude=["lemmatizer", "ner"])  # neither is asked; both cost time
    except OSError as absent:
        raise UsageError(
            f"an installed spaCy pipeline or its folder in {ENGLISH_PIPELINE}",
            repr(named),
            remedy="Install the pipeline by its project's own page, or unset the variable.",
        ) from absent
    meta = loaded.meta
    pipeline = Pipeline(name=f"{meta['lang']}_{meta['name']}", version=str(meta["version"]), parse=loaded)
    pipeline.parse("She said that it was so.")
    return pipeline
