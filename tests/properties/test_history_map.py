"""The stored map grows along a few ways only, and is at every step the map folded from nothing."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest

from counterclaim.record.custody import leaf_hash, root_of
from counterclaim.record.errors import IntegrityError, MalformedError, UsageError
from counterclaim.record.history import NOTHING, History, bits_of, history_key, map_nodes
from counterclaim.record.multiproof import root_of_multiproof
from counterclaim.vault import history_map
from counterclaim.vault.database import database_in_memory
from counterclaim.vault.histories import tag_of
from counterclaim.vault.history_checks import HistoryFold, HistoryRow
from counterclaim.vault.history_map import MapNode, grow, nodes_towards, put_nodes, root_of_nodes, stored_nodes
from counterclaim.vault.vault import Vault
from vault_room import CASE, SIGNER, case_opened, counted_salts, event, furnished_vault, new_vault, roots_of_histories


def test_a_map_grown_in_any_batches_is_the_map_folded_from_nothing() -> None:
    for seed in range(40):
        dice = random.Random(seed)
        nodes: dict[str, MapNode] = {}
        digests: dict[bytes, bytes] = {}
        with database_in_memory() as connection:
            for _ in range(dice.randrange(1, 12)):
                # Few distinct first bytes: keys share long beginnings, and leaves are pushed down.
                keys = [bytes([dice.randrange(3), dice.randrange(4)]) + dice.randbytes(30) for _ in range(8)]
                changes = {key: dice.randbytes(32) for key in [*keys, *dice.sample([*digests], len(digests) // 3)]}
                digests |= changes
                grow(nodes, changes)
                near = nodes_towards(connection, changes)
                put_nodes(connection, near, grow(near, changes))
                wanted = map_nodes(digests)
                assert {way: node.hash for way, node in nodes.items()} == wanted
                assert stored_nodes(connection) == nodes
                leaves = {node.key for node in nodes.values()} - {None}
                assert leaves == {*digests}
                assert root_of_nodes(near) == root_of_nodes(nodes) == wanted[""]


def test_two_keys_that_part_at_the_last_bit_have_their_places() -> None:
    first, second = bytes(32), bytes(31) + b"\x01"
    nodes: dict[str, MapNode] = {}
    grow(nodes, {first: b"a" * 32})
    grow(nodes, {second: b"b" * 32})
    assert {way: node.hash for way, node in nodes.items()} == map_nodes({first: b"a" * 32, second: b"b" * 32})
    assert history_map.depth_of(nodes, second) == 256
    with pytest.raises(IntegrityError):
        history_map.depth_of(nodes, b"\xff" * 32)


def test_a_running_digest_is_the_digest_of_the_whole_history() -> None:
    leaves = [leaf_hash(str(index).encode()) for index in range(60)]
    about = [("", ()) if index % 3 else (CASE, (7,)) for index in range(60)]
    fold, tag, entries = HistoryFold(leaves, about), tag_of(leaves[0], CASE, 7), []
    for index in range(0, 60, 3):
        salt = hashlib.sha256(bytes([index])).digest()[:16]
        row = HistoryRow(tag=tag, nth=len(entries), idx=index, exhibit=7, salt=salt)
        assert fold.add(index, [row]) is None
        entries.append(index)
        history = History(exhibit=7, key=history_key(leaves[0], 7), entries=tuple(entries), salt=salt)
        assert fold.root() == history.digest()


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return furnished_vault(tmp_path_factory.mktemp("histories") / "vault")


def test_every_checkpoint_signs_the_map_of_its_entries(vault: Vault) -> None:
    with vault._database.reading() as connection:
        roots = roots_of_histories(connection.connection.driver_connection)
        sizes = [row[0] for row in connection.exec_driver_sql("SELECT size FROM checkpoint ORDER BY size")]
    assert len(sizes) > 10
    for size in sizes:
        assert vault.checkpoint(size).checkpoint.histories == roots[size]
    assert vault.checkpoint(1).checkpoint.histories == NOTHING


def test_the_histories_of_exhibits_lead_to_the_signed_root_and_list_every_entry(vault: Vault) -> None:
    head = vault.checkpoint().checkpoint
    for chosen in ([1], [2], [3], [1, 2], [3, 1], [1, 2, 3]):
        proof = vault.histories(CASE, chosen)
        assert proof.root() == head.histories
        assert [history.key for history, _ in proof.histories] == sorted(h.key for h, _ in proof.histories)
        for history, depth in proof.histories:
            told = [entry.index for entry in vault.entries(CASE, history.exhibit)]
            assert list(history.entries) == told
            first = leaf_hash(vault.entry(history.entries[0]).leaf)
            assert history.key == history_key(first, history.exhibit)
            assert depth <= len(bits_of(history.key))
        entries = sorted({index for history, _ in proof.histories for index in history.entries})
        leaves = {index: leaf_hash(vault.entry(index).leaf) for index in entries}
        assert root_of_multiproof(leaves, head.size, vault.multiproof(entries, head.size)) == head.root
    with pytest.raises(UsageError, match="E9"):
        vault.histories(CASE, [1, 9])
    with pytest.raises(UsageError):
        vault.histories("another case", [1])


def test_a_multiproof_from_stored_nodes_holds_at_every_size(vault: Vault) -> None:
    leaves = [leaf_hash(entry.leaf) for entry in vault.entries()]
    dice = random.Random(5)
    for size in range(1, len(leaves) + 1):
        chosen = dice.sample(range(size), dice.randrange(1, size + 1))
        proof = vault.multiproof(chosen, size)
        assert root_of_multiproof({at: leaves[at] for at in chosen}, size, proof) == root_of(leaves[:size])
    with pytest.raises(MalformedError):
        vault.multiproof([0], len(leaves) + 1)
    with pytest.raises(MalformedError):
        vault.multiproof([len(leaves)], len(leaves))


def test_equal_numbers_of_two_cases_have_two_histories(tmp_path: Path) -> None:
    salts = counted_salts()
    vault = new_vault(tmp_path / "vault", salts)
    with vault.writer(signer=SIGNER, salts=salts) as writer:
        writer.record([case_opened("one"), case_opened("two")])
        writer.record([event("view", {}, exhibits=(1,), case="one"), event("view", {}, exhibits=(1,), case="two")])
        writer.record([event("view", {}, exhibits=(1, 1, 2), case="one")])
    told = {case: vault.histories(case, [1]).histories[0][0] for case in ("one", "two")}
    assert [told["one"].entries, told["two"].entries] == [(3, 5), (4,)]
    assert told["one"].key != told["two"].key
    assert vault.histories("one", [2]).histories[0][0].entries == (5,)


def test_salts_of_entries_come_before_those_of_histories(tmp_path: Path) -> None:
    vault = new_vault(tmp_path / "vault", counted_salts())
    drawn: list[bytes] = []
    salts = counted_salts()

    def noted() -> bytes:
        drawn.append(salts())
        return drawn[-1]

    with vault.writer(signer=SIGNER, salts=noted) as writer:
        entries = writer.record([case_opened(), event("view", {}, exhibits=(1, 2)), event("view", {})])
    assert len(drawn) == 2 * 3 + 2
    for place, entry in enumerate(entries):
        assert drawn[2 * place].hex().encode() in (entry.payload or b"")
        assert drawn[2 * place + 1].hex().encode() in (entry.detail or b"")
    assert [vault.histories(CASE, [number]).histories[0][0].salt for number in (1, 2)] == drawn[-2:]
