"""Folds the log into views; refuses a kind of event it does not know, and any fact that is in no entry."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select, update
from sqlalchemy.dialects.sqlite import insert

from counterclaim.record.canonical import canonical_json, noun_of
from counterclaim.record.case import Case
from counterclaim.record.cosignature import cosignature_of
from counterclaim.record.custody import EVENT_KINDS, Entry, Event, class_of
from counterclaim.record.errors import MalformedError
from counterclaim.record.exhibit import Exhibit
from counterclaim.record.finding import Finding
from counterclaim.record.proposition import Assessment, Question, Weight
from counterclaim.vault import tables
from counterclaim.vault.readings import fold_edit, fold_read
from counterclaim.vault.search import add_text
from counterclaim.vault.tables import SEARCH_INDEX, VIEW_TABLES, statements_of

VIEW_NAMES = frozenset(table.name for table in VIEW_TABLES)
ROWS_TOGETHER = 2_000  # of each kind in one statement: some megabytes
Fold = Callable[[Connection, int, Event], None]
_ACTIVITY, _ACTIVITY_EXHIBIT, _NOTE, _EXHIBIT = (
    insert(table) for table in (tables.ACTIVITY, tables.ACTIVITY_EXHIBIT, tables.NOTE, tables.EXHIBIT)
)


def fold(connection: Connection, entry: Entry, event: Event | None) -> None:
    """Add one entry to the views; an erased one (`event` None) leaves only its number.

    Raises MalformedError for an unknown kind, or a body not of its kind's shape.
    """
    if event is None:
        connection.execute(insert(tables.ERASED).values(entry=entry.index))
        return
    if event.kind not in EVENT_KINDS:
        raise MalformedError("a kind of custody event", repr(event.kind))
    _fold_activity(connection, entry.index, event)
    try:
        _FOLDS.get(event.kind, _fold_note)(connection, entry.index, event)
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedError(f"the body of a {event.kind}", f"{type(error).__name__}: {error}") from error


def fold_all(connection: Connection, entries: Iterable[Entry]) -> None:
    """Fold many entries in order, to the same rows as `fold` one by one. Raises MalformedError.

    No fold reads activity or notes, so their rows wait and go in together: half the time of a large log.
    """
    activity: list[dict[str, Any]] = []
    named: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for entry in entries:
        event = entry.event()
        if event is None or event.kind in _FOLDS or event.kind not in EVENT_KINDS:
            fold(connection, entry, event)
            continue
        activity.append(_activity_row(entry.index, event))
        named += _exhibit_rows(entry.index, event)
        notes.append(_note_row(entry.index, event))
        if len(activity) >= ROWS_TOGETHER:
            _put_together(connection, activity, named, notes)
    _put_together(connection, activity, named, notes)


def _put_together(connection: Connection, *waiting: list[dict[str, Any]]) -> None:
    for statement, rows in zip((_ACTIVITY, _ACTIVITY_EXHIBIT, _NOTE), waiting, strict=True):
        if rows:
            connection.execute(statement, rows)
        rows.clear()


def rebuild(connection: Connection) -> None:
    """Drop every view and fold the whole log again. Raises MalformedError."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {SEARCH_INDEX}")
    for table in VIEW_TABLES:
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{table.name}"')
    for statement in statements_of("views.sql"):
        connection.exec_driver_sql(statement)
    # Read to the end before folding: one connection cannot write while it walks its own rows.
    rows = connection.execute(select(tables.ENTRY).order_by(tables.ENTRY.c.idx)).all()
    fold_all(
        connection,
        (Entry(index=row.idx, leaf=row.leaf, payload=row.payload, detail=row.detail) for row in rows),
    )


def digests_of_views(connection: Connection, names: Container[str] = VIEW_NAMES) -> dict[str, str]:
    """SHA-256 (hex) of each view table's rows in the order of its key, as canonical JSON lines."""
    return {table.name: _digest_of_table(connection, table) for table in VIEW_TABLES if table.name in names}


def views_digest(connection: Connection) -> str:
    """One SHA-256 (hex) over all view rows in order; the search engine's own tables stay out."""
    return hashlib.sha256(canonical_json(digests_of_views(connection))).hexdigest()


def _digest_of_table(connection: Connection, table: Table) -> str:
    digest = hashlib.sha256()
    for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
        digest.update(canonical_json(list(row)) + b"\n")
    return digest.hexdigest()


# --- one function for each kind of body -------------------------------------------------------


def text_of(body: Mapping[str, Any], key: str) -> str:
    """Return the text under `key`. Raises MalformedError."""
    value = body[key]
    if not isinstance(value, str):
        raise MalformedError(f"text under {key!r}", type(value).__name__)
    return value


def written(plain: object) -> str:
    """Write a view's copy of a plain value: canonical JSON text."""
    return canonical_json(plain).decode()


def _put(connection: Connection, table: Table, **values: Any) -> None:  # noqa: ANN401 (the table's columns)
    """Insert, or replace what has the same key: the latest wins."""
    statement = insert(table).values(**values)
    keys = [column.name for column in table.primary_key.columns]
    rest = {name: statement.excluded[name] for name in values if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest))


def _fold_activity(connection: Connection, index: int, event: Event) -> None:
    # Values beside the statement, not in it: every entry passes here, and SQLAlchemy then compiles nothing anew.
    connection.execute(_ACTIVITY, _activity_row(index, event))
    for row in _exhibit_rows(index, event):
        connection.execute(_ACTIVITY_EXHIBIT, row)


def _activity_row(index: int, event: Event) -> dict[str, Any]:
    values = {"case": event.case, "kind": event.kind, "class": class_of(event.kind), "at": event.at}
    return {"entry": index, "actor": event.actor, **values}


def _exhibit_rows(index: int, event: Event) -> list[dict[str, Any]]:
    return [{"case": event.case, "exhibit": number, "entry": index} for number in sorted(set(event.exhibits))]


def _fold_case(connection: Connection, index: int, event: Event) -> None:
    case = noun_of(event.body["case"], Case)
    connection.execute(insert(tables.CASE).values(name=case.name, plain=written(event.body["case"]), entry=index))


def _fold_role(connection: Connection, index: int, event: Event) -> None:
    actor, role = text_of(event.body, "actor"), text_of(event.body, "role")
    _put(connection, tables.ROLE, case=event.case, actor=actor, role=role, entry=index)


def _fold_admit(connection: Connection, index: int, event: Event) -> None:
    exhibit = noun_of(event.body["exhibit"], Exhibit)
    if exhibit.case != event.case:
        raise MalformedError(f"an exhibit of case {event.case!r}", repr(exhibit.case))
    values = {
        "case": exhibit.case,
        "number": exhibit.number,
        "sha256": exhibit.sha256,
        "kind": exhibit.kind.value,
        "media_type": exhibit.media_type,
        "size_bytes": exhibit.size_bytes,
        "name": exhibit.name,
        "admitted_at": exhibit.admitted_at,
        "object": text_of(event.body, "object"),
        "source": event.body["source"],
        "note": text_of(event.body, "note"),
        "entry": index,
    }
    connection.execute(_EXHIBIT, values)
    ref = f"E{exhibit.number}"
    add_text(
        connection, case=event.case, exhibit=exhibit.number, kind="exhibit", ref=ref, text=exhibit.name, entry=index
    )


def _fold_examine(connection: Connection, index: int, event: Event) -> None:
    plain = event.body["finding"]
    finding = noun_of(plain, Finding)
    outcome = plain["outcome"]
    connection.execute(
        insert(tables.FINDING).values(
            case=event.case,
            id=finding.id,
            exhibit=finding.exhibit,
            exhibit_sha256=text_of(event.body, "exhibit_sha256"),
            examiner=finding.examiner,
            version=finding.version,
            brief_sha256=finding.brief_sha256,
            outcome=outcome["outcome"],
            plain=written(plain),
            status=finding.status,
            by=event.actor,
            at=event.at,
            entry=index,
        )
    )
    codes = outcome["values"].get("codes", []) if outcome["outcome"] == "observed" else []
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise MalformedError("codes as a list of text", type(codes).__name__)
    for code in codes:
        _put(connection, tables.CODE, case=event.case, exhibit=finding.exhibit, code=code, entry=index)


def _judge(status: str) -> Fold:
    def judged(connection: Connection, index: int, event: Event) -> None:
        del index
        for identifier in event.body["ids"]:
            changed = 0
            for table in (tables.SUGGESTION, tables.FINDING):
                where = (table.c.case == event.case, table.c.id == identifier)
                statement = update(table).where(*where).values(status=status, by=event.actor, at=event.at)
                changed += connection.execute(statement).rowcount
            if not changed and not _something_erased(connection):
                raise MalformedError("the id of a suggestion or a finding", repr(identifier))

    return judged


def _fold_edit(connection: Connection, index: int, event: Event) -> None:
    del index
    if not fold_edit(connection, event) and not _something_erased(connection):
        raise MalformedError("the id of a suggestion", repr(event.body["id"]))


def _something_erased(connection: Connection) -> bool:
    """Whether an earlier entry is erased: a later judgement may then name an id that is known no more."""
    return connection.execute(select(tables.ERASED.c.entry).limit(1)).first() is not None


def _fold_ask(connection: Connection, index: int, event: Event) -> None:
    question, late = noun_of(event.body["question"], Question), event.body["late"]
    if not isinstance(late, bool):
        raise MalformedError("true or false under 'late'", type(late).__name__)
    plain = written(event.body["question"])
    _put(connection, tables.QUESTION, case=event.case, id=question.id, late=int(late), plain=plain, entry=index)


def _fold_assess(connection: Connection, index: int, event: Event) -> None:
    noun = noun_of(event.body["assessment"], Assessment)
    plain = written(event.body["assessment"])
    _put(connection, tables.ASSESSMENT, case=event.case, id=noun.id, question=noun.question, plain=plain, entry=index)


def _fold_weigh(connection: Connection, index: int, event: Event) -> None:
    noun = noun_of(event.body["weight"], Weight)
    plain = written(event.body["weight"])
    _put(connection, tables.WEIGHT, case=event.case, question=noun.question.id, plain=plain, entry=index)


def _fold_token(connection: Connection, index: int, event: Event) -> None:
    texts = {key: text_of(event.body, key) for key in ("token", "authority", "at")}
    connection.execute(insert(tables.TOKEN).values(entry=index, size=event.body["size"], **texts))


def _fold_cosignature(connection: Connection, index: int, event: Event) -> None:
    line, at = text_of(event.body, "line"), text_of(event.body, "at")
    values = {"size": event.body["size"], "line": line, "name": cosignature_of(line).name, "at": at}
    connection.execute(insert(tables.COSIGNATURE).values(entry=index, **values))


def _fold_not_used(connection: Connection, index: int, event: Event) -> None:
    why = text_of(event.body, "why")
    _put(connection, tables.NOT_USED, case=event.case, exhibit=event.body["exhibit"], why=why, entry=index)


def _fold_publish(connection: Connection, index: int, event: Event) -> None:
    values = {"case": event.case, "profile": text_of(event.body, "profile"), "plain": written(event.body)}
    connection.execute(insert(tables.PUBLICATION).values(entry=index, **values))


def _fold_note(connection: Connection, index: int, event: Event) -> None:
    connection.execute(_NOTE, _note_row(index, event))


def _note_row(index: int, event: Event) -> dict[str, Any]:
    values = {"case": event.case, "kind": event.kind, "at": event.at, "actor": event.actor}
    return {"entry": index, "plain": written(event.body), **values}


_FOLDS: Mapping[str, Fold] = {
    "case_opened": _fold_case,
    "role_granted": _fold_role,
    "admit": _fold_admit,
    "examine": _fold_examine,
    "read": fold_read,
    "accept": _judge("accepted"),
    "reject": _judge("rejected"),
    "edit": _fold_edit,
    "ask": _fold_ask,
    "assess": _fold_assess,
    "weigh": _fold_weigh,
    "attest_time": _fold_token,
    "cosign": _fold_cosignature,
    "not_used": _fold_not_used,
    "publish": _fold_publish,
}
