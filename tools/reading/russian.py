"""Russian persons, organisations and places on factRuEval-2016, beside natasha alone; refuses to tune on its testset.

factRuEval-2016 (Starostin and others, Dialogue 2016) marks spans (`*.spans`) and objects made of them (`*.objects`).
A gold name here is the stretch from the first to the last name span of an object (given name, surname, patronymic,
nickname; organisation name; place name, of Location and LocOrg alike), without descriptors: the span-level task that
natasha publishes figures for. A name is right where type and both borders are. `touching` counts a name right where
it overlaps one of its type. This is not the set's own comparator, which weighs parts of objects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from counterclaim.read.parsers.russian import KIND_OF, Kind, joined, proposed_in
from counterclaim.read.russian.names import entities_of
from counterclaim.record.account import DocumentText, Entity, Range, Reading
from figure import Figure, Missing

FOLDER = "factRuEval-2016"
NAMES = {
    "Person": ("PER", {"name", "surname", "patronymic", "nickname"}),
    "Org": ("ORG", {"org_name"}),
    "Location": ("LOC", {"loc_name"}),
    "LocOrg": ("LOC", {"loc_name"}),
}
Row = tuple[int, int, str]


def figures(sets: Path) -> list[Figure | Missing]:
    """Measure on devset (tuned on) and testset (measured only); F1 of exact spans, all three types together."""
    if not (sets / FOLDER / "testset").is_dir():
        return [Missing(subject="Russian names, factRuEval-2016", needs=f"the set in {FOLDER}")]
    out: list[Figure | Missing] = []
    for part in ("devset", "testset"):
        out.extend(_of_part(sets / FOLDER / part, part))
    return out


def _of_part(folder: Path, part: str) -> list[Figure | Missing]:
    gold, core, theirs, both = [], [], [], []
    absent = ""
    for number, file in enumerate(sorted(folder.glob("book_*.txt"))):
        text = file.read_text(encoding="utf-8")
        gold.append((number, _gold(file)))
        mine = _ours(text)
        proposed = proposed_in(text)
        absent = proposed.note
        core.append((number, set(_names(mine.entities))))
        theirs.append((number, set(proposed.spans)))
        both.append((number, set(_names(joined(mine, proposed)))))
    n = sum(len(rows) for _, rows in gold)
    subject = f"Russian names, factRuEval-2016 {part}"
    out: list[Figure | Missing] = [
        Figure(subject=f"{subject}, rules alone", ours=_told(gold, core), n=n, note="persons, organisations, places")
    ]
    if absent:
        return [*out, Missing(subject=f"{subject}, with parser", needs="natasha (the extra `ru`)")]
    ours, other = _f1(gold, both), _f1(gold, theirs)
    out.append(
        Figure(
            subject=f"{subject}, with parser",
            ours=_told(gold, both),
            n=n,
            floor="natasha alone",
            held=ours >= other,
            other=_told(gold, theirs),
            other_tool="natasha alone",
        )
    )
    return out


def _ours(text: str) -> Reading:
    paragraphs, at = [], 0
    for piece in text.split("\n"):
        if piece.strip():
            paragraphs.append(Range(start=at, end=at + len(piece), role="body"))
        at += len(piece) + 1
    document = DocumentText(
        sha256="0" * 64, media_type="text/plain", language="ru", characters=len(text), dom_text=text
    )
    reading = Reading(document=document, article=tuple(paragraphs))
    return replace(reading, entities=entities_of(reading))


def _names(entities: Iterable[Entity]) -> Iterable[tuple[int, int, Kind]]:
    for entity in entities:
        kind = KIND_OF.get(entity.type)
        if kind is None or (entity.name or "").islower():
            continue  # a common noun (`полиция`) and an adjective are no names in the set
        for span in entity.mentions:
            yield span.start, span.end, kind


def _gold(file: Path) -> set[Row]:
    spans: dict[str, tuple[str, int, int]] = {}
    for line in file.with_suffix(".spans").read_text(encoding="utf-8").splitlines():
        cells = line.split("#")[0].split()
        if len(cells) >= 4:  # id, type, start, length
            spans[cells[0]] = (cells[1], int(cells[2]), int(cells[2]) + int(cells[3]))
    out: set[Row] = set()
    for line in file.with_suffix(".objects").read_text(encoding="utf-8").splitlines():
        cells = line.split("#")[0].split()
        if len(cells) < 3 or cells[1] not in NAMES:  # id, type, spans
            continue
        kind, wanted = NAMES[cells[1]]
        parts = [spans[each] for each in cells[2:] if each in spans and spans[each][0] in wanted]
        if parts:
            out.add((min(p[1] for p in parts), max(p[2] for p in parts), kind))
    return out


Parts = list[tuple[int, set[Row]]]


def _f1(gold: Parts, found: Parts, kind: str = "") -> float:
    right = given = asked = 0
    for (_, true), (_, rows) in zip(gold, found, strict=True):
        wanted, had = ({r for r in each if kind in ("", r[2])} for each in (true, rows))
        right += len(wanted & had)
        given += len(had)
        asked += len(wanted)
    return 2 * right / (given + asked) if given + asked else 0.0


def _touching(gold: Parts, found: Parts) -> float:
    count: Counter[str] = Counter()
    for (_, true), (_, rows) in zip(gold, found, strict=True):
        count["asked"] += len(true)
        count["given"] += len(rows)
        count["recalled"] += sum(any(a < f and e < b and k == t for a, b, k in rows) for e, f, t in true)
        count["precise"] += sum(any(a < f and e < b and k == t for a, b, k in true) for e, f, t in rows)
    precision = count["precise"] / max(1, count["given"])
    recall = count["recalled"] / max(1, count["asked"])
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _told(gold: Parts, found: Parts) -> str:
    kinds = ", ".join(f"{kind} {_f1(gold, found, kind):.3f}" for kind in ("PER", "ORG", "LOC"))
    return f"F1 {_f1(gold, found):.3f} ({kinds}; touching {_touching(gold, found):.3f})"
