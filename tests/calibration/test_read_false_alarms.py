"""How often the damage reader alarms on clean text, and how often it sees damage that was put in: known truth, seeded."""

from __future__ import annotations

import random
from pathlib import Path

from counterclaim.read.by.damage import READER as DAMAGE
from counterclaim.read.by.page import page_of
from counterclaim.read.reader import reading_of
from counterclaim.record.account import Damage

CLEAN = Path(__file__).parent / "read_clean"
PARAGRAPHS_MIN = 60  # so that "rare" is measured on something
HIGH_ALARMS_MAX = 0
ALARMS_MAX = 2  # medium and low, over all clean pages
PLANTED = 60
OTHER_LANGUAGES = 3
GLUED = (
    ("ru.txt", "сотрудников полиции", "сотрудниковполиции"),
    ("az.txt", "cavab verməyib", "cavabverməyib"),
    ("tr.txt", "hafta boyunca", "haftaboyunca"),
)
SEEN_MIN = {"near_duplicate": 95, "splice": 90, "glued": 80, "truncated": 90}  # of a hundred planted


def _damage(text: str) -> tuple[Damage, ...]:
    found = reading_of(page_of(text.encode(), "text/plain"), (DAMAGE,)).damage
    return tuple(item for item in found if item.kind != "boilerplate")


def _texts() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(CLEAN.glob("*.txt"))]


def test_clean_pages_raise_no_high_alarm() -> None:
    texts = _texts()
    assert len(texts) >= 8
    assert sum(text.count("\n\n") for text in texts) >= PARAGRAPHS_MIN
    alarms = [(item.kind, item.grade, item.spans[0].text, item.note) for text in texts for item in _damage(text)]
    assert sum(1 for alarm in alarms if alarm[1] == "high") <= HIGH_ALARMS_MAX, alarms
    assert len(alarms) <= ALARMS_MAX, alarms


def test_clean_pages_in_the_other_languages_raise_no_alarm_that_is_not_low() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((CLEAN / "other").glob("*.txt"))]
    assert len(texts) == OTHER_LANGUAGES
    alarms = [(item.kind, item.grade, item.note) for text in texts for item in _damage(text)]
    assert not [alarm for alarm in alarms if alarm[1] != "low"], alarms
    assert len(alarms) <= ALARMS_MAX, alarms


def test_a_dropped_space_is_seen_in_each_language() -> None:
    for name, whole, glued in GLUED:
        text = (CLEAN / "other" / name).read_text(encoding="utf-8")
        assert whole in text
        found = _damage(text.replace(whole, glued, 1))
        assert any(item.kind == "glued" and item.spans[0].text == glued for item in found), (name, glued)


def _planted(kind: str, text: str, chance: random.Random) -> tuple[str, str]:
    """Put one damage into a clean text; give the text and words that stand at the place."""
    paragraphs = text.strip().split("\n\n")
    longer = [number for number, p in enumerate(paragraphs) if len(p.split()) > 25 and p.count(". ") and number > 1]
    at = chance.choice(longer)
    paragraph = paragraphs[at]
    if kind == "near_duplicate":
        words = paragraph.split()
        del words[chance.randrange(5, len(words) - 5)]
        paragraphs.insert(chance.randrange(1, len(paragraphs)), " ".join(words))
        mark = ""
    elif kind == "splice":
        other = paragraphs[chance.choice([n for n in longer if n != at] or [at])]
        tail = other.split(". ", 1)[-1].split()
        cut = next(i for i in range(2, len(tail)) if tail[i].isalpha() and tail[i].islower() and len(tail[i]) > 2)
        mark = " ".join(tail[cut : cut + 3])
        paragraphs[at] = paragraph.rsplit(". ", 1)[0] + ". " + " ".join(tail[cut:])
    elif kind == "glued":
        words = paragraph.split()
        where = chance.choice([i for i, w in enumerate(words) if w.isalpha() and w.islower() and len(w) > 4])
        mark = chance.choice("wbgkv") + chance.choice("dtk") + words[where]
        words[where] = mark
        paragraphs[at] = " ".join(words)
    else:
        words = paragraph.split()
        paragraphs[at] = " ".join(words[: max(14, len(words) // 2)]).rstrip('.,”"')
        mark = paragraphs[at].split()[-1]
    return "\n\n".join(paragraphs), mark


def test_planted_damage_is_seen_at_the_rate_the_method_card_states() -> None:
    texts = _texts()
    for kind, least in SEEN_MIN.items():
        chance = random.Random(kind)
        seen = 0
        for _ in range(PLANTED):
            text, mark = _planted(kind, chance.choice(texts), chance)
            seen += any(
                item.kind == kind and (not mark or any(mark in s.text for s in item.spans)) for item in _damage(text)
            )
        assert seen * 100 >= least * PLANTED, (kind, seen, PLANTED)
