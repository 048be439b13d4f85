"""Turns whatever an examiner does into an outcome; the one place that catches every exception."""

from __future__ import annotations

from collections.abc import Callable

from counterclaim.desk.jail import JailEndedError
from counterclaim.record.finding import Failed, Outcome

REASON_CHARACTERS_MAX = 400  # a hostile file must not write a novel into the log


def outcome_of(examine: Callable[[], Outcome]) -> Outcome:
    """Run `examine`; what breaks is a Failed with its reason, a child's exit code included."""
    try:
        return examine()
    except JailEndedError as ended:
        return Failed(reason=f"the jailed child gave no answer: {ended.got}"[:REASON_CHARACTERS_MAX])
    except Exception as error:  # noqa: BLE001 (evidence that cannot be had is a value; see ARCHITECTURE.md, three kinds of trouble)
        return Failed(reason=f"{type(error).__name__}: {error}"[:REASON_CHARACTERS_MAX])
