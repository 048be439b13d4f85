"""Which names are proposed as one, against pairs written beforehand; and that no reading ever merges two."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest

from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.names.comparing import bodies_compared, persons_compared
from counterclaim.read.names.proposing import same_as_proposals
from counterclaim.read.reader import reading_of
from counterclaim.record.account import Entity
from counterclaim.record.passage import Span

ENTRIES = json.loads((Path(__file__).parent / "read_names" / "pairs.json").read_text("utf-8"))
RECALL_MIN, PRECISION_MIN = 97, 95  # of a hundred
COMPARED_FORMS = 3


def _likeness(kind: str, left: str, right: str) -> str:
    return (persons_compared if kind == "person" else bodies_compared)(left, right).likeness


@pytest.mark.parametrize("half", ["develop", "held_out"])
def test_spellings_of_one_name_are_proposed_and_others_seldom(half: str, measured) -> None:
    one = [(e["kind"], a, b) for e in ENTRIES[half] for a, b in combinations(e["forms"], 2)]
    two = [(e["kind"], a, b) for e in ENTRIES[half] for a in e["forms"][:COMPARED_FORMS] for b in e["others"]]
    missed = [pair for pair in one if _likeness(*pair) == "different"]
    wrong = [pair for pair in two if _likeness(*pair) != "different"]
    right = len(one) - len(missed)
    measured(f"names ({half}): {right} of {len(one)} proposed, {len(wrong)} of {len(two)} wrongly")
    assert right * 100 >= RECALL_MIN * len(one), missed
    assert right * 100 >= PRECISION_MIN * (right + len(wrong)), wrong


@pytest.mark.parametrize("half", ["develop", "held_out"])
def test_the_order_of_two_names_does_not_matter(half: str) -> None:
    for entry in ENTRIES[half]:
        for left, right in combinations((*entry["forms"], *entry["others"]), 2):
            assert _likeness(entry["kind"], left, right) == _likeness(entry["kind"], right, left), (left, right)


def test_a_fathers_name_a_sex_and_an_initial_are_told_as_reasons() -> None:
    assert persons_compared("Anar Rauf oğlu Səfərov", "Anar Tahir oğlu Səfərov").reasons == (
        "the father's name differs",
    )
    assert persons_compared("A. Səfərova", "A. Səfərov").likeness == "different"
    assert persons_compared("A. Səfərov", "Anar Səfərov").reasons == ("an initial",)


def test_every_name_stays_an_entity_of_its_own_whatever_is_proposed() -> None:
    names = ["Free Ilmora Movement", "Movement Free Ilmora"]
    entities = [
        Entity(id=f"e{n}", type="organization", name=name, mentions=(Span(start=n, end=n, text=""),), same_as=())
        for n, name in enumerate(names)
    ]
    assert same_as_proposals(entities, "en") == {"e0": ("e1",), "e1": ("e0",)}


def test_a_reading_never_merges_two_printed_names() -> None:
    text = (
        "A lawyer speaks of two names\n\nThe lawyer Anar Safarov said on Monday that he had been held for a week. "
        "Mr Safarov Anar told the newspaper the same, said the lawyer Anar Səfərov in the capital on Tuesday."
    )
    found = reading_of(page_of(text.encode(), "text/plain"), (NAME,)).entities
    persons = [entity for entity in found if entity.type == "person"]
    assert {"Anar Safarov", "Anar Səfərov"} <= {entity.name for entity in persons}
    for entity in persons:
        assert {span.text for span in entity.mentions} == {entity.name}  # one printed form, one entity
        assert entity.id not in entity.same_as


def test_a_page_of_many_names_is_compared_in_bounded_time() -> None:
    span = Span(start=0, end=0, text="")
    entities = [
        Entity(id=f"e{n}", type="person", name=f"Anar Səfərov{'a' * (n % 9)}", mentions=(span,), same_as=())
        for n in range(2000)
    ]
    proposals = same_as_proposals(entities, "az")
    assert len(proposals) == len(entities)
    assert max(map(len, proposals.values())) <= 20
