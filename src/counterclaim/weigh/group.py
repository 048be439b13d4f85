"""Dependency groups and their combination; refuses to count what hangs together more than once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from counterclaim.record.finding import Basis
from counterclaim.weigh.judgement import Judged, Pair, in_turn, renamed
from counterclaim.weigh.ratio import Exact, capped, hull, product
from counterclaim.weigh.scale import cap_of


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRatio:
    """What one group says of one pair, on which basis, and what has to be clarified about it."""

    group: str
    ratio: Exact
    basis: Basis
    cap: Fraction
    was_capped: bool
    to_clarify: tuple[str, ...] = ()


def groups_of(judged: Iterable[Judged], pair: Pair) -> tuple[GroupRatio, ...]:
    """Combine the judgements on one pair within each group; groups sorted by name."""
    members = sorted(in_turn(judged, pair), key=lambda one: one.group)
    return tuple(_combined(name, pair, list(group)) for name, group in groupby(members, key=lambda one: one.group))


def _combined(name: str, pair: Pair, members: list[Judged]) -> GroupRatio:
    """Two things seen in one photograph are not two pieces of evidence.

    One judgement stands. Of several that point one way the strongest stands alone. Where they point to both sides
    the hull of all stands. Several judgements of the very same thing are first joined to their hull.
    """
    things, remarks = _things(name, pair, members)
    chosen = _chosen(things)
    if chosen is None:
        ratio = hull(thing.ratio for thing in things)
        chosen = min(things, key=lambda thing: (thing.cap, thing.basis, thing.id))
        if any(thing.ratio.discriminates for thing in things):
            names = ", ".join(sorted({thing.item for thing in things}))
            remarks.append(
                f"To clarify: in group {name} {names} point to both sides of {_name(pair)}; their hull is used."
            )
    else:
        ratio = chosen.ratio
    return GroupRatio(
        group=name,
        ratio=ratio,
        basis=chosen.basis,
        cap=chosen.cap,
        was_capped=any(member.was_capped for member in members),
        to_clarify=tuple(remarks),
    )


def _things(name: str, pair: Pair, members: list[Judged]) -> tuple[list[Judged], list[str]]:
    """Join judgements of the same thing: a second opinion must not be a way to pick the stronger one."""
    remarks = []
    things = []
    key = _thing
    for _, judgements in groupby(sorted(members, key=key), key=key):
        several = list(judgements)
        ratio = hull(one.ratio for one in several)
        weakest = min(several, key=lambda one: (one.cap, one.basis, one.id))
        if len({one.ratio for one in several}) > 1:
            item = several[0].item
            remarks.append(
                f"To clarify: {item} (group {name}) was judged differently for {_name(pair)}; the hull is used."
            )
        things.append(renamed(several[0], ratio, weakest.basis, weakest.cap))
    return things, remarks


def _thing(judged: Judged) -> tuple[str, str]:
    return judged.item, judged.observed


def _chosen(things: Sequence[Judged]) -> Judged | None:
    if len(things) == 1:
        return things[0]
    telling = [thing for thing in things if thing.ratio.discriminates]
    if not telling or len({thing.ratio.low > 1 for thing in telling}) > 1:
        return None
    # Among equals the narrower one stands, then the one on the weaker basis, so that order decides nothing.
    return min(telling, key=lambda one: (-one.ratio.strength, _reach(one.ratio), one.cap, one.basis, one.id))


def _reach(ratio: Exact) -> Fraction:
    return ratio.high if ratio.low > 1 else 1 / ratio.low


def _name(pair: Pair) -> str:
    return f"{pair[0]}:{pair[1]}"


def combination_of(groups: Sequence[GroupRatio]) -> tuple[Exact, bool]:
    """Multiply the groups, capped within each basis and over all; says whether any cap changed anything.

    Over all binds the largest cap among the bases of the groups that discriminate (all groups, where none does).
    """
    was_capped = any(group.was_capped for group in groups)
    parts = []
    for basis in sorted({group.basis for group in groups}):
        of_basis = [group for group in groups if group.basis == basis]
        whole = product(group.ratio for group in of_basis)
        parts.append(capped(whole, _basis_cap(of_basis)))
        was_capped = was_capped or parts[-1] != whole
    telling = [group for group in groups if group.ratio.discriminates] or list(groups)
    if not telling:
        return product(()), False
    whole = product(parts)
    bound = capped(whole, max(_basis_cap([group]) for group in telling))
    return bound, was_capped or bound != whole


def _basis_cap(groups: Sequence[GroupRatio]) -> Fraction:
    """Find the cap of one basis: its constant, or for validated methods the largest among them."""
    by_basis = cap_of(groups[0].basis)
    return max(group.cap for group in groups) if by_basis is None else by_basis
