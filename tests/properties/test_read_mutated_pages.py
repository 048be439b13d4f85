"""Over mutated pages of four languages every span re-reads to its text, ids are unique, references resolve, runs agree."""

from __future__ import annotations

import json
import random
from collections import Counter
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from counterclaim.read.by.page import page_of
from counterclaim.read.contract import contract_of
from counterclaim.read.layers import PageText
from counterclaim.read.reader import reading_of
from counterclaim.record.errors import CounterclaimError
from size import FULL

PARTS = 10
UNNUMBERED = frozenset({"document", "article", "dates", "durations"})  # nothing refers to them by id
PAGES = 1_000 if FULL else 25  # of each part
LENGTH_MAX = 3_000  # characters of a page before it is mutated: the readers' rules see some ten sentences
GOLDEN = Path(__file__).parents[1] / "golden" / "read_pages"
READERS = tuple(point.load() for point in sorted(entry_points(group="counterclaim.readers"), key=lambda p: p.name))
OWN = {
    "az": "Nazirlik tələbənin döyüldüyünü təkzib edib.\n\n“Məni iki saat təpiklədilər”, – Səlim İldırımlı vəkilinə deyib. "
    "O, 12 mart 2019-cu ildə saxlanılıb.\n\nVəkil şikayət verib, prokurorluq cavab verməyib.",
    "ru": "Министерство отрицает, что студентку избили.\n\n«Меня били ногами два часа», — рассказала Вера Линь адвокату. "
    "Её задержали 12 марта 2019 года.\n\nАдвокат подала жалобу; прокуратура не ответила.",
    "tr": "Bakanlık öğrencinin dövüldüğünü yalanladı.\n\n“Beni iki saat tekmelediler,” dedi Ilgaz Işık avukatına. "
    "12 Mart 2019’da gözaltına alındı.\n\nAvukat şikâyette bulundu; savcılık yanıt vermedi.",
}
MARKUP = (
    "<p>", "</p>", "<b>", "</div>", "<div hidden>", "<script>", "</script>", "<!--", "-->", "<br>", "<table><tr><td>",
    "&amp;", "&#x130;", "&nbsp;", "&#0;", "&", "<", '"', "“", "”", "«", "»", "\0", "\r\n\r\n", "İ", "ı", "e\u0301", "\u200f",
    "😀", "[1]", ".", " ",
)  # fmt: skip
CODECS = ("utf-8", "utf-8", "utf-8", "cp1251", "cp1254", "koi8-r", "utf-16-le")


def _sources() -> list[str]:
    files = [path.read_text(encoding="utf-8")[:LENGTH_MAX] for path in sorted(GOLDEN.glob("*.*"))]
    pages = [
        f'<html lang="{language}"><meta charset="utf-8"><body><nav><a href="/">x</a></nav><article><h1>{text[:40]}</h1>'
        + "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
        + '</article><div class="tgme_widget_message"><a class="tgme_widget_message_owner_name">K</a>'
        f'<div class="tgme_widget_message_text">{text[:60]}</div><time>12.03.2019</time></div></body></html>'
        for language, text in OWN.items()
    ]
    posts = [{"id": 1, "from": "K", "date": "2019-03-12T10:00:00", "text": text} for text in OWN.values()]
    return [*files, *OWN.values(), *pages, json.dumps(posts), json.dumps(posts, ensure_ascii=False)]


def _mutant(source: str, chance: random.Random) -> bytes:
    for _ in range(chance.randint(0, 3)):
        a, b = sorted(chance.randrange(len(source) + 1) for _ in range(2))
        b = min(b, a + 300)
        source = chance.choice((
            source[:a] + source[b:],
            source[:b] + source[a:b] + source[b:],
            source[:a] + chance.choice(MARKUP) + source[a:],
            source[:a] + source[a:b].swapcase() + source[b:],
            source[a:b] + source[:a] + source[b:],
        )) or "x"  # fmt: skip
    content = source.encode(chance.choice(CODECS), "replace")
    for _ in range(chance.randint(0, 3)):
        at = chance.randrange(len(content) + 1)
        content = chance.choice((
            content[:at] + content[at + 1 :],
            content[:at] + bytes([chance.randrange(256)]) + content[at:],
            content[:at] + content[max(0, at - 40) : at] + content[at:],
            content[:at],
        ))  # fmt: skip
    return content


def _walk(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(found for inner in value.values() for found in _walk(inner))]
    return [found for inner in value for found in _walk(inner)] if isinstance(value, list) else []


def _holds(page: PageText, data: dict[str, Any]) -> int:
    """Check one reading; give the number of its spans."""
    text = page.dom_text
    assert len(page.starts) == len(page.ends) == len(text)
    assert all(start <= end for start, end in zip(page.starts, page.ends, strict=True))
    text.encode("utf-8")
    spans = [row for row in _walk(data) if {"start", "end"} <= row.keys()]
    for span in spans:
        assert 0 <= span["start"] <= span["end"] <= len(text)
        assert span.get("text", text[span["start"] : span["end"]]) == text[span["start"] : span["end"]]
    listed = {kind: [row["id"] for row in rows] for kind, rows in data.items() if kind not in UNNUMBERED}
    assert all(times == 1 for times in Counter(one for ids in listed.values() for one in ids).values())
    ids = {kind: set(known) for kind, known in listed.items()}
    for row in _walk(data):
        if "entity" in row and len(row) == 1:
            assert row["entity"] in ids["entities"]
        if "undetermined" in row:
            assert set(row["undetermined"]) <= ids["entities"]
        if "lost" in row:
            assert row["lost"] in ids["damage"]
        assert set(row.get("same_as", ())) <= ids["entities"]
        assert set(row.get("answers", ())) <= ids["accounts"]
        assert {one for one in row.get("methods", ()) if isinstance(one, str)} <= ids["methods"]
    for account in data["accounts"]:
        assert set(account["damage"]) <= ids["damage"]
    for post in data.get("posts", ()):
        assert {edge["post"] for edge in post["reposts"]} <= ids["posts"] | {None}
    return len(spans)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_mutated_page_is_read_to_spans_that_hold_or_refused(part: int, measured) -> None:
    chance = random.Random(part)
    sources = _sources()
    read = refused = spans = 0
    for _ in range(PAGES):
        content = _mutant(chance.choice(sources), chance)
        try:
            page = page_of(content)
        except CounterclaimError:
            refused += 1
            continue
        data = contract_of(reading_of(page, READERS))
        spans += _holds(page, data)
        read += 1
        again = contract_of(reading_of(page_of(content), READERS))
        assert json.dumps(data, ensure_ascii=False) == json.dumps(again, ensure_ascii=False)
    assert read > PAGES * 0.9
    measured(f"mutated pages, part {part}: {read} read twice alike, {refused} refused, {spans:,} spans re-read")
