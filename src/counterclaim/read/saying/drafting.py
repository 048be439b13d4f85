"""Accounts under collection and what is said of them in every language; refuses a first grade over torn text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from counterclaim.read.mentions import Mentions
from counterclaim.read.saying.judged import Judged
from counterclaim.record.account import Account, Grade, Named, Reading, Slot
from counterclaim.record.passage import Span

ACCOUNTS_MAX = 3000
OWN_VOICE_NOTE = "In the page's own voice; no holder is named."
INFERENCE_NOTE = "An inference of the page itself; it carries no weight as evidence."
CARRIED_NOTE = "No attribution of its own; carried from the sentence before."
EMBEDDED_NOTE = "Told only inside the denial that answers it."
SCOPE_NOTE = "The headline denies more than the body: the body's denials reach {body} only."
BODIES = frozenset({"organization", "court", "public_body", "media"})
_WIDE = frozenset({"act", "all"})


@dataclass(slots=True, kw_only=True)
class Draft:
    """The accounts so far, and the last attributed one of the paragraph, which sentences without a cue may carry on."""

    reading: Reading
    mentions: Mentions
    accounts: list[Account] = field(default_factory=list)
    last: Account | None = None

    def add(self, account: Account) -> Account:
        """Number an account and mark its damage; over a splice or a torn end it is of the lowest grade."""
        placed = replace(account, id=f"a{len(self.accounts) + 1}", damage=self.mentions.damaged.on(account.span))
        if placed.grade != "low" and self.mentions.damaged.is_serious(placed.damage):
            placed = replace(placed, grade="low")
        if len(self.accounts) < ACCOUNTS_MAX:
            self.accounts.append(placed)
        return placed

    def last_report(self) -> Named | None:
        """The holder of the report last told of on this page, which `the report says` goes back to."""
        reports = [a.holder for a in self.accounts if a.act == "report" and isinstance(a.holder, Named)]
        return reports[-1] if reports else None


def noted(judged: Judged, note: str) -> Judged:
    """The same act with one more sentence in its note."""
    return replace(judged, note=" ".join(part for part in (judged.note, note) if part))


def account_of(
    span: Span,
    judged: Judged,
    holder: Slot,
    grade: Grade,
    *,
    cue: Span | None,
    negated: bool,
    hedge: Span | None,
    translated_from: str | None = None,
) -> Account:
    """Give an account that a draft has not placed yet; a denial and a rejection are negative whatever their verb."""
    return Account(
        id="",
        act=judged.act,
        span=span,
        holder=holder,
        cue=cue,
        polarity="negated" if judged.act in {"denial", "rejection"} or negated else "affirmed",
        hedge=hedge,
        answers=(),
        denies=judged.denies,
        denial_kind=judged.denial_kind,
        translated_from=translated_from,
        damage=(),
        grade=grade,
        status="proposed",
        note=judged.note,
    )


def without(span: Span, parts: Sequence[Span | None], text: str | None = None) -> str:
    """The words of a span with blanks where `parts` stand, one for each letter; `text` is their form if another."""
    kept = span.text if text is None else text
    for part in parts:
        if part is not None and span.covers(part):
            at = part.start - span.start
            kept = kept[:at] + " " * len(part.text) + kept[at + len(part.text) :]
    return kept


def bodies_in(span: Span, mentions: Mentions) -> list[Span]:
    """The names of bodies in a span: a Committee against Torture tells of none."""
    return [where for where, entity in mentions.within(span.start, span.end) if entity.type in BODIES]


def scoped(accounts: list[Account], reading: Reading) -> list[Account]:
    """Note a headline that denies more than the body does."""
    heads = [part for part in reading.article if part.role == "headline"]

    def in_headline(account: Account) -> bool:
        return any(part.start <= account.span.start < part.end for part in heads)

    body = {element for a in accounts if a.act == "denial" and not in_headline(a) for element in a.denies}
    if not body or body & _WIDE:
        return accounts
    note = SCOPE_NOTE.format(body=", ".join(sorted(body)))
    return [
        replace(a, note=" ".join(part for part in (a.note, note) if part))
        if a.act == "denial" and in_headline(a) and set(a.denies) & _WIDE
        else a
        for a in accounts
    ]


def tellers_of(accounts: list[Account], mentions: Mentions) -> frozenset[str]:
    """Who testifies on this page, with whoever may be the same."""
    return frozenset(
        mentions.kin(a.holder.entity for a in accounts if a.act == "testimony" and isinstance(a.holder, Named))
    )
