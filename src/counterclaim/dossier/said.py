"""What was said and what answers it, as two columns; refuses to fill a blank with anything but the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from counterclaim.dossier.casefile import Particulars, Shown
from counterclaim.record.account import Account, Lost, Named, Reading, Slot, Undetermined, Unstated, Worded
from counterclaim.record.exhibit import label_of
from counterclaim.record.passage import Span
from counterclaim.record.vocabulary import vocabulary

ANSWERS = frozenset({"denial", "justification", "rejection", "non_denial", "no_reply", "retraction"})
HUES = {"testimony": "testimony", "denial": "denial", "justification": "denial", "rejection": "denial"}
NOT_ASKED = "not asked"
NOTHING_ALLEGED = "no accepted account that this answers"
_LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The source a statement wears: printed (`E3 [120-188]`) and as an anchor within the dossier."""

    label: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One account: the very words, whose they are, and where they stand.

    `language` is the BCP 47 tag of the words; `hue` one of claim, denial, testimony; `remarks` our own
    additions (what exactly is denied, hedges as printed, damage the words touch); `key` (`E1.a3`) is its name in a
    weighing.
    """

    text: str
    language: str
    holder: str
    act: str
    hue: str
    opinion: bool
    remarks: tuple[str, ...]
    gloss: str
    mark: Mark
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One line of the two columns; where a side is empty, `blank_left` or `blank_right` says why."""

    left: tuple[Said, ...]
    right: tuple[Said, ...]
    blank_left: str = ""
    blank_right: str = ""


def mark_of(exhibit: int, span: Span) -> Mark:
    """Give the mark of a passage: exhibit number and code-point offsets."""
    label = label_of(exhibit)
    return Mark(label=f"{label} [{span.start}-{span.end}]", anchor=f"{label}-{span.start}-{span.end}")


def words_of_term(name: str, term: str) -> str:
    """Give the English label of a vocabulary's term; the id itself where a newer vocabulary wrote it."""
    known = vocabulary(name)
    return known.term(term).label(_LANGUAGE)[0] if term in known.ids() else term.replace("_", " ")


def words_of_slot(slot: Slot, reading: Reading, *, unstated: str = "the page does not say who") -> str:
    """Who or what fills the slot, in words that never say more than the page."""
    names = {entity.id: entity.name or "somebody the page does not name" for entity in reading.entities}
    match slot:
        case Named(entity=entity):
            return names.get(entity, "somebody the page does not name")
        case Worded(span=span):
            return f"“{span.text}”"
        case Undetermined(candidates=candidates):
            listed = "; ".join(names.get(entity, entity) for entity in candidates)
            return f"the page does not decide between {listed}"
        case Lost(damage=damage):
            return f"lost in the damage {damage}"
        case Unstated():
            return unstated


def accepted_accounts(shown: Shown) -> tuple[Account, ...]:
    """Give the accounts of one exhibit a person accepted; what is only proposed never leaves."""
    if shown.reading is None:
        return ()
    return tuple(
        account
        for account in shown.reading.accounts
        if account.status != "rejected" and (account.status == "accepted" or account.id in shown.accepted)
    )


def said_of(shown: Shown, account: Account, glosses: Mapping[str, str]) -> Said:
    """One accepted account as the dossier prints it."""
    number, reading = shown.exhibit.number, shown.reading
    if reading is None:
        raise ValueError(account.id)
    key = f"{label_of(number)}.{account.id}"
    return Said(
        key=key,
        text=account.span.text,
        language=reading.document.language,
        holder=words_of_slot(account.holder, reading),
        act=words_of_term("act_kinds", account.act),
        hue=HUES.get(account.act, "claim"),
        opinion=account.act == "opinion",
        remarks=tuple(_remarks(account, reading)),
        gloss=glosses.get(key, ""),
        mark=mark_of(number, account.span),
    )


def _remarks(account: Account, reading: Reading) -> Iterable[str]:
    if account.denies:
        elements = ", ".join(words_of_term("denied_elements", element) for element in account.denies)
        yield f"what is denied: {elements}"
    if account.denial_kind is not None:
        yield f"kind of denial: {words_of_term('denial_kinds', account.denial_kind)}"
    if account.hedge is not None:
        yield f"hedged with “{account.hedge.text}”"
    if account.translated_from is not None:
        yield f"translated from {account.translated_from}"
    kinds = {damage.id: words_of_term("damage_kinds", damage.kind) for damage in reading.damage}
    for damage in account.damage:
        yield f"touches damage {damage} of the page: {kinds.get(damage, 'unknown')}"
    if account.note:
        yield account.note


def exchanges_of(
    exhibits: Sequence[Shown], particulars: Sequence[Particulars], glosses: Mapping[str, str]
) -> tuple[Exchange, ...]:
    """Give the two columns over all accepted accounts, in the order of exhibits and offsets."""
    rows: list[Exchange] = []
    for shown in exhibits:
        accounts = sorted(
            accepted_accounts(shown), key=lambda account: (account.span.start, account.span.end, account.id)
        )
        known = {account.id for account in accounts}
        roots = (account for account in accounts if known.isdisjoint(account.answers))
        rows.extend(_exchange(shown, root, accounts, particulars, glosses) for root in roots)
    return tuple(rows)


def _exchange(
    shown: Shown,
    root: Account,
    accounts: Sequence[Account],
    particulars: Sequence[Particulars],
    glosses: Mapping[str, str],
) -> Exchange:
    replies = [said_of(shown, account, glosses) for account in _replies(root, accounts)]
    own = said_of(shown, root, glosses)
    if root.act in ANSWERS:
        return Exchange(left=(), right=(own, *replies), blank_left=NOTHING_ALLEGED)
    blank = "" if replies else _asked(f"{label_of(shown.exhibit.number)}.{root.id}", particulars)
    return Exchange(left=(own,), right=tuple(replies), blank_right=blank)


def _replies(root: Account, accounts: Sequence[Account]) -> list[Account]:
    """Everything that answers `root`, directly or in turn, each once."""
    reached, found = {root.id}, []
    waiting = True
    while waiting:
        fresh = [
            account for account in accounts if account.id not in reached and not reached.isdisjoint(account.answers)
        ]
        found += fresh
        reached |= {account.id for account in fresh}
        waiting = bool(fresh)
    return found


def _asked(key: str, particulars: Sequence[Particulars]) -> str:
    asked = [request for request in particulars if key in request.about]
    if not asked:
        return NOT_ASKED
    return "; ".join(
        f"asked of {request.to} on {request.at[:10]}: "
        + (
            f"answered on {(request.reply_at or '')[:10]}, see the requests below"
            if request.reply is not None
            else "no reply"
        )
        for request in asked
    )
