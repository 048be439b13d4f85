"""Independent origins against a count of every subset."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from counterclaim.weigh.corroboration import UNKNOWN, corroboration_of, origins_of

NODES = tuple("abcdef")
ups = st.lists(st.sampled_from([*NODES, "o1", "o2", "o3", "o4"]), max_size=2, unique=True).map(tuple)
graphs = st.dictionaries(st.sampled_from(["E1", "E2", "E3", "E4", "E5", *NODES]), ups)
ITEMS = ("E1", "E2", "E3", "E4", "E5")


def _reach(node: str, graph: dict[str, tuple[str, ...]]) -> frozenset[str]:
    seen, todo = {node}, [node]
    while todo:
        for up in graph.get(todo.pop(), ()):
            if up not in seen:
                seen.add(up)
                todo.append(up)
    return frozenset(seen)


def _sinks(item: str, graph: dict[str, tuple[str, ...]]) -> frozenset[str] | None:
    """By the definition: nodes that everything they reach reaches back, named by the first of their circle."""
    if item not in graph:
        return None
    return frozenset(
        min(_reach(node, graph))
        for node in _reach(item, graph)
        if all(node in _reach(far, graph) for far in _reach(node, graph))
    )


@given(graphs)
def test_origins_are_the_sinks_of_the_graph(graph: dict[str, tuple[str, ...]]) -> None:
    for item in ITEMS:
        assert origins_of(item, graph) == _sinks(item, graph)


@given(graphs)
def test_k_is_the_largest_set_of_items_that_share_no_origin(graph: dict[str, tuple[str, ...]]) -> None:
    sets = [found for item in ITEMS if (found := _sinks(item, graph))]
    best = max(
        size
        for size in range(len(sets) + 1)
        if any(all(not a & b for a, b in combinations(chosen, 2)) for chosen in combinations(sets, size))
    )
    assert corroboration_of(ITEMS, graph).origins == best


@given(graphs, st.sampled_from([*ITEMS, *NODES]))
def test_learning_that_a_way_up_is_unknown_never_raises_the_count(graph: dict[str, tuple[str, ...]], node: str) -> None:
    darker = graph | {node: (*graph.get(node, ()), UNKNOWN)}
    assert corroboration_of(ITEMS, darker).origins <= corroboration_of(ITEMS, graph).origins
    assert corroboration_of([*ITEMS, "E99"], graph) == corroboration_of(ITEMS, graph)
