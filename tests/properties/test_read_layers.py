"""The three layers of a page: bytes, text with its bytes, article; in every encoding, with everything a page hides."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterclaim.read.by.page import page_of
from counterclaim.read.layers import PageText
from counterclaim.read.page.alignment import taken
from counterclaim.read.page.furniture import is_boilerplate, is_byline

LANGUAGES = {
    "en": "Officers of the harbour police beat her for two hours, Ada Korin’s lawyer said on Monday.",
    "az": "Vəkil bildirib ki, müvəkkili Səlim İldırımlı şöbədə döyülüb və ona işgəncə verilib.",
    "ru": "Адвокат сообщил, что его подзащитного избили в отделе полиции и пытали током.",
    "tr": "Avukatı, Ilgaz Işık’ın emniyette dövüldüğünü ve İğdır’a götürüldüğünü söyledi.",
}


def _leads_back(page: PageText, content: bytes, codec: str) -> None:
    assert len(page.starts) == len(page.ends) == len(page.dom_text)
    for index, char in enumerate(page.dom_text):
        source = content[page.starts[index] : page.ends[index]].decode(codec)
        assert source
        if char.isspace():
            assert source.isspace() or source.startswith("<")
        else:
            assert source == char or (source.startswith("&") and char in unescape(source))


@pytest.mark.parametrize(
    ("language", "codec", "declared"),
    [
        ("ru", "cp1251", "windows-1251"),
        ("ru", "koi8-r", "koi8-r"),
        ("ru", "iso8859-5", "iso-8859-5"),
        ("tr", "cp1254", "windows-1254"),
        ("tr", "cp1254", "iso-8859-9"),
        *((language, "utf-8", "utf-8") for language in LANGUAGES),
    ],
)
def test_a_page_in_a_declared_encoding_is_read_without_a_note_and_leads_back(
    language: str, codec: str, declared: str
) -> None:
    content = f'<html><head><meta charset="{declared}"></head><p>{LANGUAGES[language]}</p>'.encode(codec)
    page = page_of(content, "text/html")
    assert page.dom_text == LANGUAGES[language]
    assert not any("encoding" in note or "declares" in note for note in page.notes)
    _leads_back(page, content, codec)


@pytest.mark.parametrize(
    ("language", "codec", "declared"),
    [
        ("ru", "utf-8", "windows-1251"),
        ("tr", "utf-8", "iso-8859-9"),
        ("ru", "cp1251", "utf-8"),
        ("ru", "koi8-r", "utf-8"),
        ("tr", "cp1254", "utf-8"),
        ("ru", "cp1251", "x-none"),
    ],
)
def test_a_wrong_declaration_is_not_followed_and_the_page_says_so(language: str, codec: str, declared: str) -> None:
    content = f'<meta charset="{declared}"><p>{LANGUAGES[language] * 3}</p>'.encode(codec)
    page = page_of(content, "text/html")
    assert page.dom_text == LANGUAGES[language] * 3
    assert any("declares" in note for note in page.notes)
    _leads_back(page, content, codec)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_sixteen_bit_text_is_read_with_its_mark(language: str, codec: str) -> None:
    mark = b"\xff\xfe" if codec.endswith("le") else b"\xfe\xff"
    content = mark + f"<p>{LANGUAGES[language]}</p>".encode(codec)
    page = page_of(content, "text/html")
    assert page.dom_text == LANGUAGES[language]
    _leads_back(page, content, codec)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_sixteen_bit_latin_text_without_a_mark_is_told_and_said(codec: str) -> None:
    page = page_of(LANGUAGES["en"].encode(codec), "text/plain")
    assert page.dom_text == LANGUAGES["en"]
    assert any("UTF-16" in note for note in page.notes)


def test_one_broken_byte_does_not_turn_a_page_into_another_encoding() -> None:
    content = LANGUAGES["ru"].encode()
    broken = content[:40] + b"\xff" + content[40:]
    page = page_of(broken, "text/plain")
    assert page.encoding == "utf-8"
    assert page.dom_text.replace("\ufffd", "") == LANGUAGES["ru"]
    assert any("1 bytes do not decode" in note for note in page.notes)


HIDDEN = {
    "attribute": ("<p hidden>{}</p>", False),
    "attribute with a value": ('<p hidden="until-found">{}</p>', False),
    "style": ('<div style="color:red; display : none">{}</div>', False),
    "visibility": ("<span style='visibility:hidden'>{}</span>", False),
    "comment": ("<!-- {} -->", False),
    "comment ended as old pages do": ("<!-- {} --!>", False),
    "script": ("<script>var a = '{}'</script>", False),
    "style sheet": ("<style>.x::after {{ content: '{}' }}</style>", False),
    "template": ("<template><p>{}</p></template>", False),
    "only hidden from machines that read aloud": ('<p aria-hidden="true">{}</p>', True),
    "a word in a title": ('<a href="#" title="the hidden prison">{}</a>', True),
    "a word in a class": ('<p class="hidden-xs not hidden">{}</p>', True),
    "a word in another attribute": ('<p data-state="display:none">{}</p>', True),
    "an empty comment": ("<!--><p>{}</p><!--->", True),
    "a list that opens on a click": ("<details><summary>More</summary>{}</details>", True),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_the_page_hides_is_left_out_and_what_it_shows_is_not(name: str) -> None:
    markup, shown = HIDDEN[name]
    content = f"<body><p>First.</p>{markup.format('The ministry admitted it.')}<p>Last.</p>".encode()
    page = page_of(content, "text/html")
    assert ("admitted it" in page.dom_text) is shown
    assert "First." in page.dom_text
    assert "Last." in page.dom_text
    _leads_back(page, content, "utf-8")
    if name in {"attribute", "style", "visibility"}:
        assert any("hides from its readers" in note for note in page.notes)


@pytest.mark.parametrize("opened", ["<!--", "<script>", "<style>"])
def test_what_an_unclosed_comment_or_script_swallows_is_said(opened: str) -> None:
    page = page_of(f"<p>First.</p>{opened}<p>They beat him.</p>".encode(), "text/html")
    assert page.dom_text == "First."
    assert any("never closed" in note for note in page.notes)


def test_a_cdata_section_is_text_in_xhtml_and_a_comment_in_html() -> None:
    content = b"<html><body><p>One <![CDATA[a < b &amp; c]]> two.</p></body></html>"
    strict = page_of(content, "application/xhtml+xml")
    assert strict.dom_text == "One a < b &amp; c two."
    for index, char in enumerate(strict.dom_text):
        assert content[strict.starts[index] : strict.ends[index]].decode()[:1] in {char, "<"}
    assert page_of(content, "text/html").dom_text == "One two."


REFERENCES = st.sampled_from(
    ["&amp;", "&lt;", "&#1073;", "&#x259;", "&nbsp;", "&quot;", "&Idot;", "&inodot;", "&ampx", "&notanentity;", "&", "&#0;", "&#xD800;"]
)  # fmt: skip
MARKUP = st.sampled_from(
    ["<p>", "</p>", "<b>", "</b>", "<br>", "<div hidden>", "</div>", "<!-- ", "-->", "<script>", "</script>", "<![CDATA[", "]]>", "<td>", "<"]
)  # fmt: skip
WORDS = st.sampled_from([*LANGUAGES.values(), "İ", "ı", "é", " ", "\n", "\x00", "\x85"])


@given(
    st.lists(st.one_of(REFERENCES, MARKUP, WORDS), max_size=30), st.sampled_from(["text/html", "application/xhtml+xml"])
)
@settings(max_examples=150, deadline=None)
def test_any_markup_gives_a_text_that_leads_back_and_ranges_that_do_not_overlap(parts: list[str], kind: str) -> None:
    content = ("<meta charset=utf-8>" + "".join(parts)).encode()
    page = page_of(content, kind)
    assert page == page_of(content, page.media_type)
    assert len(page.starts) == len(page.dom_text)
    for index, char in enumerate(page.dom_text):
        source = content[page.starts[index] : page.ends[index]].decode()
        assert source
        assert char in source or char.isspace() or char == "\ufffd" or char in unescape(source)
    at = 0
    for part in page.article:
        assert at <= part.start < part.end <= len(page.dom_text)
        at = part.end


def test_a_short_block_is_taken_beside_its_neighbours_and_not_elsewhere() -> None:
    blocks = ["x 1", "the first row of words here", "x 1", "the second row of words here", "x 1"]
    main = "the first row of words here x 1 the second row of words here"
    assert taken([block.split() for block in blocks], main.split()) == [False, True, True, True, False]


def test_a_paragraph_that_stands_twice_is_taken_twice() -> None:
    paragraph = ["they", "beat", "him", "in", "the", "cellar", "for", "two", "hours"]
    assert taken([paragraph, ["other"], paragraph], paragraph) == [True, False, True]


def test_lines_of_the_site_and_of_the_writer_are_told_in_four_languages() -> None:
    for line in ("Share this article", "Paylaş", "PAYLAŞ", "Поделиться", "Читайте также:", "Bizi takip edin", "İZLE"):
        assert is_boilerplate(line)
    for line in (
        "By Ada Korin",
        "Müəllif: Səlim Vahid",
        "Автор: Вера Линь",
        "Haber: Ilgaz Ak",
        "19 ноября 2019, 14:30",
    ):
        assert is_byline(line)
    for line in LANGUAGES.values():
        assert not is_boilerplate(line)
        assert not is_byline(line)
