"""A weight as the question object of `weigh --json`; refuses any field the contract does not name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from counterclaim.record.proposition import Combined, Interval, Proposition, WeighedItem, Weight


def contract_of(weight: Weight) -> dict[str, Any]:
    """Write the question object of the contract. Numbers are JSON numbers (floats: this is output, not the log)."""
    return {
        "id": weight.question.id,
        "text": weight.question.text,
        "propositions": [_proposition(proposition) for proposition in weight.question.propositions],
        "items": [_item(item) for item in weight.items],
        "combined": {pair: _combined(combined) for pair, combined in weight.combined.items()},
        "would_decide": [
            {"test": row.test, "bits": float(row.bits), "cost": float(row.cost)} for row in weight.would_decide
        ],
        "to_clarify": list(weight.to_clarify),
        "origins": dict(weight.origins),
        "leave_one_group_out": {group: _intervals(pairs) for group, pairs in weight.leave_one_group_out.items()},
    }


def _proposition(proposition: Proposition) -> dict[str, Any]:
    source = {"constructed": True} if proposition.constructed else {"asserted_by": proposition.asserted_by}
    return {"id": proposition.id, "text": proposition.text, **source}


def _item(item: WeighedItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "group": item.group,
        "intervals": _intervals(item.intervals),
        "basis": item.basis,
        "cap": float(item.cap),
    }


def _intervals(intervals: Mapping[str, Interval]) -> dict[str, list[float]]:
    return {pair: [float(interval.low), float(interval.high)] for pair, interval in intervals.items()}


def _combined(combined: Combined) -> dict[str, Any]:
    return {
        "low": float(combined.low),
        "high": float(combined.high),
        "words": combined.words,
        "scale": combined.scale,
        "capped": combined.capped,
        "break_even_prior": [float(prior) for prior in combined.break_even_prior],
    }
