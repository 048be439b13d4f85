"""Builds the bundled disputed case from end to end; country, people and pictures are invented."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from counterclaim.desk.admit import Arrival, admit_contents, kind_named
from counterclaim.desk.ask import ask, assess
from counterclaim.desk.cases import grant, note, open_case
from counterclaim.desk.examine import brief_of
from counterclaim.desk.journey import accept_all, journey
from counterclaim.desk.open import Desk, new_vault
from counterclaim.record.canonical import noun_of
from counterclaim.record.errors import IntegrityError, UsageError
from counterclaim.record.exhibit import label_of
from counterclaim.record.proposition import Interval, Question

FOLDER = files("counterclaim.desk") / "demo_case"
OWNER = "Demo owner"
RECIPIENT = "whoever tries Counterclaim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """Where everything is."""

    vault: Path
    case: str
    dossier: Path
    pdf: Path
    bag: Path
    workbench: str
    fingerprint: str
    seconds: Decimal


def demo(into: Path) -> Demo:
    """Build the demo in `into`: vault, keys, dossier and bag. Raises UsageError where one is there already."""
    begun = time.monotonic()
    if (into / "vault").exists():
        raise UsageError("a folder without a demo", str(into), remedy=f"Use another --into, or remove {into} first.")
    told = json.loads((FOLDER / "case.json").read_text("utf-8"))
    name = told["case"]["name"]
    desk = new_vault(into / "vault", actor=OWNER, keys_home=into)
    open_case(desk, **told["case"])
    grant(desk, case=name, name=told["actor"], role=told["role"])
    for question in told["questions"]:
        ask(desk, noun_of(question, Question), case=name)
    reviewer = desk.acting_as(told["actor"])
    _keep_inquiry(desk, case=name)
    with as_file(FOLDER) as folder:
        brief = brief_of(**{**told["brief"], "emblems": [folder / one for one in told["brief"]["emblems"]]})
        admit_contents(desk, [_arrival_of(one, folder) for one in told["exhibits"]], case=name)
        done = journey(
            desk,
            [],
            case=name,
            brief=brief,
            judge=lambda _: _judge(reviewer, case=name),
            assess=lambda _: _assess(reviewer, told, case=name),
            into=into / "bag",
            recipient=RECIPIENT,
        )
    return Demo(
        vault=into / "vault",
        case=name,
        dossier=done.published.bag / "data" / "dossier.html",
        pdf=done.published.bag / "data" / "dossier.pdf",
        bag=done.published.bag,
        workbench=f"counterclaim serve --vault {into / 'vault'} --as '{OWNER}'",
        fingerprint=desk.fingerprint(),
        seconds=Decimal(f"{time.monotonic() - begun:.1f}"),
    )


def _judge(desk: Desk, *, case: str) -> None:
    accept_all(desk, case=case)


def _arrival_of(told: Mapping[str, str], folder: Path) -> Arrival:
    content = (folder / told["file"]).read_bytes()
    return Arrival(input=told["file"], name=told["name"], content=content, kind=kind_named(told["kind"]))


def _keep_inquiry(desk: Desk, *, case: str) -> None:
    """Searches are recorded, those that found nothing too; what was asked of whom stands in the log."""
    note(
        desk,
        case=case,
        kind="inquiry",
        body={
            "objective": "earlier copies of photograph 1",
            "question": "Is an earlier copy held in this vault?",
            "query": "every exhibit of the case, by its code in eight orientations",
            "results_kept": 0,
            "note": "The vault was new: nothing earlier could be held.",
        },
    )


def _assess(desk: Desk, told: Mapping[str, Any], *, case: str) -> None:
    """Enter each judged ratio of the case's definition, resolving files and quoted words to ids."""
    numbers = {exhibit.name: exhibit.number for exhibit in desk.vault.exhibits(case)}
    exhibits = {one["file"]: numbers[one["name"]] for one in told["exhibits"]}
    for judged in told["assessments"]:
        item, observed = _item_of(desk, judged["item"], exhibits[judged["item"]["exhibit_file"]], case=case)
        assess(
            desk,
            case=case,
            question=judged["question"],
            item=item,
            observed=observed,
            group=judged["group"],
            between=(judged["between"][0], judged["between"][1]),
            interval=Interval(low=Decimal(judged["low"]), high=Decimal(judged["high"])),
            basis=judged["basis"],
            why=judged["why"],
            absence=judged.get("absence", False),
        )


def _item_of(desk: Desk, item: Mapping[str, str], number: int, *, case: str) -> tuple[str, str]:
    """The item's id and what is observed in it, in words."""
    label = label_of(number)
    if "examiner" in item:
        return f"{label}.{item['examiner']}", ""
    if "observed" in item:
        return label, item["observed"]
    return _account_at(desk, item["account_containing"], number, case=case)


def _account_at(desk: Desk, words: str, number: int, *, case: str) -> tuple[str, str]:
    """The narrowest account over these words; where no reader proposed one, what a person reads there themselves."""
    reading = desk.vault.reading(case, number)
    found = re.search(r"\s+".join(map(re.escape, words.split())), reading.document.dom_text if reading else "")
    if found is None:
        raise IntegrityError(f"the words {words!r} in {label_of(number)}", "other text")
    spans = [
        (row.plain["span"]["end"] - row.plain["span"]["start"], row.id)
        for row in desk.vault.suggestions(case)
        if row.kind == "account"
        and row.exhibit == number
        and row.plain["span"]["start"] <= found.start()
        and found.end() <= row.plain["span"]["end"]
    ]
    return (min(spans)[1], "") if spans else (label_of(number), f"the page says: {words}")
