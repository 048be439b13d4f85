"""Whom a cue of speech belongs to; refuses to take whom something was done to for whom it was told by."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from counterclaim.read.turkic.phrases import Phrase, Sentence
from counterclaim.read.turkic.texts import is_owned, owned_from, report_of, text_noun
from counterclaim.read.turkic.words import SpeechCue
from counterclaim.record.account import Named, Slot, Unstated, Worded
from counterclaim.record.passage import Span

AFTER_CHARACTERS_MAX = 90
OWNER_CHARACTERS = 40
APPOSITION_WORDS_MAX = 3  # `bir əsir, 41 yaşlı X`
LEAD_WORDS_MAX = 4  # between a verb and the name behind it: `dedi eski tutuklu X`
_ENDS = re.compile(r"\s*(?:[.,;:!?…–—“)]|\Z)")
_COLON = re.compile(r"\s*:\s*“")  # `Şöyle anlattı o geceyi X: “...”`
_OTHERWISE = re.compile(r"\s+(?:isə|ise)\b")
_GENITIVE = re.compile(r"\w{2}n?[ıiuü]n\Z")
_OBJECTS = re.compile(r"\w+l[aeə]r[ıi]")
_BY_OPINION = re.compile(r"\w+(?:inc[əe]|ınca|unca|ünc[əe])\Z")
_STRANGER = re.compile(r"\s+(?!ki\b)((?:[^\W\d_]+\s+){0,2}[^\W\d_]+)\s*[,.;:!?]")
_ADVERB = re.compile(
    r"(?:[ae]r[ae][kq]|ərək|[cç][aeə]|ken|sonra|önce|əvvəl|yine|yenə|tekrar|yenidən|hemen|dərhal|birden)\Z"
)
_AS = ("olarak", "olaraq", "sıfat", "sifət", "gibi ", "kimi ", "qismində")
_COMPOUND = re.compile(r"\w{3,}[ıiuü]n(?:d[aeə]n?|[aeəıiuü])(?!\w)")
_TOPIC = re.compile(r"((?:[^\W\d_]+\s+){0,2}[^\W\d_]+)\s+(?:ise|isə)\b")
_CASED = re.compile(r"(?:[dt][aeə]n?|[aeə]|n[ıiuü]|[ıiuü]nc[aeə]|sonra|önce|əvvəl|gün|dün)\Z")
_IMPERSONAL = re.compile(
    r"(?:mümkün|veril|yapıl|alın|ulaş|kurul|ala bil|gəl|yox|qal|al[ma]|gözlə|gel|çık|olma|dön|sağlan|bulunm)"
)
_OWN_REPLY = re.compile(r"(?:açıklaması|yanıtı|tepkisi|açıqlaması|cavabı)\b")  # `X'in bir açıklaması bulunmuyor`
_DIRECT = re.compile(r"[\s,–—-]*(?:(?:deyə|diye|şeklinde|sözleriyle|kimi)\s+)?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The attribution before in the same sentence: its cue's end, its subject and its holder."""

    end: int
    describing: bool
    subject: Span | None
    holder: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A cue found in a sentence, with offsets of the document."""

    start: int
    end: int
    cue: SpeechCue


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who is taken to speak: the slot, the words that name it, where the clause begins.

    `carried` says that the verb leaves its subject out; `document` is the noun for a text that speaks.
    """

    slot: Slot
    subject: Span | None
    start: int
    carried: bool = False
    document: Span | None = None


def holder_of(
    sentence: Sentence, hit: Hit, earlier: Earlier | None, following: int, carried: Slot | None
) -> Holder | None:
    """Find whom a cue belongs to; None where it attributes nothing.

    `following` is where the next cue begins, `carried` who spoke last in the paragraph.
    """
    begin = _clause_start(sentence, earlier)
    if hit.cue.form == "describing":
        return _described(sentence, hit, following) or _described_text(sentence, hit)
    if hit.cue.form in {"passive", "told"}:
        own = _told_of(sentence, begin, hit) if hit.cue.form == "told" else None
        return (
            own
            or _source(sentence, begin, hit)
            or _document(sentence, begin, hit)
            or Holder(slot=Unstated(), subject=None, start=begin)
        )
    last = sentence.between(hit.start, hit.end).split()[-1]
    if hit.cue.form == "phrase" and (last in sentence.words.small("according") or _BY_OPINION.match(last)):
        return _owner(sentence, begin, hit, carried)
    owner = _beside(sentence, hit) if hit.cue.form == "phrase" or hit.cue.act == "report" else None
    after = owner or _after(sentence, hit)
    if after is not None:
        return after
    if hit.cue.term == "not_replying" and (asked := _asked(sentence, begin, hit)):
        return asked
    subject = _before(sentence, begin, hit.start)
    if subject is not None:
        return replace(of_phrase(sentence, subject), document=report_of(sentence, subject, hit.start))
    plural = sentence.between(hit.start, hit.end).endswith(("lar", "lər", "ler"))
    source = _source(sentence, begin, hit) or _document(sentence, begin, hit)
    if source is not None and (plural or source.document is not None):
        return source
    topic = _topic(sentence, begin, hit)
    if topic is not None:
        return topic
    if earlier is not None and not isinstance(earlier.holder, Unstated):
        return Holder(slot=earlier.holder, subject=earlier.subject, start=hit.start)
    slot = _several(sentence) if plural else carried if carried is not None else sentence.nobody()
    return Holder(slot=slot, subject=None, start=begin, carried=True)


def _several(sentence: Sentence) -> Slot:
    """Whom a plural verb without a subject goes on with: `Azarkeşlər şikayət ediblər` is no one person named before."""
    slot = sentence.nobody("many")
    alone = isinstance(slot, Named) and sentence.mentions.entity(slot.entity).type == "person"
    return Unstated() if alone else slot


def _topic(sentence: Sentence, begin: int, hit: Hit) -> Holder | None:
    """`Güvenlik şirketi ise ...`: who no list knows, set against whoever spoke before."""
    lead = sentence.between(begin, hit.start)
    found = _TOPIC.match(lead.lstrip(" ,;"))
    if found is None or _CASED.search(found.group(1)):
        return None
    start = begin + len(lead) - len(lead.lstrip(" ,;"))
    span = sentence.cut(start, start + found.end(1))
    return Holder(slot=Worded(span=span), subject=span, start=start)


def _beside(sentence: Sentence, hit: Hit) -> Holder | None:
    """`Valiliğin ifadesiyle`: whoever owns the phrase right behind."""
    rows = [p for p in sentence.phrases if p.case == "gen" and p.end < hit.start]
    beside = rows and not sentence.between(rows[-1].end, hit.start).strip()
    return of_phrase(sentence, rows[-1]) if beside else None


def of_phrase(sentence: Sentence, phrase: Phrase) -> Holder:
    """Give the holder a phrase names."""
    return Holder(slot=sentence.slot(phrase), subject=phrase.head, start=phrase.start)


def _clause_start(sentence: Sentence, earlier: Earlier | None) -> int:
    """Where the clause of a cue begins: behind the cue before, and behind a joining word."""
    begin = sentence.span.start
    if earlier is not None:
        begin = earlier.subject.start if earlier.describing and earlier.subject else earlier.end
    return begin


def _segment(sentence: Sentence, begin: int, end: int) -> int:
    """Behind the last word that opens another clause (`ancaq`, `sonra`), where somebody is named behind it."""
    marks = [
        found.end()
        for section in ("clause_breaks", "after_clause")
        for found in sentence.words.pattern(section).finditer(sentence.between(begin, end))
    ]
    text = sentence.between(begin, end)
    marks += [text.rfind(";") + 1, text.rfind(": ") + 1]
    marks.extend(  # `X ..., Y isə ...`
        phrase.start - begin
        for phrase in sentence.phrases
        if begin <= phrase.start and phrase.end <= end and _OTHERWISE.match(sentence.between(phrase.end, end))
    )
    return begin + max(marks)


def _before(sentence: Sentence, begin: int, end: int) -> Phrase | None:
    """The subject: the first phrase without a case in the last clause before the cue."""
    for start in dict.fromkeys((_segment(sentence, begin, end), begin)):
        rows = [p for p in sentence.phrases if start <= p.start and p.end <= end and _is_subject(sentence, p, start)]
        strong = [p for p in rows if speaks(p)]
        if strong or rows:
            first = strong[0] if strong else rows[0]
            apposed = _apposed(sentence, first, end)
            return apposed if apposed is not first else _joined(sentence, first, rows)
    return None


def speaks(phrase: Phrase) -> bool:
    """Whether what a phrase names can say something by itself: no country, no place, no building."""
    return phrase.entity is None or phrase.entity.type not in {"country", "place", "facility"}


def _is_subject(sentence: Sentence, phrase: Phrase, start: int) -> bool:
    """Whether a phrase can be the subject: no case, and no lone `-ı` that may mark an object."""
    if phrase.case != "nom" or sentence.between(phrase.start - 1, phrase.start) == "(":
        return False
    after = sentence.between(phrase.end, phrase.end + 14).lstrip()
    if after.startswith((*sentence.words.small("by_words"), *_AS)) or (
        phrase.role and not phrase.owned and _COMPOUND.match(after)
    ):
        return False  # `Tanık olarak`, `öğrenci yurdunda`
    lead = sentence.between(start, phrase.start).strip(" ,")
    first = not lead or set(lead.split()) <= sentence.words.small("role_adjectives")
    if (phrase.role or phrase.entity is None) and _describes_text(sentence, phrase):
        return False  # `Ekspert rəyində deyilir`
    if phrase.entity is not None and phrase.entity.type == "group" and _OBJECTS.fullmatch(phrase.head.text.lower()):
        owner = sentence.between(max(start, phrase.start - OWNER_CHARACTERS), phrase.start).split()
        return first or bool(owner and _GENITIVE.search(owner[-1]))  # `gazetecileri suçladı`, `bəyanatın müəllifləri`
    if phrase.role and phrase.owned and not phrase.led and phrase.head.text[-2:-1].lower() not in "aeəıioöuüsnr":
        return not sentence.between(start, phrase.start).strip(" ,")
    if phrase.role and not phrase.owned and not phrase.plural and not phrase.led:
        # `Bir vəkil`, `Vəkil`: a bare role in mid-sentence is seldom a subject (`vəkil tutub`).
        return first or after.startswith((",", "is", "da ", "də ", "de ", "“"))
    return True


def _describes_text(sentence: Sentence, phrase: Phrase) -> bool:
    """Whether a bare noun says of what kind the text behind it is."""
    token = next((t for t in sentence.tokens if t.start >= phrase.end), None)
    if token is None or phrase.owned or not sentence.between(phrase.end, token.start).isspace():
        return False
    noun = sentence.words.noun(token.small, sentence.words.stems("document_stems"))
    return noun is not None and noun.ending.owned and noun.ending.case != "nom"


def _apposed(sentence: Sentence, phrase: Phrase, end: int) -> Phrase:
    """`Başqa bir əsir, X, ...`: the name beside what somebody is says who."""
    if not phrase.role or phrase.entity is not None:
        return phrase
    for other in sentence.phrases:
        if phrase.end < other.start and other.end <= end and other.entity and other.entity.type == "person":
            between = sentence.between(phrase.end, other.start)
            words = between[1:].split()
            close = between[:1] == "," and "," not in between[1:] and len(words) <= APPOSITION_WORDS_MAX
            return other if close and other.case == "nom" else phrase
    return phrase


def _joined(sentence: Sentence, phrase: Phrase, rows: list[Phrase]) -> Phrase:
    """`X və Y`: two that speak together are given as worded."""
    at = rows.index(phrase)
    last = phrase
    for other in rows[at + 1 :]:
        if sentence.between(last.end, other.start).strip() not in {"və", "ve", "ile", "ilə"}:
            break
        last = other
    if last is phrase:
        return phrase
    return replace(phrase, head=sentence.cut(phrase.start, last.end), entity=None, pronoun=None, end=last.end)


def _after(sentence: Sentence, hit: Hit) -> Holder | None:
    """`“...” dedi X`: a name right behind the verb, with nothing behind it in its clause."""
    if hit.cue.form != "finite":
        return None
    stranger = _STRANGER.match(sentence.between(hit.end, sentence.span.end)) if _quoted_before(sentence, hit) else None
    if stranger and not _ADVERB.search(stranger.group(1)):
        until = hit.end + stranger.end(1)
        led = _before(sentence, sentence.span.start, hit.start) is not None  # `X “...” deyib telefonu qapadıb`
        if not led and not any(hit.end <= p.start < until for p in sentence.phrases):
            return Holder(slot=Unstated(), subject=None, start=hit.start)  # `“...” dedi kâhya.`: nobody known
    for phrase in sentence.phrases:
        if phrase.start < hit.end or phrase.case != "nom":
            continue
        lead = sentence.between(hit.end, phrase.start)
        close = not lead.strip() or (len(lead.split()) <= LEAD_WORDS_MAX and not re.search(r"[,.;:“–—]|\bki\b", lead))
        if not close or phrase.start - hit.end > AFTER_CHARACTERS_MAX:
            return None
        ends = _ENDS.match(sentence.between(phrase.end, sentence.span.end)) is not None
        if phrase.pronoun and not ends:
            continue  # `Şöyle anlattı o geceyi X`
        direct = "”" in sentence.between(hit.start - 12, hit.start) or _quoted_before(sentence, hit)
        direct = direct or _COLON.match(sentence.between(phrase.end, sentence.span.end)) is not None
        if ends and direct and speaks(phrase):
            return of_phrase(sentence, phrase)
        return None
    return None


def _quoted_before(sentence: Sentence, hit: Hit) -> bool:
    text = sentence.between(sentence.span.start, hit.start)
    at = text.rfind("”")
    return at >= 0 and _DIRECT.match(text[at + 1 :]) is not None


def _described(sentence: Sentence, hit: Hit, following: int) -> Holder | None:
    """`... belirten X`: the phrase right behind the participle."""
    for phrase in sentence.phrases:
        if phrase.start < hit.end:
            continue
        lead = sentence.between(hit.end, phrase.start)
        if phrase.start > following or re.search(r"[,.;:“–—]", lead) or len(lead.split()) > LEAD_WORDS_MAX:
            return None
        return of_phrase(sentence, phrase)
    return None


def _described_text(sentence: Sentence, hit: Hit) -> Holder | None:
    """`“...” denilen açıklamada`: the text right behind the participle."""
    token = next((t for t in sentence.tokens if t.start >= hit.end), None)
    if token is None or not sentence.between(hit.end, token.start).isspace():
        return None
    if sentence.words.noun(token.small, sentence.words.stems("statement_stems")) is None:
        return None
    text = sentence.cut(token.start, token.end)
    return Holder(slot=Worded(span=text), subject=text, start=hit.start, document=text)


def _source(sentence: Sentence, begin: int, hit: Hit) -> Holder | None:
    """Who is given as the source: in the ablative, by `tərəfindən`, or as owner of a text (`X'in açıklamasında`)."""
    rows = [p for p in sentence.phrases if begin <= p.start and p.end <= hit.start]
    for phrase in rows:
        after = sentence.between(phrase.end, hit.start).lstrip()
        by = after.startswith(tuple(sentence.words.small("by_words")))
        said_in = phrase.case == "loc" and phrase.entity is not None and phrase.entity.type == "public_body"
        if (phrase.case in {"abl", "equ"} and (phrase.entity is None or phrase.entity.type != "place")) or by:
            return of_phrase(sentence, phrase)
        if said_in and sentence.between(hit.start, hit.end).endswith(("lar", "lər", "ler")):  # `nazirlikdə deyiblər`
            return of_phrase(sentence, phrase)
        if phrase.case == "gen" or (phrase.case == "nom" and phrase.entity is not None):
            text = text_noun(sentence, phrase.end, hit.start, ("loc", "dat", "ins", "abl"), near=phrase.case == "nom")
            if text is not None and is_owned(sentence, text):
                return replace(of_phrase(sentence, phrase), document=text)
    return None


def _told_of(sentence: Sentence, begin: int, hit: Hit) -> Holder | None:
    """`X'in suçunu kabul ettiği öğrenildi`: the act told of is that of who owns the noun form."""
    rows = [p for p in sentence.phrases if begin <= p.start and p.end <= hit.start and p.case == "gen"]
    return of_phrase(sentence, rows[0]) if rows else None


def _document(sentence: Sentence, begin: int, hit: Hit) -> Holder | None:
    """A text that speaks by itself: `Hesabatda deyilir`, `Raporda belirtildi`."""
    text = text_noun(sentence, begin, hit.start, ("loc", "abl", "nom"), near=False)
    if text is None or _OBJECTS.fullmatch(text.text.lower()):
        return None  # `xəbərləri təkzib edib`: what is denied denies nothing
    whole = sentence.cut(owned_from(sentence, text, begin), text.end)
    return Holder(slot=Worded(span=whole), subject=whole, start=begin, document=text)


def _owner(sentence: Sentence, begin: int, hit: Hit, carried: Slot | None) -> Holder:
    """Before `görə`: whose words they are, or who stands in the dative."""
    rows = [p for p in sentence.phrases if begin <= p.start and p.end <= hit.end]
    for phrase in reversed(rows):
        beside = sentence.between(phrase.end, hit.end).split()
        if phrase.case == "dat" and len(beside) == 1:
            return of_phrase(sentence, phrase)
        if phrase.case == "gen" and phrase.end <= hit.start:
            return of_phrase(sentence, phrase)
        if phrase.owned and phrase.role and phrase.end <= hit.start:
            return of_phrase(sentence, phrase)
    for phrase in rows:  # `Emniyetten alınan bilgiye göre`
        if phrase.case == "abl" and speaks(phrase):
            return of_phrase(sentence, phrase)
    for phrase in reversed(rows):  # `Polis məlumatına görə`
        if phrase.case == "nom" and phrase.end <= hit.start and phrase.entity is not None:
            return of_phrase(sentence, phrase)
    return _own_text(sentence, begin, hit) or Holder(
        slot=carried if carried is not None else sentence.nobody(), subject=None, start=begin, carried=True
    )


def _own_text(sentence: Sentence, begin: int, hit: Hit) -> Holder | None:
    """`Rapora göre`: a text that nobody is named for; news that is anybody's names no source."""
    document = text_noun(sentence, begin, hit.end, ("dat",), near=False)
    if document is None or document.text[:-1].lower().endswith(("sın", "sin")):
        return None
    if _is_anonymous(sentence, document):
        return Holder(slot=Unstated(), subject=None, start=begin)
    return Holder(slot=Worded(span=document), subject=document, start=begin, document=document)


def _is_anonymous(sentence: Sentence, document: Span) -> bool:
    """`Məlumata görə`: a word for news that is nobody's names no source."""
    low = sentence.between(document.start, document.end)
    noun = sentence.words.noun(low, sentence.words.stems("anonymous_sources"))
    return noun is not None and not noun.ending.owned


def _asked(sentence: Sentence, begin: int, hit: Hit) -> Holder | None:
    """Who was asked and gave no answer: in the ablative, the dative or the instrumental."""
    for phrase in sentence.phrases:
        if begin <= phrase.start and phrase.end <= hit.start and phrase.case in {"abl", "dat", "ins", "gen"}:
            if phrase.case == "gen" and not _OWN_REPLY.match(sentence.between(hit.start, hit.end)):
                continue
            passive = _IMPERSONAL.search(sentence.between(hit.start, hit.end))
            office = phrase.entity is not None and phrase.entity.type == "facility"  # `polis idarəsindən cavab gəlmədi`
            if passive and (speaks(phrase) or office):
                return of_phrase(sentence, phrase)
    return None
