"""Stretches of words with capital letters, as a name is printed; refuses to join names across a mark or an "and"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from counterclaim.read.lexicon import lexicon_of
from counterclaim.record.passage import Span

TITLE_CASE_SHARE = 60  # of a hundred words with a capital: a headline in title case names nothing by its capitals
_TOKEN = re.compile(
    r"No\.\s?\d+|(?:[^\W\d_]\.){1,4}(?=\s|$|[,;])|[^\W_]+(?:[’'‑.-](?=[^\W\d_]{2})[^\W_]+)*(?:[’']s\b|(?<=s)[’'](?=\s))?"
)
_POSSESSIVE = re.compile(r"[’']s?\Z")
_LINKS = frozenset({"of", "for", "on", "against", "in", "the", "and"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A capitalised stretch, without its possessive ending; what stands right before and after it."""

    span: Span
    tokens: tuple[str, ...]
    possessive: bool
    opens_sentence: bool
    before: str
    after: str


def stretches_of(sentence: Span) -> tuple[Stretch, ...]:
    """Give the capitalised stretches of one sentence, in order; months, weekdays and title-case lines give none."""
    found = list(_TOKEN.finditer(sentence.text))
    big = [token.group()[0].isupper() and token.group() != "I" for token in found]
    letters = sum(1 for token in found if token.group()[0].isalpha())
    if letters > 5 and sum(big) * 100 > TITLE_CASE_SHARE * letters:  # noqa: PLR2004  # a short line is a name, not a title
        return ()
    out, at = [], 0
    while at < len(found):
        if not big[at] or _is_calendar(found[at].group()):
            at += 1
            continue
        end = _end_of(sentence.text, found, big, at)
        stretch = _stretch(sentence, found, at, end)
        if stretch:
            out.append(stretch)
        at = end
    return tuple(out)


def _end_of(text: str, found: list[re.Match[str]], big: list[bool], at: int) -> int:
    """Give the index after the last token of the stretch that begins at `at`."""
    heads = lexicon_of("en").words("heads_first")
    end = at + 1
    while end < len(found):
        owning = re.search(r"[’']s\Z", found[end - 1].group()) and found[end].group() != "Office"
        if owning or not _adjoins(text, found[end - 1], found[end]):
            break
        if big[end] and not _is_calendar(found[end].group()):
            end += 1
            continue
        later = end
        while later < len(found) and found[later].group() in _LINKS and _adjoins(text, found[later - 1], found[later]):
            later += 1
        so_far = {token.group() for token in found[at:end]}
        # "of", "for" and "and" belong to the names of offices and bodies, not between the names of people.
        if later == end or later - end > 2 or later >= len(found) or not big[later] or not so_far & set(heads):  # noqa: PLR2004
            break
        if found[end].group() == "and" and not {"of", "for", "on"} & so_far:
            break
        if found[end].group() in {"in", "the"} or not _adjoins(text, found[later - 1], found[later]):
            break
        if _is_calendar(found[later].group()):
            break  # `the Interior Ministry on Thursday`
        end = later + 1
    return end


def _adjoins(text: str, left: re.Match[str], right: re.Match[str]) -> bool:
    gap = text[left.end() : right.start()]
    return gap != "" and gap.isspace()


def _is_calendar(token: str) -> bool:
    lexicon = lexicon_of("en")
    bare = _POSSESSIVE.sub("", token)
    return bare in lexicon.words("weekdays") or (bare.lower() in lexicon.table("months") and bare[0].isupper())


def _stretch(sentence: Span, found: list[re.Match[str]], at: int, end: int) -> Stretch | None:
    opens = at == 0 or _follows_opening(sentence.text, found[at].start())
    lexicon = lexicon_of("en")
    while (
        opens
        and at < end
        and (lexicon.is_function_word(_POSSESSIVE.sub("", found[at].group())) or found[at].group() in {"Mr.", "Dr."})
        and not _names_body(found, at, end)
    ):
        at += 1
    if at == end or (end - at == 1 and len(found[at].group()) == 1):
        return None
    last = found[end - 1].group()
    cut = len(last) - len(_POSSESSIVE.sub("", last))
    start, stop = found[at].start(), found[end - 1].end() - cut
    return Stretch(
        span=Span(start=sentence.start + start, end=sentence.start + stop, text=sentence.text[start:stop]),
        tokens=(*(token.group() for token in found[at : end - 1]), _POSSESSIVE.sub("", last)),
        possessive=cut > 0,
        opens_sentence=opens,
        before=sentence.text[max(0, start - 60) : start],
        after=sentence.text[found[end - 1].end() : found[end - 1].end() + 60],
    )


def _names_body(found: list[re.Match[str]], at: int, end: int) -> bool:
    """Whether a common noun opens a body's name: the `Police` of a Police Federation."""
    lexicon = lexicon_of("en")
    opens = found[at].group().lower() in lexicon.words("body_openers")
    return opens and at + 1 < end and found[end - 1].group() in lexicon.table("heads")["organization"]


def _follows_opening(text: str, start: int) -> bool:
    return bool(re.search(r"(?:[“\"‘«:(]|[.!?]\s)\s*\Z", text[:start]))
