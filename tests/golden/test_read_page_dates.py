"""Dates of episodes reckoned from the day a page states for itself, and none invented where it states no day."""

from __future__ import annotations

from importlib.metadata import entry_points

import pytest

from counterclaim.read.by.page import page_of
from counterclaim.read.contract import contract_of
from counterclaim.read.reader import reading_of
from counterclaim.record.account import Reading
from counterclaim.record.canonical import noun_of, plain_of

# Each page: its head with a day, the paragraph, and (type, words of the date, EDTF with the day, EDTF without it).
PAGES = {
    "en": (
        "Lawyers answer the ministry on two men\n\nTELMARK, 14 March 2031 — {}",
        "The lawyers said on Tuesday that two men were arrested on 3 March. Both were released yesterday after ten days.",
        [("arrest", "3 March", "2031-03-03", "XXXX-03-03"), ("release", "yesterday", "2031-03-13", None)],
        "P10D",
    ),
    "ru": (
        "Адвокаты ответили министерству\n\nОпубликовано 14 марта 2031 года\n\n{}",
        "Адвокаты сообщили во вторник, что двое мужчин были задержаны 3 марта. Вчера их освободили после десяти дней.",
        [("arrest", "3 марта", "2031-03-03", "XXXX-03-03"), ("release", "Вчера", "2031-03-13", None)],
        "P10D",
    ),
    "tr": (
        "Avukatlar bakanlığa yanıt verdi\n\nYayınlanma: 14 Mart 2031\n\n{}",
        "Avukatlar salı günü iki kişinin 3 Mart'ta tutuklandığını açıkladı. İkisi on gün sonra dün tahliye edildi.",
        [("arrest", "3 Mart", "2031-03-03", "XXXX-03-03"), ("release", "dün", "2031-03-13", None)],
        None,
    ),
    "az": (
        "Vəkillər nazirliyə cavab verdi\n\nYayımlanıb: 14 mart 2031\n\n{}",
        "Vəkillər bildirib ki, iki nəfər martın 3-də həbs edilib. Onların ikisi də dünən azadlığa buraxılıb.",
        [("arrest", "martın 3-", "2031-03-03", "XXXX-03-03"), ("release", "dünən", "2031-03-13", None)],
        None,
    ),
}
MORE = {
    "en": " The ministry said that it had looked into what the families reported, and that it had found nothing.",
    "ru": " Министерство заявило, что проверило сообщения семей и ничего не нашло, а больше сказать ему нечего.",
    "tr": " Bakanlık, ailelerin anlattıklarını incelediğini ve bir şey bulamadığını, başka bir sözü olmadığını belirtti.",
    "az": " Nazirlik isə ailələrin dediklərini araşdırdığını və heç nə tapmadığını, başqa sözü olmadığını bildirib.",
}


def _read(text: str) -> Reading:
    readers = [point.load() for point in entry_points(group="counterclaim.readers")]
    return reading_of(page_of(text.encode(), "text/plain"), readers)


def _page(language: str, *, dated: bool) -> Reading:
    head, paragraph, _, _ = PAGES[language]
    if not dated:
        head = head.split("\n\n")[0] + "\n\n{}"
    reading = _read(head.format(paragraph + MORE[language]) + "\n")
    assert reading.document.language == language
    return reading


@pytest.mark.parametrize("language", sorted(PAGES))
def test_an_episode_takes_its_day_from_the_day_the_page_states_and_says_so(language: str) -> None:
    reading = _page(language, dated=True)
    stated = next(item for item in reading.dates if item.edtf == "2031-03-14")
    for kind, words, edtf, _ in PAGES[language][2]:
        date = next(one.date for one in reading.episodes if one.type == kind)
        assert date is not None
        assert date.edtf == edtf
        assert date.span.text.startswith(words)
        assert date.relative_to == stated.span


@pytest.mark.parametrize("language", sorted(PAGES))
def test_nothing_is_reckoned_where_the_page_states_no_day(language: str) -> None:
    reading = _page(language, dated=False)
    for kind, _, _, edtf in PAGES[language][2]:
        date = next(one.date for one in reading.episodes if one.type == kind)
        assert (date.edtf if date else None) == edtf
    assert all(item.relative_to is None and item.edtf.startswith("XXXX-") for item in reading.dates)


@pytest.mark.parametrize("language", sorted(PAGES))
def test_every_date_and_duration_of_a_page_is_listed_and_survives_being_written_down(language: str) -> None:
    reading = _page(language, dated=True)
    told = {words for _, words, _, _ in PAGES[language][2]}
    assert all(any(item.span.text.startswith(words) for item in reading.dates) for words in told)
    assert ([item.iso8601 for item in reading.durations] or [None])[0] == PAGES[language][3]
    assert [item.span.start for item in reading.dates] == sorted(item.span.start for item in reading.dates)
    data = contract_of(reading)
    assert [row["edtf"] for row in data["dates"]] == [item.edtf for item in reading.dates]
    assert all(set(row) == {"iso8601", "span"} for row in data["durations"])
    assert noun_of(plain_of(reading), Reading) == reading


def test_a_reading_of_before_there_were_lists_of_dates_is_still_a_reading() -> None:
    plain = plain_of(_page("en", dated=True))
    del plain["dates"], plain["durations"]
    assert noun_of(plain, Reading).dates == ()


@pytest.mark.parametrize(
    "text",
    [
        "Police said on 2 May 2031 that two men were arrested in the town, and gave no names of them.",
        "On 2 May 2031 the police announced that two men were arrested in the town, without their names.",
        "Two men were arrested in the town, police said in a statement on 2 May 2031, without their names.",
        "Полиция сообщила 2 мая 2031 года, что двое мужчин были задержаны в городе, и не назвала имён.",
        "Двое мужчин были задержаны в городе, сообщила полиция 2 мая 2031 года, не называя имён.",
        "Polis 2 Mayıs 2031'de iki kişinin şehirde tutuklandığını açıkladı ve kişilerin adlarını vermedi.",
        "Polis 2 may 2031-ci ildə bildirib ki, şəhərdə iki nəfər həbs edilib, onların adları isə açıqlanmayıb.",
    ],
)
def test_the_day_somebody_said_it_is_not_the_day_it_happened(text: str) -> None:
    reading = _read(text + "\n")
    assert "2031-05-02" in [item.edtf for item in reading.dates]
    assert [one.date for one in reading.episodes if one.type == "arrest"] == [None]
