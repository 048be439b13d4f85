"""Somebody hides an entry about an exhibit, or adds one, and seals the vault again; each change must be named."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from counterclaim.record.check import Anchors, holds
from counterclaim.record.checkpoint import Checkpoint, fingerprint_of, signed_checkpoint_of
from counterclaim.record.custody import leaf_hash
from counterclaim.record.errors import CounterclaimError, IntegrityError
from counterclaim.record.history import History, history_key, map_nodes
from counterclaim.vault.log import signed
from counterclaim.vault.vault import Vault
from vault_room import CASE, SIGNER, alter, counted_salts, event, furnished_vault, reseal, roots_of_histories

ANCHORS = Anchors(fingerprint=fingerprint_of(SIGNER.public_key))
ERASED = 10  # the reading of E3: only the table says now that it was about E3


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pristine") / "vault"
    vault = furnished_vault(folder)
    with vault.writer(signer=SIGNER, salts=counted_salts()) as writer:
        writer.erase([ERASED], event=event("erase", {"entries": [ERASED], "reason": "mistake"}, exhibits=(3,)))
    assert vault.histories(CASE, [3]).histories[0][0].entries == (6, ERASED, 22)
    return folder


@pytest.fixture
def folder(pristine: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "vault"
    shutil.copytree(pristine, copy)
    return copy


def failed(folder: Path, **known: object) -> set[str]:
    rows = list(Vault.open(folder).checks(**({"anchors": ANCHORS} | known)))  # type: ignore[arg-type]
    return {row.name for row in rows if row.outcome == "failed"}


def told(folder: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "custody.db")) as connection:
        return connection.execute(question).fetchall()


def tag_of_exhibit(folder: Path, exhibit: int) -> bytes:
    found = told(folder, f"SELECT tag FROM history WHERE exhibit = {exhibit} LIMIT 1")[0][0]
    assert isinstance(found, bytes)
    return found


def fold_again(folder: Path, *, sign: Mapping[int, bool] | None = None) -> None:
    """What the log's own keeper can do: nodes from the rows that lie there now, and the map signed anew.

    `sign` names the sizes whose checkpoints are signed again; None signs all of them.
    """
    with closing(sqlite3.connect(folder / "custody.db")) as connection:
        leaves = [leaf_hash(row[0]) for row in connection.execute("SELECT leaf FROM entry ORDER BY idx")]
        rows = connection.execute("SELECT idx, tag, exhibit, salt FROM history ORDER BY tag, idx").fetchall()
        histories: dict[bytes, History] = {}
        for index, tag, exhibit, salt in rows:
            held = histories.get(tag)
            key, entries = (held.key, held.entries) if held else (history_key(leaves[index], exhibit), ())
            histories[tag] = History(exhibit=exhibit, key=key, entries=(*entries, index), salt=salt)
        digests = {history.key: history.digest() for history in histories.values()}
        keys = {digest: key for key, digest in digests.items()}
        connection.execute("DELETE FROM map_node")
        nodes = [(way, digest, keys.get(digest)) for way, digest in map_nodes(digests).items()]
        connection.executemany("INSERT INTO map_node VALUES (?, ?, ?)", nodes)
        roots = roots_of_histories(connection)
        for size, note in connection.execute("SELECT size, note FROM checkpoint").fetchall():
            if sign is None or sign.get(size):
                put_checkpoint(connection, note, roots[size])
        connection.commit()
    reseal(folder)


def put_checkpoint(connection: sqlite3.Connection, note: bytes, histories: bytes | None) -> None:
    old = signed_checkpoint_of(note).checkpoint
    new = Checkpoint(origin=old.origin, size=old.size, root=old.root, histories=histories)
    connection.execute("UPDATE checkpoint SET note = ? WHERE size = ?", (signed(new, SIGNER).note(), old.size))


# --- each hides, adds or moves something -------------------------------------------------------


def remove_the_last_row_of_a_history(folder: Path) -> None:
    alter(folder, ("DELETE FROM history WHERE tag = ? AND idx = 20", (tag_of_exhibit(folder, 1),)))


def remove_a_row_in_the_middle_and_close_the_gap(folder: Path) -> None:
    tag = tag_of_exhibit(folder, 1)
    alter(
        folder,
        ("DELETE FROM history WHERE tag = ? AND nth = 1", (tag,)),
        ("UPDATE history SET nth = 1 WHERE tag = ? AND nth = 2", (tag,)),
        ("UPDATE history SET nth = 2 WHERE tag = ? AND nth = 3", (tag,)),
        ("UPDATE history SET nth = 3 WHERE tag = ? AND nth = 4", (tag,)),
    )


def remove_the_row_of_an_erased_entry(folder: Path) -> None:
    alter(
        folder,
        ("DELETE FROM history WHERE idx = ?", (ERASED,)),
        ("UPDATE history SET nth = 1 WHERE exhibit = 3 AND idx = 22", ()),
    )


def remove_a_whole_history(folder: Path) -> None:
    alter(folder, ("DELETE FROM history WHERE exhibit = 2", ()))


def add_an_entry_that_does_not_name_the_exhibit(folder: Path) -> None:
    alter(folder, ("INSERT INTO history VALUES (?, 5, 21, 1, ?)", (tag_of_exhibit(folder, 1), bytes(16))))


def add_an_erased_entry_to_another_history(folder: Path) -> None:
    alter(
        folder,
        ("UPDATE history SET nth = nth + 1 WHERE exhibit = 2 AND idx > 10", ()),
        ("INSERT INTO history VALUES (?, 2, 10, 2, ?)", (tag_of_exhibit(folder, 2), bytes(16))),
    )


def add_a_row_beyond_the_log(folder: Path) -> None:
    alter(folder, ("INSERT INTO history VALUES (?, 5, 99, 1, ?)", (tag_of_exhibit(folder, 1), bytes(16))))


def plant_a_history_of_an_exhibit_nobody_named(folder: Path) -> None:
    alter(folder, ("INSERT INTO history VALUES (?, 0, 10, 7, ?)", (b"\x07" * 32, bytes(16))))


def move_a_row_to_another_history(folder: Path) -> None:
    values = (tag_of_exhibit(folder, 2), tag_of_exhibit(folder, 1))
    alter(folder, ("UPDATE history SET tag = ?, exhibit = 2, nth = 3 WHERE tag = ? AND idx = 20", values))


def move_an_erased_row_to_another_history(folder: Path) -> None:
    values = (tag_of_exhibit(folder, 1), ERASED)
    alter(folder, ("UPDATE history SET tag = ?, exhibit = 1, nth = 9 WHERE idx = ?", values))


def tag_a_history_anew(folder: Path) -> None:
    alter(folder, ("UPDATE history SET tag = ? WHERE exhibit = 1", (b"\x07" * 32,)))


def change_the_number_of_an_erased_row(folder: Path) -> None:
    alter(folder, ("UPDATE history SET exhibit = 1 WHERE idx = ?", (ERASED,)))


def change_a_salt(folder: Path) -> None:
    alter(folder, ("UPDATE history SET salt = ? WHERE exhibit = 1 AND idx = 20", (bytes(16),)))


def change_the_salt_of_an_earlier_state(folder: Path) -> None:
    alter(folder, ("UPDATE history SET salt = ? WHERE exhibit = 1 AND idx = 4", (bytes(16),)))


def swap_two_places_in_a_history(folder: Path) -> None:
    tag = tag_of_exhibit(folder, 1)
    alter(
        folder,
        ("UPDATE history SET nth = 99 WHERE tag = ? AND nth = 1", (tag,)),
        ("UPDATE history SET nth = 1 WHERE tag = ? AND nth = 2", (tag,)),
        ("UPDATE history SET nth = 2 WHERE tag = ? AND nth = 99", (tag,)),
    )


def change_a_node_of_the_map(folder: Path) -> None:
    way = told(folder, "SELECT way FROM map_node WHERE key IS NOT NULL")[0][0]
    alter(folder, ("UPDATE map_node SET hash = ? WHERE way = ?", (b"\x07" * 32, way)))


def change_the_key_of_a_node(folder: Path) -> None:
    way = told(folder, "SELECT way FROM map_node WHERE key IS NOT NULL")[0][0]
    alter(folder, ("UPDATE map_node SET key = ? WHERE way = ?", (b"\x07" * 32, way)))


def plant_a_node_in_the_map(folder: Path) -> None:
    alter(folder, ("INSERT INTO map_node VALUES ('0101010101', ?, NULL)", (b"\x07" * 32,)))


def remove_a_node_of_the_map(folder: Path) -> None:
    alter(folder, ("DELETE FROM map_node WHERE way = ''", ()))


def sign_the_root_of_an_earlier_state(folder: Path) -> None:
    """The keeper of the key signs the newest size again with the map as it was before the last entries."""
    with closing(sqlite3.connect(folder / "custody.db")) as connection:
        size, note = connection.execute("SELECT size, note FROM checkpoint ORDER BY size DESC").fetchone()
        put_checkpoint(connection, note, roots_of_histories(connection)[size - 4])
        connection.commit()
    reseal(folder)


def sign_an_old_size_without_its_map(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "custody.db")) as connection:
        note = connection.execute("SELECT note FROM checkpoint WHERE size = 11").fetchone()[0]
        put_checkpoint(connection, note, None)
        connection.commit()
    reseal(folder)


def leave_a_viewing_out_and_sign_everything_anew(folder: Path) -> None:
    """All roots and nodes fit each other; the payload of the viewing still says what it was about."""
    remove_the_last_row_of_a_history(folder)
    fold_again(folder)


def leave_an_erased_entry_out_and_sign_the_newest_alone(folder: Path) -> None:
    remove_the_row_of_an_erased_entry(folder)
    fold_again(folder, sign={max(row[0] for row in told(folder, "SELECT size FROM checkpoint")): True})  # type: ignore[type-var,dict-item]


def make_it_look_like_a_vault_of_format_1(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "custody.db")) as connection:
        for table in ("history", "map_node"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    (folder / "format").chmod(0o600)
    (folder / "format").write_bytes(b"counterclaim-vault 1\n")
    reseal(folder)


FORGERIES: list[Callable[[Path], None]] = [
    remove_the_last_row_of_a_history,
    remove_a_row_in_the_middle_and_close_the_gap,
    remove_the_row_of_an_erased_entry,
    remove_a_whole_history,
    add_an_entry_that_does_not_name_the_exhibit,
    add_an_erased_entry_to_another_history,
    add_a_row_beyond_the_log,
    plant_a_history_of_an_exhibit_nobody_named,
    move_a_row_to_another_history,
    move_an_erased_row_to_another_history,
    tag_a_history_anew,
    change_the_number_of_an_erased_row,
    change_a_salt,
    change_the_salt_of_an_earlier_state,
    swap_two_places_in_a_history,
    change_a_node_of_the_map,
    change_the_key_of_a_node,
    plant_a_node_in_the_map,
    remove_a_node_of_the_map,
    sign_the_root_of_an_earlier_state,
    sign_an_old_size_without_its_map,
    leave_a_viewing_out_and_sign_everything_anew,
    leave_an_erased_entry_out_and_sign_the_newest_alone,
    make_it_look_like_a_vault_of_format_1,
]


def test_a_vault_with_an_erased_entry_that_nobody_changed_passes_every_row(folder: Path) -> None:
    rows = list(Vault.open(folder).checks(anchors=ANCHORS))
    assert {row.outcome for row in rows} == {"passed"}, rows
    assert "3 histories" in next(row.reason for row in rows if row.name == "histories")


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.__name__)
def test_a_forged_history_is_rejected_by_its_row(
    folder: Path, forgery: Callable[[Path], None], measured: Callable[[str], None]
) -> None:
    forgery(folder)
    assert "histories" in failed(folder)
    if forgery is FORGERIES[-1]:
        measured(f"named forgeries of histories, each rejected by the row meant for it: {len(FORGERIES)}")


def test_whatever_single_row_is_left_out_of_the_table_is_missed(folder: Path, measured: Callable[[str], None]) -> None:
    """With the nodes folded again and the newest checkpoint signed again by the log's own key."""
    rows = told(folder, "SELECT tag, nth FROM history")
    newest = {max(row[0] for row in told(folder, "SELECT size FROM checkpoint")): True}  # type: ignore[type-var]
    missed = []
    for tag, nth in rows:
        copy = folder.parent / "copy"
        shutil.copytree(folder, copy)
        later = [row[0] for row in told(copy, "SELECT nth FROM history ORDER BY nth") if row[0] > nth]  # type: ignore[operator]
        moved = [
            ("UPDATE history SET nth = nth - 1 WHERE tag = ? AND nth = ?", (tag, one))
            for one in dict.fromkeys(later)
            if told(copy, f"SELECT 1 FROM history WHERE hex(tag) = '{tag.hex().upper()}' AND nth = {one}")  # type: ignore[attr-defined]
        ]
        alter(copy, ("DELETE FROM history WHERE tag = ? AND nth = ?", (tag, nth)), *moved)
        fold_again(copy, sign=newest)  # type: ignore[arg-type]
        missed += [] if "histories" in failed(copy) else [(tag, nth)]
        shutil.rmtree(copy)
    assert missed == []
    measured(
        f"entries left out of a history and the newest checkpoint signed anew: {len(rows)} of {len(rows)} rejected"
    )


def test_a_map_signed_anew_throughout_is_rejected_by_a_checkpoint_known_outside(pristine: Path, folder: Path) -> None:
    known = Vault.open(pristine).checkpoint()
    remove_the_row_of_an_erased_entry(folder)
    fold_again(folder)
    assert failed(folder) == set()  # the keeper of the key can do this; nothing inside says otherwise
    assert failed(folder, older=known) == {"older checkpoint"}
    assert failed(pristine, older=known) == set()


def test_no_writer_signs_over_a_map_that_was_changed(folder: Path) -> None:
    remove_a_node_of_the_map(folder)
    with (
        pytest.raises(IntegrityError, match="histories"),
        Vault.open(folder).writer(signer=SIGNER, salts=counted_salts()),
    ):
        pass


def test_a_leaf_of_the_map_that_is_gone_is_an_error_and_no_proof(folder: Path) -> None:
    way = told(folder, "SELECT way FROM map_node WHERE key IS NOT NULL")[0][0]
    alter(folder, ("DELETE FROM map_node WHERE way = ?", (way,)))
    vault = Vault.open(folder)
    refused = 0
    for exhibit in (1, 2, 3):
        try:
            assert vault.histories(CASE, [exhibit]).root() != vault.checkpoint().checkpoint.histories
        except CounterclaimError:
            refused += 1
    assert refused == 1


def test_checks_hold_as_a_whole_where_nothing_failed(pristine: Path) -> None:
    assert holds(Vault.open(pristine).checks())


# --- the log alone, as a million entries are checked in seconds ---------------------------------


def alone(folder: Path, **known: object) -> set[str]:
    rows = Vault.open(folder).log_checks(**({"anchors": ANCHORS} | known))  # type: ignore[arg-type]
    return {row.name for row in rows if row.outcome == "failed"}


def test_the_log_alone_is_checked_from_its_leaves_to_the_signature(pristine: Path, folder: Path) -> None:
    vault = Vault.open(pristine)
    assert {row.outcome for row in vault.log_checks(anchors=ANCHORS, older=vault.checkpoint(11))} == {"passed"}
    stranger = Checkpoint(origin="log.example/room", size=5, root=bytes(32), histories=bytes(32))
    assert alone(pristine, older=signed(stranger, SIGNER)) == {"older checkpoint"}
    assert alone(pristine, anchors=Anchors(fingerprint="00" * 32)) == {"signer"}
    leaf = told(folder, "SELECT leaf FROM entry WHERE idx = 4")[0][0]
    alter(folder, ("UPDATE entry SET leaf = ? WHERE idx = 4", (leaf + b" ",)))  # type: ignore[operator]
    assert alone(folder) == {"log"}


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM entry WHERE idx = 22",
        "DELETE FROM entry WHERE idx = 7",
        "DELETE FROM checkpoint WHERE size = 23",
        "UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE idx = 8) WHERE idx = 7",
    ],
)
def test_the_log_alone_tells_what_was_taken_or_put_in_its_place(folder: Path, change: str) -> None:
    alter(folder, (change, ()))
    assert alone(folder) == {"log"}
