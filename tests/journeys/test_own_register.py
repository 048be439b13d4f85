"""A person's own register of facilities stands in the configuration folder, is known behind the walls, and is refused aloud."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from counterclaim.desk.facilities import REGISTER_BYTES_MAX, register_in, with_register
from counterclaim.desk.jail import Jail
from counterclaim.desk.read import reading_on
from counterclaim.desk.rosters import readers, signature_of
from counterclaim.record.errors import MalformedError

REGISTER = {"facilities": [{"type": "remand_prison", "names": {"en": ["Greyfold House"]}, "country": "XX"}]}
TEXT = b"The lawyers answer\n\nTwo men were held at Greyfold House for ten days, their lawyers said on Tuesday.\n"


def _written(folder: Path, content: str) -> Path:
    (folder / "facilities.json").write_text(content, encoding="utf-8")
    return folder


def test_a_facility_of_the_register_is_read_behind_the_walls_and_unknown_without_it(tmp_path: Path) -> None:
    register = register_in(_written(tmp_path, json.dumps(REGISTER)))
    with Jail(unjailed_allowed=True) as jail:
        plain, known = (reading_on(jail, TEXT, media_type="text/plain", register=one) for one in (None, register))
    assert "Greyfold House" in [one.name for one in known.entities if one.type == "facility"]
    assert "Greyfold House" not in [one.name for one in plain.entities if one.type == "facility"]


def test_a_reader_says_by_which_register_it_read_so_that_another_register_reads_anew() -> None:
    without = with_register(readers(), None)["place"]
    one = with_register(readers(), REGISTER)["place"]
    row = {**REGISTER["facilities"][0], "names": {"en": ["Another House"]}}
    other = with_register(readers(), {"facilities": [row]})["place"]
    assert len({signature_of(without), signature_of(one), signature_of(other)}) == 3
    assert signature_of(one).startswith(signature_of(without) + "+")


def test_without_a_file_there_is_no_register(tmp_path: Path) -> None:
    assert register_in(tmp_path) is None


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "{}",
        '{"facilities": [], "more": 1}',
        '{"facilities": [{"type": "castle", "names": {"en": ["Greyfold House"]}}]}',
        '{"facilities": [{"type": "remand_prison", "names": {"en": []}}]}',
        "[" * 100_000,
        " " * REGISTER_BYTES_MAX + json.dumps(REGISTER),
    ],
    ids=["cut", "list", "empty", "more", "type", "nameless", "deep", "long"],
)
def test_a_file_that_is_no_register_is_refused_with_what_to_do(tmp_path: Path, content: str) -> None:
    with pytest.raises(MalformedError) as refused:
        register_in(_written(tmp_path, content))
    assert "facilities.json" in refused.value.expected
    assert "facilities.json" in refused.value.remedy()
