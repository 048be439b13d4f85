"""The text of a page with everything read from it, and a person's judgement on each; refuses to accept by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from counterclaim.desk.judge import accept, reject
from counterclaim.desk.view import exhibit_of
from counterclaim.dossier.casefile import Shown
from counterclaim.dossier.plate import Torn, plate_of
from counterclaim.dossier.said import mark_of, said_of, words_of_slot, words_of_term
from counterclaim.record.account import Status
from counterclaim.record.errors import UsageError
from counterclaim.record.exhibit import label_of
from counterclaim.record.passage import Span
from counterclaim.web.case_pages import frame_of
from counterclaim.web.door import desk_of
from counterclaim.web.marks import Block, Marked, blocks_of
from counterclaim.web.readings import Read, read_of
from counterclaim.web.refusals import methodless

VERBS = {"accept": accept, "reject": reject}
REASON_CHARACTERS_MAX = 2000  # a paragraph; what needs more belongs into a note
_WORDS_SHOWN = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One thing read: what it is, whose words, what is remarked, where it stands, and its status."""

    id: str
    local: str
    style: str
    heading: str
    holder: str
    words: str
    remarks: tuple[str, ...]
    status: Status
    spans: tuple[Span, ...]
    torn: Torn | None = None


def text(request: HttpRequest, case: str, number: int) -> HttpResponse:
    """The text with its marks, and beside it each proposal in the order of the text."""
    desk = desk_of(request)
    held = exhibit_of(desk, case=case, number=number)
    read = read_of(desk, held)
    proposals = sorted(proposals_of(read), key=lambda one: (one.spans[0].start, one.id)) if read else []
    told = {
        **frame_of(desk, case),
        "exhibit": held,
        "label": label_of(number),
        "kind": words_of_term("exhibit_kinds", held.kind),
        "read": read,
        "blocks": _folded(list(_blocks(read, proposals))) if read else [],
        "proposals": proposals,
        "waiting": sum(one.status == "proposed" for one in proposals),
        "readers": desk.vault.readers_of(case, number),
    }
    return render(request, "text.html", told)


def judge(request: HttpRequest, case: str, number: int) -> HttpResponse:
    """Accept or reject by id, and go back to where the person was."""
    if request.method != "POST":
        return methodless(request)
    verb, ids = request.POST.get("verb", ""), request.POST.getlist("id")
    why = request.POST.get("why", "")
    if verb not in VERBS:
        raise UsageError("accept or reject", repr(verb), remedy="Use the buttons of the page.")
    if len(why) > REASON_CHARACTERS_MAX:
        raise UsageError(f"a reason of at most {REASON_CHARACTERS_MAX} characters", f"{len(why)}")
    VERBS[verb](desk_of(request), ids, case=case, why=why)
    page = "text" if request.POST.get("page") == "text" else ""
    return HttpResponseRedirect(f"/case/{case}/exhibit/{number}/{page}#{ids[0]}")


def proposals_of(read: Read) -> Iterator[Proposal]:
    """Everything of a reading that a person judges, as it is shown beside the text."""
    yield from _accounts(read)
    yield from _quotations(read)
    yield from _damage(read)
    yield from _episodes(read)
    yield from _methods(read)


def _accounts(read: Read) -> Iterator[Proposal]:
    for account in read.reading.accounts:
        said = said_of(read.shown, account, {})
        answers = f"answers {', '.join(read.prefix + one for one in account.answers)}" if account.answers else ""
        yield Proposal(
            id=read.prefix + account.id,
            local=account.id,
            style=f"{said.hue} opinion" if said.opinion else said.hue,
            heading=said.act,
            holder=said.holder,
            words=_short(said.text),
            remarks=tuple(remark for remark in (answers, *said.remarks) if remark),
            status=account.status,
            spans=(account.span,),
        )


def _quotations(read: Read) -> Iterator[Proposal]:
    for quotation in read.reading.quotations:
        via = words_of_slot(quotation.via, read.reading)
        yield Proposal(
            id=read.prefix + quotation.id,
            local=quotation.id,
            style="quotation",
            heading="quotation",
            holder=words_of_slot(quotation.speaker, read.reading),
            words=_short(quotation.span.text),
            remarks=() if via == "the page does not say who" else (f"by way of {via}",),
            status=read.status(quotation.id),
            spans=(quotation.span,),
        )


def _damage(read: Read) -> Iterator[Proposal]:
    every = frozenset(one.id for one in read.reading.damage)
    plate = plate_of(_whole(read, every), (), profile="internal", picture="")
    for damage, torn in zip(read.reading.damage, plate.damage, strict=True):
        yield Proposal(
            id=read.prefix + damage.id,
            local=damage.id,
            style=f"damage {damage.kind}",
            heading=torn.kind,
            holder="",
            words=_short(damage.spans[0].text) if damage.spans else "",
            remarks=(damage.note, f"grade {damage.grade}"),
            status=read.status(damage.id),
            spans=damage.spans,
            torn=torn if damage.kind == "near_duplicate" else None,
        )


def _episodes(read: Read) -> Iterator[Proposal]:
    every = frozenset(one.id for one in read.reading.episodes)
    plate = plate_of(_whole(read, every), (), profile="internal", picture="")
    for episode, happening in zip(read.reading.episodes, plate.happenings, strict=True):
        yield Proposal(
            id=read.prefix + episode.id,
            local=episode.id,
            style="episode",
            heading=f"episode: {happening.kind}",
            holder="",
            words=_short(episode.span.text),
            remarks=(happening.date, happening.place, *happening.people, *happening.methods),
            status=read.status(episode.id),
            spans=(episode.span,),
        )


def _methods(read: Read) -> Iterator[Proposal]:
    for method in read.reading.methods:
        yield Proposal(
            id=read.prefix + method.id,
            local=method.id,
            style="method",
            heading=f"method: {words_of_term('methods', method.term)}",
            holder="",
            words=_short(method.span.text),
            remarks=() if method.asserted else ("named under negation",),
            status=read.status(method.id),
            spans=(method.span,),
        )


def _whole(read: Read, accepted: frozenset[str]) -> Shown:
    """The exhibit as if all of one kind were accepted: the dossier draws it, the status is told beside it."""
    return replace(read.shown, accepted=accepted)


def _blocks(read: Read, proposals: list[Proposal]) -> Iterator[Block]:
    number = read.shown.exhibit.number
    marks = [
        Marked(
            start=span.start, end=span.end, style=one.style, id=one.id,
            anchor=mark_of(number, span).anchor,
        )
        for one in proposals
        if one.status != "rejected" and not one.style.startswith("episode")
        for span in one.spans
    ]  # fmt: skip
    return blocks_of(read.reading.document.dom_text, read.reading.article, marks)


def _folded(blocks: list[Block]) -> list[tuple[bool, list[Block]]]:
    """Neighbouring blocks outside the article as one group, to be opened together."""
    groups: list[tuple[bool, list[Block]]] = []
    for block in blocks:
        if groups and groups[-1][0] == block.aside:
            groups[-1][1].append(block)
        else:
            groups.append((block.aside, [block]))
    return groups


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= _WORDS_SHOWN else flat[: _WORDS_SHOWN - 1] + "…"
