"""Fetches an address a person gave, through the broker, to be admitted as it came; follows no redirect."""

from __future__ import annotations

from counterclaim.desk.admit import NAME_CHARACTERS_MAX, Arrival, ReceiptRow
from counterclaim.desk.broker import Broker, NotSentError, UnreachableHostError
from counterclaim.desk.outbound import ForbiddenError, request_to
from counterclaim.record.errors import UsageError

OK = 200
NOT_SENT = "nothing was sent; see above what would be, and run it again with --send"


def fetched(broker: Broker, address: str, *, case: str) -> Arrival | ReceiptRow:
    """Ask for the address and give what came, with its header lines; or the receipt row that says why not.

    Only an answer of status 200 is admitted: an error page is not the page. The log keeps what was asked either way.
    """
    try:
        request = request_to(address, purpose="fetch")
        answer, entry = broker.perform(request, case=case)
    except NotSentError as error:
        return _refused(address, NOT_SENT, error.exit_code)
    except (ForbiddenError, UnreachableHostError, UsageError) as error:
        return _refused(address, str(error), error.exit_code)
    if answer.status != OK:
        to = answer.header("Location")
        led = f"; it leads to {to}, which can be asked for by name" if to else ""
        return _refused(address, f"the host answered with status {answer.status}{led}", 4)
    if not answer.body:
        return _refused(address, "the host answered with nothing", 4)
    return Arrival(
        input=address,
        name=(request.path.partition("?")[0].rpartition("/")[2] or request.host)[:NAME_CHARACTERS_MAX],
        content=answer.body,
        source=request.address,
        fetched={"entry": entry, **answer.plain()},
    )


def _refused(address: str, reason: str, exit_code: int) -> ReceiptRow:
    return ReceiptRow(input=address, outcome="refused", exhibit=None, reason=reason, exit_code=exit_code)
