"""The Russian tier: natasha is asked only where it is named, before the walls rise, and what it adds is joined."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from counterclaim.desk.pipelines import RUSSIAN_PIPELINE, with_pipelines
from counterclaim.read.by.account import READER as ACCOUNT
from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.parser_ru import READER as PARSER
from counterclaim.read.by.parser_ru import RussianParserReader
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.parsers.russian import Proposed, Tagger
from counterclaim.read.reader import ordered, reading_of
from counterclaim.record.account import Reading
from counterclaim.record.errors import UsageError

TEXT = (
    "Адвокат Мира Тальц заявила, что её подзащитного избили в отделе полиции. В министерстве это отрицают.\n\n"
    "Правительство России не ответило на запрос, сообщил фонд «Вереск» в Орвенне. Позднее её отец уехал из Франции.\n"
)


def read(text: str, reader: RussianParserReader) -> Reading:
    return reading_of(page_of(text.encode(), "text/plain"), (NAME, SPEECH, ACCOUNT, reader))


def model(*names: tuple[str, str]) -> RussianParserReader:
    """A model that sees these names, each once."""

    def propose(text: str) -> Proposed:
        spans = tuple((text.index(name), text.index(name) + len(name), kind) for name, kind in names)
        return Proposed(spans=spans)  # type: ignore[arg-type]

    return RussianParserReader(tagger=Tagger(name="xx_test", version="1.0", propose=propose))


def test_without_a_model_nothing_is_changed() -> None:
    plain = reading_of(page_of(TEXT.encode(), "text/plain"), (NAME, SPEECH, ACCOUNT))
    assert plain.entities
    assert read(TEXT, PARSER) == plain
    assert with_pipelines({"parser_ru": PARSER}, {}) == {"parser_ru": PARSER}


def test_the_model_names_before_speech_and_accounts_use_names() -> None:
    names = [reader.name for reader in ordered((ACCOUNT, SPEECH, PARSER, NAME))]
    assert names == ["name", "parser_ru", "speech", "account"]


def test_names_of_the_model_stand_with_the_sure_places_and_common_nouns_of_the_grammar() -> None:
    reader = model(("Мира Тальц", "PER"), ("Правительство России", "ORG"), ("Вереск", "ORG"), ("Орвенне", "LOC"))
    reading = read(TEXT, reader)
    found = {span.text: entity.type for entity in reading.entities for span in entity.mentions}
    assert found["Мира Тальц"] == "person"
    assert found["Правительство России"] in {"public_body", "organization"}
    assert found["Франции"] == "country"  # sure, and the model sees nothing there
    assert found["Орвенне"] == "place"
    assert "Вереск" in found
    assert found["министерстве"] == "public_body"
    assert [entity.id for entity in reading.entities] == [f"e{n}" for n in range(1, len(reading.entities) + 1)]
    assert reading.accounts[0].holder.entity in {entity.id for entity in reading.entities}
    assert "xx_test 1.0" in reading.document.notes[-1]
    assert reader.version == "1+xx_test-1.0"


def test_a_name_only_the_grammar_guesses_does_not_stand_beside_a_model_that_sees_none() -> None:
    found = {span.text for entity in read(TEXT, model()).entities for span in entity.mentions}
    assert "Франции" in found
    assert "Мира Тальц" not in found


def test_another_name_than_natasha_is_refused_and_not_passed_over() -> None:
    with pytest.raises(UsageError, match="natasha"):
        with_pipelines({"parser_ru": PARSER}, {RUSSIAN_PIPELINE: "no_such_model"})


@pytest.mark.skipif(importlib.util.find_spec("natasha") is None, reason="the extra [ru] is not installed")
def test_natasha_loads_before_the_walls_rise_and_reads_behind_them(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(TEXT * 2, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "counterclaim", "read", str(page), "--json"],
        env={"PATH": "", RUSSIAN_PIPELINE: "natasha", "COUNTERCLAIM_UNJAILED": "yes"},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    assert any("natasha" in warning for warning in answer["warnings"])
    assert any(entity["type"] == "person" for entity in answer["data"]["entities"])
