"""The noun phrases of a Russian sentence and who can be the subject of a verb in it; refuses an oblique case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.russian.classify import role_forms
from counterclaim.read.russian.endings import agrees, case_of, forms_of, gender_of_name, plain
from counterclaim.read.russian.heads import ADJECTIVE, body_gender, head_gender
from counterclaim.read.russian.marks import spoken_of
from counterclaim.record.account import Entity, Named, Slot, Worded
from counterclaim.record.passage import Span

Subject = tuple[Slot, Span, int]
"""Who it is, the words that say so, and the offset in the document where the phrase begins."""
CHAIN_WORDS_MAX = 12  # `начальник пресс-службы главного управления министерства ... полковник X`
GENITIVE_WORDS_MAX = 5
MODIFIERS_MAX = 3
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*\.?")
GENITIVE = re.compile(r"(?:[аяыи]|ов|ев|ей|ого|его|ой|ых|их|ости|ений|аний)\Z")
VERBAL = re.compile(r"(?:л|ла|ло|ли|лся|лась|лись|ет|ит|ют|ят|ут|ат|ется|ются|ть|ться|в|вши|я)\Z")
_SOURCES = frozenset({"источник", "источники", "собеседник", "источника", "собеседники"})
_SOURCE_IN = re.compile(r"\s+(?:в|из|близкий к)\s+[а-яёА-ЯЁ-]{3,}")
_TITLE = re.compile(r"\s*[«“\"„]")
_TITLED = frozenset({"organization", "media", "public_body"})
_MARKS = frozenset('«»“”„"')
POSSESSIVES = frozenset(
    {"его", "ее", "их", "мой", "моя", "мои", "наш", "наша", "наши", "сам", "сама", "сами", "один", "одна"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word of the sentence with its offsets in it."""

    start: int
    end: int
    text: str

    @property
    def low(self) -> str:
        """The word in small letters with е for ё."""
        return plain(self.text)


@cache
def _roles(gender: str) -> frozenset[str]:
    return frozenset(plain(role) for role in lexicon_of("ru").table("roles")[gender])


@cache
def _relations() -> frozenset[str]:
    return frozenset(form for word in lexicon_of("ru").words("relations") for form in forms_of(word))


@cache
def commons() -> dict[str, str]:
    """Give the bodies and documents told by a common noun that may speak, in the nominative: `комитет`."""
    table = lexicon_of("ru").table("common_subjects")
    return {plain(word): gender for gender, words in table.items() for word in words}


@cache
def _common_obliques() -> frozenset[str]:
    return frozenset(form for word in commons() for form in forms_of(word)) - frozenset(commons())


def role_gender(low: str) -> str:
    """Give m, f or p where a word is a role in the nominative, e where it may be a man's or a woman's, else blank."""
    found = [gender for gender in ("m", "f", "p") if low in _roles(gender)]
    return "e" if len(found) > 1 and "p" not in found else found[0] if found else ""


class Phrases:
    """One sentence with its words, its mentions, and the words of others masked."""

    def __init__(self, sentence: Span, mentions: Mentions) -> None:
        self.sentence = sentence
        self.mentions = mentions
        self.rows = [
            (where, entity)
            for where, entity in mentions.within(sentence.start, sentence.end)
            if not (entity.type == "country" and where.text[:1].islower())
        ]
        masked = list(sentence.text)
        self.quoted: list[tuple[int, int]] = []
        for start, end in spoken_of(sentence.text):
            named = any(
                w.start <= sentence.start + start + 1 and w.end >= sentence.start + end - 1 for w, _ in self.rows
            )
            masked[start:end] = " " * (end - start)
            if not named:
                self.quoted.append((start, end))
        for index, letter in enumerate(masked):
            if letter in _MARKS:
                masked[index] = " "
        self.masked = "".join(masked)
        self.rows = [
            (w, e) for w, e in self.rows
            if not any(a <= w.start - sentence.start < b for a, b in self.quoted)
        ]  # fmt: skip
        self.tokens = [
            Token(start=f.start(), end=f.end() - f.group().endswith("."), text=f.group().rstrip("."))
            for f in _WORD.finditer(self.masked)
        ]

    def span(self, begin: int, end: int) -> Span:
        """Give the words at [begin, end) of the sentence without blanks and commas around them."""
        text = self.sentence.text[begin:end]
        left = len(text) - len(text.lstrip(" ,\n\t«“"))
        kept = text.strip(" ,\n\t")
        kept = kept.lstrip("«“") if left else kept
        start = self.sentence.start + begin + left
        return Span(start=start, end=start + len(kept), text=kept)

    def subject_in(self, begin: int, end: int, verb: str) -> Subject | None:
        """The first phrase in [begin, end) that stands in the nominative and agrees with the verb."""
        for start, kind in self.heads(begin, end):
            if self._is_governed(start):
                continue
            found = self._role(start, end, verb) if isinstance(kind, str) else self._entity(start, kind, verb)
            if found:
                return found
        return None

    def phrase_at(self, begin: int, end: int) -> Subject | None:
        """The phrase that begins right at `begin`, in any case: for what a preposition governs."""
        for start, kind in self.heads(begin, end):
            if self._words_between(begin, start) > MODIFIERS_MAX:
                return None
            if isinstance(kind, str):
                return self._role(start, end, None)
            where, entity = kind
            return Named(entity=entity.id), where, where.start
        return None

    def _words_between(self, begin: int, end: int) -> int:
        return sum(1 for token in self.tokens if begin <= token.start < end and not ADJECTIVE.search(token.low))

    def heads(self, begin: int, end: int) -> list[tuple[int, str | tuple[Span, Entity]]]:
        """Every role word and every mention in [begin, end), by place."""
        out: list[tuple[int, str | tuple[Span, Entity]]] = []
        for where, entity in self.rows:
            at = where.start - self.sentence.start
            if begin <= at and where.end - self.sentence.start <= end:
                out.append((at, (where, entity)))
        inside = [
            (w.start - self.sentence.start, w.end - self.sentence.start) for w, e in self.rows if e.type != "group"
        ]
        out.extend(
            (token.start, token.low)
            for token in self.tokens
            if begin <= token.start
            and token.end <= end
            and (token.low in role_forms() or self._speaks_first(token, begin))
            and not any(a <= token.start < b for a, b in inside)
        )
        # A role word that is itself a group's name is read as a role.
        roles = {at for at, kind in out if isinstance(kind, str)}
        return sorted(
            ((at, k) for at, k in out if isinstance(k, str) or at not in roles or k[1].type != "group"),
            key=lambda row: row[0],
        )

    def _speaks_first(self, token: Token, begin: int) -> bool:
        """Whether a common noun that may speak opens its stretch, as a subject does and an object does not."""
        if token.low not in commons():
            return False
        start = self._with_modifiers(token.start)
        return len(self.masked[begin : max(begin, start)].split()) <= 1

    def before(self, at: int) -> list[Token]:
        """The words before an offset, in order."""
        return [token for token in self.tokens if token.end <= at]

    def _is_governed(self, at: int) -> bool:
        """Whether a preposition governs the phrase at `at`, over the adjectives between."""
        ahead = self.before(at)
        while (
            ahead and (ADJECTIVE.search(ahead[-1].low) or ahead[-1].low in POSSESSIVES) and self._touch(ahead[-1], at)
        ):
            at = ahead.pop().start
        if not ahead or not self._touch(ahead[-1], at):
            return False
        low = ahead[-1].low
        return low in lexicon_of("ru").words("prepositions") and low != "как"

    def _touch(self, token: Token, at: int) -> bool:
        return not re.search(r"[,;:—–.!?]", self.masked[token.end : at])

    def _entity(self, start: int, row: tuple[Span, Entity], verb: str) -> Subject | None:
        where, entity = row
        if entity.type == "person":
            return self._person(where, entity, verb)
        if entity.type in {"country", "place"}:
            return (
                (Named(entity=entity.id), where, where.start)
                if verb in {"s", "m", "f", "n"} and entity.type == "country" and plain(where.text)[-1] not in "еиую"
                else None
            )
        if entity.type == "group":
            return (
                (Named(entity=entity.id), where, where.start)
                if verb == "p" and re.search(r"[ыи]е?\Z", plain(where.text))
                else None
            )
        if not self._is_nominative_body(start, where, verb):
            return None
        return Named(entity=entity.id), where, where.start

    def _is_nominative_body(self, start: int, where: Span, verb: str) -> bool:
        """Whether a body's name can be the subject: by its head, by the noun before it, by its letters."""
        first = _WORD.match(where.text)
        low = plain(first.group()) if first else ""
        ahead = self.before(start)
        in_quotes = start > 0 and self.sentence.text[start - 1] in '«“"„'
        last = ahead[-1].low if ahead and self._touch(ahead[-1], start) else ""
        if in_quotes or where.text.isupper() or re.match(r"[A-Za-z]", where.text):
            gender = head_gender(last) or commons().get(last, "")
            if last in _common_obliques():
                return False
            if in_quotes and not gender and re.search(r"(?:у|ю|ому|ему|ой|ям|ам)\Z", low):
                return False  # `рассказала «Голосу Севера»`: whom it was told
            if gender:
                return gender != "oblique" and agrees(gender, verb)
            return verb != "p" and last not in role_forms()
        if verb == "p":
            return re.search(r"(?:[ыи]е?)\Z", low) is not None and low.startswith(
                ("власт", "правоохранительн", "спецслужб")
            )
        gender = body_gender(where.text)
        if last and (last in role_forms() or head_gender(last)):
            return False
        return gender != "oblique" and agrees(gender, verb)

    def _person(self, where: Span, entity: Entity, verb: str | None) -> Subject | None:
        tokens = where.text.split()
        case = case_of(tokens)
        if verb is not None and (case == "oblique" or verb == "p"):
            return None
        gender = gender_of_name(tokens)
        if verb in {"m", "f"} and gender not in {"e", verb} and not (case == "either" and verb == "f"):
            return None
        if case == "either" and verb == "m" and len(tokens) == 1 and re.search(r"(?:[оеё]ва|[иы]на)\Z", where.text):
            return None
        return Named(entity=entity.id), where, where.start

    def _role(self, start: int, end: int, verb: str | None) -> Subject | None:
        """A role and what belongs to it: the person it introduces, else the words themselves."""
        token = next(t for t in self.tokens if t.start == start)
        gender = role_gender(token.low) or commons().get(token.low, "")
        if verb is not None and (not gender or not self._role_agrees(gender, verb)):
            return None
        begins = self._with_modifiers(start)
        person = self._introduced(token, end, verb, gender)
        if person:
            return person[0], person[1], self.sentence.start + begins
        title = _TITLE.match(self.sentence.text, token.end)
        at = self.sentence.start + title.end() if title else -1
        for where, entity in self.rows:
            if where.start == at and entity.type in _TITLED:
                return Named(entity=entity.id), where, self.sentence.start + begins  # `газета «X»`
        until = self.genitive_end(token.end, end)
        within = _SOURCE_IN.match(self.masked, until) if token.low in _SOURCES else None
        span = self.span(begins, self.genitive_end(within.end(), end) if within else until)
        return Worded(span=span), span, self.sentence.start + begins

    def _role_agrees(self, gender: str, verb: str) -> bool:
        if verb == "":
            return True
        if gender == "e":
            return verb in {"m", "f", "s"}
        # `адвокат заявила`, `министр сказала`: the noun is a man's word, the verb a woman's.
        return agrees(gender, verb) or (gender == "m" and verb == "f")

    def _introduced(self, role: Token, end: int, verb: str | None, gender: str) -> Subject | None:
        """The person whom the role introduces: not the one whose lawyer or mother it is."""
        for where, entity in self.rows:
            at = where.start - self.sentence.start
            if at < role.end or at >= end or entity.type != "person":
                continue
            between = self.masked[role.end : at]
            if re.search(r"[;:—–(.!?,]", between) or len(between.split()) > CHAIN_WORDS_MAX:
                return None
            following = self.masked[where.end - self.sentence.start :][:3].strip()
            if len(where.text.split()) == 1 and following[:1].isupper():
                continue  # `глава Роскома Анатолий Белов`: whose, and then who
            found = self._apposed(role, where, entity, verb, gender, adjacent=not between.strip())
            if found or not following[:1].isupper():  # `сослуживец Лушина Илья Бараш`: whose, and then who
                return found
        return None

    def _apposed(
        self, role: Token, where: Span, entity: Entity, verb: str | None, gender: str, *, adjacent: bool
    ) -> Subject | None:
        tokens = where.text.split()
        case, sex = case_of(tokens), gender_of_name(tokens)
        relation = role.low in _relations()
        if verb is None:
            # After a preposition both stand in one case; a relation is somebody's.
            if relation and adjacent and (sex == "m") != (role_gender_of_form(role.low) == "m"):
                return None
            return (Named(entity=entity.id), where, where.start) if case != "nominative" or not relation else None
        if case == "oblique" or gender == "p":
            return None
        if case == "either" and adjacent and relation and len(tokens) == 1:
            return None  # `жена Иванова говорит`
        found = self._person(where, entity, verb)
        if case == "either" and verb == "s" and self._has_masculine(where.text):
            return None
        return found

    def _has_masculine(self, name: str) -> bool:
        """Whether the page also names the man whose name in the genitive this may be."""
        last = plain(name.rsplit(maxsplit=1)[-1])
        if not re.search(r"(?:[оеё]ва|[иы]на)\Z", last):
            return False
        return any(
            plain((e.name or "").split()[-1]) == last[:-1]
            for _, e in self.mentions.within(0, self.sentence.end)
            if e.name
        )

    def _with_modifiers(self, start: int) -> int:
        ahead = self.before(start)
        for _ in range(MODIFIERS_MAX):
            if not ahead or not self._touch(ahead[-1], start):
                break
            low = ahead[-1].low
            if not (ADJECTIVE.search(low) or low in POSSESSIVES) or low in {"это", "об"}:
                break
            start = ahead.pop().start
        return start

    def genitive_end(self, at: int, end: int) -> int:
        """Give where the genitives that belong to a role end: `представитель службы безопасности`."""
        for _ in range(GENITIVE_WORDS_MAX):
            row = next((w for w, e in self.rows if w.start - self.sentence.start == self._next(at)), None)
            if row is not None:
                at = min(row.end - self.sentence.start, end) if row.end - self.sentence.start <= end else at
                continue
            token = next((t for t in self.tokens if t.start == self._next(at)), None)
            if token is None or token.end > end or not GENITIVE.search(token.low) or _VERBAL_END.search(token.low):
                break
            if lexicon_of("ru").is_function_word(token.text) and token.low not in _NOUN_LIKE:
                break
            if token.low.endswith("ски"):
                break  # `категорически`
            at = token.end
        return at

    def _next(self, at: int) -> int:
        gap = re.compile(r"[ \u00a0]*[«“\"„]?").match(self.masked, at)
        return gap.end() if gap else at


_VERBAL_END = re.compile(r"(?:ли|ла|ются|ется)\Z")
_NOUN_LIKE = frozenset({"полиции", "прокуратуры", "министерства", "ведомства", "следствия"})


def role_gender_of_form(low: str) -> str:
    """Give m where a role in any case is a man's word, else f."""
    return "m" if any(low in forms_of(role) for role in _roles("m")) else "f"
