"""Passages a page holds twice; refuses to choose silently which of two copies is read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations, pairwise

from counterclaim.read.sentences import paragraphs_of, sentences_of, words_of
from counterclaim.record.account import Damage, Grade, Reading, Role
from counterclaim.record.passage import Span

SHINGLE_WORDS = 4
WORDS_MIN = 10  # a shorter passage recurs by chance (bylines, formulas)
WORDS_MAX = 1500  # alignment is quadratic; a paragraph this long is compared by its shingles only
SHARED_MIN = 50  # of a hundred shingles of the shorter passage
SHINGLE_PARAGRAPHS_MAX = 20  # a shingle in more paragraphs than this is a formula of the site
PAIRS_MAX = 60
ALIGNED_WORDS_MIN = 3
COPY_RATIO_MIN = 80  # of a hundred: two sentences are the same sentence, damaged or edited
DIFFERENCES_MAX = 12  # listed in a note; a pair that differs in more is told by its number
HIGH_MIN, MEDIUM_MIN = 80, 60
HIGH_WORDS_MIN = 20  # a shorter passage is repeated by an editor too: captions, leads


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two nearly equal passages of one page, the words in which they differ, and where each goes on alone."""

    first: Span
    second: Span
    differing: tuple[tuple[str, str], ...]
    tails: tuple[int, int]
    grade: Grade


def near_duplicates(passages: tuple[Span, ...]) -> tuple[Pair, ...]:
    """Find pairs of passages that share most of their word shingles.

    Method: w-shingling and containment, Broder (1997), On the resemblance and containment of documents.
    `tails` are the offsets at which first and second stop agreeing.
    """
    words = [words_of(passage) for passage in passages]
    lowered = [[word.text.lower() for word in row] for row in words]
    shingles = [
        {tuple(row[at : at + SHINGLE_WORDS]) for at in range(len(row) - SHINGLE_WORDS + 1)}
        if len(row) >= WORDS_MIN
        else set()
        for row in lowered
    ]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, row in enumerate(shingles):
        for shingle in row:
            holders[shingle].append(index)
    shared = Counter(
        pair
        for held in holders.values()
        if 1 < len(held) <= SHINGLE_PARAGRAPHS_MAX
        for pair in combinations(sorted(held), 2)
    )
    pairs: list[Pair] = []
    for (left, right), count in sorted(shared.items()):
        if count * 100 >= SHARED_MIN * min(len(shingles[left]), len(shingles[right])) and len(pairs) < PAIRS_MAX:
            pairs.append(_pair_of(passages, (left, right), words, lowered))
    return tuple(pairs)


def _pair_of(
    passages: tuple[Span, ...], at: tuple[int, int], words: list[tuple[Span, ...]], lowered: list[list[str]]
) -> Pair:
    left, right = at
    first, second = passages[left], passages[right]
    if max(len(words[left]), len(words[right])) > WORDS_MAX:
        return Pair(first=first, second=second, differing=(), tails=(first.end, second.end), grade="low")
    matcher = SequenceMatcher(None, lowered[left], lowered[right], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size >= ALIGNED_WORDS_MIN]
    if not blocks:
        return Pair(first=first, second=second, differing=(), tails=(first.end, second.end), grade="low")
    spans = []
    for row, passage, starts in (
        (words[left], first, [b.a for b in blocks]),
        (words[right], second, [b.b for b in blocks]),
    ):
        begin = row[starts[0]].start if starts[0] else passage.start
        last = starts[-1] + blocks[-1].size
        finish = row[last - 1].end if last < len(row) else passage.end
        spans.append(Span(start=begin, end=finish, text=passage.text[begin - passage.start : finish - passage.start]))
    differing = _differing(matcher, words[left], words[right])
    agreed = sum(block.size for block in blocks) * 100 // min(len(words[left]), len(words[right]))
    long = min(len(words[left]), len(words[right])) >= HIGH_WORDS_MIN
    grade: Grade = "high" if agreed >= HIGH_MIN and long else "medium" if agreed >= MEDIUM_MIN else "low"
    return Pair(first=spans[0], second=spans[1], differing=differing, tails=(spans[0].end, spans[1].end), grade=grade)


def _differing(
    matcher: SequenceMatcher[str], left: tuple[Span, ...], right: tuple[Span, ...]
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (" ".join(word.text for word in left[a:b]), " ".join(word.text for word in right[c:d]))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    )


def differing_of(left: Span, right: Span) -> tuple[tuple[str, str], ...]:
    """Give the words in which two sentences differ, side by side in their order, empty where one has nothing."""
    rows = words_of(left), words_of(right)
    first, second = ([word.text.lower() for word in row] for row in rows)
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return _differing(matcher, *rows)


def copies_note(differing: tuple[tuple[str, str], ...]) -> str:
    """Say in which words two copies differ, left and right of a stroke."""
    shown = [f"{left or '(nothing)'} / {right or '(nothing)'}" for left, right in differing[:DIFFERENCES_MAX]]
    if len(differing) > DIFFERENCES_MAX:
        shown.append(f"and {len(differing) - DIFFERENCES_MAX} more")
    said = "The copies differ in: " + "; ".join(shown) + "." if shown else "The copies are equal."
    return said + " Both are kept; neither is preferred."


def same_sentence(left: Span, right: Span) -> bool:
    """Whether two sentences are copies of one, perhaps with damage."""
    a, b = ([word.text.lower() for word in words_of(span)] for span in (left, right))
    if not a or not b or max(len(a), len(b)) > WORDS_MAX:
        return False
    return SequenceMatcher(None, a, b, autojunk=False).ratio() * 100 >= COPY_RATIO_MIN


def read_sentences(reading: Reading) -> tuple[Span, ...]:
    """Give the sentences that accounts and episodes are read from: each copied sentence once, undamaged.

    Of two copies the one that no other damage touches is read; where neither or both are touched, the first. The
    copy left out still stands in the damage of kind `near_duplicate`.
    """
    copied = [item for item in reading.damage if item.kind == "near_duplicate"]
    others = [
        span for item in reading.damage if item.kind not in {"near_duplicate", "boilerplate"} for span in item.spans
    ]
    sentences = unjoined_sentences(reading)
    starts = [sentence.start for sentence in sentences]
    left_out: set[int] = set()
    for item in copied:
        kept, dropped = _kept_first(item, others)
        kept_sentences = _overlapping(sentences, starts, kept)
        for sentence in _overlapping(sentences, starts, dropped):
            if any(same_sentence(sentence, other) for other in kept_sentences):
                left_out.add(sentence.start)
    return tuple(sentence for sentence in sentences if sentence.start not in left_out)


def unjoined_sentences(reading: Reading, *roles: Role) -> list[Span]:
    """Give the sentences of paragraphs of these roles, both copies of each, cut where a splice joined two texts."""
    joints = sorted(
        span.start for item in reading.damage if item.kind == "splice" and item.grade != "low" for span in item.spans
    )
    language = reading.document.language
    whole = [sentence for part in paragraphs_of(reading, *roles) for sentence in sentences_of(part, language)]
    return [part for sentence in whole for part in _cut_at(sentence, joints)]


def _overlapping(sentences: list[Span], starts: list[int], span: Span) -> list[Span]:
    """The sentences that share a code point with a span; `sentences` are in order and apart from each other."""
    first = max(0, bisect_right(starts, span.start) - 1)
    return [one for one in sentences[first : bisect_left(starts, span.end)] if one.overlaps(span)]


def _cut_at(sentence: Span, joints: list[int]) -> list[Span]:
    """Cut a sentence where a splice begins within it: the two sides belong to two texts."""
    cuts = [sentence.start, *(joint for joint in joints if sentence.start < joint < sentence.end), sentence.end]
    parts = []
    for left, right in pairwise(cuts):
        text = sentence.text[left - sentence.start : right - sentence.start].rstrip()
        if text:
            parts.append(Span(start=left, end=left + len(text), text=text))
    return parts


def _kept_first(item: Damage, others: list[Span]) -> tuple[Span, Span]:
    first, second = item.spans[0], item.spans[1]
    # A joint begins where the agreement ends, so the touch of an end counts as well.
    touched = [
        sum(other.start <= span.end + 2 and span.start < other.end for other in others) for span in (first, second)
    ]
    return (second, first) if touched[0] and not touched[1] else (first, second)


def damage_on(span: Span, reading: Reading) -> tuple[str, ...]:
    """List the ids of damage that a span touches, boilerplate apart."""
    return tuple(
        item.id
        for item in reading.damage
        if item.kind != "boilerplate" and any(part.overlaps(span) for part in item.spans)
    )
