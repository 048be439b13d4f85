"""The README's first screen, and the commands it names."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
FIRST_SCREEN_LINES = 24


def test_the_first_screen_holds_one_sentence_and_the_session() -> None:
    lines = README.splitlines()
    assert lines[0].startswith("# ")
    assert lines[2].endswith(".")
    assert lines.index("```") < FIRST_SCREEN_LINES


def test_the_commands_it_names_are_the_makefiles() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^    make (\S+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_ci_calls_the_readmes_test_command() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf-8")
