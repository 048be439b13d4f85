"""Which act of speech an attribution is: claim, denial, testimony and the rest; refuses a finding without a court."""

from __future__ import annotations

import re

from counterclaim.read.english.attribution import Attribution
from counterclaim.read.english.denials import denial_of, said_denial_of
from counterclaim.read.english.stories import own_denial_of, possibility_of, story_of
from counterclaim.read.english.testimony import saw_it, suffered
from counterclaim.read.lexicon import lexicon_of, pattern_of
from counterclaim.read.saying.judged import OVERCLAIM_NOTE, Denial, Judged, Kind
from counterclaim.record.account import Act

OPINION_WORDS = 4  # `legal scholar X`, `columnist for the paper X`
_IN_REPORT = re.compile(
    r"\bin (?:its|a|an|the|their)(?: [\w-]+){0,2} report\b|\b(?:annual|yearly) report\b", re.IGNORECASE
)
_REPLIES = frozenset({"denial", "rejection", "justification"})
_CLAUSE = re.compile(r"\bthat\b|\bwhether\b|\btook place\b", re.IGNORECASE)
_DONE = re.compile(
    r"\b(?:was|were|been|being|had|has|have)\s+(?:\w+\s+){0,2}?\w+(?:ed|en|wn|ng|un|it|ut|ht|ck)\b|\btook place\b",
    re.IGNORECASE,
)
_BEING = re.compile(r"\b(?:was|were|been)\s+(?:ever\s+)?\Z", re.IGNORECASE)
_KNOWING = re.compile(r"\b(?:know\w*|knew|aware|met|meeting)\b", re.IGNORECASE)
_GERUND = re.compile(r"\s+(?:ever\s+|having\s+)?[a-z]{3,}ing\b")


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
            subject = attribution.subject.text if attribution.subject else ""
            reply = _reply(kind, content, sentence, subject) if term.act in {"opinion", "report"} else None
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
    if kind == "official" and (reply := _reply(kind, content, sentence, "")):
        return reply
    act: Act = "report" if kind in {"organization", "media", "official"} or _is_report(sentence) else "claim"
    return Judged(act=act, note="Worded as a finding; its holder is no court, so it is not recorded as one.")


def _plainly_said(attribution: Attribution, kind: Kind, content: str, sentence: str) -> Judged:
    justifying = next(term for term in lexicon_of("en").speech_terms if term.id == "justifying")
    if justifying.pattern.fullmatch(attribution.cue.text) and kind not in {"person", "advocate"}:
        return Judged(act="justification", denial_kind="force_justified")
    judged = said(kind, content, sentence, subject=attribution.subject.text if attribution.subject else "")
    if judged.act == "claim" and kind == "court" and attribution.cue.text.lower().startswith("in the "):
        return Judged(act="finding")  # `in the eyes of the Court of Appeal`
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


def _reply(kind: Kind, content: str, sentence: str, subject: str) -> Judged | None:
    """An office's opinion that denies or attacks is a reply: `He called the story a fairy tale`."""
    answers = kind == "official" or (kind == "unknown" and _may_answer(subject))
    judged = said(kind, content, sentence, subject=subject) if answers else None
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
    telling = lexicon.pattern("told_objects").search(content)
    if telling and found.kind in {"blanket", "other"}:
        return Judged(act="denial", denial_kind="blanket", denies=("all",))  # `rejected his account`
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
    if kind == "official" and saw_it(content) and not lexicon.pattern("said_denials").search(content):
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
    if lexicon.pattern("document_nouns").search(subject):
        kind = "document"  # nobody saw or suffered anything by a paper
    if kind in {"person", "unknown", "group", "advocate"} and saw_it(content):
        return Judged(act="testimony")
    if kind in {"person", "unknown"} and suffered(content):
        return Judged(act="testimony")
    if (
        kind in {"person", "unknown", "group"}
        and lexicon.pattern("experience").search(content)
        and (own or kind == "group")
    ):
        witness = kind != "group" or lexicon.pattern("telling_groups").search(subject)
        return Judged(act="testimony" if witness else "claim")
    return Judged(act="opinion" if lexicon.pattern("opinion_content").search(content) else "claim")


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
