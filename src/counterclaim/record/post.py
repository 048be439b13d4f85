"""A post of a social network as a capture shows it; refuses a time, a zone or an account that is not shown."""

from __future__ import annotations

from dataclasses import dataclass

from counterclaim.record.passage import Span

UNSTATED_ZONE = "unstated"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTime:
    """When a post says it was made, as the capture shows it.

    `edtf` is the day (or the coarser date) the words give, `clock` the time of day as hh:mm or hh:mm:ss, in the zone
    `zone`: an offset as shown (`+03:00`), `UTC`, or `unstated`. Each is None or `unstated` where the words do not
    say: "2 h" has neither date nor clock, and 03/04/2019 has no one day. A platform shows the time of whoever looks
    unless it says otherwise, and anybody can set the clock of a device: this is no proof of when a post was made.
    """

    span: Span
    edtf: str | None
    clock: str | None
    zone: str = UNSTATED_ZONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Repost:
    """That a post passes on another: `post` is the other's id where it stands in the same capture, `span` its words."""

    post: str | None
    span: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post: whose, when, which words, what it passes on, and what the capture says was changed or taken away.

    `account` is the name or handle as shown, never whose it is in truth. `edited` and `removed` are the capture's own
    marks; that there is none does not say that nothing was changed.
    """

    id: str
    span: Span
    account: Span | None
    shown_at: ShownTime | None
    text: Span | None
    reposts: tuple[Repost, ...] = ()
    edited: tuple[Span, ...] = ()
    removed: tuple[Span, ...] = ()
    number: Span | None = None
