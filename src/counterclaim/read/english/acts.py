"""Which act of speech an attribution is: claim, denial, testimony and the rest; refuses a finding without a court."""

from __future__ import annotations

import re

from counterclaim.read.english.attribution import Attribution
from counterclaim.read.english.denials import denial_of, said_denial_of
from counterclaim.read.english.stories import own_denial_of, possibility_of, story_of
from counterclaim.read.lexicon import lexicon_of, pattern_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.saying.judged import (
    INTRODUCED_MENTIONS,
    OVERCLAIM_NOTE,
    Denial,
    Judged,
    Kind,
    introductions,
    kind_by,
)
from counterclaim.record.account import Act, Entity, Slot
from counterclaim.record.passage import Span

OPINION_WORDS = 4  # `legal scholar X`, `columnist for the paper X`
RANK_CHARACTERS = 24  # `Superintendent X`
APPOSITION_CHARACTERS = 80
SEEN_CHARACTERS = 120  # between `saw` and the wound
CAPTOR_CHARACTERS = 40  # `the guards had then twice`
SUFFERER_CHARACTERS = 60  # `over the back of my head`
BODY_CHARACTERS = 160  # `The Prison Service ... Its director, X`: the body stands in the sentence before at the latest
_IN_REPORT = re.compile(
    r"\b(?:in|of) (?:its|a|an|the|their)(?: [\w-]+){0,2} report\b|\b(?:annual|yearly) report\b", re.IGNORECASE
)
_BODIES = frozenset({"public_body", "facility", "organization"})
_REPLIES = frozenset({"denial", "rejection", "justification"})
_NUMBER = re.compile(r"\bNo\.\s?")
_CLAUSE = re.compile(r"\bthat\b|\bwhether\b|\btook place\b", re.IGNORECASE)
_DONE = re.compile(
    r"\b(?:was|were|been|being|had|has|have)\s+(?:\w+\s+){0,2}?\w+(?:ed|en|wn|ng|un|it|ut|ht|ck)\b|\btook place\b",
    re.IGNORECASE,
)
_BEING = re.compile(r"\b(?:was|were|been)\s+(?:ever\s+)?\Z", re.IGNORECASE)
_KNOWING = re.compile(r"\b(?:know\w*|knew|aware|met|meeting)\b", re.IGNORECASE)
_GERUND = re.compile(r"\s+(?:ever\s+|having\s+)?[a-z]{3,}ing\b")


def kind_of(holder: Slot, mentions: Mentions, text: str) -> Kind:
    """Say what kind of holder it is; a named person counts as official where an office stands beside the name."""

    def of_entity(entity: Entity) -> Kind:
        match entity.type:
            case "court":
                return "court"
            case "public_body" | "country" | "facility" | "place":
                return "official"
            case "person":
                return _kind_of_person(text, _introductions(entity, mentions), mentions)
            case _ if any(mentions.entity(each).type == "public_body" for each in entity.same_as):
                return "official"
            case "group" | "media" | "organization":
                return entity.type

    def of_words(span: Span) -> Kind:
        return _kind_of_words(span.text)

    return kind_by(holder, mentions, of_entity, of_words)


def _introductions(entity: Entity, mentions: Mentions) -> list[Span]:
    """Where a person is introduced; of several fuller names a surname may be, the one told last before it."""
    fuller = [mentions.entity(each) for each in entity.same_as]
    fuller = [other for other in fuller if len((other.name or "").split()) > len((entity.name or "").split())]
    if len(fuller) > 1:
        first = entity.mentions[0].start
        told = {other.id: max((w.start for w in other.mentions if w.start < first), default=-1) for other in fuller}
        nearest = max(fuller, key=lambda other: told[other.id])
        if told[nearest.id] >= 0:
            return [*entity.mentions[:INTRODUCED_MENTIONS], *nearest.mentions[:INTRODUCED_MENTIONS]]
    return introductions(entity, mentions)


def _kind_of_words(text: str) -> Kind:
    lexicon = lexicon_of("en")
    if lexicon.pattern("office_lawyers").search(text):
        return "official"
    words = set(re.findall(r"[a-z]+", text.lower()))
    lists: tuple[tuple[str, Kind], ...] = (
        ("advocate_words", "advocate"),
        ("court_words", "court"),
        ("group_words", "organization"),
        ("official_words", "official"),
    )
    return next((kind for section, kind in lists if words & set(lexicon.words(section))), "unknown")


def _kind_of_person(text: str, spans: list[Span], mentions: Mentions) -> Kind:
    """An office or a lawyer's or relative's word beside any mention of the name decides; else a person."""
    lexicon = lexicon_of("en")
    if any(_office_beside(text, span.start, span.end, lexicon.pattern("advocate_words")) for span in spans):
        return "official" if any(_pleads_for_office(text, span, mentions) for span in spans) else "advocate"
    if any(_office_beside(text, span.start, span.end, lexicon.pattern("office_words")) for span in spans):
        return "official"
    if any(_office_beside(text, span.start, span.end, lexicon.pattern("judge_words")) for span in spans):
        return "court"
    ranks = lexicon.words("ranks")
    if any(
        (text[max(0, span.start - RANK_CHARACTERS) : span.start].split() or [""])[-1].strip(".") in ranks
        for span in spans
    ):
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


def _pleads_for_office(text: str, span: Span, mentions: Mentions) -> bool:
    """Whether a lawyer is an office's: `police lawyer X`, `X, counsel for the ministry`, `their lawyer` after it."""
    begin = max(0, span.start - APPOSITION_CHARACTERS)
    around = re.split(r"[.;:“”\"\n]", text[begin : span.start])[-1]
    after = re.split(r"[.;:“”\"\n]", text[span.end : span.end + APPOSITION_CHARACTERS])[0]
    if lexicon_of("en").pattern("office_lawyers").search(around + " " + after):
        return True
    own = re.search(r"\b(?:its|their) (?:lawyers?|attorney|counsel|barrister|solicitor)\b", around, re.IGNORECASE)
    near = mentions.within(max(0, span.start - BODY_CHARACTERS), span.start)
    bodies = [e.type for _, e in near if e.type in {*_BODIES, "group", "person"}]
    return own is not None and bodies[-1:] == ["public_body"]


def _office_beside(text: str, start: int, end: int, office: re.Pattern[str]) -> bool:
    """Whether an office word stands right before the name, or in the apposition right after it."""
    ahead = text[max(0, start - APPOSITION_CHARACTERS) : start].rstrip()
    untitled = ahead
    while (last := untitled.split()[-1:]) and last[0].strip(".") in lexicon_of("en").words("titles"):
        untitled = untitled.removesuffix(last[0]).rstrip()
    if untitled.endswith(","):
        ahead = untitled  # `The prosecutor, Major X`
    before = re.split(r"[,.;:“”\"]", _NUMBER.sub("No ", ahead.rstrip(",")))[-1]
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
        case "rejection" if kind == "court":
            return Judged(act="finding", note="What a court turns down is a decision of its own.")
        case "rejection":
            return _rejected(content, sentence)
        case "finding":
            return _found(kind, content, sentence)
        case "admission":
            return _admitted(attribution, kind, content, sentence)
        case "opinion" | "retraction" | "non_denial" | "no_reply" | "report":
            reply = _reply(kind, content, sentence) if term.act in {"opinion", "report"} else None
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
            return _plainly_said(attribution, kind, content, sentence)


def _found(kind: Kind, content: str, sentence: str) -> Judged:
    """A finding is a court's; an office that found nothing denies, and others who found something report it."""
    if kind == "court":
        return Judged(act="finding")
    if kind == "official" and lexicon_of("en").pattern("found_nothing").search(content):
        return Judged(act="denial", denial_kind="did_not_happen", denies=("act",))
    act: Act = "report" if kind in {"organization", "media", "official"} or _is_report(sentence) else "claim"
    return Judged(act=act, note="Worded as a finding; its holder is no court, so it is not recorded as one.")


def _plainly_said(attribution: Attribution, kind: Kind, content: str, sentence: str) -> Judged:
    justifying = next(term for term in lexicon_of("en").speech_terms if term.id == "justifying")
    if justifying.pattern.fullmatch(attribution.cue.text) and kind not in {"person", "advocate"}:
        return Judged(act="justification", denial_kind="force_justified")
    judged = said(kind, content, sentence, subject=attribution.subject.text if attribution.subject else "")
    if judged.act != "claim":
        return judged
    blames = attribution.cue.text.lower().startswith("blam")
    if kind == "official" and blames and lexicon_of("en").pattern("blamed_agents").search(content):
        return Judged(act="denial", denial_kind="not_by_us", denies=("authorship",))
    if attribution.subject and lexicon_of("en").pattern("report_sources").match(attribution.subject.text):
        return Judged(act="report")
    return Judged(act="opinion") if _weighs(attribution, content, sentence) else judged


def _weighs(attribution: Attribution, content: str, sentence: str) -> bool:
    """Whether an analyst, a columnist or the like judges what something is for, and does not tell what was done."""
    lexicon = lexicon_of("en")
    subject = attribution.subject.text if attribution.subject else ""
    at = max(sentence.find(subject), 0)
    around = " ".join(sentence[:at].split()[-OPINION_WORDS:]) + " " + subject
    judges = lexicon.pattern("opinion_holders").search(around)
    return bool(judges and lexicon.pattern("opinion_marks").search(content))


def _admitted(attribution: Attribution, kind: Kind, content: str, sentence: str) -> Judged:
    """An admission is an office's, or somebody's own in their own words; what others say was confessed is a claim."""
    own = lexicon_of("en").pattern("first_person").search(content)
    if kind == "official" or (own and kind in {"person", "unknown"}) or _of_office(attribution, sentence):
        return Judged(act="admission")
    return Judged(act="claim", note="A confession told by others is theirs until its own circumstances are known.")


def _reply(kind: Kind, content: str, sentence: str) -> Judged | None:
    """An office's opinion that denies or attacks is a reply: `He called the story a fairy tale`."""
    judged = said(kind, content, sentence, subject="") if kind == "official" else None
    return judged if judged and judged.act in _REPLIES else None


def _denied(content: str, sentence: str, cue: str) -> Denial:
    """What a verb of denying denies; an act that it has right behind it (`denied breaking his wrist`) is the act."""
    found = _particular(denial_of(content, sentence=sentence), content, sentence)
    at = sentence.find(cue)
    if found.kind in {"other", "blanket"} and at >= 0 and _GERUND.match(sentence, at + len(cue)):
        return Denial(kind="did_not_happen", denies=("act",))
    if found.kind == "other" and not lexicon_of("en").pattern("unspecific_objects").search(content):
        return (
            Denial(kind="blanket", denies=("all",))
            if lexicon_of("en").pattern("whole_objects").search(sentence)
            else found
        )
    return found


def _particular(found: Denial, content: str, sentence: str) -> Denial:
    """What a denied clause (`denied that three workers had been tied`) says was done is the act, whatever its verb."""
    if found.kind not in {"other", "blanket"} or _KNOWING.search(content):
        return found
    clause_of = content[content.find("that") :]
    held = lexicon_of("en").pattern("holding_verbs").finditer(clause_of)
    if "that" in content and any(_BEING.search(clause_of[: verb.start()]) for verb in held):
        return Denial(kind="never_detained", denies=("detention",))
    named = lexicon_of("en").pattern("denial_objects").search(content)
    clause = _CLAUSE.search(sentence) or (named and sentence)
    return Denial(kind="did_not_happen", denies=("act",)) if clause and _DONE.search(sentence) else found


def _rejected(content: str, sentence: str) -> Judged:
    """A rejection with a claim as its object is a denial; without one it answers criticism in general."""
    lexicon = lexicon_of("en")
    found = _particular(denial_of(content, sentence=sentence), content, sentence)
    claimed = lexicon.pattern("denial_objects").search(content) and found.kind != "blanket"
    pictured = lexicon.pattern("images").search(content) is not None
    if (claimed or pictured) and found.kind not in {"source_attacked", "other"}:
        return Judged(act="denial", denial_kind=found.kind, denies=found.denies)
    attacked = next(row for row in lexicon.rows("denial_rules") if row["kind"] == "source_attacked")
    if pattern_of([*attacked["cues"], *lexicon.words("attacks")]).search(sentence):
        return Judged(
            act="rejection", denial_kind="source_attacked", note="The source is attacked; no particular is answered."
        )
    return Judged(act="rejection", denial_kind="blanket", note="A general reply; no particular is answered.")


def said(kind: Kind, content: str, sentence: str, *, subject: str) -> Judged:
    """A plain verb of saying: the act comes from what is said and from whose words it is."""
    lexicon = lexicon_of("en")
    if lexicon.pattern("error_words").search(content):
        return Judged(act="retraction")
    if kind == "official" and _IN_REPORT.search(sentence):
        return Judged(act="report")
    if kind == "official" and _saw(content) and not lexicon.pattern("said_denials").search(content):
        return Judged(act="testimony")
    if kind == "court" and lexicon.pattern("read_out").search(sentence):
        return Judged(act="finding")
    if kind == "official" or (kind in {"unknown", "media"} and _may_answer(subject)):
        answered = _answered(content, sentence, office=kind == "official")
        if answered or kind == "official":
            return answered or Judged(act="report" if _is_report(sentence) else "claim")
    if lexicon.pattern("retraction_content").search(content) and kind in {"person", "unknown"}:
        return Judged(act="retraction")
    if kind != "court" and (own_denial := own_denial_of(content, sentence=sentence)):
        return Judged(act="denial", denial_kind=own_denial.kind, denies=own_denial.denies)
    if _is_report(sentence) and kind in {"organization", "media", "unknown", "group"}:
        return Judged(act="report")
    return _told(kind, content, subject)


def _told(kind: Kind, content: str, subject: str) -> Judged:
    """What somebody without an office tells: testimony of one's own, an opinion, else a claim."""
    lexicon = lexicon_of("en")
    own = lexicon.pattern("self_words").search(content)
    if kind in {"person", "unknown", "group", "advocate"} and _saw(content):
        return Judged(act="testimony")
    if kind in {"person", "unknown"} and _suffered(content):
        return Judged(act="testimony")
    if (
        kind in {"person", "unknown", "group"}
        and lexicon.pattern("experience").search(content)
        and (own or kind == "group")
    ):
        witness = kind != "group" or lexicon.pattern("telling_groups").search(subject)
        return Judged(act="testimony" if witness else "claim")
    return Judged(act="opinion" if lexicon.pattern("opinion_content").search(content) else "claim")


def _saw(content: str) -> bool:
    """Whether somebody tells what they saw or heard of it: `I saw the burns`, `she heard him scream`."""
    lexicon = lexicon_of("en")
    harm = lexicon.pattern("seen_harm")
    return any(
        harm.search(content, hit.end(), hit.end() + SEEN_CHARACTERS)
        for hit in lexicon.pattern("perceiving").finditer(content)
    )


def _suffered(content: str) -> bool:
    """Whether words tell what was done to the one who tells: `they put a bag over my head`, `he was forced to undress`.

    `They` and a captor's word count with a verb of doing harm and a pronoun for who suffers it; so does its passive.
    """
    lexicon = lexicon_of("en")
    for hit in lexicon.pattern("captors").finditer(content):
        done = lexicon.pattern("done_by_captors").search(content, hit.end(), hit.end() + CAPTOR_CHARACTERS)
        if done and lexicon.pattern("sufferer_pronouns").search(content, done.end(), done.end() + SUFFERER_CHARACTERS):
            return True
    return lexicon.pattern("done_to_sufferer").search(content) is not None


def _answered(content: str, sentence: str, *, office: bool) -> Judged | None:
    """What an office, or somebody who speaks for one, says about an allegation; None where it says nothing of it."""
    lexicon = lexicon_of("en")
    if possibility_of(content, sentence=sentence):
        return Judged(
            act="denial",
            denial_kind="possibility_raised",
            note="A possibility is raised; nobody asserts that it was so.",
        )
    found = said_denial_of(content, sentence=sentence) if office else None
    admitted = lexicon.pattern("self_admissions").search(content) or lexicon.pattern("admission_content").search(
        content
    )
    if not found and office and admitted:
        return Judged(act="admission")
    story = story_of(content, sentence=sentence)
    if found or (story and not lexicon.pattern("justification_rules").search(content)):
        best = _better(found, story)
        return Judged(act="denial", denial_kind=best.kind, denies=best.denies)
    if lexicon.pattern("non_denial_content").search(content):
        return Judged(act="non_denial", note="The reply denies nothing.")
    if lexicon.pattern("justification_rules").search(content):
        return Judged(act="justification", denial_kind="force_justified")
    attacked = next(row for row in lexicon.rows("denial_rules") if row["kind"] == "source_attacked")
    if pattern_of([*attacked["cues"], *lexicon.words("attacks")]).search(content):
        return Judged(
            act="rejection",
            denial_kind="source_attacked",
            note="The source is attacked; no particular is answered.",
        )
    return None


def _better(found: Denial | None, story: Denial | None) -> Denial:
    """Of two readings of one denial the more particular: what a story says instead, over a bare "not"."""
    if found is None or story is None:
        return found or story or Denial(kind="other", denies=())
    return (
        story
        if found.kind in {"did_not_happen", "blanket", "other"} and story.kind not in {"blanket", "other"}
        else found
    )


def _may_answer(subject: str) -> bool:
    """Whether a holder no list knows may speak for those accused: nobody who suffers, saw, or helps those who do."""
    lexicon = lexicon_of("en")
    words = set(re.findall(r"[a-z]+", subject.lower()))
    others = {*lexicon.words("sufferer_words"), *lexicon.words("advocate_words"), *lexicon.table("pronouns")}
    return bool(words) and not words & others


def _of_office(attribution: Attribution, sentence: str) -> bool:
    """Whether an office stands right before the holder's name: `former guard X conceded`."""
    if attribution.subject is None:
        return False
    at = sentence.find(attribution.subject.text)
    ahead = " ".join(sentence[: max(at, 0)].split()[-3:])
    words = set(re.findall(r"[a-z]+", f"{ahead} {attribution.subject.text}".lower()))
    return bool(words & set(lexicon_of("en").words("official_words")))


def _is_report(sentence: str) -> bool:
    return lexicon_of("en").pattern("report_words").search(sentence) is not None


def is_own_experience(content: str) -> bool:
    """Whether words tell of what is done to a person, in the first or third person."""
    lexicon = lexicon_of("en")
    return bool(lexicon.pattern("experience").search(content) and lexicon.pattern("self_words").search(content))
