"""A case file of an invented harbour, invented people and an invented ministry, for the dossier's tests."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

from PIL import Image

from counterclaim.dossier.casefile import CaseFile, CustodyRow, Inquiry, LogHead, NotUsed, Particulars, Profile, Shown
from counterclaim.record.account import (
    Account,
    Damage,
    DateMention,
    DocumentText,
    Entity,
    Episode,
    Lost,
    MethodMention,
    Named,
    Participant,
    Quotation,
    Reading,
    Unstated,
    Worded,
)
from counterclaim.record.case import Case
from counterclaim.record.checkpoint import Checkpoint
from counterclaim.record.exhibit import Exhibit, ExhibitKind
from counterclaim.record.finding import Declined, Failed, Finding, Observed, RatioOffered, Region
from counterclaim.record.passage import Span, span_of
from counterclaim.record.proposition import (
    Assessment,
    Combined,
    FurtherTest,
    Interval,
    Proposition,
    Question,
    TestResult,
    WeighedItem,
    Weight,
    WouldDecide,
)

AT = "2031-05-04T09:30:00Z"
DIGEST = "ab" * 32
PAGE = (
    "Liman şəhərində saxlanılan Ülkər Qəribova deyir ki, onu üç gün ayaq üstə saxlayıblar. "
    "“Mənə su vermədilər”, Ülkər Qəribova söyləyib. "
    "Nazirlik bildirib ki, şəkil başqa ölkədə çəkilib və bayraq hər yerə qoyula bilər. "
    "Həkim Orxan İsmayılzadə onun qollarında qançırlar gördüyünü yazıb. "
    "Nazirlik bildirib ki, şəkil başqa ölkədə çəkilib və bayraq hər yerə qoyula bilə"
    " Müdafiəçi hesab edir ki, istintaq yalnız görünüş üçündür."
)
RUSSIAN = "Свидетель Т. Ёлкина сказала: «Я слышала крики в порту». Пресс-служба порта: «Этого не было»."
HOSTILE = '<script>alert(1)</script><img src="https://evil.example/x.png" onerror=alert(2)> #import "x" $ \\ *bold* {{ 7*7 }} ]]>'


def at(words: str, text: str = PAGE, nth: int = 0) -> Span:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return span_of(text, start, start + len(words))


def account(
    number: str, act: str, words: str, holder: object, *, text: str = PAGE, nth: int = 0, **more: object
) -> Account:
    values = {
        "id": number, "act": act, "span": at(words, text, nth), "holder": holder, "cue": None, "polarity": "affirmed", "hedge": None,
        "answers": (), "denies": (), "denial_kind": None, "translated_from": None, "damage": (), "grade": "high", "status": "accepted",
    } | more  # fmt: skip
    return Account(**values)  # type: ignore[arg-type]


def reading_of_page() -> Reading:
    denial = "şəkil başqa ölkədə çəkilib və bayraq hər yerə qoyula bilər"
    return Reading(
        document=DocumentText(sha256="cd" * 32, media_type="text/html", language="az", characters=len(PAGE), dom_text=PAGE),
        entities=(
            Entity(id="p1", type="person", name="Ülkər Qəribova", mentions=(at("Ülkər Qəribova"),), same_as=()),
            Entity(id="o1", type="public_body", name="Nazirlik", mentions=(at("Nazirlik"),), same_as=()),
            Entity(id="p2", type="person", name="Orxan İsmayılzadə", mentions=(at("Orxan İsmayılzadə"),), same_as=()),
            Entity(id="l1", type="place", name="Liman", mentions=(at("Liman"),), same_as=()),
        ),
        accounts=(
            account("a1", "testimony", "onu üç gün ayaq üstə saxlayıblar", Named(entity="p1")),
            account(
                "a2", "denial", denial, Named(entity="o1"), answers=("a1",), denies=("place",), denial_kind="possibility_raised",
                hedge=at("hər yerə qoyula bilər"), damage=("d1",),
            ),
            account("a3", "finding", "qollarında qançırlar gördüyünü yazıb", Named(entity="p2")),
            account("a4", "opinion", "istintaq yalnız görünüş üçündür", Worded(span=at("Müdafiəçi"))),
            account("a5", "claim", "Mənə su vermədilər", Named(entity="p1"), status="proposed"),
            account("a6", "claim", "saxlanılan", Lost(damage="d1"), status="rejected"),
        ),
        quotations=(
            Quotation(id="q1", span=at("Mənə su vermədilər"), speaker=Named(entity="p1"), speaker_span=None, cue=None, via=Unstated()),
        ),
        methods=(MethodMention(id="m1", term="enforced_standing", span=at("ayaq üstə"), asserted=True),),
        episodes=(
            Episode(
                id="e1", type="ill_treatment", span=at("onu üç gün ayaq üstə saxlayıblar"),
                participants=(Participant(role="victim", slot=Named(entity="p1")), Participant(role="alleged_perpetrator", slot=Unstated())),
                methods=("m1",), place=Named(entity="l1"), date=DateMention(edtf="2031-03~", span=at("üç gün")), duration=None,
            ),
        ),
        damage=(
            Damage(
                id="d1", kind="near_duplicate", grade="high", note="Both versions stay; neither is preferred.",
                spans=(at("Nazirlik bildirib ki, " + denial + "."), at("Nazirlik bildirib ki, " + denial[:-1], nth=1)),
            ),
            Damage(id="d2", kind="truncated", grade="high", note="The sentence ends in the middle of a word.", spans=(at("qoyula bilə", nth=1),)),
            Damage(id="d3", kind="glued", grade="low", note="Nobody accepted this one.", spans=(at("Həkim"),)),
        ),
    )  # fmt: skip


def reading_in_russian() -> Reading:
    return Reading(
        document=DocumentText(
            sha256="ef" * 32, media_type="text/plain", language="ru", characters=len(RUSSIAN), dom_text=RUSSIAN
        ),
        entities=(Entity(id="p1", type="person", name="Т. Ёлкина", mentions=(at("Т. Ёлкина", RUSSIAN),), same_as=()),),
        accounts=(
            account("a1", "testimony", "Я слышала крики в порту", Named(entity="p1"), text=RUSSIAN),
            account(
                "a2",
                "denial",
                "Этого не было",
                Worded(span=at("Пресс-служба порта", RUSSIAN)),
                text=RUSSIAN,
                denies=("all",),
                denial_kind="blanket",
            ),
        ),
    )


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), (120, 130, 140)).save(stream, "PNG")
    return stream.getvalue()


def exhibits() -> tuple[Shown, ...]:
    def exhibit(number: int, kind: ExhibitKind, name: str, media_type: str) -> Exhibit:
        return Exhibit(
            case="harbour", number=number, kind=kind, sha256=f"{number:02x}" + DIGEST[2:], size_bytes=48211 * number,
            media_type=media_type, name=name, admitted_at=AT,
        )  # fmt: skip

    return (
        Shown(
            exhibit=exhibit(1, ExhibitKind.PHOTOGRAPH, "IMG_0042.jpg", "image/jpeg"),
            picture=picture(),
            picture_type="image/png",
        ),
        Shown(
            exhibit=exhibit(2, ExhibitKind.PAGE, "page.html", "text/html"),
            reading=reading_of_page(),
            accepted=frozenset({"q1", "e1", "d2"}),
        ),
        Shown(exhibit=exhibit(3, ExhibitKind.DOCUMENT, "letter.txt", "text/plain"), reading=reading_in_russian()),
    )


def finding(number: int, examiner: str, outcome: object, status: str = "accepted") -> Finding:
    return Finding(
        id=f"E{number}.{examiner}",
        exhibit=number,
        examiner=examiner,
        version="0.1",
        brief_sha256=DIGEST,
        outcome=outcome,
        status=status,
    )  # type: ignore[arg-type]


def findings() -> tuple[Finding, ...]:
    return (
        finding(
            1,
            "jpeg_markers",
            Observed(
                summary="The file was written by a messenger, not by a camera.",
                values={
                    "tables": "messenger",
                    "quality": 71,
                    "blocks": [{"x": 1, "y": [{"z_z": True}]}],
                    "mirrored": False,
                    "code": DIGEST,
                },
                limits=("It does not show when the picture was made.", "Which messenger is not told apart."),
                regions=(Region(x=4, y=8, width=120, height=80, label="grid of another phase", grade="low"),),
                ratio=RatioOffered(
                    between=("A", "B"), low=Decimal("0.8"), high=Decimal(3), basis="validated", cap=Decimal(10)
                ),
                validation="inside",
            ),
        ),
        finding(1, "noise", Observed(summary="PROPOSED ONLY", values={}, limits=("none stated",)), status="proposed"),
        finding(
            1, "emblem", Observed(summary="REJECTED FINDING", values={}, limits=("none stated",)), status="rejected"
        ),
        finding(1, "metadata", Declined(reason="no metadata in this file; a messenger removes it")),
        finding(2, "page", Failed(reason="the markup nests deeper than the limit")),
    )


def question() -> Question:
    return Question(
        id="Q1",
        text="Where was the photograph E1 made?",
        propositions=(
            Proposition(id="A", text="It was made in the harbour town, in custody.", asserted_by="Ülkər Qəribova (E2)"),
            Proposition(id="B", text="It was made in another country.", asserted_by="the ministry (E2)"),
            Proposition(
                id="C", text="It was staged with a flag.", constructed=True, note="the strongest form of the denial"
            ),
        ),
        would_decide=(
            FurtherTest(
                test="Ask the ministry for the room plan",
                cost=Decimal(2),
                results=(TestResult(result="fits", given={"A": Decimal("0.9"), "B": Decimal("0.1")}),),
            ),
        ),
    )


def weight() -> Weight:
    def pair(low: str, high: str, words: str, *, capped: bool = False) -> Combined:
        prior = (Decimal(1) / (1 + Decimal(high)), Decimal(1) / (1 + Decimal(low)))
        return Combined(
            low=Decimal(low), high=Decimal(high), words=words, scale="enfsi2015", capped=capped, break_even_prior=prior
        )

    def interval(low: str, high: str) -> Interval:
        return Interval(low=Decimal(low), high=Decimal(high))

    return Weight(
        question=question(),
        items=(
            WeighedItem(
                id="E1.jpeg_markers", kind="finding", group="E1", basis="validated", cap=Decimal(10),
                intervals={"A:B": interval("0.8", "3"), "A:C": interval("0.7", "1.4")},
            ),
            WeighedItem(
                id="E2.a3", kind="account", group="E2", basis="elicited", cap=Decimal(100),
                intervals={"A:B": interval("12", "100")}, note="a clinician's note",
            ),
        ),
        combined={
            "A:B": pair("14", "100", "moderate support for A rather than B", capped=True),
            "A:C": pair("0.5", "2.6", "does not discriminate"),
            "B:C": pair("0.002", "0.08", "moderate support for C rather than B"),
        },
        would_decide=(WouldDecide(test="Ask the ministry for the room plan", bits=Decimal("0.531"), cost=Decimal(2)),),
        to_clarify=("E2 gives two versions of the ministry's sentence.",),
        origins={"A": 1, "B": 0},
        leave_one_group_out={"E2": {"A:B": interval("0.8", "3")}},
        warnings=("A late rival would be marked here.",),
    )  # fmt: skip


def assessment(number: int, *, by: str, why: str, **more: object) -> Assessment:
    values = {
        "id": f"r{number}", "question": "Q1", "item": "E2.a3", "kind": "account", "observed": "a clinician's note", "group": "",
        "between": ("A", "B"), "interval": Interval(low=Decimal(12), high=Decimal(100)), "basis": "elicited", "why": why, "by": by,
    } | more  # fmt: skip
    return Assessment(**values)  # type: ignore[arg-type]


def assessments() -> tuple[Assessment, ...]:
    return (
        assessment(1, by="person-3f", why="Such bruises are rare after a fall & not after enforced standing."),
        assessment(2, by="person-9c", why="The note was written on the day of release.", between=("B", "A")),
        assessment(3, by="person-11", why="ONLY PROPOSED REASON", status="proposed"),
        assessment(4, by="person-11", why="REASON OF ANOTHER ITEM", item="E3.a1"),
        assessment(5, by="person-11", why="REASON OF ANOTHER QUESTION", question="Q2"),
        assessment(6, by="person-11", why="REASON THAT CAME LATER", observed="another thing seen"),
    )


def sample(profile: Profile = "court") -> CaseFile:
    return CaseFile(
        case=Case(
            name="harbour", title="The photograph from the harbour town", opened_at=AT, risk_assessment="low: invented",
            purpose="To preserve what was alleged about three days in custody, what was denied, and what can be observed.",
        ),
        profile=profile,
        at=AT,
        log=LogHead(
            fingerprint="0f1e2d3c" * 8,
            checkpoint=Checkpoint(origin="example.org/log", size=41, root=bytes(range(32))),
            anchoring="timestamped by Test authority (these bytes existed by 2031-05-04T09:31:00Z)",
        ),
        exhibits=exhibits(),
        findings=findings(),
        questions=(question(), replace(question(), id="Q2", text="Who gave the order to stand?")),
        weights=(weight(),),
        assessments=assessments(),
        particulars=(
            Particulars(to="Ministry of the Interior", at=AT, asked="Which room is meant by “another country”?", about=("E2.a3",)),
            Particulars(to="Port press office", at=AT, asked="Was anybody held?", reply="Этого не было и быть не могло.", reply_at=AT),
        ),
        inquiries=(Inquiry(at=AT, where="three public picture indexes", sought="earlier copies of E1", found="nothing"),),
        not_used=(NotUsed(exhibit=4, reason="shows a person who did not consent"),),
        custody=(
            CustodyRow(index=7, at=AT, kind="admit", actor="person-3f", exhibits=(1,)),
            CustodyRow(index=9, at=AT, kind="accept", actor="person-3f", exhibits=(1, 2)),
        ),
        pending=3,
        glosses={"E2.a1": "they kept her standing for three days"},
    )  # fmt: skip
