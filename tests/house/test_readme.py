"""The README's terminal session is what the program does."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from counterclaim.desk.demo import FOLDER

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
FIRST_SCREEN_LINES = 24


def session(page: str) -> list[tuple[str, str]]:
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    assert blocks
    parts = re.split(r"^\$ (.*)\n", "".join(blocks), flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def pattern_of(expected: str) -> re.Pattern[str]:
    lines = []
    for line in expected.splitlines():
        lines.append(r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"[ ]*\n")
    return re.compile("".join(lines))


def test_the_first_screen_holds_one_sentence_and_the_session() -> None:
    lines = README.splitlines()
    assert lines[0].startswith("# ")
    assert lines[2].endswith(".")
    assert lines.index("```") < FIRST_SCREEN_LINES


def run(page: str, folder: Path) -> None:
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for command, expected in session(page):
        done = subprocess.run(
            shlex.split(command),
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        assert pattern_of(expected).fullmatch(done.stdout), f"$ {command}\n{done.stdout}"


def test_the_session_runs_as_printed(tmp_path: Path) -> None:
    run(README, tmp_path)


def test_the_tutorial_runs_as_printed(tmp_path: Path) -> None:
    received = tmp_path / "received"
    received.mkdir()
    for held, name in (
        ("photo-1-original.jpg", "ORV_0931.JPG"),
        ("photo-2-composite.jpg", "second-room.jpg"),
        ("page.html", "courier.html"),
    ):
        (received / name).write_bytes((FOLDER / held).read_bytes())
    run((ROOT / "docs" / "tutorial.md").read_text("utf-8"), tmp_path)


def test_the_commands_it_names_are_the_makefiles() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^    make (\S+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_ci_calls_the_readmes_test_command() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf-8")
