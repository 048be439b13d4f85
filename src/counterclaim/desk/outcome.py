"""Turns whatever an examiner does into an outcome; the one place that catches every exception."""

from __future__ import annotations

from collections.abc import Callable

from counterclaim.desk.jail import JailEndedError, OverBudgetError
from counterclaim.record.errors import PolicyError
from counterclaim.record.finding import Declined, Failed, Outcome

REASON_CHARACTERS_MAX = 400  # a hostile file must not write a novel into the log


def outcome_of(examine: Callable[[], Outcome]) -> Outcome:
    """Run `examine`; what breaks is a Failed with its reason, a child's exit code included.

    What asks for more than its size allows is Declined. Raises PolicyError where nothing may be parsed here: that
    says nothing of the file, and must not stand in the log as if it had been looked at.
    """
    try:
        return examine()
    except PolicyError:
        raise
    except OverBudgetError as over:
        return Declined(reason=f"not examined within its budget: {over.got}"[:REASON_CHARACTERS_MAX])
    except MemoryError:
        return Declined(reason="not examined: it needs more memory than there is")
    except JailEndedError as ended:
        return Failed(reason=f"the jailed child gave no answer: {ended.got}"[:REASON_CHARACTERS_MAX])
    except Exception as error:  # noqa: BLE001 (evidence that cannot be had is a value; see ARCHITECTURE.md, three kinds of trouble)
        return Failed(reason=f"{type(error).__name__}: {error}"[:REASON_CHARACTERS_MAX])
