r"""The article of a page beside the article-extraction-benchmark's; refuses a character that leads back to no bytes.

The set (181 pages with the article's body typed out by hand) and its measure: scrapinghub/article-extraction-benchmark,
`evaluate.py`. Words are `\w+`, shingles are four words, each page's counts are divided by their sum, precision and
recall are means over the pages and F1 is taken of the means.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter
from html import unescape
from pathlib import Path
from statistics import mean

from trafilatura import __version__ as trafilatura_version
from trafilatura import extract

from counterclaim.read.by.page import page_of
from counterclaim.read.layers import PageText
from figure import Figure, Missing

FOLDER = "article-extraction-benchmark"
FLOOR = 0.965
SHINGLE_WORDS = 4
SETTINGS = {"default": {}, "favor_precision": {"favor_precision": True}, "favor_recall": {"favor_recall": True}}
_WORD = re.compile(r"\w+")
Shares = tuple[float, float, float]


def figures(sets: Path) -> list[Figure | Missing]:
    """Measure our body ranges beside trafilatura's best setting, and the way back of every character."""
    folder = sets / FOLDER
    if not (folder / "ground-truth.json").is_file():
        return [Missing(subject="extraction", needs=FOLDER)]
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    bodies, headed, mapped, characters, alike = {}, {}, 0, 0, 0
    others: dict[str, dict[str, str]] = {name: {} for name in SETTINGS}
    for key in sorted(truth):
        content = gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes())
        page = page_of(content, "text/html")
        alike += page == page_of(content, "text/html")
        bodies[key] = _joined(page, {"body"})
        headed[key] = _joined(page, {"body", "headline"})
        mapped += _mapped(page, content)
        characters += len(page.dom_text)
        for name, setting in SETTINGS.items():
            others[name][key] = extract(content.decode("utf-8"), include_comments=False, **setting) or ""
    ours = _measured(truth, bodies)
    theirs = {name: _measured(truth, texts)[0] for name, texts in others.items()}
    best = max(theirs, key=lambda name: theirs[name])
    halves = ", ".join(
        f"{_measured(truth, {k: v for k, v in bodies.items() if _half(k) == half})[0]:.4f}" for half in (0, 1)
    )
    note = (
        f"precision {ours[1]:.4f}, recall {ours[2]:.4f}; "
        f"the half not opened in making it (its F1 was seen) and the other: {halves}; "
        f"with the headline and the subheadings {_measured(truth, headed)[0]:.4f}"
    )
    return [
        Figure(
            subject="extraction: F1 of the body ranges",
            ours=f"{ours[0]:.4f}",
            n=len(truth),
            floor=str(FLOOR),
            held=ours[0] >= FLOOR,
            other=f"{theirs[best]:.4f} ({best})",
            other_tool=f"trafilatura {trafilatura_version}",
            note=note,
        ),
        Figure(
            subject="extraction: characters that lead back to their bytes",
            ours=f"{mapped:,} of {characters:,}",
            n=characters,
            floor="all",
            held=mapped == characters,
            note="the bytes are decoded again, references included",
        ),
        Figure(
            subject="extraction: pages read twice alike",
            ours=str(alike),
            n=len(truth),
            floor="all",
            held=alike == len(truth),
        ),
    ]


def _joined(page: PageText, roles: set[str]) -> str:
    return "\n".join(page.dom_text[part.start : part.end] for part in page.article if part.role in roles)


def _mapped(page: PageText, content: bytes) -> int:
    """How many code points are what their own bytes say: the same character, a reference to it, or a break's tag."""
    good = 0
    for index, char in enumerate(page.dom_text):
        source = content[page.starts[index] : page.ends[index]].decode(page.encoding, "replace")
        if char.isspace() and source:
            good += source.isspace() or source.startswith(("<", "&"))
        else:
            good += (
                source == char or (source.startswith("&") and char in unescape(source)) or char == "\ufffd" != source
            )
    return good


def _half(key: str) -> int:
    return hashlib.sha256(key.encode()).digest()[0] % 2


def _measured(truth: dict[str, dict[str, str]], texts: dict[str, str]) -> Shares:
    """Give F1, precision and recall over the pages, as evaluate.py does."""
    rows = [_shares(truth[key].get("articleBody", ""), text) for key, text in texts.items()]
    precision = mean(hit / (hit + extra) if extra or hit else 1.0 for hit, extra, _ in rows if hit + extra > 0)
    recall = mean(hit / (hit + missed) for hit, _, missed in rows if hit + missed > 0)
    return 2 * precision * recall / (precision + recall), precision, recall


def _shares(true: str, given: str) -> Shares:
    """The shares of shingles found, added and missed, of all that either text has."""
    wanted, found = _shingles(true), _shingles(given)
    hit = sum((wanted & found).values())
    extra, missed = found.total() - hit, wanted.total() - hit
    whole = hit + extra + missed
    return (hit / whole, extra / whole, missed / whole) if whole else (0.0, 0.0, 0.0)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    starts = range(max(1, len(words) - SHINGLE_WORDS + 1))
    return Counter(shingle for at in starts if (shingle := tuple(words[at : at + SHINGLE_WORDS])))
