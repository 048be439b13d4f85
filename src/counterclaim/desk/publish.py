"""Publishes a case: a dossier and a bag that a stranger can verify; what may not leave is listed instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterclaim.desk.gather import Gathered, gathered
from counterclaim.desk.judge import undecided
from counterclaim.desk.open import Desk
from counterclaim.desk.stamp import stamp, words_of_tokens
from counterclaim.dossier.bag import Disclosed, manifest_of, publish_body, write_bag
from counterclaim.dossier.html import html_of
from counterclaim.dossier.pdf import pdf_of
from counterclaim.record.canonical import canonical_json, sha256_hex
from counterclaim.record.consent import PROFILES
from counterclaim.record.custody import Entry
from counterclaim.record.errors import UsageError

OPEN_PROFILES = frozenset({"internal"})  # the others open with the consent records: nothing personal leaves before


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What left and how it is anchored; with `blockers`, nothing left."""

    bag: Path
    dossier: Path | None
    fingerprint: str
    anchoring: str
    manifest_sha256: str
    blockers: tuple[str, ...]
    left_out: tuple[str, ...]


def publish(
    desk: Desk,
    *,
    case: str,
    into: Path,
    profile: str,
    recipient: str,
    without_proposed: bool = False,
    tsa: str | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Published:
    """Write the bag `into`, entered in the log before it is written.

    The order: gather, draw the dossier, bind its manifest in a publish entry, sign the checkpoint,
    ask for trusted time where an authority is named, write the bag. Raises PolicyError for a role,
    UsageError for an existing folder.
    """
    desk.require("publish", case=case)
    waiting = undecided(desk, case=case)
    blockers = _blockers(profile, waiting, without_proposed=without_proposed)
    if blockers:
        return _refused(desk, into, blockers)
    if into.exists():
        raise UsageError("a folder that does not exist yet", into.name, remedy="Name another folder with --into.")
    payload = payload_of(desk, case=case, profile=profile)
    progress(1, 3)
    entries = desk.vault.entries(case)
    body = publish_body(payload=payload, profile=profile, recipient=recipient, disclosed=[one.index for one in entries])
    (published,) = desk.record(desk.event("publish", case=case, outputs=(body["manifest_sha256"],), body=body))
    checkpoint = desk.vault.checkpoint()
    stamp(desk, tsa=tsa)
    words, tokens = words_of_tokens(desk, size=checkpoint.checkpoint.size, note=checkpoint.note())
    progress(2, 3)
    write_bag(
        into,
        payload=payload,
        note=checkpoint.note(),
        verifier_key=desk.vault.verifier_key,
        disclosed=[_disclosed(desk, entry, size=checkpoint.checkpoint.size) for entry in (*entries, published)],
        tokens=tokens,
    )
    return Published(
        bag=into,
        dossier=into / "data" / "dossier.html",
        fingerprint=desk.fingerprint(),
        anchoring=words,
        manifest_sha256=sha256_hex(manifest_of(payload)),
        blockers=(),
        left_out=waiting,
    )


def payload_of(desk: Desk, *, case: str, profile: str) -> dict[str, bytes]:
    """The bag's payload: the dossier in two forms, the disclosed exhibits, and the records as canonical JSON."""
    everything = gathered(desk, case=case, profile=profile)
    payload = {
        "data/dossier.html": html_of(everything.dossier),
        "data/dossier.pdf": pdf_of(everything.dossier),
    }
    payload |= {f"data/exhibits/{name}": content for name, content in everything.files.items()}
    payload |= {f"data/record/{name}.json": canonical_json(plain) for name, plain in _records_of(everything).items()}
    return payload


def _records_of(everything: Gathered) -> Mapping[str, Any]:
    return {
        "findings": {"findings": everything.findings},
        "readings": {"readings": everything.readings},
        "weights": {"weights": everything.weights},
    }


def _blockers(profile: str, waiting: tuple[str, ...], *, without_proposed: bool) -> tuple[str, ...]:
    if profile not in PROFILES:
        raise UsageError(f"a profile ({', '.join(PROFILES)})", repr(profile))
    if profile not in OPEN_PROFILES:
        return (f"profile {profile}: nothing personal leaves before the consent of each person is recorded",)
    return () if without_proposed else tuple(f"{one}: only proposed; accept or reject it" for one in waiting)


def _refused(desk: Desk, into: Path, blockers: tuple[str, ...]) -> Published:
    return Published(
        bag=into,
        dossier=None,
        fingerprint=desk.fingerprint(),
        anchoring="nothing was written",
        manifest_sha256="",
        blockers=blockers,
        left_out=(),
    )


def _disclosed(desk: Desk, entry: Entry, *, size: int) -> Disclosed:
    """The entry as its recipient gets it: a mere viewing is counted by its leaf, its payload stays sealed."""
    viewing = b'"class":"viewing"' in entry.leaf
    return Disclosed(
        index=entry.index,
        leaf=entry.leaf,
        payload=None if viewing else entry.payload,
        detail=None if viewing else entry.detail,
        proof=desk.vault.inclusion(entry.index, size),
    )
