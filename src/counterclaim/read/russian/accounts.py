"""What somebody said in Russian, each act once; refuses a holder from outside the page and a widened denial."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from counterclaim.read.answers import linked
from counterclaim.read.damage.copies import read_sentences
from counterclaim.read.lexicon import lexicon_of, pattern_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.russian.acts import is_own_experience, judge, said
from counterclaim.read.russian.kinds import kind_of
from counterclaim.read.russian.marks import dialogue_of
from counterclaim.read.russian.pronouns import Pronouns
from counterclaim.read.russian.statements import Told, statements_of, tells
from counterclaim.read.russian.turns import Turn, turns_of
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
from counterclaim.record.account import Account, Grade, Named, Reading, Slot, Unstated, Worded
from counterclaim.record.passage import Span, span_of
from counterclaim.record.vocabulary import vocabulary

MAIN_CLAUSE_WORDS = 8
TURN_NOTE = "A turn of an interview; it is told by whom the page interviews."
JOINT_CHARACTERS = 4  # a comma, a dash and the blanks around
TRANSLATED_NOTE = "Relayed in translation, as the page says; the words are the translator's."
_NEGATED = re.compile(r"\b(?:не|ни|нет|никто|никого|никогда|никак\w+|ничего|без)\b", re.IGNORECASE)
_PRONOUNS = frozenset({"он", "она", "они", "оно"})
_STARTS_CONTENT = re.compile(r"\b(?:что|чтобы|как)\b|[:«“]", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class _Draft(Draft):
    """The accounts of a Russian page, and whom its pronouns may mean."""

    pronouns: Pronouns


def accounts_of(so_far: Reading) -> tuple[Account, ...]:
    """Give the accounts in the order of the text; of two copies of a sentence one is read."""
    mentions = Mentions(so_far)
    draft = _Draft(reading=so_far, mentions=mentions, pronouns=Pronouns(so_far, mentions))
    starts = {paragraph.start for paragraph in paragraphs_of(so_far)}
    turns = turns_of(so_far, mentions)
    turn: Turn | None = None
    for sentence in read_sentences(so_far):
        if sentence.start in starts:
            draft.last = None
            turn = turns.get(sentence.start)
        if turn is not None and _in_turn(sentence, turn, draft):
            continue
        for statement in statements_of(sentence, mentions, draft.pronouns):
            _add(statement, draft)
    told = scoped(_witnessed(draft.accounts, mentions), so_far)
    return tuple(linked(told, so_far.article, mentions, lexicon_of("ru")))


def _in_turn(sentence: Span, turn: Turn, draft: _Draft) -> bool:
    """Read one sentence of an interview: an answer is its giver's, a question tells what others said."""
    begin = max(sentence.start, turn.words.start)
    words = span_of(draft.reading.document.dom_text, begin, max(begin, sentence.end))
    if turn.speaker is None:
        for statement in statements_of(words, draft.mentions, draft.pronouns) if words.text else ():
            if statement.by is not None:
                _add(statement, draft)
        return True
    kind = kind_of(turn.speaker, draft.mentions, draft.reading.document.dom_text)
    text = "«" + words.text + "»"  # said as in quotation marks
    if words.text and tells(words.text) and not words.text.endswith("?"):
        judged = said(kind, text, text, subject=turn.named.text if turn.named else "", own_turn=True)
        draft.last = draft.add(_account(words, noted(judged, TURN_NOTE), turn.speaker, None, "medium"))
    return True


def _add(statement: Told, draft: _Draft) -> None:
    if statement.inference:
        judged = Judged(act="opinion", note=INFERENCE_NOTE)
        draft.add(_account(statement.span, judged, Unstated(), statement.cue, "medium"))
        return
    if statement.by is None:
        _without_cue(statement, draft)
        return
    by = statement.by
    if isinstance(by.holder, Worded) and lexicon_of("ru").pattern("report_documents").match(by.holder.span.text):
        by = replace(by, holder=draft.last_report() or by.holder)
    kind = kind_of(by.holder, draft.mentions, draft.reading.document.dom_text)
    judged = judge(by, kind, _content(statement), statement.span.text)
    sure = isinstance(by.holder, Named) and by.subject is not None and by.subject.text.lower() not in _PRONOUNS
    if judged.act == "claim" and by.subject and by.subject.start < statement.span.start and _hangs(statement, draft):
        return
    if judged.act == "claim" and not _says_something(_content(statement), statement.span.text):
        return
    embedded = _embedded(statement, judged, draft)
    account = _account(statement.span, judged, by.holder, by.cue, "high" if sure else "medium")
    draft.last = draft.add(replace(account, answers=embedded))


def _hangs(statement: Told, draft: _Draft) -> bool:
    """Join `..., добавив, что ...` to the account it hangs on, where it tells nothing of its own."""
    last = draft.last
    if statement.by is None or statement.by.cue.start > statement.span.start:
        return False
    if last is None or last.span.end > statement.span.start or statement.span.start - last.span.end > JOINT_CHARACTERS:
        return False
    if last.act == "claim" and tells(statement.span.text):
        return False
    text = draft.reading.document.dom_text
    longer = replace(last, span=span_of(text, last.span.start, statement.span.end))
    draft.accounts[:] = [longer if each.id == last.id else each for each in draft.accounts]
    draft.last = longer
    return True


def _without_cue(statement: Told, draft: _Draft) -> None:
    """A sentence without a cue: a carried quotation, the sentence before carried on, or the page's own voice."""
    text = statement.span.text
    quoted = [q for q in draft.mentions.quotations_on(statement.span) if not isinstance(q.speaker, Unstated)]
    if quoted and len(quoted[0].span.text) * 2 > len(text):
        kind = kind_of(quoted[0].speaker, draft.mentions, draft.reading.document.dom_text)
        judged = said(kind, text, text, subject="")
        if judged.act == "claim" and dialogue_of(text) and draft.last and draft.last.act == "testimony":
            judged = Judged(act="testimony")
        draft.add(_account(statement.span, noted(judged, CARRIED_NOTE), quoted[0].speaker, None, "medium"))
        return
    opens = lexicon_of("ru").pattern("continuations").match(text)
    foreign = draft.mentions.damaged.is_spliced(statement.span)
    if opens and not foreign and draft.last and draft.last.act in {"testimony", "report"} and is_own_experience(text):
        judged = Judged(act=draft.last.act, note=CARRIED_NOTE)
        draft.add(_account(statement.span, judged, draft.last.holder, None, "low"))
    elif _tells(statement.span, draft.mentions) and not text.rstrip().endswith("?"):
        draft.add(_account(statement.span, Judged(act="claim", note=OWN_VOICE_NOTE), Unstated(), None, "low"))


def _tells(span: Span, mentions: Mentions) -> bool:
    """Whether a sentence in the page's own voice tells of ill-treatment, of custody, or of pictures of it."""
    text = without(span, bodies_in(span, mentions))
    lexicon = lexicon_of("ru")
    pictures = lexicon.pattern("images").search(text) and lexicon.pattern("image_verbs").search(text)
    return _told().search(text) is not None or bool(pictures)


@cache
def _told() -> re.Pattern[str]:
    rows = [term.fields.get("cues", {}).get("ru", {}) for term in vocabulary("methods").terms]
    cues = [cue for row in rows for cue in (*row.get("words", ()), *(stem + "*" for stem in row.get("stems", ())))]
    return pattern_of([*cues, *lexicon_of("ru").words("told_events")])


def _content(statement: Told) -> str:
    """The words of a statement without its cue and its holder."""
    by = statement.by
    return without(statement.span, (by.cue, by.subject) if by else ())


def _says_something(content: str, text: str) -> bool:
    """Whether a statement says anything besides who said it: `X рассказывает иначе` does not."""
    return len(re.findall(r"\w+", content)) > 1 or any(mark in text for mark in '«“"„—')


def _embedded(statement: Told, judged: Judged, draft: _Draft) -> tuple[str, ...]:
    """The claim a denial names (`утверждение о том, что ...`): an account whose holder the page may name beside it."""
    if judged.act not in {"denial", "rejection"} or statement.by is None:
        return ()
    span = statement.span
    hit = lexicon_of("ru").pattern("denial_objects").search(span.text, max(0, statement.by.cue.end - span.start))
    if hit is None or (hit.group().lower().startswith("обвинен") and hit.end() - hit.start() < 11):  # noqa: PLR2004  # `обвинения` alone
        return ()
    stop = re.search(r"[;.]?\s*\Z|,\s+(?:назвав|заявив|подчеркнув|отметив|добавив)\b", span.text[hit.start() :])
    end = hit.start() + (stop.start() if stop else len(span.text) - hit.start())
    inner = Span(start=span.start + hit.start(), end=span.start + end, text=span.text[hit.start() : end])
    own = [e for w, e in draft.mentions.within(inner.start, min(inner.end, inner.start + 90)) if e.type != "country"]
    head = re.match(r"(?:слова|заявлени\w*|утверждени\w*|обвинени\w*|сообщени\w*)\s+", inner.text)
    at = inner.start + head.end() if head else inner.start
    owner = [e for w, e in draft.mentions.within(inner.start, inner.end) if head and w.start - at <= 1]
    holder: Slot = Named(entity=owner[0].id) if owner and own else Unstated()
    return (draft.add(_account(inner, Judged(act="claim", note=EMBEDDED_NOTE), holder, None, "medium")).id,)


def _account(span: Span, judged: Judged, holder: Slot, cue: Span | None, grade: Grade) -> Account:
    language = translated_from(span.text)
    return account_of(
        span,
        noted(judged, TRANSLATED_NOTE if language else ""),
        holder,
        grade,
        cue=cue,
        negated=_NEGATED.search(_main_clause(span, cue)) is not None,
        hedge=_hedge(span, cue),
        translated_from=language,
    )


def translated_from(text: str) -> str | None:
    """Give the language (ISO 639-1) out of which the page says it was translated, as `перевод с азербайджанского`."""
    lexicon = lexicon_of("ru")
    hit = lexicon.pattern("translation").search(text)
    if hit is None:
        return None
    last = hit.group().split()[-1].lower()
    return next((code for stem, code in lexicon.table("languages_of").items() if last.startswith(stem)), None)


def _main_clause(span: Span, cue: Span | None) -> str:
    """The words up to the next clause after the cue: a `не` farther on negates something else."""
    text = span.text
    begin = 0
    if cue is not None and span.covers(cue) and cue.start - span.start < len(text) // 2:
        begin = cue.end - span.start
        opening = _STARTS_CONTENT.search(text, begin)
        begin = opening.end() if opening else begin
    rest = re.split(r"\b(?:хотя|но|потому|когда|который|котор\w+|если|пока|чтобы)\b|[,;—]", text[begin:], maxsplit=1)[0]
    return " ".join(rest.split()[:MAIN_CLAUSE_WORDS])


def _hedge(span: Span, cue: Span | None) -> Span | None:
    """The first hedging word as printed."""
    for term in lexicon_of("ru").speech_terms:
        for found in term.pattern.finditer(span.text) if term.hedge else ():
            hedge = Span(start=span.start + found.start(), end=span.start + found.end(), text=found.group())
            if cue is None or not hedge.overlaps(cue):
                return hedge
    return None


def _witnessed(accounts: list[Account], mentions: Mentions) -> list[Account]:
    """Somebody who testifies on this page testifies also where a quoted sentence of theirs names no method."""
    tellers = tellers_of(accounts, mentions)
    own = lexicon_of("ru").pattern("first_person")

    def testifies(account: Account) -> bool:
        holder = account.holder
        if account.act != "claim" or not isinstance(holder, Named) or account.note not in {"", CARRIED_NOTE}:
            return False
        told = holder.entity in tellers
        quoted = bool(mentions.quotations_on(account.span))
        return told and quoted and own.search(account.span.text) is not None

    return [replace(a, act="testimony") if testifies(a) else a for a in accounts]
