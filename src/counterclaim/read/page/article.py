"""Which stretches of a page's text are the article; refuses to drop a paragraph because it stands there twice."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from lxml.etree import LxmlError
from trafilatura import extract

from counterclaim.read.page.alignment import taken
from counterclaim.read.page.dom import Block, Dom
from counterclaim.read.page.furniture import is_boilerplate, is_byline, is_clocked, is_dated
from counterclaim.record.account import Range, Role

EXTRACT_CHARACTERS_MAX = 2_000_000  # time: the extractor walks the tree many times
DEPTH_MAX = 200  # lxml and libxml2 recurse; 256 is where libxml2 itself stops without its huge mode
PARAGRAPH_CHARACTERS_MIN = 40
LINK_TENTHS_MAX = 3  # of a paragraph's characters: more of it in links is a menu
LINK_TENTHS_BELOW = 5  # of a line below the last paragraph
LINK_TENTHS_LISTED = 7  # of a heading, an item or a bare line: it leads to another article
KIN_SHARE_MIN = 25  # of a hundred characters of the article: so much of it printed alike is how it is printed
BYLINE_WORDS_MAX = 12
HEADLINE_WORDS_MAX = 30
HEADLINE_WORDS_MIN = 4
LEAD_LINES_MAX = 8  # lines before the first paragraph of a plain text that are looked at for a headline
# Careful first: what it drops of related articles the others keep, what it misses of the article the others find.
SETTINGS: tuple[dict[str, Any], ...] = ({"favor_precision": True}, {}, {"fast": True})
_WORD = re.compile(r"\w+")
_ENDS_SENTENCE = re.compile(r"[.!?…][\"”’»)\]]*\s*\Z")
_SPACE = re.compile(r"\s+")
_BLANK_LINE = re.compile(r"\n[ \t\r]*(?:\n[ \t\r]*)+|\r\n[ \t]*(?:\r\n[ \t]*)+")


def proposals_of(source: str, dom: Dom) -> tuple[tuple[str, ...], str | None]:
    """Give the main text as trafilatura proposes it under each of SETTINGS, and a note where it could not be asked.

    Method: Barbaresi (2021), Trafilatura, ACL-IJCNLP 2021 system demonstrations, pp. 122-131.
    """
    if dom.depth_max > DEPTH_MAX:
        return (), f"The page nests {dom.depth_max} elements deep; the article was found by text density only."
    if len(source) > EXTRACT_CHARACTERS_MAX:
        return (), "The page is too long for the extractor; the article was found by text density only."
    try:
        # Control characters are blanked because lxml refuses them.
        clean = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", source)
        # deduplicate stays off: it drops text seen in earlier calls, so a reading would depend on what was read before.
        texts = tuple(
            extract(clean, deduplicate=False, include_comments=False, output_format="txt", **setting) or ""
            for setting in SETTINGS
        )
    except (LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        # The extractor is given hostile markup, and its own errors are of these kinds.
        return (), f"The extractor failed ({type(error).__name__}); the article was found by text density only."
    if not any(texts):
        return (), "The extractor found no article; it was proposed by text density only."
    return texts, None


def roles_of_blocks(text: str, dom: Dom, proposals: tuple[str, ...]) -> tuple[Range, ...]:
    """Give each block its role by laying the extractor's proposals over the page's own text; there may be none."""
    blocks = _Blocks(text, dom.blocks)
    chosen = _agreed(blocks, proposals) if proposals else blocks.dense
    headline = _headline_of(blocks, chosen)
    chosen = _with_kin(blocks, chosen, headline)
    prose = [index for index, yes in enumerate(chosen) if yes and blocks.long[index] and blocks.ends[index]]
    first, last = (prose[0], prose[-1]) if prose else (0, len(chosen))
    ranges = []
    for index, block in enumerate(dom.blocks):
        inside = chosen[index] and not _aside(blocks, index, last, headline)
        role = _role_of(blocks, index, chosen=inside, headline=index == headline, above=index < first)
        ranges.append(Range(start=block.start, end=block.end, role=role))
    return tuple(ranges)


class _Blocks:
    """The blocks of a page with what is asked of each again and again."""

    def __init__(self, text: str, blocks: list[Block]) -> None:
        self.blocks = blocks
        self.flats = [_flat(text[block.start : block.end]) for block in blocks]
        self.words = [_WORD.findall(flat) for flat in self.flats]
        self.ends = [_ENDS_SENTENCE.search(flat) is not None for flat in self.flats]
        self.long = [len(flat) >= PARAGRAPH_CHARACTERS_MIN for flat in self.flats]
        self.dense = [self._dense(index) for index in range(len(blocks))]

    def _dense(self, index: int) -> bool:
        """Whether a block reads as a paragraph of prose: long enough, ending a sentence, and not made of links."""
        return (
            self.long[index]
            and self.ends[index]
            and not self.linked(index, LINK_TENTHS_MAX)
            and not self.blocks[index].marks & {"furniture", "caption", "byline"}
        )

    def linked(self, index: int, tenths: int) -> bool:
        """Whether more than so many tenths of a block stand in links."""
        return self.blocks[index].link_characters * 10 > len(self.flats[index]) * tenths

    def characters(self, chosen: list[bool]) -> int:
        """How many characters the chosen blocks have."""
        return sum(len(flat) for flat, yes in zip(self.flats, chosen, strict=True) if yes)


def _agreed(blocks: _Blocks, proposals: tuple[str, ...]) -> list[bool]:
    """What the careful setting and the plain one both propose; where one of them missed the article, the others'."""
    careful, usual, plain = (taken(blocks.words, _WORD.findall(text)) for text in proposals)
    both = [one and other for one, other in zip(careful, plain, strict=True)]
    found = blocks.characters(careful)
    if found * 2 < blocks.characters(usual) and found * 2 < blocks.characters(plain):
        return [one and other for one, other in zip(usual, plain, strict=True)]
    if blocks.characters(both) * 2 < found:
        return plain if any(plain) else careful
    return both


def _with_kin(blocks: _Blocks, chosen: list[bool], headline: int) -> list[bool]:
    """Add paragraphs of prose that the template prints like the article's own: an extractor reads one column of two."""
    weights: Counter[int] = Counter()
    for index, yes in enumerate(chosen):
        if yes and blocks.ends[index]:
            weights[blocks.blocks[index].kin] += len(blocks.flats[index])
    kin = {one for one, weight in weights.items() if weight * 100 >= weights.total() * KIN_SHARE_MIN}
    return [
        yes or (index > headline and blocks.dense[index] and blocks.blocks[index].kin in kin)
        for index, yes in enumerate(chosen)
    ]


def _aside(blocks: _Blocks, index: int, last: int, headline: int) -> bool:
    """Whether a block an extractor takes is a teaser, a list of links, or above the headline or below the end."""
    block, ends = blocks.blocks[index], blocks.ends[index]
    heading = "heading" in block.marks
    if index < headline:
        return not blocks.dense[index]
    if index > last and (heading or (not ends and blocks.linked(index, LINK_TENTHS_BELOW))):
        return True
    in_list = heading or block.tag in {"li", "div"}
    return in_list and not ends and blocks.linked(index, LINK_TENTHS_LISTED)


def _role_of(blocks: _Blocks, index: int, *, chosen: bool, headline: bool, above: bool) -> Role:
    block, flat = blocks.blocks[index], blocks.flats[index]
    if headline:
        return "headline"
    if is_boilerplate(flat):
        return "boilerplate"
    if ("byline" in block.marks and len(flat.split()) <= BYLINE_WORDS_MAX) or is_byline(flat):
        return "byline"
    if "caption" in block.marks:
        return "caption"
    if chosen and not blocks.ends[index] and (is_clocked(flat) or (above and is_dated(flat))):
        return "byline"
    if chosen and "heading" in block.marks:
        return "headline"
    return "body" if chosen else "boilerplate"


def _headline_of(blocks: _Blocks, chosen: list[bool]) -> int:
    """The h1 nearest above the first paragraph, else the first h1, else the heading nearest above."""
    prose = (index for index, yes in enumerate(chosen) if yes and blocks.ends[index])
    first = next(prose, 0)
    headings = [index for index, block in enumerate(blocks.blocks) if "heading" in block.marks]
    above = [index for index in headings if index <= first]
    top = [i for i in above if blocks.blocks[i].tag == "h1" and len(blocks.flats[i].split()) <= HEADLINE_WORDS_MAX]
    anywhere = [index for index in headings if blocks.blocks[index].tag == "h1"]
    return (top[-1:] or anywhere[:1] or above[-1:] or [-1])[0]


def roles_of_lines(text: str) -> tuple[Range, ...]:
    """Give each paragraph of a plain text its role: the first longer line without closing punctuation heads it."""
    paragraphs = plain_paragraphs(text)
    flats = [_flat(text[start:end]) for start, end in paragraphs]
    headline = _headline_of_lines(flats)
    last = len(flats) - 1
    ranges = []
    for index, (start, end) in enumerate(paragraphs):
        flat = flats[index]
        short = len(flat.split()) <= HEADLINE_WORDS_MIN and not _ENDS_SENTENCE.search(flat)
        role: Role = "body"
        if index == headline:
            role = "headline"
        elif all(is_byline(line.strip()) for line in text[start:end].splitlines() if line.strip()):
            role = "byline"
        elif is_boilerplate(flat) or (short and (index < headline or index == last > 0)):
            role = "boilerplate"
        ranges.append(Range(start=start, end=end, role=role))
    return tuple(ranges)


def _headline_of_lines(flats: list[str]) -> int:
    lines: dict[int, int] = {}
    for index, flat in enumerate(flats[:LEAD_LINES_MAX]):
        if is_boilerplate(flat) or is_byline(flat):
            continue
        words = len(flat.split())
        if _ENDS_SENTENCE.search(flat) and (words > HEADLINE_WORDS_MIN * 3 or not flat.endswith(("?", "!"))):
            break
        if HEADLINE_WORDS_MIN <= words <= HEADLINE_WORDS_MAX:
            lines[index] = words
    # Of several lines above the first paragraph the longest is the headline; the others are kickers and invitations.
    return max(lines, key=lambda index: (lines[index], -index)) if lines else -1


def plain_paragraphs(text: str) -> list[tuple[int, int]]:
    """Give the paragraphs of a plain text: parted by blank lines, or by line ends where no blank line stands."""
    parts, at = [], 0
    breaks = [(found.start(), found.end()) for found in _BLANK_LINE.finditer(text)]
    if not breaks:
        breaks = [(found.start(), found.end()) for found in re.finditer(r"\r?\n|\r", text)]
    for start, end in [*breaks, (len(text), len(text))]:
        piece = text[at:start]
        left = at + len(piece) - len(piece.lstrip())
        right = left + len(piece.strip())
        if right > left:
            parts.append((left, right))
        at = end
    return parts


def _flat(piece: str) -> str:
    return _SPACE.sub(" ", piece).strip()
