"""Folds a reading into suggestions a person can accept; refuses a reading whose ids are not distinct."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from counterclaim.record.account import Reading
from counterclaim.record.canonical import canonical_json, noun_of
from counterclaim.record.custody import Event
from counterclaim.record.errors import MalformedError
from counterclaim.vault.search import add_text, replace_text
from counterclaim.vault.tables import READING, SUGGESTION

LISTS = {
    "accounts": "account",
    "quotations": "quotation",
    "episodes": "episode",
    "methods": "method",
    "entities": "entity",
    "damage": "damage",
}


def fold_read(connection: Connection, index: int, event: Event) -> None:
    """One reading row, one suggestion for each thing read (all proposed), and the words for search."""
    plain, prefix, exhibit = event.body["reading"], event.body["prefix"], _exhibit_of(event)
    noun_of(plain, Reading)
    if not isinstance(prefix, str) or not prefix.endswith("."):
        raise MalformedError("a prefix such as 'E3.'", repr(prefix))
    readers, text = canonical_json(event.body["readers"]).decode(), canonical_json(plain).decode()
    connection.execute(
        insert(READING).values(entry=index, case=event.case, exhibit=exhibit, readers=readers, plain=text)
    )
    words, ref = plain["document"]["dom_text"], prefix.removesuffix(".")
    add_text(connection, case=event.case, exhibit=exhibit, kind="text", ref=ref, text=words, entry=index)
    rows = [
        {
            "case": event.case,
            "id": prefix + item["id"],
            "exhibit": exhibit,
            "kind": kind,
            "plain": canonical_json(item).decode(),
            "status": "proposed",
            "by": event.actor,
            "at": event.at,
            "entry": index,
        }
        for name, kind in LISTS.items()
        for item in plain.get(name, ())
    ]
    if rows:
        connection.execute(insert(SUGGESTION), rows)
    for item in plain.get("accounts", ()):
        ref = prefix + item["id"]
        add_text(
            connection, case=event.case, exhibit=exhibit, kind="account", ref=ref, text=_words_of(item), entry=index
        )


def _exhibit_of(event: Event) -> int:
    """Return the one exhibit a reading is of. Raises MalformedError."""
    if len(event.exhibits) != 1:
        raise MalformedError("a reading of one exhibit", f"{len(event.exhibits)} exhibits")
    return event.exhibits[0]


def _words_of(account: Mapping[str, Any]) -> str:
    words: str = account["span"]["text"]
    return words


def fold_edit(connection: Connection, event: Event) -> bool:
    """Replace a suggestion's content and propose it anew; False where no suggestion has the id."""
    identifier, plain = event.body["id"], event.body["plain"]
    where = (SUGGESTION.c.case == event.case, SUGGESTION.c.id == identifier)
    row = connection.execute(select(SUGGESTION.c.kind).where(*where)).first()
    if row is None:
        return False
    text = canonical_json(plain).decode()
    values = {"plain": text, "status": "proposed", "by": event.actor, "at": event.at}
    connection.execute(update(SUGGESTION).where(*where).values(**values))
    if row.kind == "account":
        replace_text(connection, case=event.case, kind="account", ref=identifier, words=_words_of(plain))
    return True
