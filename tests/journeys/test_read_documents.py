"""A PDF, a DOCX and a picture of words are read as pages are: spans, boxes, and what was not read is said."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path

import docx
import pytest
import typst
from PIL import Image, ImageDraw, ImageFont
from typer.testing import CliRunner

import counterclaim
from counterclaim.cli.main import app
from counterclaim.desk.recognise import recognised_in
from counterclaim.desk.walls.warmup import written_sample
from counterclaim.read.by.page import page_of
from counterclaim.read.documents.composing import composed
from counterclaim.read.documents.docx import PART
from counterclaim.read.documents.layer import NeedsRecogniserError
from counterclaim.record.errors import MalformedError
from counterclaim.record.layout import PrintedLine

STORY = (
    "The Ministry of Order of Velmar denied on Tuesday that anybody had been beaten in the Dorn Street police station.",
    "Ida Marrow, a lawyer, said that her client was held for nine days and that officers struck him with a cable.",
    "The ministry said that the photographs had been taken in another country, and that the lawyer was mistaken.",
)
FONT = str(Path(counterclaim.__file__).parent / "dossier" / "fonts" / "sans-regular.ttf")
HEAD = "Velmar ministry denies beatings in Dorn Street"


def printed(*paragraphs: str, columns: str = "") -> bytes:
    body = f"#set page(width: 300pt, height: 220pt, footer: [Velmar Gazette, p. #context counter(page).display()])\n{columns}"
    body += f"#text(size: 18pt)[{HEAD}]\n\n" + "\n\n".join(paragraphs)
    return bytes(typst.compile(body.encode(), format="pdf"))


def read(file: Path) -> dict[str, object]:
    result = CliRunner().invoke(app, ["read", str(file), "--json"])
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def accounts(data: dict) -> list[tuple[str, str]]:
    return [(one["act"], one["span"]["text"]) for one in data["data"]["accounts"]]


def test_a_printed_page_is_read_with_its_boxes(tmp_path: Path) -> None:
    file = tmp_path / "page.pdf"
    file.write_bytes(printed(*STORY))
    said = read(file)
    text, boxes = said["data"]["document"]["dom_text"], said["data"]["document"]["boxes"]
    for sentence in STORY:
        assert sentence in text
    assert ("denial", STORY[0]) in accounts(said)
    # Every letter of the text stands in one box; only what joins lines stands in none.
    outside = list(text)
    for box in boxes:
        outside[box["start"] : box["end"]] = [""] * (box["end"] - box["start"])
    assert set("".join(outside)) <= {" ", "\n"}
    pages = {box["page"] for box in boxes}
    assert pages == set(range(1, max(pages) + 1))
    assert all(
        box["x"] >= 0 and box["x"] + box["width"] <= 30_000 and box["y"] + box["height"] <= 22_000 for box in boxes
    )


def test_a_sentence_over_two_pages_is_one_and_the_foot_of_the_page_stands_behind_the_text() -> None:
    page = page_of(printed(*(sentence for _ in range(4) for sentence in STORY)))
    pages = {box.page for box in page.boxes}
    assert len(pages) >= 3
    furniture = [page.dom_text[part.start : part.end] for part in page.article if part.role == "boilerplate"]
    assert len([line for line in furniture if line.startswith("Velmar Gazette, p. ")]) == len(pages)
    body = [page.dom_text[part.start : part.end] for part in page.article if part.role == "body"]
    assert all("Velmar Gazette" not in paragraph for paragraph in body)
    assert all(paragraph.endswith(".") for paragraph in body)


def test_a_hyphen_at_the_end_of_a_line_stays_and_parts_no_word() -> None:
    lines = [
        PrintedLine(text=text, page=1, x=100, y=100 + 14 * row, width=300, height=10)
        for row, text in enumerate(["He spoke of ill-", "treatment in the sta-", "tion of Dorn Street."])
    ]
    assert composed(lines).text == "He spoke of ill-treatment in the sta-tion of Dorn Street."


def test_joined_lines_keep_every_letter_of_every_line() -> None:
    dice = random.Random(4)
    for _ in range(200):
        lines = [
            PrintedLine(
                text="".join(dice.choice("ab -.Ə") for _ in range(dice.randint(1, 20))),
                page=1 + row // 5,
                x=dice.randint(0, 50),
                y=dice.randint(0, 500),
                width=dice.randint(1, 300),
                height=dice.randint(1, 20),
            )
            for row in range(dice.randint(1, 30))
        ]
        layout = composed(lines)
        boxed = sorted(layout.text[box.start : box.end] for box in layout.boxes)
        assert boxed == sorted(line.text for line in lines if line.text.strip())
        assert all(0 <= part.start < part.end <= len(layout.text) for part in layout.article)


def test_a_docx_reads_as_another_program_reads_it_and_maps_to_its_part() -> None:
    document = docx.Document()
    document.add_heading(HEAD, 0)
    for sentence in (*STORY, "He wrote “5 < 7 & 8 > 2” and “ə, ı, ё”."):
        document.add_paragraph(sentence)
    out = io.BytesIO()
    document.save(out)
    page = page_of(out.getvalue())
    assert page.dom_text.splitlines() == [paragraph.text for paragraph in docx.Document(out).paragraphs]
    part = zipfile.ZipFile(out).read(PART)
    for index, letter in enumerate(page.dom_text):
        there = part[page.starts[index] : page.ends[index]].decode()
        assert letter in {there, "\n"} or (letter, there) in {("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")}
    assert page.article[0].role == "headline"


def test_what_a_tracked_change_took_out_is_not_read_and_is_counted() -> None:
    with zipfile.ZipFile(io.BytesIO(written_sample())) as archive:
        body = archive.read(PART).decode()
    changed = body.replace(
        "</w:body>",
        "<w:p><w:r><w:t>Nobody was </w:t></w:r><w:del><w:r><w:delText>ever </w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>held</w:t></w:r></w:ins><w:r><w:t>.</w:t></w:r></w:p></w:body>",
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(PART, changed)
        archive.writestr("word/comments.xml", "<w:comments/>")
    page = page_of(out.getvalue())
    assert "Nobody was held." in page.dom_text.splitlines()
    assert any(note.startswith("5 characters were taken out by tracked changes") for note in page.notes)
    assert any("comments" in note for note in page.notes)


@pytest.mark.parametrize("broken", ["cut", "bomb", "empty", "no part"])
def test_a_hostile_docx_is_refused_in_one_sentence(broken: str) -> None:
    content = written_sample()
    if broken == "cut":
        content = content[: len(content) // 2] + b"word/document.xml"
    elif broken in {"bomb", "no part", "empty"}:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            if broken == "bomb":
                archive.writestr(PART, b"<w:t>" + b"a" * 40_000_000)
            else:
                archive.writestr("word/document.xml.rels" if broken == "no part" else "x", b"")
        content = out.getvalue() + (b"word/document.xml" if broken == "empty" else b"")
    with pytest.raises(MalformedError if broken != "bomb" else Exception, match="expected"):
        page_of(content)


def test_a_pdf_without_text_asks_for_a_recogniser() -> None:
    empty = bytes(typst.compile(b"#rect()", format="pdf"))
    with pytest.raises(NeedsRecogniserError, match="1 pages without text"):
        page_of(empty)


def picture_of_words(*lines: str, form: str = "PNG", **how: object) -> bytes:
    font = ImageFont.truetype(FONT, 30)
    image = Image.new("RGB", (1200, 60 + 50 * len(lines)), "white")
    for row, line in enumerate(lines):
        ImageDraw.Draw(image).text((30, 30 + row * 50), line, font=font, fill="black")
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def test_a_screenshot_is_read_with_the_boxes_of_its_lines_and_cyrillic_is_not_lost(tmp_path: Path) -> None:
    file = tmp_path / "shot.png"
    file.write_bytes(
        picture_of_words(
            "The ministry denied the claim on 12 April 2031.",
            "Министерство опровергло сообщения о пытках.",
            "Bakan, gözaltına alınan kişinin düştüğünü söyledi.",
        )
    )
    said = read(file)
    text = said["data"]["document"]["dom_text"]
    assert "denied the claim on 12 April 2031" in text
    assert "Министерство опровергло" in text
    assert "gözaltına" in text
    assert any("read off a picture by" in warning for warning in said["warnings"])
    for box in said["data"]["document"]["boxes"]:
        assert 0 <= box["x"] < box["x"] + box["width"] <= 1200


def test_a_scanned_document_is_recognised_page_by_page(tmp_path: Path) -> None:
    pages = [
        Image.open(io.BytesIO(picture_of_words(line, "was said by the ministry")))
        for line in ("Nobody was held", "It was a lie")
    ]
    file = tmp_path / "scan.pdf"
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    said = read(file)
    assert {box["page"] for box in said["data"]["document"]["boxes"]} == {1, 2}
    assert "Nobody was held" in said["data"]["document"]["dom_text"]


def test_a_picture_without_words_is_declined_with_the_reason() -> None:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((300, 300)).save(out, "PNG")
    with pytest.raises(MalformedError, match="expected a picture with lines of text"):
        recognised_in(out.getvalue())
