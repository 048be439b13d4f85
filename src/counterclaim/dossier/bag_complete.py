"""Whether all entries about a bag's exhibits are in it; refuses a history that its entries contradict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from counterclaim.dossier.bag_entry import leaf_in
from counterclaim.dossier.bag_form import HISTORIES, HISTORIES_PROOF, BagError, entry_path
from counterclaim.record.custody import leaf_hash
from counterclaim.record.history import HistoriesProof, History, history_key

_PLURALS = (("viewing", "viewings"), ("act", "acts"), ("record", "records"))
_NAMED_MAX = 8
"""So many exhibits are all named in the row, which is one line on a screen; of more, two, the last and their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a bag tells of its exhibits: those named as complete, its leaves by index, the payloads that came with them.

    `heads` has the fields of each payload that is here; `withheld` are the entries among them that came without their
    detail; `case` is the case that the publish entry names.
    """

    exhibits: Sequence[int]
    leaves: Mapping[int, bytes]
    heads: Mapping[int, Mapping[str, Any]]
    withheld: AbstractSet[int]
    case: str

    def names(self, index: int, exhibit: int) -> bool:
        """Whether the payload of this entry is here and names this exhibit of the case."""
        head = self.heads.get(index)
        return head is not None and head["case"] == self.case and exhibit in head["exhibits"]


def complete_words(told: Told, proof: HistoriesProof, root: bytes) -> str:
    """Check the histories against the root of the note and against every entry here; say what was counted.

    The words are those of docs/SPEC-bag.md, alike in every checker.
    Raises BagError where an exhibit has none or two, where one is of another exhibit, where an entry is missing.
    """
    named = sorted(history.exhibit for history, _ in proof.histories)
    if named != list(told.exhibits):
        raise BagError(HISTORIES, f"one history of each exhibit named as complete: {list(told.exhibits)}", str(named))
    if proof.root() != root:
        raise BagError(HISTORIES_PROOF, "histories under the note's root of histories", "others")
    about = _about(told)
    for history, _ in proof.histories:
        _check_history(told, history, about.get(history.exhibit, set()))
    return _counted(told, [history for history, _ in proof.histories])


def _about(told: Told) -> dict[int, set[int]]:
    """The entries of the case whose payload is here, by each exhibit they name."""
    about: dict[int, set[int]] = {}
    for index, head in told.heads.items():
        for exhibit in head["exhibits"] if head["case"] == told.case else ():
            about.setdefault(exhibit, set()).add(index)
    return about


def _check_history(told: Told, history: History, about: Iterable[int]) -> None:
    number, first = history.exhibit, history.entries[0]
    for index in history.entries:
        if index not in told.leaves:
            raise BagError(HISTORIES, f"every entry about exhibit {number} here", f"entry {index} is not")
        if index in told.heads and not told.names(index, number):
            raise BagError(entry_path(index, "payload"), f"an entry about exhibit {number} of this case", "another")
    if history.key != history_key(leaf_hash(told.leaves[first]), number):
        raise BagError(HISTORIES, f"the key of exhibit {number} and its first entry", history.key.hex())
    if first not in told.heads or told.heads[first]["kind"] != "admit":
        raise BagError(HISTORIES, f"the admission of exhibit {number} as its first entry, open", f"entry {first}")
    for index in sorted({*about}.difference(history.entries)):
        raise BagError(entry_path(index, "payload"), f"an entry in the history of exhibit {number}", "one beside it")


def _counted(told: Told, histories: Sequence[History]) -> str:
    entries = {index for history in histories for index in history.entries}
    parts = [f"{_named(told.exhibits)}: {_number(len(entries), 'entry', 'entries')}, all here"]
    if withheld := len(entries & told.withheld):
        parts.append(f"{withheld} without {'its' if withheld == 1 else 'their'} detail")
    closed = Counter(leaf_in(told.leaves[index], HISTORIES)["class"] for index in entries if index not in told.heads)
    *others, last = [_number(closed[name], name, plural) for name, plural in _PLURALS if closed[name]] or [""]
    if last:
        parts.append(f"{', '.join(others)}{' and ' if others else ''}{last} sealed or erased")
    return "; ".join(parts)


def _named(exhibits: Sequence[int]) -> str:
    if len(exhibits) <= _NAMED_MAX:
        return ", ".join(f"E{number}" for number in exhibits)
    return f"E{exhibits[0]}, E{exhibits[1]}, ..., E{exhibits[-1]} ({len(exhibits)} exhibits)"


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
