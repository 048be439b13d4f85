"""Which act of speech a Russian attribution is; refuses a finding without a court."""

from __future__ import annotations

import re

from counterclaim.read.lexicon import lexicon_of, pattern_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.russian.attribution import Attribution
from counterclaim.read.russian.classify import role_forms
from counterclaim.read.russian.denials import denial_of as kind_of_denial
from counterclaim.read.russian.denials import said_denial_of
from counterclaim.read.russian.endings import plain
from counterclaim.read.russian.marks import dialogue_of
from counterclaim.read.saying.judged import OVERCLAIM_NOTE, Denial, Judged, Kind, introductions, kind_by
from counterclaim.record.account import Entity, Slot
from counterclaim.record.passage import Span

APPOSITION_CHARACTERS = 90
STATE_CHARACTERS = 40  # `Правительственная газета «X»`
NO_DENIAL_NOTE = "The reply denies nothing."
_NAMED_PLACE = re.compile(r"\s+(?:соседней\s+|городе\s+)?[А-ЯЁ][а-яё]{3,}")
ROLE_WORDS = 7
_UNSAID = re.compile(
    r"(?:\A|[«“\"„—]|[.!?…;,]\s)\s*(?:(?!\w+(?:ы|ие|ые|ки|ли)\b|сын|брат|муж|отц|доч|жен|мать|его\b|е[её]\b|их\b|клиент|подзащитн|люд|друг)[а-яё]+\s+){0,4}[а-яё]{2,12}ли(?!\w)",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.;:«»“”\"„\n—–]|\s[аи]\s")


def kind_of(holder: Slot, mentions: Mentions, text: str) -> Kind:
    """Say what kind of holder it is; a named person counts as official where an office stands beside the name."""

    def of_entity(entity: Entity) -> Kind:
        match entity.type:
            case "court":
                return "court"
            case "public_body" | "country" | "facility" | "place":
                return "official"
            case "person":
                return _kind_of_person(text, introductions(entity, mentions))
            case "group":
                return "official" if _has("official_words", entity.name or "") else _group_kind(entity.name or "")
            case "media":
                return "official" if _is_state_paper(text, introductions(entity, mentions)) else "media"
            case _:
                return "official" if _has("office_names", entity.name or "") else "organization"

    return kind_by(holder, mentions, of_entity, lambda span: _kind_of_words(span.text))


def _is_state_paper(text: str, spans: list[Span]) -> bool:
    return any(_has("state_words", text[max(0, span.start - STATE_CHARACTERS) : span.start]) for span in spans)


def _group_kind(name: str) -> Kind:
    return "advocate" if _has("advocate_words", name) else "group"


def _kind_of_words(words: str) -> Kind:
    first = " ".join(words.split()[:2])
    if _has("advocate_words", first):
        return "advocate"
    if _has("court_words", first):
        return "court"
    if _has("official_words", words) and not _has("page_witnesses", words.split(maxsplit=1)[0]):
        return "official"
    if re.match(r"(?:эксперт|судмедэксперт|врач|специалист|медик)", plain(words)):
        return "expert"
    return "unknown"


def _has(section: str, words: str) -> bool:
    lexicon = lexicon_of("ru")
    return lexicon.has(section) and lexicon.pattern(section).search(words) is not None


def _kind_of_person(text: str, spans: list[Span]) -> Kind:
    """A lawyer's, relative's or office's word right beside any mention of the name decides; else a person."""
    beside = [piece for span in spans for piece in _beside(text, span)]
    # `Адвокат полковника X` is told of another; the word nearest the name counts first.
    if any(_has("advocate_words", piece) for piece in beside):
        return "advocate"
    if any(_has("court_words", piece.split()[0]) for piece in beside if piece.split()):
        return "court"
    if any(_has("office_words", piece) for piece in beside):
        return "official"
    if any(re.search(r"\b(?:эксперт|судмедэксперт|врач|хирург|психолог)\w*", piece, re.IGNORECASE) for piece in beside):
        return "expert"
    return "person"


def _beside(text: str, span: Span) -> list[str]:
    """The words of an office before a name, up to a mark or a name, and the apposition right after it."""
    ahead = _CLAUSE_END.split(text[max(0, span.start - APPOSITION_CHARACTERS) : span.start])[-1]
    last = ahead.rstrip(" ,").split(",")[-1]
    words = last.split()[-ROLE_WORDS:]
    while words and not _is_role_start(words[0]):
        words.pop(0)
    out = [" ".join(words)] if words else []
    after = re.match(r",\s+([^,.;:«»—–]{3,80})(?=[,.])", text[span.end : span.end + APPOSITION_CHARACTERS])
    # An apposition begins with its role: `X, начальник отдела,`; not with the next clause: `X, его избили,`.
    if after and any(_is_role_start(word) for word in after.group(1).split()[:2]):
        out.append(after.group(1))
    return out


def _is_role_start(word: str) -> bool:
    return plain(word.strip('«»"“”(')) in role_forms() or _has("ranks", word)


def judge(attribution: Attribution, kind: Kind, content: str, sentence: str) -> Judged:
    """Propose the act of an attribution from its cue, its holder's kind and what is said.

    `content` is the account without the holder and the cue; `sentence` is all of it.
    """
    term, cue = attribution.term, attribution.cue.text
    match term.act:
        case "denial":
            # `Назвал рассказы о пытках вымыслом`: what the cue itself calls it goes before what it is about.
            named = kind_of_denial(cue, sentence=sentence)
            if _has("strong_blanket", cue):
                named = Denial(kind="blanket", denies=("all",))
            found = named if named.kind != "other" else kind_of_denial(content, sentence=sentence)
            note = OVERCLAIM_NOTE.format(cue=cue) if term.overclaims else ""
            return Judged(act="denial", denial_kind=found.kind, denies=found.denies, note=note)
        case "rejection":
            return _rejected(content, sentence)
        case "finding":
            return _found(kind, sentence)
        case "justification" if kind == "court":
            return Judged(act="finding")  # `суд оправдал`
        case "admission":
            return _admitted(kind, sentence)
        case "opinion" | "retraction" | "non_denial" | "no_reply" | "report":
            reply = _reply(kind, content, sentence) if term.act == "opinion" else None
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
    if kind == "organization" and _has("report_cues", cue):
        return Judged(act="report")
    if kind == "official" and _has("doubting_cues", cue):
        return _possible()
    return said(kind, content, sentence, subject=attribution.subject.text if attribution.subject else "")


def _told(kind: Kind, content: str, attribution: Attribution) -> Judged:
    subject = attribution.subject.text if attribution.subject else ""
    if kind == "group":
        return Judged(act="testimony" if _has("telling_groups", subject) else "claim")
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
    if kind == "official" or _has("own_deeds", sentence):
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
    if _attacks(sentence):
        return Judged(act="rejection", denial_kind="source_attacked", note=ATTACK_NOTE)
    if _has("strong_blanket", content) and not claimed:
        return Judged(act="denial", denial_kind="blanket", denies=("all",))  # `«Это сказки», — отмахнулся`
    return Judged(act="rejection", denial_kind="blanket", note="A general reply; no particular is answered.")


ATTACK_NOTE = "The source is attacked; no particular is answered."


def _attacks(content: str) -> bool:
    row = next(row for row in lexicon_of("ru").rows("denial_rules") if row["kind"] == "source_attacked")
    return pattern_of(row["cues"]).search(content) is not None


def said(kind: Kind, content: str, sentence: str, *, subject: str, own_turn: bool = False) -> Judged:
    """A plain verb of saying: the act comes from what is said and from whose words it is."""
    lexicon = lexicon_of("ru")
    if kind == "official":
        return _said_by_office(content, sentence)
    if is_report(sentence) and kind in {"organization", "media", "unknown", "group", "expert"}:
        return Judged(act="report")
    if kind == "court" and lexicon.pattern("court_holdings").search(sentence):
        return Judged(act="finding")
    if kind in {"person", "unknown", "expert"} and _has("own_denials", content):
        return Judged(act="denial", denial_kind="did_not_happen", denies=("act",))
    if kind in {"person", "unknown"} and _has("own_deeds", content) and not _has("play_words", sentence):
        return Judged(act="admission")
    if kind in {"person", "unknown", "advocate", "expert"} and _has("own_opinions", content):
        return Judged(act="opinion")
    own = pattern_of(lexicon.words("page_subjects")).search(content) or lexicon.pattern("own_state").search(content)
    tells = lexicon.pattern("experience").search(content) and not _has("play_words", sentence)
    if kind in {"person", "unknown"} and tells and (own or own_turn or _done_to(sentence)):
        return Judged(act="testimony")
    if kind == "expert" and tells and own_turn:
        return Judged(act="testimony")
    if kind in {"group", "unknown"} and tells and _has("telling_groups", subject):
        return Judged(act="testimony")
    return Judged(act="claim")


def _done_to(sentence: str) -> bool:
    """Whether quoted words tell what was done, and no doer: `«Били по пяткам»`, `«Воды не давали»`."""
    quoted = any(mark in sentence for mark in "«»“”") or bool(dialogue_of(sentence))
    return quoted and _UNSAID.search(sentence) is not None


def _said_by_office(content: str, sentence: str) -> Judged:
    lexicon = lexicon_of("ru")
    if lexicon.pattern("own_deeds").search(content):
        return Judged(act="admission")
    if re.search(r"\b(?:в|согласно) (?:[а-яё]+ )?(?:доклад|отч[её]т)\w*", sentence, re.IGNORECASE):
        return Judged(act="report")
    raising = next(term for term in lexicon.speech_terms if term.id == "raising_possibility")
    if raising.pattern.search(content):
        return _possible()
    found = said_denial_of(content, sentence=sentence)
    if lexicon.pattern("justification_rules").search(content) and (found is None or found.kind == "did_not_happen"):
        return Judged(act="justification", denial_kind="force_justified")
    if found:
        return Judged(act="denial", denial_kind=found.kind, denies=found.denies)
    if _taken_elsewhere(content):
        return Judged(act="denial", denial_kind="elsewhere", denies=("place",))
    if _attacks(content):
        return Judged(act="rejection", denial_kind="source_attacked", note=ATTACK_NOTE)
    if lexicon.pattern("self_admissions").search(content):
        return Judged(act="admission")
    if lexicon.pattern("inquiries").search(content):
        return Judged(act="non_denial", note=NO_DENIAL_NOTE)
    return Judged(act="report" if is_report(sentence) else "claim")


def _taken_elsewhere(content: str) -> bool:
    """Whether an office says of pictures where they were taken, by a name: `снимок сделан в X`."""
    lexicon = lexicon_of("ru")
    if not lexicon.pattern("images").search(content) or _has("self_admissions", content):
        return False
    return any(_NAMED_PLACE.match(content, hit.end()) for hit in lexicon.pattern("taken_in").finditer(content))


def _possible() -> Judged:
    note = "A possibility is raised; nobody asserts that it was so."
    return Judged(act="denial", denial_kind="possibility_raised", note=note)


def is_report(sentence: str) -> bool:
    """Whether a sentence tells of a report, a study or a monitoring."""
    return lexicon_of("ru").pattern("report_words").search(sentence) is not None


def is_own_experience(content: str) -> bool:
    """Whether words tell of what was done to a person, in the first or third person."""
    lexicon = lexicon_of("ru")
    own = pattern_of(lexicon.words("page_subjects")).search(content) or lexicon.pattern("own_state").search(content)
    return not _has("play_words", content) and bool(lexicon.pattern("experience").search(content) and own)
