"""One measured line of `make eval-read` or `make eval-copies`; refuses a rate without its n."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, on how many, ours beside another tool's in the same run, and the floor we hold ourselves to.

    `ours` and `other` are printed as given (`0.968`, `1,204 of 1,240`); `floor` is empty where there is none and
    `held` says whether ours reaches it. `note` names what the set is and what was left out.
    """

    subject: str
    ours: str
    n: int
    floor: str = ""
    held: bool | None = None
    other: str = ""
    other_tool: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A measurement that could not be made here, and what it needs."""

    subject: str
    needs: str
