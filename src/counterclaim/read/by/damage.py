"""Where a page's text is damaged, with both readings where there are two; refuses to mend anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from counterclaim.read.damage.copies import Pair, copies_note, near_duplicates
from counterclaim.read.damage.echoes import echoes_of
from counterclaim.read.damage.endings import endings_of
from counterclaim.read.damage.joints import joints_of
from counterclaim.read.damage.known import Words
from counterclaim.read.damage.nonwords import nonwords_of
from counterclaim.read.damage.phrases import phrases_of
from counterclaim.read.layers import PageText
from counterclaim.read.sentences import paragraphs_of, sentences_of, words_of
from counterclaim.record.account import Damage, DamageKind, Grade, Reading
from counterclaim.record.passage import Span, span_of

DAMAGE_MAX = 500


@dataclass(frozen=True, slots=True)
class DamageReader:
    """Near-duplicate passages, joints of two texts, glued and garbled words, cut ends and lines of the site."""

    name: str = "damage"
    version: str = "3"
    after: tuple[str, ...] = ()

    def read(self, page: PageText, so_far: Reading) -> Reading:
        """Add what is damaged, in the order of the text. Without a word list for its language only copies are seen."""
        paragraphs = paragraphs_of(so_far, "body")
        pairs = near_duplicates(paragraphs)
        found = [*_copies(pairs), *_boilerplate(page, so_far)]
        if phrases_of(page.language) is not None:
            words = Words([w.text for paragraph in paragraphs_of(so_far) for w in words_of(paragraph)], page.language)
            found.extend(echoes_of(paragraphs, pairs, page.language))
            for index, paragraph in enumerate(paragraphs):
                sentences = sentences_of(paragraph, page.language)
                found.extend(nonwords_of(paragraph, words, pairs))
                found.extend(joints_of(paragraph, sentences, words, pairs))
                follower = paragraphs[index + 1].text[:1] if index + 1 < len(paragraphs) else ""
                found.extend(endings_of(paragraph, sentences, words, follower=follower))
        unique = {(item.kind, item.spans[0].start): item for item in reversed(found)}
        in_order = sorted(unique.values(), key=lambda item: (item.spans[0].start, item.kind))[:DAMAGE_MAX]
        numbered = tuple(replace(item, id=f"d{number}") for number, item in enumerate(in_order, start=1))
        return replace(so_far, damage=(*so_far.damage, *numbered))


def _copies(pairs: tuple[Pair, ...]) -> Iterator[Damage]:
    for pair in pairs:
        yield _damage("near_duplicate", pair.grade, (pair.first, pair.second), copies_note(pair.differing))


def _boilerplate(page: PageText, reading: Reading) -> Iterator[Damage]:
    """Lines of the site among the article's own; in HTML, what stands outside the article is furniture, not damage."""
    inner = [part for part in reading.article if part.role in {"headline", "body"}]
    if not inner:
        return
    first, last = inner[0].start, inner[-1].end
    run: list[Span] = []
    for part in (*reading.article, None):
        inside = part is not None and first < part.start < last
        if part is not None and part.role == "boilerplate" and (inside or page.media_type == "text/plain"):
            run.append(span_of(page.dom_text, part.start, part.end))
        elif run:
            within = first < run[0].start < last
            where = "between the article's paragraphs" if within else "before or after the article"
            yield _damage("boilerplate", "medium" if within else "low", tuple(run), f"The site's own lines, {where}.")
            run = []


def _damage(kind: DamageKind, grade: Grade, spans: tuple[Span, ...], note: str) -> Damage:
    return Damage(id="", kind=kind, grade=grade, spans=spans, note=note)


READER = DamageReader()
