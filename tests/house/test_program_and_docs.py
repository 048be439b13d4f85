"""The documentation is in step with the program: a verb, option or method that is not documented fails the build."""

import re
from importlib.metadata import entry_points
from pathlib import Path

import typer.main

from counterclaim.cli.main import app

ROOT = Path(__file__).resolve().parents[2]


def commands():
    group = typer.main.get_command(app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from ((f"{name} {inner}", one) for inner, one in command.commands.items())
        else:
            yield name, command


def test_every_verb_and_option_is_documented() -> None:
    text = (ROOT / "docs" / "command-line.md").read_text("utf-8")
    missing = []
    for name, command in commands():
        section = re.search(rf"^### `{re.escape(name)}`.*?(?=^### |\Z)", text, re.MULTILINE | re.DOTALL)
        if section is None:
            missing.append(name)
            continue
        for parameter in command.params:
            for option in parameter.opts:
                if (
                    option.startswith("--")
                    and option not in {"--help", "--vault", "--case", "--as", "--json"}
                    and option not in section[0]
                ):
                    missing.append(f"{name} {option}")
    assert missing == []


def test_every_examiner_and_reader_has_a_method_card() -> None:
    cards = {path.stem for path in (ROOT / "docs" / "methods").glob("*.md")}
    names = {
        point.name
        for group in ("counterclaim.examiners", "counterclaim.readers")
        for point in entry_points(group=group)
    }
    assert names
    assert names <= cards


def test_every_relative_link_in_the_documentation_leads_somewhere() -> None:
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)} -> {target}")
    assert broken == []


def test_every_file_that_architecture_names_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    named = set(re.findall(r"`((?:src|docs|tests|tools)/[^`\s*<>]+)`", text))
    assert len(named) > 20
    assert sorted(name for name in named if not (ROOT / name).exists()) == []
