from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from dossier_sample import DIGEST, assessment, exhibits, findings, question, sample

from counterclaim.dossier.casefile import Particulars
from counterclaim.dossier.dossier import Dossier, dossier_of
from counterclaim.dossier.drawn import CENTRE, HALF, drawing_of
from counterclaim.dossier.html import html_of
from counterclaim.record.errors import PolicyError
from counterclaim.record.finding import Observed
from counterclaim.weigh.weight import weigh


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return dossier_of(sample())


def said_in(dossier: Dossier) -> list[str]:
    return [account.text for row in dossier.exchanges for account in (*row.left, *row.right)]


def test_what_is_only_proposed_or_rejected_never_enters(dossier: Dossier) -> None:
    assert "Mənə su vermədilər" not in said_in(dossier)
    assert "saxlanılan" not in said_in(dossier)
    printed = html_of(dossier).decode()
    assert "PROPOSED ONLY" not in printed
    assert "REJECTED FINDING" not in printed
    assert "Nobody accepted this one." not in printed


def test_what_a_person_accepts_by_id_enters() -> None:
    file = sample()
    shown = [replace(one, accepted=one.accepted | {"a5"}) for one in file.exhibits]
    assert "Mənə su vermədilər" in said_in(dossier_of(replace(file, exhibits=tuple(shown))))


def test_an_accepted_finding_enters_and_a_proposed_one_waits() -> None:
    file = sample()
    proposed = tuple(replace(finding, status="proposed") for finding in file.findings)
    dossier = dossier_of(replace(file, findings=proposed))
    assert [plate.observations for plate in dossier.plates] == [(), (), ()]
    assert len(dossier.unanswered) == 2


def test_a_denial_stands_on_the_line_of_what_it_answers(dossier: Dossier) -> None:
    first = dossier.exchanges[0]
    assert [account.act for account in first.left] == ["testimony"]
    assert [account.act for account in first.right] == ["denial"]
    assert "hedged with “hər yerə qoyula bilər”" in first.right[0].remarks


def test_a_blank_reads_not_asked_unless_the_log_says_otherwise(dossier: Dossier) -> None:
    blanks = {row.left[0].text: row.blank_right for row in dossier.exchanges if row.left and not row.right}
    assert blanks["istintaq yalnız görünüş üçündür"] == "not asked"
    assert blanks["qollarında qançırlar gördüyünü yazıb"] == "asked of Ministry of the Interior on 2031-05-04: no reply"
    answered = Particulars(
        to="Y", at="2031-05-01T00:00:00Z", asked="?", about=("E2.a4",), reply="No.", reply_at="2031-05-02T00:00:00Z"
    )
    later = dossier_of(replace(sample(), particulars=(answered,)))
    assert "answered on 2031-05-02" in next(
        row.blank_right for row in later.exchanges if row.left and row.left[0].opinion
    )


def test_a_denial_that_answers_nothing_accepted_leaves_the_left_blank(dossier: Dossier) -> None:
    last = dossier.exchanges[-1]
    assert (last.left, last.blank_left) == ((), "no accepted account that this answers")
    assert last.right[0].text == "Этого не было"


def test_every_statement_wears_its_source(dossier: Dossier) -> None:
    for row in dossier.exchanges:
        for account in (*row.left, *row.right):
            assert account.mark.label.startswith("E")
            assert account.holder
    assert all(observation.mark.label == plate.label for plate in dossier.plates for observation in plate.observations)
    assert all(episode.mark.label.startswith("E2 [") for plate in dossier.plates for episode in plate.happenings)


def test_every_limit_of_a_printed_finding_is_in_the_limits(dossier: Dossier) -> None:
    limits = " ".join(dossier.limits)
    for finding in findings():
        if finding.status == "accepted" and isinstance(finding.outcome, Observed):
            assert all(limit in limits for limit in finding.outcome.limits)
    assert dossier_of(replace(sample(), findings=(), exhibits=())).limits


def test_declined_and_failed_are_told_whatever_their_status(dossier: Dossier) -> None:
    assert [(row.mark.label, row.outcome) for row in dossier.unanswered] == [("E1", "declined"), ("E2", "failed")]


def test_doubled_words_stand_side_by_side_with_their_difference(dossier: Dossier) -> None:
    doubled = dossier.plates[1].damage[0]
    assert [[token.text for token in version if token.differs] for version in doubled.versions] == [
        ["bilər", "."],
        ["bilə"],
    ]


def test_a_public_dossier_holds_no_digest_name_or_machine_value() -> None:
    printed = html_of(dossier_of(sample("public"))).decode()
    for secret in (DIGEST[2:], "IMG_0042", "page.html", "tables</span> messenger", "48211"):
        assert secret not in printed
        assert secret in html_of(dossier_of(sample("court"))).decode()


def test_a_public_dossier_whose_own_text_quotes_a_digest_is_refused() -> None:
    file = sample("public")
    named = replace(file.case, purpose=f"About the file {exhibits()[0].exhibit.sha256}")
    with pytest.raises(PolicyError, match="E1"):
        dossier_of(replace(file, case=named))


def test_a_picture_pixel_is_in_the_internal_profile_alone() -> None:
    for profile in ("public", "court", "ecthr"):
        assert "data:image" not in html_of(dossier_of(sample(profile))).decode()
    assert html_of(dossier_of(sample("internal"))).decode().count("data:image/png") == 1


@pytest.mark.parametrize(("low", "high"), [("14", "100"), ("0.5", "2"), ("1", "1"), ("0.001", "0.2")])
def test_the_bar_crosses_the_centre_exactly_when_the_interval_crosses_one(low: str, high: str) -> None:
    drawing = drawing_of(Decimal(low), Decimal(high), scale="enfsi2015", cap=None)
    crosses = Decimal(low) <= 1 <= Decimal(high)
    assert drawing.crosses is crosses
    assert (drawing.low <= CENTRE <= drawing.high) is crosses
    assert CENTRE - HALF <= drawing.low < drawing.high <= CENTRE + HALF + 3


def test_the_axis_is_even_about_one() -> None:
    drawing = drawing_of(Decimal("0.25"), Decimal(4), scale="enfsi2015", cap=Decimal(100))
    assert drawing.low + drawing.high == 2 * CENTRE
    assert sum(drawing.caps) == 2 * CENTRE
    assert [tick.x for tick in drawing.ticks if tick.text == "1"] == [CENTRE]
    assert {band.words for band in drawing.bands} >= {("weak", "support"), ("moderate", "support")}


def test_no_posterior_is_printed_and_the_break_even_prior_is(dossier: Dossier) -> None:
    pair = dossier.questions[0].pairs[0]
    assert "0.0099 and 0.0667" in pair.break_even
    assert dossier.questions[0].pairs[1].words == "does not discriminate"
    assert dossier.questions[1].pairs == ()


def test_a_findings_values_are_printed_as_words_and_not_as_program_text(dossier: Dossier) -> None:
    values = dict(dossier.plates[0].observations[0].values)
    assert values["blocks"] == "x 1, y z z yes"
    assert values["mirrored"] == "no"


def test_text_of_the_site_is_named_and_torn_edges_are_for_lost_text_alone(dossier: Dossier) -> None:
    kinds = {damage.kind: damage for damage in dossier.plates[1].damage}
    assert kinds["text cut off"].edges
    assert not kinds["two nearly equal passages"].edges


def test_a_pair_that_nothing_bears_on_is_said_and_not_drawn() -> None:
    file = sample()
    (weight,) = file.weights
    silent = replace(weight.combined["A:C"], low=Decimal(1), high=Decimal(1))
    dossier = dossier_of(replace(file, weights=(replace(weight, combined={**weight.combined, "A:C": silent}),)))
    printed = html_of(dossier).decode()
    assert "Nothing that was found bears on A against C (1 to 1: does not discriminate)." in printed
    assert printed.count('class="interval"') == 2


def test_each_ratio_names_whoever_gave_it_and_why(dossier: Dossier) -> None:
    by_item = {item.id: item.judgements for item in dossier.questions[0].items}
    lines = [(one.by, one.basis, one.pairs, one.why) for one in by_item["E2.a3"]]
    assert lines == [
        ("person-3f", "elicited", ("A : B",), "Such bruises are rare after a fall & not after enforced standing."),
        ("person-9c", "elicited", ("A : B",), "The note was written on the day of release."),
    ]
    printed = html_of(dossier).decode()
    assert printed.count('class="judged"') == 2
    assert "Such bruises are rare after a fall &amp; not after enforced standing." in printed
    for kept_back in ("ONLY PROPOSED REASON", "OF ANOTHER ITEM", "OF ANOTHER QUESTION", "THAT CAME LATER", "person-11"):
        assert kept_back not in printed


def test_one_persons_same_words_on_two_pairs_are_one_line_and_no_words_are_said_to_be_none() -> None:
    file = sample()
    (weight,) = file.weights
    _, item = weight.items
    wider = replace(item, intervals={**item.intervals, "A:C": item.intervals["A:B"]})
    given = (
        assessment(1, by="person-3f", why="Seen on the day."),
        assessment(2, by="person-3f", why="Seen on the day.", between=("A", "C")),
        assessment(3, by="person-9c", why=" ", between=("C", "A")),
    )
    dossier = dossier_of(replace(file, weights=(replace(weight, items=(wider,)),), assessments=given))
    (printed,) = dossier.questions[0].items
    assert [(one.by, one.pairs, one.why) for one in printed.judgements] == [
        ("person-3f", ("A : B", "A : C"), "Seen on the day."),
        ("person-9c", ("A : C",), "no reason was written"),
    ]


def test_a_ratio_that_a_method_offers_names_the_method() -> None:
    file = sample()
    (weight,) = file.weights
    item = replace(weight.items[0], note="The file was written by a messenger, not by a camera.")
    (printed,) = dossier_of(replace(file, weights=(replace(weight, items=(item,)),))).questions[0].items
    assert [(one.by, one.pairs) for one in printed.judgements] == [("jpeg_markers 0.1", ("A : B",))]


def test_a_rival_without_a_known_origin_reads_none_known(dossier: Dossier) -> None:
    assert dossier.questions[0].origins == (("A", "1"), ("B", "none known"))
    printed = html_of(dossier).decode()
    assert "Independent origins known" in printed
    assert "<li>B: none known</li>" in printed


def test_every_accepted_ratio_of_a_real_weighing_finds_its_line() -> None:
    given = (
        assessment(1, by="person-3f", why="w1"),
        assessment(2, by="person-9c", why="w2", between=("C", "A")),
        assessment(
            3, by="person-3f", why="w3", item="E1", kind="observation", observed="a barred window", group="room"
        ),
        assessment(4, by="person-9c", why="w4", item="E1", kind="observation", observed="a barred window"),
        assessment(5, by="person-3f", why="w5", item="a letter", kind="observation", observed="a stamp"),
        assessment(6, by="person-3f", why="w6", basis="published", cap=Decimal(4)),
        assessment(7, by="person-3f", why="w7", status="rejected"),
    )
    file = sample()
    asked = replace(question(), would_decide=())
    weighed = weigh(asked, given, findings=file.findings)
    (printed, _) = dossier_of(replace(file, weights=(weighed,), assessments=given)).questions
    lines = {
        (item.id, item.group, item.basis): [one.why for one in item.judgements]
        for item in printed.items
        if item.id != "E1.jpeg_markers"
    }
    assert lines == {
        ("E1", "E1", "elicited"): ["w4"],
        ("E1", "room", "elicited"): ["w3"],
        ("E2.a3", "E2", "elicited"): ["w1", "w2"],
        ("E2.a3", "E2", "published"): ["w6"],
        ("a letter", "no exhibit named", "elicited"): ["w5"],
    }
    assert [one.by for item in printed.items if item.id == "E1.jpeg_markers" for one in item.judgements] == [
        "jpeg_markers 0.1"
    ]
