"""What stands with the name of who speaks, and whether harm or a view is told; refuses to decide an act by itself."""

from __future__ import annotations

from counterclaim.read.turkic.attribution import Attribution
from counterclaim.read.turkic.phrases import Sentence
from counterclaim.read.turkic.words import Words


def tells_of_harm(content: str, words: Words) -> bool:
    """Whether anything suffered or seen is told: `filmin nasıl çekildiğini anlattı` is no testimony."""
    return words.pattern("experience").search(content) is not None or words.methods.search(content) is not None


def is_view(content: str, words: Words) -> bool:
    """Whether words value something and tell of nothing suffered."""
    return bool(words.pattern("own_view").search(content)) and not words.pattern("experience").search(content)


def is_led(item: Attribution | None, frame: Sentence, section: str) -> bool:
    """Whether a word of a list stands with the name of who speaks: `tanık X`, `sanık Y`."""
    if item is None or item.subject is None:
        return False
    return frame.words.pattern(section).search(frame.between(item.start, item.subject.end)) is not None


def is_forced(frame: Sentence) -> bool:
    """Whether those who hold others in custody are told of as doing something: `polislerin vurduğunu`."""
    stems = frame.words.stems("force_stems")
    nouns = (frame.words.noun(token.low, stems) for token in frame.tokens)
    return any(noun is not None and noun.ending.case == "gen" for noun in nouns)
