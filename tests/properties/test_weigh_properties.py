"""Properties of weighing: swapping, order, groups, caps and silence change only what they must."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from counterclaim.record.finding import Declined, Failed, Finding
from counterclaim.record.proposition import Assessment, FurtherTest, Interval, Proposition, Question
from counterclaim.record.proposition import TestResult as ResultGiven  # pytest collects what is called Test...
from counterclaim.weigh.decider import bits_of
from counterclaim.weigh.judgement import judged_of
from counterclaim.weigh.ratio import Exact, break_even_of, capped, exact_of, inverse, product
from counterclaim.weigh.weight import weigh

IDS = ("A", "B", "C")
TOLERANCE = Decimal("1E-24")

bounds = st.decimals(min_value=Decimal("0.0005"), max_value=Decimal(5000), places=4, allow_nan=False)
intervals = st.tuples(bounds, bounds).map(lambda two: Interval(low=min(two), high=max(two)))


def question_of(order: tuple[str, ...] = IDS) -> Question:
    return Question(
        id="Q1",
        text="Where was the photograph taken?",
        propositions=tuple(Proposition(id=one, text=f"place {one}", asserted_by="somebody") for one in order),
    )


@st.composite
def assessments(draw: st.DrawFn) -> tuple[Assessment, ...]:
    made = []
    for number in range(draw(st.integers(0, 7))):
        basis = draw(st.sampled_from(["elicited", "published", "validated", "none"]))
        made.append(
            Assessment(
                id=f"S{number}",
                question="Q1",
                item=draw(st.sampled_from(["E1.metadata", "E1.emblem", "E2.emblem", "E3", "A4"])),
                kind="observation",
                observed=draw(st.sampled_from(["", "a flag", "a plug"])),
                group=draw(st.sampled_from(["", "", "room"])),
                between=draw(st.sampled_from([("A", "B"), ("B", "A"), ("A", "C"), ("C", "B")])),
                interval=draw(intervals),
                basis=basis,
                why="",
                by=draw(st.sampled_from(["P1", "P2"])),
                absence=draw(st.booleans()) and draw(st.booleans()),
                cap=Decimal(50) if basis == "validated" else None,
                status=draw(st.sampled_from(["accepted", "accepted", "accepted", "proposed"])),
            )
        )
    return tuple(made)


def _near(a: Decimal, b: Decimal) -> bool:
    return abs(a - b) <= TOLERANCE * max(a, b)


@given(assessments(), st.permutations(IDS))
def test_swapping_propositions_inverts_every_ratio(judged: tuple[Assessment, ...], order: list[str]) -> None:
    before, after = weigh(question_of(), judged), weigh(question_of(tuple(order)), judged)
    for pair, combined in before.combined.items():
        first, second = pair.split(":")
        same = after.combined.get(pair)
        if same is not None:
            assert (same.low, same.high, same.words, same.capped) == (
                combined.low,
                combined.high,
                combined.words,
                combined.capped,
            )
            continue
        turned = after.combined[f"{second}:{first}"]
        assert _near(turned.low * combined.high, Decimal(1))
        assert _near(turned.high * combined.low, Decimal(1))
        assert (turned.words, turned.capped) == (combined.words, combined.capped)
        assert abs(turned.break_even_prior[0] + combined.break_even_prior[1] - 1) <= Decimal("0.0001")


@given(assessments(), st.data())
def test_the_order_of_assessments_changes_nothing(judged: tuple[Assessment, ...], data: st.DataObject) -> None:
    assert weigh(question_of(), data.draw(st.permutations(judged))) == weigh(question_of(), judged)


powers = st.sampled_from([Decimal(text) for text in ("0.001", "0.01", "0.1", "1", "10", "100", "1000")])


@given(assessments(), st.lists(st.tuples(powers, powers), min_size=7, max_size=7))
def test_storing_an_assessment_the_other_way_round_changes_nothing(
    judged: tuple[Assessment, ...], two: list[tuple[Decimal, Decimal]]
) -> None:
    # Powers of ten, whose inverses can be written: what is stored is then exactly the same judgement.
    straight = [replace(one, interval=Interval(low=min(b), high=max(b))) for one, b in zip(judged, two, strict=False)]
    turned = [
        replace(one, between=one.between[::-1], interval=Interval(low=1 / one.interval.high, high=1 / one.interval.low))
        for one in straight
    ]
    assert weigh(question_of(), turned) == weigh(question_of(), straight)


@given(
    assessments(),
    st.lists(st.sampled_from(["E8.noise", "E9.grid"]), unique=True),
    st.sampled_from([Failed(reason="exit code -9"), Declined(reason="not a JPEG")]),
)
def test_declined_and_failed_findings_change_nothing(
    judged: tuple[Assessment, ...], ids: list[str], outcome: Failed | Declined
) -> None:
    silent = [
        Finding(
            id=one, exhibit=8, examiner="noise", version="1", brief_sha256="0" * 64, outcome=outcome, status="accepted"
        )
        for one in ids
    ]
    assert weigh(question_of(), judged, findings=silent) == weigh(question_of(), judged)


@given(assessments())
def test_what_was_judged_of_a_declined_finding_is_as_if_it_had_not_been_judged(judged: tuple[Assessment, ...]) -> None:
    declined = Finding(
        id="E1.metadata",
        exhibit=1,
        examiner="metadata",
        version="1",
        brief_sha256="0" * 64,
        outcome=Declined(reason="empty"),
        status="accepted",
    )
    with_it = weigh(question_of(), judged, findings=(declined,))
    without = weigh(question_of(), [one for one in judged if one.item != "E1.metadata"])
    assert (with_it.combined, with_it.items) == (without.combined, without.items)


@given(assessments())
def test_assessments_not_accepted_change_nothing(judged: tuple[Assessment, ...]) -> None:
    assert weigh(question_of(), [one for one in judged if one.status == "accepted"]) == weigh(question_of(), judged)


@given(assessments())
def test_no_combination_leaves_the_largest_cap_of_its_bases(judged: tuple[Assessment, ...]) -> None:
    caps = {"elicited": Decimal(100), "published": Decimal(1000), "validated": Decimal(50), "none": Decimal(1)}
    entered, _ = judged_of(question_of(), judged, (), ())
    for pair, combined in weigh(question_of(), judged).combined.items():
        bases = {one.basis for one in entered if f"{one.pair[0]}:{one.pair[1]}" == pair}
        largest = max((caps[basis] for basis in bases), default=Decimal(1))
        assert combined.high <= largest * (1 + TOLERANCE)
        assert combined.low >= (1 - TOLERANCE) / largest


@given(assessments())
def test_an_item_repeated_within_its_group_adds_no_strength(judged: tuple[Assessment, ...]) -> None:
    doubled = [*judged, *(replace(one, id=f"{one.id}again") for one in judged)]
    assert weigh(question_of(), doubled).combined == weigh(question_of(), judged).combined


@given(assessments())
def test_an_absence_without_a_validated_miss_rate_never_discriminates(judged: tuple[Assessment, ...]) -> None:
    absent = [replace(one, absence=True, basis="elicited", cap=None) for one in judged]
    weight = weigh(question_of(), absent)
    assert {(one.low, one.high) for one in weight.combined.values()} == {(Decimal(1), Decimal(1))}
    assert not any(one.capped for one in weight.combined.values())


@given(assessments())
def test_leaving_a_group_out_is_weighing_without_it(judged: tuple[Assessment, ...]) -> None:
    entered, _ = judged_of(question_of(), judged, (), ())
    weight = weigh(question_of(), judged)
    for group, pairs in weight.leave_one_group_out.items():
        ids = {one.id for one in entered if one.group != group}
        rest = weigh(question_of(), [one for one in judged if one.id in ids])
        assert {pair: (one.low, one.high) for pair, one in pairs.items()} == {
            pair: (one.low, one.high) for pair, one in rest.combined.items()
        }


@given(assessments())
def test_every_pair_has_a_row_and_words_agree_with_its_interval(judged: tuple[Assessment, ...]) -> None:
    weight = weigh(question_of(), judged)
    assert list(weight.combined) == ["A:B", "A:C", "B:C"]
    for one in weight.combined.values():
        assert (one.words == "does not discriminate") == (one.low <= 1 <= one.high)
        assert 0 < one.break_even_prior[0] <= one.break_even_prior[1] < 1


# --- Arithmetic --------------------------------------------------------------------------------


@given(st.lists(intervals, max_size=8), st.randoms())
def test_a_product_is_exact_so_its_order_and_its_inverse_are(ratios: list[Interval], random: object) -> None:
    exact = [exact_of(one) for one in ratios]
    shuffled = list(exact)
    shuffle: Callable[[list[Exact]], None] = random.shuffle  # type: ignore[attr-defined]
    shuffle(shuffled)
    assert product(shuffled) == product(exact)
    assert inverse(product(exact)) == product([inverse(one) for one in exact])
    assert inverse(inverse(product(exact))) == product(exact)


@given(intervals, st.integers(1, 1000))
def test_a_cap_is_the_same_for_a_pair_and_for_the_pair_swapped(ratio: Interval, cap: int) -> None:
    exact, limit = exact_of(ratio), exact_of(Interval(low=Decimal(cap), high=Decimal(cap))).low
    assert capped(inverse(exact), limit) == inverse(capped(exact, limit))
    assert capped(capped(exact, limit), limit) == capped(exact, limit)


@given(intervals)
def test_at_the_break_even_prior_the_odds_end_even(ratio: Interval) -> None:
    low, high = break_even_of(exact_of(ratio))
    for prior, bound in ((low, ratio.high), (high, ratio.low)):
        assert abs(prior * bound / (1 - prior) - 1) < Decimal("0.01") or prior > Decimal("0.99")
        assert abs(prior - 1 / (1 + bound)) <= Decimal("0.00005")


# --- What would decide -------------------------------------------------------------------------


@st.composite
def further_tests(draw: st.DrawFn) -> FurtherTest:
    count = draw(st.integers(1, 4))
    columns = {}
    for one in IDS:
        cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=count - 1, max_size=count - 1)))
        columns[one] = [Decimal(b - a) / 100 for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    results = tuple(ResultGiven(result=str(i), given={one: columns[one][i] for one in IDS}) for i in range(count))
    return FurtherTest(test="t", cost=Decimal(1), results=results)


@given(further_tests(), st.permutations(IDS))
def test_bits_lie_between_none_and_all_and_the_order_of_rivals_changes_nothing(
    test: FurtherTest, order: list[str]
) -> None:
    bits = bits_of(test, IDS)
    assert 0 <= bits <= Decimal("1.5850")
    assert bits_of(test, order) == bits
    if all(len(set(result.given.values())) == 1 for result in test.results):
        assert bits == 0


@given(further_tests())
def test_a_result_split_in_two_by_a_coin_tells_no_more(test: FurtherTest) -> None:
    first = test.results[0]
    halves = tuple(
        ResultGiven(result=f"{first.result}{half}", given={k: v / 2 for k, v in first.given.items()}) for half in "ab"
    )
    assert bits_of(replace(test, results=(*halves, *test.results[1:])), IDS) == bits_of(test, IDS)
