"""Posts of exports, saved pages, chats and screenshots' words: every part as shown, none that is not shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from counterclaim.read.by.page import page_of
from counterclaim.read.by.post import READER
from counterclaim.read.contract import contract_of
from counterclaim.read.layers import PageText
from counterclaim.read.page.shown_time import shown_at
from counterclaim.read.reader import reading_of
from counterclaim.record.errors import MalformedError
from counterclaim.record.post import Post

TELEGRAM: dict[str, Any] = {
    "name": "Velm kanalı",
    "type": "public_channel",
    "messages": [
        {
            "id": 5,
            "date": "2019-11-19T18:30:00",
            "date_unixtime": "1574173800",
            "edited": "2019-11-19T19:00:00",
            "from": "Velm kanalı",
            "text": ["Onu ", {"type": "bold", "text": "döydülər"}, ", vəkil dedi."],
            "text_entities": [{"type": "plain", "text": "Onu "}],
        },
        {
            "id": 6,
            "date": "2019-11-19T18:31:00",
            "from": "Ada",
            "forwarded_from": "Radio Velm",
            "text": "İşgəncə \n var 😀.",
        },
    ],
}


def posts_in(content: bytes, media_type: str | None = None) -> tuple[Post, ...]:
    page = page_of(content, media_type)
    reading = reading_of(page, (READER,))
    assert [post.id for post in reading.posts] == [f"po{number}" for number in range(1, len(reading.posts) + 1)]
    for post in reading.posts:
        spans = [post.span, post.account, post.text, post.number, *post.edited, *post.removed]
        spans += [post.shown_at.span if post.shown_at else None, *(edge.span for edge in post.reposts)]
        assert all(span is None or span.reads_in(page.dom_text) for span in spans)
    return reading.posts


def leads_back(page: PageText, content: bytes) -> None:
    """Decode the bytes of every code point again, as JSON where they are an escape."""
    for index, char in enumerate(page.dom_text):
        source = content[page.starts[index] : page.ends[index]].decode()
        read = json.loads(f'"{source}"') if source.startswith("\\") else source
        assert char in {read, read.encode("latin-1", "replace").decode("utf-8", "replace")} or (
            char == "\n" and source.strip(' \n"')[:1] in {",", "}", "]", "{", "[", ":", ""}
        )


@pytest.mark.parametrize("escaped", [True, False])
def test_a_channels_export_gives_its_posts_and_every_character_its_escape(escaped: bool) -> None:  # noqa: FBT001
    content = json.dumps(TELEGRAM, ensure_ascii=escaped, indent=1).encode()
    leads_back(page_of(content), content)
    first, second = posts_in(content, "text/plain")
    assert first.text
    assert first.text.text == "Onu döydülər, vəkil dedi."
    assert first.shown_at
    assert (first.shown_at.edtf, first.shown_at.clock, first.shown_at.zone) == ("2019-11-19", "14:30:00", "UTC")
    assert [mark.text for mark in first.edited] == ["2019-11-19T19:00:00"]
    assert second.account
    assert second.account.text == "Ada"
    assert second.shown_at
    assert (second.shown_at.clock, second.shown_at.zone) == ("18:31:00", "unstated")
    assert [edge.span.text for edge in second.reposts if edge.span] == ["Radio Velm"]
    assert second.text
    assert second.text.text.endswith("var 😀.")


def test_an_export_that_writes_utf8_as_latin_is_read_and_said() -> None:
    rows = [{"timestamp": 1574173800, "data": [{"post": "Onu döydülər."}], "title": "Ada updated her status."}]
    content = json.dumps(rows, ensure_ascii=False).encode().decode("latin-1")
    escaped = json.dumps(json.loads(content)).encode()
    page = page_of(escaped)
    (post,) = posts_in(escaped)
    assert post.text
    assert post.text.text == "Onu döydülər."
    assert post.account is None
    assert any("UTF-8" in note for note in page.notes)
    start, end = page.byte_span(page.dom_text.index("ö"), page.dom_text.index("ö") + 1)
    assert escaped[start:end] == b"\\u00c3\\u00b6"


def test_an_archives_repost_is_an_edge_to_the_other_post() -> None:
    inner = {"id_str": "70", "user": {"screen_name": "x"}, "full_text": "hello", "created_at": "2019-11-19T13:30Z"}
    outer = {"id_str": "77", "created_at": "Tue Nov 19 14:30:00 +0300 2019", "full_text": "RT @x: hello"}
    content = "window.YTD.tweets.part0 = " + json.dumps([{"tweet": {**outer, "retweeted_status": inner}}])
    first, second = posts_in(content.encode())
    assert [edge.post for edge in first.reposts] == [None, "po2"]
    assert first.reposts[0].span
    assert first.reposts[0].span.text == "RT @x"
    assert first.shown_at
    assert (first.shown_at.edtf, first.shown_at.zone) == ("2019-11-19", "+03:00")
    assert second.account
    assert second.account.text == "x"


def test_a_saved_page_gives_each_post_its_own_account_and_time_and_not_the_passed_on_ones() -> None:
    page = """<div class="message default clearfix" id="message5"><div class="pull_right date details">14:30</div>
    <div class="from_name">Velm kanalı</div><div class="forwarded body"><div class="from_name">Radio Velm</div>
    <span class="date">18.11.2019 09:00:00</span><div class="text">Onu döydülər.</div></div></div>
    <article data-testid="tweet"><div data-testid="User-Name"><span>@ada</span></div><time>Nov 19, 2019</time>
    <div data-testid="tweetText">They beat him.</div></article>
    <div class="tgme_widget_message"><a class="tgme_widget_message_owner_name">K</a><div
    class="tgme_widget_message_text">Words.</div><span>edited <time>14:30</time></span></div>"""
    first, second, third = posts_in(page.encode(), "text/html")
    assert first.shown_at
    assert (first.shown_at.edtf, first.shown_at.clock, first.shown_at.zone) == (None, "14:30", "unstated")
    assert first.account
    assert first.account.text == "Velm kanalı"
    assert [edge.span.text for edge in first.reposts if edge.span] == ["Radio Velm"]
    assert second.shown_at
    assert second.shown_at.edtf == "2019-11-19"
    assert [mark.text for mark in third.edited] == ["edited"]


def test_a_news_page_with_an_author_and_a_date_is_no_post() -> None:
    page = '<article class="post"><h1>Title of it</h1><p class="author">A. W.</p><time>Nov 19, 2019</time><p>Text.</p>'
    assert posts_in(page.encode(), "text/html") == ()
    assert "posts" not in contract_of(reading_of(page_of(page.encode(), "text/html"), (READER,)))


def test_a_chats_lines_are_posts_with_what_was_taken_away() -> None:
    chat = "[19.11.2019, 14:30:05] Ada: Onu döydülər.\nİkinci sətir.\n[19.11.2019, 14:31:00] Vəkil: Bu mesaj silinib\n"
    first, second = posts_in(chat.encode(), "text/plain")
    assert first.text
    assert first.text.text == "Onu döydülər.\nİkinci sətir."
    assert [mark.text for mark in second.removed] == ["Bu mesaj silinib"]


def test_a_screenshots_words_give_the_handle_and_the_line_of_time() -> None:
    seen = "Ada Korin @adak\n\nThey beat him for hours.\n\n2:30 PM · Nov 19, 2019\n\n12 Reposts"
    (post,) = posts_in(seen.encode(), "text/plain")
    assert post.shown_at
    assert (post.shown_at.edtf, post.shown_at.clock, post.shown_at.zone) == ("2019-11-19", "14:30", "unstated")
    assert post.text
    assert post.text.text == "They beat him for hours."


@pytest.mark.parametrize(
    ("shown", "edtf", "clock", "zone"),
    [
        ("19 ноября 2019 в 14:30", "2019-11-19", "14:30", "unstated"),
        ("19 Kasım 2019 14:30", "2019-11-19", "14:30", "unstated"),
        ("1 İyun 2020, 09:05 UTC+4", "2020-06-01", "09:05", "+04:00"),
        ("November 19, 2019 at 12:05 AM", "2019-11-19", "00:05", "unstated"),
        ("2019-11-19T14:30:00.5+03:00", "2019-11-19", "14:30:00", "+03:00"),
        ("2019-11-19T14:30:00Z", "2019-11-19", "14:30:00", "UTC"),
        ("25/12/2019", "2019-12-25", None, "unstated"),
        ("03/04/2019", None, None, "unstated"),
        ("31.02.2019", None, None, "unstated"),
        ("2 h", None, None, "unstated"),
        ("Nov 19", None, None, "unstated"),
        ("yesterday at 14:30", None, "14:30", "unstated"),
        ("99:99", None, None, "unstated"),
        ("1574173800", None, None, "unstated"),
    ],
)
def test_a_shown_time_has_the_parts_that_are_shown(shown: str, edtf: str | None, clock: str | None, zone: str) -> None:
    read = shown_at(shown, 0, len(shown))
    assert (read.edtf, read.clock, read.zone) == (edtf, clock, zone)


@pytest.mark.parametrize("content", [b"{", b'{"a": "b', b"[" * 5000, b"[1] 2", b'{"a": }]'])
def test_what_is_no_json_is_refused_as_json_and_read_as_plain_text(content: bytes) -> None:
    with pytest.raises(MalformedError):
        page_of(content, "application/json")
    assert page_of(content, "text/plain").media_type == "text/plain"
