"""What further evidence would decide most: expected information in bits; refuses probabilities that do not add up."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal

from counterclaim.record.errors import MalformedError
from counterclaim.record.proposition import FurtherTest, Question, WouldDecide

SUM_TOLERANCE = Decimal("1E-9")  # written decimals such as 0.333 three times are a mistake, not rounding
RESULTS_MAX = 200  # possible results of one test; more were not judged by a person
TESTS_MAX = 200
_BITS_PLACES = Decimal("0.0001")
_CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN)  # 30 digits beyond the four that are printed


def would_decide_of(question: Question) -> tuple[WouldDecide, ...]:
    """Order the question's further tests by bits per cost, most first; a test that costs nothing comes before all.

    Bits are the mutual information between proposition and result under equal priors over the propositions (Shannon
    1948; Lindley 1956, expected information of an experiment), rounded to 4 places. The equal priors are a device to
    compare tests and say nothing about the case. Raises MalformedError.
    """
    if len(question.would_decide) > TESTS_MAX:
        raise MalformedError(f"{TESTS_MAX} further tests at most", str(len(question.would_decide)))
    ids = [proposition.id for proposition in question.propositions]
    rows = [WouldDecide(test=test.test, bits=bits_of(test, ids), cost=test.cost) for test in question.would_decide]
    return tuple(sorted(rows, key=_order))


def _order(row: WouldDecide) -> tuple[bool, Decimal, Decimal, str]:
    rate = row.bits if row.cost == 0 else _CONTEXT.divide(row.bits, row.cost)
    return row.cost != 0, -rate, row.cost, row.test


def bits_of(test: FurtherTest, propositions: Sequence[str]) -> Decimal:
    """Compute a test's expected information: 0 to log2(number of propositions) bits. Raises MalformedError."""
    _check(test, propositions)
    count = Decimal(len(propositions))
    total = Decimal(0)
    for result in test.results:
        given = [result.given[proposition] for proposition in propositions]
        mean = _CONTEXT.divide(_sum(given), count)
        for probability in sorted(given):
            if probability:
                log = _CONTEXT.ln(_CONTEXT.divide(probability, mean))
                total = _CONTEXT.add(total, _CONTEXT.multiply(probability, log))
    bits = _CONTEXT.divide(total, _CONTEXT.multiply(count, _CONTEXT.ln(Decimal(2))))
    return max(bits, Decimal(0)).quantize(_BITS_PLACES, rounding=ROUND_HALF_EVEN, context=_CONTEXT)


def _sum(numbers: Sequence[Decimal]) -> Decimal:
    """Add in one order and in one context, whatever context the caller's thread has."""
    total = Decimal(0)
    for number in sorted(numbers):
        total = _CONTEXT.add(total, number)
    return total


def _check(test: FurtherTest, propositions: Sequence[str]) -> None:
    if not test.cost.is_finite() or test.cost < 0:
        raise MalformedError(f"a cost of 0 or more for {test.test!r}", str(test.cost))
    if not 1 <= len(test.results) <= RESULTS_MAX:
        raise MalformedError(f"1 to {RESULTS_MAX} results of {test.test!r}", str(len(test.results)))
    for result in test.results:
        if set(result.given) != set(propositions):
            raise MalformedError(
                f"a probability given each of {', '.join(propositions)}", ", ".join(sorted(result.given))
            )
        for probability in result.given.values():
            if not (probability.is_finite() and 0 <= probability <= 1):
                raise MalformedError(f"probabilities within 0..1 for {result.result!r}", str(probability))
    for proposition in propositions:
        total = _sum([result.given[proposition] for result in test.results])
        if abs(_CONTEXT.subtract(total, Decimal(1))) > SUM_TOLERANCE:
            raise MalformedError(f"probabilities given {proposition} of {test.test!r} that add up to 1", str(total))
