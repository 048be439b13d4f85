"""What somebody said, each act once; refuses a holder from outside the page and a denial wider than its words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from counterclaim.read.answers import linked
from counterclaim.read.casing import lowered
from counterclaim.read.damage.copies import read_sentences
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
from counterclaim.read.saying.judged import Judged
from counterclaim.read.sentences import paragraphs_of
from counterclaim.read.turkic.acts import judge, kind_of, said
from counterclaim.read.turkic.attribution import Attribution, attributions_of
from counterclaim.read.turkic.denials import is_negative
from counterclaim.read.turkic.interview import Turn, turns_of
from counterclaim.read.turkic.letterhead import voice_of
from counterclaim.read.turkic.phrases import Sentence
from counterclaim.read.turkic.quotations import spoken_last
from counterclaim.read.turkic.statements import Told, statements_of
from counterclaim.read.turkic.words import Words, words_of_language
from counterclaim.record.account import Account, Grade, Named, Reading, Slot, Unstated, Worded
from counterclaim.record.passage import Span

MAIN_VERB_WORDS = 3
CONTESTED_CHARACTERS_MIN = 400  # a post or a lead alone may leave out what it answers
_READ_FROM_CONTENT = frozenset({"denial", "rejection", "justification", "non_denial", "testimony"})
_PLAIN_ACTS = frozenset({None, "claim", "opinion", "testimony"})
TOLD_WORDS_MIN = 2  # `Bəli.` tells nothing by itself
VOICE_NOTE = "The document is headed or signed as its holder's own."
TURN_NOTE = "An answer of an interview; it is its giver's."
_MARKS = ' .,;:!?–—-“”«»"'
_WORD = re.compile(r"\w+")
DROPPED_NOTE = "The verb leaves its subject out; it is taken from what stands before."


@dataclass(slots=True, kw_only=True)
class _Draft(Draft):
    """The accounts of an Azerbaijani or Turkish page, its words, and who spoke last in the paragraph."""

    words: Words
    spoke: Slot | None = None
    voice: Slot | None = None
    """Whose the whole document is, where its head or foot says so."""
    contested: bool = True
    """Whether anything on the page tells of ill-treatment, of custody, or of pictures of it."""


def accounts_of(so_far: Reading) -> tuple[Account, ...]:
    """Give the accounts in the order of the text; of two copies of a sentence one is read."""
    words = words_of_language(so_far.document.language)
    draft = _Draft(reading=so_far, mentions=Mentions(so_far), words=words)
    draft.contested = _is_contested(so_far, words)
    draft.voice = voice_of(so_far, draft.mentions, words)
    starts = {paragraph.start for paragraph in paragraphs_of(so_far)}
    turns, turn = turns_of(so_far, draft.mentions, words), None
    for span in read_sentences(so_far):
        if span.start in starts:
            draft.spoke = draft.last = None
            turn = turns.get(span.start)
        if turn is not None:
            _answered(span, turn, draft)
            continue
        sentence = Sentence(span, draft.mentions, words)
        found = attributions_of(sentence, draft.spoke)
        for statement in statements_of(sentence, found):
            _add(statement, sentence, draft)
        draft.spoke = spoken_last(found, draft.spoke)
    told = scoped(_witnessed(draft.accounts, draft.mentions), so_far)
    return tuple(linked(told, so_far.article, draft.mentions, words.lexicon))


def _answered(span: Span, turn: Turn, draft: _Draft) -> None:
    """A sentence of an interview: an answer is its giver's where it tells something, a question is no account."""
    start = max(span.start, min(turn.begins, span.end))
    told = Span(start=start, end=span.end, text=span.text[start - span.start :])
    if turn.speaker is None or told.text.endswith("?") or len(told.text.split()) < TOLD_WORDS_MIN:
        return
    low = _low(told, draft)
    kind = kind_of(turn.speaker, draft.mentions, draft.reading.document.dom_text, draft.words)
    judged = said(None, kind, low, low, Sentence(told, draft.mentions, draft.words))
    if judged.act == "claim" and not _tells(low, draft.words) and not draft.words.pattern("experience").search(low):
        return
    if judged.act == "testimony" and isinstance(turn.speaker, Unstated):
        judged = replace(judged, act="claim")
    draft.add(_account(told, noted(judged, TURN_NOTE), turn.speaker, "medium", draft.words))


def _is_contested(so_far: Reading, words: Words) -> bool:
    """Whether a page tells of ill-treatment or of custody anywhere: else nothing on it answers such a telling.

    A few lines may answer what stands elsewhere, and a language without the list is taken to contest.
    """
    if len(so_far.document.dom_text) < CONTESTED_CHARACTERS_MIN or not words.lexicon.has("contested_words"):
        return True
    paragraphs = (lowered(paragraph.text, words.language) for paragraph in paragraphs_of(so_far))
    sections = ("own_voice_more", "own_voice_custody", "contested_words")
    return any(
        words.methods.search(low) or any(words.pattern(section).search(low) for section in sections)
        for low in paragraphs
    )


def _add(statement: Told, sentence: Sentence, draft: _Draft) -> None:
    if statement.inference:
        judged = Judged(act="opinion", note=INFERENCE_NOTE)
        draft.add(_account(statement.span, judged, Unstated(), "medium", draft.words, cue=statement.cue))
        return
    by = statement.by
    if by is None:
        _without_cue(statement, sentence, draft)
        return
    holder = _reporter(by, draft)
    kind = kind_of(holder, draft.mentions, draft.reading.document.dom_text, draft.words)
    content = _content(statement, draft)
    split = by.cue is None or not statement.span.covers(by.cue)  # one sentence of a longer quotation
    whole = lowered((sentence if split else statement).span.text, draft.words.language)
    if _is_idle(statement, content, sentence):
        return
    if by.act is None and draft.words.pattern("back_words").match(whole):
        return  # `Bunu söyleyen X, ...` tells whose the words before were
    judged = judge(by, kind, content, whole, sentence)
    if judged.act == "finding" and _is_step(content, draft.words):
        return
    if judged.act in _READ_FROM_CONTENT and by.act in _PLAIN_ACTS and not draft.contested:
        judged = Judged(act="claim")  # a page that tells of no ill-treatment, custody or pictures contests none
    if _tells_nothing(by, judged, content, whole, sentence) or (judged.act == "no_reply" and _only_silent(by, kind)):
        return
    if judged.act == "testimony" and isinstance(holder, Unstated):
        judged = Judged(act="claim", note=judged.note)  # nobody is named who lived through it
    if by.carried:
        judged = noted(judged, DROPPED_NOTE)
    grade: Grade = "high" if isinstance(holder, Named) and by.subject and not by.carried else "medium"
    embedded = _embedded(statement, judged, draft)
    account = _account(statement.span, judged, holder, grade, draft.words, cue=by.cue)
    draft.last = draft.add(replace(account, answers=embedded))


def _is_idle(statement: Told, content: str, sentence: Sentence) -> bool:
    """Whether nothing is said: `X jurnalistlərə danışıb.`; `... qərəzli sayır və qəbul etmir`, the same once more."""
    by = statement.by
    if by is None or (not content.strip(_MARKS) and by.act in {None, "testimony", "report"}):
        return True
    led = by.subject is not None and statement.span.covers(by.subject)
    return statement.span.start > sentence.span.start and not led and not _WORD.sub("", content, count=1).strip(_MARKS)


def _only_silent(by: Attribution, kind: str) -> bool:
    """`Qoca susdu`: somebody without an office who is silent was not asked."""
    return by.cue is not None and by.cue.text.lower().startswith("sus") and kind not in {"official", "organization"}


def _tells_nothing(by: Attribution, judged: Judged, content: str, whole: str, sentence: Sentence) -> bool:
    """Whether a cue stands for no account: a question, a verb without what is said, a step of a proceeding."""
    words = sentence.words
    cue = lowered(by.cue.text, words.language) if by.cue is not None else ""
    if judged.act in {"claim", "testimony"} and words.pattern("asking_words").search(cue):
        return True
    told = by.act in {None, "admission", "finding", "claim"} or by.term == "presupposing"
    if judged.act in {"claim", "report", "admission", "testimony"} and told and _says_nothing(content, whole, sentence):
        return True
    return by.act in {"denial", "rejection"} and _is_procedural(content, words)


def _low(span: Span, draft: _Draft) -> str:
    return lowered(span.text, draft.words.language)


def _says_nothing(content: str, whole: str, sentence: Sentence) -> bool:
    """Whether a verb of saying stands without what is said: `mətbuat konfransında danışıb`."""
    told = re.search(r"\bki\b|[“”«»\":]|\bdeyə\b|\bdiye\b|gör[əe]\b", whole)
    return told is None and _NOUN_CLAUSE.search(content) is None and not _tells(content, sentence.words)


_NOUN_CLAUSE = re.compile(r"\w(?:[dt][ıiuü][ğyk]|aca[ğq]|əcə[yk]|ece[ğk]|m[aeə]s[ıi]|dıq|olduğ|m[aeə]l[ıi])\w*")


def _is_step(content: str, words: Words) -> bool:
    """Whether a court only takes a step of its proceeding (`davayı ertelemeye karar verdi`) and finds nothing."""
    return bool(words.pattern("procedural_findings").search(content)) and not words.methods.search(content)


def _is_procedural(content: str, words: Words) -> bool:
    """Whether a complaint or a motion was turned down: a step of a proceeding, no answer to an account."""
    return bool(words.pattern("procedural_objects").search(content)) and not words.pattern("denial_objects").search(
        content
    )


def _reporter(by: Attribution, draft: _Draft) -> Slot:
    """`Hesabatda deyilir`: the report last told of on this page, where one was."""
    if by.document is None or not isinstance(by.holder, Worded) or not by.holder.span.overlaps(by.document):
        return by.holder
    noun = draft.words.noun(lowered(by.document.text, draft.words.language), draft.words.stems("report_stems"))
    return (draft.last_report() if noun else None) or by.holder


def _without_cue(statement: Told, sentence: Sentence, draft: _Draft) -> None:
    """A sentence without a cue: a carried quotation, or the page's own voice."""
    span = statement.span
    low = lowered(span.text, draft.words.language)
    quoted = [q for q in draft.mentions.quotations_on(span) if not isinstance(q.speaker, Unstated)]
    if quoted and len(quoted[0].span.text) * 2 > len(span.text):
        kind = kind_of(quoted[0].speaker, draft.mentions, draft.reading.document.dom_text, draft.words)
        judged = said(None, kind, low, low, sentence)
        draft.add(_account(span, noted(judged, CARRIED_NOTE), quoted[0].speaker, "medium", draft.words))
        return
    if draft.voice is not None and _voiced(span, low, sentence, draft):
        return
    if _tells(_without_bodies(span, draft), draft.words):
        draft.add(_account(span, Judged(act="claim", note=OWN_VOICE_NOTE), Unstated(), "low", draft.words))


def _voiced(span: Span, low: str, sentence: Sentence, draft: _Draft) -> bool:
    """A sentence of a document that is somebody's own: theirs where it answers or tells something."""
    if draft.voice is None:
        return False
    kind = kind_of(draft.voice, draft.mentions, draft.reading.document.dom_text, draft.words)
    judged = said(None, kind, low, low, sentence)
    if judged.act == "claim" and not _tells(_without_bodies(span, draft), draft.words):
        return False
    draft.add(_account(span, noted(judged, VOICE_NOTE), draft.voice, "medium", draft.words))
    return True


def _without_bodies(span: Span, draft: _Draft) -> str:
    """The small letters without the names of bodies: an association against torture tells of none."""
    bodies = [w for w in bodies_in(span, draft.mentions) if len(w.text.split()) > 1 and w.text[0].isupper()]
    return without(span, bodies, lowered(span.text, draft.words.language))


def _tells(low: str, words: Words) -> bool:
    """Whether a sentence tells of ill-treatment, of custody, or of pictures of it."""
    told = any(words.pattern(section).search(low) for section in ("own_voice_more", "own_voice_custody"))
    pictures = words.pattern("images").search(low) and words.pattern("image_verbs").search(low)
    return told or words.methods.search(low) is not None or bool(pictures)


def _content(statement: Told, draft: _Draft) -> str:
    """The small letters of a statement without its cue, its holder and the names of bodies."""
    by = statement.by
    return without(statement.span, (by.cue, by.subject) if by else (), _without_bodies(statement.span, draft))


def _embedded(statement: Told, judged: Judged, draft: _Draft) -> tuple[str, ...]:
    """The claim a denial names (`... yönündeki iddiaları`): an account whose holder the page does not name."""
    if judged.act not in {"denial", "rejection"} or statement.by is None:
        return ()
    span, by = statement.span, statement.by
    low = lowered(span.text, draft.words.language)
    hit = draft.words.pattern("embedded_claims").search(low)
    if hit is None:
        return ()
    own = by.subject is not None and span.covers(by.subject)
    start = by.subject.end if own and by.subject and by.subject.end <= span.start + hit.start() else span.start
    start = max(start, span.start)
    text = span.text[start - span.start : hit.end()]
    begin = start + len(text) - len(text.lstrip(" ,’'"))
    inner = Span(start=begin, end=span.start + hit.end(), text=span.text[begin - span.start : hit.end()])
    if not inner.text or (by.cue is not None and inner.overlaps(by.cue)):
        return ()
    judged = Judged(act="claim", note=EMBEDDED_NOTE)
    return (draft.add(_account(inner, judged, Unstated(), "medium", draft.words)).id,)


def _account(
    span: Span, judged: Judged, holder: Slot, grade: Grade, words: Words, *, cue: Span | None = None
) -> Account:
    low = lowered(span.text, words.language)
    return account_of(
        span,
        judged,
        holder,
        grade,
        cue=cue,
        negated=_closes_negative(span, cue, low),
        hedge=_hedge(span, low, words),
        translated_from=_translated(low, words),
    )


def _closes_negative(span: Span, cue: Span | None, low: str) -> bool:
    """Whether the verb that closes what is said is negative."""
    end = cue.start - span.start if cue is not None and span.covers(cue) and cue.start > span.start + 3 else len(low)
    after = low[cue.end - span.start :] if cue is not None and span.covers(cue) else ""
    part = after if re.match(r"\s*,?\s*ki\b", after) else low[:end]
    return is_negative(" ".join(re.findall(r"[^\W_]+", part)[-MAIN_VERB_WORDS:]))


def _hedge(span: Span, low: str, words: Words) -> Span | None:
    """The first hedging word as printed."""
    found = words.hedges.search(low)
    if found is None:
        return None
    return Span(
        start=span.start + found.start(), end=span.start + found.end(), text=span.text[found.start() : found.end()]
    )


def _translated(low: str, words: Words) -> str | None:
    """The language the words were translated from, where the page says so."""
    if not words.pattern("translation_words").search(low):
        return None
    rows = words.lexicon.table("translation_languages")
    return next(
        (code for word in re.findall(r"[^\W_]+", low) for name, code in rows.items() if word.startswith(name)), None
    )


def _witnessed(accounts: list[Account], mentions: Mentions) -> list[Account]:
    """Somebody who testifies on this page testifies also where a quoted sentence of theirs names no method."""
    tellers = tellers_of(accounts, mentions)

    def testifies(account: Account) -> bool:
        holder = account.holder
        if (
            account.act != "claim"
            or not isinstance(holder, Named)
            or account.note not in {"", CARRIED_NOTE, DROPPED_NOTE}
        ):
            return False
        return bool(mentions.quotations_on(account.span)) and holder.entity in tellers

    return [replace(account, act="testimony") if testifies(account) else account for account in accounts]
