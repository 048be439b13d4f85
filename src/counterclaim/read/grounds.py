"""On what grounds a reply surely answers an account told before it; refuses one where a second teller fits as well.

Nearness is no ground. A ground is: the reply's own words name who told it; both speak of pictures; the reply speaks of
a report; both name one method; the reply speaks of what was told as a whole, or opens as an answer to what stands right
before it. Each counts only where one holder, other than the reply's own, has told what fits.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from counterclaim.read.episodes.naming import GENERAL, methods_named
from counterclaim.read.episodes.phrases import words_in
from counterclaim.read.episodes.wording import wording_of
from counterclaim.read.lexicon import Lexicon, common_words, pattern_of
from counterclaim.read.mentions import Mentions
from counterclaim.record.account import Account, EntityType, EpisodeType, Named, Unstated, Worded
from counterclaim.record.passage import Span
from counterclaim.record.vocabulary import vocabulary

Ground = Literal["teller", "pictures", "report", "method", "only", "reply"]
Key = tuple[str, str]
NOTES: dict[Ground, str] = {
    "teller": "Answers what is told by whom its own words name.",
    "pictures": "Answers the one holder who speaks of pictures before it.",
    "report": "Answers the one report told of before it.",
    "method": "Answers the one holder who names the same method before it.",
    "only": "Answers the one holder who tells of ill-treatment before it.",
    "reply": "Answers what stands right before it, as its opening says.",
}
ANSWERABLE = frozenset({"claim", "testimony", "report", "finding"})
SPECIFIC_IMAGE = frozenset({"elsewhere", "old_image", "staged", "altered"})
EMBEDDED = "Told only inside"
HOLDERS_MAX = 8  # looked at before a ground is given up: two that differ are enough to give it up
TELLINGS_MAX = 6  # of one holder: what a person would still list beside a reply
_TELLERS: frozenset[EntityType] = frozenset({"person", "group", "organization"})
_STORIES = frozenset({"did_not_happen", "not_by_us"})
_OF_SOMEBODY = frozenset({"never_detained", "self_inflicted_or_fall", "earlier_injury"})
_OF_AN_INJURY = frozenset({"self_inflicted_or_fall", "earlier_injury"})
_NO_TRACE = frozenset({"none", "not_applicable"})
_TELLING = frozenset({"testimony", "report"})
_EVENTS: frozenset[EpisodeType] = frozenset({"arrest", "detention", "ill_treatment", "injury", "death"})
_ANY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounded:
    """The accounts a reply surely answers, in the order of the text, and why."""

    answers: tuple[Account, ...]
    ground: Ground


class Told:
    """What was told so far, by what it is about and by holder; filled in the order of the text."""

    def __init__(self, accounts: Iterable[Account], mentions: Mentions, lexicon: Lexicon) -> None:
        """Begin before anything was told; who denies in any of the `accounts` of the page is no teller of it."""
        self._deniers = {_key(account) for account in accounts if account.act == "denial"}
        self._mentions = mentions
        self._lexicon = lexicon
        self._rooms: dict[str, dict[Key, list[Account]]] = defaultdict(lambda: defaultdict(list))
        self._last: Account | None = None

    def add(self, account: Account) -> None:
        """Take in one account of the body; what is told only inside a denial is its own object and no telling."""
        if account.note.startswith(EMBEDDED):
            return
        self._last = account
        if account.act not in ANSWERABLE:
            return
        rooms = [*_terms(account.span, self._lexicon.language)]
        text = account.span.text
        if speaks_of_images(text, self._lexicon) or self._lexicon.pattern("taken_pronouns").search(text):
            rooms.append("pictures")
        if account.act == "report" or self._speaks(account.span, "reports"):
            rooms.append("report")
        for room in {*rooms, _ANY}:
            row = self._rooms[room][_key(account)]
            if len(row) <= TELLINGS_MAX:
                row.append(account)

    def named(self, reply: Account) -> Grounded | None:
        """Give what a reply surely answers by a name or by pictures: a lead may say so before the telling, too."""
        pictures = speaks_of_images(reply.span.text, self._lexicon)
        if found := self._by_teller(reply, pictures=pictures):
            return Grounded(answers=found, ground="teller")
        if reply.denial_kind in SPECIFIC_IMAGE:
            return _ground(self._one(reply, "pictures"), "pictures")
        return None

    def grounded(self, reply: Account) -> Grounded | None:
        """Give what a reply surely answers of what was told before it, or None."""
        if (found := self.named(reply)) or reply.denial_kind in SPECIFIC_IMAGE:
            return found
        if self._speaks(reply.span, "reports"):
            return _ground(self._one(reply, "report"), "report")
        if self._speaks(reply.span, "asked"):
            return _ground(self._right_before(reply), "reply")
        if self._speaks(reply.span, "theirs"):
            last = self._right_before(reply)
            return _ground(tuple(a for each in last for a in self._rooms[_ANY][_key(each)]), "reply")
        terms = _terms(reply.span, self._lexicon.language)
        for term in sorted(terms - GENERAL):
            if one := self._one(reply, term):
                return Grounded(answers=one, ground="method")
        if self._speaks(reply.span, "told") or self._tells_another_story(reply, terms):
            return _ground(tuple(a for a in self._one(reply, _ANY) if self._tells(a)), "only")
        return None

    def _tells(self, account: Account) -> bool:
        """Whether an account tells of ill-treatment or of pictures; `the register names nobody` does not."""
        return (
            account.act in _TELLING
            or bool(_terms(account.span, self._lexicon.language))
            or speaks_of_images(account.span.text, self._lexicon)
        )

    def _tells_another_story(self, reply: Account, terms: frozenset[str]) -> bool:
        """Whether a denial speaks of ill-treatment, custody or an injury otherwise than whoever told of it."""
        if reply.denial_kind in _OF_SOMEBODY:
            return True
        if reply.denial_kind not in _STORIES:
            return False
        wording = wording_of(self._lexicon.language)
        events = wording.episodes.hits(words_in(reply.span, self._lexicon.language)) if wording else []
        return bool(terms) or any(hit.value in _EVENTS for hit in events)

    def _one(self, reply: Account, room: str) -> tuple[Account, ...]:
        """What the one holder beside the reply's own has told there; nothing where there are two."""
        out: list[Account] = []
        voices = (
            room == "pictures"
        )  # pictures may speak in the page's own voice; what it tells else is nobody's telling
        rows = [row for row in self._rooms.get(room, {}).values() if voices or not isinstance(row[0].holder, Unstated)]
        if len(rows) > HOLDERS_MAX:
            return ()
        for row in rows:
            if self._is_one(reply, row[0]) or _key(row[0]) in self._deniers:
                continue
            if out and not self._is_one(out[0], row[0]):
                return ()
            out.extend(row)
        return tuple(out[:TELLINGS_MAX])

    def _is_one(self, left: Account, right: Account) -> bool:
        if isinstance(left.holder, Named) and isinstance(right.holder, Named):
            return self._mentions.same(left.holder.entity, right.holder.entity)
        return _key(left) == _key(right)

    def _by_teller(self, reply: Account, *, pictures: bool) -> tuple[Account, ...]:
        if reply.act == "non_denial" and not self._speaks(reply.span, "nouns"):
            return ()  # `As to Ms Q, we do not discuss inmates` answers nothing she told
        own = reply.holder.entity if isinstance(reply.holder, Named) else ""
        tellers: dict[str, tuple[Account, ...]] = {}
        for span, entity in self._mentions.within(reply.span.start, reply.span.end):
            if entity.type not in _TELLERS or (own and self._mentions.same(own, entity.id)):
                continue
            kin = sorted(self._mentions.kin((entity.id,)))
            told = tuple(a for each in kin for a in self._rooms.get(_ANY, {}).get(("entity", each), ()))
            if told and not self._may_be_another(span):
                tellers[_first_named(told)] = told
        if len(tellers) != 1:
            return ()
        told = next(iter(tellers.values()))
        return self._on_the_matter(reply, told, pictures=pictures)

    def _on_the_matter(self, reply: Account, told: tuple[Account, ...], *, pictures: bool) -> tuple[Account, ...]:
        """Of one teller's accounts those on what the reply speaks of, else all that tell; of pictures only those."""
        if pictures:
            told = tuple(a for a in told if speaks_of_images(a.span.text, self._lexicon))
        terms = _terms(reply.span, self._lexicon.language) - GENERAL
        if reply.denial_kind in _OF_AN_INJURY:
            terms |= _traced()  # a fall is put in the place of what could have left the injury
        same = tuple(a for a in told if terms & _terms(a.span, self._lexicon.language))
        left = same or tuple(a for a in told if self._tells(a))
        return tuple(sorted(left, key=lambda a: a.span.start))[:TELLINGS_MAX]

    def _may_be_another(self, span: Span) -> bool:
        """Whether a surname alone may mean a second person whom the page names in full."""
        known = common_words(self._lexicon.language)  # `Sheriff Mirke` has no first name
        firsts = {name for name in self._mentions.words_before(span.text) if name.lower() not in known}
        return " " not in span.text and len(firsts) > 1

    def _right_before(self, reply: Account) -> tuple[Account, ...]:
        last = self._last
        if last is None or last.act not in ANSWERABLE or self._is_one(reply, last) or not self._tells(last):
            return ()
        return (last,)

    def _speaks(self, span: Span, section: str) -> bool:
        return _words(self._lexicon.language)[section].search(span.text) is not None


def speaks_of_images(text: str, lexicon: Lexicon) -> bool:
    """Whether words speak of pictures; `told the website's video channel` shows none."""
    if lexicon.has("not_images"):
        text = lexicon.pattern("not_images").sub(" ", text)
    return lexicon.pattern("images").search(text) is not None


def _ground(answers: tuple[Account, ...], ground: Ground) -> Grounded | None:
    return Grounded(answers=answers, ground=ground) if answers else None


def _key(account: Account) -> Key:
    """Whose an account is: two voices without a name are one only where their words are."""
    match account.holder:
        case Named(entity=entity):
            return "entity", entity
        case Worded(span=span):
            return "words", span.text.lower()
        case _:
            return "nobody", account.id


def _first_named(told: Iterable[Account]) -> str:
    return min(account.id for account in told)


def _terms(span: Span, language: str) -> frozenset[str]:
    return frozenset(method.term for method in methods_named(span, language))


@cache
def _traced() -> frozenset[str]:
    """The methods that may leave a visible trace, by the vocabulary."""
    terms = vocabulary("methods").terms
    return frozenset(
        t.id for t in terms if t.fields.get("expected_visible_trace", {}).get("grade", "none") not in _NO_TRACE
    )


@cache
def _words(language: str) -> dict[str, re.Pattern[str]]:
    text = files("counterclaim.read").joinpath("cues", "answers.json").read_text(encoding="utf-8")
    return {section: pattern_of(phrases) for section, phrases in json.loads(text)[language].items()}
