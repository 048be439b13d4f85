"""Measure the comparison of names on the project's own pairs; refuses to count a merge, since there is none."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from counterclaim.read.names.comparing import bodies_compared, persons_compared
from figure import Figure, Missing

PAIRS = Path(__file__).resolve().parents[2] / "tests" / "golden" / "read_names" / "pairs.json"
RECALL_MIN = 0.97
COMPARED_FORMS = 3  # of an entry, with each name that is another's
_ORACLE = """
import json, sys
from nomenklatura.matching.logic_v2.model import LogicV2
from nomenklatura.matching import ScoringConfig
from followthemoney import model
out = []
for kind, left, right in json.load(sys.stdin):
    schema = 'Person' if kind == 'person' else 'Organization'
    pair = []
    for number, name in enumerate((left, right)):
        entity = model.make_entity(schema)
        entity.id = str(number)
        entity.add('name', name)
        pair.append(entity)
    out.append(LogicV2.compare(*pair, ScoringConfig.defaults()).score)
print(json.dumps(out))
"""
ORACLE_THRESHOLD = 0.7  # the tool's own default for a match


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two names and whether they are one."""

    kind: str
    left: str
    right: str
    one: bool


def pairs_of(half: str) -> list[Pair]:
    """Give the pairs of a half: any two forms of an entry, and its first forms with each name that is another's."""
    out: list[Pair] = []
    for entry in json.loads(PAIRS.read_text(encoding="utf-8"))[half]:
        kind, forms = entry["kind"], entry["forms"]
        out += [Pair(kind=kind, left=a, right=b, one=True) for a, b in combinations(forms, 2)]
        out += [Pair(kind=kind, left=a, right=b, one=False) for a in forms[:COMPARED_FORMS] for b in entry["others"]]
    return out


def proposed(pair: Pair) -> bool:
    """Whether the two would be proposed as one."""
    compare = persons_compared if pair.kind == "person" else bodies_compared
    return compare(pair.left, pair.right).likeness != "different"


def figures(sets: Path) -> list[Figure | Missing]:
    """Give recall and precision of the proposals on both halves, nomenklatura's logic-v2 beside where it is installed.

    The oracle is run by the interpreter in SETS/oracle/bin/python, an environment of its own; it is no dependency.
    """
    out: list[Figure | Missing] = []
    python = sets / "oracle" / "bin" / "python"
    for half in ("develop", "held_out"):
        pairs = pairs_of(half)
        given = [proposed(pair) for pair in pairs]
        other = _oracle(python, pairs) if python.exists() else None
        for pair, yes in zip(pairs, given, strict=True):
            if yes != pair.one:
                print(f"  {'wrongly proposed' if yes else 'missed'} ({half}): {pair.left} / {pair.right}")
        recall, precision = _rates(pairs, given)
        beside = _rates(pairs, other) if other else None
        tool = "nomenklatura logic-v2" if beside else ""
        name = half.replace("_", " ")
        out += [
            Figure(
                subject=f"names, recall, {name}", ours=f"{recall:.3f}", n=sum(pair.one for pair in pairs),
                floor=f"{RECALL_MIN}", held=recall >= RECALL_MIN, other=f"{beside[0]:.3f}" if beside else "",
                other_tool=tool,
            ),
            Figure(
                subject=f"names, precision of what is proposed, {name}", ours=f"{precision:.3f}", n=len(pairs),
                other=f"{beside[1]:.3f}" if beside else "", other_tool=tool,
            ),
        ]  # fmt: skip
    if not python.exists():
        out.append(Missing(subject="names, beside logic-v2", needs="nomenklatura in SETS/oracle"))
    return out


def _rates(pairs: list[Pair], given: list[bool]) -> tuple[float, float]:
    right = sum(yes and pair.one for pair, yes in zip(pairs, given, strict=True))
    return right / sum(pair.one for pair in pairs), right / max(1, sum(given))


def _oracle(python: Path, pairs: list[Pair]) -> list[bool] | None:
    rows = json.dumps([[pair.kind, pair.left, pair.right] for pair in pairs])
    ran = subprocess.run([str(python), "-c", _ORACLE], input=rows, capture_output=True, text=True, check=False)  # noqa: S603
    if ran.returncode:
        print("  the oracle failed: " + ran.stderr.strip().splitlines()[-1])
        return None
    values = json.loads(ran.stdout.strip().splitlines()[-1])
    if len(set(values)) == 1:  # an oracle that says one thing of all pairs was not asked rightly
        print("  the oracle gave one answer to every pair; it is not printed")
        return None
    return [value >= ORACLE_THRESHOLD for value in values]
