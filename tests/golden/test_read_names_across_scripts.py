"""A name printed in two alphabets, or shortened to its letters, is proposed as one on a page of any read language."""

from __future__ import annotations

import pytest

from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.reader import reading_of

PAGES = {
    "en": "Lawyers answer the ministry\n\nThe lawyer Fuad Gasimov (Фуад Гасымов) said that his client had been beaten. "
    "The Human Rights Association wrote to the ministry. HRA told reporters that Eldar Vekilov knew nothing.\n",
    "ru": "Адвокаты ответили министерству\n\nАдвокат Фуад Гасымов (Fuad Qasımov) рассказал, что его не пустили. "
    "Главное управление исполнения наказаний молчит, а ГУИН прежде отвечал. Эльдар Векилов ничего не знал.\n",
    "az": "Vəkillər nazirliyə cavab verdi\n\nVəkil Fuad Qasımov (Фуад Гасымов) bildirib ki, onu buraxmayıblar. "
    "Daxili İşlər Nazirliyi susur, DİN isə əvvəllər cavab verirdi. Eldar Vəkilov heç nə bilmirdi.\n",
    "tr": "Avukatlar bakanlığa yanıt verdi\n\nAvukat Fuat Kasımov (Фуад Касымов) müvekkilinin dövüldüğünü söyledi. "
    "İnsan Hakları Derneği açıklama yaptı, İHD ise daha önce susmuştu. Eldar Vekilov bir şey bilmiyordu.\n",
}
SHORT = {"en": "HRA", "ru": "ГУИН", "az": "DİN", "tr": "İHD"}


@pytest.mark.parametrize("language", sorted(PAGES))
def test_two_alphabets_and_an_abbreviation_are_proposed_and_nobody_else(language: str) -> None:
    reading = reading_of(page_of(PAGES[language].encode(), "text/plain"), (NAME,))
    assert reading.document.language == language
    by_id = {entity.id: entity for entity in reading.entities}
    people = [entity for entity in reading.entities if entity.type == "person"]
    pair = [entity for entity in people if (entity.name or "")[:2] in {"Fu", "Фу"}]
    assert len(pair) == 2
    assert [entity.same_as for entity in pair] == [(pair[1].id,), (pair[0].id,)]
    assert all(entity.same_as == () for entity in people if entity not in pair)
    short = next(entity for entity in reading.entities if entity.name == SHORT[language])
    assert len(short.same_as) == 1
    assert short.id in by_id[short.same_as[0]].same_as
