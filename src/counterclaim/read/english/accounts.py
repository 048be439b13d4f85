"""What somebody said, each act once; refuses a holder from outside the page and a denial wider than its words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from typing_extensions import override

from counterclaim.read.answers import linked
from counterclaim.read.damage.copies import read_sentences
from counterclaim.read.english.acts import judge, said
from counterclaim.read.english.attribution import Attribution
from counterclaim.read.english.interview import Turn, turns_of, without_label
from counterclaim.read.english.letterhead import Letterhead, letterhead_of
from counterclaim.read.english.offices import kind_of
from counterclaim.read.english.statements import Told, before_of, second_of, statements_of
from counterclaim.read.english.testimony import is_own_experience
from counterclaim.read.english.translation import of_page, of_sentence
from counterclaim.read.episodes.phrases import words_in
from counterclaim.read.episodes.wording import wording_of
from counterclaim.read.lexicon import lexicon_of, pattern_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.saying.drafting import (
    CARRIED_NOTE,
    EMBEDDED_NOTE,
    INFERENCE_NOTE,
    OWN_VOICE_NOTE,
    Draft,
    account_of,
    bodies_in,
    noted,
    scoped,
    tellers_of,
    without,
)
from counterclaim.read.saying.judged import Judged, Kind
from counterclaim.read.sentences import paragraphs_of
from counterclaim.record.account import Account, Grade, Named, Quotation, Reading, Slot, Undetermined, Unstated, Worded
from counterclaim.record.passage import Span
from counterclaim.record.vocabulary import vocabulary

MAIN_CLAUSE_WORDS = 8
_REPORTS = ("the report", "the study", "its report", "their report")
DOCUMENT_NOTE = "The document itself speaks: its heading names the body whose words these are."
ANSWER_NOTE = "An answer in an interview; its speaker is the one the page says is asked."
_PRONOUNS = frozenset({"he", "she", "they", "it", "we", "i"})
_EVENTS = frozenset({"arrest", "detention", "injury", "death"})
_SPLIT_ACTS = frozenset({"claim", "denial", "admission", "justification", "non_denial", "rejection"})
_NEGATED = re.compile(r"\b(?:not|never|no|nobody|none|neither|without)\b|n[’']t\b", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class _Draft(Draft):
    """The accounts of an English page, with whose document it is and what it is translated from."""

    voice: Named | None = None
    """The body whose own document the page is, by its letterhead."""
    translated: str | None = None
    """The language the whole page says it is translated from."""

    @override
    def add(self, account: Account) -> Account:
        """Number an account, and say what language it was said in where the page does."""
        # A class with slots is made anew by its decorator, so that `super()` would look for the first one.
        return Draft.add(self, replace(account, translated_from=of_sentence(account.span) or self.translated))


def accounts_of(so_far: Reading) -> tuple[Account, ...]:
    """Give the accounts in the order of the text; of two copies of a sentence one is read."""
    mentions = Mentions(so_far)
    head = letterhead_of(so_far)
    draft = _Draft(reading=so_far, mentions=mentions, voice=_voice(head, so_far), translated=of_page(so_far))
    turns, turn = turns_of(so_far, mentions), None
    starts = {paragraph.start for paragraph in paragraphs_of(so_far)}
    for sentence in read_sentences(so_far):
        if sentence.start in starts:
            draft.last, turn = None, turns.get(sentence.start)
        if head and any(sentence.overlaps(line) for line in head.lines):
            continue
        if turn:
            _add_turn(sentence, turn, draft)
            continue
        for statement in statements_of(sentence, mentions):
            _add(statement, draft)
    told = scoped(_witnessed(draft.accounts, mentions), so_far)
    return tuple(linked(told, so_far.article, mentions, lexicon_of("en")))


def _add_turn(sentence: Span, turn: Turn, draft: _Draft) -> None:
    """A sentence of an interview: an answer is all its giver's; of a question only what it tells of others is read."""
    words = without_label(sentence, turn)
    if turn.speaker is None:
        asked = () if words.text.rstrip().endswith("?") else statements_of(words, draft.mentions)
        for statement in asked:
            if statement.by:
                _add(statement, draft)
        return
    if len(words.text.split()) > 1 and not words.text.rstrip().endswith("?"):
        kind = kind_of(turn.speaker, draft.mentions, draft.reading.document.dom_text)
        judged = said(kind, words.text, words.text, subject="")
        own = lexicon_of("en").pattern("first_person").search(words.text) or is_own_experience(words.text)
        if judged.act == "claim" and kind == "person" and own:
            judged = Judged(act="testimony")
        draft.add(_account(words, noted(judged, ANSWER_NOTE), turn.speaker, None, "medium"))


def _add(statement: Told, draft: _Draft) -> None:
    if statement.inference:
        note = DOCUMENT_NOTE if draft.voice else INFERENCE_NOTE
        holder = draft.voice or Unstated()
        draft.add(_account(statement.span, Judged(act="opinion", note=note), holder, statement.cue, "medium"))
        return
    if statement.by is None:
        _without_cue(statement, draft)
        return
    by = statement.by
    if isinstance(by.holder, Worded) and by.holder.span.text.lower().startswith(_REPORTS):
        by = replace(by, holder=draft.last_report() or by.holder)
    by = replace(by, holder=_going_on(by, draft.last))
    content = _content(statement)
    kind = kind_of(by.holder, draft.mentions, draft.reading.document.dom_text)
    judged = judge(by, kind, content, statement.span.text)
    grade: Grade = (
        "high"
        if isinstance(by.holder, Named) and by.subject and by.subject.text.lower() not in {"he", "she", "they", "it"}
        else "medium"
    )
    parts = _parts(statement, kind, judged)
    for part, act in parts or ((statement, judged),):
        embedded = _embedded(part, act, draft)
        account = _account(part.span, act, by.holder, by.cue, grade)
        draft.last = draft.add(replace(account, answers=embedded))


def _going_on(by: Attribution, last: Account | None) -> Slot:
    """Who a pronoun is that several may be, or a role: whoever spoke last in the paragraph, where that is possible."""
    if last is None or by.subject is None or by.subject.text.lower() not in {"he", "she", "it"}:
        return by.holder
    told = last.holder
    if isinstance(by.holder, Undetermined) and isinstance(told, Named) and told.entity in by.holder.candidates:
        return told
    if not (isinstance(by.holder, Worded) and isinstance(told, Worded)) or by.subject.text.lower() == "it":
        return by.holder
    other = "male_words" if by.subject.text.lower() == "she" else "female_words"
    words = told.span.text.lower()
    return by.holder if words in _PRONOUNS or lexicon_of("en").pattern(other).search(words) else told


def _parts(statement: Told, kind: Kind, whole: Judged) -> tuple[tuple[Told, Judged], ...]:
    """The two acts of `X said that A and that B`, where they are two; empty where it is one."""
    by, span = statement.by, statement.span
    second = second_of(statement)
    if by is None or second is None or whole.act not in {*_SPLIT_ACTS, "testimony"}:
        return ()
    first = replace(statement, span=before_of(span, second))
    ahead = judge(by, kind, _content(first), first.span.text)
    behind = said(kind, second.text, second.text, subject=by.subject.text if by.subject else "")
    halved = second.text[:1] in '“"«‘' and ahead.act == behind.act != "claim"
    if not halved and not ({ahead.act, behind.act} <= _SPLIT_ACTS and _differ(ahead, behind)):
        return ()
    return (first, ahead), (replace(statement, span=second), behind)


def _differ(ahead: Judged, behind: Judged) -> bool:
    """Whether two clauses are two acts: of another kind, or denials of which the second is as particular."""
    if ahead.act != behind.act:
        return ahead.act == "claim" or behind.act != "claim"
    plain = {None, "blanket", "other"}
    return ahead.denial_kind not in plain and behind.denial_kind not in {*plain, ahead.denial_kind}


def _without_cue(statement: Told, draft: _Draft) -> None:
    """A sentence without a cue: a carried quotation, the sentence before carried on, or the page's own voice."""
    text = statement.span.text
    quoted = [q for q in draft.mentions.quotations_on(statement.span) if not isinstance(q.speaker, Unstated)]
    if quoted and _is_mostly(quoted[0], statement.span):
        kind = kind_of(quoted[0].speaker, draft.mentions, draft.reading.document.dom_text)
        speaker = quoted[0].speaker
        judged = said(kind, text, text, subject=speaker.span.text if isinstance(speaker, Worded) else "")
        draft.add(_account(statement.span, noted(judged, CARRIED_NOTE), speaker, None, "medium"))
        return
    opens = lexicon_of("en").pattern("continuations").match(text)
    foreign = draft.mentions.damaged.is_spliced(statement.span)
    if (
        opens
        and not foreign
        and draft.last
        and draft.last.act in {"testimony", "report"}
        and (is_own_experience(text) or " " in opens.group())
    ):
        judged = Judged(act=draft.last.act, note=CARRIED_NOTE)
        draft.add(_account(statement.span, judged, draft.last.holder, None, "low"))
        return
    if draft.voice:
        _in_document_voice(statement, draft.voice, draft)
    elif _tells(statement.span, draft.mentions):
        draft.add(_account(statement.span, Judged(act="claim", note=OWN_VOICE_NOTE), Unstated(), None, "low"))


def _voice(head: Letterhead | None, reading: Reading) -> Named | None:
    own = [e.id for e in reading.entities if head and head.body in e.mentions]
    return Named(entity=own[0]) if own else None


def _in_document_voice(statement: Told, voice: Named, draft: _Draft) -> None:
    """A sentence that a body's own document attributes to nobody is the body's."""
    text = statement.span.text
    kind = kind_of(voice, draft.mentions, draft.reading.document.dom_text)
    judged = said(kind, text, text, subject="")
    proceeding = lexicon_of("en").pattern("proceedings").search(text) is not None
    if lexicon_of("en").pattern("document_marks").match(text):
        return  # `Notes to editors: ...`
    if judged.act == "claim" and not proceeding and not _tells(statement.span, draft.mentions):
        return
    draft.add(_account(statement.span, noted(judged, DOCUMENT_NOTE), voice, None, "medium"))


def _is_mostly(quotation: Quotation, span: Span) -> bool:
    return len(quotation.span.text) * 2 > len(span.text)


def _tells(span: Span, mentions: Mentions) -> bool:
    """Whether a sentence in the page's own voice tells of ill-treatment, of custody, or of pictures of it."""
    text = without(span, bodies_in(span, mentions))
    lexicon = lexicon_of("en")
    pictures = lexicon.pattern("images").search(text) and lexicon.pattern("image_verbs").search(text)
    return pictures is not None or _told().search(text) is not None or _happens(replace(span, text=text))


def _happens(span: Span) -> bool:
    """Whether words tell of custody, an injury or a death, by the words of episodes."""
    wording = wording_of("en")
    return wording is not None and any(hit.value in _EVENTS for hit in wording.episodes.hits(words_in(span, "en")))


@cache
def _told() -> re.Pattern[str]:
    cues = [cue for term in vocabulary("methods").terms for cue in _cues_of(term.fields.get("cues", {}).get("en", {}))]
    return pattern_of([*cues, *lexicon_of("en").words("ill_treatment_more")])


def _cues_of(cues: dict[str, tuple[str, ...]]) -> list[str]:
    return [*cues.get("words", ()), *(stem + "*" for stem in cues.get("stems", ()))]


def _content(statement: Told) -> str:
    """The words of a statement without its cue and its holder."""
    by = statement.by
    return without(statement.span, (by.cue, by.subject) if by else ())


def _embedded(statement: Told, judged: Judged, draft: _Draft) -> tuple[str, ...]:
    """The claim a denial names (`the claim that ...`): an account whose holder the page does not name."""
    if judged.act not in {"denial", "rejection"} or statement.by is None:
        return ()
    span = statement.span
    hit = lexicon_of("en").pattern("denial_objects").search(span.text, max(0, statement.by.cue.end - span.start))
    if hit is None:
        return ()
    stop = re.search(r"[;.]?\s*\Z|,\s+(?:saying|calling|adding|and)\b", span.text[hit.start() :])
    end = hit.start() + (stop.start() if stop else len(span.text) - hit.start())
    inner = Span(start=span.start + hit.start(), end=span.start + end, text=span.text[hit.start() : end])
    owner = [
        entity
        for where, entity in draft.mentions.within(span.start, inner.start)
        if re.match(r"[’']s?\s+\Z", span.text[where.end - span.start : hit.start()])
    ]
    holder: Slot = Named(entity=owner[-1].id) if owner else Unstated()
    return (draft.add(_account(inner, Judged(act="claim", note=EMBEDDED_NOTE), holder, None, "medium")).id,)


def _account(span: Span, judged: Judged, holder: Slot, cue: Span | None, grade: Grade) -> Account:
    negated = _NEGATED.search(_main_clause(span, cue)) is not None
    return account_of(span, judged, holder, grade, cue=cue, negated=negated, hedge=_hedge(span, cue))


def _main_clause(span: Span, cue: Span | None) -> str:
    """The words up to the next clause after the cue: a `not` farther on negates something else."""
    begin = (
        cue.end - span.start
        if cue is not None and span.covers(cue) and cue.start - span.start < len(span.text) // 2
        else 0
    )
    rest = re.split(r"\b(?:although|but|because|when|while|which|who|until|so)\b|[,;]", span.text[begin:], maxsplit=1)[
        0
    ]
    return " ".join(rest.split()[:MAIN_CLAUSE_WORDS])


def _hedge(span: Span, cue: Span | None) -> Span | None:
    """The first hedging word as printed; the `May` of a date is none."""
    for term in lexicon_of("en").speech_terms:
        for found in term.pattern.finditer(span.text) if term.hedge else ():
            hedge = Span(start=span.start + found.start(), end=span.start + found.end(), text=found.group())
            is_month = found.group() == "May" and re.search(r"\b(?:in|on|of|since|\d)\s*\Z", span.text[: found.start()])
            if not is_month and (cue is None or not hedge.overlaps(cue) or term.id == "hedges"):
                return hedge
    return None


def _witnessed(accounts: list[Account], mentions: Mentions) -> list[Account]:
    """Somebody who testifies on this page testifies also where a quoted sentence of theirs names no method."""
    tellers = tellers_of(accounts, mentions)
    own = lexicon_of("en").pattern("self_words")

    def testifies(account: Account) -> bool:
        holder = account.holder
        if account.act != "claim" or not isinstance(holder, Named) or account.note not in {"", CARRIED_NOTE}:
            return False
        quoted = mentions.is_quoted_apart(account.span) or own.search(account.span.text) is not None
        return quoted and holder.entity in tellers

    return [replace(account, act="testimony") if testifies(account) else account for account in accounts]
