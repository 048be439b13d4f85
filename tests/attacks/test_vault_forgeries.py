"""Somebody with full access to a vault's folder changes it and seals it again; each change must be named."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from counterclaim.record.check import Anchors, Check, holds
from counterclaim.record.checkpoint import Checkpoint, fingerprint_of, signed_checkpoint_of, verifier_key_of
from counterclaim.record.custody import entry_of, leaf_hash, node_hash, root_of
from counterclaim.record.errors import CounterclaimError, IntegrityError, UsageError
from counterclaim.vault.checks import SIGNER_NOT_CHECKED
from counterclaim.vault.log import Ed25519Signer, signed
from counterclaim.vault.stamps import stamp
from counterclaim.vault.vault import Vault
from tsa import LoopbackTsa, post_query
from vault_room import (
    CASE,
    ORIGIN,
    PAGE,
    SIGNER,
    admission,
    alter,
    case_opened,
    counted_salts,
    event,
    furnished_vault,
    new_vault,
    reseal,
    roots_of_histories,
    signer_of,
)

ANCHORS = Anchors(fingerprint=fingerprint_of(SIGNER.public_key))


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pristine") / "vault"
    furnished_vault(folder)
    return folder


@pytest.fixture
def folder(pristine: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "vault"
    shutil.copytree(pristine, copy)
    return copy


SELECTS = {
    "leaf": "SELECT leaf FROM entry WHERE idx = ?",
    "payload": "SELECT payload FROM entry WHERE idx = ?",
    "detail": "SELECT detail FROM entry WHERE idx = ?",
}


def failed(folder: Path, **known: object) -> list[Check]:
    try:
        rows = list(Vault.open(folder).checks(**({"anchors": ANCHORS} | known)))  # type: ignore[arg-type]
    except CounterclaimError as error:
        return [Check(name="open", outcome="failed", what="vault", reason=str(error))]
    return [row for row in rows if row.outcome == "failed"]


def names(rows: list[Check]) -> set[str]:
    return {row.name for row in rows}


def blob_of(folder: Path, column: str, index: int) -> bytes:
    with closing(sqlite3.connect(folder / "custody.db")) as connection:
        found: bytes = connection.execute(SELECTS[column], (index,)).fetchone()[0]
    return found


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def objects_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("objects/*/*") if path.is_file())


def rewrite(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


def resign(folder: Path, signer: Ed25519Signer) -> None:
    """What an owner of another key can do: nodes and every checkpoint anew over whatever leaves lie there."""
    with closing(sqlite3.connect(folder / "custody.db")) as connection:
        leaves = [leaf_hash(row[0]) for row in connection.execute("SELECT leaf FROM entry ORDER BY idx")]
        connection.execute("DELETE FROM node")
        level, rows = leaves, 0
        while level:
            connection.executemany("INSERT INTO node VALUES (?, ?, ?)", [(rows, i, h) for i, h in enumerate(level)])
            level, rows = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)], rows + 1
        roots = roots_of_histories(connection)
        sizes = [row[0] for row in connection.execute("SELECT size FROM checkpoint") if row[0] <= len(leaves)]
        connection.execute("DELETE FROM checkpoint")
        for size in {*sizes, len(leaves)}:
            head = signed_checkpoint_of(signed(_checkpoint(size, root_of(leaves[:size]), roots[size]), signer).note())
            connection.execute("INSERT INTO checkpoint VALUES (?, ?)", (size, head.note()))
        connection.commit()
    rewrite(folder / "log-key.vkey", f"{verifier_key_of(signer.name, signer.public_key)}\n".encode())
    reseal(folder)


def _checkpoint(size: int, root: bytes, histories: bytes | None = None) -> Checkpoint:
    return Checkpoint(origin=ORIGIN, size=size, root=root, histories=histories)


# --- each forgery changes a vault and returns the name of a row that must fail ------------------


def flip_a_byte_of_an_object(folder: Path) -> str:
    path = objects_of(folder)[0]
    rewrite(path, flipped(path.read_bytes(), -1))
    return "object"


def change_the_header_of_an_object(folder: Path) -> str:
    path = objects_of(folder)[0]
    rewrite(path, path.read_bytes().replace(b"object/1", b"object/2"))
    return "object"


def swap_two_objects(folder: Path) -> str:
    first, second = objects_of(folder)[:2]
    kept = first.read_bytes()
    rewrite(first, second.read_bytes())
    rewrite(second, kept)
    return "object"


def plant_an_object(folder: Path) -> str:
    path = folder / "objects" / "ab" / ("ab" + "0" * 30)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"counterclaim-object/1\nplanted")
    return "object"


def take_away_an_object(folder: Path) -> str:
    objects_of(folder)[0].unlink()
    return "object"


def replace_an_object_by_a_link(folder: Path) -> str:
    path = objects_of(folder)[0]
    outside = folder.parent / "outside"
    shutil.copy(path, outside)
    path.unlink()
    path.symlink_to(outside)
    return "object"


def flip_a_byte_of_a_payload(folder: Path) -> str:
    alter(folder, ("UPDATE entry SET payload = ? WHERE idx = 4", (flipped(blob_of(folder, "payload", 4), 40),)))
    return "entry"


def flip_a_byte_of_a_detail(folder: Path) -> str:
    alter(folder, ("UPDATE entry SET detail = ? WHERE idx = 4", (flipped(blob_of(folder, "detail", 4), -20),)))
    return "entry"


def change_the_letter_case_of_a_leaf(folder: Path) -> str:
    leaf = json.loads(blob_of(folder, "leaf", 4))
    upper = leaf | {"payload_sha256": leaf["payload_sha256"].upper()}
    changed = json.dumps(upper, sort_keys=True, separators=(",", ":")).encode()
    assert changed != blob_of(folder, "leaf", 4)
    alter(folder, ("UPDATE entry SET leaf = ? WHERE idx = 4", (changed,)))
    return "entry"


def put_a_space_into_a_leaf(folder: Path) -> str:
    alter(folder, ("UPDATE entry SET leaf = ? WHERE idx = 4", (blob_of(folder, "leaf", 4) + b" ",)))
    return "entry"


def empty_a_payload_without_an_erasure(folder: Path) -> str:
    alter(folder, ("UPDATE entry SET payload = NULL, detail = NULL WHERE idx = 16", ()))
    return "entry"


def change_the_actor_with_all_commitments(folder: Path) -> str:
    """The event is sealed anew in its place: commitments hold, the root does not."""
    other = event("not_used", {"exhibit": 1, "why": "another reason"}, exhibits=(1,))
    entry = entry_of(other, index=18, salts=(b"s" * 16, b"t" * 16))
    values = (entry.leaf, entry.payload, entry.detail)
    alter(folder, ("UPDATE entry SET leaf = ?, payload = ?, detail = ? WHERE idx = 18", values))
    return "checkpoint"


def remove_an_entry(folder: Path) -> str:
    alter(folder, ("DELETE FROM entry WHERE idx = 11", ()))
    return "entry"


def remove_an_entry_and_close_the_gap(folder: Path) -> str:
    alter(
        folder,
        ("DELETE FROM entry WHERE idx = 11", ()),
        ("UPDATE entry SET idx = idx + 999 WHERE idx > 11", ()),
        ("UPDATE entry SET idx = idx - 1000 WHERE idx > 999", ()),
    )
    return "checkpoint"


def plant_an_entry(folder: Path) -> str:
    entry = entry_of(event("view", {}), index=22, salts=(b"s" * 16, b"t" * 16))
    values = (entry.index, entry.leaf, entry.payload, entry.detail)
    alter(folder, ("INSERT INTO entry VALUES (?, ?, ?, ?)", values))
    return "checkpoint"


def reorder_two_entries(folder: Path) -> str:
    alter(
        folder,
        ("UPDATE entry SET idx = 999 WHERE idx = 16", ()),
        ("UPDATE entry SET idx = 16 WHERE idx = 17", ()),
        ("UPDATE entry SET idx = 17 WHERE idx = 999", ()),
    )
    return "checkpoint"


def cut_the_last_entries(folder: Path) -> str:
    alter(folder, ("DELETE FROM entry WHERE idx >= 20", ()))
    return "checkpoint"


def cut_entries_and_nodes_but_not_the_checkpoint(folder: Path) -> str:
    alter(folder, ("DELETE FROM entry WHERE idx >= 21", ()), ("DELETE FROM node WHERE level = 0 AND idx >= 21", ()))
    return "checkpoint"


def change_a_node(folder: Path) -> str:
    alter(folder, ("UPDATE node SET hash = ? WHERE level = 1 AND idx = 2", (b"\x07" * 32,)))
    return "tree"


def plant_a_node(folder: Path) -> str:
    alter(folder, ("INSERT INTO node VALUES (9, 0, ?)", (b"\x07" * 32,)))
    return "tree"


def change_the_text_of_a_checkpoint(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "custody.db")) as connection:
        note = connection.execute("SELECT note FROM checkpoint WHERE size = 22").fetchone()[0]
    alter(
        folder, ("UPDATE checkpoint SET note = ? WHERE size = 22", (note.replace(b"log.example", b"log.exampli", 1),))
    )
    return "checkpoint"


def change_an_old_checkpoint(folder: Path) -> str:
    head = signed(_checkpoint(1, b"\x01" * 32), signer_of(2))
    alter(folder, ("UPDATE checkpoint SET note = ? WHERE size = 1", (head.note(),)))
    return "checkpoint"


def take_away_the_checkpoints(folder: Path) -> str:
    alter(folder, ("DELETE FROM checkpoint", ()))
    return "checkpoint"


def change_a_view_row(folder: Path) -> str:
    alter(folder, ("UPDATE suggestion SET status = 'accepted' WHERE id = 'E3.d1'", ()))
    return "views"


def take_away_a_finding_from_the_views(folder: Path) -> str:
    alter(folder, ("DELETE FROM finding WHERE id = 'E1.grid'", ()))
    return "views"


def plant_a_trigger(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "custody.db")) as connection:
        connection.execute(
            "CREATE TRIGGER quiet AFTER INSERT ON finding BEGIN UPDATE finding SET status = 'rejected'; END"
        )
        connection.commit()
    reseal(folder)
    return "database"


def put_a_file_beside(folder: Path) -> str:
    (folder / "custody.db-journal").write_bytes(b"")
    return "files"


def write_into_the_lock(folder: Path) -> str:
    (folder / "lock").write_bytes(b"x")
    return "files"


def take_away_the_key_file(folder: Path) -> str:
    (folder / "log-key.vkey").unlink()
    return "open"


def replace_the_key_file(folder: Path) -> str:
    other = signer_of(9)
    rewrite(folder / "log-key.vkey", f"{verifier_key_of(other.name, other.public_key)}\n".encode())
    return "signer"


def sign_everything_anew_with_another_key(folder: Path) -> str:
    resign(folder, signer_of(9))
    return "signer"


FORGERIES: list[Callable[[Path], str]] = [
    flip_a_byte_of_an_object,
    change_the_header_of_an_object,
    swap_two_objects,
    plant_an_object,
    take_away_an_object,
    replace_an_object_by_a_link,
    flip_a_byte_of_a_payload,
    flip_a_byte_of_a_detail,
    change_the_letter_case_of_a_leaf,
    put_a_space_into_a_leaf,
    empty_a_payload_without_an_erasure,
    change_the_actor_with_all_commitments,
    remove_an_entry,
    remove_an_entry_and_close_the_gap,
    plant_an_entry,
    reorder_two_entries,
    cut_the_last_entries,
    cut_entries_and_nodes_but_not_the_checkpoint,
    change_a_node,
    plant_a_node,
    change_the_text_of_a_checkpoint,
    change_an_old_checkpoint,
    take_away_the_checkpoints,
    change_a_view_row,
    take_away_a_finding_from_the_views,
    plant_a_trigger,
    put_a_file_beside,
    write_into_the_lock,
    take_away_the_key_file,
    replace_the_key_file,
    sign_everything_anew_with_another_key,
]


def test_a_vault_nobody_changed_passes_every_row(folder: Path) -> None:
    rows = list(Vault.open(folder).checks(anchors=ANCHORS))
    assert {row.outcome for row in rows} == {"passed"}, rows


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.__name__)
def test_a_forgery_is_rejected_by_the_row_meant_for_it(folder: Path, forgery: Callable[[Path], str]) -> None:
    row = forgery(folder)
    assert row in names(failed(folder))


def test_an_older_vault_is_rejected_by_a_checkpoint_known_outside(pristine: Path, tmp_path: Path) -> None:
    older, newer = tmp_path / "older", tmp_path / "newer"
    shutil.copytree(pristine, older)
    shutil.copytree(pristine, newer)
    vault = Vault.open(newer)
    with vault.writer(signer=SIGNER, salts=counted_salts()) as writer:
        writer.record([event("view", {}, exhibits=(1,))])
    known = vault.checkpoint()
    assert failed(newer, older=known) == []
    assert failed(newer, older=Vault.open(older).checkpoint()) == []
    assert failed(older) == []  # without the checkpoint from outside nobody can tell
    assert names(failed(older, older=known)) == {"older checkpoint"}


def test_a_checkpoint_of_another_branch_is_rejected(folder: Path) -> None:
    other = signed(_checkpoint(20, b"\x05" * 32), SIGNER)
    assert names(failed(folder, older=other)) == {"older checkpoint"}
    strangers = signed(Vault.open(folder).checkpoint(20).checkpoint, signer_of(2))
    assert names(failed(folder, older=strangers)) == {"older checkpoint"}


def test_a_new_key_without_an_anchor_is_not_checked_and_never_looks_like_a_pass(folder: Path) -> None:
    resign(folder, signer_of(9))
    rows = list(Vault.open(folder).checks())
    assert holds(rows)
    signer = [row for row in rows if row.name == "signer"]
    assert [(row.outcome, row.reason) for row in signer] == [("not_checked", SIGNER_NOT_CHECKED)]


def test_no_writer_signs_over_a_log_that_was_cut(folder: Path) -> None:
    cut_the_last_entries(folder)
    with (
        pytest.raises(IntegrityError, match=r"custody\.db"),
        Vault.open(folder).writer(signer=SIGNER, salts=counted_salts()),
    ):
        pass


def test_no_writer_seals_over_a_database_changed_at_rest(folder: Path) -> None:
    path = folder / "custody.db"
    path.write_bytes(flipped(path.read_bytes(), -1))
    with (
        pytest.raises(IntegrityError, match=r"custody\.db"),
        Vault.open(folder).writer(signer=SIGNER, salts=counted_salts()),
    ):
        pass
    assert (folder / "custody.seal").exists()


def test_another_key_cannot_write(folder: Path) -> None:
    with pytest.raises(UsageError), Vault.open(folder).writer(signer=signer_of(9), salts=counted_salts()):
        pass


def test_a_write_ahead_file_beside_a_sealed_database_is_named(folder: Path) -> None:
    (folder / "custody.db-wal").write_bytes(b"\x00" * 40)
    assert any("custody.db-wal" in row.reason for row in failed(folder))


# --- tokens -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tsa():
    with LoopbackTsa() as authority:
        yield authority


def stamped(folder: Path, tsa: LoopbackTsa, *, size: int | None = None) -> Vault:
    vault = Vault.open(folder)
    head = vault.checkpoint()
    got = stamp(head.note(), tsa.url, post_query)
    body = {
        "size": head.checkpoint.size if size is None else size,
        "token": base64.b64encode(got.token).decode(),
        "authority": got.authority,
        "at": got.at,
    }
    with vault.writer(signer=SIGNER, salts=counted_salts()) as writer:
        writer.record([event("attest_time", body, case="")])
    return vault


def test_a_token_is_checked_against_roots_from_outside_only(folder: Path, tsa: LoopbackTsa) -> None:
    stamped(folder, tsa)
    without = [row for row in Vault.open(folder).checks() if row.name == "timestamp"]
    assert [row.outcome for row in without] == ["not_checked"]
    anchors = Anchors(tsa_roots=tsa.roots_pem)
    with_roots = [row for row in Vault.open(folder).checks(anchors=anchors) if row.name == "timestamp"]
    assert [row.outcome for row in with_roots] == ["passed"]
    assert "these bytes existed by" in with_roots[0].reason
    with LoopbackTsa("Another authority") as stranger:
        other = Anchors(tsa_roots=stranger.roots_pem)
        assert names(failed(folder, anchors=other)) == {"timestamp"}


def test_a_token_over_another_checkpoint_is_rejected(folder: Path, tsa: LoopbackTsa) -> None:
    stamped(folder, tsa, size=20)
    assert names(failed(folder)) == {"timestamp"}


def test_a_token_of_a_size_that_was_never_signed_is_rejected(folder: Path, tsa: LoopbackTsa) -> None:
    stamped(folder, tsa, size=999)
    assert names(failed(folder)) == {"timestamp"}


def test_a_token_swapped_in_the_views_is_rejected(folder: Path, tsa: LoopbackTsa) -> None:
    stamped(folder, tsa)
    other = base64.b64encode(stamp(b"other bytes", tsa.url, post_query).token).decode()
    alter(folder, ("UPDATE token SET token = ?", (other,)))
    assert names(failed(folder)) == {"timestamp", "views"}


# --- every byte -------------------------------------------------------------------------------


def test_a_changed_byte_anywhere_in_a_sealed_vault_names_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    salts = counted_salts()
    vault = new_vault(folder, salts)
    with vault.writer(signer=SIGNER, salts=salts) as writer:
        writer.record([case_opened(), admission(vault, PAGE.encode() * 40, 1)])
    tried, missed = 0, []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content, shown = path.read_bytes(), path.relative_to(folder).as_posix()
        path.chmod(0o600)
        for place in range(0, len(content), 1 if len(content) < 200 else 97):
            path.write_bytes(flipped(content, place))
            tried += 1
            if not _named(folder, shown):
                missed.append((shown, place))
        path.write_bytes(content)
    sys.stdout.write(f"{tried} changed bytes, {len(missed)} not named\n")
    assert tried > 1000
    assert missed == []
    assert failed(folder) == []


def _named(folder: Path, shown: str) -> bool:
    try:
        rows = Vault.open(folder).checks()
        return any(row.outcome == "failed" and shown in f"{row.what} {row.reason}" for row in rows)
    except CounterclaimError as error:
        return shown in str(error)


def test_erased_content_is_gone_from_every_file_and_old_proofs_still_hold(tmp_path: Path) -> None:
    from counterclaim.record.custody import consistency_holds, inclusion_holds

    folder, salts, secret = tmp_path / "vault", counted_salts(), "a name nobody may read"
    vault = new_vault(folder, salts)
    with vault.writer(signer=SIGNER, salts=salts) as writer:
        writer.record([case_opened(), event("inquiry", {"asked": secret}), event("view", {})])
        before = vault.checkpoint().checkpoint
        entry, proof = vault.entry(2), vault.inclusion(2, before.size)
        assert any(secret.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())
        writer.erase([2], event=event("erase", {"entries": [2], "why": "asked for"}))
    assert not any(secret.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    left = vault.entry(2)
    assert (left.leaf, left.payload, left.detail) == (entry.leaf, None, None)
    head = vault.checkpoint().checkpoint
    assert inclusion_holds(leaf=leaf_hash(left.leaf), index=2, size=before.size, proof=proof, root=before.root)
    assert consistency_holds(
        old_size=before.size, old_root=before.root, size=head.size, root=head.root, proof=vault.consistency(before.size)
    )
    assert vault.notes(CASE, "inquiry") == ()
    assert failed(folder) == []
    with vault.writer(signer=SIGNER, salts=salts) as writer:
        for index in (0, 2, 4, 99):
            with pytest.raises(UsageError):
                writer.erase([index], event=event("erase", {"entries": [index]}))
