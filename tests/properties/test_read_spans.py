"""Every span reads back to its text, every character leads back to its bytes, and two runs are equal: over mutated pages."""

from __future__ import annotations

import json
import random
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterclaim.read.by.account import READER as ACCOUNT
from counterclaim.read.by.damage import READER as DAMAGE
from counterclaim.read.by.date import READER as DATE
from counterclaim.read.by.episode import READER as EPISODE
from counterclaim.read.by.method import READER as METHOD
from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.place import READER as PLACE
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.contract import contract_of
from counterclaim.read.layers import PageText
from counterclaim.read.reader import ordered, reading_of
from counterclaim.record.errors import MalformedError

READERS = (EPISODE, DATE, PLACE, METHOD, ACCOUNT, SPEECH, NAME, DAMAGE)
PAGES = sorted((Path(__file__).parents[1] / "golden" / "read_pages").glob("*.*"))
MUTANTS = 30  # of each page
SLOT_KEYS = {"entity", "span", "undetermined", "lost", "unstated"}


def _mutant(text: str, chance: random.Random) -> str:
    """Delete, double, swap or splice stretches, as a bad capture does."""
    for _ in range(chance.randint(1, 4)):
        a, b = sorted(chance.randrange(len(text)) for _ in range(2))
        b = min(b, a + 300)
        match chance.randrange(5):
            case 0:
                text = text[:a] + text[b:]
            case 1:
                text = text[:b] + text[a:b] + text[b:]
            case 2:
                text = (
                    text[:a]
                    + chance.choice(["“", '"', "<b>", "</p>", "&amp;", "\r\n\r\n", "\0", "İ", ".", " "])
                    + text[a:]
                )
            case 3:
                text = text[:a] + text[a:b].swapcase() + text[b:]
            case _:
                text = text[a:b] + text[:a] + text[b:]
        text = text or "x"
    return text


def _spans(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        own = [value] if set(value) == {"start", "end", "text"} else []
        return own + [span for inner in value.values() for span in _spans(inner)]
    if isinstance(value, list):
        return [span for inner in value for span in _spans(inner)]
    return []


def _slots(data: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    rows = [(account, account["holder"]) for account in data["accounts"]]
    rows += [(quotation, quotation[name]) for quotation in data["quotations"] for name in ("speaker", "via")]
    rows += [(episode, episode["place"]) for episode in data["episodes"]]
    rows += [(episode, one["slot"]) for episode in data["episodes"] for one in episode["participants"]]
    return rows


def _holds(page: PageText, data: dict[str, Any]) -> None:
    text = page.dom_text
    for span in _spans(data):
        assert text[span["start"] : span["end"]] == span["text"]
    ids = {entity["id"] for entity in data["entities"]}
    damage = {item["id"] for item in data["damage"]}
    accounts = {account["id"] for account in data["accounts"]}
    for _, slot in _slots(data):
        assert len(slot) == 1
        assert set(slot) <= SLOT_KEYS
        assert slot.get("entity", next(iter(ids), None)) in ids | {None}
        assert set(slot.get("undetermined", ())) <= ids
        assert len(slot.get("undetermined", (1, 2))) > 1
        assert {slot["lost"]} <= damage if "lost" in slot else True
    for account in data["accounts"]:
        assert set(account["answers"]) <= accounts - {account["id"]}
        assert set(account["damage"]) <= damage
        assert account["status"] == "proposed"
        assert account["act"] != "finding" or "entity" in account["holder"] or "span" in account["holder"]
        assert account["denial_kind"] is None or account["act"] in {"denial", "rejection", "justification"}
    assert len(page.starts) == len(page.ends) == len(text)
    assert all(start <= end for start, end in zip(page.starts, page.ends, strict=True))
    assert list(page.starts) == sorted(page.starts)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_spans_slots_and_links_hold_on_mutated_pages(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    media_type = "text/html" if path.suffix == ".html" else "text/plain"
    chance = random.Random(path.name)
    for _ in range(MUTANTS):
        page = page_of(_mutant(source, chance).encode(), media_type)
        _holds(page, contract_of(reading_of(page, READERS)))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_two_readings_of_one_page_are_equal_bytes_in_whatever_order_the_readers_come(path: Path) -> None:
    content = path.read_bytes()
    first, second = (
        json.dumps(contract_of(reading_of(page_of(content), order)), sort_keys=True, ensure_ascii=False)
        for order in (READERS, tuple(reversed(READERS)))
    )
    assert first == second


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_character_leads_back_to_the_bytes_that_gave_it(path: Path) -> None:
    content = path.read_bytes()
    page = page_of(content)
    for index, char in enumerate(page.dom_text):
        start, end = page.byte_span(index, index + 1)
        source = content[start:end].decode("utf-8")
        if char.isspace():
            assert source.isspace() or source.startswith("<")
        else:
            assert char in unescape(source)
            assert source == char or source.startswith("&")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300), st.sampled_from(["text/html", "text/plain"]))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_a_layer_whose_characters_lead_back(text: str, media_type: str) -> None:
    content = text.encode("utf-8")
    page = page_of(b"\xef\xbb\xbf" + content, media_type)
    assert len(page.starts) == len(page.dom_text)
    whole = b"\xef\xbb\xbf" + content
    for index, char in enumerate(page.dom_text):
        start, end = page.byte_span(index, index + 1)
        source = whole[start:end].decode("utf-8")
        assert source
        assert char in source or char.isspace() or char == "\ufffd" or source.startswith("&")


@pytest.mark.parametrize("codec", ["cp1251", "cp1254", "iso-8859-9", "koi8-r", "shift_jis", "gb18030"])
def test_a_declared_encoding_leads_back_to_its_bytes(codec: str) -> None:
    words = {
        "cp1251": "Отдел полиции",
        "koi8-r": "Отдел полиции",
        "shift_jis": "警察署の地下",
        "gb18030": "警察局地下室",
    }
    body = words.get(codec, "Kızılay polis şubesi, İğdır")
    content = f'<meta charset="{codec}"><p>{body}</p>'.encode(codec)
    page = page_of(content, "text/html")
    assert page.dom_text == body
    for index, char in enumerate(page.dom_text):
        start, end = page.byte_span(index, index + 1)
        assert content[start:end].decode(codec) == char


def test_an_undeclared_old_encoding_is_guessed_and_the_guess_is_said() -> None:
    page = page_of("Отдел полиции и прокуратура".encode("cp1251"), "text/plain")
    assert page.dom_text.startswith("Отдел")
    assert any("guess" in note for note in page.notes)


def test_text_is_not_normalised() -> None:
    decomposed = "Gu\u0308lec s\u0327ikayet etti."
    assert page_of(decomposed.encode(), "text/plain").dom_text == decomposed


def test_a_plain_text_keeps_its_own_offsets() -> None:
    text = "A headline of five words\r\n\r\nThe first  paragraph,\twith its spaces.\r\n"
    assert page_of(text.encode(), "text/plain").dom_text == text


def test_readers_that_wait_for_each_other_are_refused() -> None:
    class Waiting:
        name, version = "first", "1"
        after = ("second",)

    class Other(Waiting):
        name = "second"
        after = ("first",)

    with pytest.raises(MalformedError, match="wait for each other"):
        ordered((Waiting(), Other()))  # type: ignore[arg-type]


def test_a_reading_without_the_other_readers_is_still_a_reading() -> None:
    page = page_of(PAGES[0].read_bytes())
    for reader in READERS:
        data = contract_of(reading_of(page, (reader,)))
        assert re.match(r"[0-9a-f]{64}", data["document"]["sha256"])
        _holds(page, data)
