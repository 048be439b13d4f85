"""Which act of speech a Russian attribution is; refuses a finding without a court."""

from __future__ import annotations

import re

from counterclaim.read.lexicon import lexicon_of, pattern_of
from counterclaim.read.russian.attribution import Attribution
from counterclaim.read.russian.denials import denial_of as kind_of_denial
from counterclaim.read.russian.kinds import has
from counterclaim.read.russian.marks import dialogue_of, spoken_of
from counterclaim.read.russian.offices import ATTACK_NOTE, NO_DENIAL_NOTE, attacks, is_report, possible, said_by_office
from counterclaim.read.saying.judged import OVERCLAIM_NOTE, Denial, Judged, Kind

_UNSAID = re.compile(
    r"(?:\A|[«“\"„—]|[.!?…;,]\s)\s*(?:(?!\w+(?:ы|ие|ые|ки|ли)\b|сын|брат|муж|отц|доч|жен|мать|его\b|е[её]\b|их\b|клиент|подзащитн|люд|друг)[а-яё]+\s+){0,4}[а-яё]{2,12}ли(?!\w)",
    re.IGNORECASE,
)


def judge(attribution: Attribution, kind: Kind, content: str, sentence: str) -> Judged:
    """Propose the act of an attribution from its cue, its holder's kind and what is said.

    `content` is the account without the holder and the cue; `sentence` is all of it.
    """
    term, cue = attribution.term, attribution.cue.text
    match term.act:
        case "denial":
            # `Назвал рассказы о пытках вымыслом`: what the cue itself calls it goes before what it is about.
            named = kind_of_denial(cue, sentence=sentence)
            if has("strong_blanket", cue):
                named = Denial(kind="blanket", denies=("all",))
            found = named if named.kind != "other" else kind_of_denial(content, sentence=sentence)
            note = OVERCLAIM_NOTE.format(cue=cue) if term.overclaims else ""
            return Judged(act="denial", denial_kind=found.kind, denies=found.denies, note=note)
        case "rejection":
            return _rejected(content, sentence)
        case "finding" | "justification" | "opinion" if kind == "court" and has("court_holdings", cue):
            return Judged(act="finding")  # `суд установил`, `суд оправдал`, `судья счёл`
        case "finding":
            return _found(kind, sentence)
        case "admission":
            return _admitted(kind, sentence)
        case "opinion" | "retraction" | "non_denial" | "no_reply" | "report":
            judgeable = term.act == "opinion" or (term.act == "non_denial" and bool(spoken_of(sentence)))
            reply = _reply(kind, content, sentence) if judgeable else None
            note = NO_DENIAL_NOTE if term.act == "non_denial" else ""
            return reply or Judged(act=term.act, note=note)
        case "testimony" if kind != "official":
            return _told(kind, content, attribution)
        case "claim" if term.overclaims:
            note = f"The page's verb {cue!r} takes the content for granted; it is recorded as a claim."
            return Judged(act="claim", note=note)
        case _:
            return _plainly(attribution, kind, content, sentence)


def _plainly(attribution: Attribution, kind: Kind, content: str, sentence: str) -> Judged:
    cue = attribution.cue.text
    if kind == "organization" and has("report_cues", cue):
        return Judged(act="report")
    if kind == "official" and attribution.term.act == "justification":
        return Judged(act="justification", denial_kind="force_justified")
    if kind == "official" and has("doubting_cues", cue):
        return possible()
    return said(kind, content, sentence, subject=attribution.subject.text if attribution.subject else "")


def _told(kind: Kind, content: str, attribution: Attribution) -> Judged:
    subject = attribution.subject.text if attribution.subject else ""
    if has("own_denials", content):
        return Judged(act="denial", denial_kind="did_not_happen", denies=("act",))
    if kind == "group":
        return Judged(act="testimony" if has("telling_groups", subject) else "claim")
    own = pattern_of(lexicon_of("ru").words("first_person")).search(content)
    witness = kind in {"person", "unknown"} or (kind == "advocate" and own is not None)
    return Judged(act="testimony" if witness else "claim")


def _found(kind: Kind, sentence: str) -> Judged:
    if kind == "court":
        return Judged(act="finding")
    report = kind in {"organization", "media", "official", "expert", "group"} or is_report(sentence)
    note = "Worded as a finding; its holder is no court, so it is not recorded as one."
    return Judged(act="report" if report else "claim", note=note)


def _admitted(kind: Kind, sentence: str) -> Judged:
    if kind == "court":
        return Judged(act="finding")
    if kind == "official" or has("own_deeds", sentence):
        return Judged(act="admission")
    note = "A confession told by others is theirs until its own circumstances are known."
    return Judged(act="claim", note=note)


def _reply(kind: Kind, content: str, sentence: str) -> Judged | None:
    """An office's opinion that denies or attacks is a reply."""
    judged = said(kind, content, sentence, subject="") if kind == "official" else None
    return judged if judged and judged.act in {"denial", "rejection", "justification"} else None


def _rejected(content: str, sentence: str) -> Judged:
    """A rejection with a claim as its object is a denial; without one it answers criticism in general."""
    found = kind_of_denial(content, sentence=sentence)
    claimed = lexicon_of("ru").pattern("denial_objects").search(content)
    if claimed and found.kind not in {"source_attacked", "other", "blanket"}:
        return Judged(act="denial", denial_kind=found.kind, denies=found.denies)
    if attacks(sentence):
        return Judged(act="rejection", denial_kind="source_attacked", note=ATTACK_NOTE)
    if has("strong_blanket", content) and not claimed:
        return Judged(act="denial", denial_kind="blanket", denies=("all",))  # `«Это сказки», — отмахнулся`
    return Judged(act="rejection", denial_kind="blanket", note="A general reply; no particular is answered.")


def said(kind: Kind, content: str, sentence: str, *, subject: str, own_turn: bool = False) -> Judged:
    """A plain verb of saying: the act comes from what is said and from whose words it is."""
    if kind == "official":
        return said_by_office(content, sentence)
    if is_report(sentence) and kind in {"organization", "media", "unknown", "group", "expert"}:
        return Judged(act="report")
    if kind == "court" and has("court_holdings", sentence):
        return Judged(act="finding")
    if kind in {"organization", "media", "group", "court"}:
        tells = kind == "group" and has("experience", content) and has("telling_groups", subject)
        return Judged(act="testimony" if tells else "claim")
    return _said_by_person(kind, content, sentence, own_turn=own_turn or has("telling_groups", subject))


def _said_by_person(kind: Kind, content: str, sentence: str, *, own_turn: bool) -> Judged:
    """What a person says: their own deed, denied or owned up to; what they think; what was done to them."""
    playing = has("play_words", sentence)
    if kind != "advocate" and has("own_denials", content):
        return Judged(act="denial", denial_kind="did_not_happen", denies=("act",))
    if kind in {"person", "unknown"} and has("own_deeds", content) and not playing:
        return Judged(act="admission")
    if has("own_opinions", content):
        return Judged(act="opinion")
    tells = has("experience", content) and not playing and not has("unharmed", content)
    saw = has("witnessing", content) and has("first_person", content)
    if kind in {"person", "unknown"}:
        own = has("page_subjects", content) or has("own_state", content) or own_turn or _done_to(sentence)
        return Judged(act="testimony" if saw or (tells and own) else "claim")
    return Judged(act="testimony" if tells and (saw if kind == "advocate" else own_turn) else "claim")


def _done_to(sentence: str) -> bool:
    """Whether quoted words tell what was done, and no doer: `«Били по пяткам»`, `«Воды не давали»`."""
    quoted = any(mark in sentence for mark in "«»“”") or bool(dialogue_of(sentence))
    return quoted and _UNSAID.search(sentence) is not None


def is_own_experience(content: str) -> bool:
    """Whether words tell of what was done to a person, in the first or third person."""
    own = has("page_subjects", content) or has("own_state", content)
    return own and has("experience", content) and not has("play_words", content)
