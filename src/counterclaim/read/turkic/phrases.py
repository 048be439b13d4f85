"""The noun phrases of a sentence that can speak, with their case; refuses a phrase that stands in quotation marks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from counterclaim.read.casing import lowered
from counterclaim.read.mentions import Mentions
from counterclaim.read.sentences import quoted_ranges
from counterclaim.read.turkic.endings import Case, Ending, ending_of, ends_in_vowel
from counterclaim.read.turkic.tokens import Token, masked_of, tokens_of
from counterclaim.read.turkic.words import Noun, Words
from counterclaim.record.account import Entity, Named, Slot, Undetermined, Unstated, Worded
from counterclaim.record.passage import Span

SENTENCE_CHARACTERS_MAX = 4000  # a longer one is a list, a table or hostile
CHAIN_GAP_WORDS = 2  # `Nazirliyin [mətbuat xidmətinin] rəhbəri`
_AGENT = re.compile(r"(\w{3,12}?(?:ç[ıiuü]|şünas))((?:l[aə]r)?\w{0,6})\Z")
_PLAIN = Ending(case="nom", owned=False, plural=False)
_BODIES = frozenset({"public_body", "organization", "court", "media", "facility", "country", "place", "group"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One noun phrase: where it begins, the words that name its head, where its last word ends, and its case."""

    start: int
    head: Span
    end: int
    case: Case
    owned: bool
    plural: bool
    entity: Entity | None
    pronoun: str | None = None
    role: bool = False
    led: bool = False
    """Whether a noun before it says whose or of what it is."""


class Sentence:
    """A sentence with its quotations blanked, its words and its noun phrases."""

    def __init__(self, span: Span, mentions: Mentions, words: Words) -> None:
        """Read the phrases once."""
        self.span = span
        self.mentions = mentions
        self.words = words
        self.masked = masked_of(span, words.language)
        quoted = quoted_ranges(span.text)
        # “Amnesty International” in quotation marks is a name, no speech.
        names = [
            w
            for w, _ in mentions.within(span.start, span.end)
            if any(span.start + a + 1 == w.start and w.end == span.start + b - 1 for a, b in quoted)
        ]
        self.tokens = tuple(
            token
            for token in tokens_of(span, words.language)
            if not any(a <= token.start - span.start < b for a, b in quoted)
            or any(w.start - 1 <= token.start and token.end <= w.end for w in names)
        )
        readable = len(span.text) <= SENTENCE_CHARACTERS_MAX
        self.phrases = self._chained(self._single()) if readable else ()

    def cut(self, start: int, end: int) -> Span:
        """Give the words at [start, end) of the document."""
        return Span(start=start, end=end, text=self.span.text[start - self.span.start : end - self.span.start])

    def between(self, start: int, end: int) -> str:
        """Give the small letters between two offsets of the document."""
        return self.masked[start - self.span.start : end - self.span.start]

    def slot(self, phrase: Phrase) -> Slot:
        """Give the slot a phrase fills."""
        if phrase.pronoun:
            found = self.mentions.pronoun(phrase.head, phrase.pronoun)
            if phrase.pronoun == "one" and isinstance(found, Worded):
                body = self.mentions.pronoun(phrase.head, "body")
                return body if isinstance(body, Named | Undetermined) else found
            return found
        return Named(entity=phrase.entity.id) if phrase.entity else Worded(span=phrase.head)

    def nobody(self, kind: str = "one") -> Slot:
        """Give the slot of a subject that the verb leaves out: the one somebody named before, or nobody."""
        at = self.span.start
        found = self.mentions.pronoun(Span(start=at, end=at, text=""), kind)
        return Unstated() if isinstance(found, Worded) else found

    def _single(self) -> list[Phrase]:
        taken: list[tuple[int, int]] = []
        out = []
        for where, entity in self.mentions.within(self.span.start, self.span.end):
            token = next((t for t in self.tokens if t.start < where.end <= t.end), None)
            if token is None:
                continue
            ending = self._ending(where, token)
            taken.append((where.start, token.end))
            out.append(
                Phrase(
                    start=where.start,
                    head=where,
                    end=token.end,
                    case=ending.case,
                    owned=ending.owned,
                    plural=ending.plural or entity.type == "group",
                    entity=entity,
                )
            )
        free = [t for t in self.tokens if not any(a < t.end and t.start < b for a, b in taken)]
        for index, token in enumerate(free):
            found = self._pronoun(token) or self._role(token, free[index - 1] if index else None)
            if found:
                out.append(found)
        out.extend(self._one_of(out))
        return sorted(out, key=lambda phrase: phrase.start)

    def _ending(self, where: Span, token: Token) -> Ending:
        """The case of a mention: what follows it in its word, or what its own noun says."""
        rest = token.low[where.end - token.start :].lstrip("'’ʼ-‑")
        own = lowered(where.text[max(0, token.start - where.start) :], self.words.language)
        noun = self.words.noun(own, self.words.heads) or self.words.noun(own, self.words.common_bodies)
        if not noun and len(rest) == 1 and rest in "ıiuü" and not ends_in_vowel(own):
            return Ending(case="acc", owned=False, plural=False)  # a name is owned by nobody
        if rest:
            found = ending_of(own, rest, loose=True)
            return replace(found, plural=noun.ending.plural) if found and noun else found or _PLAIN
        return noun.ending if noun else _PLAIN

    def _one_of(self, phrases: list[Phrase]) -> list[Phrase]:
        """`Şahidlərdən biri`, `tanıklardan ikisi`: some of those who are named by what they are."""
        some, out = self.words.small("some_of_them"), []
        for phrase in phrases:
            token = next((t for t in self.tokens if t.start == phrase.end + 1), None)
            group = phrase.plural and phrase.case in {"abl", "gen"}
            if (
                group
                and token is not None
                and token.low in some
                and self.span.text[token.end - self.span.start :][:1] != ","
            ):
                head = self.cut(phrase.start, token.end)
                out.append(
                    Phrase(
                        start=phrase.start, head=head, end=token.end, case="nom", owned=False,
                        plural=False, entity=None, role=True, led=True,
                    )
                )  # fmt: skip
        return out

    def _pronoun(self, token: Token) -> Phrase | None:
        for section, case in (("pronouns", "nom"), ("pronouns_gen", "gen"), ("pronouns_dat", "dat")):
            kind = self.words.lexicon.table(section).get(token.low)
            if kind:
                return Phrase(
                    start=token.start, head=self.cut(token.start, token.end), end=token.end, case=case,  # type: ignore[arg-type]
                    owned=False, plural=kind == "many", entity=None, pronoun=kind,
                )  # fmt: skip
        return None

    def _role(self, token: Token, before: Token | None) -> Phrase | None:
        start = token.start
        found = None
        if before is not None and token.start - before.end == 1:
            found = self.words.noun(f"{before.low} {token.small}", self.words.roles)
            start = before.start if found else start
        found = found or self.words.noun(token.small, self.words.roles) or self._agent(token)
        if found is None or (token.low == found.stem and found.stem in self.words.small("adjective_roles")):
            return None
        ending = found.ending
        if token.bare < len(token.text):
            ending = ending_of(token.small, token.rest, loose=True) or ending
        return Phrase(
            start=start, head=self.cut(start, token.end), end=token.end, case=ending.case,
            owned=ending.owned, plural=ending.plural, entity=None, role=True,
        )  # fmt: skip

    def _agent(self, token: Token) -> Noun | None:
        """`Salnaməçi`, `sənətşünas`: in Azerbaijani `-çı` and `-şünas` make a noun of who does it, whatever it is."""
        hit = _AGENT.match(token.small) if self.words.language == "az" else None
        ending = ending_of(hit.group(1), hit.group(2)) if hit else None
        return Noun(kind="role", stem=hit.group(1), ending=ending, bare=len(hit.group(1))) if hit and ending else None

    def _chained(self, phrases: list[Phrase]) -> tuple[Phrase, ...]:
        """Join what stands together: `Nazirliyin sözçüsü`, `vəkil Samir Qəhrəmanlı`, `Polis sözcüsü`."""
        out: list[Phrase] = []
        for phrase in phrases:
            last = out[-1] if out else None
            gap = self.between(last.end, phrase.start) if last else ","
            if last is None or not self._joins(last, phrase, gap):
                out.append(phrase)
                continue
            whole = phrase
            if phrase.role:
                whole = replace(phrase, head=self.cut(last.start, phrase.end))
            if phrase.entity is not None and last.entity is not None and self._is_part(last, phrase):
                whole = replace(phrase, head=last.head, entity=last.entity)  # `Nazirliyin mətbuat xidməti`
            out[-1] = replace(whole, start=last.start, led=True)
        return tuple(out)

    def _is_person(self, phrase: Phrase) -> bool:
        return phrase.entity is not None and phrase.entity.type == "person"

    def _is_office(self, phrase: Phrase) -> bool:
        """Whether a common noun for a body is one for somebody in it: `polis əməkdaşı X`."""
        last = lowered(phrase.head.text.split()[-1], self.words.language)
        return phrase.entity is not None and self.words.noun(last, self.words.roles) is not None

    def _is_part(self, last: Phrase, phrase: Phrase) -> bool:
        """Whether a common noun says which part of a named body speaks: it speaks as that body."""
        named = last.entity is not None and last.entity.type in _BODIES and last.head.text[0].isupper()
        return named and last.case == "gen" and phrase.head.text[0].islower()

    def _joins(self, last: Phrase, phrase: Phrase, gap: str) -> bool:
        if any(mark in gap for mark in ",;:.“–—"):
            return False
        words = gap.split()
        if phrase.entity is not None and phrase.entity.type == "person":
            office = last.role or self._is_office(last)
            titled = phrase.case == "nom" or (phrase.case == "gen" and last.role and not last.owned)
            return office and last.case == "nom" and not words and titled
        bare = last.role and last.case == phrase.case == "nom" and not (words or last.owned or last.plural)
        if bare and not phrase.owned and (phrase.role or self._is_office(phrase)):
            return True  # `sanık polis X`, `tanık astsubay X`
        if (
            phrase.role
            and last.role
            and last.owned
            and last.case == phrase.case == "nom"
            and not (words or last.plural)
        ):
            return True  # `iki uşaq atası jurnalist X`
        if phrase.role and phrase.owned:
            owner = last.case == "gen" or (last.case == "nom" and (last.entity is not None or last.role))
            if last.case == "nom" and (phrase.case not in {"nom", "gen"} or self._is_person(last)):
                return False  # `X vəkilinə bildirib`: X is the one who told
            near = len(words) <= CHAIN_GAP_WORDS and (
                last.case == "gen" or set(words) <= self.words.small("role_adjectives")
            )
            return owner and near and last.pronoun is None
        body = phrase.entity is not None and phrase.entity.type in _BODIES
        return body and phrase.owned and not words and last.entity is not None and last.entity.type in _BODIES
