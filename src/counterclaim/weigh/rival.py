"""Warns of a rival tailored so that nothing can tell it from the others; refuses to call it improbable."""

from __future__ import annotations

from collections.abc import Iterable

from counterclaim.record.proposition import Question
from counterclaim.weigh.judgement import Judged


def tailored_warnings(question: Question, judged: Iterable[Judged]) -> tuple[str, ...]:
    """Warn of each constructed rival that no judgement so far tells from any other, with what would.

    A possibility nobody asserts can be fitted to whatever was observed: every ratio against it then stays around 1,
    which says nothing for it. The warning lists the question's further tests whose results differ under it.
    """
    judgements = list(judged)
    warnings = []
    for proposition in question.propositions:
        if not proposition.constructed:
            continue
        if any(one.ratio.discriminates for one in judgements if proposition.id in one.pair):
            continue
        tests = _telling_tests(question, proposition.id)
        would = (
            f"It would be decided by: {'; '.join(tests)}." if tests else "No further test that would tell it is listed."
        )
        warnings.append(
            f"{proposition.id} is constructed by us, nobody asserts it, and nothing judged so far tells it from "
            f"its rivals; that says nothing for it. {would}"
        )
    return tuple(warnings)


def _telling_tests(question: Question, proposition: str) -> list[str]:
    others = [other.id for other in question.propositions if other.id != proposition]
    return sorted(
        test.test
        for test in question.would_decide
        if any(result.given[proposition] != result.given[other] for result in test.results for other in others)
    )
