"""A small vault with a page, a photograph and hostile words, and a browser seated at its workbench."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO

from PIL import Image

from counterclaim.desk.admit import Arrival, admit_contents
from counterclaim.desk.ask import ask, assess
from counterclaim.desk.cases import open_case
from counterclaim.desk.judge import accept
from counterclaim.desk.open import Desk
from counterclaim.desk.weigh import weigh
from counterclaim.record.account import (
    Account,
    Damage,
    DocumentText,
    Entity,
    Episode,
    MethodMention,
    Named,
    Quotation,
    Range,
    Reading,
    Unstated,
)
from counterclaim.record.canonical import plain_of, sha256_hex
from counterclaim.record.custody import Tool
from counterclaim.record.finding import Declined, Failed, Finding, Observed
from counterclaim.record.passage import span_of
from counterclaim.record.proposition import Interval, Proposition, Question
from counterclaim.web.door import ENVIRON_KEY, Workbench
from counterclaim.web.roof import raise_roof

raise_roof()

from django.test import Client  # noqa: E402 (Django reads its settings where it is first imported)

CASE = "room"
HOSTILE = '<script src="https://evil.example/x.js"></script>'
MENU = "Menu \u202e<img src=x onerror=alert(1)>"
HEADLINE = "Ministry denies it"
CLAIM = f"A man says he was beaten in the {HOSTILE} room."
ASKED = "Nobody asked about the second room."
DENIAL = "The ministry says that he fell."
TEXT = f"{MENU}\n\n{HEADLINE}\n\n{CLAIM}\n\n{ASKED}\n\n{DENIAL}\n\nThe page ends he"


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (24, 16), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


def span(words: str):
    at = TEXT.index(words)
    return span_of(TEXT, at, at + len(words))


def account(name: str, act: str, words: str, **also) -> Account:
    settled = {
        "holder": Unstated(), "cue": None, "polarity": "affirmed", "hedge": None, "answers": (), "denies": (),
        "denial_kind": None, "translated_from": None, "damage": (), "grade": "high", "status": "proposed",
    }  # fmt: skip
    return Account(id=name, act=act, span=span(words), **{**settled, **also})


def reading() -> Reading:
    ministry = Entity(id="e1", type="public_body", name=f"Ministry {HOSTILE}", mentions=(span("ministry"),), same_as=())
    roles = [(MENU, "boilerplate"), (HEADLINE, "headline"), (CLAIM, "body"), (ASKED, "body"), (DENIAL, "body")]
    return Reading(
        document=DocumentText(
            sha256=sha256_hex(TEXT.encode()), media_type="text/plain", language="en", characters=len(TEXT), dom_text=TEXT
        ),
        article=tuple(Range(start=span(words).start, end=span(words).end, role=role) for words, role in roles),
        damage=(Damage(id="d1", kind="truncated", grade="high", spans=(span("The page ends he"),), note=HOSTILE),),
        quotations=(
            Quotation(id="q1", span=span("he fell"), speaker=Named(entity="e1"), speaker_span=None, cue=None, via=Unstated()),
        ),
        accounts=(
            account("a1", "claim", CLAIM),
            account(
                "a2", "denial", DENIAL, holder=Named(entity="e1"), answers=("a1",), denies=("injury",),
                denial_kind="self_inflicted_or_fall",
            ),
            account("a3", "claim", ASKED),
        ),
        episodes=(
            Episode(
                id="p1", type="ill_treatment", span=span(CLAIM), participants=(), methods=("m1",), place=Unstated(),
                date=None, duration=None,
            ),
        ),
        methods=(MethodMention(id="m1", term="beating", span=span("beaten"), asserted=True),),
        entities=(ministry,),
    )  # fmt: skip


def finding(examiner: str, outcome) -> Finding:
    return Finding(
        id=f"E1.{examiner}", exhibit=1, examiner=examiner, version="1", brief_sha256="0" * 64, outcome=outcome
    )


def fill(desk: Desk) -> Workbench:
    """One photograph (E1), one page (E2) with a reading, three findings, one question: nothing judged yet."""
    open_case(desk, name=CASE, title=f"Case {HOSTILE}", purpose="to be seen", risk_assessment="none, invented")
    arrivals = [
        Arrival(input="1", name='"><img src=x onerror=alert(1)>.png', content=picture()),
        Arrival(input="2", name="page.txt", content=TEXT.encode()),
    ]
    admit_contents(desk, arrivals, case=CASE)
    first = desk.vault.exhibits(CASE)[0].sha256
    outcomes = {
        "metadata": Observed(
            summary=f"A program wrote {HOSTILE}.", values={"software": HOSTILE}, limits=("Anybody can write that.",)
        ),
        "grid": Declined(reason="no JPEG"),
        "noise": Failed(reason="MemoryError: too much"),
    }
    events = [
        desk.event(
            "examine", case=CASE, exhibits=(1,), inputs=(first,), tool=Tool(name=name, version="1"),
            body={"finding": plain_of(finding(name, outcome)), "exhibit_sha256": first, "brief": {}, "held": []},
        )
        for name, outcome in outcomes.items()
    ]  # fmt: skip
    body = {"reading": plain_of(reading()), "readers": ["test@1"], "prefix": "E2."}
    events.append(desk.event("read", case=CASE, exhibits=(2,), body=body))
    desk.record(*events)
    return Workbench(desk=desk)


def weighed(desk: Desk) -> None:
    """Ask where it was made, judge one ratio on the accepted finding, and weigh."""
    rivals = (
        Proposition(id="A", text=f"There {HOSTILE}", asserted_by="a man"),
        Proposition(id="B", text="Elsewhere", constructed=True),
    )
    ask(desk, Question(id="where", text="Where was E1 made?", propositions=rivals), case=CASE)
    accept(desk, ["E1.metadata"], case=CASE)
    assess(
        desk, case=CASE, question="where", item="E1.metadata", between=("A", "B"),
        interval=Interval(low=Decimal(2), high=Decimal(8)), basis="elicited", why="the program is rare elsewhere",
    )  # fmt: skip
    weigh(desk, case=CASE)


def browser(bench: Workbench, *, enforce_csrf_checks: bool = True) -> Client:
    """A browser that came to the workbench and is not inside."""
    return Client(enforce_csrf_checks, SERVER_NAME="127.0.0.1", **{ENVIRON_KEY: bench})


def seated(bench: Workbench) -> Client:
    """A browser that entered with the start token."""
    client = browser(bench)
    assert client.get(f"/enter/{bench.token}").status_code == 302
    return client


def token_of(page: str) -> str:
    """The CSRF token of a page's first form."""
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
