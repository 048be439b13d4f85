"""The rule of weight on cases worked by hand."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest

from counterclaim.record.account import Account, Lost, Named, Slot, Undetermined, Unstated
from counterclaim.record.errors import MalformedError, UsageError
from counterclaim.record.finding import Finding, Observed, RatioOffered
from counterclaim.record.passage import Span
from counterclaim.record.proposition import Assessment, FurtherTest, Interval, Proposition, Question, Weight
from counterclaim.record.proposition import TestResult as ResultGiven  # pytest collects what is called Test...
from counterclaim.weigh.contract import contract_of
from counterclaim.weigh.contradiction import points_of
from counterclaim.weigh.corroboration import UNKNOWN, Corroboration, corroboration_of, origins_of
from counterclaim.weigh.decider import bits_of
from counterclaim.weigh.judgement import UNPLACED_GROUP, group_of
from counterclaim.weigh.sentence import legend_of, sentence_of
from counterclaim.weigh.weight import weigh

FORBIDDEN = re.compile(
    r"verdict|prove|fake|authentic|refute|confidence|score|artefact|ingest|snippet|guilt|posterior|\blie[sd]?\b|lying",
    re.IGNORECASE,
)
TRANSPOSED = re.compile(
    r"more (probable|likely) (that|true)|probability (that|of) [A-Z]\b|given the findings", re.IGNORECASE
)


def _test(name: str, cost: str, **columns: list[str]) -> FurtherTest:
    count = len(next(iter(columns.values())))
    results = tuple(
        ResultGiven(result=str(i), given={k: Decimal(v[i]) for k, v in columns.items()}) for i in range(count)
    )
    return FurtherTest(test=name, cost=Decimal(cost), results=results)


PLUG = _test("ask for the uncropped original", "2", A=["0.9", "0.1"], B=["0.1", "0.9"], C=["0.5", "0.5"])
COIN = _test("toss a coin", "1", A=["0.5", "0.5"], B=["0.5", "0.5"], C=["0.5", "0.5"])
QUESTION = Question(
    id="Q1",
    text="Where was the photograph taken?",
    propositions=(
        Proposition(id="A", text="in the place the claim names", asserted_by="the claimant"),
        Proposition(id="B", text="in another country", asserted_by="the ministry"),
        Proposition(id="C", text="in another country, with a flag put up for the picture", constructed=True),
    ),
    would_decide=(COIN, PLUG),
)


def _judged(item: str, low: str, high: str, **changed: Any) -> Assessment:
    values = {
        "id": f"S.{item}.{low}.{high}",
        "question": "Q1",
        "item": item,
        "kind": "finding",
        "observed": f"seen in {item}",
        "group": "",
        "between": ("A", "B"),
        "interval": Interval(low=Decimal(low), high=Decimal(high)),
        "basis": "elicited",
        "why": "w",
        "by": "P1",
    }
    return Assessment(**{**values, **changed})


def _ab(*assessments: Assessment, **options: Any) -> tuple[str, str, bool]:
    combined = weigh(QUESTION, assessments, **options).combined["A:B"]
    return str(combined.low), str(combined.high), combined.capped


@pytest.mark.parametrize(
    ("assessments", "expected"),
    [
        ([_judged("E1", "5", "20")], ("5", "20", False)),
        ([_judged("E1", "5", "500")], ("5", "100", True)),
        ([_judged("E1", "500", "900")], ("100", "100", True)),
        ([_judged("E1", "0.001", "0.5")], ("0.01", "0.5", True)),
        ([_judged("E1", "500", "900", basis="published")], ("500", "900", False)),
        ([_judged("E1", "500", "9000", basis="published")], ("500", "1000", True)),
        ([_judged("E1", "3", "9", basis="none")], ("1", "1", True)),
        ([_judged("E1", "3", "9000", basis="validated", cap=Decimal(4000))], ("3", "4000", True)),
        ([_judged("E1", "3", "50", cap=Decimal(10))], ("3", "10", True)),
        # Two exhibits multiply; together they still cannot pass the cap of their basis.
        ([_judged("E1", "5", "10"), _judged("E2", "2", "4")], ("10", "40", False)),
        ([_judged("E1", "50", "60"), _judged("E2", "50", "60")], ("100", "100", True)),
        # What elicited items come to together is capped before a published one widens the whole.
        (
            [_judged("E1", "50", "60"), _judged("E2", "50", "60"), _judged("E3", "2", "3", basis="published")],
            ("200", "300", True),
        ),
        # A published item that does not discriminate lends its wider cap to nobody.
        ([_judged("E1", "50", "60"), _judged("E2", "0.5", "2", basis="published")], ("25", "100", True)),
        ([_judged("E1", "50", "60"), _judged("E2", "20", "30", basis="published")], ("1000", "1000", True)),
        # One photograph: the strongest alone, and one that says nothing takes nothing away.
        ([_judged("E1.a", "5", "10"), _judged("E1.b", "6", "7")], ("6", "7", False)),
        ([_judged("E1.a", "5", "10"), _judged("E1.b", "0.5", "2")], ("5", "10", False)),
        ([_judged("E1.a", "5", "10"), _judged("E1.b", "0.1", "0.5")], ("0.1", "10", False)),
        ([_judged("E1.a", "0.1", "0.5"), _judged("E1.b", "0.2", "0.25")], ("0.2", "0.25", False)),
        # E1 and E10 are two exhibits; a named group joins them.
        ([_judged("E1.a", "5", "5"), _judged("E10.a", "2", "2")], ("10", "10", False)),
        ([_judged("E1.a", "5", "5", group="room"), _judged("E10.a", "2", "2", group="room")], ("5", "5", False)),
        # The same thing judged by two people stands as the hull of both.
        ([_judged("E1", "5", "10"), _judged("E1", "2", "4", by="P2")], ("2", "10", False)),
        # Other questions and what nobody accepted stay out.
        ([_judged("E1", "5", "10", question="Q2"), _judged("E2", "5", "10", status="proposed")], ("1", "1", False)),
        ([_judged("E1", "5", "10", between=("B", "A"))], ("0.1", "0.2", False)),
    ],
)
def test_items_combine_as_worked_by_hand(assessments: list[Assessment], expected: tuple[str, str, bool]) -> None:
    assert _ab(*assessments) == expected


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ("1", "5", "does not discriminate"),
        ("0.2", "1", "does not discriminate"),
        ("1.5", "100", "do not support one proposition over the other"),
        ("2", "100", "weak support for A rather than B"),
        ("9.99", "100", "weak support for A rather than B"),
        ("10", "90", "moderate support for A rather than B"),
        ("0.01", "0.1", "moderate support for B rather than A"),
        ("0.05", "0.11", "weak support for B rather than A"),
        ("100", "100", "moderately strong support for A rather than B"),
    ],
)
def test_the_words_come_from_the_bound_nearer_to_one(low: str, high: str, words: str) -> None:
    assert weigh(QUESTION, [_judged("E1", low, high)]).combined["A:B"].words == words


def test_another_scale_is_named_and_an_unknown_one_is_refused() -> None:
    combined = weigh(QUESTION, [_judged("E1", "0.05", "0.11")], scale="nfi2014").combined["A:B"]
    assert (combined.scale, combined.words) == ("nfi2014", "slightly more probable if B than if A")
    for name in ("none", "elicited"):
        with pytest.raises(UsageError):
            weigh(QUESTION, [], scale=name)


def test_pairs_nobody_assessed_stay_at_one_and_are_not_derived() -> None:
    weight = weigh(QUESTION, [_judged("E1", "5", "10"), _judged("E1", "2", "4", between=("B", "C"))])
    assert list(weight.combined) == ["A:B", "A:C", "B:C"]
    unjudged = weight.combined["A:C"]
    assert (unjudged.low, unjudged.high, unjudged.words, unjudged.capped) == (1, 1, "does not discriminate", False)
    assert unjudged.break_even_prior == (Decimal("0.5"), Decimal("0.5"))


def test_the_break_even_prior_comes_low_from_high() -> None:
    assert weigh(QUESTION, [_judged("E1", "3", "9")]).combined["A:B"].break_even_prior == (
        Decimal("0.1"),
        Decimal("0.25"),
    )
    assert weigh(QUESTION, [_judged("E1", "2", "2")]).combined["A:B"].break_even_prior[0] == Decimal("0.3333")


def test_an_absence_is_forced_to_one_with_a_warning_unless_its_miss_rate_was_validated() -> None:
    weight = weigh(QUESTION, [_judged("E1.metadata", "5", "10", absence=True)])
    assert (weight.combined["A:B"].low, weight.combined["A:B"].high) == (1, 1)
    assert any("absence stays at 1" in warning for warning in weight.warnings)
    assert _ab(_judged("E1.metadata", "5", "10", absence=True, basis="validated", cap=Decimal(8))) == ("5", "8", True)


def test_a_hull_and_a_second_opinion_and_an_unplaced_item_are_points_to_clarify() -> None:
    weight = weigh(
        QUESTION,
        [
            _judged("E1.a", "5", "10"),
            _judged("E1.b", "0.1", "0.5"),
            _judged("E2", "2", "3"),
            _judged("E2", "3", "4", by="P2"),
            _judged("A7", "2", "3"),
        ],
    )
    assert len(weight.to_clarify) == 3
    assert all(point.startswith("To clarify: ") for point in weight.to_clarify)
    assert any("point to both sides of A:B" in point for point in weight.to_clarify)
    assert any("A7" in point for point in weight.to_clarify)


@pytest.mark.parametrize(
    ("item", "given", "group"),
    [
        ("E3", "", "E3"),
        ("E3.emblem", "", "E3"),
        ("E12.a4", "", "E12"),
        ("E3", "room", "room"),
        ("E3x", "", UNPLACED_GROUP),
        ("E03", "", UNPLACED_GROUP),
        ("a4", "", UNPLACED_GROUP),
    ],
)
def test_the_group_is_the_one_given_or_the_exhibit_the_id_begins_with(item: str, given: str, group: str) -> None:
    assert group_of(item, given) == group


def test_leaving_one_group_out_shows_how_much_hangs_on_it() -> None:
    out = weigh(QUESTION, [_judged("E1", "5", "10"), _judged("E2", "2", "4")]).leave_one_group_out
    assert out["E1"]["A:B"] == Interval(low=Decimal(2), high=Decimal(4))
    assert out["E2"]["A:B"] == Interval(low=Decimal(5), high=Decimal(10))
    assert out["E1"]["A:C"] == Interval(low=Decimal(1), high=Decimal(1))


def test_a_tailored_rival_is_warned_of_with_what_would_decide() -> None:
    warning = next(
        one for one in weigh(QUESTION, [_judged("E1", "5", "10")]).warnings if one.startswith("C is constructed")
    )
    assert "ask for the uncropped original" in warning
    assert "toss a coin" not in warning
    told = weigh(QUESTION, [_judged("E1", "5", "10", between=("A", "C"))]).warnings
    assert not any("constructed" in one for one in told)


def test_an_accepted_ratio_of_a_method_inside_its_validation_enters_and_no_other() -> None:
    ratio = RatioOffered(
        between=("B", "A"), low=Decimal("0.1"), high=Decimal("0.2"), basis="validated", cap=Decimal(30)
    )
    seen = Observed(summary="emblem", values={}, limits=("not when",), ratio=ratio, validation="inside")
    finding = Finding(
        id="E1.emblem",
        exhibit=1,
        examiner="emblem",
        version="2",
        brief_sha256="0" * 64,
        outcome=seen,
        status="accepted",
    )
    assert _ab(findings=(finding,)) == ("5", "10", False)
    assert _ab(findings=(replace(finding, status="proposed"),)) == ("1", "1", False)
    assert _ab(findings=(replace(finding, outcome=replace(seen, validation="outside")),)) == ("1", "1", False)
    # The person's own judgement of the same photograph joins its group and is not multiplied.
    assert _ab(_judged("E1.emblem", "3", "4"), findings=(finding,)) == ("5", "10", False)


@pytest.mark.parametrize(
    "assessment",
    [
        _judged("E1", "1", "2", between=("A", "Z")),
        _judged("E1", "1", "2", between=("A", "A")),
        _judged("E1", "1", "2", basis="validated"),
        _judged("E1", "1", "2", cap=Decimal("0.5")),
        _judged("E1", "1", "1E+999999"),
        _judged("E1", "0." + "1" * 50, "2"),
    ],
)
def test_an_assessment_of_a_wrong_form_is_refused(assessment: Assessment) -> None:
    with pytest.raises(MalformedError):
        weigh(QUESTION, [assessment])


# --- What would decide -------------------------------------------------------------------------


def test_bits_agree_with_shannon_on_cases_known_in_closed_form() -> None:
    assert bits_of(_test("sure", "1", A=["1", "0"], B=["0", "1"]), ("A", "B")) == Decimal("1.0000")
    assert bits_of(_test("coin", "1", A=["0.5", "0.5"], B=["0.5", "0.5"]), ("A", "B")) == 0
    # A binary symmetric channel with error 0.11: 1 - H(0.11) = 0.5001 bits.
    assert bits_of(_test("noisy", "1", A=["0.89", "0.11"], B=["0.11", "0.89"]), ("A", "B")) == Decimal("0.5001")
    three = bits_of(_test("three", "1", A=["1", "0", "0"], B=["0", "1", "0"], C=["0", "0", "1"]), ("A", "B", "C"))
    assert three == Decimal("1.5850")


def test_tests_are_ordered_by_bits_per_cost_and_what_is_free_comes_first() -> None:
    free = replace(PLUG, test="free", cost=Decimal(0))
    dear = replace(PLUG, test="dear", cost=Decimal(50))
    rows = weigh(replace(QUESTION, would_decide=(COIN, dear, PLUG, free)), []).would_decide
    assert [row.test for row in rows] == ["free", PLUG.test, "dear", "toss a coin"]


@pytest.mark.parametrize(
    "test",
    [
        _test("t", "1", A=["0.333", "0.333", "0.333"], B=["1", "0", "0"], C=["1", "0", "0"]),
        _test("t", "-1", A=["1", "0"], B=["1", "0"], C=["1", "0"]),
        _test("t", "1", A=["1.5", "-0.5"], B=["1", "0"], C=["1", "0"]),
        _test("t", "1", A=["1", "0"], B=["1", "0"]),
        FurtherTest(test="t", cost=Decimal(1), results=()),
    ],
)
def test_probabilities_that_do_not_add_up_are_refused(test: FurtherTest) -> None:
    with pytest.raises(MalformedError):
        weigh(replace(QUESTION, would_decide=(test,)), [])


# --- Sentences and the contract ----------------------------------------------------------------

SILENT = "; this says nothing between A and C or between B and C."
SEVENTH = "0.142857142857142857142857142857142857"
WEAK = "The findings are at least {} (scale enfsi2015: weak support{})"
NONE = "The findings do not discriminate between A and B: they are between {} (scale enfsi2015: does not discriminate)"
EXAMPLES = [
    ("5", "20", WEAK.format("5 times more probable if A than if B", "")),
    ("0.0001", SEVENTH, WEAK.format("7 times more probable if B than if A", "; a cap was reached")),
    ("0.5", "3", NONE.format("0.5 and 3 times as probable if A as if B")),
]


@pytest.mark.parametrize(("low", "high", "sentence"), EXAMPLES)
def test_a_weight_reads_as_a_sentence(low: str, high: str, sentence: str) -> None:
    combined = weigh(QUESTION, [_judged("E1", low, high)]).combined["A:B"]
    assert sentence_of("A:B", combined, QUESTION) == sentence + SILENT


def test_a_sentence_never_rounds_up_what_was_found() -> None:
    combined = weigh(QUESTION, [_judged("E1", "9.999", "99.99")]).combined["A:B"]
    assert "at least 9.99 times" in sentence_of("A:B", combined, QUESTION)
    with pytest.raises(MalformedError):
        sentence_of("A:Z", combined, QUESTION)


def _everything_said(weight: Weight) -> list[str]:
    sentences = [sentence_of(pair, combined, weight.question) for pair, combined in weight.combined.items()]
    words = [combined.words for combined in weight.combined.values()]
    return [*sentences, *words, *weight.to_clarify, *weight.warnings, *contract_of(weight), legend_of(weight.question)]


@pytest.mark.parametrize(("low", "high"), [("5", "20"), ("0.01", "0.3"), ("0.5", "3"), ("90", "1000"), ("1.5", "1.6")])
@pytest.mark.parametrize("scale", ["enfsi2015", "afsp2009", "nfi2014"])
def test_no_sentence_uses_a_forbidden_word_or_transposes_the_conditional(low: str, high: str, scale: str) -> None:
    assessments = [
        _judged("E1", low, high),
        _judged("E1.b", "0.1", "0.5"),
        _judged("E2", "2", "3", absence=True),
        _judged("A1", "2", "3"),
    ]
    accounts = [_account("a1", "claim"), _account("a2", "denial", answers=("a1",), damage=("d1",), holder=Unstated())]
    for text in _everything_said(weigh(QUESTION, assessments, accounts=accounts, scale=scale)):
        assert not FORBIDDEN.search(text), text
        assert not TRANSPOSED.search(text), text


def test_the_json_is_the_contracts_question_object_and_nothing_more() -> None:
    weight = weigh(QUESTION, [_judged("E1.emblem", "5", "500")], sources={"E1": (), "E2": ("E1",)})
    data = json.loads(json.dumps(contract_of(weight)))
    assert list(data) == [
        "id",
        "text",
        "propositions",
        "items",
        "combined",
        "would_decide",
        "to_clarify",
        "origins",
        "leave_one_group_out",
    ]
    assert data["propositions"][0] == {"id": "A", "text": "in the place the claim names", "asserted_by": "the claimant"}
    assert data["propositions"][2]["constructed"] is True
    assert data["items"] == [
        {
            "id": "E1.emblem",
            "kind": "finding",
            "group": "E1",
            "intervals": {"A:B": [5.0, 100.0]},
            "basis": "elicited",
            "cap": 100.0,
        }
    ]
    assert data["combined"]["A:B"] == {
        "low": 5.0, "high": 100.0, "words": "weak support for A rather than B", "scale": "enfsi2015", "capped": True,
        "break_even_prior": [0.009901, 0.1667],
    }  # fmt: skip
    assert data["would_decide"][0]["test"] == PLUG.test
    assert data["origins"] == {"A": 1, "B": 0, "C": 0}
    assert data["leave_one_group_out"] == {"E1": {"A:B": [1.0, 1.0], "A:C": [1.0, 1.0], "B:C": [1.0, 1.0]}}
    assert not {"posterior", "point", "verdict"} & {field.name for field in fields(Weight)}


# --- Points to clarify -------------------------------------------------------------------------


def _account(name: str, act: Any, *, holder: Slot | None = None, **changed: Any) -> Account:
    values = {
        "id": name,
        "act": act,
        "span": Span(start=0, end=1, text="x"),
        "holder": holder or Named(entity="n1"),
        "cue": None,
        "polarity": "affirmed",
        "hedge": None,
        "answers": (),
        "denies": (),
        "denial_kind": None,
        "translated_from": None,
        "damage": (),
        "grade": "high",
        "status": "accepted",
    }
    return Account(**{**values, **changed})


def test_a_denial_is_shown_as_a_dispute_and_silence_as_not_answered() -> None:
    accounts = [
        _account("a1", "claim"),
        _account("a2", "denial", answers=("a1",), denies=("place",)),
        _account("a3", "testimony"),
    ]
    assert [(point.kind, point.accounts) for point in points_of(accounts)] == [
        ("dispute", ("a1", "a2")),
        ("not_answered", ("a3",)),
    ]
    assert points_of(accounts) == points_of(accounts[::-1])


def test_a_reply_that_answers_nothing_leaves_the_claim_unanswered() -> None:
    kinds = [point.kind for point in points_of([_account("a1", "claim"), _account("a2", "no_reply", answers=("a1",))])]
    assert kinds == ["not_answered"]


def test_undetermined_lost_and_unstated_holders_and_damage_are_points_to_clarify() -> None:
    holders: list[Slot] = [Undetermined(candidates=("n1", "n2")), Lost(damage="d1"), Unstated()]
    accounts = [_account(f"a{i}", "opinion", holder=holder) for i, holder in enumerate(holders)]
    points = points_of(
        [
            *accounts,
            _account("a9", "opinion", damage=("d1",)),
            _account("b1", "denial"),
            _account("b2", "denial", answers=("zz",)),
        ]
    )
    assert [point.kind for point in points] == ["undetermined"] * 3 + ["damage"] + ["answers_nothing_held"] * 2
    assert all(point.words.startswith("To clarify: ") and not FORBIDDEN.search(point.words) for point in points)


def test_accounts_nobody_accepted_are_not_in_the_weighing() -> None:
    proposed = _account("E2.a1", "claim", status="proposed")
    weight = weigh(QUESTION, [_judged("E2.a1", "5", "10", kind="account")], accounts=[proposed])
    assert weight.to_clarify == ()
    assert weight.items == ()
    assert any("E2.a1 is only proposed" in warning for warning in weight.warnings)


# --- Independent origins -----------------------------------------------------------------------


def test_a_hundred_repeats_of_one_agency_are_one_origin() -> None:
    sources = {f"E{i}": ("agency",) for i in range(1, 101)} | {"agency": ("witness",)}
    assert corroboration_of(sources, sources) == Corroboration(origins=1, exact=True)


def test_an_unknown_way_up_never_raises_the_count() -> None:
    sources = {"E1": ("p",), "E2": (UNKNOWN,), "E3": ("q", UNKNOWN)}
    assert origins_of("E2", sources) is None
    assert corroboration_of(["E1", "E2", "E3", "E4"], sources).origins == 1


def test_a_circle_is_one_origin_and_a_circle_with_a_way_out_is_none() -> None:
    assert origins_of("E1", {"E1": ("a",), "a": ("b",), "b": ("a",)}) == {"a"}
    assert origins_of("E1", {"E1": ("a",), "a": ("b",), "b": ("a", "w")}) == {"w"}
    assert corroboration_of(["E1", "E2"], {"E1": ("E2",), "E2": ("E1",)}).origins == 1


def test_the_largest_set_is_found_where_taking_the_first_item_spoils_two_others() -> None:
    sources = {"E1": ("a", "b"), "E2": ("a", "c"), "E3": ("b", "d")}
    assert corroboration_of(sources, sources) == Corroboration(origins=2, exact=True)


def test_more_sets_than_can_be_searched_give_a_lower_bound_that_says_so() -> None:
    sources = {f"E{i}": (f"o{i}", f"o{i + 1}") for i in range(1, 30)}
    found = corroboration_of(sources, sources)
    assert not found.exact
    assert 10 <= found.origins <= 15  # 15 is the true count
    weight = weigh(QUESTION, [_judged(f"E{i}", "5", "10") for i in range(1, 30)], sources=sources)
    assert any(f"at least {found.origins}" in warning for warning in weight.warnings)
