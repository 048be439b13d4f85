"""Publishes a case: a dossier and a bag that a stranger can verify; what may not leave is listed instead."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from counterclaim.desk.disclosure import Part, admitted_in, disclosed_of, left_before, parts_leaving
from counterclaim.desk.gather import Gathered, gathered
from counterclaim.desk.judge import undecided
from counterclaim.desk.open import Desk
from counterclaim.desk.stamp import Authorities, stamp, words_of_tokens
from counterclaim.desk.weigh import weights_now
from counterclaim.dossier.bag import Custody, manifest_of, publish_body, write_bag
from counterclaim.dossier.html import html_of
from counterclaim.dossier.pdf import pdf_of
from counterclaim.record.canonical import canonical_json, plain_of, sha256_hex
from counterclaim.record.consent import PROFILES
from counterclaim.record.custody import Entry
from counterclaim.record.errors import UsageError
from counterclaim.vault.vault import Writer

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
    unreached: tuple[str, ...] = ()


def publish(
    desk: Desk,
    *,
    case: str,
    into: Path,
    profile: str,
    recipient: str,
    without_proposed: bool = False,
    authorities: Authorities | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Published:
    """Write the bag `into`, entered in the log before it is written.

    The order: gather, draw the dossier, bind its manifest in a publish entry, sign the checkpoint,
    ask for trusted time where authorities are named (`unreached`: those that gave none), write the bag.
    Raises PolicyError for a role, UsageError for an existing folder.
    """
    desk.require("publish", case=case)
    _check_target(desk, into)
    with desk.writing() as writer:
        waiting = undecided(desk, case=case)
        blockers = _blockers(profile, waiting, without_proposed=without_proposed)
        if blockers:
            return _refused(desk, into, blockers)
        _weigh_again(desk, writer, case=case)
        payload = payload_of(desk, case=case, profile=profile)
        progress(1, 3)
        parts = _entered(desk, writer, payload, case=case, profile=profile, recipient=recipient)
        checkpoint, custody = desk.vault.checkpoint(), _custody_of(desk, parts, case=case)
    stamped = stamp(desk, authorities, checkpoint=checkpoint)
    size = checkpoint.checkpoint.size
    words, tokens = words_of_tokens(desk, size=size, note=custody.note)
    cosignatures = tuple(row.line for row in desk.vault.cosignatures(size))
    progress(2, 3)
    write_bag(into, payload=payload, custody=replace(custody, tokens=tokens, cosignatures=cosignatures))
    return Published(
        bag=into,
        dossier=into / "data" / "dossier.html",
        fingerprint=desk.fingerprint(),
        anchoring=words,
        manifest_sha256=sha256_hex(manifest_of(payload)),
        blockers=(),
        left_out=waiting,
        unreached=stamped.unreached,
    )


def _entered(
    desk: Desk, writer: Writer, payload: dict[str, bytes], *, case: str, profile: str, recipient: str
) -> list[tuple[Entry, Part]]:
    """Bind payload and disclosed parts in a publish event; returns every entry that leaves, that one last."""
    parts = parts_leaving(desk, case=case)
    body = publish_body(
        payload=payload,
        profile=profile,
        recipient=recipient,
        disclosed=[entry.index for entry, _ in parts],
        sealed=[entry.index for entry, part in parts if part == "sealed"],
        withheld=[entry.index for entry, part in parts if part == "withheld"],
        exhibits=admitted_in(parts),
    )
    event = desk.event("publish", case=case, outputs=(body["manifest_sha256"],), body=body)
    (published,) = writer.record([event])
    return [*parts, (published, "whole")]


def _custody_of(desk: Desk, parts: list[tuple[Entry, Part]], *, case: str) -> Custody:
    """What ties the bag to the log as it stands: taken while nobody else can enter anything."""
    note = desk.vault.checkpoint()
    size = note.checkpoint.size
    exhibits = admitted_in(parts)
    return Custody(
        note=note.note(),
        verifier_key=desk.vault.verifier_key,
        entries=[disclosed_of(entry, part) for entry, part in parts],
        proof=desk.vault.multiproof([entry.index for entry, _ in parts], size),
        histories=desk.vault.histories(case, exhibits) if exhibits else None,
        consistency={old: desk.vault.consistency(old, size) for old in left_before(desk, size)},
    )


def _weigh_again(desk: Desk, writer: Writer, *, case: str) -> None:
    """Enter the weights anew where a judgement since the last weighing changed them."""
    now = weights_now(desk, case=case)
    if {weight.question.id: weight for weight in now} != {one.question.id: one for one in desk.vault.weights(case)}:
        writer.record([desk.event("weigh", case=case, body={"weight": plain_of(weight)}) for weight in now])


def _check_target(desk: Desk, into: Path) -> None:
    """Refuse, before anything is entered, a place where no bag can be written."""
    if into.exists() or into.is_symlink():
        raise UsageError("a folder that does not exist yet", str(into), remedy="Name another folder with --into.")
    resolved, vault = into.resolve(), desk.vault.folder.resolve()
    if vault == resolved or vault in resolved.parents:
        raise UsageError("a folder outside the vault", str(into), remedy="Name another folder with --into.")
    above = next(folder for folder in resolved.parents if folder.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise UsageError("a folder that can be written to", str(above), remedy="Name another folder with --into.")


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
