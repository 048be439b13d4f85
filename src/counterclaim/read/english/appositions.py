"""Who stands before a verb, alone or with the person in apposition; refuses a phrase that a preposition opens."""

from __future__ import annotations

import re

from counterclaim.read.english.holders import Holder, Phrases
from counterclaim.record.account import Named, Slot, Worded

_GOES_BACK = re.compile(r"\s(?:and|after|before|since|until|when)\s*\Z", re.IGNORECASE)
_ROLE_AT_END = re.compile(r"[a-z\d]\s((?:the|a|an|his|her|their|its|our)(?:\s[a-z][\w’'-]*){1,4}),?\s*\Z")
_BOUNDARY = re.compile(
    r"[,;:–—(”]|\s-\s|\b(?:that|which|but|while|whereas|although|because|and|after|before|since|until|when)\b",
    re.IGNORECASE,
)


_AS = re.compile(r"\s*As\s+(?=(?:the|a|an|his|her|their)\b|[A-Z])")  # `As X tells it`
_APPOSED_TYPES = frozenset({"person", "organization"})


class Appositions(Phrases):
    """The noun phrases before the verbs of one sentence."""

    def before(self, left: int) -> Holder | None:
        """The noun phrase that ends at `left`; after a comma, the phrase before the apposition."""
        text = self.masked[:left]
        apposed = text.endswith((",", ")", "—", "–"))
        cuts = [found.end() for found in _BOUNDARY.finditer(text[:-1] if apposed else text)]
        if not apposed:
            for begin in reversed((0, *cuts)):
                opens = _AS.match(self.masked, begin, left)
                found = self.head(opens.end() if opens else begin, left)
                # `X and its partners said`, `the guards who held him after the march said`: where the last part
                # names nobody, the phrase began before the joining word.
                if found or not _GOES_BACK.search(text[:begin]):
                    return found
            return None
        if named := self._person_apposed(cuts, left):
            return named
        return self._first_of(cuts, left)

    def _first_of(self, cuts: list[int], left: int) -> Holder | None:
        """The first phrase of the sentence that can hold the verb, with the person in apposition to it."""
        text = self.masked[:left]
        for cut in (0, *cuts):
            begin = cut
            # The first phrase of the sentence that is not introduced by a preposition: `In May, X, who ..., said`.
            first = re.match(r"\s*([^\W\d_]+)", text[begin:])
            stop = next((cut for cut in cuts if cut > begin), left)
            if first and first.group(1) == "As":
                begin += first.end()  # `As X, his lawyer, put it`
            elif first and first.group(1).lower() in self.lexicon.words("prepositions"):
                late = self._late_role(begin, stop)
                if late is None:
                    continue
                return self._apposed_name(stop, cuts, left, late)
            found = self.head(begin, stop)
            if found and (isinstance(found[0], Worded) or self._is_office(found[0])):
                return self._apposed_name(stop, cuts, left, found)
            if found:
                return found
        return None

    def _person_apposed(self, cuts: list[int], left: int) -> Holder | None:
        """`..., its press secretary, X, said`: a person right before the verb, in apposition to a role before."""
        end = len(self.masked[:left].rstrip(" ,"))
        if len(cuts) < 2:  # noqa: PLR2004  # the role and the name both stand behind a joint
            return None
        begin, stop = cuts[-2], cuts[-1]
        for where, entity in self.mentions.within(self.sentence.start + stop, self.sentence.start + end):
            titled = self.masked[stop : where.start - self.sentence.start].split()
            known = all(word.strip(".") in self.lexicon.words("titles") for word in titled)
            if entity.type not in _APPOSED_TYPES or where.end != self.sentence.start + end or not known:
                return None
            role = self.head(begin, stop)
            return (Named(entity=entity.id), where, role[2]) if role and isinstance(role[0], Worded) else None
        return None

    def with_name(self, found: Holder, until: int) -> Holder:
        """`..., said its chairwoman, X.`: the person in apposition behind a role."""
        rows = self.mentions.within(self.sentence.start + until, self.sentence.end)
        if not isinstance(found[0], Worded) or not rows:
            return found
        ahead = self.masked[until : rows[0][0].start - self.sentence.start]
        titled = all(word.strip(".") in self.lexicon.words("titles") for word in ahead[1:].split())
        if rows[0][1].type == "person" and ahead.startswith(", ") and titled:
            return Named(entity=rows[0][1].id), rows[0][0], found[2]
        return found

    def _late_role(self, begin: int, stop: int) -> Holder | None:
        """`Before the appeals court their lawyer, X, argued`: the role an opening phrase ends in is the subject."""
        found = _ROLE_AT_END.search(self.masked, begin, stop)
        return self.head(found.start(1), found.end(1)) if found else None

    def _is_office(self, slot: Slot) -> bool:
        """Whether a body is named that a person in apposition may hold: `The Ombudsman, Ida Fenn, said`."""
        return isinstance(slot, Named) and self.mentions.entity(slot.entity).type in {"public_body", "organization"}

    def _apposed_name(self, stop: int, cuts: list[int], left: int, worded: Holder) -> Holder:
        """`His lawyer, Ida Fenn, said`: the name in apposition is the holder."""
        end = next((cut for cut in cuts if cut > stop), left)
        for where, entity in self.mentions.within(self.sentence.start + stop, self.sentence.start + end):
            ahead = self.masked[stop : where.start - self.sentence.start].split()
            titled = all(word.strip(".") in self.lexicon.words("titles") for word in ahead)
            if entity.type == "person" and titled and self.masked[stop:end].strip(" ,").endswith(where.text):
                return Named(entity=entity.id), where, worded[2]
        # `The company that runs the jail, X Ltd, has not ...`: the name stands behind what is told of it.
        close = len(self.masked[:left].rstrip(" ,"))
        for where, entity in self.mentions.within(self.sentence.start + stop, self.sentence.start + close)[-1:]:
            opening = self.masked[: where.start - self.sentence.start]
            if entity.type == "organization" and where.end == self.sentence.start + close and opening.endswith(", "):
                return Named(entity=entity.id), where, worded[2]
        return worded
