"""Vaults for tests: fixed clock and key, counted salts, and one of every kind of event."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterclaim.record.account import (
    Account,
    Damage,
    DocumentText,
    Entity,
    Named,
    Quotation,
    Reading,
    Unstated,
)
from counterclaim.record.canonical import plain_of, sha256_hex
from counterclaim.record.case import Case
from counterclaim.record.custody import Event, Tool, class_of, leaf_hash
from counterclaim.record.exhibit import Exhibit, ExhibitKind
from counterclaim.record.finding import Declined, Failed, Finding, Observed
from counterclaim.record.history import NOTHING, History, history_key, map_root
from counterclaim.record.passage import span_of
from counterclaim.record.proposition import (
    Assessment,
    Combined,
    Interval,
    Proposition,
    Question,
    WeighedItem,
    Weight,
)
from counterclaim.vault.log import Ed25519Signer
from counterclaim.vault.seal import DATABASE, SEAL, put_seal
from counterclaim.vault.vault import Vault

AT = "2026-03-01T09:00:00Z"
ORIGIN = "log.example/room"
TOOL = Tool(name="counterclaim", version="0")
CASE = "room"
PAGE = "The ministry denies it. A man says: «I was beaten». The page ends he"


def signer_of(seed: int = 1, name: str = ORIGIN) -> Ed25519Signer:
    return Ed25519Signer(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


SIGNER = signer_of()


def counted_salts() -> Callable[[], bytes]:
    """Salts anybody can make again: only for tests, where equal logs must have equal bytes."""
    count = 0

    def salt() -> bytes:
        nonlocal count
        count += 1
        return hashlib.sha256(f"salt {count}".encode()).digest()[:16]

    return salt


def event(
    kind: str, body: Mapping[str, Any], *, exhibits: tuple[int, ...] = (), case: str = CASE, at: str = AT
) -> Event:
    return Event(
        kind=kind, event_class=class_of(kind), at=at, actor="p1", case=case, tool=TOOL, basis="public interest",
        exhibits=exhibits, body=body,
    )  # fmt: skip


def new_vault(folder: Path, salts: Callable[[], bytes] | None = None) -> Vault:
    return Vault.create(
        folder, origin=ORIGIN, signer=SIGNER, salts=salts or counted_salts(), at=AT, actor="p1", tool=TOOL
    )


def case_opened(name: str = CASE) -> Event:
    case = Case(name=name, title="A room", purpose="preservation", risk_assessment="low", opened_at=AT)
    return event("case_opened", {"case": plain_of(case)}, case=name)


def exhibit_of(content: bytes, number: int, case: str = CASE, name: str = "IMG_1.jpg") -> Exhibit:
    return Exhibit(
        case=case, number=number, kind=ExhibitKind.PHOTOGRAPH, sha256=sha256_hex(content), size_bytes=len(content),
        media_type="image/jpeg", name=name, admitted_at=AT,
    )  # fmt: skip


def admission(
    vault: Vault, content: bytes, number: int, *, case: str = CASE, name: str = "IMG_1.jpg", drawn: str | None = None
) -> Event:
    """Keep the bytes and return the event that names them; `drawn` is the object's name where two may not collide."""
    fixed = hashlib.sha256(f"{case} {number}".encode()).hexdigest()[:32]
    body = {
        "exhibit": plain_of(exhibit_of(content, number, case, name)),
        "object": vault.keep(content, name=drawn or fixed),
        "source": None,
        "note": "",
    }
    return event("admit", body, exhibits=(number,), case=case)


def examination(identifier: str, content: bytes, outcome: Observed | Declined | Failed, number: int = 1) -> Event:
    finding = Finding(
        id=identifier, exhibit=number, examiner=identifier.partition(".")[2], version="1", brief_sha256="b" * 64,
        outcome=outcome,
    )  # fmt: skip
    body = {"finding": plain_of(finding), "exhibit_sha256": sha256_hex(content)}
    return event("examine", body, exhibits=(number,))


def reading_of(page: str = PAGE) -> Reading:
    denial, said = span_of(page, 0, 23), span_of(page, 36, 50)
    account = Account(
        id="a1", act="denial", span=denial, holder=Named(entity="n1"), cue=None, polarity="negated", hedge=None,
        answers=(), denies=("all",), denial_kind="did_not_happen", translated_from=None, damage=(), grade="high",
        status="proposed",
    )  # fmt: skip
    return Reading(
        document=DocumentText(
            sha256=sha256_hex(page.encode()), media_type="text/html", language="en", characters=len(page), dom_text=page
        ),
        damage=(
            Damage(id="d1", kind="truncated", grade="high", spans=(span_of(page, 66, 68),), note="ends in a word"),
        ),
        quotations=(Quotation(id="q1", span=said, speaker=Unstated(), speaker_span=None, cue=None, via=Unstated()),),
        accounts=(account,),
        entities=(Entity(id="n1", type="public_body", name=None, mentions=(span_of(page, 0, 12),), same_as=()),),
    )


def question() -> Question:
    rivals = (
        Proposition(id="A", text="The photographs were taken in the room.", asserted_by="n2"),
        Proposition(id="B", text="They were taken elsewhere.", asserted_by="n1"),
    )
    return Question(id="where", text="Where?", propositions=rivals)


def weight(low: str = "2") -> Weight:
    interval = Interval(low=Decimal(low), high=Decimal(10))
    item = WeighedItem(
        id="E1.metadata", kind="finding", group="E1", intervals={"A:B": interval}, basis="elicited", cap=Decimal(100)
    )
    combined = Combined(
        low=Decimal(low), high=Decimal(10), words="slight", scale="s", capped=False,
        break_even_prior=(Decimal("0.1"), Decimal("0.3")),
    )  # fmt: skip
    return Weight(
        question=question(), items=(item,), combined={"A:B": combined}, would_decide=(), to_clarify=(),
        origins={"n1": 1}, leave_one_group_out={},
    )  # fmt: skip


def furnish(vault: Vault, salts: Callable[[], bytes]) -> None:
    """Record one of every kind of body that has a view, and some notes, in several transactions."""
    first, second, page = b"first picture", b"second picture", PAGE.encode()
    seen = Observed(summary="two codes", values={"codes": ["pdq:00ff", "pdq:11ee"]}, limits=("not who",))
    assessment = Assessment(
        id="j1", question="where", item="E1.metadata", kind="finding", observed="", group="", between=("A", "B"),
        interval=Interval(low=Decimal(2), high=Decimal(10)), basis="elicited", why="seen so before", by="p1",
    )  # fmt: skip
    edited = plain_of(reading_of().accounts[0]) | {"grade": "low"}
    with vault.writer(signer=SIGNER, salts=salts) as writer:
        writer.record([case_opened(), event("role_granted", {"actor": "p1", "role": "reviewer"})])
        writer.record([event("role_granted", {"actor": "p1", "role": "owner"})])
        writer.record([admission(vault, first, 1), admission(vault, second, 2, name="IMG_2.jpg")])
        writer.record([admission(vault, page, 3, name="page.html")])
        writer.record(
            [
                examination("E1.lookalike", first, seen),
                examination("E1.grid", first, Declined(reason="no JPEG")),
                examination("E2.metadata", second, Failed(reason="broke"), number=2),
            ]
        )
        read = {"reading": plain_of(reading_of()), "readers": ["account@1"], "prefix": "E3."}
        writer.record([event("read", read, exhibits=(3,))])
        writer.record([event("accept", {"ids": ["E3.q1", "E1.lookalike"], "why": "read"})])
        writer.record([event("reject", {"ids": ["E3.d1"], "why": "no"})])
        writer.record([event("edit", {"id": "E3.a1", "plain": edited})])
        writer.record([event("ask", {"question": plain_of(question()), "late": False})])
        writer.record([event("assess", {"assessment": plain_of(assessment)})])
        writer.record(
            [event("weigh", {"weight": plain_of(weight())}), event("weigh", {"weight": plain_of(weight("3"))})]
        )
        writer.record([event("not_used", {"exhibit": 2, "why": "a copy"}, exhibits=(2,))])
        writer.record([event("publish", {"profile": "court", "exhibits": [1]}, exhibits=(1,))])
        writer.record([event("view", {}, exhibits=(1,)), event("inquiry", {"searched": "register", "found": 0})])


def furnished_vault(folder: Path) -> Vault:
    salts = counted_salts()
    vault = new_vault(folder, salts)
    furnish(vault, salts)
    return vault


def roots_of_histories(connection: sqlite3.Connection) -> dict[int, bytes]:
    """The root of the map at every size of the log, from the stored rows by the record's own nouns alone."""
    leaves = [leaf_hash(row[0]) for row in connection.execute("SELECT leaf FROM entry ORDER BY idx")]
    rows = connection.execute("SELECT idx, tag, exhibit, salt FROM history ORDER BY idx, exhibit").fetchall()
    histories: dict[bytes, History] = {}
    roots = {0: NOTHING}
    for index, leaf in enumerate(leaves):
        for _, tag, exhibit, salt in (row for row in rows if row[0] == index):
            held = histories.get(tag)
            key, entries = (held.key, held.entries) if held else (history_key(leaf, exhibit), ())
            histories[tag] = History(exhibit=exhibit, key=key, entries=(*entries, index), salt=salt)
        roots[index + 1] = map_root({history.key: history.digest() for history in histories.values()})
    return roots


def reseal(folder: Path) -> None:
    """Seal a changed database anew, as a forger can: the seal holds no secret."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = connection.execute("SELECT coalesce(max(idx) + 1, 0) FROM entry").fetchone()[0]
    (folder / SEAL).unlink(missing_ok=True)
    put_seal(folder, size=size)


def alter(folder: Path, *statements: tuple[str, tuple[Any, ...]]) -> None:
    """Change the database behind the program's back, and seal it again."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        for statement, values in statements:
            assert connection.execute(statement, values).rowcount != 0, statement
        connection.commit()
    reseal(folder)
