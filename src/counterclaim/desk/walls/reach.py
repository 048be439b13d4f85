"""Notices what a child reaches for that was not loaded before the walls rose; refuses to let it pass for a rejection.

Behind the walls a late import or a late look into a file fails, and a library that catches this says "no such thing"
where it would have said something else. Both are noted here, and the child's answer is then not taken.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec
from types import ModuleType

# Names of code pages are imported as modules (`encodings.NAME`); the worker loads every one there is, so that any
# other name a hostile page declares is truly absent.
WHOLE_PACKAGES = ("encodings.",)
# docs.python.org/3.11/library/audit_events.html
FILE_EVENTS = frozenset({"open", "os.listdir", "os.scandir", "ctypes.dlopen"})
REACHES_MAX = 20  # names kept; the first says enough


class Reach:
    """A finder that finds nothing new, and an ear for files; put in place by `watch`, in the child."""

    def __init__(self, *, absent: frozenset[str] = frozenset()) -> None:
        """`absent` are modules that were sought while the worker warmed up, and are not installed."""
        self.absent = absent
        self.seen: list[str] = []

    def watch(self) -> None:
        """From here on note every module and file reached for. Cannot be undone in this process."""
        sys.meta_path[:] = [BuiltinImporter, FrozenImporter, self]
        sys.addaudithook(self._hear)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find nothing; note the name unless it is known to be absent."""
        del path, target
        if name not in self.absent and not name.startswith(WHOLE_PACKAGES):
            self._note(f"module {name}")
        return None

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in FILE_EVENTS:
            self._note(f"file {arguments[0]!s:.100}")

    def _note(self, what: str) -> None:
        if len(self.seen) < REACHES_MAX:
            self.seen.append(what)


class Absent:
    """A finder at the end of the list while the worker warms up: what comes this far is not installed."""

    def __init__(self) -> None:
        """Nothing was sought yet."""
        self.names: set[str] = set()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find nothing, and remember the name."""
        del path, target
        self.names.add(name)
        return None
