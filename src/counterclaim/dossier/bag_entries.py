"""Checks the entries of a bag: under the checkpoint, as committed to, as published, and all of them."""

from __future__ import annotations

from typing import Any

from counterclaim.dossier import bag_form as form
from counterclaim.dossier.bag import VERIFIERS, bag_info_text
from counterclaim.dossier.bag_complete import Told, complete_words
from counterclaim.dossier.bag_custody import hashes_in, histories_in, leaves_in
from counterclaim.dossier.bag_entry import detail_in, head_in, leaf_in, publishes
from counterclaim.dossier.bag_known import Answer, Knowledge, NotChecked
from counterclaim.record.canonical import canonical_json, sha256_hex
from counterclaim.record.custody import Entry, check_entry, leaf_hash
from counterclaim.record.errors import CounterclaimError, MalformedError
from counterclaim.record.history import HistoriesProof
from counterclaim.record.multiproof import root_of_multiproof

ENTRIES = "custody/entries"


def check_inclusion(known: Knowledge) -> Answer:
    """Whether all leaves here lead to the root of the note, by one proof with no hash to spare."""
    held, checkpoint = known.bag(), known.checkpoint().checkpoint
    known.leaves = leaves_in(held.small(form.LEAVES))
    proof = hashes_in(held.small(form.LEAVES_PROOF), form.LEAVES_PROOF)
    hashes = {index: leaf_hash(leaf) for index, leaf in known.leaves.items()}
    if root_of_multiproof(hashes, checkpoint.size, proof) != checkpoint.root:
        raise form.BagError(form.LEAVES, "entries under the checkpoint", "others, or another proof")
    return form.LEAVES, f"{len(hashes)} of {checkpoint.size} entries disclosed, all under the checkpoint"


def check_commitments(known: Knowledge) -> Answer:
    """Whether each part of an entry is what the part above commits to, in its one form."""
    held, parts = known.bag(), 0
    for index in sorted(held.parts("payload").difference(known.leaves)):
        raise form.BagError(form.entry_path(index, "payload"), f"a leaf of this entry in {form.LEAVES}", "none")
    for index, leaf in known.leaves.items():
        stored = {part: _stored(known, index, part) for part in ("payload", "detail")}
        try:
            check_entry(Entry(index=index, leaf=leaf, payload=stored["payload"], detail=stored["detail"]))
        except CounterclaimError as error:
            raise form.BagError(form.entry_path(index, "payload"), error.expected, error.got) from error
        leaf_in(leaf, form.LEAVES)
        head: dict[str, Any] = {}
        detail: dict[str, Any] = {}
        if stored["payload"] is not None:
            head = head_in(stored["payload"], form.entry_path(index, "payload"))
            parts += 1
        if stored["detail"] is not None:
            detail = detail_in(stored["detail"], form.entry_path(index, "detail"))
            parts += 1
        known.entries[index] = (head, detail)
    return ENTRIES, f"{parts} payloads and details are those committed to"


def _stored(known: Knowledge, index: int, part: str) -> bytes | None:
    path = form.entry_path(index, part)
    return known.bag().small(path) if path in known.digests else None


def check_publication(known: Knowledge) -> Answer:
    """Whether one publish entry here names this payload, these entries and parts, and these checkers."""
    held = known.bag()
    manifest_sha256 = sha256_hex(held.small(form.PAYLOAD_MANIFEST))
    bound = [
        index
        for index, (head, detail) in known.entries.items()
        if head and detail and publishes(head, detail["body"], manifest_sha256)
    ]
    if len(bound) != 1:
        raise form.BagError(ENTRIES, "exactly one publish entry that names this payload", str(len(bound)))
    head, body = known.entries[bound[0]][0], known.entries[bound[0]][1]["body"]
    path = form.entry_path(bound[0], "detail")
    if body["exhibits"] != sorted({*body["exhibits"]}):
        raise form.BagError(path, "exhibits that rise", str(body["exhibits"]))
    for name, indices in _parts_here(known, bound[0]).items():
        if canonical_json(body[name]) != canonical_json(indices):
            raise form.BagError(path, f"the {name} entries its publish entry lists: {body[name]}", str(indices))
    if body["verifiers"] != {name: known.digests[name] for name in VERIFIERS}:
        raise form.BagError("verify.sh", "the checkers the publish entry names", "others")
    if held.small("bag-info.txt") != bag_info_text(at=head["at"], manifest_sha256=manifest_sha256):
        raise form.BagError("bag-info.txt", "what follows from the publish entry", "another text")
    known.case, known.body = head["case"], body
    return path, f"entry {bound[0]} published this payload, these entries and these checkers"


def _parts_here(known: Knowledge, published: int) -> dict[str, list[int]]:
    """Which entries are here beside the publish entry: all, those with a leaf alone, those without their detail."""
    others = [(index, *parts) for index, parts in sorted(known.entries.items()) if index != published]
    return {
        "disclosed": [index for index, _, _ in others],
        "sealed": [index for index, head, _ in others if not head],
        "withheld": [index for index, head, detail in others if head and not detail],
    }


def check_exhibits(known: Knowledge) -> Answer:
    """Whether each exhibit file is one that a disclosed admission entered."""
    exhibits = known.bag().exhibits
    admitted = _admitted(known)
    for number, path in exhibits:
        if number in admitted and known.digests[path] not in admitted[number]:
            raise form.BagError(path, "the bytes that were admitted", "other bytes")
    unanswered = [path for number, path in exhibits if number not in admitted]
    if unanswered:
        return NotChecked(what=unanswered[0], reason="no admit entry disclosed")
    if not exhibits:
        return NotChecked(what="data/exhibits", reason="no exhibit files in this bag")
    return "data/exhibits", f"{len(exhibits)} files are those that were admitted"


def _admitted(known: Knowledge) -> dict[int, set[str]]:
    """Give the output digests of the disclosed admit entries of this case, by each exhibit they name."""
    admitted: dict[int, set[str]] = {}
    for head, detail in known.entries.values():
        if head and detail and head["kind"] == "admit" and head["case"] == known.case:
            for number in head["exhibits"]:
                admitted.setdefault(number, set()).update(detail["outputs"])
    return admitted


def check_completeness(known: Knowledge) -> Answer:
    """Whether every entry about each exhibit that the publish entry names as complete is here."""
    held, named = known.bag(), known.body["exhibits"]
    for number, path in held.exhibits:
        if number not in {*named}:
            raise form.BagError(path, "files of exhibits the publish entry names as complete", f"one of {number}")
    if not named:
        if form.HISTORIES in known.digests:
            raise form.BagError(form.HISTORIES, "no histories, since no exhibit is named as complete", "some")
        return NotChecked(what=form.HISTORIES, reason="no exhibit is named as complete")
    if form.HISTORIES not in known.digests:
        raise form.BagError(form.HISTORIES, f"the histories of the exhibits {named}", "none")
    proof = HistoriesProof(
        histories=histories_in(held.small(form.HISTORIES)),
        proof=hashes_in(held.small(form.HISTORIES_PROOF), form.HISTORIES_PROOF),
    )
    heads = {index: head for index, (head, _) in known.entries.items() if head}
    withheld = {index for index, (head, detail) in known.entries.items() if head and not detail}
    told = Told(exhibits=named, leaves=known.leaves, heads=heads, withheld=withheld, case=known.case)
    try:
        return form.HISTORIES, complete_words(told, proof, known.histories_root())
    except MalformedError as error:
        raise form.BagError(form.HISTORIES, error.expected, error.got) from error
