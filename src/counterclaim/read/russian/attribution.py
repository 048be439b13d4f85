"""Who is said to say it in Russian: holder, cue and go-between; refuses a holder the page does not print."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from counterclaim.read.lexicon import SpeechTerm, lexicon_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.russian.clause import Subject, Token
from counterclaim.read.russian.endings import agrees, plain, verb_gender
from counterclaim.read.russian.nouns import Nouns
from counterclaim.read.russian.pronouns import GENDERS, Pronouns
from counterclaim.record.account import Named, Slot, Unstated, Worded
from counterclaim.record.passage import Span

SENTENCE_CHARACTERS_MAX = 4000  # longer "sentences" are tables or lists
ATTRIBUTIONS_MAX = 8
INVERTED_CHARACTERS_MAX = 160
SEGMENTS_BACK_MAX = 4
DOCUMENT_WORDS_BACK = 3  # `в своём письменном заявлении`
_CONTENT_TERMS = frozenset({"raising_possibility", "hedges"})  # they say what is told, not that it is
_HARD = re.compile(r"[;:—–(]|[.!?…]\s|\s-\s")
_STOP = re.compile(r"[;:—–().!?…]|\s-\s|,?\s(?:что|чтобы|будто|котор\w+)\b")
_OPENS = re.compile(
    r"\s*(?:(?:и|а|но|однако|при этом|как|что|зато|хотя|тогда как|в то время как|между тем)\s+)*", re.IGNORECASE
)
_RELATIVE = re.compile(
    r"\s*(?:в|на|с|о|от|из|для|у|по|за)?\s*(?:котор\w+|где|когда|если|чей|чья|куда|пока)\b", re.IGNORECASE
)
_GERUND = re.compile(r"\s*(?:не\s+)?[а-яё]+(?:я|в|вшись|ясь|ав|ив)\b")
_GOES_ON = re.compile(r"(?:,|\bи|\bно|\bа)\s+(?:также\s+|затем\s+|потом\s+|позже\s+|при этом\s+)?\Z")
SAYING_CHARACTERS = 80
LABEL_WORDS_BEHIND = 4  # `Пресс-секретарь губернатора, Игорь Дольский:`
AGENT_WORDS = 3
_OPENING = '«“„"'
_SPEECH_DASH = re.compile(r"(?:[—–]|\s-)\s+(?:\w+\s+){0,3}\Z|\bкак\s+(?:\w+\s+){0,3}\Z", re.IGNORECASE)
_DIRECT = re.compile(r"[^.;:«»]{0,60}:\s*(?:[«“„\"—–]|\Z)")
_CLAUSE_AFTER = re.compile(
    r"[^.;:«»]{0,60}?(?:,\s*(?:что|чтобы|как|будто|где|кто|почему|сколько|зачем)\b|:)|\s*[«“„\"]", re.IGNORECASE
)
_TAG = re.compile(r"\s+(?:[\w.-]+\s*){1,4}[.!?…]?\s*\Z")
_ASIDE = re.compile(r"\s+[\w-]+(?:\s+[\w-]+){0,5},")
_LABEL = re.compile(r"\s*(?:\d+[/.)]\s*|UPD\.?\s*)?([^.:;!?—–]{2,90}):(?=\s)")
_INSTRUMENTAL = re.compile(r"(?:[оеё]м|[оеёь]ю|[оеё]й|[иы]м|ами|ями)\Z")
_IN_IT = re.compile(r"\s*(?:в|во|из)\s+(?:нем|нём|ней|них|котор\w+)\b|\s*(?:там|где)\b", re.IGNORECASE)
_NOT = re.compile(r"\bне\s+\Z", re.IGNORECASE)
_WITH_OWN_NEGATION = frozenset({"not_answering", "not_replying", "denying", "opining"})
_IN = frozenset({"в", "во"})
_BODIES = frozenset({"public_body", "facility", "court", "organization", "media"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """One cue of a sentence with its holder; `start` is where its clause begins, `subject` the holder as printed."""

    cue: Span
    term: SpeechTerm
    holder: Slot
    subject: Span | None
    via: Slot
    start: int


def attributions_of(sentence: Span, mentions: Mentions, pronouns: Pronouns) -> tuple[Attribution, ...]:
    """Give the attributions of a sentence in the order of their cues; what stands in quotation marks has none."""
    if len(sentence.text) > SENTENCE_CHARACTERS_MAX:
        return ()
    clause = Clause(sentence, mentions, pronouns)
    found: list[Attribution] = []
    for start, end, term in lexicon_of("ru").cues_in(clause.masked, leaving_out=_CONTENT_TERMS):
        if len(found) >= ATTRIBUTIONS_MAX:
            break
        if clause.is_named(start, end) or not clause.is_saying(start, end):
            continue
        real = clause.turned(start, term)
        subject = clause.subject(start, end, real, found) if real else None
        if real is None or subject is None:
            continue
        holder, span, begins = subject
        cue = Span(start=sentence.start + start, end=sentence.start + end, text=sentence.text[start:end])
        found.append(Attribution(cue=cue, term=real, holder=holder, subject=span, via=Unstated(), start=begins))
    labelled = None if found else clause.label()
    return (labelled,) if labelled else clause.relayed(found)


class Clause(Nouns):
    """One sentence and whose words it attributes."""

    def __init__(self, sentence: Span, mentions: Mentions, pronouns: Pronouns) -> None:
        super().__init__(sentence, mentions)
        self.pronouns = pronouns

    def is_named(self, start: int, end: int) -> bool:
        """Whether the cue's letters belong to a name."""
        at, until = self.sentence.start + start, self.sentence.start + end
        return any(w.start <= at and until <= w.end for w, _ in self.rows)

    def turned(self, start: int, term: SpeechTerm) -> SpeechTerm | None:
        """What a negation before the cue makes of it: `не признаёт` denies, `не сказал` says nothing."""
        if term.id in _WITH_OWN_NEGATION or not _NOT.search(self.masked, max(0, start - 4), start):
            return term
        if term.id == "admitting":
            return next(t for t in lexicon_of("ru").speech_terms if t.id == "denying")
        return None

    def subject(self, start: int, end: int, term: SpeechTerm, before: list[Attribution]) -> Subject | None:
        """Give the holder of the cue at [start, end): slot, words, and where the clause begins."""
        cue = " ".join(plain(self.masked[start:end]).split())
        lexicon = lexicon_of("ru")
        if cue in lexicon.words("according_pronoun"):
            return self._pronoun(next(t for t in self.tokens if t.start >= start and t.low in GENDERS), start)
        if cue in lexicon.words("according"):
            comma = self.masked.find(",", end)
            until = min(self._until(end), comma) if comma > 0 and not cue.startswith("в ") else self._until(end)
            found = self.phrase_at(end, until)
            if found is None and not cue.startswith(("в ", "согласно")):
                found = self.noun_at(end, until)
            if found is None and cue.startswith("в "):
                # `X в докладе задокументировала`: the report is whose the sentence is.
                found = self.subject_in(self._segments(start)[0][0], start, "")
            return found or self._document(start, start, end)
        if cue in lexicon.words("impersonal"):
            return self._of_document(start, end, before)
        if cue in lexicon.words("gerunds"):
            return self._of_gerund(start, before)
        if lexicon.pattern("passives").match(cue):
            agent = self._agent(start, end)
            return agent or ((before[-1].holder, before[-1].cue, self.sentence.start + start) if before else None)
        verb = verb_gender(cue)
        if term.id in {"not_replying", "not_answering"} and not verb:
            return self._anyone(start)
        return (
            self._in_segment(start, verb)
            or (self._anyone_of(start, end, verb) if " " in cue else None)  # `комментировать это полиция не стала`
            or self._after(end, verb)
            or self._in_earlier_segments(start, verb)
            or self._of_document(start, end, [])
            or self._carried(start, before)
            or self.noun_beside(start, end, verb)
            or self._dropped(start, verb)
            or (self._anyone(start) if term.id == "not_replying" else None)
        )

    def _carried(self, start: int, before: list[Attribution]) -> Subject | None:
        """The holder of the cue before where this one has none of its own: `не признал вину и отрицал`."""
        if not before:
            return None
        last = before[-1]
        at = self.sentence.start + start
        goes_on = _GOES_ON.search(self.masked[:start])
        return (last.holder, last.subject or last.cue, at) if goes_on else None

    def _segments(self, start: int) -> list[tuple[int, int]]:
        """The stretches between commas before a cue, nearest first, up to a stronger mark."""
        hard = [found.end() for found in _HARD.finditer(self.masked, 0, start)]
        begin = hard[-1] if hard else 0
        commas = [index for index in range(begin, start) if self.masked[index] == ","]
        edges = [begin, *(index + 1 for index in commas)]
        rows = list(zip(edges, [*commas, start], strict=True))
        return [(_OPENS.match(self.masked, a, max(a, b)).end(), b) for a, b in reversed(rows)]  # type: ignore[union-attr]

    def _in_segment(self, start: int, verb: str) -> Subject | None:
        begin, end = self._segments(start)[0]
        if _RELATIVE.match(self.masked, begin, end):
            return None
        return self._anyone_of(begin, end, verb)

    def _anyone_of(self, begin: int, end: int, verb: str) -> Subject | None:
        return (
            self.subject_in(begin, end, verb)
            or self._pronoun_in(begin, end, verb)
            or self.other_in(begin, end, verb)
            or self._in_body(begin, end, verb)
            or self.in_office(begin, end, verb)
        )

    def is_saying(self, start: int, end: int) -> bool:
        """Whether a verb that has another everyday meaning stands here as one of saying.

        `Заметил дым` is none: it needs a clause, a colon, a quotation or a dash of speech beside it.
        """
        lexicon, cue = lexicon_of("ru"), plain(self.masked[start:end])
        by_dash = cue in lexicon.words("dash_verbs")
        if not by_dash and cue not in lexicon.words("clause_verbs"):
            return True
        text, near = self.sentence.text, self.masked[max(0, start - SAYING_CHARACTERS) : start]
        after = _DIRECT if by_dash else _CLAUSE_AFTER
        tail = near.rstrip().endswith(",") and _TAG.match(self.masked, end) is not None
        if near.rstrip().endswith(",") and _ASIDE.match(self.masked, end):
            first = self.heads(end, min(len(text), end + SAYING_CHARACTERS))
            tail = tail or (bool(first) and not self.masked[end : self._with_modifiers(first[0][0])].strip())
        return bool(_SPEECH_DASH.search(near) or after.match(text, end, end + SAYING_CHARACTERS) or tail)

    def label(self) -> Attribution | None:
        """`Соседка Тамара Рыжова: «...»`, `Полиция: задержанный упал`: whose words a colon at the head introduces."""
        opening = _LABEL.match(self.masked)
        if opening is None:
            return None
        begin, colon = opening.start(1), opening.end(1)
        found = self.subject_in(begin, colon, "")
        if found is None or not isinstance(found[0], Named | Worded):
            return None
        slot, span, at = found
        inside = self._head_only(begin, colon, span, at)
        quoted = self.sentence.text[colon + 1 :].lstrip()[:1] in _OPENING
        body = isinstance(slot, Named) and self.mentions.entity(slot.entity).type in {"public_body", "facility"}
        if not inside or not (quoted or body):
            return None
        cue = Span(start=self.sentence.start + colon, end=self.sentence.start + colon + 1, text=":")
        neutral = next(term for term in lexicon_of("ru").speech_terms if term.id == "neutral")
        return Attribution(cue=cue, term=neutral, holder=slot, subject=span, via=Unstated(), start=self.sentence.start)

    def _head_only(self, begin: int, colon: int, span: Span, at: int) -> bool:
        """Whether a label is a noun phrase and nothing else: it begins with the holder, and no verb stands in it."""
        ahead = self.masked[begin : max(begin, at - self.sentence.start)].split()
        behind = self.masked[span.end - self.sentence.start : colon]
        return len(ahead) <= 1 and len(behind.split()) <= LABEL_WORDS_BEHIND and not re.search(r"[.!?;]", behind)

    def _of_gerund(self, start: int, before: list[Attribution]) -> Subject | None:
        """`Отверг обвинения, заявив, что ...`: a gerund has the holder of the verb it hangs on."""
        at = self.sentence.start + start
        if before:
            return before[-1].holder, before[-1].subject or before[-1].cue, at
        for begin, end in self._segments(start)[1 : SEGMENTS_BACK_MAX + 1]:
            if found := self.subject_in(begin, end, ""):
                return found[0], found[1], at
        return None

    def _agent(self, start: int, end: int) -> Subject | None:
        """`Отвергнуто министерством`, `судом установлено`: who did it stands in the instrumental beside the verb."""
        until = self._until(end)
        begin = self._segments(start)[0][0]
        near = [row for row in self.heads(end, until) if len(self.masked[end : row[0]].split()) <= AGENT_WORDS]
        near += [row for row in reversed(self.heads(begin, start)) if self.masked[row[0] : start].count(",") == 0]
        for at, _ in near:
            word = plain(self.masked[at:].split(maxsplit=1)[0].strip(",."))
            if _INSTRUMENTAL.search(word) and (found := self.phrase_at(at, until if at >= end else start)):
                return found[0], found[1], self.sentence.start + min(at, start)
        return self._in_body(begin, start, "p") or self._in_body(end, until, "p")

    def _dropped(self, start: int, verb: str) -> Subject | None:
        """`Марат вышел через неделю. Пишет: «...»`: the verb opens the sentence, who says it is of the one before."""
        if verb not in {"m", "f", "s"} or self.masked[:start].strip(" ,").count(" ") > 0:
            return None
        slot = self.pronouns.carried(self.sentence.start, verb)
        span = self.span(start, start + 1)
        return (slot, Span(start=span.start, end=span.start, text=""), self.sentence.start) if slot else None

    def _after(self, end: int, verb: str) -> Subject | None:
        """Whom the verb has behind it: `— сказал, выступая в суде, адвокат X`."""
        until = self._until(end)
        at = end
        while at < until:
            comma = self.masked.find(",", at, until)
            stop = until if comma < 0 else comma
            if at == end or not _GERUND.match(self.masked, at, stop):
                found = self._anyone_of(at, stop, verb)
                if found or (at != end):
                    return (found[0], found[1], self.sentence.start + end) if found and at != end else found
                if comma >= 0 and not (
                    self.masked[at:stop].strip() == "" or _GERUND.match(self.masked, comma + 1, until)
                ):
                    return None
            at = stop + 1
        return None

    def _until(self, end: int) -> int:
        stop = _STOP.search(self.masked, end, min(len(self.masked), end + INVERTED_CHARACTERS_MAX))
        return stop.start() if stop else min(len(self.masked), end + INVERTED_CHARACTERS_MAX)

    def _in_earlier_segments(self, start: int, verb: str) -> Subject | None:
        """Over an apposition or a relative clause that closes right before the cue: `X, мать троих детей, сказала`."""
        segments = self._segments(start)
        if len(self.masked[segments[0][0] : segments[0][1]].split()) > 3:  # noqa: PLR2004  # a few adverbs at most
            return None
        for begin, end in segments[1 : SEGMENTS_BACK_MAX + 1]:
            if _RELATIVE.match(self.masked, begin, end) or _GERUND.match(self.masked, begin, end):
                continue
            found = self._anyone_of(begin, end, verb)
            if found:
                return found
        return None

    def _pronoun_in(self, begin: int, end: int, verb: str) -> Subject | None:
        for token in self.tokens:
            if begin <= token.start and token.end <= end and token.low in {"он", "она", "оно", "они"}:
                gender = GENDERS[token.low]
                if agrees(gender, verb) or not verb:
                    return self._pronoun(token, token.start)
        return None

    def _pronoun(self, token: Token, start: int) -> Subject:
        span = self.span(token.start, token.end)
        return self.pronouns.meant(span), span, self.sentence.start + start

    def _in_body(self, begin: int, end: int, verb: str) -> Subject | None:
        """`В МВД заявили`: a plural verb, nobody in the nominative, and a body after a preposition."""
        if verb != "p":
            return None
        for where, entity in self.rows:
            at = where.start - self.sentence.start
            if not (begin <= at and where.end - self.sentence.start <= end) or entity.type not in _BODIES:
                continue
            ahead = [token for token in self.tokens if begin <= token.start and token.end <= at]
            near = [token for token in ahead[-3:] if token.low in _IN]
            if near and not re.search(r"[,;:—–]", self.masked[near[-1].end : at]):
                return Named(entity=entity.id), where, self.sentence.start + near[-1].start
        return None

    def _of_document(self, start: int, end: int, before: list[Attribution]) -> Subject | None:
        """`Говорится в заявлении X`, `в сообщении X говорится`: the owner of the document, else the document."""
        segment = self._segments(start)[0]
        found = self._document(end, end, self._until(end)) or self._document(start, segment[0], start)
        if found is None and _IN_IT.match(self.masked, segment[0], start):
            slot = self.pronouns.body_before(self.sentence.start)
            at = self.sentence.start + segment[0]
            found = (slot, Span(start=at, end=at, text=""), at) if slot else None
        if found or not before:
            return found
        return None

    def _document(self, start: int, begin: int, end: int) -> Subject | None:
        documents = lexicon_of("ru").pattern("documents")
        for hit in documents.finditer(self.masked, begin, end):
            near = {token.low for token in self.before(hit.start())[-DOCUMENT_WORDS_BACK:]}
            if not near & {"в", "во", "из", "на", "согласно"}:
                continue
            owner = self.phrase_at(hit.end(), end) if hit.end() < end else None
            if owner:
                return owner[0], owner[1], self.sentence.start + min(start, hit.start())
            span = self.span(hit.start(), hit.end())
            return Worded(span=span), span, self.sentence.start + min(start, hit.start())
        return None

    def _anyone(self, start: int) -> Subject | None:
        """Who gave no reply, in whatever case: the body nearest before the cue, else the first in the sentence."""
        rows = [(w, e) for w, e in self.rows if e.type in _BODIES | {"person"}]
        earlier = [(w, e) for w, e in rows if w.end <= self.sentence.start + start]
        chosen = earlier[-1] if earlier else rows[0] if rows else None
        return (
            (Named(entity=chosen[1].id), chosen[0], min(chosen[0].start, self.sentence.start + start))
            if chosen
            else None
        )

    def relayed(self, found: list[Attribution]) -> tuple[Attribution, ...]:
        """Put the go-between where it belongs: `со ссылкой на X`, `передаёт агентство Y`, `в интервью Y`."""
        lexicon = lexicon_of("ru")
        link = lexicon.pattern("source_links").search(self.masked)
        source = self.phrase_at(link.end(), self._until(link.end())) if link else None
        out: list[Attribution] = []
        for item in found:
            relays = lexicon.pattern("relay_verbs").fullmatch(item.cue.text) is not None
            if source and relays and item.subject is not None and source[1] != item.subject:
                out.append(replace(item, holder=source[0], subject=source[1], via=item.holder))
            elif out and relays and self._is_media(item.holder) and not self._is_media(out[-1].holder):
                out[-1] = replace(out[-1], via=item.holder)
            else:
                out.append(replace(item, via=self._told_to(item)))
        return tuple(out)

    def _is_media(self, holder: Slot) -> bool:
        return isinstance(holder, Named) and self.mentions.entity(holder.entity).type in {"media", "organization"}

    def _told_to(self, item: Attribution) -> Slot:
        """The paper or station it was said to: `в интервью X`, `рассказала «X»`."""
        at = item.cue.end - self.sentence.start
        told = lexicon_of("ru").pattern("via_patterns").search(self.masked, at)
        begin = told.end() if told else at
        for where, entity in self.rows:
            offset = where.start - self.sentence.start
            near = len(self.masked[begin:offset].split()) <= (3 if told else 1)
            if offset >= begin and near and entity.type in {"media", "organization"} and where != item.subject:
                return Named(entity=entity.id) if told or self.sentence.text[offset - 1] in '«“"„' else Unstated()
        return Unstated()
