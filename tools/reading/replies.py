"""Which account a reply is linked to on pages composed by seed in four languages; refuses to call a near one right.

`replies.json` holds tellings and replies, written before the rules that grade a link, and in each list wordings that
are held out. A seed draws three to five tellings, each by somebody else, and replies to some of them, each anywhere
after its telling (a general one, and one that was asked for, right after it), replies to what the page does not tell,
and background. A link is right where it leads from a reply to the paragraph it was written for.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from counterclaim.read.by.account import READER as ACCOUNT
from counterclaim.read.by.damage import READER as DAMAGE
from counterclaim.read.by.name import READER as NAME
from counterclaim.read.by.page import page_of
from counterclaim.read.by.speech import READER as SPEECH
from counterclaim.read.reader import reading_of
from counterclaim.record.account import Account
from figure import Figure, Missing

WORDS = Path(__file__).with_name("replies.json")
FILL = Path(__file__).with_name("templates")
LANGUAGES = ("en", "az", "ru", "tr")
HALVES = ("develop", "held_out")
PAGES = int(os.environ.get("COUNTERCLAIM_VARIANTS", "60"))  # a language and half
READERS = (DAMAGE, NAME, SPEECH, ACCOUNT)
RIGHT_MIN = 970  # of a thousand links of high grade
EMBEDDED = "Told only inside"
_SLOT = re.compile(r"\{(\w+)\.(\w+)(\.cap)?\}")
Fill = dict[str, dict[str, str]]


@dataclass(slots=True, kw_only=True)
class Paragraph:
    """One paragraph: a telling of a kind, a reply with the telling it was written for, or background."""

    text: str
    kind: str
    to: Paragraph | None = field(default=None, repr=False)
    told_by: dict[str, str] = field(default_factory=dict)


def page(language: str, half: str, seed: int) -> list[Paragraph]:
    """Compose one page; the same seed gives the same page."""
    drawn = random.Random(f"replies/{language}/{half}/{seed}")
    words = json.loads(WORDS.read_text(encoding="utf-8"))[language]
    templates = json.loads((FILL / f"{language}.json").read_text(encoding="utf-8"))
    free = {name: drawn.sample(rows, len(rows)) for name, rows in templates["fill"].items()}
    out: list[Paragraph] = []
    for kind in drawn.sample(sorted(words["tellings"]), drawn.randint(3, 5)):
        row = words["tellings"][kind]
        if not free[row["by"]]:
            continue  # nobody is left to tell it: each telling is somebody else's
        teller = free[row["by"]].pop()
        told = _filled(drawn.choice(row[half]), _fill(templates, drawn) | {row["by"]: teller})
        out.append(Paragraph(text=told, kind=kind, told_by=teller))
    for text in templates["moves"]["background"][half]:
        out.insert(drawn.randint(0, len(out)), Paragraph(text=text, kind="background"))
    tellings = [one for one in out if one.told_by]
    for form in drawn.sample(sorted(words["replies"]), drawn.randint(3, 5)):
        reply = words["replies"][form]
        fits = [one for one in tellings if one.kind in reply["of"]]
        if reply["of"] and not fits:
            continue
        to = drawn.choice(fits) if fits else None
        fill = _fill(templates, drawn) | ({"teller": to.told_by} if to else {})
        at = out.index(to) + 1 if to else 0
        where = at if reply.get("next") else drawn.randint(at, len(out))
        out.insert(where, Paragraph(text=_filled(drawn.choice(reply[half]), fill), kind="reply " + form, to=to))
    return out


Link = tuple[str, bool, Paragraph, Account, Account]


def _fill(templates: dict[str, Any], drawn: random.Random) -> Fill:
    return {name: drawn.choice(rows) for name, rows in templates["fill"].items()}


def _filled(template: str, fill: Fill) -> str:
    def put(found: re.Match[str]) -> str:
        word = fill[found.group(1)][found.group(2)]
        return word[:1].upper() + word[1:] if found.group(3) else word

    text = _SLOT.sub(put, template)
    return text[:1].upper() + text[1:]


def links_of(paragraphs: list[Paragraph]) -> list[Link]:
    """Read a page; give each link with its grade, whether it is right, its reply and both accounts.

    The grade of a link is that of the account that replies; a claim that a denial itself names is left out.
    """
    layers = page_of("\n\n".join(one.text for one in paragraphs).encode())
    accounts = reading_of(layers, READERS).accounts
    by_id = {account.id: account for account in accounts}
    out: list[Link] = []
    for account in accounts:
        reply = _holding(paragraphs, account)
        for other in (by_id[each] for each in account.answers):
            if other.note.startswith(EMBEDDED) or reply is None:
                continue
            told = _holding(paragraphs, other)
            out.append((account.grade, told is not None and reply.to is told, reply, account, other))
    return out


def _holding(paragraphs: list[Paragraph], account: Account) -> Paragraph | None:
    return next((one for one in paragraphs if account.span.text in one.text), None)


def counts_of(language: str, half: str, pages: int) -> Counter[tuple[str, str]]:
    """Count by grade the links `given` and `right` on this many pages, and the replies written (`asked`)."""
    counts: Counter[tuple[str, str]] = Counter()
    for seed in range(pages):
        paragraphs = page(language, half, seed)
        counts["", "asked"] += sum(one.to is not None for one in paragraphs)
        linked = set()
        for grade, right, reply, _, other in links_of(paragraphs):
            if grade == "high" and other.grade == "high":
                counts["both high", "given"] += 1
                counts["both high", "right"] += right
            counts[grade, "given"] += 1
            counts[grade, "right"] += right
            if right:
                linked.add((grade, reply.text))
        for grade, _ in linked:
            counts[grade, "replies"] += 1
    return counts


def figures(sets: Path) -> list[Figure | Missing]:
    """Measure the links of seeded pages by grade, in every language and half; `sets` is not needed."""
    del sets
    out: list[Figure | Missing] = []
    for half in HALVES:
        total: Counter[tuple[str, str]] = Counter()
        for language in LANGUAGES:
            counts = counts_of(language, half, PAGES)
            total.update(counts)
            out.extend(_figures(f"{language} ({half})", counts))
        out.extend(_figures(f"all ({half})", total))
    return out


def _figures(of: str, counts: Counter[tuple[str, str]]) -> list[Figure]:
    out = []
    for grade in ("high", "both high", "medium", "low"):
        given, right = counts[grade, "given"], counts[grade, "right"]
        high = grade == "high"
        out.append(
            Figure(
                subject=f"replies composed, links of grade {grade}, {of}",
                ours=f"{right} right of {given} given ({right / max(given, 1):.3f})"
                + (f"; {counts[grade, 'replies']} of {counts['', 'asked']} replies" if grade != "both high" else ""),
                n=given,
                floor=f"{RIGHT_MIN / 1000} right" if high else "",
                held=right * 1000 >= RIGHT_MIN * given if high else None,
            )
        )
    return out
