"""Who is said to say it: holder, cue and go-between of a sentence; refuses a holder the page does not print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from counterclaim.read.english.appositions import Appositions
from counterclaim.read.english.holders import WORDED_WORDS_MAX, Holder, Rows
from counterclaim.read.english.subjects import Subjects
from counterclaim.read.lexicon import SpeechTerm, lexicon_of
from counterclaim.read.mentions import Mentions
from counterclaim.record.account import Named, Slot, Unstated, Worded
from counterclaim.record.passage import Span

SENTENCE_CHARACTERS_MAX = 4000  # longer "sentences" are tables or lists
INVERTED_CHARACTERS_MAX = 80
ATTRIBUTIONS_MAX = 8
_CONTENT_TERMS = frozenset({"justifying", "raising_possibility", "hedges"})  # they say what is told, not that it is
_LOOSE_TERMS = frozenset({"not_answering", "not_replying"})
_PERSONAL_TERMS = frozenset(
    {"neutral", "denying", "rejecting", "admitting", "claiming", "not_answering", "retracting", "reporting"}
)
_DOCUMENTS = ("the report ", "the study ")  # cues that hold their own subject
_SAYING = frozenset({"said", "says", "reads", "read"})
_PASSIVE_TOO = frozenset({"found", "held", "told", "established", "determined"})
_PASSIVE_COMPLEMENT = re.compile(
    r"\s+(?:to\b|by\b|not\b|no\b|without\b|guilty|that\b|[a-z]+less\b|(?:un|in|il|ir|base)[a-z]+\b|[a-z]*founded\b)|\s*[.;]",
    re.IGNORECASE,
)
JOINED_CHARACTERS_MAX = 120
_JOINED_PASSIVE = re.compile(
    r"\b(?:was|were|been|being|is|are|be)\s(?:(?!\b(?:that|who|which)\b)[^;,])*\b(?:and|or)\s*\Z"
)
_UNANSWERED = re.compile(
    r"(?:received|gave|there was|were|was|brought)?\s*"
    r"(?:no (?:immediate )?(?:reply|response|answer|comment)|went un\w+|unopened)"
    r"|attempts to|neither\s|(?:never heard|heard nothing|got no|got nothing|came no|drew no|met no|met with|brought no"
    r"|elicited no|there was no|there has been no|received nothing|received silence)\b"
)
_ADVERBIAL = re.compile(
    r"\b(?:at (?:first|last|once|the time|least)|in (?:turn|return|the end|response|reply|public|private)"
    r"|for (?:his|her|its|their) part|so far|on (?:his|her|its) part)\s*\Z",
    re.IGNORECASE,
)
_COORDINATED = re.compile(r"\s(?:and|but|then)\s*\Z")  # `changed that explanation and argued`
_SAYS_NOTHING = re.compile(r"\s+(?:nothing|little|no more|not a word|goodbye|farewell|hello|yes|grace|so)\b(?!\s+that)")
_UNSAID = frozenset({"admitting", "neutral", "claiming", "testifying"})
_REFUSED = re.compile(r"\b(?:not|never|neither)\b", re.IGNORECASE)
_ASKED_ABOUT = re.compile(
    r"(?:When |If |Once |Being |Repeatedly )?(?:asked|questioned|pressed|quizzed|challenged|confronted|grilled)\b"
    r"[^,;:“]*,",
    re.IGNORECASE,
)
_CLAUSAL = re.compile(
    r"\s*(?:that\b|[.,;:”“\"]|\Z)|\s+(?:on|in|at|last|this|from|since)\s+[^,;.]{1,40}(?:\s+that\b|[.,]|\Z)"
)
_ASKED = re.compile(r"\b(?:[Ff]rom|to|with|asked|at|contact|reach|call|phone)\s+(?:the\s+)?(?:[A-Z][a-z]+\.?\s+)?\Z")
_ASKED_WORDED = re.compile(
    r"\b(?:from|to|with|contact|reach|call|phone)\s+(the\s+(?:[\w’'-]+\s+){0,3}?[\w’'-]+)"
    r"(?=\s+(?:went|were|was|have|has|had|did|could|remained|failed|on|by|for|received)\b|\s*[,.;])"
)
_CLOSED = re.compile(r"\s*(?:[.;]|\Z|(?:on|in|at|after|during|late|early)\s[^,;]{1,60}\Z)")
CAPITALISED_CHARACTERS_MAX = 90
_CAPITALISED = re.compile(
    r"(?:\A|[,;]\s+)((?:The\s)?[A-Z][\w’'-]*(?:\s(?:of|for|on|the|and|against|without|in|to|[A-Z][\w’'-]*)){0,7}"
    r"\s[A-Z][\w’'-]*)\s*\Z"
)
_TOLD_BY = re.compile(r",\s(?:he|she|they)\ssa(?:id|ys?)\b")  # `Her group has collected ..., she said` is hers
_VIEW = re.compile(r"in (his|her|their) (?:view|opinion)\b")
_WORD_AT_END = re.compile(r"([^\W\d_]+(?:[’'-][^\W\d_]+)*)\s*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """One cue of a sentence with its holder; `start` is where its clause begins, `subject` the holder as printed."""

    cue: Span
    term: SpeechTerm
    holder: Slot
    subject: Span | None
    via: Slot
    start: int


def attributions_of(sentence: Span, mentions: Mentions) -> tuple[Attribution, ...]:
    """Give the attributions of a sentence in the order of their cues; what stands in quotation marks has none."""
    if len(sentence.text) > SENTENCE_CHARACTERS_MAX:
        return ()
    clause = _Clause(sentence, mentions)
    found: list[Attribution] = []
    asked = _ASKED_ABOUT.match(clause.masked)
    for start, end, term in lexicon_of("en").cues_in(clause.masked, leaving_out=_CONTENT_TERMS):
        if len(found) >= ATTRIBUTIONS_MAX:
            break
        if clause.is_named(start, end) or (asked and end <= asked.end()):
            continue
        subject = clause.subject(start, end, term, found)
        if subject is None or (
            term.id == "opining"
            and re.search(r"\b(?:which|whom|where)\s*\Z", clause.masked[: subject[2] - sentence.start])
        ):
            continue
        holder, span, begins = subject
        cue = Span(start=sentence.start + start, end=sentence.start + end, text=sentence.text[start:end])
        found.append(Attribution(cue=cue, term=term, holder=holder, subject=span, via=clause.via(), start=begins))
    if any(isinstance(item.holder, Unstated) for item in found) and any(item.subject for item in found):
        found = [item for item in found if item.subject]  # `The claims are being looked into, said X`
    return tuple(found)


@cache
def _granting() -> re.Pattern[str]:
    """What a verb of denying has behind it where it means refusing: the goods, or a person and the goods."""
    lexicon = lexicon_of("en")
    people, goods = lexicon.pattern("denied_people").pattern, lexicon.pattern("denied_grants").pattern
    kept = lexicon.pattern("denied_goods").pattern
    return re.compile(
        rf"\s+(?:(?:him|her|it|them|my)sel(?:f|ves)|{goods}(?!\s+(?:was|were|had|has|is|are)\b)|(?:(?:the|his|her|their|its|all)\s+)?{people}"
        rf"\s+(?:an?\s|any\s|{goods})|(?:him|her|them|me|us)\s+(?:an?\s|any\s|the\s|{goods}|{kept}))",
        re.IGNORECASE,
    )


class _Clause(Appositions):
    """One sentence and whose words it attributes."""

    def subject(self, start: int, end: int, term: SpeechTerm, before: list[Attribution]) -> Holder | None:
        """Give the holder of the cue at [start, end): slot, words, and where the clause begins."""
        cue = self.masked[start:end].lower()
        if cue.startswith(("according to", "in the view of", "in the words of")) or (
            cue.endswith((" of", " from", " to", " by", " for"))
            and self.lexicon.pattern("speaker_after").fullmatch(cue)
        ):
            return self._after(end, cue_start=start)
        if within := self._within_cue(start, end, cue, alone=not before):
            return within
        if term.id == "not_replying" and _UNANSWERED.match(cue) and not cue.startswith("gave"):
            return self._anyone()  # who got no reply is not the one who gave none
        left = self._without_auxiliaries(start)
        nounish = cue in self.lexicon.words("nounish")
        if nounish and before and before[-1].cue.end - self.sentence.start == left:
            return None  # `scotched reports of executions`
        if cue in self.lexicon.words("clause_verbs") and not _CLAUSAL.match(self.masked, end):
            return None  # `was allowed to read`, `held three men`
        if _SAYS_NOTHING.match(self.masked, end) and term.id == "neutral":
            return None
        if term.id in _UNSAID and _REFUSED.search(self.masked, left, start):
            return None  # `has not apologised`, `never spoke of it`
        if self._is_passive(left, start, cue) or self._is_noun(start, cue) or self._is_granting(end, term):
            return None
        last = _WORD_AT_END.search(self.masked, max(0, left - 40), left)
        if before and (
            cue.split()[0].endswith("ing") or (before[-1].subject and self._goes_on(before[-1], left, last))
        ):
            earlier = before[-1]
            return (
                None
                if cue.split()[0].endswith("ing") and term.id != "rejecting"
                else (earlier.holder, earlier.subject, self.sentence.start + start)
            )
        found = self._closing(left, end) or self.before(left)
        return found or self._otherwise(left, end, cue, term)

    def _within_cue(self, start: int, end: int, cue: str, *, alone: bool) -> Holder | None:
        """A cue that holds its own subject: `the report says`; `in her view` where nobody else speaks."""
        if cue.startswith(_DOCUMENTS):
            span = self.span(start, start + len(" ".join(cue.split()[:2])))
            return Worded(span=span), span, self.sentence.start + start
        owner = _VIEW.match(cue)
        if owner is None or not alone or self.lexicon.speech.search(self.masked, end):
            return None
        span = self.span(start + owner.start(1), start + owner.end(1))
        number = "many" if owner.group(1) == "their" else "one"
        return self.mentions.pronoun(span, number), span, self.sentence.start + start

    def _otherwise(self, left: int, end: int, cue: str, term: SpeechTerm) -> Holder | None:
        """Who speaks where no known phrase stands right before the cue: after it, or a plain or unknown name before."""
        found = None
        takes = cue.endswith("ing") or cue in self.lexicon.words("object_verbs")
        if not takes and (left == 0 or self.masked[:left].rstrip()[-1:] in ',”"’' or term.id == "neutral"):
            found = self._inverted(end)
        personal = term.id in _PERSONAL_TERMS and cue not in self.lexicon.words("nounish")
        if found is None and personal and not (term.id == "reporting" and _TOLD_BY.search(self.masked, end)):
            found = self.plain_subject(left)
        if found is None and term.id == "reporting" and "report" not in cue:
            found = self._capitalised(left)
        if found is None and _COORDINATED.search(self.masked, max(0, left - 6), left):
            found = Subjects(self.sentence, self.mentions).leading(0, left)
        if found is None and term.id in _LOOSE_TERMS:
            found = self._anyone()
        return found

    def _capitalised(self, left: int) -> Holder | None:
        """`The Watch on Custody documented`: a body no list knows, where the verb is one of those who count cases."""
        found = _CAPITALISED.search(self.masked, max(0, left - CAPITALISED_CHARACTERS_MAX), left)
        if found is None:
            return None
        span = self.span(*found.span(1))
        return Worded(span=span), span, span.start

    def _is_granting(self, end: int, term: SpeechTerm) -> bool:
        """Whether a verb of denying keeps something from somebody: `denied the tenant a key`, `denied entry to all`."""
        if term.id == "rejecting":
            return (
                self.lexicon.pattern("rejected_goods").match(self.masked, end + 1) is not None
            )  # `rejected the offer`
        return term.id == "denying" and _granting().match(self.masked, end) is not None

    def _closing(self, left: int, end: int) -> Holder | None:
        """`He fell, said police spokesman X.`: a person named between the verb and a full stop closes the sentence."""
        # `..., told Radio X.` names who was told; `..., claims his brother X.` names who speaks.
        cue = self.masked[:end].split()[-1].lower()
        inverts = cue in self.lexicon.words("inverted_verbs") and self.masked[:left].rstrip("”").endswith(",")
        found = self._inverted(end) if inverts else None
        if found is None or found[1] is None:
            return None
        speaks = isinstance(found[0], Named) or self.lexicon.pattern("role_nouns").search(found[1].text) is not None
        if not speaks or (cue not in _SAYING and self.lexicon.pattern("document_nouns").search(found[1].text)):
            return None
        return found if _CLOSED.match(self.masked, found[1].end - self.sentence.start) else None

    def _goes_on(self, earlier: Attribution, left: int, last: re.Match[str] | None) -> bool:
        """Whether the holder of the cue before holds this one too: `said ..., but denied`, `admits ..., denies`."""
        if last and last.group(1).lower() in {"and", "but", "yet"}:
            return True
        between = self.masked[earlier.cue.end - self.sentence.start : left]
        named = self.mentions.within(earlier.cue.end, self.sentence.start + left)
        return (
            between.rstrip().endswith(",")
            and not named
            and not re.search(r"\b(?:that|who|which|he|she|they|it)\b", between)
        )

    def is_named(self, start: int, end: int) -> bool:
        """Whether the cue's letters belong to a name: the `State` of a State Department."""
        rows = self.mentions.within(self.sentence.start, self.sentence.end)
        return any(w.start <= self.sentence.start + start and self.sentence.start + end <= w.end for w, _ in rows)

    def _is_passive(self, left: int, start: int, cue: str) -> bool:
        """Whether it was done to the subject: `was denied water`, `were hooded and denied water`."""
        if re.match(r"\s+by\b", self.masked[start + len(cue) :]) and not cue.endswith("ing"):
            return True  # `made public by`, `accused by`
        if "saying" in cue or " " in cue:
            return False
        between = [*self.masked[max(0, left - 6) : left].lower().split()[-1:], *self.masked[left:start].lower().split()]
        if {"was", "were", "been", "be", "being", "is", "are"} & set(between):
            return True
        joined = _JOINED_PASSIVE.search(self.masked, max(0, left - JOINED_CHARACTERS_MAX), left)
        # `examined and found to be`, `hooded and denied water`; but `was freed and told the paper` is active.
        return joined is not None and (
            (cue.endswith("ed") and not self.masked[start + len(cue) :].lstrip().startswith("that "))
            or (cue in _PASSIVE_TOO and _PASSIVE_COMPLEMENT.match(self.masked, start + len(cue)) is not None)
        )

    def _is_noun(self, start: int, cue: str) -> bool:
        """Whether a word that can be a noun or a participle stands as one: `such reports`, `the claims`."""
        word = _WORD_AT_END.search(self.masked, max(0, start - 40), start)
        if (
            word is not None
            and word.group(1).lower() in self.lexicon.words("infinitive_leads")
            and not cue.endswith(("d", "s"))
        ):
            return True  # `did not write`, `to say`: nothing is said
        led = word is not None and (
            word.group(1).lower() in self.lexicon.words("noun_leads") or word.group(1).endswith(("’s", "'s"))
        )
        return cue in self.lexicon.words("nounish") and led

    def _without_auxiliaries(self, at: int) -> int:
        auxiliaries = self.lexicon.words("auxiliaries")
        while found := _ADVERBIAL.search(self.masked, max(0, at - 40), at) or _WORD_AT_END.search(
            self.masked, max(0, at - 40), at
        ):
            if " " in found.group().strip():
                at = found.start()
                continue
            word = found.group(1).lower()
            if word not in auxiliaries and not (word.endswith("ly") and word != "family"):
                break
            at = found.start()
        return len(self.masked[:at].rstrip())

    def _after(self, end: int, *, cue_start: int) -> Holder | None:
        """The phrase after `according to`."""
        begin = end + len(self.masked[end:]) - len(self.masked[end:].lstrip())
        stop = re.search(r"[,.;:“”(]|\s(?:who|which|that|said|was|were|is|are|has|have|had)\b|$", self.masked[begin:])
        until = begin + (stop.start() if stop else 0)
        # A full stop within a name or an abbreviation does not end the phrase.
        rows = self.mentions.within(self.sentence.start + begin, len(self.masked) + self.sentence.start)
        until = self._past_names(until, rows)
        pronoun = re.match(r"(him|her|them)\b(?!\s+[a-z]+(?:er|or|ist|man|woman)\b)", self.masked[begin:])
        if pronoun:
            span = self.span(begin, begin + pronoun.end())
            kind = "many" if pronoun.group() == "them" else "one"
            return self.mentions.pronoun(span, kind), span, self.sentence.start + cue_start
        found = self.head(begin, until)
        if found:
            found = self.with_name(found, until)
            return found[0], found[1], self.sentence.start + cue_start
        if until > begin and len(self.masked[begin:until].split()) <= WORDED_WORDS_MAX:
            span = self.trim(self.span(begin, until))
            return Worded(span=span), span, self.sentence.start + cue_start
        return None

    def _past_names(self, until: int, rows: Rows) -> int:
        """The end of the last name that begins before `until`; a name torn over two sentences ends with this one."""
        ends = (row[0].end - self.sentence.start for row in rows if row[0].start - self.sentence.start < until)
        return min(max([until, *ends]), len(self.masked))

    def _inverted(self, end: int) -> Holder | None:
        """`..., said X` after a quotation or a reported clause."""
        piece = self.masked[end : end + INVERTED_CHARACTERS_MAX]
        stop = re.search(
            r"[,.;:“]|\b(?:that|in|on|to|who|when|after|as|during|was|were|is|are|had|has|have|did|does|would)\b", piece
        )
        until = end + (stop.start() if stop else len(piece))
        rows = self.mentions.within(self.sentence.start + end, self.sentence.start + max(until, end + 1) + 40)
        until = self._past_names(until, rows)
        found = self.head(end, until)
        found = self.with_name(found, until) if found else None
        if found and found[1] and found[1].text.lower() in self.lexicon.table("pronouns"):
            # `..., said she.` but not `A clerk, who asked not to be named, said she had heard ...`
            rest = self.masked[found[1].end - self.sentence.start :]
            if not re.match(r"\s*(?:[,.;:“”]|\Z)", rest):
                return None
        closed = self.masked[:end].rstrip()
        quoted = "”" in closed
        return found if found and (quoted or "," in closed) else None

    def _anyone(self) -> Holder:
        """Who gave no answer: whom the request went to, else a body the sentence names; never a claimant."""
        rows = self.mentions.within(self.sentence.start, self.sentence.end)
        for where, entity in rows:
            ahead = self.masked[: where.start - self.sentence.start]
            if _ASKED.search(ahead):
                return Named(entity=entity.id), where, self.sentence.start
        asked = _ASKED_WORDED.search(self.masked)
        if asked and set(asked.group(1).lower().split()) & {*self.lexicon.words("official_words")}:
            span = self.span(*asked.span(1))
            return Worded(span=span), span, self.sentence.start
        for where, entity in rows:
            ahead = self.masked[: where.start - self.sentence.start]
            if entity.type in {"public_body", "facility", "court"} and not re.search(
                r"\b(?:by|of|for)\s+(?:the\s+)?\Z", ahead
            ):
                return Named(entity=entity.id), where, self.sentence.start
        return Unstated(), None, self.sentence.start
