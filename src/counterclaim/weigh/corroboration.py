"""Independent origins behind several items; refuses to count a source whose own source is unknown.

A hundred pages that repeat one agency are one origin. The graph says for each item what it was taken from; where the
graph goes no further, that is an origin. Items that cite each other in a circle are one origin.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from counterclaim.record.errors import MalformedError

Sources = Mapping[str, Collection[str]]

UNKNOWN = "unknown"  # stands in a node's sources where it is known to rest on something nobody has traced
EXACT_ITEMS_MAX = 20  # set packing is NP-hard; this many sets are searched in full, more give a lower bound
NODES_MAX = 10_000  # more than any case's repost graph; the walk below is linear in nodes and edges


@dataclass(frozen=True, slots=True, kw_only=True)
class Corroboration:
    """How many independent origins the items have at most, and whether that was searched in full."""

    origins: int
    exact: bool


def origins_of(item: str, sources: Sources) -> frozenset[str] | None:
    """Find the origins an item goes back to; None where any way up is unknown, or the item is not in the graph.

    A circle of nodes without a way out is one origin, named by its first member. Raises MalformedError.
    """
    if item not in sources:
        return None
    component = _components(item, sources)
    if UNKNOWN in component:
        return None
    left = {component[node] for node in component for up in sources.get(node, ()) if component[up] != component[node]}
    return frozenset(component.values()) - left


def corroboration_of(items: Iterable[str], sources: Sources) -> Corroboration:
    """Count k: the size of the largest set of items whose origin sets share no member. Raises MalformedError."""
    sets = {found for item in items if (found := origins_of(item, sources))}
    # A set that holds another can only be in the way of more.
    minimal = sorted(
        (one for one in sets if not any(other < one for other in sets)), key=lambda one: (len(one), sorted(one))
    )
    if len(minimal) <= EXACT_ITEMS_MAX:
        return Corroboration(origins=_packed(minimal), exact=True)
    return Corroboration(origins=_greedy(minimal), exact=False)


def _packed(sets: list[frozenset[str]]) -> int:
    if not sets:
        return 0
    first, rest = sets[0], sets[1:]
    apart = [other for other in rest if not other & first]
    with_first = 1 + _packed(apart)
    return with_first if len(apart) == len(rest) else max(with_first, _packed(rest))


def _greedy(sets: list[frozenset[str]]) -> int:
    taken: set[str] = set()
    count = 0
    for one in sets:
        if not one & taken:
            taken |= one
            count += 1
    return count


def _components(start: str, sources: Sources) -> dict[str, str]:
    """Name for each node upstream of `start` its strongly connected component (Tarjan 1972, without recursion)."""
    index: dict[str, int] = {start: 0}
    lowest: dict[str, int] = {start: 0}
    component: dict[str, str] = {}
    stack, work = [start], [(start, iter(sorted(sources.get(start, ()))))]
    while work:
        node, ways = work[-1]
        for up in ways:
            if up not in index:
                if len(index) >= NODES_MAX:
                    raise MalformedError(f"{NODES_MAX} nodes upstream of {start} at most", "more")
                index[up] = lowest[up] = len(index)
                stack.append(up)
                work.append((up, iter(sorted(sources.get(up, ())))))
                break
            if up not in component:
                lowest[node] = min(lowest[node], index[up])
        else:
            work.pop()
            if work:
                lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[node])
            if lowest[node] == index[node]:
                members = stack[stack.index(node) :]
                del stack[-len(members) :]
                component.update(dict.fromkeys(members, min(members)))
    return component
