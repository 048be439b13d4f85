"""The posts a capture shows, each with its account, its shown time and its marks; refuses a part that is not shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from counterclaim.read.layers import PageText
from counterclaim.read.page.chat_lines import posts_of_lines
from counterclaim.record.account import Reading

MARKED_UP = frozenset({"text/html", "application/xhtml+xml", "application/json"})


@dataclass(frozen=True, slots=True)
class PostReader:
    """Posts by the structure of a page or an export; in a text or a picture's words, by the form of their lines."""

    name: str = "post"
    version: str = "1"
    after: tuple[str, ...] = ()

    def read(self, page: PageText, so_far: Reading) -> Reading:
        """Add the posts in the order of the text; a page that shows none has none."""
        posts = page.posts if page.media_type in MARKED_UP else posts_of_lines(page.dom_text)
        return replace(so_far, posts=(*so_far.posts, *posts))


READER = PostReader()
