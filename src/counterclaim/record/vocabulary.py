"""The project's words as data with their sources; refuses a name or term that no file holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from counterclaim.record.errors import UsageError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FALLBACK_LANGUAGE = "en"
_SUFFIX = ".json"
_VOCABULARY_FIELDS = frozenset({"id", "title", "status", "source", "terms"})
_TERM_FIELDS = frozenset({"id", "label", "status"})


class VocabularyStatus(StrEnum):
    """What stands behind a vocabulary or a term; nothing unconfirmed is ever shown as law or as medicine."""

    SOURCE_FOUND = "source_found"
    TO_BE_CONFIRMED_BY_LAWYER = "to_be_confirmed_by_lawyer"
    TO_BE_CONFIRMED_BY_CLINICIAN = "to_be_confirmed_by_clinician"
    OURS = "ours"

    @property
    def is_unconfirmed(self) -> bool:
        """Whether a lawyer or a clinician has yet to confirm it; a surface prints that beside the term."""
        return self in {VocabularyStatus.TO_BE_CONFIRMED_BY_LAWYER, VocabularyStatus.TO_BE_CONFIRMED_BY_CLINICIAN}


class UnknownVocabularyError(UsageError):
    """No vocabulary file has this name."""


class UnknownTermError(UsageError):
    """The vocabulary holds no such term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term: its id, its labels by language, its status, and whatever else its file says of it.

    `fields` holds the remaining facts of the term, frozen all the way down (mappings read-only, lists as tuples).
    """

    id: str
    labels: Mapping[str, str]
    status: VocabularyStatus
    fields: Mapping[str, Any]

    def label(self, language: str) -> tuple[str, str]:
        """Give the label and the language it is really in: the one asked for, or English where none is written."""
        if language in self.labels:
            return self.labels[language], language
        return self.labels[FALLBACK_LANGUAGE], FALLBACK_LANGUAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """One noun's terms in the order of their file, where they come from, and how far that was checked.

    `fields` holds the rest of the file (rules, notes), frozen like a term's.
    """

    id: str
    title: str
    status: VocabularyStatus
    source: str
    terms: tuple[Term, ...]
    fields: Mapping[str, Any]

    def ids(self) -> tuple[str, ...]:
        """List the ids of all terms, in the order of the file."""
        return tuple(term.id for term in self.terms)

    def term(self, term_id: str) -> Term:
        """Find the term with this id. Raises UnknownTermError."""
        for term in self.terms:
            if term.id == term_id:
                return term
        raise UnknownTermError(
            f"a term of the vocabulary {self.id}",
            repr(term_id),
            remedy="Check the id against the vocabulary file; ids are never renamed, but a newer version may add some.",
        )


@cache
def names() -> tuple[str, ...]:
    """List the names of all vocabularies that are shipped, sorted."""
    found = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in found if name.endswith(_SUFFIX)))


@cache
def vocabulary(name: str) -> Vocabulary:
    """Give the vocabulary of this name, read once. Raises UnknownVocabularyError."""
    # Checked against the list and not by trying to open it: a name must never become a path.
    if name not in names():
        remedy = f"Use one of the names that are shipped: {', '.join(names())}."
        raise UnknownVocabularyError("the name of a vocabulary", repr(name), remedy=remedy)
    text = _folder().joinpath(name + _SUFFIX).read_text(encoding="utf-8")
    return _vocabulary_of(json.loads(text))


def _folder() -> Traversable:
    return files("counterclaim.record").joinpath("vocab")


def _vocabulary_of(document: Mapping[str, Any]) -> Vocabulary:
    """Freeze one file; its form is held by tests, so a missing field here is our bug and crashes."""
    status = VocabularyStatus(document["status"])
    return Vocabulary(
        id=document["id"],
        title=document["title"],
        status=status,
        source=document["source"],
        terms=tuple(_term_of(term, inherited=status) for term in document["terms"]),
        fields=_rest_of(document, known=_VOCABULARY_FIELDS),
    )


def _term_of(document: Mapping[str, Any], *, inherited: VocabularyStatus) -> Term:
    return Term(
        id=document["id"],
        labels=MappingProxyType(dict(document["label"])),
        status=VocabularyStatus(document.get("status", inherited)),
        fields=_rest_of(document, known=_TERM_FIELDS),
    )


def _rest_of(document: Mapping[str, Any], *, known: frozenset[str]) -> Mapping[str, Any]:
    return MappingProxyType({key: _frozen(value) for key, value in document.items() if key not in known})


def _frozen(value: Any) -> Any:  # noqa: ANN401  # JSON has no narrower type
    """Make a JSON value read-only, because one cached vocabulary is shared by the whole process."""
    match value:
        case dict():
            return MappingProxyType({key: _frozen(inner) for key, inner in value.items()})
        case list():
            return tuple(_frozen(inner) for inner in value)
        case _:
            return value
