"""Who a sentence says says something, by which words; refuses to take whom it was done to for whom it was told by."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from counterclaim.read.sentences import quoted_ranges
from counterclaim.read.turkic.holders import Earlier, Hit, Holder, holder_of, of_phrase, speaks
from counterclaim.read.turkic.labels import label_of
from counterclaim.read.turkic.phrases import SENTENCE_CHARACTERS_MAX, Phrase, Sentence
from counterclaim.read.turkic.words import Form, SpeechCue
from counterclaim.record.account import Slot, Unstated
from counterclaim.record.passage import Span

ATTRIBUTIONS_MAX = 12
VIA_CHARACTERS_MAX = 60
GOVERNED_CHARACTERS_MAX = 60  # who stands farther before a noun form is seldom its subject
_NESTED = frozenset({"denial", "no_reply", "non_denial", "retraction", "rejection"})
_APART = frozenset({"denial", "retraction", "non_denial"})  # each is an act of its own beside what it leads to
_COLON = re.compile(r"\s*:\s*\Z")
_OTHERWISE = re.compile(r"\s+(?:isə|ise)\b")
_ACCORDING = ("görə", "göre", "əsasən")
_TOLD = frozenset({None, "claim", "testimony"})
_CLOSING = re.compile(r"(?<=[,.!?…])\s[-–—]\s*[^,;:–—“”]{3,120}\Z")
_NOUN_CLAUSE = re.compile(r"\w(?:[dt][ıiuü][ğyk]|ac[aə][ğqk]|ec[eə][ğyk])\w*")
_LEFT_HANGING = re.compile(r"(?:[dt][ıiuü][ğyk]|aca[ğq]|əcə[yk]|ece[ğk])\w*n[ıiuü]\s*,\s*\Z")
_DASHED = re.compile(r"[,.!?…]?\s*[-–—]\s*(?:(?:deyə|diye)\s+)?")
_SAID_THAT = re.compile(r"\s*,?\s*ki\b")
_ROOM_WORDS = frozenset({"media"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """One act of saying in a sentence: its cue, its holder, and where its clause begins.

    `term` is the term of `speech_cues`; `cue` is None for a speaker set off by a colon; `carried` says that the
    verb leaves its subject out; `document` that a text speaks.
    """

    cue: Span | None
    term: str
    act: str | None
    overclaims: bool
    form: Form
    holder: Slot
    subject: Span | None
    via: Slot
    start: int
    carried: bool = False
    document: Span | None = None
    nested: bool = False
    lead: Span | None = None
    """The cue of a leading form that was joined: `“...” diyen X, ... söyledi`."""

    @property
    def at(self) -> int:
        """Where the cue begins, or the subject where there is no cue."""
        return self.cue.start if self.cue else self.subject.end if self.subject else self.start


def attributions_of(sentence: Sentence, carried: Slot | None) -> tuple[Attribution, ...]:
    """Give the attributions of a sentence in the order of their cues; what stands in quotation marks has none.

    `carried` is who spoke last in the paragraph: whom a verb without a subject goes on with.
    """
    if len(sentence.span.text) > SENTENCE_CHARACTERS_MAX:
        return ()
    found: list[Attribution] = []
    said_that = False
    hits, behind = _outer(sentence, _governed(sentence, _hits(sentence)))
    for number, hit in enumerate(hits[:ATTRIBUTIONS_MAX]):
        earlier = _earlier(found[-1]) if found else behind
        following = hits[number + 1].start if number + 1 < len(hits) else sentence.span.end
        holder = holder_of(sentence, hit, earlier, following, carried)
        apart = said_that and holder is not None and _is_apart(sentence, found, holder)
        said_that = said_that and not apart
        if holder is None or (said_that and (hit.cue.act not in _NESTED or holder.carried)):
            continue
        cue = sentence.cut(hit.start, hit.end)
        found.extend(_shared(sentence, hit, cue, holder, earlier.end if earlier else sentence.span.start))
        found.append(
            Attribution(
                cue=cue, term=hit.cue.term, act=hit.cue.act, overclaims=hit.cue.overclaims, form=hit.cue.form,
                holder=holder.slot, subject=holder.subject, via=_via(sentence), start=holder.start,
                carried=holder.carried, document=holder.document, nested=said_that,
            )
        )  # fmt: skip
        after = sentence.between(hit.end, sentence.span.end)
        # What follows `X bildirib ki` or `X-in sözlərinə görə` is X's, whoever is named in it.
        opens = hit.cue.form == "phrase" and sentence.between(hit.start, hit.end).endswith(_ACCORDING)
        said_that = said_that or opens or _SAID_THAT.match(after) is not None
    return _merged(sentence, found) or _by_colon(sentence) or _labelled(sentence) or _beside_quotation(sentence)


def _is_apart(sentence: Sentence, found: list[Attribution], holder: Holder) -> bool:
    """Whether a clause after `X deyib ki, ...` is nobody's but its own: `...; anası isə ... deyir`."""
    if holder.subject is None or not found:
        return False
    between = sentence.between(found[-1].at, holder.start)
    return ";" in between or _OTHERWISE.match(sentence.between(holder.subject.end, sentence.span.end)) is not None


def _earlier(item: Attribution) -> Earlier:
    end = item.cue.end if item.cue else item.at
    return Earlier(end=end, describing=item.form == "describing", subject=item.subject, holder=item.holder)


def _shared(sentence: Sentence, hit: Hit, cue: Span, holder: Holder, begin: int) -> list[Attribution]:
    """`X döyüldüyünü, Y isə ona toxunmadığını deyir`: one verb for two who say two things."""
    if holder.subject is None or not _OTHERWISE.match(sentence.between(holder.subject.end, sentence.span.end)):
        return []
    if not _LEFT_HANGING.search(sentence.between(begin, holder.start)):
        return []
    rows = [p for p in sentence.phrases if begin <= p.start and p.end <= holder.start and p.case == "nom" and speaks(p)]
    return [
        Attribution(
            cue=cue, term=hit.cue.term, act=hit.cue.act, overclaims=hit.cue.overclaims, form=hit.cue.form,
            holder=first.slot, subject=first.subject, via=Unstated(), start=first.start,
        )
        for first in (of_phrase(sentence, phrase) for phrase in rows[:1])
    ]  # fmt: skip


def _outer(sentence: Sentence, hits: list[Hit]) -> tuple[list[Hit], Earlier | None]:
    """`..., – X deyir`: what stands before the last dash is what X says, with whatever cues it holds."""
    closing = _CLOSING.search(sentence.masked)
    at = sentence.span.start + closing.start() if closing else -1
    behind = [hit for hit in hits if hit.start > at and hit.cue.form == "finite" and hit.cue.act in _TOLD]
    named = any(p.start > at and p.case == "nom" for p in sentence.phrases)
    if closing is None or len(behind) != 1 or not named:
        return hits, None
    return behind, Earlier(end=at, describing=False, subject=None, holder=Unstated())


def _hits(sentence: Sentence) -> list[Hit]:
    """The cues that do not overlap, the earliest and longest first."""
    rows: list[Hit] = []
    for number, token in enumerate(sentence.tokens):
        at = token.start - sentence.span.start
        best: Hit | None = None
        for cue in (*sentence.words.speech.get(token.low[:2], ()), *sentence.words.speech.get(token.low[:1], ())):
            hit = cue.pattern.match(sentence.masked, at)
            if hit and (best is None or hit.end() > best.end - sentence.span.start):
                best = Hit(start=token.start, end=sentence.span.start + hit.end(), cue=cue)
        best = best or _according(sentence, number)
        if best is not None and (not rows or best.start >= rows[-1].end) and not _is_named(sentence, best):
            rows.append(best)
    return rows


def _governed(sentence: Sentence, hits: list[Hit]) -> list[Hit]:
    """`reddettiğini söyledi`, `kabul ettiği öğrenildi`: one act, that of the verb within."""
    out: list[Hit] = []
    within: Hit | None = None
    for hit in hits:
        before, within = within, None
        if hit.cue.form == "nominal":
            within = hit
            continue
        beside = before is not None and sentence.between(before.end, hit.start).strip() in {"", "da", "də", "de"}
        if before is None or not beside or hit.cue.form not in {"finite", "linking", "passive"}:
            out.append(hit)
            continue
        told = hit.cue.form == "passive"
        if (not told and _has_subject(sentence, before)) or hit.cue.act not in {None, "claim"}:
            out.append(hit)
            continue
        cue = replace(before.cue, form="told" if told else hit.cue.form)
        out.append(Hit(start=before.start, end=hit.end, cue=cue))
    return out


def _has_subject(sentence: Sentence, hit: Hit) -> bool:
    """Whether a noun form has somebody else as its own subject: `polisin reddettiğini söyledi`."""
    stems = sentence.words.stems("victim_stems")
    near = [t for t in sentence.tokens if t.end <= hit.start and hit.start - t.end <= GOVERNED_CHARACTERS_MAX]
    nouns = (sentence.words.noun(token.low, stems) for token in near)
    return any(noun is not None and noun.ending.case == "gen" for noun in nouns) or any(
        p.case == "gen" and p.end <= hit.start and hit.start - p.end <= GOVERNED_CHARACTERS_MAX
        for p in sentence.phrases
    )


def _according(sentence: Sentence, number: int) -> Hit | None:
    """`X-ə görə`, `X'e göre`: a name in the dative right before it, or a noun of saying (`dediklərinə görə`)."""
    token = sentence.tokens[number]
    if number == 0 or token.low not in sentence.words.small("according"):
        return None
    before = sentence.tokens[number - 1]
    if not sentence.between(before.end, token.start).isspace():
        return None
    named = any(p.case == "dat" and p.end == before.end for p in sentence.phrases)
    start, nouns = token.start, sentence.words.stems("said_nouns")
    if not named:
        earlier = sentence.tokens[number - 2] if number > 1 else before
        two = sentence.words.noun(f"{earlier.low} {before.low}", nouns) if earlier is not before else None
        noun = two or sentence.words.noun(before.low, nouns)
        if noun is None or noun.ending.case != "dat":
            return None
        start = earlier.start if two else before.start
    cue = SpeechCue(term="neutral", act=None, overclaims=False, form="phrase", pattern=re.compile(r"(?!)"))
    return Hit(start=start, end=token.end, cue=cue)


def _is_named(sentence: Sentence, hit: Hit) -> bool:
    rows = sentence.mentions.within(sentence.span.start, sentence.span.end)
    return any(where.start <= hit.start < where.end for where, _ in rows)


def _via(sentence: Sentence) -> Slot:
    """The paper or broadcaster through which the words come."""
    for phrase in sentence.phrases:
        if phrase.entity is None or phrase.entity.type not in _ROOM_WORDS or phrase.case not in {"dat", "loc", "gen"}:
            continue
        text = sentence.between(phrase.end, phrase.end + VIA_CHARACTERS_MAX)
        if sentence.words.pattern("via_patterns").search(text):
            return sentence.slot(phrase)
    return Unstated()


def _is_own_act(sentence: Sentence, last: Attribution, item: Attribution) -> bool:
    """Whether what leads is an act beside what it leads to: each has something of its own that is said."""
    if last.cue is None or item.cue is None or item.cue.start < last.cue.end:
        return False
    between = sentence.between(last.cue.end, item.cue.start)
    if last.form == "describing":  # `“...” diyen X, “...” diye anlattı`
        return _quoted(sentence, last.start, last.cue.start) and "“" in between
    if last.form != "linking" or item.act == last.act:
        return False
    told = _NOUN_CLAUSE.search(sentence.between(last.start, last.cue.start)) is not None
    denied = item.act in _APART and sentence.words.pattern("denial_objects").search(between) is not None
    return last.act in _APART or (last.act is None and told and denied)  # `düştüğünü belirterek iddiaları yalanladı`


def _quoted(sentence: Sentence, start: int, end: int) -> bool:
    return "“" in sentence.between(min(start, sentence.span.start), end)


def _merged(sentence: Sentence, found: list[Attribution]) -> tuple[Attribution, ...]:
    """Join a leading form with the verb of the same holder it leads to: `ifadə verərək bildirib` is one act."""
    out: list[Attribution] = []
    for item in found:
        last = out[-1] if out else None
        apart = last is not None and _is_own_act(sentence, last, item)
        if (
            last
            and last.form in {"linking", "describing"}
            and last.holder == item.holder
            and not (item.nested or apart)
        ):
            keep = last if (last.act is not None and item.act is None) else item
            out[-1] = replace(
                keep, start=last.start, form=item.form, via=item.via, subject=item.subject or last.subject,
                lead=last.lead or last.cue,
            )  # fmt: skip
            continue
        out.append(item)
    return tuple(out)


def _beside_quotation(sentence: Sentence) -> tuple[Attribution, ...]:
    """`“...”, – o, göz yaşlarını silir`, `X narazıdır: “...”`: words beside somebody's doing are theirs."""
    for start, end in quoted_ranges(sentence.span.text):
        at, until = sentence.span.start + start, sentence.span.start + end
        behind = _DASHED.match(sentence.between(until, sentence.span.end))
        ahead = _COLON.search(sentence.between(sentence.span.start, at))
        for phrase in sentence.phrases:
            after = behind is not None and phrase.start == until + behind.end()
            before = ahead is not None and phrase.start == sentence.span.start and phrase.end < at
            if (after or before) and phrase.case == "nom" and (_is_somebody(phrase)):
                holder = of_phrase(sentence, phrase)
                return (
                    Attribution(
                        cue=None, term="neutral", act=None, overclaims=False, form="finite", holder=holder.slot,
                        subject=holder.subject, via=Unstated(), start=sentence.span.start if after else phrase.start,
                    ),
                )  # fmt: skip
    return ()


def _is_somebody(phrase: Phrase) -> bool:
    return phrase.pronoun is not None or phrase.role or (phrase.entity is not None and phrase.entity.type == "person")


def _by_colon(sentence: Sentence) -> tuple[Attribution, ...]:
    """`X: “...”`: a name and a colon before a quotation."""
    for start, _ in quoted_ranges(sentence.span.text):
        for phrase in sentence.phrases:
            colon = sentence.between(phrase.end, sentence.span.start + start)
            if phrase.case == "nom" and phrase.end <= sentence.span.start + start and _COLON.match(colon):
                holder = of_phrase(sentence, phrase)
                return (
                    Attribution(
                        cue=None, term="neutral", act=None, overclaims=False, form="finite", holder=holder.slot,
                        subject=holder.subject, via=Unstated(), start=phrase.start,
                    ),
                )  # fmt: skip
    return _by_label(sentence)


def _by_label(sentence: Sentence) -> tuple[Attribution, ...]:
    """`Rəsmilər: heç kim döyülməyib`: who speaks stands alone before a colon that opens the sentence."""
    first = sentence.phrases[0] if sentence.phrases else None
    if first is None or first.start != sentence.span.start or first.case != "nom" or sentence.span.text.endswith("?"):
        return ()
    if not re.match(r":\s", sentence.between(first.end, sentence.span.end)) or not speaks(first):
        return ()
    holder = of_phrase(sentence, first)
    return (
        Attribution(
            cue=None, term="neutral", act=None, overclaims=False, form="finite", holder=holder.slot,
            subject=holder.subject, via=Unstated(), start=first.start,
        ),
    )  # fmt: skip


def _labelled(sentence: Sentence) -> tuple[Attribution, ...]:
    """A sentence without a verb of saying whose label or noun of saying tells whose it is."""
    label = label_of(sentence)
    if label is None:
        return ()
    return (
        Attribution(
            cue=label.noun, term="denying" if label.act else "neutral", act=label.act, overclaims=False,
            form="finite", holder=label.holder.slot, subject=label.holder.subject, via=Unstated(),
            start=label.holder.start,
        ),
    )  # fmt: skip
