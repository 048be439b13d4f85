"""Full-text search over what was admitted and read; refuses query syntax: words are looked for as words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, text, update

from counterclaim.record.errors import UsageError
from counterclaim.vault.tables import SEARCH_INDEX, SEARCHABLE

QUERY_WORDS_MAX = 32  # a sentence; more would make one request slow for everybody
EXCERPT_CHARACTERS, EXCERPT_BEFORE = 240, 80  # two lines of a list
FOUND = "\u2039"  # stands before each word found
ROWS_MAX = 200  # more than a person reads through; the rows are the nearest by BM25
_WORD = re.compile(r"\w+")
_ADD = insert(SEARCHABLE)
_INDEX = text(f"INSERT INTO {SEARCH_INDEX} (rowid, text) VALUES (:id, :text)")  # noqa: S608 (a constant)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRow:
    """One place where all words of the query stand.

    `kind` is exhibit (its name), text (a page's text) or account; `ref` is the id shown in the case;
    `excerpt` holds the words found between U+2039 and U+203A.
    """

    case: str
    exhibit: int
    kind: str
    ref: str
    excerpt: str
    entry: int


def add_text(connection: Connection, **values: Any) -> None:  # noqa: ANN401 (the columns of SEARCHABLE)
    """Add one row (case, exhibit, kind, ref, text, entry) to the content and to the index."""
    # Values beside the statement, not in it, so that SQLAlchemy compiles it once.
    row = connection.execute(_ADD, values).inserted_primary_key
    connection.execute(_INDEX, {"id": None if row is None else row[0], "text": values["text"]})


def replace_text(connection: Connection, *, case: str, kind: str, ref: str, words: str) -> None:
    """Replace the text of one row, where it is there."""
    where = (SEARCHABLE.c.case == case, SEARCHABLE.c.kind == kind, SEARCHABLE.c.ref == ref)
    row = connection.execute(select(SEARCHABLE.c.id, SEARCHABLE.c.text).where(*where)).first()
    if row is None:
        return
    # FTS5 with outside content needs the old words to take them out (sqlite.org/fts5.html, section 6.3).
    old = text(f"INSERT INTO {SEARCH_INDEX} ({SEARCH_INDEX}, rowid, text) VALUES ('delete', :id, :text)")  # noqa: S608
    connection.execute(old, {"id": row.id, "text": row.text})
    connection.execute(update(SEARCHABLE).where(SEARCHABLE.c.id == row.id).values(text=words))
    connection.execute(_INDEX, {"id": row.id, "text": words})


def match_of(query: str) -> str:
    """Turn a person's words into an FTS5 query: all of them, each as a beginning of a word. Raises UsageError."""
    words = _WORD.findall(query)
    if not words or len(words) > QUERY_WORDS_MAX:
        raise UsageError(f"one to {QUERY_WORDS_MAX} words", f"{len(words)} words")
    # Beginnings, because the languages here inflect at the end of a word.
    return " ".join(f'"{word}"*' for word in words)


def search(connection: Connection, *, case: str, query: str) -> tuple[SearchRow, ...]:
    """Rows of `case` that hold all words of `query`, nearest first (BM25), `ROWS_MAX` at most. Raises UsageError."""
    statement = text(
        f'SELECT s."case", s.exhibit, s.kind, s.ref, s.entry, '  # noqa: S608 (constants)
        f"highlight({SEARCH_INDEX}, 0, '{FOUND}', '\u203a') AS excerpt "
        f"FROM {SEARCH_INDEX} JOIN searchable AS s ON s.id = {SEARCH_INDEX}.rowid "
        f'WHERE {SEARCH_INDEX} MATCH :match AND s."case" = :case ORDER BY rank, s.id LIMIT {ROWS_MAX}'
    )
    rows = connection.execute(statement, {"match": match_of(query), "case": case}).mappings()
    return tuple(SearchRow(**{**row, "excerpt": _cut(row["excerpt"])}) for row in rows)


def _cut(marked: str) -> str:
    """Keep the words around the first one found."""
    start = max(0, marked.find(FOUND) - EXCERPT_BEFORE)
    return marked[start : start + EXCERPT_CHARACTERS]
