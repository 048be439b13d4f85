from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from PIL import ImageFont

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "journeys"))

from dossier_sample import HOSTILE, sample

from counterclaim.dossier.dossier import dossier_of
from counterclaim.dossier.html import html_of
from counterclaim.dossier.pdf import pdf_of

ROOM = Path(__file__).resolve().parents[2] / "src/counterclaim/dossier"
REQUESTING = (
    "src",
    "href",
    "srcset",
    "action",
    "data",
    "poster",
    "background",
    "formaction",
    "ping",
    "cite",
    "manifest",
    "xlink:href",
)


def hostile(value: Any, *, name: str = "") -> Any:
    """The same view with hostile words in every free text."""
    if isinstance(value, str):
        return (
            value
            if name in {"at", "anchor", "key", "id", "hue", "language", "picture", "profile", "fingerprint", "reply_at"}
            else HOSTILE
        )
    if isinstance(value, tuple):
        return tuple(hostile(item, name=name) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{member.name: hostile(getattr(value, member.name), name=member.name) for member in fields(value)}
        )
    return value


@pytest.fixture(scope="module")
def hostile_page() -> bytes:
    return html_of(hostile(dossier_of(sample("internal"))))


def test_hostile_text_stays_text_on_the_page(hostile_page: bytes) -> None:
    tree = lxml.html.document_fromstring(hostile_page)
    assert tree.xpath("//script") == []
    assert len(tree.xpath("//img")) == 1
    assert tree.text_content().count(HOSTILE) > 50
    assert [name for element in tree.iter() for name in element.attrib if name.lower().startswith("on")] == []


def test_no_attribute_and_no_style_asks_for_anything_outside(hostile_page: bytes) -> None:
    for page in (hostile_page, html_of(dossier_of(sample()))):
        tree = lxml.html.document_fromstring(page)
        for element in tree.iter():
            for name in REQUESTING:
                assert re.match(r"#|data:(image/(png|jpeg)|font/woff2);base64,", element.get(name, "#")), (
                    element.tag,
                    name,
                )
        style = "".join(tree.xpath("//style/text()"))
        assert re.findall(r"url\((?!data:font/woff2;base64,)", style) == []
        assert "@import" not in style
        assert tree.xpath("//link | //iframe | //object | //embed | //form | //base") == []
        assert "default-src 'none'" in tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]


def test_every_mark_leads_to_a_place_on_the_page() -> None:
    tree = lxml.html.document_fromstring(html_of(dossier_of(sample())))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {target[1:] for target in tree.xpath("//a/@href")}
    assert len(targets) > 10
    assert targets <= set(ids)


def test_hostile_text_is_no_markup_in_the_pdf() -> None:
    words = '#panic("ran") $x^2$ *b* _i_ \\ @ref <label> `raw` = head // no /* no */ #sys.version'
    content = pdf_of(replace(dossier_of(sample()), inquiries=(), limits=(words,)))
    assert content.startswith(b"%PDF-")
    reader = shutil.which("pdftotext")
    assert reader, "pdftotext is missing: tools/debian-packages installs it"
    text = subprocess.run([reader, "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    assert words in " ".join(text.split())
    assert "Ülkər Qəribova" in text
    assert "Пресс-служба порта" in text
    flat = " ".join(text.split())
    assert "person-3f (elicited; A : B): Such bruises are rare after a fall & not after enforced standing." in flat
    assert "person-9c (elicited; A : B): The note was written on the day of release." in flat
    assert "B: none known" in flat


def test_the_whole_view_can_be_hostile_and_the_pdf_is_still_made() -> None:
    assert pdf_of(hostile(dossier_of(sample()))).startswith(b"%PDF-")


def test_the_same_view_gives_the_same_bytes() -> None:
    first, second = dossier_of(sample()), dossier_of(sample())
    assert first == second
    assert html_of(first) == html_of(second)
    assert pdf_of(first) == pdf_of(second)


def test_a_changed_word_changes_both_forms() -> None:
    first = dossier_of(sample())
    second = replace(first, limits=(*first.limits, "One more."))
    assert html_of(first) != html_of(second)
    assert pdf_of(first) != pdf_of(second)


def test_arabic_and_lone_surrogates_are_printed_or_escaped() -> None:
    odd = replace(dossier_of(sample()), limits=("قال الشاهد", "\ud800"))
    page = html_of(odd)
    assert "قال الشاهد" in page.decode()
    assert page.count(b"font/woff2") == 7
    assert pdf_of(odd).startswith(b"%PDF-")


def test_our_own_voice_uses_no_forbidden_word() -> None:
    vocabulary = json.loads((ROOM.parent / "record/vocab/forbidden_words.json").read_text())
    words = [form for term in vocabulary["terms"] for form in term["forms"].get("en", ())]
    texts = [
        path.read_text()
        for path in (*ROOM.glob("templates/*"), *ROOM.glob("*.py"), *ROOM.glob("verifier/*"))
        if path.is_file()
    ]
    for word in words:
        pattern = re.compile(rf"\b{re.escape(word.replace('_', ' '))}\b", re.IGNORECASE)
        assert [match[0] for text in texts for match in pattern.finditer(text)] == [], word


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_text_contrast_is_seven_to_one_or_more(mode: int) -> None:
    css = (ROOM / "templates/dossier.css").read_text()
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", css.split(":root {")[1 + mode]))
    pairs = [
        (ink, paper)
        for ink in ("ink", "quiet", "accent", "claim", "denial", "testimony")
        for paper in ("paper", "sheet")
    ]
    for ink, paper in [*pairs, ("plate-ink", "plate"), ("ink", "faint"), ("quiet", "faint")]:
        light, dark = sorted((luminance(colours[ink]), luminance(colours[paper])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 7, (ink, paper)


def test_the_typefaces_hold_the_letters_we_print_and_stay_small() -> None:
    folder = ROOM / "fonts"
    assert sum(path.stat().st_size for path in folder.iterdir()) < 1_200_000
    for stem in ("serif-regular", "serif-italic", "serif-bold", "sans-regular", "sans-bold", "mono-regular"):
        font = ImageFont.truetype(str(folder / f"{stem}.ttf"), 40)
        missing = bytes(font.getmask("\uffff"))
        for letter in "əƏıİşŞğĞçÇöÖüÜёЁіїєґқү№—“”«»":
            assert bytes(font.getmask(letter)) != missing, (stem, letter)
    arabic = ImageFont.truetype(str(folder / "naskh-regular.ttf"), 40)
    assert bytes(arabic.getmask("ق")) != bytes(arabic.getmask("\uffff"))
    assert (folder / "LICENCES.md").exists()
