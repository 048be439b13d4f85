"""Which act of speech an attribution is: claim, denial, testimony and the rest; refuses a finding without a court."""

from __future__ import annotations

import re
from itertools import pairwise

from counterclaim.read.casing import lowered
from counterclaim.read.mentions import Mentions
from counterclaim.read.saying.judged import OVERCLAIM_NOTE, Judged, Kind, introductions, kind_by
from counterclaim.read.turkic.attribution import Attribution
from counterclaim.read.turkic.denials import (
    attacked,
    denial_of,
    raises_possibility,
    refused_of,
    said_denial_of,
)
from counterclaim.read.turkic.phrases import Sentence
from counterclaim.read.turkic.tellers import is_forced, is_led, is_view, tells_of_harm
from counterclaim.read.turkic.words import Words
from counterclaim.record.account import Act, Entity, Slot
from counterclaim.record.passage import Span

INTRODUCTION_CHARACTERS = 70
APPOSITION_CHARACTERS = 60
_REPLIES = frozenset({"denial", "rejection", "justification"})
_WITNESSES = frozenset({"person", "unknown", "advocate"})
_COURT_FINDS = frozenset({"opining", "presupposing", "rejecting"})
_WORD = re.compile(r"[^\W\d_]+")
_STOPS = re.compile(r"[.;:!?“”\"«»\n]")


def kind_of(holder: Slot, mentions: Mentions, text: str, words: Words) -> Kind:
    """Say what kind of holder it is; a named person counts as official where an office stands beside the name."""

    def of_entity(entity: Entity) -> Kind:
        match entity.type:
            case "court":
                return "court"
            case "public_body" | "country" | "facility" | "place":
                return "official"
            case "person":
                return _kind_of_person(text, introductions(entity, mentions), words)
            case "group" if _has(lowered(entity.name or "", words.language), "advocate_stems", words):
                return "advocate"
            case "group" if _has(lowered(entity.name or "", words.language), "official_stems", words):
                return "official"
            case "group" | "media" | "organization":
                return entity.type

    return kind_by(holder, mentions, of_entity, lambda span: _kind_of_words(lowered(span.text, words.language), words))


def _kind_of_words(low: str, words: Words) -> Kind:
    last = low.rsplit(maxsplit=1)[-1]
    if words.noun(last, words.stems("court_stems")):
        return "court"
    if words.noun(last, words.stems("document_stems")):
        return "official" if words.noun(last, words.stems("statement_stems")) else "document"
    # `Nazirliyin vəkili` is a lawyer, `polis rəisi` an officer: the head decides, then what stands before it.
    if _has(last, "advocate_stems", words):
        return "advocate"
    if _has(low, "official_stems", words):
        return "official"
    return "unknown"


def _has(low: str, section: str, words: Words) -> bool:
    tokens = _WORD.findall(low)
    pairs = [f"{a} {b}" for a, b in pairwise(tokens)]
    return any(words.noun(token, words.stems(section)) for token in (*pairs, *tokens))


def _kind_of_person(text: str, spans: list[Span], words: Words) -> Kind:
    """The words right before any mention of the name, or in the apposition behind it, decide; else a person."""
    kinds = []
    for span in spans:
        before = _STOPS.split(text[max(0, span.start - INTRODUCTION_CHARACTERS) : span.start])[-1]
        kinds.append(_kind_before(lowered(before, words.language), words))
        after = re.match(r",\s+([^,.;:“”]{3,60}),", text[span.end : span.end + APPOSITION_CHARACTERS + 4])
        if after:
            beside = _kind_of_words(lowered(after.group(1), words.language), words)
            kinds.append(beside if beside == "official" else "person")  # `X, iki uşaq atası, ...` is no relative here
    for wanted in ("official", "advocate", "court"):
        if wanted in kinds:
            return wanted
    return "person"


def _kind_before(low: str, words: Words) -> Kind:
    """What the noun right before a name says of its bearer."""
    if low.rstrip().endswith(","):
        return "person"
    tokens = _WORD.findall(low.rsplit(",", 1)[-1])
    if not tokens:
        return "person"
    office = words.noun(" ".join(tokens[-2:]), words.stems("official_stems")) if len(tokens) > 1 else None
    if office is not None and " " in office.stem and office.ending.case == "nom" and not office.ending.plural:
        return "official"  # `Genel Müdür X`
    lead = words.noun(tokens[-1], words.stems("lead_stems"))
    if lead is not None and lead.ending.case == "nom":  # `Nazirliyin mətbuat xidmətinin rəhbəri X`
        return "official" if _has(" ".join(tokens[:-1]), "official_stems", words) else "person"
    for phrase in (" ".join(tokens[-2:]), tokens[-1]):
        for section, kind in (("official_stems", "official"), ("advocate_stems", "advocate"), ("court_stems", "court")):
            noun = words.noun(phrase, words.stems(section))
            if noun is not None and noun.ending.case == "nom" and not noun.ending.plural:
                if phrase == tokens[-1] and _is_body(phrase, words):
                    continue  # `Nazirlik X-in dediklərini ...`: two names side by side
                return kind  # type: ignore[return-value]
    return "person"


def _is_body(low: str, words: Words) -> bool:
    head = words.noun(low, words.heads)
    return head is not None and head.kind == "public_body" and words.noun(low, words.roles) is None


def judge(item: Attribution, kind: Kind, content: str, sentence: str, frame: Sentence) -> Judged:
    """Propose the act of an attribution from its cue, its holder's kind and what is said (both in small letters).

    `content` is the account without the holder and the cue; `sentence` is all of it.
    """
    words = frame.words
    cue = item.cue.text if item.cue else ""
    apart = _apart(item, kind, content, sentence, frame)
    if apart is not None:
        return apart
    match item.act:
        case "denial":
            found = refused_of(content, words, sentence=sentence)
            note = OVERCLAIM_NOTE.format(cue=cue) if item.overclaims else ""
            critique = found.kind in {"other", "blanket"} and _is_critique(content, words)
            if item.term == "denying" and (critique or found.kind == "source_attacked"):
                return _rejected(content, sentence, words)
            return Judged(act="denial", denial_kind=found.kind, denies=found.denies, note=note)
        case "rejection":
            return _rejected(f"{content} {lowered(cue, words.language)}", sentence, words)
        case "finding" | "admission":
            return _found_or_granted(item, kind, words)
        case "opinion" | "retraction" | "non_denial" | "no_reply" | "report":
            reply = _reply(item, kind, content, sentence, frame) if item.act == "opinion" else None
            note = "The reply denies nothing." if item.act == "non_denial" else ""
            return reply or Judged(act=item.act, note=note)
        case "testimony" if kind not in {"official", "advocate"} and tells_of_harm(content, words):
            telling = kind != "group" or _tells(item, words)
            return Judged(act="testimony" if telling and kind in {"person", "group", "unknown"} else "claim")
        case "claim" if item.overclaims and (reply := _reply(item, kind, content, sentence, frame)):
            return reply
        case "claim" if item.overclaims:
            note = f"The page's verb {cue!r} takes the content for granted; it is recorded as a claim."
            return Judged(act="claim", note=note)
        case _:
            return said(item, kind, content, sentence, frame)


def _apart(item: Attribution, kind: Kind, content: str, sentence: str, frame: Sentence) -> Judged | None:
    """What the cue's act leaves out: a court finds by any verb, a possibility is raised, another's words denied."""
    if kind == "court" and (item.term in _COURT_FINDS or (item.cue is None and "“" not in frame.masked)):
        return Judged(act="finding")
    if item.term == "raising_possibility":
        if not is_about_telling(content, frame.words):
            return Judged(act="opinion")
        note = "A possibility is raised; nobody asserts that it was so."
        told = kind in {"official", "document"}
        return Judged(act="denial", denial_kind="possibility_raised", note=note) if told else Judged(act="opinion")
    if item.act == "retraction" and _is_of_another(item, frame):
        found = refused_of(content, frame.words, sentence=sentence)
        return Judged(act="denial", denial_kind=found.kind, denies=found.denies)
    return None


def is_about_telling(content: str, words: Words) -> bool:
    """Whether words are about pictures, ill-treatment, custody, or what somebody told of them."""
    sections = ("images", "ill_treatment_stems", "experience", "denial_objects")
    return any(words.pattern(section).search(content) for section in sections)


def _is_of_another(item: Attribution, frame: Sentence) -> bool:
    """Whether what is taken back is told right before as another's: `onun dediklərini danıb` retracts nothing."""
    at = item.cue.start if item.cue else -1
    return any(p.case == "gen" and p.end <= at and not frame.between(p.end, at).strip() for p in frame.phrases)


def _found_or_granted(item: Attribution, kind: Kind, words: Words) -> Judged:
    """A finding is a court's alone, an admission an office's: a confession told by others is no admission."""
    if item.act == "finding" and kind == "court":
        return Judged(act="finding")
    if item.act == "finding":
        act: Act = "report" if kind in {"organization", "media", "official"} or _is_report(item, words) else "claim"
        return Judged(act=act, note="Worded as a finding; its holder is no court, so it is not recorded as one.")
    if kind in {"official", "organization"}:
        return Judged(act="admission")
    return Judged(act="claim", note="A confession told by others is theirs until its own circumstances are known.")


def _is_critique(content: str, words: Words) -> bool:
    return bool(words.pattern("critique_objects").search(content)) and not words.pattern("denial_objects").search(
        content
    )


def _is_called_untrue(content: str, words: Words) -> bool:
    """Whether what somebody told, and no criticism, is called untrue or turned down as theirs."""
    untrue = words.pattern("strong_blanket").search(content) or words.pattern("told_words").search(content)
    return untrue is not None and words.pattern("critique_words").search(content) is None


def _reply(item: Attribution, kind: Kind, content: str, sentence: str, frame: Sentence) -> Judged | None:
    judged = said(item, kind, content, sentence, frame) if kind == "official" else None
    return judged if judged and judged.act in _REPLIES else None


def _rejected(content: str, sentence: str, words: Words) -> Judged:
    """A rejection with a claim as its object is a denial; without one it answers criticism in general."""
    if words.pattern("isolated_words").search(content):
        return Judged(act="denial", denial_kind="isolated_case")
    if attacked(words).search(sentence):
        note = "The source is attacked; no particular is answered."
        return Judged(act="rejection", denial_kind="source_attacked", note=note)
    found = denial_of(content, words, sentence=sentence)
    pictured = words.pattern("images").search(content) is not None
    claimed = words.pattern("denial_objects").search(content) is not None
    specific = found.kind not in {"source_attacked", "other", "blanket"}
    if ((claimed or pictured) and specific) or (claimed and _is_called_untrue(content, words)):
        return Judged(act="denial", denial_kind=found.kind, denies=found.denies)
    return Judged(act="rejection", denial_kind="blanket", note="A general reply; no particular is answered.")


def said(item: Attribution | None, kind: Kind, content: str, sentence: str, frame: Sentence) -> Judged:
    """A plain verb of saying: the act comes from what is said and from whose words it is."""
    words = frame.words
    if words.pattern("no_comment").search(content):
        return Judged(act="non_denial", note="The reply denies nothing.")
    if kind in {"official", "document"} or (item is not None and item.document is not None and kind == "court"):
        judged = _official(kind, content, sentence, words) or _taken_abroad(content, frame)
        accused = is_led(item, frame, "accused_words") and is_own_experience(item, content, frame)
        if accused and (judged is None or is_forced(frame)):
            return Judged(act="testimony")  # who stands trial may tell what was done to them
        if judged is not None:
            return judged
        if kind == "official" and is_view(content, words):
            return Judged(act="opinion")
        return Judged(act="report" if _is_report(item, words) else "claim")
    if _is_report(item, words) and kind in {"organization", "media", "unknown", "group"}:
        return Judged(act="report")
    if is_view(content, words):
        return Judged(act="opinion")
    return _of_person(item, kind, content, sentence, frame)


def _of_person(item: Attribution | None, kind: Kind, content: str, sentence: str, frame: Sentence) -> Judged:
    """What somebody without an office tells: their own denial, what they lived or saw, or a claim."""
    words = frame.words
    if kind in {"person", "unknown"} and words.pattern("own_negated").search(content):
        return Judged(act="denial", denial_kind="did_not_happen", denies=("act",))
    saw = kind in {"person", "unknown"} and is_led(item, frame, "telling_groups")
    if saw and words.pattern("experience").search(content):
        return Judged(act="testimony")  # `Tanık X, üç kişinin ona vurduğunu söyledi`
    if kind in {"person", "unknown", "group"} and is_own_experience(item, content, frame):
        witness = kind != "group" or _tells(item, words)
        return Judged(act="testimony" if witness else "claim")
    if kind in {"media", "organization"} and (about := _about_pictures(content, sentence, words)):
        return about
    return Judged(act="testimony" if kind in _WITNESSES and _lived(content, words) else "claim")


def _about_pictures(content: str, sentence: str, words: Words) -> Judged | None:
    """A paper or a body that checks pictures denies of them what its words say, and nothing else."""
    found = denial_of(content, words, sentence=sentence)
    pictured = words.pattern("images").search(content) is not None
    told = pictured and found.kind in {"elsewhere", "old_image", "altered", "staged"}
    return Judged(act="denial", denial_kind=found.kind, denies=found.denies) if told else None


def _lived(content: str, words: Words) -> bool:
    """Whether somebody tells of what was done to them, or of what they saw or heard done."""
    lived = words.pattern("done_to_me").search(content) or words.pattern("witness_words").search(content)
    return bool(lived) and words.pattern("experience").search(content) is not None


def _official(kind: Kind, content: str, sentence: str, words: Words) -> Judged | None:
    """What an office says: a possibility raised, a denial, an inquiry promised, a justification, an attack."""
    if kind == "official" and raises_possibility(content, words, sentence=sentence):
        note = "A possibility is raised; nobody asserts that it was so."
        return Judged(act="denial", denial_kind="possibility_raised", note=note)
    found = said_denial_of(content, words, sentence=sentence)
    if found and kind == "document" and found.kind not in {"did_not_happen", "blanket"}:
        found = None
    if found:
        return Judged(act="denial", denial_kind=found.kind, denies=found.denies)
    if kind != "official":
        return None
    if words.pattern("investigation_words").search(content):
        return Judged(act="non_denial", note="The reply denies nothing.")
    if words.pattern("justification_words").search(content):
        return Judged(act="justification", denial_kind="force_justified")
    if attacked(words).search(content):
        note = "The source is attacked; no particular is answered."
        return Judged(act="rejection", denial_kind="source_attacked", note=note)
    return None


def _taken_abroad(content: str, frame: Sentence) -> Judged | None:
    """`Kadrlar Dorlandiyada çəkilib`: an office that puts pictures into a named land or place tells of another one."""
    placed = any(
        p.case == "loc" and p.entity is not None and p.entity.type in {"country", "place"} for p in frame.phrases
    )
    pictured = frame.words.pattern("images").search(content) and frame.words.pattern("image_places").search(content)
    return Judged(act="denial", denial_kind="elsewhere", denies=("place",)) if placed and pictured else None


def _is_report(item: Attribution | None, words: Words) -> bool:
    if item is None or item.document is None:
        return False
    return words.noun(lowered(item.document.text, words.language), words.stems("report_stems")) is not None


def _tells(item: Attribution | None, words: Words) -> bool:
    """Whether a group is one that tells what it lived or saw."""
    if item is None or item.subject is None:
        return False
    return words.pattern("telling_groups").search(lowered(item.subject.text, words.language)) is not None


def is_own_experience(item: Attribution | None, content: str, frame: Sentence) -> bool:
    """Whether words tell of what was done to the one who tells it.

    In the first person, by a pronoun, or by a noun form that leaves its own subject out (`saxlandığını bildirib`),
    which in these languages means the one who speaks.
    """
    words = frame.words
    if not words.pattern("experience").search(content):
        return False
    if item is not None and item.cue is not None and item.form == "finite" and _named_after(item.cue, frame):
        return words.pattern("done_to_me").search(content) is not None
    first = any(
        hit.group() not in words.small("first_person_not") for hit in words.pattern("first_person").finditer(content)
    )
    if first or words.pattern("self_words").search(content):
        return True
    if (
        any(many.search(content) for many in (_QUOTED_MANY, _THAT_MANY, _MANY_DID))
        and not (item and _others(item, frame))
        and not _named_victim(content, words)
    ):
        return True  # `“Bir həftə yemək vermədilər”, ... deyib`: they did it to the one who speaks
    if all(_GENITIVE.search(hit.group()) for hit in words.pattern("experience").finditer(content)):
        return False  # `işkencenin yaygın olduğunu`: what is told of is the subject
    return item is not None and _NOMINAL.search(content) is not None and not _others(item, frame)


def _named_after(cue: Span, frame: Sentence) -> bool:
    """Whether somebody else is told of behind the cue: `X dedi ki, həyat yoldaşı ... və onu ...`."""
    if frame.between(cue.end, frame.span.end).lstrip(" ,")[:2] != "ki":
        return False
    words = frame.words
    named = any(p.start >= cue.end and p.entity is not None and p.entity.type == "person" for p in frame.phrases)
    stems = words.stems("victim_stems")
    return named or any(t.start >= cue.end and words.noun(t.low, stems) is not None for t in frame.tokens)


_QUOTED_MANY = re.compile(r"[“«\"][^“”«»\"]*(?:d[ıiuü]|t[ıiuü]|[ıiuü]b|m[ıiuü]ş|yor)(?:lar|lər|ler)(?:d[ıi])?\b")
# A bare finite verb at the end of what is said was quoted: told of others it would be a noun form.
_MANY_DID = re.compile(r"[dt][ıiuü](?:lar|lər|ler)\b\W*\Z")
_THAT_MANY = re.compile(r"\bki\b[^“”«»\"]*(?:[ıiuü]b|m[ıiuü]ş|d[ıiuü])(?:lar|lər|ler)(?:d[ıi])?\b\s*\W*\Z")
_GENITIVE = re.compile(r"n?[ıiuü]n\Z")
_NOMINAL = re.compile(r"\w(?:d[ıiuü][ğy]|t[ıiuü][ğy]|dıql|dikl|dükl|dukl|tıkl|tikl|tukl|tükl|dıkl)\w*(?:n[ıi]|\b)")


def _others(item: Attribution, frame: Sentence) -> bool:
    """Whether somebody else is named or told as the one it was done to: in the genitive, dative or accusative."""
    own = item.subject
    for phrase in frame.phrases:
        if own is not None and phrase.start < own.end and own.start < phrase.end:
            continue
        if item.cue is not None and phrase.start >= item.cue.start and item.form == "finite":
            continue
        person = phrase.role or (phrase.entity is not None and phrase.entity.type in {"person", "group"})
        if person and phrase.case in {"gen", "dat", "acc"} and not _official_phrase(phrase.head, frame.words):
            return True
    if own is None:
        return False
    end = item.cue.start if item.cue is not None else frame.span.end
    return any(_other_victim(token.low, frame.words) for token in frame.tokens if own.end <= token.start < end)


def _named_victim(content: str, words: Words) -> bool:
    return any(_other_victim(word, words) for word in _WORD.findall(content))


def _official_phrase(head: Span, words: Words) -> bool:
    low = lowered(head.text, words.language)
    return _has(low, "official_stems", words) or _has(low, "force_stems", words)


def _other_victim(low: str, words: Words) -> bool:
    """`müvekkilinin`, `oğlunun`, `mahpuslara`: a noun for another person that is no subject."""
    noun = words.noun(low, words.stems("victim_stems"))
    return noun is not None and noun.ending.case in {"gen", "dat", "acc"}
