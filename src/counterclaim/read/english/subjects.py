"""Whose verb it is, told by the words around it; refuses a phrase that is no noun phrase and a speaker not printed."""

from __future__ import annotations

import re
from functools import cache

from counterclaim.read.english.holders import Holder, Phrases
from counterclaim.read.english.verbs import Verb, quoting_words
from counterclaim.record.account import Named, Worded

PHRASE_WORDS_MAX = 14  # `a senior official of the department's regional office in the north of the country`
APPOSED_CHARACTERS_MAX = 90  # a name of five words with two titles
REACH_CHARACTERS_MAX = 500  # between a verb and the beginning of its clause
_END_OF_PHRASE = re.compile(
    r"[,;:!?()\[\]“”\"—–\n]|\s-\s"
    r"|(?<!\b[A-Z])(?<!\bMr|\bMs|\bDr|\bSt|\bJr|\bLt)(?<!\bMrs|\bGov|\bSen|\bRep|\bRev|\bGen|\bCol|\bSgt)\.(?:\s|\Z)"
)
_LATER = re.compile(
    r"\s(?:in|on|at|during|after|before|as|when|while|to|that|who|which|with|by|last|this|early|late|yesterday|today"
    r"|earlier|later|about|via|through|from|is|was|are|were|has|had|have|[A-Z]?[a-z]+day)\b"
)
_WORD_BEFORE = re.compile(r"([^\W\d_]+(?:[’'-][^\W\d_]+)*)\s*\Z")
_CAPITALS_AT_END = re.compile(
    r"(?:(?:the|a|an|The|A|An)\s+)?(?:[A-Z][^\s,;:]*\s+(?:(?:of|for|the|and|de|van|von|al)\s+)*){0,7}[A-Z][^\s,;:]*\Z"
)
_PHRASE_AT_END = re.compile(
    r"\b(?:the|a|an|his|her|their|its|our|my|one|some|another|several|many)\s+(?:[\w’'-]+\s+){0,5}[\w’'-]+\Z",
    re.IGNORECASE,
)
_PRONOUNS = frozenset({"he", "she", "they", "it", "i", "we"})
_OBJECTS = re.compile(r"\s*(him|her|them)\b(?!\s+[a-z]+(?:er|or|ist|man|woman)\b)")
_APPOSED = re.compile(r"\s*,\s+")
_CLOSED = re.compile(r"\s*(?:[,.;:“”\"(—–]|\Z)")
_JOINED = re.compile(r"\band\s+(?:[A-Z][\w.’'-]*\s*){1,3}\Z")
_MODALS = frozenset({"would", "will", "can", "could", "may", "might", "did", "does", "do"})
_PASSIVE = frozenset({"was", "were", "been", "be", "being", "is", "are", "am"})
_FINITE = re.compile(r"\s(?:[a-z]+ed|is|was|are|were|has|had|have|will|would|can|could|may|might|did|does|do)\b")


@cache
def _boundary() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in quoting_words("clause_openers") if word != "to")
    return re.compile(rf"[,;:(“”\"—–\n)]|\s-\s|[.!?]\s|\b(?:{words})\b(?=\s|\Z)", re.IGNORECASE)


class Subjects(Phrases):
    """The subjects of the verbs of one paragraph, with its quotations masked. Offsets are the paragraph's."""

    def of(self, verb: Verb, floor: int) -> Holder | None:
        """Give who does what the verb says, looking no farther back than `floor`; None where nobody is told."""
        if verb.form == "phrase":
            return self.following(verb.end)
        floor = max(floor, verb.start - REACH_CHARACTERS_MAX)
        lead = self._word_before(verb.start, floor)
        bare = verb.form == "base" and lead == "to"
        if bare or (verb.form == "participle" and lead in self.lexicon.words("prepositions")):
            return self.leading(floor, verb.start)  # `X went on to accuse`, `X answered by saying`
        left = self.without_auxiliaries(verb.start, floor)
        segment = self.masked[floor:left]
        if self._is_no_verb(verb, left) or not segment.strip():
            return None
        if segment.rstrip().endswith((",", ")", "—", "–", "-")):
            return self.leading(floor, left)
        return self._before(verb, floor, left)

    def _before(self, verb: Verb, floor: int, left: int) -> Holder | None:
        """The subject of the clause whose words before the verb end at `left`."""
        begin, word = floor, ""
        for opening in _boundary().finditer(self.masked, floor, left):
            begin, word = opening.end(), opening.group().lower().strip()
        piece = self.masked[begin:left].split()
        relative = word in {"who", "which"}
        if not piece:
            if relative or word == "that":
                return self._antecedent(floor, begin - len(word))
            return self.leading(floor, left) if word in {"and", "but", "or", "then", "so"} else None
        if relative and piece[0].lower() in self.lexicon.words("prepositions"):
            return self._antecedent(floor, begin - len(word))  # `X, who in 2031 said`
        near = verb.form == "participle" and not _PASSIVE & set(self.masked[left : verb.start].lower().split())
        found = self.phrase(begin, left, near=near)
        if near and found and found[1] and found[1].text.lower() in self._times():
            return self.leading(floor, left)  # `X wrote early on Friday saying`
        return found

    def following(self, at: int) -> Holder | None:
        """Give the noun phrase that begins at `at`: `said X, the chairman`, `according to X`."""
        if objects := _OBJECTS.match(self.masked, at):
            span = self.span(*objects.span(1))
            kind = "many" if objects.group(1) == "them" else "one"
            return self.mentions.pronoun(span, kind), span, span.start
        piece = self.masked[at : at + REACH_CHARACTERS_MAX]
        end = _END_OF_PHRASE.search(piece, 1)
        stop = end.start() if end else len(piece)
        later = _LATER.search(piece, len(piece) - len(piece.lstrip()), stop)
        stop = later.start() if later else stop
        for where, _ in self.mentions.within(self.sentence.start + at, self.sentence.start + at + stop + 40):
            if where.start < self.sentence.start + at + stop < where.end:
                stop = where.end - self.sentence.start - at
        if not piece[:stop].strip() or len(piece[:stop].split()) > PHRASE_WORDS_MAX:
            return None
        return self.phrase(at, at + stop, near=False)

    def leading(self, floor: int, until: int) -> Holder | None:
        """Give the first noun phrase of the sentence that holds `until`: `X, who had come, paused, adding`."""
        begin, until = floor, min(until, floor + REACH_CHARACTERS_MAX)
        for _ in range(3):  # `On Monday, in the capital, X ...`
            piece = self.masked[begin:until]
            first = re.match(r"[\s,]*([^\W\d_]+(?:[’'-][^\W\d_]+)*)", piece)
            if first is None:
                return None
            word = first.group(1).lower()
            opens = word in self.lexicon.words("prepositions") or word in quoting_words("clause_openers")
            opens = opens or (word.endswith(("ing", "ly")) and "," in piece)
            plain = self.lexicon.is_function_word(word) and word not in quoting_words("phrase_openers")
            opens = opens or plain or word.capitalize() in quoting_words("asides")
            comma = piece.find(",", first.end())
            if not opens or comma < 0:
                break
            begin += comma + 1
        stop = _END_OF_PHRASE.search(self.masked, begin + 1, until)
        end = stop.start() if stop else until
        opener = re.compile(r"\s+(?:who|which|that)\b").search(self.masked, begin, end)
        end = opener.start() if opener else end
        finite = _FINITE.search(self.masked, begin + 1, end)
        end = min(finite.start() if finite else end, self._past(begin + 1, end))
        return self.phrase(begin, end, near=False)

    def phrase(self, begin: int, end: int, *, near: bool) -> Holder | None:
        """Give the holder a stretch of words names, as printed; `near` takes what stands last in it."""
        text = self.masked[begin:end]
        begin += len(text) - len(text.lstrip(" ,"))
        end -= len(text) - len(text.rstrip(" ,"))
        words = self.masked[begin:end].split()
        if not words:
            return None
        opener = words[0].lower().strip("“”\"'")
        opens = (
            opener in quoting_words("phrase_openers")
            or (words[0][:1].isupper() and opener not in self.lexicon.words("prepositions"))
            or (len(words) <= 4 and words[-1].endswith("s") and opener not in self.lexicon.words("prepositions"))  # noqa: PLR2004
        )
        pronoun = words[-1].lower() if words[-1].lower() in _PRONOUNS else opener if opener in _PRONOUNS else ""
        if pronoun and len(words) > 1:
            begin = end - len(words[-1]) if words[-1].lower() == pronoun else begin
            end = begin + len(pronoun)  # `when I came he said`
        elif near or not opens or len(words) > PHRASE_WORDS_MAX:
            begin = self._tail(begin, end)
            if begin < 0:
                return None
        found = self.head(begin, end)
        if found is None or found[1] is None or found[1].start < self.sentence.start + begin:
            span = self.trim(self.span(begin, end))
            found = Worded(span=span), span, span.start
        return self.apposed(found, end)

    def apposed(self, found: Holder, end: int) -> Holder:
        """`His lawyer, Ida Fenn, said`: the person in apposition to a role or an office is who speaks."""
        office = isinstance(found[0], Named) and self.mentions.entity(found[0].entity).type != "person"
        if not (office or isinstance(found[0], Worded)) or (found[1] and found[1].text.lower() in _PRONOUNS):
            return found
        ahead = _APPOSED.match(self.masked, end)
        if ahead is None:
            return found
        stop = self.sentence.start + end + APPOSED_CHARACTERS_MAX
        for where, entity in self.mentions.within(self.sentence.start + ahead.end(), stop)[:1]:
            titles = self.masked[ahead.end() : where.start - self.sentence.start].split()
            known = all(title.strip(".") in self.lexicon.words("titles") for title in titles)
            closed = _CLOSED.match(self.masked, where.end - self.sentence.start)
            if entity.type == "person" and known and closed:
                return Named(entity=entity.id), where, found[2]
        return found

    def without_auxiliaries(self, at: int, floor: int) -> int:
        """Give where the words before a verb end, without its auxiliaries and adverbs."""
        auxiliaries = self.lexicon.words("auxiliaries")
        while found := _WORD_BEFORE.search(self.masked, max(floor, at - 40), at):
            word = found.group(1).lower()
            if word in {"who", "which"} or (word not in auxiliaries and not (word.endswith("ly") and word != "family")):
                break
            at = found.start()
        return len(self.masked[:at].rstrip())

    def _is_no_verb(self, verb: Verb, left: int) -> bool:
        """Whether the letters are a noun, or done to the subject: `the claims`, `was called`."""
        between = self.masked[left : verb.start].lower().split()
        if _PASSIVE & set(between) and verb.form == "past":
            return True
        word = self._word_before(left, 0)
        if verb.form != "past" and word in self.lexicon.words("noun_leads") and word != "that":
            return True
        if verb.form == "base":
            joined = _JOINED.search(self.masked, max(0, left - 60), left) is not None
            helped = bool(_MODALS & set(between))
            plural = joined or helped or word.endswith("s") or word in quoting_words("plural_subjects")
            return not plural or bool({"not", "to"} & {word, *between})
        return False

    def _word_before(self, at: int, floor: int) -> str:
        found = _WORD_BEFORE.search(self.masked, max(floor, at - 40), at)
        return found.group(1).lower() if found else ""

    def _times(self) -> frozenset[str]:
        return frozenset(
            word.lower()
            for word in (*self.lexicon.words("weekdays"), *self.lexicon.table("months"), *quoting_words("times"))
        )

    def _antecedent(self, floor: int, end: int) -> Holder | None:
        """`X, who said`: the noun phrase before the relative."""
        stop = len(self.masked[:end].rstrip(" ,"))
        begin = floor
        for found in _boundary().finditer(self.masked, floor, stop):
            begin = found.end()
        return self.phrase(begin, stop, near=True)

    def _past(self, begin: int, end: int) -> int:
        """Where the first word that can only be a verb begins."""
        pasts = "|".join(self.lexicon.words("irregular_pasts"))
        found = re.compile(rf"\s(?:{pasts})\b").search(self.masked, begin, end)
        return found.start() if found else end

    def _tail(self, begin: int, end: int) -> int:
        """Where the last noun phrase of a stretch begins; -1 where it has none."""
        for where, _ in reversed(self.mentions.within(self.sentence.start + begin, self.sentence.start + end)):
            governed = self.masked[begin : where.start - self.sentence.start].endswith((" of ", " for "))
            if where.end == self.sentence.start + end and not governed:
                return where.start - self.sentence.start
        for pattern in (_CAPITALS_AT_END, _PHRASE_AT_END):
            if found := pattern.search(self.masked, max(begin, end - 120), end):
                return found.start()
        last = self.masked[begin:end].split()[-1]
        return end - len(last) if last.lower() in quoting_words("phrase_openers") else -1
