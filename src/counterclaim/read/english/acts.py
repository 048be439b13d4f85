"""Which act of speech an attribution is: claim, denial, testimony and the rest; refuses a finding without a court."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from counterclaim.read.english.attribution import Attribution
from counterclaim.read.english.denials import OVERCLAIM_NOTE, Denial, denial_of, said_denial_of
from counterclaim.read.lexicon import lexicon_of, pattern_of
from counterclaim.read.mentions import Mentions
from counterclaim.record.account import Act, DenialKind, DeniedElement, Named, Slot, Undetermined, Worded
from counterclaim.record.passage import Span

INTRODUCED_MENTIONS = 8  # an office is told where somebody is introduced
RANK_CHARACTERS = 24  # `Superintendent X`
APPOSITION_CHARACTERS = 80
BODY_CHARACTERS = 160  # `The Prison Service ... Its director, X`: the body stands in the sentence before at the latest
_IN_REPORT = re.compile(
    r"\b(?:in|of) (?:its|a|an|the|their)(?: [\w-]+){0,2} report\b|\b(?:annual|yearly) report\b", re.IGNORECASE
)
_BODIES = frozenset({"public_body", "facility", "organization"})
_REPLIES = frozenset({"denial", "rejection", "justification"})
_GERUND = re.compile(r"\s+(?:ever\s+|having\s+)?[a-z]{3,}ing\b")
Kind = Literal["official", "court", "advocate", "group", "media", "organization", "person", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The act proposed, with what it denies where it denies, and a note where something must be said."""

    act: Act
    denial_kind: DenialKind | None = None
    denies: tuple[DeniedElement, ...] = ()
    note: str = ""


def kind_of(holder: Slot, mentions: Mentions, text: str) -> Kind:
    """Say what kind of holder it is; a named person counts as official where an office stands beside the name."""
    lexicon = lexicon_of("en")
    match holder:
        case Named(entity=entity_id):
            entity = mentions.entity(entity_id)
            if entity.type == "court":
                return "court"
            if entity.type in {"public_body", "country", "facility", "place"}:
                return "official"
            if entity.type == "person":
                ids = (entity_id, *entity.same_as)
                spans = [span for each in ids for span in mentions.entity(each).mentions[:INTRODUCED_MENTIONS]]
                return _kind_of_person(text, spans, mentions)
            if any(mentions.entity(each).type == "public_body" for each in entity.same_as):
                return "official"
            return {"group": "group", "media": "media", "organization": "organization"}.get(entity.type, "unknown")  # type: ignore[return-value]
        case Worded(span=span):
            words = set(re.findall(r"[a-z]+", span.text.lower()))
            if words & set(lexicon.words("advocate_words")):
                return "advocate"
            if words & set(lexicon.words("court_words")):
                return "court"
            return "official" if words & set(lexicon.words("official_words")) else "unknown"
        case Undetermined(candidates=candidates):
            kinds = {kind_of(Named(entity=each), mentions, text) for each in candidates}
            return kinds.pop() if len(kinds) == 1 else "unknown"
        case _:
            return "unknown"


def _kind_of_person(text: str, spans: list[Span], mentions: Mentions) -> Kind:
    """An office or a lawyer's or relative's word beside any mention of the name decides; else a person."""
    lexicon = lexicon_of("en")
    if any(_office_beside(text, span.start, span.end, lexicon.pattern("advocate_words")) for span in spans):
        return "advocate"
    if any(_office_beside(text, span.start, span.end, lexicon.pattern("office_words")) for span in spans):
        return "official"
    ranks = lexicon.words("ranks")
    if any((text[max(0, span.start - RANK_CHARACTERS) : span.start].split() or [""])[-1] in ranks for span in spans):
        return "official"
    for span in spans:
        before = re.split(r"[.;:“”\"\n]", text[max(0, span.start - APPOSITION_CHARACTERS) : span.start])[-1]
        # `Its director, X`: the body whose director it is was named just before.
        lead = lexicon.pattern("lead_words").search(before)
        led = re.search(r"\b[Ii]ts\b", before) and lead
        near = mentions.within(max(0, span.start - BODY_CHARACTERS), span.start)
        if lead and not led and re.match(r"\s+(?:of|at|for)\b", before[lead.end() :]):
            led, near = lead, mentions.within(span.start - len(before) + lead.end(), span.start)
        own = re.match(r",\s+([^,.;]{3,80})", text[span.end : span.end + APPOSITION_CHARACTERS + 20])
        if own and lexicon.pattern("lead_words").search(own.group(1)):
            led, near = led or own, mentions.within(span.end, span.end + own.end())
        # `The Federation dismissed the state's words. “...,” said its chairwoman`: an owner is not whom "its" means.
        bodies = [e.type for w, e in near if e.type in _BODIES and text[w.end : w.end + 2] not in {"’s", "'s"}]
        if led and bodies[-1:] != ["organization"] and set(bodies) & {"public_body", "facility"}:
            return "official"
    return "person"


def _office_beside(text: str, start: int, end: int, office: re.Pattern[str]) -> bool:
    """Whether an office word stands right before the name, or in the apposition right after it."""
    ahead = text[max(0, start - APPOSITION_CHARACTERS) : start].rstrip()
    untitled = ahead
    while (last := untitled.split()[-1:]) and last[0].strip(".") in lexicon_of("en").words("titles"):
        untitled = untitled.removesuffix(last[0]).rstrip()
    if untitled.endswith(","):
        ahead = untitled  # `The prosecutor, Major X`
    before = re.split(r"[,.;:“”\"]", ahead.rstrip(","))[-1]
    words = before.split()[-5:]
    outside = not words or words[-1].lower() in {"by", "of", "to", "from", "at", "told", "that", "and", "arrested"}
    if not outside and office.search(" ".join(words)):
        return True
    after = re.match(
        r",\s+(?:the |a |an |who is |who was )?([^,.;]{3,80})", text[end : end + APPOSITION_CHARACTERS + 20]
    )
    said_first = after is not None and lexicon_of("en").speech.match(after.group(1)) is not None
    return bool(after and not said_first and office.search(after.group(1).split(" of ")[0] + " "))


def judge(attribution: Attribution, kind: Kind, content: str, sentence: str) -> Judged:
    """Propose the act of an attribution from its cue, its holder's kind and what is said.

    `content` is the account without the holder and the cue; `sentence` is all of it.
    """
    term, cue = attribution.term, attribution.cue.text
    match term.act:
        case "denial":
            found = _denied(content, sentence, cue)
            note = OVERCLAIM_NOTE.format(cue=cue) if term.overclaims else ""
            return Judged(act="denial", denial_kind=found.kind, denies=found.denies, note=note)
        case "rejection":
            return _rejected(content, sentence)
        case "finding":
            if kind == "court":
                return Judged(act="finding")
            act: Act = "report" if kind in {"organization", "media", "official"} or _is_report(sentence) else "claim"
            return Judged(act=act, note="Worded as a finding; its holder is no court, so it is not recorded as one.")
        case "admission":
            if kind == "official":
                return Judged(act="admission")
            return Judged(
                act="claim", note="A confession told by others is theirs until its own circumstances are known."
            )
        case "opinion" | "retraction" | "non_denial" | "no_reply" | "report":
            reply = _reply(kind, content, sentence) if term.act == "opinion" else None
            note = "The reply denies nothing." if term.act == "non_denial" else ""
            return reply or Judged(act=term.act, note=note)
        case "testimony" if kind != "official":
            subject = attribution.subject.text if attribution.subject else ""
            telling = kind != "group" or lexicon_of("en").pattern("telling_groups").search(subject)
            return Judged(act="testimony" if telling and kind in {"person", "group", "unknown"} else "claim")
        case "claim" if term.overclaims:
            return Judged(
                act="claim", note=f"The page's verb {cue!r} takes the content for granted; it is recorded as a claim."
            )
        case _:
            return said(kind, content, sentence, subject=attribution.subject.text if attribution.subject else "")


def _reply(kind: Kind, content: str, sentence: str) -> Judged | None:
    """An office's opinion that denies or attacks is a reply: `He called the story a fairy tale`."""
    judged = said(kind, content, sentence, subject="") if kind == "official" else None
    return judged if judged and judged.act in _REPLIES else None


def _denied(content: str, sentence: str, cue: str) -> Denial:
    """What a verb of denying denies; an act that it has right behind it (`denied breaking his wrist`) is the act."""
    found = denial_of(content, sentence=sentence)
    at = sentence.find(cue)
    if found.kind == "other" and at >= 0 and _GERUND.match(sentence, at + len(cue)):
        return Denial(kind="did_not_happen", denies=("act",))
    return found


def _rejected(content: str, sentence: str) -> Judged:
    """A rejection with a claim as its object is a denial; without one it answers criticism in general."""
    lexicon = lexicon_of("en")
    found = denial_of(content, sentence=sentence)
    claimed = lexicon.pattern("denial_objects").search(content) and found.kind != "blanket"
    pictured = lexicon.pattern("images").search(content) is not None
    if (claimed or pictured) and found.kind not in {"source_attacked", "other"}:
        return Judged(act="denial", denial_kind=found.kind, denies=found.denies)
    attacked = next(row for row in lexicon.rows("denial_rules") if row["kind"] == "source_attacked")
    if pattern_of(attacked["cues"]).search(sentence):
        return Judged(
            act="rejection", denial_kind="source_attacked", note="The source is attacked; no particular is answered."
        )
    return Judged(act="rejection", denial_kind="blanket", note="A general reply; no particular is answered.")


def said(kind: Kind, content: str, sentence: str, *, subject: str) -> Judged:
    """A plain verb of saying: the act comes from what is said and from whose words it is."""
    lexicon = lexicon_of("en")
    if kind == "official" and _IN_REPORT.search(sentence):
        return Judged(act="report")
    if kind == "official":
        raising = next(term for term in lexicon.speech_terms if term.id == "raising_possibility")
        if raising.pattern.search(content):
            return Judged(
                act="denial",
                denial_kind="possibility_raised",
                note="A possibility is raised; nobody asserts that it was so.",
            )
        found = said_denial_of(content, sentence=sentence)
        if not found and lexicon.pattern("self_admissions").search(content):
            return Judged(act="admission")
        if found:
            return Judged(act="denial", denial_kind=found.kind, denies=found.denies)
        if lexicon.pattern("justification_rules").search(content):
            return Judged(act="justification", denial_kind="force_justified")
        attacked = next(row for row in lexicon.rows("denial_rules") if row["kind"] == "source_attacked")
        if pattern_of(attacked["cues"]).search(content):
            return Judged(
                act="rejection",
                denial_kind="source_attacked",
                note="The source is attacked; no particular is answered.",
            )
        return Judged(act="report" if _is_report(sentence) else "claim")
    if _is_report(sentence) and kind in {"organization", "media", "unknown", "group"}:
        return Judged(act="report")
    own = pattern_of(lexicon.words("self_words")).search(content)
    if (
        kind in {"person", "unknown", "group"}
        and lexicon.pattern("experience").search(content)
        and (own or kind == "group")
    ):
        witness = kind != "group" or lexicon.pattern("telling_groups").search(subject)
        return Judged(act="testimony" if witness else "claim")
    return Judged(act="claim")


def _is_report(sentence: str) -> bool:
    return lexicon_of("en").pattern("report_words").search(sentence) is not None


def is_own_experience(content: str) -> bool:
    """Whether words tell of what is done to a person, in the first or third person."""
    lexicon = lexicon_of("en")
    return bool(
        lexicon.pattern("experience").search(content) and pattern_of(lexicon.words("self_words")).search(content)
    )
