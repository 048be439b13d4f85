"""The posts of a JSON export; refuses an object that has neither words nor a mark that they were taken away."""

from __future__ import annotations

import re
from dataclasses import replace

from counterclaim.read.page.article import plain_paragraphs
from counterclaim.read.page.export import Export
from counterclaim.read.page.json_text import Branch, Leaf
from counterclaim.read.page.post_words import words
from counterclaim.read.page.shown_time import shown_at
from counterclaim.record.account import Range, Role
from counterclaim.record.passage import Span, span_of
from counterclaim.record.post import Post, Repost, ShownTime

POSTS_MAX = 20_000  # a channel of ten years; more are counted in a note
TEXT_CHARACTERS_MIN = 40
_PASSES_ON = re.compile(r"RT @\w{1,30}")
_NAME_KEYS = ("screen_name", "username", "acct", "name", "display_name")


def posts_of_export(export: Export) -> tuple[Post, ...]:
    """Give the posts in the order of the file, ids po1, po2, ...; a post within a post is one that is passed on."""
    found: list[tuple[Branch, Post]] = []
    _walk(export, export.tree, found)
    ids = {id(branch): f"po{number}" for number, (branch, _) in enumerate(found, start=1)}
    numbered = []
    for branch, post in found[:POSTS_MAX]:
        inner = (branch.value(key) for key in words().json["passed_on"])
        edges = tuple(Repost(post=ids[id(one)], span=None) for one in inner if one is not None and id(one) in ids)
        numbered.append(replace(post, id=ids[id(branch)], reposts=(*post.reposts, *edges)))
    if len(found) > POSTS_MAX:
        export.notes.append(f"{len(found) - POSTS_MAX} posts beyond {POSTS_MAX} were not listed; their text is there.")
    return tuple(numbered)


def roles_of_export(export: Export, posts: tuple[Post, ...]) -> tuple[Range, ...]:
    """Give each value its role: a post's words are body, its account and time a byline, the rest is the format's."""
    roles: dict[int, Role] = {}
    for post in posts:
        for span in (post.account, post.shown_at.span if post.shown_at else None):
            if span:
                roles[span.start] = "byline"
        if post.text and not post.removed:
            roles[post.text.start] = "body"
    ranges: list[Range] = []
    for start, end in export.values:
        value = export.text[start:end]
        prose = not posts and len(value) >= TEXT_CHARACTERS_MIN and value.rstrip().endswith((".", "!", "?"))
        role = roles.get(start, "body" if prose else "boilerplate")
        ranges.extend(Range(start=start + at, end=start + to, role=role) for at, to in plain_paragraphs(value))
    return tuple(ranges)


def _walk(export: Export, branch: Branch, found: list[tuple[Branch, Post]]) -> None:
    if branch.is_object and (post := _post_of(export, branch)):
        found.append((branch, post))
    for _, value in branch.members:
        if isinstance(value, Branch):
            _walk(export, value, found)


def _post_of(export: Export, branch: Branch) -> Post | None:
    keys = words().json
    text = _text_of(export, branch)
    account = _account_of(export, branch)
    moment = _time_of(export, branch)
    edited = _marks(export, branch, keys["edited"])
    removed = _marks(export, branch, keys["removed"])
    passed = [_span(export, branch.leaf(key)) for key in keys["passed_on_from"]]
    if (text is None and not removed) or (account is None and moment is None):
        return None
    if text is not None and (said := _PASSES_ON.match(text.text)):
        passed.append(span_of(export.text, text.start, text.start + said.end()))
    if text is not None and words().marks(text.text) == "removed":
        removed = (*removed, text)
    number = next((span for key in keys["number"] if (span := _span(export, branch.leaf(key)))), None)
    parts = (text, account, moment.span if moment else None, number, *edited, *removed)
    inside = [span for span in parts if span is not None]
    start, end = min(span.start for span in inside), max(span.end for span in inside)
    return Post(
        id="",
        span=span_of(export.text, start, end),
        account=account,
        shown_at=moment,
        text=text,
        reposts=tuple(Repost(post=None, span=span) for span in passed if span),
        edited=edited,
        removed=removed,
        number=number,
    )


def _text_of(export: Export, branch: Branch) -> Span | None:
    """The first field of words that is filled, here or in the lists an export keeps a post's parts in."""
    keys = words().json
    for key in keys["text"]:
        if span := _span(export, branch.value(key)):
            return span
    for key in keys["inner"]:
        inner = branch.value(key)
        if isinstance(inner, Branch) and not inner.is_object:
            for _, one in inner.members:
                if isinstance(one, Branch) and one.is_object and _account_of(export, one) is None:
                    for name in keys["text"]:
                        if span := _span(export, one.leaf(name)):
                            return span
    return next((span for key in keys["heading"] if (span := _span(export, branch.leaf(key)))), None)


def _account_of(export: Export, branch: Branch) -> Span | None:
    for key in words().json["account"]:
        value = branch.value(key)
        if isinstance(value, Branch) and value.is_object:
            for name in _NAME_KEYS:
                if span := _span(export, value.leaf(name)):
                    return span
        elif isinstance(value, Leaf) and value.is_string and (span := _span(export, value)):
            return span
    return None


def _time_of(export: Export, branch: Branch) -> ShownTime | None:
    for key in words().json["time"]:
        leaf = branch.leaf(key)
        if place := export.place(leaf):
            return shown_at(export.text, *place, is_number=True)
    return None


def _marks(export: Export, branch: Branch, keys: tuple[str, ...]) -> tuple[Span, ...]:
    return tuple(span for key in keys if (span := _span(export, branch.leaf(key))))


def _span(export: Export, value: Leaf | Branch | None) -> Span | None:
    place = export.place(value)
    return span_of(export.text, *place) if place else None
