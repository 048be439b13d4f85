"""What somebody said, what a page lost, and who is named; refuses an empty slot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from counterclaim.record.layout import TextBox
from counterclaim.record.passage import Span
from counterclaim.record.post import Post

Act = Literal[
    "claim", "denial", "testimony", "report", "finding", "opinion", "admission", "justification",
    "retraction", "non_denial", "rejection", "no_reply",
]  # fmt: skip
DenialKind = Literal[
    "did_not_happen", "elsewhere", "old_image", "staged", "altered", "possibility_raised", "not_by_us",
    "never_detained", "force_justified", "self_inflicted_or_fall", "earlier_injury", "isolated_case",
    "source_attacked", "blanket", "other",
]  # fmt: skip
DeniedElement = Literal["place", "time", "act", "authorship", "injury", "detention", "all"]
DamageKind = Literal["near_duplicate", "splice", "glued", "garbled", "truncated", "boilerplate"]
Grade = Literal["high", "medium", "low"]
Role = Literal["headline", "body", "boilerplate", "caption", "byline"]
EpisodeType = Literal[
    "arrest", "detention", "ill_treatment", "injury", "death", "threat", "search", "trial", "release", "pardon",
    "complaint", "investigation", "decision", "application", "publication", "interview", "other",
]  # fmt: skip
EntityType = Literal["person", "organization", "public_body", "facility", "court", "media", "country", "place", "group"]
Status = Literal["proposed", "accepted", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The slot is filled by an entity of the same reading."""

    entity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """The slot is filled by words of the page that name no entity."""

    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Undetermined:
    """Two or more candidates (entity ids); the page does not decide."""

    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What stood here fell into damage (a damage id)."""

    damage: str


@dataclass(frozen=True, slots=True)
class Unstated:
    """The page does not say."""


Slot = Named | Worded | Undetermined | Lost | Unstated


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A stretch [start, end) of the document text and its role on the page."""

    start: int
    end: int
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One place where the page is damaged; what was lost is never guessed."""

    id: str
    kind: DamageKind
    grade: Grade
    spans: tuple[Span, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words in quotation marks, or cited as said, and whose they are."""

    id: str
    span: Span
    speaker: Slot
    speaker_span: Span | None
    cue: Span | None
    via: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What somebody said: one speech act of one holder over one span.

    `answers` lists ids of accounts this one replies to; `denies` says exactly what is denied;
    `hedge` is the hedging word as printed; `damage` lists ids of damage the span touches.
    """

    id: str
    act: Act
    span: Span
    holder: Slot
    cue: Span | None
    polarity: Literal["affirmed", "negated"]
    hedge: Span | None
    answers: tuple[str, ...]
    denies: tuple[DeniedElement, ...]
    denial_kind: DenialKind | None
    translated_from: str | None
    damage: tuple[str, ...]
    grade: Grade
    status: Status
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A person or body in an episode; the role keeps its "alleged"."""

    role: str
    slot: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A date as EDTF with the words it comes from.

    `relative_to` is the date the page states for itself where the year, or the day, is reckoned from that.
    """

    edtf: str
    span: Span
    relative_to: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationMention:
    """A duration (ISO 8601), never a date, with the words it comes from."""

    iso8601: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodMention:
    """A method of the vocabulary the text names; `asserted` is false under negation."""

    id: str
    term: str
    span: Span
    asserted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """What the text says happened: one kind of event over one span."""

    id: str
    type: EpisodeType
    span: Span
    participants: tuple[Participant, ...]
    methods: tuple[str, ...]
    place: Slot
    date: DateMention | None
    duration: DurationMention | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Somebody or something named; `same_as` are proposals, never merges."""

    id: str
    type: EntityType
    name: str | None
    mentions: tuple[Span, ...]
    same_as: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """The text layer a reading rests on. `dom_text` is the decoded text that all spans select from.

    `boxes` say where the lines of a printed document or of a picture stand; `notes` are sentences on what was
    decided in reading the bytes, and by what.
    """

    sha256: str
    media_type: str
    language: str
    characters: int
    dom_text: str
    boxes: tuple[TextBox, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything read from one exhibit; all of it proposed until a person accepts it."""

    document: DocumentText
    article: tuple[Range, ...] = ()
    damage: tuple[Damage, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    accounts: tuple[Account, ...] = ()
    episodes: tuple[Episode, ...] = ()
    methods: tuple[MethodMention, ...] = ()
    entities: tuple[Entity, ...] = ()
    posts: tuple[Post, ...] = ()
    dates: tuple[DateMention, ...] = ()
    durations: tuple[DurationMention, ...] = ()
