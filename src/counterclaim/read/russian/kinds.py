"""What kind of holder speaks: an office, a court, a lawyer or relative, a person; refuses an office told of another."""

from __future__ import annotations

import re

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.russian.classify import role_forms
from counterclaim.read.russian.endings import plain
from counterclaim.read.saying.judged import Kind, introductions, kind_by
from counterclaim.record.account import Entity, Slot
from counterclaim.record.passage import Span

APPOSITION_CHARACTERS = 90
STATE_CHARACTERS = 40  # `Правительственная газета «X»`
ROLE_WORDS = 7
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
                return "official" if has("official_words", entity.name or "") else _group_kind(entity.name or "")
            case "media":
                return "official" if _is_state_paper(text, introductions(entity, mentions)) else "media"
            case _:
                return "official" if has("office_names", entity.name or "") else "organization"

    return kind_by(holder, mentions, of_entity, lambda span: _kind_of_words(span.text))


def _is_state_paper(text: str, spans: list[Span]) -> bool:
    return any(has("state_words", text[max(0, span.start - STATE_CHARACTERS) : span.start]) for span in spans)


def _group_kind(name: str) -> Kind:
    return "advocate" if has("advocate_words", name) else "group"


def _kind_of_words(words: str) -> Kind:
    first = " ".join(words.split()[:2])
    if has("advocate_words", first):
        return "advocate"
    if has("court_words", first):
        return "court"
    if has("official_words", words) and not has("page_witnesses", words.split(maxsplit=1)[0]):
        return "official"
    if has("expert_words", first):
        return "expert"
    return "unknown"


def has(section: str, words: str) -> bool:
    """Whether words hold a phrase of a list, where the language has that list."""
    lexicon = lexicon_of("ru")
    return lexicon.has(section) and lexicon.pattern(section).search(words) is not None


def _kind_of_person(text: str, spans: list[Span]) -> Kind:
    """A lawyer's, relative's or office's word right beside any mention of the name decides; else a person."""
    beside = [piece for span in spans for piece in _beside(text, span)]
    # `Адвокат полковника X` is told of another; the word nearest the name counts first.
    if any(has("advocate_words", piece) for piece in beside):
        return "advocate"
    if any(has("court_words", piece.split()[0]) for piece in beside if piece.split()):
        return "court"
    if any(has("office_words", piece) for piece in beside):
        return "official"
    if any(has("expert_words", piece) for piece in beside):
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
    return plain(word.strip('«»"“”(')) in role_forms() or has("ranks", word)
