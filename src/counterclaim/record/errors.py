"""The world's failures as errors that explain themselves; refuses to print or to exit."""

from __future__ import annotations

from typing import ClassVar

from typing_extensions import override


class CounterclaimError(Exception):
    """Something outside our code is not as it must be.

    `expected` and `got` complete the sentence "expected ..., got ..."; `remedy()` is one
    sentence that tells the person what can be done. `exit_code` is the contract's (1 negative
    answer, 2 usage, 3 refused by policy, 4 the world failed, 5 busy).
    """

    exit_code: ClassVar[int] = 4

    def __init__(self, expected: str, got: str, *, remedy: str | None = None) -> None:
        """Keep both halves of the sentence, and the remedy where the caller knows a better one."""
        super().__init__(f"expected {expected}, got {got}")
        self.expected = expected
        self.got = got
        self._remedy = remedy

    def remedy(self) -> str:
        """One sentence for the person."""
        return self._remedy or self.standard_remedy()

    def standard_remedy(self) -> str:
        """The remedy for this kind of error when the place that raised it knows no better one."""
        return "Check the input named above and try again."


class UsageError(CounterclaimError):
    """The person asked for something that cannot be asked in this form."""

    exit_code = 2

    @override
    def standard_remedy(self) -> str:
        """Point to the help of the command."""
        return "See `counterclaim VERB --help` for what this verb takes."


class PolicyError(CounterclaimError):
    """Refused by consent, seal, role or safety; nothing was done."""

    exit_code = 3

    @override
    def standard_remedy(self) -> str:
        """Say who can change it."""
        return "Ask the owner of the case; nothing has left and nothing was changed."


class IntegrityError(CounterclaimError):
    """Bytes are not the bytes that were recorded."""

    exit_code = 1

    @override
    def standard_remedy(self) -> str:
        """Keep the evidence of the change itself."""
        return "Stop writing to this vault, copy it as it is, and compare it with a backup."


class BusyError(CounterclaimError):
    """Another process is writing."""

    exit_code = 5

    @override
    def standard_remedy(self) -> str:
        """Wait."""
        return "Another process is writing to this vault; try again when it has finished."


class StorageError(CounterclaimError):
    """The disk, the database or a folder failed."""

    exit_code = 4

    @override
    def standard_remedy(self) -> str:
        """Make room; what was acknowledged is kept."""
        return "Free space or mend the disk; everything acknowledged before is kept, then run it again."


class MalformedError(CounterclaimError):
    """A value is not of the form its standard gives."""

    exit_code = 2

    @override
    def standard_remedy(self) -> str:
        """Correct the value."""
        return "Correct the value; the documentation names the form it must have."
