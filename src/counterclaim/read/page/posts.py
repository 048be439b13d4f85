"""The posts a saved page shows, by the elements pages put them in; refuses a container without an account and a time.

Telegram's export and preview pages, X's pages and embeds, Mastodon, and schema.org's SocialMediaPosting are known by
the names in `cues/posts.json`; pages whose class names are drawn by lot, as Facebook's, are not.
"""

from __future__ import annotations

from dataclasses import replace

from counterclaim.read.page.dom import Dom, PostPart
from counterclaim.read.page.post_words import words
from counterclaim.read.page.shown_time import shown_at
from counterclaim.record.account import Range
from counterclaim.record.passage import Span, span_of
from counterclaim.record.post import Post, Repost, ShownTime

POSTS_MAX = 20_000
LINES_MAX = 200  # of a post that are looked at for a mark


def posts_of_page(text: str, dom: Dom) -> tuple[Post, ...]:
    """Give the posts in the order of the page, ids po1, po2, ...; the page's own text is all that is read."""
    by_post: dict[int, list[PostPart]] = {}
    for part in dom.post_parts:
        by_post.setdefault(part.post, []).append(part)
    posts: list[Post] = []
    for parts in by_post.values():
        if len(posts) < POSTS_MAX and (post := _post_of(text, parts, f"po{len(posts) + 1}")):
            posts.append(post)
    return tuple(posts)


def roles_with_posts(article: tuple[Range, ...], posts: tuple[Post, ...]) -> tuple[Range, ...]:
    """Give the words of posts the role of body: an extractor that looks for one article takes them for comments."""
    said = sorted((post.text.start, post.text.end) for post in posts if post.text)
    ranges, at = [], 0
    for part in article:
        while at < len(said) and said[at][1] <= part.start:
            at += 1
        inside = at < len(said) and said[at][0] <= part.start and part.end <= said[at][1]
        ranges.append(replace(part, role="body") if inside and part.role == "boilerplate" else part)
    return tuple(ranges)


def _post_of(text: str, parts: list[PostPart], number: str) -> Post | None:
    whole = next((span for part in parts if part.part == "post" and (span := _trimmed(text, part))), None)
    if whole is None:
        return None
    outer, passed = _parted(text, parts)
    account, words_of_it = _first(text, outer, "account"), _first(text, parts, "text")
    moment = _time(text, outer)
    edited, removed = _marks(text, whole)
    if (account is None and moment is None) or (words_of_it is None and not removed):
        return None
    return Post(
        id=number,
        span=whole,
        account=account,
        shown_at=moment,
        text=words_of_it,
        reposts=tuple(Repost(post=None, span=span) for span in passed),
        edited=edited,
        removed=removed,
    )


def _parted(text: str, parts: list[PostPart]) -> tuple[list[PostPart], list[Span]]:
    """The post's own parts, and whom it passes on: the account within the element that says so, else its words."""
    outer, passed, reach = [], [], 0
    for index, part in enumerate(parts):
        if part.start < reach:
            continue
        if part.part != "repost":
            outer.append(part)
            continue
        reach = part.end
        inner = [one for one in parts[index + 1 :] if one.part == "account" and part.start <= one.start < part.end]
        if span := next((span for one in inner if (span := _trimmed(text, one))), _trimmed(text, part)):
            passed.append(span)
    return outer, passed


def _first(text: str, parts: list[PostPart], name: str) -> Span | None:
    return next((span for part in parts if part.part == name and (span := _trimmed(text, part))), None)


def _time(text: str, parts: list[PostPart]) -> ShownTime | None:
    """The shown time that says most: a day before a clock alone."""
    shown = [shown_at(text, s.start, s.end) for part in parts if part.part == "time" and (s := _trimmed(text, part))]
    return max(shown, key=lambda one: (one.edtf is not None, one.clock is not None), default=None)


def _marks(text: str, whole: Span) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The lines of a post that are a mark as a whole, or that begin with the mark before a time."""
    found: dict[str, list[Span]] = {"edited": [], "removed": []}
    at = whole.start
    for line in whole.text.split("\n", LINES_MAX)[:LINES_MAX]:
        first = line.split(" ", 1)[0]
        for piece in (line, first):
            kind = words().marks(piece)
            if kind and (kind == "removed" or piece == line or any(char.isdigit() for char in line)):
                found[kind].append(span_of(text, at, at + len(piece)))
                break
        at += len(line) + 1
    return tuple(found["edited"]), tuple(found["removed"])


def _trimmed(text: str, part: PostPart) -> Span | None:
    piece = text[part.start : part.end]
    start = part.start + len(piece) - len(piece.lstrip())
    end = start + len(piece.strip())
    return span_of(text, start, end) if end > start else None
