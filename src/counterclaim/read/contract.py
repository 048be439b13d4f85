"""A reading in the form of the outer contract; refuses a slot that the contract has no form for."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, assert_never

from counterclaim.record.account import (
    Account,
    Damage,
    DateMention,
    DurationMention,
    Entity,
    Episode,
    Lost,
    MethodMention,
    Named,
    Quotation,
    Reading,
    Slot,
    Undetermined,
    Unstated,
    Worded,
)
from counterclaim.record.layout import TextBox
from counterclaim.record.passage import Span
from counterclaim.record.post import Post


def contract_of(reading: Reading) -> dict[str, Any]:
    """Give the JSON of `read FILE --json` (its `data`): plain values only, keys as the contract names them."""
    document = reading.document
    head: dict[str, Any] = {
        "sha256": document.sha256,
        "media_type": document.media_type,
        "language": document.language,
        "characters": document.characters,
    }
    if document.media_type != "text/plain":
        head["dom_text"] = document.dom_text
    if document.boxes:
        head["boxes"] = [_plain(box) for box in document.boxes]
    return {
        "document": head,
        "article": [{"start": part.start, "end": part.end, "role": part.role} for part in reading.article],
        "damage": [_plain(item) for item in reading.damage],
        "quotations": [_plain(item) for item in reading.quotations],
        "accounts": [_plain(item) for item in reading.accounts],
        "episodes": [_plain(item) for item in reading.episodes],
        "methods": [_plain(item) for item in reading.methods],
        "entities": [_plain(item) for item in reading.entities],
        "dates": [_plain(item) for item in reading.dates],
        "durations": [_plain(item) for item in reading.durations],
        **({"posts": [_plain(post) for post in reading.posts]} if reading.posts else {}),
    }


def slot_of(slot: Slot) -> dict[str, Any]:
    """Give the contract's form of a slot: one key, never empty."""
    match slot:
        case Named(entity=entity):
            return {"entity": entity}
        case Worded(span=span):
            return {"span": _span(span)}
        case Undetermined(candidates=candidates):
            return {"undetermined": list(candidates)}
        case Lost(damage=damage):
            return {"lost": damage}
        case Unstated():
            return {"unstated": True}
        case _:
            assert_never(slot)


def _span(span: Span) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.text}


def _plain(
    item: Damage
    | Quotation
    | Account
    | Episode
    | MethodMention
    | Entity
    | DateMention
    | DurationMention
    | TextBox
    | Post,
) -> dict[str, Any]:
    return {field.name: _value(getattr(item, field.name)) for field in fields(item)}


def _value(value: Any) -> Any:  # noqa: ANN401  # the fields of six nouns
    match value:
        case Span():
            return _span(value)
        case Named() | Worded() | Undetermined() | Lost() | Unstated():
            return slot_of(value)
        case tuple():
            return [_value(inner) for inner in value]
        case None | bool() | int() | str():
            return value
        case _:
            return {field.name: _value(getattr(value, field.name)) for field in fields(value)}
