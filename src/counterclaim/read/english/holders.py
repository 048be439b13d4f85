"""Who a noun phrase names as the one who speaks: its head; refuses a name that "of" or "'s" governs."""

from __future__ import annotations

import re

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.sentences import quoted_ranges
from counterclaim.record.account import Entity, Named, Slot, Unstated, Worded
from counterclaim.record.passage import Span

WORDED_WORDS_MAX = 12
CAPITALS_MAX = 4
PLAIN_CHARACTERS_MAX = 60
NAME_CHARACTERS_MAX = 40  # `the Human Rights Centre "X"`
VIA_CHARACTERS_MAX = 40  # between "in an interview with" and the name of the paper
_PLAIN = re.compile(
    r"(?:\A|[,;:–—(”]\s*|\b(?:that|and|but|while)\s+)((?:the|a|an|his|her|their|its|our)(?:\s+[a-z-]+){1,3})\s*\Z",
    re.IGNORECASE,
)
_PLAIN_WHO = re.compile(r"((?:The|An?|His|Her|Their)(?:\s+[a-z-]+){1,6}),\s+who\b[^.;“”]*\Z")
_RELATIVE = re.compile(r"(\s*(?:The|A|An|One|the|a|an|one)(?:\s[\w’'-]+){1,5}?),?\s(?:who|whom|whose|that|which)\s")
_TRAILING = re.compile(r"(?<=\S)\s(?:that|which|who)\s*\Z")
_SUBORDINATED = re.compile(r"\b(?:after|before|since|until|when)\s*\Z", re.IGNORECASE)
_QUOTED_NAME = re.compile(r"\b[A-Z][a-z]+ [“\"«](?:[A-Z][\w’'-]*\s?){1,4}[”\"»]\Z")
_OWNS = re.compile(r"[’']s?\s")
_OWNER = re.compile(r"[’']s?\s*\Z")
_GOVERNORS = (["of"], ["for"], ["by"], ["to"])
Rows = list[tuple[Span, Entity]]
Holder = tuple[Slot, Span | None, int]
"""The slot, the holder as printed, and where the clause begins (an offset in the document)."""


class Phrases:
    """The noun phrases of one sentence, with its quotations masked."""

    def __init__(self, sentence: Span, mentions: Mentions) -> None:
        """Mask what stands in quotation marks; offsets stay those of the sentence."""
        self.sentence = sentence
        self.mentions = mentions
        masked = list(sentence.text)
        for start, end in quoted_ranges(sentence.text):
            name = end - start <= NAME_CHARACTERS_MAX and _QUOTED_NAME.search(sentence.text[:end])
            masked[start:end] = " " * (end - start) if name else "“" + " " * (end - start - 2) + "”"
        self.masked = "".join(masked)
        self.lexicon = lexicon_of("en")

    def head(self, begin: int, end: int) -> Holder | None:
        """The head of a noun phrase: a pronoun, a role with its body, or the first name that no preposition governs."""
        piece = self.masked[begin:end]
        offset = begin + len(piece) - len(piece.lstrip())
        relative = _RELATIVE.match(piece)
        if relative:  # `A physician who worked there says`: who worked there is told of the physician
            end = begin + relative.end(1)
            piece = self.masked[begin:end]
        elif trailing := _TRAILING.search(piece):
            end = begin + trailing.start()
            piece = self.masked[begin:end]
        words = piece.split()
        if not words:
            return None
        at = self.sentence.start + offset
        pronouns = self.lexicon.table("pronouns")
        last = words[-1].lower().strip(",")
        opened = words[0].lower() in self.lexicon.words("prepositions") and len(words) <= WORDED_WORDS_MAX
        reported = last == "it" and len(words) > 1 and self.lexicon.speech.fullmatch(words[-2]) is not None
        opened = opened or reported or last in {"he", "she", "they"}  # `took back everything he had said`
        if last in pronouns and (len(words) <= 3 or opened):  # noqa: PLR2004  # "and later he", "In a statement it"
            span = self.span(
                end - len(words[-1].rstrip(",")) - (len(piece) - len(piece.rstrip())),
                end - (len(piece) - len(piece.rstrip())),
            )
            span = self.trim(span)
            return self.mentions.pronoun(span, pronouns[last]), span, at
        opener = words[0].lower()
        if opener in pronouns and len(words) > 1 and words[1].lower() not in {"and", "or"}:
            # `He walks with a stick and says`, `She told X that ..., and`: what follows the pronoun are objects.
            span = self.span(offset, offset + len(words[0]))
            return self.mentions.pronoun(span, pronouns[opener]), span, at
        rows = [
            row
            for row in self.mentions.within(self.sentence.start + begin, self.sentence.start + end)
            if self.masked.startswith(row[0].text, row[0].start - self.sentence.start)
        ]
        return self._role(offset, end, rows) or self._named(begin, end, rows) or self._unknown(offset, end, piece)

    def _named(self, begin: int, end: int, rows: Rows) -> Holder | None:
        """The name that heads a phrase; what a preposition or a possessive governs says nothing by it.

        `The complaints of Mr X were ...`: X is not the one who speaks. `The letter of X says ...`: X speaks by it.
        """
        piece = self.masked[begin:end]
        at = self.sentence.start + begin + len(piece) - len(piece.lstrip())
        free = [row for number, row in enumerate(rows) if self._is_head(begin, end, rows, number)]
        if not free:
            return None
        # `After meeting Mr X the ministry said`: what a preposition opens holds objects; the subject comes last.
        first = re.match(r"\s*([^\W\d_]+)", piece)
        opened = first is not None and (
            first.group(1).lower() in self.lexicon.words("prepositions") or first.group(1).endswith("ing")
        )
        opened = opened or _SUBORDINATED.search(self.masked, max(0, begin - 40), begin) is not None
        where, entity = free[-1 if opened else 0]
        return Named(entity=entity.id), where, at

    def _is_head(self, begin: int, end: int, rows: Rows, number: int) -> bool:
        """Whether the name can be the one who speaks: nothing governs it, and it owns nothing that stands after it."""
        where, entity = rows[number]
        follower = rows[number + 1] if number + 1 < len(rows) else None
        if where.text.islower() and follower and follower[0].start - where.end <= 1:
            return False  # `the rights group X`: the name is the holder
        if follower and follower[1].type == "person" and entity.type != "person":
            between = self.masked[where.end - self.sentence.start : follower[0].start - self.sentence.start].split()
            if between and all(word.strip(".") in self.lexicon.words("titles") for word in between):
                return False  # `Police Commissioner X`: the person speaks, the body is where they serve
        ahead = self._ahead(begin, where)
        documents = self.lexicon.pattern("document_nouns")
        if ahead and ahead[-1] in self.lexicon.words("prepositions"):
            return ahead[-1] in {"of", "by", "from"} and documents.fullmatch(" ".join(ahead[-2:-1])) is not None
        owned = re.match(r"[’'](?:s\b)?\s+([^.;]+)", self.masked[where.end - self.sentence.start : end])
        if owned:
            parts = self.lexicon.pattern("office_parts")
            return documents.match(owned.group(1)) is not None or parts.match(owned.group(1)) is not None
        return not (entity.type in {"country", "place"} and self._owns(where, end))

    def plain_subject(self, left: int) -> Holder | None:
        """`The mayor denied`: an article and a few words right before a verb that needs somebody as its subject."""
        found = _PLAIN.search(self.masked, max(0, left - PLAIN_CHARACTERS_MAX), left)
        if found is None:
            # `A clerk of the station, who asked not to be named, said`: "who" says that it is a person.
            found = _PLAIN_WHO.match(self.masked, 0, left)
        elif any(word in self.lexicon.words("prepositions") for word in found.group(1).lower().split()):
            return None
        if found is None:
            return None
        if self.lexicon.pattern("images").search(found.group(1)) or self.lexicon.pattern("denial_heads").search(
            found.group(1)
        ):
            return None
        span = self.span(*found.span(1))
        return Worded(span=span), span, span.start

    def _ahead(self, begin: int, where: Span) -> list[str]:
        """The words before a name, without its titles and article: a title does not hide what governs the name."""
        ahead = [word.strip(".,") for word in self.masked[begin : where.start - self.sentence.start].lower().split()]
        titles = {title.lower() for title in self.lexicon.words("titles")}
        while ahead and (ahead[-1] in titles or ahead[-1] in {"the", "a", "an"}):
            ahead.pop()
        return ahead

    def _is_owned(self, where: Span) -> bool:
        """Whether an owner stands right before: `Velm's Ida Fenn`."""
        at = where.start - self.sentence.start
        return _OWNER.search(self.masked, max(0, at - 40), at) is not None

    def _unknown(self, offset: int, end: int, piece: str) -> Holder | None:
        """`Those who shared it`, or a capitalised name of no known kind: still the one who speaks, as worded."""
        words = piece.split()
        indefinite = self.lexicon.pattern("indefinite_heads").match(piece.strip()) and len(words) <= WORDED_WORDS_MAX
        capitals = len(words) <= CAPITALS_MAX and all(
            word[0].isupper() and not self.lexicon.is_function_word(word) for word in words
        )
        if not indefinite and not capitals:
            return None
        span = self.trim(self.span(offset, end))
        return Worded(span=span), span, self.sentence.start + offset

    def _owns(self, where: Span, end: int) -> bool:
        """Whether a country's name only qualifies what follows: `X's ministry`, `the Xian police`."""
        return len(self.mentions.within(where.end, self.sentence.start + end)) > 0

    def _role(self, begin: int, end: int, rows: Rows) -> Holder | None:
        """`A spokesman for the ministry`, `his lawyer`: words that name somebody without a name."""
        piece = self.masked[begin:end].strip(" ,")
        nouns = self.lexicon.pattern("role_nouns").finditer(piece)
        names = next((found for found in nouns if not _OWNS.match(piece, found.end())), None)  # `the officers' lawyer`
        if names is None or len(piece.split()) > WORDED_WORDS_MAX:
            return None
        document = names.group().lower() in self.lexicon.words("document_nouns")
        persons = [
            row for row in rows if row[1].type == "person" and row[0].start - self.sentence.start >= begin + names.end()
        ]
        apart = [
            row for row in persons if self._ahead(begin, row[0])[-1:] not in _GOVERNORS and not self._is_owned(row[0])
        ]
        if apart and not document:
            return Named(entity=apart[0][1].id), apart[0][0], self.sentence.start + begin
        inside = any(
            row[0].start < self.sentence.start + begin + names.end()
            and row[0].end > self.sentence.start + begin + names.start()
            for row in rows
        )
        if (document and rows) or inside:
            return None
        span = self.trim(self.span(begin, end))
        return Worded(span=span), span, self.sentence.start + begin

    def via(self) -> Slot:
        """The broadcaster or paper through which the words come, where the sentence names one."""
        for found in self.lexicon.pattern("via_patterns").finditer(self.masked):
            rows = self.mentions.within(self.sentence.start + found.end(), self.sentence.end)
            for where, entity in rows[:3]:
                near = where.start - self.sentence.start - found.end() < VIA_CHARACTERS_MAX
                if entity.type == "media" and near:
                    return Named(entity=entity.id)
        return Unstated()

    def span(self, begin: int, end: int) -> Span:
        """Give the words at [begin, end) of the sentence."""
        return Span(
            start=self.sentence.start + begin, end=self.sentence.start + end, text=self.sentence.text[begin:end]
        )

    def trim(self, span: Span) -> Span:
        """Give a span without the blanks and commas around it."""
        text = span.text
        left = len(text) - len(text.lstrip(" ,\n\t"))
        kept = text.strip(" ,\n\t")
        return Span(start=span.start + left, end=span.start + left + len(kept), text=kept)
