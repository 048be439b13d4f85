"""Loads the parser an operator points at; refuses to fetch one, and to read by another than was named."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import replace

from counterclaim.read.by.parser_en import EnglishParserReader
from counterclaim.read.parsers.english import Pipeline
from counterclaim.read.reader import Reader
from counterclaim.record.errors import UsageError

ENGLISH_PIPELINE = "COUNTERCLAIM_ENGLISH_PIPELINE"


def with_pipelines(readers: Mapping[str, Reader], environment: Mapping[str, str]) -> dict[str, Reader]:
    """Give the readers with the pipelines that `environment` names: an installed package, or a folder.

    Loaded where it is called, which must be before the walls of a jail rise. Raises UsageError where spaCy or the
    pipeline is not there: an operator who named one must not be read to by something else in silence.
    """
    named = environment.get(ENGLISH_PIPELINE, "")
    return {
        name: replace(reader, pipeline=english_pipeline(named))
        if named and isinstance(reader, EnglishParserReader)
        else reader
        for name, reader in readers.items()
    }


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
