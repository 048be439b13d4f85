"""Which account replies to which; refuses a link within one holder, and a first grade to what only stands near."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from counterclaim.read.grounds import ANSWERABLE, NOTES, SPECIFIC_IMAGE, Grounded, Told, speaks_of_images
from counterclaim.read.lexicon import Lexicon
from counterclaim.read.mentions import Mentions
from counterclaim.record.account import Account, Named, Range, Slot

PARAGRAPHS_BACK_MAX = 3
ANSWERS_MAX = 6
_REPLIES = frozenset({"denial", "rejection", "justification", "non_denial", "no_reply"})


def linked(
    accounts: list[Account], article: tuple[Range, ...], mentions: Mentions, lexicon: Lexicon
) -> tuple[Account, ...]:
    """Fill `answers` of replies that have none yet, looking backwards in the text, and forwards for pictures only.

    A reply with a ground (`grounds`) answers what the ground gives and nothing else, keeps its grade, and its note says
    why. Without one it answers what stands near, and is of the first grade no more. What speaks of pictures is told by
    the words of `lexicon`, so this is one rule for all languages.
    """
    told = _Told(accounts, article, mentions, lexicon)
    grounded = _grounded(accounts, told, mentions, lexicon)
    out = []
    for account in accounts:
        if account.act not in _REPLIES or account.act == "no_reply" or told.place(account) is None:
            out.append(account)
            continue
        if sure := grounded.get(account.id):
            out.append(_with_ground(account, sure))
            continue
        found = _found(account, told)
        if not found and account.denial_kind in SPECIFIC_IMAGE and not account.answers:
            found = told.images_ahead(account)  # a lead often tells the denial before the claim
        # What stands nearest is a guess.
        grade = "medium" if found and account.grade == "high" else account.grade
        answers = (*account.answers, *(other.id for other in found))[:ANSWERS_MAX]
        out.append(replace(account, answers=answers, grade=grade))
    return tuple(out)


def _grounded(accounts: list[Account], told: _Told, mentions: Mentions, lexicon: Lexicon) -> dict[str, Grounded]:
    """Give each reply of the body that has a ground its own, by what stands before it, or by a name soon after it."""
    before, whole = Told(accounts, mentions, lexicon), Told(accounts, mentions, lexicon)
    in_order = [each for each in sorted(accounts, key=lambda each: each.span.start) if told.place(each) is not None]
    for account in in_order:
        whole.add(account)
    out: dict[str, Grounded] = {}
    for account in in_order:
        if account.act in _REPLIES and account.act != "no_reply":
            found = before.grounded(account) or told.soon_after(account, whole.named(account))
            if found:
                out[account.id] = found
        before.add(account)
    return out


def _with_ground(account: Account, sure: Grounded) -> Account:
    new = tuple(other.id for other in sure.answers if other.id not in account.answers)
    note = " ".join(part for part in (account.note, NOTES[sure.ground]) if part)
    return replace(account, answers=(*account.answers, *new)[:ANSWERS_MAX], note=note)


class _Told:
    """The accounts of a page by paragraph, and those that speak of pictures; each list in the order given."""

    def __init__(
        self, accounts: list[Account], article: tuple[Range, ...], mentions: Mentions, lexicon: Lexicon
    ) -> None:
        self.mentions = mentions
        self._starts = [part.start for part in article]
        self._article = article
        self._places = {account.id: self._paragraph(account) for account in accounts}
        self._images = [account for account in accounts if _about_images(account, lexicon)]
        self._rooms: dict[int, list[tuple[int, Account]]] = defaultdict(list)
        for order, account in enumerate(accounts):
            place = self._places[account.id]
            if place is not None:
                self._rooms[place].append((order, account))

    def place(self, account: Account) -> int | None:
        """The number of its paragraph; a headline's account is linked to nothing but its own claim."""
        return self._places[account.id]

    def near(self, account: Account) -> list[Account]:
        """The accounts of others before this one, in its paragraph and the few before it."""
        here = self._places[account.id] or 0
        rows = [row for number in range(here - PARAGRAPHS_BACK_MAX, here + 1) for row in self._rooms.get(number, ())]
        return [other for _, other in sorted(rows, key=lambda row: row[0]) if self._answerable(account, other)]

    def images_before(self, account: Account) -> Iterator[Account]:
        """What others told of pictures before this account."""
        return (other for other in self._images if self._answerable(account, other))

    def image_last_before(self, account: Account) -> list[Account]:
        """The last that others told of pictures before this account, where they did."""
        return list(islice((other for other in reversed(self._images) if self._answerable(account, other)), 1))

    def images_ahead(self, account: Account) -> list[Account]:
        """What others tell of pictures no more than a few paragraphs on."""
        here = self._places[account.id] or 0

        def fits(other: Account) -> bool:
            there = self._places[other.id]
            near = there is not None and there - here <= PARAGRAPHS_BACK_MAX
            return near and not _one_holder(account.holder, other.holder, self.mentions)

        return list(islice((other for other in self._images if fits(other)), ANSWERS_MAX))

    def soon_after(self, account: Account, found: Grounded | None) -> Grounded | None:
        """Give of what a reply surely answers what stands no more than a few paragraphs on."""
        here = self._places[account.id] or 0
        near = tuple(
            other
            for other in (found.answers if found else ())
            if other.span.start > account.span.start and (self._places[other.id] or 0) - here <= PARAGRAPHS_BACK_MAX
        )
        return replace(found, answers=near) if found and near else None

    def _answerable(self, account: Account, other: Account) -> bool:
        return (
            other.span.start < account.span.start
            and other.id not in account.answers
            and self._places[other.id] is not None
            and not _one_holder(account.holder, other.holder, self.mentions)
        )

    def _paragraph(self, account: Account) -> int | None:
        number = bisect_right(self._starts, account.span.start) - 1
        if number < 0 or account.span.start >= self._article[number].end:
            return None
        return None if self._article[number].role == "headline" else number


def _found(account: Account, told: _Told) -> list[Account]:
    if account.denial_kind in SPECIFIC_IMAGE:
        # Pictures are answered where pictures are claimed, also in the page's own voice.
        return list(islice(told.images_before(account), ANSWERS_MAX))
    near = told.near(account)
    if account.denial_kind == "possibility_raised":
        doubts = [other for other in near if other.act == "opinion"]
        return doubts[-1:] or told.image_last_before(account)
    if account.act == "denial" and account.answers and account.denial_kind not in {"blanket", "other"}:
        return []  # it names its own claim, and answers that one
    if (
        account.denial_kind == "isolated_case"
        or account.act in {"rejection", "justification", "non_denial"}
        or account.act == "denial"
    ):
        if account.act == "denial" and account.denial_kind == "other":
            return near[-1:]  # `disputed this`: whatever was said last
        candidates = [other for other in near if other.act in ANSWERABLE | {"opinion"}]
        if account.act == "rejection":
            # Criticism is rejected, and what is told; a court's finding that stands between is not what is meant.
            candidates = [other for other in candidates if other.act != "finding"]
        if not candidates:
            return []
        if account.act == "denial":
            # A denial of the act answers whoever told of it; what others reported of it stands beside.
            candidates = [other for other in candidates if other.act == "testimony"] or candidates
        last = max(told.place(other) or 0 for other in candidates)
        # One telling often runs over several short paragraphs.
        tellers = told.mentions.kin(
            c.holder.entity for c in candidates if told.place(c) == last and isinstance(c.holder, Named)
        )
        return [
            c
            for c in candidates
            if told.place(c) == last or (isinstance(c.holder, Named) and c.holder.entity in tellers)
        ]
    return []


def _about_images(account: Account, lexicon: Lexicon) -> bool:
    """Whether an account speaks of pictures, or of where `they` were taken."""
    if account.act not in ANSWERABLE:
        return False
    text = account.span.text
    return speaks_of_images(text, lexicon) or lexicon.pattern("taken_pronouns").search(text) is not None


def _one_holder(left: Slot, right: Slot, mentions: Mentions) -> bool:
    return isinstance(left, Named) and isinstance(right, Named) and mentions.same(left.entity, right.entity)
