"""Several examiners over one exhibit in one jailed child, so that it is decoded once; refuses to lose one with another.

Where such a child gives no answer, each examiner is asked again in a child of its own: what one cannot do takes
nothing from the others, and every outcome is the one it would have been alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from counterclaim.desk.jail import Jail, JailEndedError
from counterclaim.desk.outcome import outcome_of
from counterclaim.desk.rosters import examiners
from counterclaim.examine.examiner import Brief, Cost, cost_of
from counterclaim.record.canonical import noun_of, plain_of
from counterclaim.record.errors import MalformedError
from counterclaim.record.exhibit import label_of
from counterclaim.record.finding import Finding, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """The examiners of one cost, by name, over one exhibit's bytes under one brief."""

    exhibit: int
    content: bytes
    brief: Brief
    names: tuple[str, ...]


def by_cost(names: Sequence[str]) -> dict[Cost, tuple[str, ...]]:
    """Sort the examiners of these names by what they take, cheapest first; a cost that none has is left out."""
    sorted_out = {cost: tuple(name for name in names if cost_of(examiners()[name]) is cost) for cost in Cost}
    return {cost: own for cost, own in sorted_out.items() if own}


def findings_of(jail: Jail, sitting: Sitting) -> tuple[Finding, ...]:
    """Run the sitting's examiners in the jail; whatever happens is a finding, one for each name in their order."""
    brief = {**plain_of(sitting.brief), "emblems": [part.hex() for part in sitting.brief.emblems]}
    outcomes = _together(jail, sitting, brief) if len(sitting.names) > 1 else None
    if outcomes is None:
        outcomes = [outcome_of(partial(_alone, jail, sitting, brief, name)) for name in sitting.names]
    digest = sitting.brief.digest()
    return tuple(
        Finding(
            id=f"{label_of(sitting.exhibit)}.{name}",
            exhibit=sitting.exhibit,
            examiner=name,
            version=examiners()[name].version,
            brief_sha256=digest,
            outcome=outcome,
        )
        for name, outcome in zip(sitting.names, outcomes, strict=True)
    )


def _alone(jail: Jail, sitting: Sitting, brief: dict[str, Any], name: str) -> Outcome:
    answer = jail.run("examine", {"examiner": name, "brief": brief}, sitting.content)
    outcome: Outcome = noun_of(answer, Outcome)  # type: ignore[arg-type]
    return outcome


def _together(jail: Jail, sitting: Sitting, brief: dict[str, Any]) -> list[Outcome] | None:
    """Every examiner's outcome from one child; None where it did not answer for all of them."""
    try:
        answers = jail.run("examine_together", {"examiners": list(sitting.names), "brief": brief}, sitting.content)
        outcomes: list[Outcome] = [noun_of(answer, Outcome) for answer in answers]  # type: ignore[arg-type]
    except (JailEndedError, MalformedError, TypeError):
        return None
    return outcomes if len(outcomes) == len(sitting.names) else None
