"""An exhibit as the dossier shows it: plate, findings, passages, damage; refuses what is only proposed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from counterclaim.dossier.casefile import Profile, Shown
from counterclaim.dossier.said import Mark, accepted_accounts, mark_of, words_of_slot, words_of_term
from counterclaim.record.account import Damage, Episode, Reading
from counterclaim.record.exhibit import label_of
from counterclaim.record.finding import Declined, Failed, Finding, Observed, RatioOffered
from counterclaim.record.passage import Span

CONTEXT_CHARACTERS = (
    90  # about a line and a half on either side: enough to see that a passage is not torn from its place
)
TEARS = frozenset({"splice", "truncated", "garbled"})  # kinds of damage that lose text
VALUES_MAX = 16  # a finding's further values stand in the interchange files
VALUE_CHARACTERS_MAX = 160
_TOKENS = re.compile(r"\s+|\w+|[^\w\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One accepted finding with its limits; `ratio` in words where the method offers one."""

    id: str
    examiner: str
    summary: str
    values: tuple[tuple[str, str], ...]
    regions: tuple[str, ...]
    limits: tuple[str, ...]
    validation: str
    ratio: str
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A method that declined (not validated for this input) or failed (broke)."""

    mark: Mark
    examiner: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Words used from a page, between what stands before and after them."""

    mark: Mark
    language: str
    before: str
    text: str
    after: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word of a doubled passage and whether the other version lacks it."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Torn:
    """Damage as damage: either two versions side by side, or the words up to a torn edge."""

    id: str
    kind: str
    note: str
    marks: tuple[Mark, ...]
    language: str
    versions: tuple[tuple[Token, ...], ...]
    edges: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An accepted episode: what the page says happened, to whom, where and when."""

    mark: Mark
    kind: str
    date: str
    place: str
    people: tuple[str, ...]
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """One exhibit. `facts` are printable pairs; `picture` a data URI in the internal profile alone, else empty."""

    label: str
    kind: str
    facts: tuple[tuple[str, str], ...]
    picture: str
    observations: tuple[Observation, ...]
    passages: tuple[Passage, ...]
    happenings: tuple[Happening, ...]
    damage: tuple[Torn, ...]


def plate_of(shown: Shown, findings: Sequence[Finding], *, profile: Profile, picture: str) -> Plate:
    """Give the plate of one exhibit. In the public profile no digest, name or machine value is printed."""
    exhibit, reading = shown.exhibit, shown.reading
    facts = [
        ("admitted", exhibit.admitted_at),
        ("media type", exhibit.media_type),
        ("size", f"{exhibit.size_bytes} bytes"),
    ]
    if profile == "public":
        facts = facts[:1]
    else:
        facts += [("name as received", exhibit.name), ("SHA-256", exhibit.sha256)]
    return Plate(
        label=label_of(exhibit.number),
        kind=words_of_term("exhibit_kinds", exhibit.kind),
        facts=tuple(facts),
        picture=picture,
        observations=tuple(_observations(findings, exhibit.number, profile=profile)),
        passages=tuple(_passages(shown, reading)) if reading else (),
        happenings=tuple(_happening(shown, episode, reading) for episode in _episodes(shown, reading))
        if reading
        else (),
        damage=tuple(_torn(exhibit.number, damage, reading) for damage in _damage(shown, reading)) if reading else (),
    )


def unanswered_of(findings: Sequence[Finding]) -> tuple[Unanswered, ...]:
    """What was declined or failed, whatever its status: silence is never absence."""
    rows: list[Unanswered] = []
    for finding in findings:
        match finding.outcome:
            case Declined(reason=reason):
                rows.append(_unanswered(finding, "declined", reason))
            case Failed(reason=reason):
                rows.append(_unanswered(finding, "failed", reason))
            case Observed():
                continue
    return tuple(rows)


def _unanswered(finding: Finding, outcome: str, reason: str) -> Unanswered:
    return Unanswered(mark=_exhibit_mark(finding.exhibit), examiner=_named(finding), outcome=outcome, reason=reason)


def _exhibit_mark(number: int) -> Mark:
    return Mark(label=label_of(number), anchor=label_of(number))


def _named(finding: Finding) -> str:
    return f"{finding.examiner} {finding.version}"


def _observations(findings: Sequence[Finding], number: int, *, profile: Profile) -> Iterable[Observation]:
    for finding in findings:
        if finding.exhibit == number and finding.status == "accepted" and isinstance(finding.outcome, Observed):
            yield _observation(finding, finding.outcome, profile=profile)


def _observation(finding: Finding, seen: Observed, *, profile: Profile) -> Observation:
    regions = tuple(
        f"{region.label} ({region.grade}): {region.width} × {region.height} pixels at {region.x}, {region.y}"
        for region in seen.regions
    )
    validation = {
        "inside": "validated for this kind of input",
        "outside": "outside what the method was validated on",
        "none": "not validated by a calibration set",
    }[seen.validation]
    return Observation(
        id=finding.id,
        examiner=_named(finding),
        summary=seen.summary,
        # Machine values can identify a picture (digests, codes, serials, positions): a public profile prints none.
        values=() if profile == "public" else tuple(_values(seen.values))[:VALUES_MAX],
        regions=regions,
        limits=seen.limits,
        validation=validation,
        ratio=_ratio(seen.ratio),
        mark=_exhibit_mark(finding.exhibit),
    )


def _ratio(offered: RatioOffered | None) -> str:
    if offered is None:
        return ""
    first, second = offered.between
    return (
        f"offers {offered.low} to {offered.high} (basis: {offered.basis}, cap {offered.cap}): "
        f"how much more probable this observation is if {first} than if {second}"
    )


def _values(values: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    """Flatten a finding's values to printable pairs."""
    for name, value in values.items():
        key = f"{prefix}{name}".replace("_", " ")
        match value:
            case Mapping():
                yield from _values(value, f"{prefix}{name} › ")
            case list() | tuple():
                if value:
                    yield key, _short("; ".join(_plain(item) for item in value))
            case None:
                continue
            case _:
                yield key, _short(_plain(value))


def _plain(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return ", ".join(f"{str(key).replace('_', ' ')} {_plain(item)}" for key, item in value.items())
        case list() | tuple():
            return ", ".join(_plain(item) for item in value)
        case _:
            return str(value)


def _short(text: str) -> str:
    return text if len(text) <= VALUE_CHARACTERS_MAX else text[: VALUE_CHARACTERS_MAX - 1] + "…"


# --- pages -----------------------------------------------------------------------------------------


def _passages(shown: Shown, reading: Reading) -> Iterable[Passage]:
    used = [(account.span, words_of_term("act_kinds", account.act)) for account in accepted_accounts(shown)]
    used += [
        (quotation.span, f"words of {words_of_slot(quotation.speaker, reading)}")
        for quotation in reading.quotations
        if quotation.id in shown.accepted
    ]
    used += [(episode.span, "episode") for episode in _episodes(shown, reading)]
    lasting = [damage for damage in _damage(shown, reading) if damage.kind != "boilerplate"]
    used += [(span, f"damage {damage.id}") for damage in lasting for span in damage.spans]
    roles: dict[tuple[int, int], list[str]] = {}
    spans: dict[tuple[int, int], Span] = {}
    for span, role in used:
        roles.setdefault((span.start, span.end), []).append(role)
        spans[span.start, span.end] = span
    for key in sorted(spans):
        yield _passage(shown.exhibit.number, spans[key], "; ".join(dict.fromkeys(roles[key])), reading)


def _passage(number: int, span: Span, role: str, reading: Reading) -> Passage:
    before, after = _context(reading.document.dom_text, span)
    return Passage(
        mark=mark_of(number, span),
        language=reading.document.language,
        before=before,
        text=span.text,
        after=after,
        role=role,
    )


def _context(text: str, span: Span) -> tuple[str, str]:
    """What stands before and after, cut at a word and marked as cut."""
    start, end = max(0, span.start - CONTEXT_CHARACTERS), min(len(text), span.end + CONTEXT_CHARACTERS)
    before, after = text[start : span.start], text[span.end : end]
    if start > 0:
        before = "… " + before.partition(" ")[2]
    if end < len(text):
        after = after.rpartition(" ")[0] + " …"
    return before, after


def _episodes(shown: Shown, reading: Reading) -> tuple[Episode, ...]:
    return tuple(episode for episode in reading.episodes if episode.id in shown.accepted)


def _happening(shown: Shown, episode: Episode, reading: Reading) -> Happening:
    named = {method.id: method for method in reading.methods}
    methods = [named[method] for method in episode.methods if method in named]
    date = episode.date.edtf if episode.date else "date not stated"
    duration = f", for {episode.duration.span.text}" if episode.duration else ""
    return Happening(
        mark=mark_of(shown.exhibit.number, episode.span),
        kind=words_of_term("episode_types", episode.type),
        date=f"{date}{duration}",
        place=words_of_slot(episode.place, reading, unstated="the page does not say where"),
        people=tuple(
            f"{words_of_term('person_roles', person.role)}: {words_of_slot(person.slot, reading)}"
            for person in episode.participants
        ),
        methods=tuple(
            words_of_term("methods", method.term) + ("" if method.asserted else " (named under negation)")
            for method in methods
        ),
    )


# --- damage ----------------------------------------------------------------------------------------


def _damage(shown: Shown, reading: Reading) -> tuple[Damage, ...]:
    """Give the damage a person accepted, and the damage that accepted words touch."""
    touched = {damage for account in accepted_accounts(shown) for damage in account.damage}
    return tuple(damage for damage in reading.damage if damage.id in touched or damage.id in shown.accepted)


def _torn(number: int, damage: Damage, reading: Reading) -> Torn:
    text = reading.document.dom_text
    doubled = damage.kind == "near_duplicate" and len(damage.spans) == 2  # noqa: PLR2004 (two versions)
    return Torn(
        id=damage.id,
        kind=words_of_term("damage_kinds", damage.kind),
        note=damage.note,
        # Text of the site is named and not printed: its marks lead to the exhibit.
        marks=tuple(
            Mark(label=mark_of(number, span).label, anchor=label_of(number))
            if damage.kind == "boilerplate"
            else mark_of(number, span)
            for span in damage.spans
        ),
        language=reading.document.language,
        versions=_versions(damage.spans[0].text, damage.spans[1].text) if doubled else (),
        edges=tuple(_edge(text, span) for span in damage.spans) if damage.kind in TEARS else (),
    )


def _edge(text: str, span: Span) -> tuple[str, str]:
    """Give the words up to the place of damage, the damaged words included, and the words that follow it."""
    before, after = _context(text, span)
    return f"{before}{span.text}", after


def _versions(first: str, second: str) -> tuple[tuple[Token, ...], ...]:
    """Both versions as words, each marked where the other lacks it (longest common subsequence)."""
    from difflib import SequenceMatcher

    left, right = _TOKENS.findall(first), _TOKENS.findall(second)
    matcher = SequenceMatcher(a=left, b=right, autojunk=False)
    same_left: set[int] = set()
    same_right: set[int] = set()
    for block in matcher.get_matching_blocks():
        same_left.update(range(block.a, block.a + block.size))
        same_right.update(range(block.b, block.b + block.size))
    return (
        tuple(Token(text=token, differs=place not in same_left) for place, token in enumerate(left)),
        tuple(Token(text=token, differs=place not in same_right) for place, token in enumerate(right)),
    )
