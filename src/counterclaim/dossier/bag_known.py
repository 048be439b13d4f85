"""What the checks of one bag have established so far; refuses to hand out what no check has established."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from counterclaim.dossier import bag_form as form
from counterclaim.record.check import Anchors
from counterclaim.record.checkpoint import SignedCheckpoint

TokenHolds = Callable[[bytes, bytes, bytes], str]
"""(token, message, PEM roots) -> "timestamped by X (these bytes existed by T)"; raises CounterclaimError."""
SignatureHolds = Callable[[bytes, bytes, bytes], bool]
"""(32-byte public key, message, 64-byte signature) -> whether the Ed25519 signature holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotChecked:
    """A check that had nothing to check against: on what, and why."""

    what: str
    reason: str


Answer = tuple[str, str] | NotChecked
"""On what a check was made and what it found, or that there was nothing to check against."""


@dataclass(slots=True, kw_only=True)
class Knowledge:
    """What the checks so far have established about one bag; a later check relies on it.

    `entries` are the fields of payload and detail by index,
    empty where that part is not here; `body` is that of the publish entry.
    """

    folder: Path
    anchors: Anchors
    token_holds: TokenHolds
    signature_holds: SignatureHolds
    held: form.Held | None = None
    digests: dict[str, str] = field(default_factory=dict)
    key: tuple[str, bytes] = ("", b"")
    note: bytes = b""
    signed: SignedCheckpoint | None = None
    leaves: dict[int, bytes] = field(default_factory=dict)
    entries: dict[int, tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=dict)
    case: str = ""
    body: dict[str, Any] = field(default_factory=dict)

    def bag(self) -> form.Held:
        """The files of the bag. Raises BagError where its form was not established."""
        if self.held is None:
            raise form.BagError(".", "a bag", "none")
        return self.held

    def checkpoint(self) -> SignedCheckpoint:
        """The signed checkpoint. Raises BagError where it was not established."""
        if self.signed is None:
            raise form.BagError(form.NOTE, "a checkpoint", "none")
        return self.signed

    def histories_root(self) -> bytes:
        """The root of the exhibits' histories that the note signs (32 bytes). Raises BagError."""
        root = self.checkpoint().checkpoint.histories
        if root is None:
            raise form.BagError(form.NOTE, "a root of histories", "none")
        return root
