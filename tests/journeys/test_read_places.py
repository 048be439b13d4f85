"""Places and facilities a page names: by gazetteer, by kind and by a person's own register, and never one of two."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from counterclaim.read.by.page import page_of
from counterclaim.read.by.place import READER, PlaceReader
from counterclaim.read.places.facilities import register_of
from counterclaim.read.places.gazetteer import places_named
from counterclaim.read.places.whereabouts import country_told, whereabouts_of
from counterclaim.read.reader import reading_of
from counterclaim.record.account import Reading
from counterclaim.record.errors import MalformedError

REGISTER = {
    "facilities": [
        {"type": "unofficial_place", "names": {"en": ["Harrow Annex"], "az": ["Harrou binası"]}, "country": "NG"},
        {"type": "prison", "names": {"en": ["Harrow Annex"]}, "country": "GB"},
    ]
}


def _read(text: str, language: str, reader: PlaceReader = READER) -> Reading:
    return reading_of(replace(page_of(text.encode(), "text/plain"), language=language), [reader])


def _named(reading: Reading, kind: str) -> list[str]:
    return [entity.name or "" for entity in reading.entities if entity.type == kind]


@pytest.mark.parametrize(
    ("language", "text", "places", "facilities"),
    [
        ("en", "She was held near Port Harcourt.", ["Port Harcourt"], []),
        ("ru", "Его доставили в СИЗО № 2, потом увезли в Грозный.", ["Грозный"], ["СИЗО № 2"]),
        ("ru", "Обыск прошёл в Нижнем Новгороде.", ["Нижнем Новгороде"], []),
        ("az", "Onu Gəncədə saxlayıblar, sonra 8 saylı həbsxanaya aparıblar.", ["Gəncə"], ["8 saylı həbsxanaya"]),
        ("ru", "Его держали в Свердловской области.", ["Свердловской области"], []),
        ("az", "O, Ağcabədi rayonunda saxlanılıb.", ["Ağcabədi"], []),
        ("tr", "Köylüler Hakkâri ilinde gözaltına alındı.", ["Hakkâri"], []),
        ("tr", "Önce Diyarbakır'da, sonra 4 No'lu Cezaevi'nde tutuldu.", ["Diyarbakır"], ["4 No'lu Cezaevi"]),
    ],
)
def test_a_town_in_any_case_and_a_numbered_prison_are_named(
    language: str, text: str, places: list[str], facilities: list[str]
) -> None:
    reading = _read(text, language)
    assert _named(reading, "place") == places
    assert _named(reading, "facility") == facilities
    for entity in reading.entities:
        assert all(span.reads_in(reading.document.dom_text) for span in entity.mentions)


def test_a_part_of_a_country_is_told_from_the_country_of_its_name_and_a_longer_name_from_the_town_in_it() -> None:
    assert country_told(_read("Gunmen came to a school in Niger State, said Niger Governor Bello.", "en")) == ("NG",)
    assert country_told(_read("Gunmen came to a school in Niger.", "en")) == ("NE",)
    assert country_told(_read("The girl vanished at Praia da Ruz. She was seen in Portugal.", "en")) == ("PT",)
    assert country_told(_read("Police in eSwatini arrested the head of a party.", "en")) == ("SZ",)


def test_a_word_of_a_language_is_no_subdivision_that_sounds_like_it() -> None:
    assert places_named("Ваш") == ()
    assert {place.country for place in places_named("Дагестан")} == {"RU"}


def test_a_word_that_is_also_a_town_is_no_place_where_nothing_leads_to_it() -> None:
    assert _read("Reading the verdict took an hour. Batman was shown.", "en").entities == ()
    assert _read("Суша и море.", "ru").entities == ()


def test_a_kind_of_facility_without_number_or_name_is_no_entity() -> None:
    assert _named(_read("Его доставили в отдел полиции.", "ru"), "facility") == []


def test_a_name_that_two_countries_have_gives_both() -> None:
    assert {place.country for place in places_named("Georgia")} == {"GE", "US"}
    assert len({place.country for place in places_named("Tripoli")}) > 1


def test_a_name_is_found_with_either_turkic_i_and_without_its_accents() -> None:
    assert [p.country for p in places_named("Diyarbakir")][:1] == [p.country for p in places_named("DİYARBAKIR")][:1]
    assert places_named("") == ()
    assert places_named("Nosuchplaceanywhere") == ()


def test_a_register_adds_facilities_and_two_of_one_name_stay_two() -> None:
    from counterclaim.read.places.facilities import facilities_in
    from counterclaim.record.passage import Span

    register = register_of(REGISTER)
    text = "He was taken to Harrow Annex."
    found = facilities_in(Span(start=0, end=len(text), text=text), "en", register)
    assert [(one.span.text, len(one.registered), one.proper) for one in found] == [("Harrow Annex", 2, True)]
    assert _named(_read(text, "en", PlaceReader(register=register)), "facility") == ["Harrow Annex"]
    assert _named(_read(text, "en"), "facility") == []


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"facilities": {}},
        {"facilities": [{"type": "palace", "names": {"en": ["X"]}}]},
        {"facilities": [{"type": "prison", "names": {}}]},
        {"facilities": [{"type": "prison", "names": {"xx": ["X"]}}]},
        {"facilities": ["X"]},
    ],
)
def test_a_register_without_type_name_or_known_language_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        register_of(document)


def test_the_country_a_page_tells_of_is_given_with_what_speaks_for_it() -> None:
    reading = _read("ABUJA, Nigeria — Police in Kaduna arrested two men, a Canadian envoy said.", "en")
    assert country_told(reading) == ("NG",)
    first = whereabouts_of(reading)[0]
    assert {"Nigeria", "Kaduna"} <= {span.text for span in first.names}


def test_a_page_without_a_place_tells_of_no_country_and_one_of_two_tells_of_both() -> None:
    assert country_told(_read("Two men were arrested.", "en")) == ()
    assert set(country_told(_read("They were held in Kenya and in Peru.", "en"))) == {"KE", "PE"}
