"""Which stretches of a page's text are the article; refuses to drop a paragraph because it stands there twice."""

from __future__ import annotations

import re

from lxml.etree import LxmlError
from trafilatura import extract

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.page.dom import Block, Dom
from counterclaim.record.account import Range, Role

EXTRACT_CHARACTERS_MAX = 2_000_000  # time: the extractor walks the tree many times
DEPTH_MAX = 200  # lxml and libxml2 recurse; 256 is where libxml2 itself stops without its huge mode
CONTAINED_CHARACTERS_MIN = 20  # a shorter line is found by chance within another paragraph
PARAGRAPH_CHARACTERS_MIN = 40
LINK_SHARE_MAX = 3  # of ten characters: more of a paragraph in links is a menu
HEADLINE_WORDS_MAX = 30
HEADLINE_WORDS_MIN = 4
LEAD_LINES_MAX = 8  # lines before the first paragraph of a plain text that are looked at for a headline
_ENDS_SENTENCE = re.compile(r"[.!?…][\"”’»)\]]*\s*\Z")
_SPACE = re.compile(r"\s+")
_BLANK_LINE = re.compile(r"\n[ \t\r]*(?:\n[ \t\r]*)+|\r\n[ \t]*(?:\r\n[ \t]*)+")


def extracted(source: str, dom: Dom) -> tuple[str, str | None]:
    """Give the main text as trafilatura proposes it, and a note where it could not be asked or found nothing.

    Method: Barbaresi (2021), Trafilatura, ACL-IJCNLP 2021 system demonstrations, pp. 122-131.
    """
    if dom.depth_max > DEPTH_MAX:
        return "", f"The page nests {dom.depth_max} elements deep; the article was found by text density only."
    if len(source) > EXTRACT_CHARACTERS_MAX:
        return "", "The page is too long for the extractor; the article was found by text density only."
    try:
        # deduplicate stays off: it drops text seen in earlier calls, so a reading would depend on what was read before.
        # Control characters are blanked because lxml refuses them.
        clean = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", source)
        text = extract(clean, favor_precision=True, deduplicate=False, include_comments=False, output_format="txt")
    except (LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        # The extractor is given hostile markup, and its own errors are of these kinds.
        return "", f"The extractor failed ({type(error).__name__}); the article was found by text density only."
    if not text:
        return "", "The extractor found no article; it was proposed by text density only."
    return text, None


def roles_of_blocks(text: str, dom: Dom, main: str) -> tuple[Range, ...]:
    """Give each block its role by laying the extractor's text over the page's own; `main` may be empty."""
    lines = {_flat(line) for line in main.splitlines() if line.strip()}
    joined = " ".join(_flat(line) for line in main.splitlines())
    flats = [_flat(text[block.start : block.end]) for block in dom.blocks]
    chosen = [
        flat in lines or (len(flat) >= CONTAINED_CHARACTERS_MIN and flat in joined) if main else _dense(flat, block)
        for flat, block in zip(flats, dom.blocks, strict=True)
    ]
    prose = [index for index, yes in enumerate(chosen) if yes and _ENDS_SENTENCE.search(flats[index])]
    first, last = (prose[0], prose[-1]) if prose else (0, -1)
    headline = _headline_of(dom.blocks, flats, first)
    ranges = []
    for index, block in enumerate(dom.blocks):
        between = first < index < last and _dense(flats[index], block)
        role = _role_of(block, flats[index], chosen=chosen[index] or between, headline=index == headline)
        ranges.append(Range(start=block.start, end=block.end, role=role))
    return tuple(ranges)


def _role_of(block: Block, flat: str, *, chosen: bool, headline: bool) -> Role:
    lexicon = lexicon_of("en")
    if headline:
        return "headline"
    if lexicon.is_boilerplate(flat):
        return "boilerplate"
    if ("byline" in block.marks and len(flat.split()) <= HEADLINE_WORDS_MIN * 3) or lexicon.is_byline(flat):
        return "byline"
    if "caption" in block.marks:
        return "caption"
    if chosen and "heading" in block.marks:
        return "headline"
    return "body" if chosen else "boilerplate"


def _headline_of(blocks: list[Block], flats: list[str], first: int) -> int:
    """The h1 nearest above the first paragraph, else the first h1, else the heading nearest above."""
    above = [index for index, block in enumerate(blocks) if "heading" in block.marks and index <= first]
    top = [index for index in above if blocks[index].tag == "h1" and len(flats[index].split()) <= HEADLINE_WORDS_MAX]
    anywhere = [index for index, block in enumerate(blocks) if block.tag == "h1" and "heading" in block.marks]
    return (top[-1:] or anywhere[:1] or above[-1:] or [-1])[0]


def _dense(flat: str, block: Block) -> bool:
    """Whether a block reads as a paragraph of prose: long enough, ending a sentence, and not made of links."""
    return (
        len(flat) >= PARAGRAPH_CHARACTERS_MIN
        and bool(_ENDS_SENTENCE.search(flat))
        and block.link_characters * 10 <= len(flat) * LINK_SHARE_MAX
        and not block.marks & {"furniture", "caption", "byline"}
    )


def roles_of_lines(text: str) -> tuple[Range, ...]:
    """Give each paragraph of a plain text its role: the first longer line without closing punctuation heads it."""
    paragraphs = plain_paragraphs(text)
    flats = [_flat(text[start:end]) for start, end in paragraphs]
    headline = _headline_of_lines(flats)
    lexicon = lexicon_of("en")
    last = len(flats) - 1
    ranges = []
    for index, (start, end) in enumerate(paragraphs):
        flat = flats[index]
        short = len(flat.split()) <= HEADLINE_WORDS_MIN and not _ENDS_SENTENCE.search(flat)
        role: Role = "body"
        if index == headline:
            role = "headline"
        elif all(lexicon.is_byline(line.strip()) for line in text[start:end].splitlines() if line.strip()):
            role = "byline"
        elif lexicon.is_boilerplate(flat) or (short and (index < headline or index == last > 0)):
            role = "boilerplate"
        ranges.append(Range(start=start, end=end, role=role))
    return tuple(ranges)


def _headline_of_lines(flats: list[str]) -> int:
    lexicon = lexicon_of("en")
    lines: dict[int, int] = {}
    for index, flat in enumerate(flats[:LEAD_LINES_MAX]):
        if lexicon.is_boilerplate(flat) or lexicon.is_byline(flat):
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
