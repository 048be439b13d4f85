"""No Azerbaijani or Turkish wording puts words in the mouth of somebody who did not say them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from counterclaim.read.by.account import READER as ACCOUNT
from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.casing import lowered
from counterclaim.read.contract import contract_of
from counterclaim.read.reader import reading_of
from counterclaim.read.turkic.words import words_of_language

# language, text, the acts with their holders as printed ("" for nobody) that may stand; nothing else may
SAID = [
    ("az", "Elçin Babayevi döyən polis əməkdaşı Kərim Osmanlı ittihamları rədd edir.", {("rejection", "Kərim Osmanlı")}),
    ("az", "Elçin Babayev Kərim Osmanlının onu döydüyünü deyib.", {("testimony", "Elçin Babayev")}),
    ("az", "Nazirlik Elçin Babayevin döyüldüyünü təsdiqləyib.", {("claim", "Nazirlik")}),
    ("az", "Hakim Elçin Babayevin işgəncə barədə şikayətini rədd edib.", set()),
    ("az", "Nazirlik işgəncə iddialarını təkzib etməyib.", {("non_denial", "Nazirlik")}),
    ("az", "Prezident hüquq müdafiəçilərini qəbul edib.", set()),
    (
        "az",
        "Polis deyib ki, o, pilləkəndən yıxılıb; anası isə oğlunun döyüldüyünü deyir.",
        {("denial", "Polis"), ("claim", "anası")},
    ),
    ("az", "Emin Turabov və Cəlal Nəsib birlikdə saxlanılıblar. O deyib ki, onu döyüblər.", {("testimony", "?")}),
    ("tr", "Ahmet Yurt, Kerim Osmanoğlu'nun kendisini dövdüğünü söyledi.", {("testimony", "Ahmet Yurt")}),
    ("tr", "Yurt'u döven polis memuru Kerim Osmanoğlu suçlamaları reddediyor.", {("denial", "Kerim Osmanoğlu")}),
    (
        "tr",
        "Ahmet Yurt serbest bırakıldıktan sonra avukatı Aydan Kul, müvekkilinin dövüldüğünü açıkladı.",
        {("claim", "Aydan Kul")},
    ),
    (
        "tr",
        "Nilgün Tunalı duruşmaya katıldı. “Müdahale hukuka uygundu” diyen Emniyet Müdürü Cafer Tunç, güç kullanılmadığını söyledi.",
        {("denial", "Cafer Tunç"), ("justification", "Cafer Tunç")},
    ),
    ("tr", "Bakanlık işkence iddialarını yalanlamadı.", {("non_denial", "Bakanlık")}),
    ("tr", "Cumhurbaşkanı hak savunucularını kabul etti.", set()),
    ("tr", "Hakim, Ahmet Yurt'un işkence şikayetini reddetti.", set()),
    ("tr", "Bakan Yardımcısı Sezai Ulu, işkenceye karşı olduklarını söyledi.", {("claim", "Sezai Ulu")}),
]  # fmt: skip


def _read(text: str, language: str) -> dict[str, Any]:
    page = replace(page_of(text.encode(), "text/plain"), language=language)
    return contract_of(reading_of(page, (NAME, SPEECH, ACCOUNT)))


def _printed(data: dict[str, Any], slot: dict[str, Any]) -> str:
    if "entity" in slot:
        return next(entity["name"] for entity in data["entities"] if entity["id"] == slot["entity"])
    return "?" if "undetermined" in slot else slot["span"]["text"] if "span" in slot else ""


@pytest.mark.parametrize(("language", "text", "may"), SAID)
def test_nobody_is_given_an_act_the_sentence_does_not_give(language: str, text: str, may: set[tuple[str, str]]) -> None:
    data = _read(text, language)
    found = {(a["act"], _printed(data, a["holder"])) for a in data["accounts"]}
    assert {row for row in found if row[1]} <= may
    assert not may or any(row in found for row in may)


@pytest.mark.parametrize("language", ["az", "tr"])
def test_a_dotless_i_is_no_dotted_one(language: str) -> None:
    words = words_of_language(language)
    assert words.pattern("images").search(lowered("VİDEO", language))
    assert not words.pattern("images").search(lowered("VIDEO", language))
    assert not words.pattern("clause_breaks").search(
        lowered("ANCAK" if language == "tr" else "LAKIN", language)[:-1] + "n"
    )


def test_capitals_are_lowered_by_the_tongue_and_offsets_stay() -> None:
    text = "İÇİŞLERİ BAKANLIĞI, IŞIL KINALI’NIN DÖVÜLDÜĞÜNÜ YALANLADI."
    assert len(lowered(text, "tr")) == len(text)
    data = _read(text, "tr")
    dom_text = text
    assert all(dom_text[m["start"] : m["end"]] == m["text"] for e in data["entities"] for m in e["mentions"])
    assert any(entity["name"] == "İÇİŞLERİ BAKANLIĞI" for entity in data["entities"])


def test_a_case_is_left_out_of_a_name_only_where_the_page_shows_it() -> None:
    names = {
        entity["name"]
        for entity in _read("Jurnalist Aydın Məmmədova DTX-nin sözlərinə görə saxlanılıb.", "az")["entities"]
    }
    assert {"Aydın Məmmədova", "DTX"} <= names
    names = {
        entity["name"]
        for entity in _read("Avukat Selim Karadere'nin anlattığına göre Ankara'da dövüldü.", "tr")["entities"]
    }
    assert {"Selim Karadere", "Ankara"} <= names


def test_thousands_of_names_in_one_page_are_read_in_time_that_grows_with_it() -> None:
    text = " ".join(f"Ad{number} Soyad{number} dedi." for number in range(2500))
    assert len(_read(text, "tr")["entities"]) <= 2000
