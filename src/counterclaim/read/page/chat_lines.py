"""Posts of an exported chat or of a screenshot's words, line by line; refuses a line that shows no account.

Two forms: a chat's lines as messengers export them, `[19.11.2019, 14:30:05] Name: words` or `19.11.2019, 14:30 - Name:
words`; and a network's head line, `Name @handle`, with its words below up to a line of time.
"""

from __future__ import annotations

import re
from dataclasses import replace

from counterclaim.read.page.post_words import words
from counterclaim.read.page.shown_time import shown_at
from counterclaim.record.passage import Span, span_of
from counterclaim.record.post import Post

POSTS_MAX = 20_000
CHAT_LINES_MIN = 2  # one such line may be a note in a text
WORDS_CHARACTERS_MAX = 10_000  # of a post, between its head and its line of time
_EDITED_TAIL = re.compile(r"^This message was ", re.IGNORECASE)  # a messenger writes `<This message was edited>`
_CHAT = re.compile(
    r"^[\u200e\u200f]?\[?(?P<time>\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?[ \u00a0]"
    r"\d{1,2}:\d{2}(?::\d{2})?(?:[ \u00a0\u202f]?[AaPp][Mm])?)\]?"
    r"(?:[ ][-–])?[ ](?P<account>[^:\n]{1,60}):[ ](?P<text>[^\n]*)",
    re.MULTILINE,
)
_HEAD = re.compile(r"^(?P<account>[^\n@]{0,60}@\w{2,30})(?:[ ]*[·•][ ]*(?P<time>[^\n]{1,40}))?[ ]*$", re.MULTILINE)
_TIME_LINE = re.compile(r"^(?=[^\n]{0,60}\d{4})(?P<time>[^\n.!?@]{6,60})$", re.MULTILINE)


def posts_of_lines(text: str) -> tuple[Post, ...]:
    """Give the posts of a text without markup, ids po1, po2, ..., in the order of the text."""
    chats = list(_CHAT.finditer(text))
    if len(chats) >= CHAT_LINES_MIN:
        ends = [*(found.start() for found in chats[1:]), len(text)]
        posts = [_post(text, found, found.start("text"), end) for found, end in zip(chats, ends, strict=True)]
    else:
        heads = list(_HEAD.finditer(text))
        ends = [*(found.start() for found in heads[1:]), len(text)]
        posts = [_headed(text, found, end) for found, end in zip(heads, ends, strict=False)]
    found_posts = [post for post in posts if post is not None][:POSTS_MAX]
    return tuple(replace(post, id=f"po{number}") for number, post in enumerate(found_posts, start=1))


def _headed(text: str, head: re.Match[str], end: int) -> Post | None:
    """A head line with its words: up to a line of time where one follows, else its paragraph; None without a time."""
    below = _TIME_LINE.search(text, head.end(), min(end, head.end() + WORDS_CHARACTERS_MAX))
    moment = shown_at(text, *below.span("time")) if below else None
    if moment is not None and moment.edtf is not None and below is not None:
        post = _post(text, head, head.end(), below.start())
        whole = span_of(text, head.start(), below.end())
        return replace(post, shown_at=moment, span=whole) if post else None
    return _post(text, head, head.end(), end) if head["time"] and shown_at(text, *head.span("time")).edtf else None


def _post(text: str, found: re.Match[str], start: int, end: int) -> Post | None:
    said = _trimmed(text, start, end)
    if said is None:
        return None
    mark = words().marks(said.text)
    last = said.text.rpartition("<")[2].rstrip("> \n") if said.text.endswith(">") else ""
    at = said.end - len(last) - 1
    edited = (
        (span_of(text, at, said.end - 1),) if last and words().marks(_EDITED_TAIL.sub("", last)) == "edited" else ()
    )
    return Post(
        id="",
        span=span_of(text, found.start(), said.end),
        account=_trimmed(text, *found.span("account")),
        shown_at=shown_at(text, *found.span("time")) if found["time"] else None,
        text=said,
        edited=edited,
        removed=(said,) if mark == "removed" else (),
    )


def _trimmed(text: str, start: int, end: int) -> Span | None:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = left + len(piece.strip())
    return span_of(text, left, right) if right > left else None
