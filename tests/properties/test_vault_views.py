"""Views are the log folded: dropped and folded again they are the same bytes, and every kind of event is kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect

from counterclaim.record.canonical import plain_of
from counterclaim.record.check import holds
from counterclaim.record.custody import EVENT_KINDS, consistency_holds, inclusion_holds, leaf_hash
from counterclaim.record.errors import MalformedError, UsageError
from counterclaim.record.finding import Declined
from counterclaim.vault.database import database_in_memory
from counterclaim.vault.tables import METADATA, VIEW_TABLES
from counterclaim.vault.vault import Vault
from vault_room import (
    CASE,
    PAGE,
    SIGNER,
    admission,
    case_opened,
    counted_salts,
    event,
    examination,
    furnished_vault,
    new_vault,
    reading_of,
)

FOLDED_KINDS = {
    "case_opened", "role_granted", "admit", "examine", "read", "accept", "reject", "edit", "ask", "assess", "weigh",
    "attest_time", "cosign", "not_used", "publish",
}  # fmt: skip


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return furnished_vault(tmp_path / "vault")


def rows_of(vault: Vault) -> list[str]:
    with closing(sqlite3.connect(vault.folder / "custody.db")) as connection:
        return [line for line in connection.iterdump() if "search_index" not in line]


def test_views_dropped_and_folded_again_are_the_same_bytes(vault: Vault) -> None:
    before, rows = vault.views_digest(), rows_of(vault)
    with vault.writer(signer=SIGNER, salts=counted_salts()) as writer:
        assert writer.rebuild_views() == before
    assert rows_of(vault) == rows
    assert [row.ref for row in vault.search(CASE, "beaten")] == ["E3"]


def test_the_digest_of_views_sees_every_table(vault: Vault) -> None:
    seen = set()
    with closing(sqlite3.connect(vault.folder / "custody.db")) as connection:
        for table in VIEW_TABLES:
            before = vault.views_digest()
            gone = connection.execute(f'DELETE FROM "{table.name}"').rowcount
            connection.commit()
            if gone:
                assert vault.views_digest() != before, table.name
                seen.add(table.name)
    assert {table.name for table in VIEW_TABLES} - seen == {"cosignature", "erased", "token"}


def test_two_vaults_of_the_same_events_salts_and_key_are_the_same_log(tmp_path: Path) -> None:
    first, second = furnished_vault(tmp_path / "one"), furnished_vault(tmp_path / "two")
    assert first.checkpoint().note() == second.checkpoint().note()
    assert first.views_digest() == second.views_digest()
    assert first.entries() == second.entries()


def test_the_tables_in_python_are_the_tables_in_sql() -> None:
    with database_in_memory() as connection:
        inspector = inspect(connection)
        for table in METADATA.sorted_tables:
            held = {column["name"] for column in inspector.get_columns(table.name)}
            assert held == set(table.columns.keys()), table.name
            keys = set(inspector.get_pk_constraint(table.name)["constrained_columns"])
            assert keys == set(table.primary_key.columns.keys()), table.name


@pytest.mark.parametrize("kind", sorted(EVENT_KINDS - FOLDED_KINDS))
def test_a_kind_without_a_view_of_its_own_is_kept_as_a_note(tmp_path: Path, kind: str) -> None:
    vault = new_vault(tmp_path / "vault")
    with vault.writer(signer=SIGNER, salts=counted_salts()) as writer:
        writer.record([event(kind, {"said": ["a", 1, None, True]}, exhibits=(2, 1))])
    (note,) = vault.notes(CASE, kind)
    assert note.plain == {"said": ["a", 1, None, True]}
    assert vault.activity(CASE)[0].exhibits == (1, 2)
    assert vault.entries(CASE, 2) == (vault.entry(1),)
    assert holds(vault.checks())


def test_an_unknown_kind_a_wrong_class_and_a_wrong_body_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    from dataclasses import replace

    vault = new_vault(tmp_path / "vault")
    good = event("view", {})
    wrong = [
        replace(good, kind="look"),
        replace(good, event_class="act"),
        event("case_opened", {}),
        event("examine", {"finding": {}, "exhibit_sha256": ""}, exhibits=(1,)),
        event("accept", {"ids": ["E9.a9"], "why": ""}),
        event("edit", {"id": "E9.a9", "plain": {}}),
        event("role_granted", {"actor": "p1", "role": ["owner"]}),
        event("not_used", {"exhibit": "two", "why": ""}),
        event("attest_time", {"size": [], "token": "", "authority": "", "at": ""}),
        event("cosign", {"size": 1, "line": "no line", "name": "w", "at": ""}),
        event("read", {"reading": plain_of(reading_of()), "readers": [], "prefix": "E1."}),
        event("inquiry", {"ratio": 0.5}),
    ]
    with vault.writer(signer=SIGNER, salts=counted_salts()) as writer:
        for event_of_kind in wrong:
            with pytest.raises(MalformedError):
                writer.record([good, event_of_kind])
        with pytest.raises(MalformedError):
            writer.record([])
    assert vault.size() == 1
    assert holds(vault.checks())
    with pytest.raises(UsageError):
        writer.record([good])


def test_the_same_bytes_twice_in_a_case_and_the_same_finding_twice_are_refused(tmp_path: Path) -> None:
    vault = new_vault(tmp_path / "vault")
    once = examination("E1.grid", b"picture", Declined(reason="none"))
    again = examination("E1.grid.2", b"picture", Declined(reason="none"))
    with vault.writer(signer=SIGNER, salts=counted_salts()) as writer:
        writer.record([case_opened(), admission(vault, b"picture", 1), once])
        for double in (admission(vault, b"picture", 2), once):
            with pytest.raises(MalformedError):
                writer.record([double])
        writer.record([again])  # another examiner name
    assert len(vault.exhibits(CASE)) == 1
    assert len(vault.findings(CASE)) == 2


def test_search_finds_beginnings_of_words_without_marks_and_within_the_case_only(tmp_path: Path) -> None:
    vault, salts = new_vault(tmp_path / "vault"), counted_salts()
    page = "Zərərçəkən şəxs döyüldüyünü bildirib. Задержанный сообщил об избиении. Beaten."
    with vault.writer(signer=SIGNER, salts=salts) as writer:
        for case in ("one", "two"):
            writer.record([case_opened(case), admission(vault, case.encode(), 1, case=case, name="Övladı.html")])
        document = plain_of(reading_of()) | {"accounts": [], "quotations": [], "damage": [], "entities": []}
        document["document"] = document["document"] | {"dom_text": page, "characters": len(page)}
        body = {"reading": document, "readers": ["page@1"], "prefix": "E1."}
        writer.record([event("read", body, exhibits=(1,), case="one")])
    for words in ("doyuldu", "ЗАДЕРЖАН избиен", "beat", '"beaten"', "zərər"):
        assert [row.ref for row in vault.search("one", words)] == ["E1"], words
    assert [row.kind for row in vault.search("two", "ovlad")] == ["exhibit"]
    assert vault.search("two", "beaten") == ()
    for words in ("", "* - ()", "w " * 99):
        with pytest.raises(UsageError):
            vault.search("one", words)


def test_stored_proofs_lead_to_every_signed_checkpoint(vault: Vault) -> None:
    head = vault.checkpoint().checkpoint
    sizes = [size for size in range(1, head.size + 1) if _has_checkpoint(vault, size)]
    assert len(sizes) == 16
    for size in sizes:
        older = vault.checkpoint(size).checkpoint
        for index in range(size):
            leaf, proof = leaf_hash(vault.entry(index).leaf), vault.inclusion(index, size)
            assert inclusion_holds(leaf=leaf, index=index, size=size, proof=proof, root=older.root)
        proof = vault.consistency(size)
        assert consistency_holds(old_size=size, old_root=older.root, size=head.size, root=head.root, proof=proof)


def _has_checkpoint(vault: Vault, size: int) -> bool:
    try:
        return vault.checkpoint(size).checkpoint.size == size
    except UsageError:
        return False


def test_a_newer_format_is_refused_with_its_number(vault: Vault) -> None:
    path = vault.folder / "format"
    path.chmod(0o600)
    path.write_bytes(b"counterclaim-vault 3\n")
    with pytest.raises(MalformedError, match="format 3") as caught:
        Vault.open(vault.folder)
    assert "newer" in caught.value.remedy()


def test_a_folder_that_is_no_vault_and_a_folder_that_is_full_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        Vault.open(tmp_path)
    (tmp_path / "letter").write_text(PAGE)
    with pytest.raises(UsageError):
        new_vault(tmp_path)
