"""Weighs a question: an interval for each pair of rivals and what it rests on; never a posterior.

In order: judgements are admitted, turned and capped; combined within each dependency group; multiplied over groups and
capped again; put into the words of a named scale; and told what is missing. Method card: docs/methods/weight.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from counterclaim.record.account import Account
from counterclaim.record.errors import MalformedError
from counterclaim.record.finding import Finding
from counterclaim.record.proposition import Assessment, Combined, Interval, Question, WeighedItem, Weight
from counterclaim.weigh.contradiction import points_of
from counterclaim.weigh.corroboration import Sources, corroboration_of
from counterclaim.weigh.decider import would_decide_of
from counterclaim.weigh.group import GroupRatio, combination_of, groups_of
from counterclaim.weigh.judgement import UNPLACED_GROUP, Judged, Pair, group_of, judged_of, pairs_of
from counterclaim.weigh.ratio import break_even_of, decimal_of, hull, interval_of
from counterclaim.weigh.rival import tailored_warnings
from counterclaim.weigh.scale import DEFAULT_SCALE, Scale, scale_of, words_of

PROPOSITIONS_MAX = 12  # 66 pairs; nobody can judge more rivals against each other


def weigh(
    question: Question,
    assessments: Sequence[Assessment],
    *,
    findings: Sequence[Finding] = (),
    accounts: Sequence[Account] = (),
    sources: Sources | None = None,
    scale: str = DEFAULT_SCALE,
) -> Weight:
    """Weigh the accepted assessments of one question.

    `findings` and `accounts` say what may not enter (declined, failed, not accepted); an accepted finding's own ratio
    enters where validated for its input. `sources` is the graph of what each item was taken from (`corroboration`).
    The order of any input changes nothing. Raises MalformedError, or UsageError where there is no such scale.
    """
    if len(question.propositions) > PROPOSITIONS_MAX:
        raise MalformedError(f"{PROPOSITIONS_MAX} rivals at most", str(len(question.propositions)))
    if any(":" in proposition.id for proposition in question.propositions):
        raise MalformedError("propositions whose ids hold no colon", question.id)
    named = scale_of(scale)
    judged, warnings = judged_of(question, assessments, findings, accounts)
    groups = {pair: groups_of(judged, pair) for pair in pairs_of(question)}
    would_decide = would_decide_of(question)  # before the rivals: it checks the tests they look into
    origins, remarks = _origins(question, judged, sources or {})
    return Weight(
        question=question,
        items=_items(judged),
        combined={_name(pair): _combined(pair, groups[pair], named) for pair in groups},
        would_decide=would_decide,
        to_clarify=_to_clarify(groups, judged, accounts),
        origins=origins,
        leave_one_group_out=_left_out(groups),
        warnings=(*warnings, *tailored_warnings(question, judged), *remarks, *_scale_warnings(named)),
    )


def _name(pair: Pair) -> str:
    return f"{pair[0]}:{pair[1]}"


def _combined(pair: Pair, groups: Sequence[GroupRatio], scale: Scale) -> Combined:
    ratio, was_capped = combination_of(groups)
    interval = interval_of(ratio)
    return Combined(
        low=interval.low,
        high=interval.high,
        words=words_of(ratio, scale, pair),
        scale=scale.id,
        capped=was_capped,
        break_even_prior=break_even_of(ratio),
    )


def _left_out(groups: Mapping[Pair, Sequence[GroupRatio]]) -> dict[str, dict[str, Interval]]:
    """Combine again without each group in turn: how much hangs on one exhibit."""
    names = sorted({group.group for members in groups.values() for group in members})
    return {
        name: {
            _name(pair): interval_of(combination_of([group for group in members if group.group != name])[0])
            for pair, members in groups.items()
        }
        for name in names
    }


def _items(judged: Sequence[Judged]) -> tuple[WeighedItem, ...]:
    """List what entered, one row a thing in its group, with the ratio it had before its group was combined."""
    rows = []
    ordered = sorted(judged, key=_thing)
    for (group, item, observed, _), members in groupby(ordered, key=_thing):
        several = list(members)
        pairs = sorted({one.pair for one in several})
        rows.append(
            WeighedItem(
                id=item,
                kind=several[0].kind,
                group=group,
                intervals={
                    _name(pair): interval_of(hull(one.ratio for one in several if one.pair == pair)) for pair in pairs
                },
                basis=several[0].basis,
                cap=decimal_of(min(one.cap for one in several)),
                note=observed,
            )
        )
    return tuple(rows)


def _thing(judged: Judged) -> tuple[str, str, str, str]:
    return judged.group, judged.item, judged.observed, judged.basis


def _to_clarify(
    groups: Mapping[Pair, Sequence[GroupRatio]], judged: Sequence[Judged], accounts: Sequence[Account]
) -> tuple[str, ...]:
    remarks = [remark for members in groups.values() for group in members for remark in group.to_clarify]
    unplaced = sorted({one.item for one in judged if one.group == UNPLACED_GROUP})
    if unplaced:
        remarks.append(f"To clarify: which exhibit {', '.join(unplaced)} rests on; until then they count as one group.")
    accepted = [account for account in accounts if account.status == "accepted"]
    return (*dict.fromkeys(remarks), *(point.words for point in points_of(accepted)))


def _origins(question: Question, judged: Sequence[Judged], sources: Sources) -> tuple[dict[str, int], list[str]]:
    """Count for each rival the independent origins known behind the items that speak for it against some other."""
    counts, remarks = {}, []
    for proposition in question.propositions:
        items = {
            one.item if one.item in sources else group_of(one.item, "")
            for one in judged
            if one.ratio.discriminates and one.pair[0 if one.ratio.low > 1 else 1] == proposition.id
        }
        found = corroboration_of(sorted(items), sources)
        counts[proposition.id] = found.origins
        if not found.exact:
            remarks.append(f"The origins behind {proposition.id} are at least {found.origins}; not all were searched.")
    return counts, remarks


def _scale_warnings(scale: Scale) -> list[str]:
    if not scale.is_unconfirmed:
        return []
    return [f"The words of the scale {scale.id} await a lawyer's confirmation; the numbers do not depend on them."]
