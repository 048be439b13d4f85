"""The wrapped keys of encrypted objects, one row each in custody.db; refuses to keep one outside a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Column, Connection, LargeBinary, MetaData, Table, Text, delete, insert, select, update

# A description of its own: whatever stands in tables.METADATA is either the log or a view folded from it, and a
# key is neither. No entry holds it, so that erasing it leaves nothing.
OBJECT_KEY = Table(
    "object_key", MetaData(), Column("object", Text, primary_key=True), Column("wrapped", LargeBinary)
)  # fmt: skip


def add_keys(connection: Connection, wrapped: Mapping[str, bytes]) -> None:
    """Keep the wrapped keys of new objects, by object name."""
    if wrapped:
        rows = [{"object": name, "wrapped": content} for name, content in wrapped.items()]
        connection.execute(insert(OBJECT_KEY), rows)


def key_of(connection: Connection, name: str) -> bytes | None:
    """The wrapped key of an object, or None."""
    found: bytes | None = connection.execute(
        select(OBJECT_KEY.c.wrapped).where(OBJECT_KEY.c.object == name)
    ).scalar_one_or_none()
    return found


def objects_with_keys(connection: Connection) -> frozenset[str]:
    """The names of all objects that have a key."""
    return frozenset(connection.execute(select(OBJECT_KEY.c.object)).scalars())


def replace_keys(connection: Connection, wrapped: Mapping[str, bytes]) -> None:
    """Put other wrappings of the same keys in their place, by object name."""
    for name, content in wrapped.items():
        connection.execute(update(OBJECT_KEY).where(OBJECT_KEY.c.object == name).values(wrapped=content))


def drop_keys(connection: Connection, names: Iterable[str]) -> None:
    """Destroy keys: with secure_delete the bytes are overwritten in the database, not only unlinked."""
    for name in names:
        connection.execute(delete(OBJECT_KEY).where(OBJECT_KEY.c.object == name))
