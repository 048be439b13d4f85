"""The measuring modules under tools/reading, for tests that hold a floor under what they measure."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def tool(name: str) -> ModuleType:
    """Import `reading.NAME` from tools/, which is no package of the program's."""
    sys.path.insert(0, str(TOOLS))
    try:
        return importlib.import_module(f"reading.{name}")
    finally:
        sys.path.remove(str(TOOLS))
