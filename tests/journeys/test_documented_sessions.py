"""The terminal sessions of README and tutorial are what the program does."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from counterclaim.desk.demo import FOLDER

ROOT = Path(__file__).resolve().parents[2]


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
    run((ROOT / "README.md").read_text("utf-8"), tmp_path)


def test_the_sessions_on_trusted_time_run_as_printed(tmp_path: Path) -> None:
    run((ROOT / "docs" / "trusted-time.md").read_text("utf-8"), tmp_path)


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
