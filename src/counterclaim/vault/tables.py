"""The tables of custody.db as SQLAlchemy Core sees them; refuses to create them: schema/*.sql does that."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text

METADATA = MetaData()
SCHEMA_NUMBER = 2  # the highest numbered file in schema/; PRAGMA user_version of the database


def _column(name: str, kind: type[Integer | Text | LargeBinary], *, key: bool) -> Column[Any]:
    return Column(name, kind, primary_key=key)


def _table(name: str, *, key: str, integers: str = "", texts: str = "", blobs: str = "") -> Table:
    """Describe one table: its key columns, and all its columns by type (order is that of the arguments)."""
    keys = key.split()
    kinds: list[tuple[str, type[Integer | Text | LargeBinary]]] = [
        (integers, Integer),
        (texts, Text),
        (blobs, LargeBinary),
    ]
    columns = [_column(name, kind, key=name in keys) for names, kind in kinds for name in names.split()]
    return Table(name, METADATA, *columns)


ENTRY = _table("entry", key="idx", integers="idx", blobs="leaf payload detail")
NODE = _table("node", key="level idx", integers="level idx", blobs="hash")
CHECKPOINT = _table("checkpoint", key="size", integers="size", blobs="note")
HISTORY = _table("history", key="tag nth", integers="nth idx exhibit", blobs="tag salt")
MAP_NODE = _table("map_node", key="way", texts="way", blobs="hash key")

CASE = _table("case", key="name", integers="entry", texts="name plain")
ROLE = _table("role", key="case actor", integers="entry", texts="case actor role")
EXHIBIT = _table(
    "exhibit",
    key="case number",
    integers="number size_bytes entry",
    texts="case sha256 kind media_type name admitted_at object source note",
)
FINDING = _table(
    "finding",
    key="case id",
    integers="exhibit entry",
    texts="case id exhibit_sha256 examiner version brief_sha256 outcome plain status by at",
)
CODE = _table("code", key="case exhibit code", integers="exhibit entry", texts="case code")
READING = _table("reading", key="entry", integers="entry exhibit", texts="case readers plain")
SUGGESTION = _table("suggestion", key="case id", integers="exhibit entry", texts="case id kind plain status by at")
QUESTION = _table("question", key="case id", integers="late entry", texts="case id plain")
ASSESSMENT = _table("assessment", key="case id", integers="entry", texts="case id question plain")
WEIGHT = _table("weight", key="case question", integers="entry", texts="case question plain")
TOKEN = _table("token", key="entry", integers="entry size", texts="token authority at")
COSIGNATURE = _table("cosignature", key="entry", integers="entry size", texts="line name at")
NOT_USED = _table("not_used", key="case exhibit", integers="exhibit entry", texts="case why")
PUBLICATION = _table("publication", key="entry", integers="entry", texts="case profile plain")
NOTE = _table("note", key="entry", integers="entry", texts="case kind at actor plain")
ACTIVITY = _table("activity", key="entry", integers="entry", texts="case kind class at actor")
ACTIVITY_EXHIBIT = _table("activity_exhibit", key="case exhibit entry", integers="exhibit entry", texts="case")
ERASED = _table("erased", key="entry", integers="entry")
SEARCHABLE = _table("searchable", key="id", integers="id exhibit entry", texts="case kind ref text")

LOG_TABLES = (ENTRY, NODE, CHECKPOINT, HISTORY, MAP_NODE)
VIEW_TABLES = tuple(table for table in METADATA.sorted_tables if table not in LOG_TABLES)
SEARCH_INDEX = "search_index"  # FTS5 over SEARCHABLE; its own tables are the engine's business


def migration_names(number: int = SCHEMA_NUMBER) -> tuple[str, ...]:
    """List the numbered migrations up to a schema, in order: `0001.sql`, ..."""
    return tuple(f"{one:04}.sql" for one in range(1, number + 1))


def views_name(number: int = SCHEMA_NUMBER) -> str:
    """Name the file of the views as they were when this schema was the newest."""
    return "views.sql" if number == SCHEMA_NUMBER else f"views-{number}.sql"


def statements_of(name: str) -> Iterator[str]:
    """Yield the statements of one schema file."""
    import sqlite3

    statement = ""
    for line in (
        files("counterclaim.vault").joinpath("schema", name).read_text(encoding="utf-8").splitlines(keepends=True)
    ):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""
