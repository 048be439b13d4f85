"""The English tier: a pipeline is asked only where it is named, loads before the walls rise, and says that it read."""

import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from counterclaim.desk.pipelines import ENGLISH_PIPELINE, with_pipelines
from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.parser_en import PLAIN, EnglishParserReader
from counterclaim.read.by.parser_en import READER as PARSER
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.parsers.english import Pipeline
from counterclaim.read.reader import reading_of
from counterclaim.record.errors import UsageError

SILENT = "Ida Fenn said that it would rain. It was a dry day. “We keep no lists of any kind in this house.”"


@dataclass(eq=False)
class Token:
    idx: int
    i: int
    text: str
    pos_: str = "X"
    dep_: str = "dep"
    head: Any = None
    children: list[Any] = field(default_factory=list)

    @property
    def subtree(self) -> list[Any]:
        return [self, *(inner for child in self.children for inner in child.subtree)]


def parse(text: str) -> list[Token]:
    """A parse with one verb over everything and one subject: what a pipeline would give for one sentence."""
    tokens, at = [], 0
    for number, word in enumerate(text.split()):
        at = text.index(word, at)
        tokens.append(Token(at, number, word))
        at += len(word)
    verb = next((t for t in tokens if t.text == "said" and t.idx > 0 and text[t.idx - 2] == "n"), tokens[0])
    verb.pos_ = "VERB"
    for token in tokens:
        token.head = verb
        token.dep_ = "nsubj" if token.text == "Fenn" else "obl"
        if token is not verb:
            verb.children.append(token)
    return tokens


def read(text: str, reader: EnglishParserReader) -> Any:
    return reading_of(page_of(text.encode(), "text/plain"), (NAME, SPEECH, reader))


def test_without_a_pipeline_the_quotations_are_those_of_the_grammar_and_a_note_says_so() -> None:
    text = "The mayor of Telmark came late on Tuesday and was asked about it. “We keep no lists of any kind,” she said."
    plain = reading_of(page_of(text.encode(), "text/plain"), (NAME, SPEECH))
    with_reader = read(text, PARSER)
    assert plain.quotations
    assert with_reader.quotations == plain.quotations
    assert with_reader.document.notes[-1] == PLAIN


def test_a_pipeline_fills_only_a_quotation_that_has_no_verb_of_its_own_and_is_named_in_the_notes() -> None:
    told = "“We keep no lists of any kind in this house,” Ida Fenn said to us when we came to see her on Tuesday.\n\n"
    reader = EnglishParserReader(pipeline=Pipeline(name="xx_test", version="1.0", parse=parse))
    plain, parsed = read(told + SILENT, PARSER), read(told + SILENT, reader)
    assert parsed.quotations[0] == plain.quotations[0]
    assert "xx_test 1.0" in parsed.document.notes[-1]
    assert reader.version == "1+xx_test-1.0"
    asked = read(told + SILENT, reader).quotations[-1]
    assert read(told + SILENT, PARSER).quotations[-1].cue is None
    assert (asked.speaker_span.text, asked.cue.text) == ("Ida Fenn", "said")


def test_a_named_pipeline_that_is_not_there_is_said_and_not_passed_over() -> None:
    with pytest.raises(UsageError, match=r"pipeline|spaCy"):
        with_pipelines({"parser_en": PARSER}, {ENGLISH_PIPELINE: "no_such_pipeline_anywhere"})
    assert with_pipelines({"parser_en": PARSER}, {}) == {"parser_en": PARSER}


@pytest.mark.skipif(importlib.util.find_spec("spacy") is None, reason="the extra [en] is not installed")
def test_a_pipeline_folder_loads_before_the_walls_rise_and_reads_behind_them(tmp_path: Path) -> None:
    import spacy

    blank = spacy.blank("en")
    blank.meta["name"] = "blank"
    blank.to_disk(tmp_path / "pipeline")
    page = tmp_path / "page.txt"
    page.write_text("The warden spoke to us on Tuesday. “We keep no lists of any kind,” the warden said.\n" * 3)
    done = subprocess.run(
        [sys.executable, "-m", "counterclaim", "read", str(page), "--json"],
        env={"PATH": "", ENGLISH_PIPELINE: str(tmp_path / "pipeline"), "COUNTERCLAIM_UNJAILED": "yes"},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    assert answer["data"]["quotations"]
    assert any("en_blank" in warning for warning in answer["warnings"])
