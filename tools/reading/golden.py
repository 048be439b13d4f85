"""The counting that the project's own annotated pages come with; refuses to count them in a second way."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "golden"


def golden(name: str) -> ModuleType:
    """Import a module that stands beside the annotated pages."""
    sys.path.insert(0, str(GOLDEN))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(GOLDEN))
