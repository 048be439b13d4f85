"""Which account replies to which; refuses a link between accounts of one holder, and to link what names no object."""

from __future__ import annotations

from dataclasses import replace

from counterclaim.read.lexicon import Lexicon
from counterclaim.read.mentions import Mentions
from counterclaim.record.account import Account, Named, Range, Slot

SPECIFIC_IMAGE = frozenset({"elsewhere", "old_image", "staged", "altered"})
PARAGRAPHS_BACK_MAX = 3
ANSWERS_MAX = 6
_ANSWERABLE = frozenset({"claim", "testimony", "report", "finding"})
_REPLIES = frozenset({"denial", "rejection", "justification", "non_denial", "no_reply"})


def linked(
    accounts: list[Account], article: tuple[Range, ...], mentions: Mentions, lexicon: Lexicon
) -> tuple[Account, ...]:
    """Fill `answers` of replies that have none yet, looking backwards in the text, and forwards for pictures only.

    What speaks of pictures is told by the words of `lexicon`, so this is one rule for all languages.
    """
    places = {account.id: _paragraph(account, article) for account in accounts}
    images = frozenset(account.id for account in accounts if _about_images(account, lexicon))
    out = []
    for account in accounts:
        if account.act not in _REPLIES or account.act == "no_reply" or places[account.id] is None:
            out.append(account)
            continue
        before = [
            other for other in accounts
            if other.span.start < account.span.start
            and other.id not in account.answers
            and places[other.id] is not None
            and not _one_holder(account.holder, other.holder, mentions)
        ]  # fmt: skip
        found = _found(account, before, places, mentions, images)
        if not found and account.denial_kind in SPECIFIC_IMAGE and not account.answers:
            # A lead often tells the denial before the claim.
            found = [
                o
                for o in accounts
                if o.id in images
                and _just_after(places[account.id], places[o.id])
                and not _one_holder(account.holder, o.holder, mentions)
            ]
        out.append(replace(account, answers=(*account.answers, *(other.id for other in found))[:ANSWERS_MAX]))
    return tuple(out)


def _just_after(here: int | None, there: int | None) -> bool:
    return here is not None and there is not None and there - here <= PARAGRAPHS_BACK_MAX


def _found(
    account: Account, before: list[Account], places: dict[str, int | None], mentions: Mentions, images: frozenset[str]
) -> list[Account]:
    here = places[account.id] or 0
    near = [other for other in before if here - (places[other.id] or 0) <= PARAGRAPHS_BACK_MAX]
    about_image = [other for other in before if other.id in images]
    if account.denial_kind == "possibility_raised":
        doubts = [other for other in near if other.act == "opinion"]
        return doubts[-1:] or about_image[-1:]
    if account.denial_kind in SPECIFIC_IMAGE:
        # Pictures are answered where pictures are claimed, also in the page's own voice.
        return about_image
    if account.act == "denial" and account.answers and account.denial_kind not in {"blanket", "other"}:
        return []  # it names its own claim, and answers that one
    if (
        account.denial_kind == "isolated_case"
        or account.act in {"rejection", "justification", "non_denial"}
        or account.act == "denial"
    ):
        if account.act == "denial" and account.denial_kind == "other":
            return near[-1:]  # `disputed this`: whatever was said last
        candidates = [other for other in near if other.act in _ANSWERABLE | {"opinion"}]
        if account.act == "rejection":
            # Criticism is rejected, and what is told; a court's finding that stands between is not what is meant.
            candidates = [other for other in candidates if other.act != "finding"]
        if not candidates:
            return []
        if account.act == "denial":
            # A denial of the act answers whoever told of it; what others reported of it stands beside.
            told = [other for other in candidates if other.act == "testimony"]
            candidates = told or candidates
        last = max(places[other.id] or 0 for other in candidates)
        here_told = [other for other in candidates if places[other.id] == last]
        # One telling often runs over several short paragraphs.
        return [
            c for c in candidates if c in here_told or any(_one_holder(c.holder, h.holder, mentions) for h in here_told)
        ]
    return []


def _about_images(account: Account, lexicon: Lexicon) -> bool:
    """Whether an account speaks of pictures, or of where `they` were taken."""
    if account.act not in _ANSWERABLE:
        return False
    text = account.span.text
    if lexicon.has("not_images"):
        text = lexicon.pattern("not_images").sub(" ", text)  # `told the website’s video channel` shows no picture
    return bool(lexicon.pattern("images").search(text) or lexicon.pattern("taken_pronouns").search(text))


def _paragraph(account: Account, article: tuple[Range, ...]) -> int | None:
    """The number of the paragraph an account stands in; a headline's account is linked to nothing but its own claim."""
    for number, part in enumerate(article):
        if part.start <= account.span.start < part.end:
            return None if part.role == "headline" else number
    return None


def _one_holder(left: Slot, right: Slot, mentions: Mentions) -> bool:
    return isinstance(left, Named) and isinstance(right, Named) and mentions.same(left.entity, right.entity)
