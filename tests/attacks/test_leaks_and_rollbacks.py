"""What must not leave does not, what was lost is noticed, and what cannot be weighed is refused when it is given."""

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from counterclaim.cli.main import main
from counterclaim.desk.admit import admit
from counterclaim.desk.ask import ask, assess
from counterclaim.desk.cases import note, open_case, set_aside
from counterclaim.desk.copies import copies
from counterclaim.desk.examine import brief_of, examine
from counterclaim.desk.judge import accept, reject
from counterclaim.desk.publish import publish
from counterclaim.desk.read import read
from counterclaim.desk.verify import fingerprint_named, verify
from counterclaim.desk.weigh import weigh
from counterclaim.record.check import Anchors, holds
from counterclaim.record.errors import CounterclaimError, IntegrityError, MalformedError, PolicyError, UsageError
from counterclaim.record.proposition import Interval, Proposition, Question
from pictures import rendered

PAGE = """<html><body><article><h1>Ministry denies claims</h1>
<p>The Interior Ministry said the photographs were taken in another country.</p>
<p>"They kept me in the SECRETCELLAR for nine days," Oran Vell told Radio Tolm.</p>
</article></body></html>"""
RIVALS = (
    Proposition(id="A", text="here", asserted_by="posts"),
    Proposition(id="B", text="elsewhere", constructed=True),
)


@pytest.fixture
def case(desk, tmp_path):
    open_case(desk, name="c", title="c", purpose="test", risk_assessment="none")
    ask(desk, Question(id="q", text="Where?", propositions=RIVALS), case="c")
    (tmp_path / "a.jpg").write_bytes(rendered(1))
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    admit(desk, [str(tmp_path / "a.jpg"), str(tmp_path / "page.html")], case="c")
    examine(desk, case="c", brief=brief_of())
    read(desk, case="c")
    return desk


def published(desk, into: Path) -> Path:
    return publish(desk, case="c", into=into, profile="internal", recipient="r", without_proposed=True).bag


def records_of(bag: Path) -> bytes:
    """Everything in the bag but the exhibits themselves."""
    files = [path for path in bag.rglob("*") if path.is_file() and "exhibits" not in path.parts]
    return b"\n".join(path.read_bytes() for path in files)


def test_what_nobody_accepted_and_what_was_rejected_leaves_in_no_file(case, tmp_path) -> None:
    rows = case.vault.suggestions("c")
    denial = next(
        row.id
        for row in rows
        if row.kind == "account" and row.plain["act"] == "denial" and "another country" in row.plain["span"]["text"]
    )
    testimony = next(row.id for row in rows if row.kind == "account" and "SECRETCELLAR" in row.plain["span"]["text"])
    accept(case, [denial, "E1.metadata"], case="c")
    reject(case, [testimony], case="c", why="REJECTEDBECAUSE")
    bag = published(case, tmp_path / "bag")
    told = records_of(bag)
    assert b"another country" in told
    assert b"REJECTEDBECAUSE" not in told
    accounts = json.loads((bag / "data/record/readings.json").read_bytes())["readings"][0]["reading"]
    assert [row["act"] for row in accounts["accounts"]] == ["denial"]
    assert all("Vell" not in (row["name"] or "") for row in accounts["entities"])
    assert b"E1.jpeg_markers" not in told
    assert holds(verify(bag, anchors=Anchors(fingerprint=case.fingerprint())))


def test_an_exhibit_set_aside_leaves_neither_bytes_nor_text_nor_digest(case, tmp_path) -> None:
    set_aside(case, case="c", number=2, why="the source withdrew")
    bag = published(case, tmp_path / "bag")
    everything = b"\n".join(path.read_bytes() for path in bag.rglob("*") if path.is_file())
    assert b"SECRETCELLAR" not in everything
    assert next(one.sha256 for one in case.vault.exhibits("c") if one.number == 2).encode() not in everything
    assert b"the source withdrew" in everything


def test_a_weight_that_rests_on_a_finding_since_rejected_does_not_leave(case, tmp_path) -> None:
    accept(case, ["E1.metadata"], case="c")
    assess(
        case,
        case="c",
        question="q",
        item="E1.metadata",
        between=("A", "B"),
        interval=Interval(low=Decimal(20), high=Decimal(50)),
        basis="elicited",
        why="w",
    )
    assert weigh(case, case="c")[0].combined["A:B"].low == 20
    reject(case, ["E1.metadata"], case="c")
    bag = published(case, tmp_path / "bag")
    assert case.vault.weights("c")[0].combined["A:B"].low == 1
    assert b"20 to 50" not in records_of(bag)


def test_nothing_is_signed_over_an_older_copy_of_the_vault(case, tmp_path) -> None:
    shutil.copytree(case.vault.folder, tmp_path / "older")
    note(case, case="c", kind="inquiry", body={"question": "earlier copies?"})
    shutil.rmtree(case.vault.folder)
    shutil.copytree(tmp_path / "older", case.vault.folder)
    from counterclaim.desk.open import open_desk

    back = open_desk(case.vault.folder)
    with pytest.raises(IntegrityError, match="remembers"):
        note(back, case="c", kind="inquiry", body={"question": "?"})
    assert not holds(verify(case.vault.folder, anchors=Anchors()))


@pytest.mark.parametrize(("low", "high"), [("1E-400", "1"), ("1", "1E+400")])
def test_a_ratio_that_could_not_be_weighed_is_refused_when_it_is_given(case, low: str, high: str) -> None:
    size = case.vault.size()
    with pytest.raises(CounterclaimError):
        assess(
            case,
            case="c",
            question="q",
            item="E1",
            observed="o",
            between=("A", "B"),
            interval=Interval(low=Decimal(low), high=Decimal(high)),
            basis="elicited",
            why="w",
        )
    assert case.vault.size() == size


def test_nobody_lifts_the_cap_by_calling_a_guess_validated(case) -> None:
    with pytest.raises(UsageError, match="basis"):
        assess(
            case,
            case="c",
            question="q",
            item="E1",
            observed="o",
            between=("A", "B"),
            interval=Interval(low=Decimal(10**6), high=Decimal(10**7)),
            basis="validated",
            why="w",
        )


def test_a_question_that_could_not_be_weighed_is_refused_when_it_is_asked(case) -> None:
    colon = (Proposition(id="A:B", text="here", asserted_by="x"), Proposition(id="C", text="there", constructed=True))
    with pytest.raises(MalformedError):
        ask(case, Question(id="bad", text="?", propositions=colon), case="c")
    assert [asked.question.id for asked in case.vault.questions("c")] == ["q"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("particulars_requested", {"to": "x", "asked": "y", "about": 5}),
        ("particulars_requested", {"to": "x"}),
        ("inquiry", {"question": 7}),
        ("backup", {}),
        ("consent_given", {"consent": {}}),
    ],
)
def test_a_record_that_is_none_is_refused_and_the_case_stays_publishable(case, tmp_path, kind: str, body: dict) -> None:
    with pytest.raises(UsageError):
        note(case, case="c", kind=kind, body=body)
    published(case, tmp_path / "bag")


@pytest.mark.parametrize("number", [99, -5, 0])
def test_only_an_exhibit_that_is_held_can_be_set_aside(case, number: int) -> None:
    with pytest.raises(UsageError):
        set_aside(case, case="c", number=number, why="w")


def test_a_stranger_learns_nothing_of_what_is_held(case) -> None:
    with pytest.raises(PolicyError):
        copies(case.acting_as("stranger"), rendered(1), case="c")
    assert copies(case.acting_as("stranger"), rendered(1), case=None).data["matches"] == []


def test_the_same_bytes_are_found_before_anybody_examined_them(desk, tmp_path) -> None:
    open_case(desk, name="c", title="c", purpose="test", risk_assessment="none")
    (tmp_path / "a.jpg").write_bytes(rendered(1))
    admit(desk, [str(tmp_path / "a.jpg")], case="c")
    answer = copies(desk, rendered(1), case="c")
    assert [(row["number"], row["distance"]) for row in answer.data["matches"]] == [(1, 0)]
    assert answer.data["exact"] is False


def test_no_publication_is_entered_for_a_bag_that_cannot_be_written(case, tmp_path) -> None:
    size = case.vault.size()
    (tmp_path / "file").write_text("x", "utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for into in (tmp_path / "file" / "bag", tmp_path / "link", tmp_path / "file", case.vault.folder / "bag"):
        with pytest.raises(UsageError):
            published(case, into)
    assert case.vault.size() == size


@pytest.mark.parametrize("gone", ["format", "custody.db", "log-key.vkey"])
def test_a_vault_with_a_file_missing_or_broken_is_named_in_a_row(case, capsys, gone: str) -> None:
    path = case.vault.folder / gone
    path.chmod(0o600)
    for content in (b"\x00" * 4096, b"", None):
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        assert main(["verify", str(case.vault.folder), "--json"]) == 1
        rows = json.loads(capsys.readouterr().out)["data"]["checks"]
        assert any(row["outcome"] == "failed" and gone in row["what"] + row["reason"] for row in rows), rows


def test_a_fingerprint_copied_in_groups_or_capitals_is_the_same_fingerprint(case) -> None:
    plain = case.fingerprint()
    grouped = " ".join(plain[at : at + 4] for at in range(0, 64, 4)).upper()
    assert fingerprint_named(grouped) == fingerprint_named(plain) == plain
    with pytest.raises(UsageError):
        fingerprint_named(plain[:-1])
