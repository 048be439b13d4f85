"""Writes the README's figures from the last full run and from what can be counted now."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
RESULTS = ROOT / "docs" / "results"
BLOCK = re.compile(r"(<!-- figures: make figures -->\n).*?(<!-- /figures -->)", re.DOTALL)


def counted() -> list[str]:
    """What the tree itself says."""
    modules = [path for path in (ROOT / "src").rglob("*.py") if "verifier" not in path.parts]
    functions = [
        node
        for path in modules
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    longest = max((node.end_lineno or 0) - node.lineno + 1 for node in functions)
    return [f"- {len(modules)} modules, {len(functions)} functions, the longest of {longest} lines."]


def measured() -> list[str]:
    """The sentences of the last full run, and those of the readers' measures that have a floor, each with its date."""
    lines = _lines_of("test-full.txt")
    readers = _lines_of("eval-read.txt")
    return lines + readers[:1] + [line for line in readers[1:] if "; floor " in line]


def _lines_of(name: str) -> list[str]:
    path = RESULTS / name
    if not path.is_file():
        return []
    head, summary, *rest = path.read_text("utf-8").splitlines()
    return [f"- {head}: {summary}.", *(f"- {line}." for line in rest if line)]


def main() -> int:
    """Rewrite the block; returns 1 where the README has none."""
    text = README.read_text("utf-8")
    if not BLOCK.search(text):
        return 1
    body = "\n".join([*measured(), *counted()])
    README.write_text(BLOCK.sub(lambda found: f"{found[1]}\n{body}\n\n{found[2]}", text), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
