"""What is erased is found nowhere in the vault's folder, and everything said before still verifies."""

from __future__ import annotations

import secrets
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from test_migrate_journey import unpacked

from counterclaim.cli.main import main
from counterclaim.desk.admit import Arrival, admit_contents
from counterclaim.desk.cases import grant, open_case
from counterclaim.desk.erase import REASONS, erase, plan_of
from counterclaim.desk.examine import examine
from counterclaim.desk.judge import accept, undecided
from counterclaim.desk.migrate import migrate
from counterclaim.desk.open import Desk, new_vault, open_desk
from counterclaim.desk.publish import publish
from counterclaim.desk.read import read
from counterclaim.desk.verify import verify
from counterclaim.examine.examiner import Brief
from counterclaim.record.canonical import plain_of_json, sha256_hex
from counterclaim.record.check import Anchors, holds
from counterclaim.record.custody import Entry, inclusion_holds, leaf_hash
from counterclaim.record.errors import PolicyError, StorageError, UsageError
from counterclaim.vault import database, erasure, objects
from counterclaim.vault.views import digests_of_views, rebuild
from size import FULL
from vault_room import event

CASE_NAME = "room"


def case_of(desk: Desk) -> Desk:
    open_case(desk, name=CASE_NAME, title="A room", purpose="preservation", risk_assessment="low")
    return desk


def admitted(desk: Desk, name: str, content: bytes) -> int:
    receipt = admit_contents(desk, [Arrival(input=name, name=name, content=content)], case=CASE_NAME)
    exhibit = receipt.rows[0].exhibit
    assert exhibit is not None
    return exhibit.number


def canaries_of(desk: Desk, entries: tuple[int, ...]) -> dict[str, bytes]:
    """What the entries say that is nowhere else: their salts, their digests, the exhibit's name, object and bytes."""
    found: dict[str, bytes] = {}
    for index in entries:
        entry = desk.vault.entry(index)
        for part, content in (("payload", entry.payload), ("detail", entry.detail)):
            assert content is not None
            plain = plain_of_json(content)
            assert isinstance(plain, dict)
            found[f"{part} salt of {index}"] = str(plain["salt"]).encode()
            found[f"{part} of {index}"] = content
        found[f"detail digest of {index}"] = sha256_hex(entry.detail or b"").encode()
    return found


def places(folder: Path, canary: bytes) -> list[str]:
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and canary in path.read_bytes()
    ]


@pytest.fixture
def furnished(desk: Desk) -> Desk:
    """Two exhibits with acts of every kind, one judgement on both, one finding that names the other's digest."""
    case_of(desk)
    first = admitted(
        desk,
        "canaryname-Lale.txt",
        b"canarywords: she was taken to the canarybasement " + secrets.token_hex(20).encode(),
    )
    second = admitted(desk, "other.txt", b"other words " + secrets.token_hex(20).encode())
    assert (first, second) == (1, 2)
    return desk


def everything_read(desk: Desk) -> None:
    read(desk, case=CASE_NAME)
    if waiting := undecided(desk, case=CASE_NAME):
        accept(desk, waiting, case=CASE_NAME, why="canaryreason")


def test_an_exhibit_is_erased_with_all_that_was_entered_about_it(furnished: Desk) -> None:
    everything_read(furnished)
    vault, folder = furnished.vault, furnished.vault.folder
    furnished.record(furnished.event("view", case=CASE_NAME, exhibits=(1,), body={}))
    holding = vault.holding(CASE_NAME, 1)
    assert holding is not None
    before = vault.checkpoint().checkpoint
    plan = plan_of(furnished, case=CASE_NAME, exhibit=1)
    assert set(plan.entries) == {entry.index for entry in vault.entries(CASE_NAME, 1)}
    proofs = {index: (vault.entry(index).leaf, vault.inclusion(index, before.size)) for index in plan.entries}
    canaries = canaries_of(furnished, plan.entries) | {
        "name": b"canaryname", "a word": b"canarywords", "digest": holding.exhibit.sha256.encode(),
        "raw digest": bytes.fromhex(holding.exhibit.sha256), "words": b"canarybasement",
    }  # fmt: skip
    assert all(places(folder, canary) for name, canary in canaries.items() if name != "raw digest")
    done = erase(furnished, plan, reason="consent-withdrawn")
    assert {name: places(folder, canary) for name, canary in canaries.items() if places(folder, canary)} == {}
    assert (done.objects, done.pages_left) == (1, False)
    assert not list(folder.glob(f"objects/*/{holding.object}*"))
    for index, (leaf, proof) in proofs.items():
        assert vault.entry(index) == Entry(index=index, leaf=leaf, payload=None, detail=None)
        assert inclusion_holds(leaf=leaf_hash(leaf), index=index, size=before.size, proof=proof, root=before.root)
    rows = list(vault.checks(anchors=Anchors(fingerprint=furnished.fingerprint()), older=vault.checkpoint(before.size)))
    assert {row.outcome for row in rows} == {"passed"}, rows
    told = vault.entry(done.record).event()
    assert told is not None
    assert (told.kind, 1 in told.exhibits) == ("erase", True)
    assert {**told.body} == {"entries": list(plan.entries), "objects": [holding.object], "reason": "consent-withdrawn"}
    assert (*plan.entries, done.record) == vault.histories(CASE_NAME, [1]).histories[0][0].entries
    assert [exhibit.number for exhibit in vault.exhibits(CASE_NAME)] == [2]


def test_the_views_after_an_erasure_are_those_of_a_fresh_fold(furnished: Desk) -> None:
    everything_read(furnished)
    erase(furnished, plan_of(furnished, case=CASE_NAME, exhibit=1), reason="mistake")
    with furnished.vault._database.writing() as connection:
        before = digests_of_views(connection)
        rebuild(connection)
        assert digests_of_views(connection) == before


def test_an_object_key_goes_with_its_exhibit_in_an_encrypted_vault(tmp_path: Path) -> None:
    from counterclaim.vault.slots import Factors

    desk = case_of(new_vault(tmp_path / "vault", factors=Factors(passphrase="long enough to be one")))
    admitted(desk, "a.txt", b"some words " * 9)
    admitted(desk, "b.txt", b"other words " * 9)
    erase(desk, plan_of(desk, case=CASE_NAME, exhibit=1), reason="ordered")
    with desk.vault._database.reading() as connection:
        assert len(connection.exec_driver_sql("SELECT 1 FROM object_key").all()) == 1
    assert holds(desk.vault.checks())
    assert len(list(desk.vault.folder.glob("objects/*/*"))) == 1


def test_the_number_of_an_erased_exhibit_is_not_given_again(furnished: Desk) -> None:
    erase(furnished, plan_of(furnished, case=CASE_NAME, exhibit=2), reason="mistake")
    assert admitted(furnished, "third.txt", b"third words") == 3
    assert furnished.vault.histories(CASE_NAME, [2]).histories[0][0].entries != ()


def test_a_finding_on_another_exhibit_that_names_the_digest_goes_too_and_is_pending_again(furnished: Desk) -> None:
    examine(furnished, case=CASE_NAME, brief=Brief())
    holding = furnished.vault.holding(CASE_NAME, 1)
    assert holding is not None
    (entry, *_) = [
        one for one in furnished.vault.entries(CASE_NAME, 2) if (one.event() or event("view", {})).kind == "examine"
    ]
    found = entry.event()
    assert found is not None
    held = {**found.body, "held": [holding.exhibit.sha256]}
    body = {**held, "finding": {**held["finding"], "id": "E2.again", "brief_sha256": "ab" * 32}}
    furnished.record(furnished.event("examine", case=CASE_NAME, exhibits=(2,), body=body))
    naming = furnished.vault.size() - 1
    plan = plan_of(furnished, case=CASE_NAME, exhibit=1)
    assert naming in plan.entries
    assert plan.also == (2,)
    erase(furnished, plan, reason="mistake")
    assert places(furnished.vault.folder, holding.exhibit.sha256.encode()) == []
    assert entry.index not in plan.entries


def test_a_judgement_on_several_exhibits_stays_where_the_person_says_so(furnished: Desk) -> None:
    examine(furnished, case=CASE_NAME, brief=Brief())
    ids = [finding.id for finding in furnished.vault.findings(CASE_NAME)]
    assert len({one.partition(".")[0] for one in ids}) == 2
    furnished.record(furnished.event("accept", case=CASE_NAME, exhibits=(1, 2), body={"ids": ids, "why": "seen"}))
    shared = furnished.vault.size() - 1
    whole = plan_of(furnished, case=CASE_NAME, exhibit=1)
    kept = plan_of(furnished, case=CASE_NAME, exhibit=1, keep_shared=True)
    assert (set(whole.entries) - set(kept.entries), kept.mentions) == ({shared}, ((shared, "accept"),))
    erase(furnished, kept, reason="mistake")
    assert {finding.status for finding in furnished.vault.findings(CASE_NAME)} == {"accepted"}
    assert holds(furnished.vault.checks())


# --- who, what, and what is refused -----------------------------------------------------------


def test_only_a_role_that_may_erases(furnished: Desk) -> None:
    grant(furnished, case=CASE_NAME, name="Editor", role="editor")
    for name in ("Editor", "A stranger"):
        with pytest.raises(PolicyError):
            plan_of(furnished.acting_as(name), case=CASE_NAME, exhibit=1)


def test_entries_are_erased_by_number_and_an_exhibit_only_whole(furnished: Desk) -> None:
    furnished.record(furnished.event("inquiry", case=CASE_NAME, body={"asked": "canarynote"}))
    note, admit = furnished.vault.size() - 1, furnished.vault.entries(CASE_NAME, 1)[0].index
    furnished.record(furnished.event("view", case=CASE_NAME, exhibits=(1,), body={}))
    for entries in ([admit], [0], [1], [999], [note, 0]):
        with pytest.raises(UsageError):
            plan_of(furnished, case=CASE_NAME, entries=entries)
    with pytest.raises(UsageError):
        plan_of(furnished, case=CASE_NAME, exhibit=9)
    with pytest.raises(UsageError):
        plan_of(furnished, case=CASE_NAME, exhibit=1, entries=[note])
    with pytest.raises(UsageError):
        plan_of(furnished, case=CASE_NAME)
    erase(furnished, plan_of(furnished, case=CASE_NAME, entries=[note]), reason="unlawful")
    assert places(furnished.vault.folder, b"canarynote") == []
    with pytest.raises(UsageError):
        plan_of(furnished, case=CASE_NAME, entries=[note])
    assert holds(furnished.vault.checks())


def test_a_reason_is_one_of_a_few_words(furnished: Desk) -> None:
    plan = plan_of(furnished, case=CASE_NAME, exhibit=1)
    with pytest.raises(UsageError, match="consent-withdrawn"):
        erase(furnished, plan, reason="Lale asked for it")
    assert furnished.vault.exhibits(CASE_NAME)[0].number == 1


def test_what_was_entered_since_the_plan_is_not_erased_unseen(furnished: Desk) -> None:
    plan = plan_of(furnished, case=CASE_NAME, exhibit=1)
    furnished.record(furnished.event("view", case=CASE_NAME, exhibits=(1,), body={}))
    with pytest.raises(UsageError, match="planned"):
        erase(furnished, plan, reason="mistake")


def test_an_exhibit_is_erased_once(furnished: Desk) -> None:
    erase(furnished, plan_of(furnished, case=CASE_NAME, exhibit=1), reason="mistake")
    with pytest.raises(UsageError, match="erased before"):
        plan_of(furnished, case=CASE_NAME, exhibit=1)


def test_the_command_asks_nobody_who_is_not_there(furnished: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["erase", "--vault", str(furnished.vault.folder), "--case", CASE_NAME, "--exhibit", "1"]
    assert main([*given, "--reason", "mistake"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert main([*given, "--yes"]) == 2
    told = capsys.readouterr().err
    assert all(word in told for word in REASONS)
    assert len(furnished.vault.exhibits(CASE_NAME)) == 2
    assert main([*given, "--reason", "mistake", "--yes"]) == 0
    told = capsys.readouterr()
    assert "Erased" in told.out
    for words in ("Bags already published", "Backups", "SSD"):
        assert words in told.err
    assert len(furnished.vault.exhibits(CASE_NAME)) == 1
    assert (
        main(
            [
                "erase",
                "--vault",
                str(furnished.vault.folder),
                "--case",
                CASE_NAME,
                "--entries",
                "3,x",
                "--reason",
                "mistake",
                "--yes",
            ]
        )
        == 2
    )


# --- what stops in the middle -----------------------------------------------------------------


def test_bytes_that_could_not_be_destroyed_are_told_and_destroyed_by_the_next_writer(
    furnished: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    holding = furnished.vault.holding(CASE_NAME, 1)
    assert holding is not None

    def refuse(_: Path) -> None:
        raise OSError(5, "the disk gives an error")

    plan = plan_of(furnished, case=CASE_NAME, exhibit=1)
    with monkeypatch.context() as patched:
        patched.setattr(objects, "overwrite", refuse)
        with pytest.raises(StorageError):
            erase(furnished, plan, reason="mistake")
    folder = furnished.vault.folder
    assert places(folder, b"canarywords") == [f"objects/{holding.object[:2]}/{holding.object}"]
    rows = {row.what: row for row in furnished.vault.checks() if row.name == "object"}
    assert [row.outcome for row in rows.values()] == ["not_checked"]
    furnished.record(furnished.event("inquiry", case=CASE_NAME, body={}))
    assert places(folder, b"canarywords") == []
    assert {row.outcome for row in furnished.vault.checks(anchors=Anchors(fingerprint=furnished.fingerprint()))} == {
        "passed"
    }


def test_a_transaction_that_fails_erases_nothing(furnished: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise StorageError("room", "none")

    plan, size = plan_of(furnished, case=CASE_NAME, exhibit=1), furnished.vault.size()
    with monkeypatch.context() as patched:
        patched.setattr(erasure, "rebuild", fail)
        with pytest.raises(StorageError):
            erase(furnished, plan, reason="mistake")
    assert furnished.vault.size() == size
    assert furnished.vault.content_of(furnished.vault.exhibits(CASE_NAME)[0]).startswith(b"canarywords")
    assert holds(furnished.vault.checks())


def test_pages_a_reader_holds_back_are_told_and_overwritten_at_the_next_close(
    furnished: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOCK_WAIT_SECONDS", 0.1)
    plan = plan_of(furnished, case=CASE_NAME, exhibit=1)
    with closing(sqlite3.connect(furnished.vault.folder / "custody.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entry").fetchone()
        done = erase(furnished, plan, reason="mistake")
        assert done.pages_left
    furnished.record(furnished.event("inquiry", case=CASE_NAME, body={}))
    assert places(furnished.vault.folder, b"canaryname") == []


def test_bags_published_before_verify_after_what_they_hold_was_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = unpacked(1, tmp_path)
    monkeypatch.setenv("COUNTERCLAIM_CONFIG", str(tmp_path / "config"))
    migrate(open_desk(folder))
    desk = open_desk(folder)
    case = desk.vault.cases()[0].name
    roles = desk.vault.roles(case)
    assert roles
    for exhibit in desk.vault.exhibits(case):
        erase(desk, plan_of(desk, case=case, exhibit=exhibit.number), reason="ordered")
    assert desk.vault.exhibits(case) == ()
    bag = tmp_path / "bag"
    given = [sys.executable, str(bag / "verify.py"), "--fingerprint", desk.fingerprint(), str(bag)]
    told = subprocess.run(given, check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout
    assert holds(desk.vault.checks())


def test_a_bag_holds_after_its_exhibit_is_erased_and_the_case_is_published_without_it(
    furnished: Desk, tmp_path: Path
) -> None:
    anchors = Anchors(fingerprint=furnished.fingerprint())
    examine(furnished, case=CASE_NAME, brief=Brief())
    everything_read(furnished)
    before, after = tmp_path / "before", tmp_path / "after"
    publish(furnished, case=CASE_NAME, into=before, profile="internal", recipient="nobody")
    erase(furnished, plan_of(furnished, case=CASE_NAME, exhibit=1, keep_shared=True), reason="ordered")
    publish(furnished, case=CASE_NAME, into=after, profile="internal", recipient="nobody")
    for bag in (before, after):
        rows = verify(bag, anchors=anchors)
        assert [row for row in rows if row.outcome == "failed"] == []
    assert b"canarywords" in b"".join(path.read_bytes() for path in before.rglob("*") if path.is_file())
    assert places(after, b"canarywords") == places(after, b"canaryname") == []
    assert holds(furnished.vault.checks(anchors=anchors))


@pytest.mark.parametrize("keep_shared", [True, False])
def test_a_case_is_published_after_an_erasure_took_judgements_on_other_exhibits_with_it(
    furnished: Desk, tmp_path: Path, *, keep_shared: bool
) -> None:
    examine(furnished, case=CASE_NAME, brief=Brief())
    everything_read(furnished)
    erase(furnished, plan_of(furnished, case=CASE_NAME, exhibit=1, keep_shared=keep_shared), reason="ordered")
    after = tmp_path / "after"
    published = publish(
        furnished, case=CASE_NAME, into=after, profile="internal", recipient="nobody", without_proposed=True
    )
    rows = verify(published.bag, anchors=Anchors(fingerprint=furnished.fingerprint()))
    assert [row for row in rows if row.outcome == "failed"] == []


def test_an_entry_erased_of_an_exhibit_that_stays_leaves_as_its_leaf_alone(furnished: Desk, tmp_path: Path) -> None:
    examine(furnished, case=CASE_NAME, brief=Brief())
    number = furnished.vault.exhibits(CASE_NAME)[0].number
    about = [entry.index for entry in furnished.vault.entries(CASE_NAME, exhibit=number)]
    erase(furnished, plan_of(furnished, case=CASE_NAME, entries=(about[-1],)), reason="ordered")
    bag = tmp_path / "bag"
    publish(furnished, case=CASE_NAME, into=bag, profile="internal", recipient="nobody", without_proposed=True)
    rows = verify(bag, anchors=Anchors(fingerprint=furnished.fingerprint()))
    assert [row for row in rows if row.outcome == "failed"] == []
    assert not list((bag / "custody" / "entries").glob(f"{about[-1]:08d}.*"))


# --- many -------------------------------------------------------------------------------------


@pytest.mark.timeout(3600)
def test_one_in_a_hundred_of_many_entries_is_erased_in_one_act_and_found_nowhere(
    furnished: Desk, tmp_path: Path, measured: Callable[[str], None]
) -> None:
    count, share = (100_000, 100) if FULL else (3_000, 100)
    desk, vault, folder = furnished, furnished.vault, furnished.vault.folder
    bags = [tmp_path / "bag 1", tmp_path / "bag 2"]
    for bag in bags:
        publish(desk, case=CASE_NAME, into=bag, profile="internal", recipient="nobody")
    with desk.writing() as writer:
        first = vault.size()
        for start in range(first, count, 1000):
            told = [(f"canary-{index}.", index % 97 + 1) for index in range(start, min(start + 1000, count))]
            writer.record(
                [desk.event("inquiry", case=CASE_NAME, exhibits=(n,), body={"found": word}) for word, n in told]
            )
    chosen = list(range(first, count, share))
    before = vault.checkpoint()
    size, root = before.checkpoint.size, before.checkpoint.root
    some = chosen[:: max(1, len(chosen) // 50)]
    old = [(vault.entry(index), vault.inclusion(index, size)) for index in some]
    canaries = [canary for entry, _ in old for canary in _traces(entry)] + [b"canary-%d." % index for index in chosen]
    begun = time.monotonic()
    erase(desk, plan_of(desk, case=CASE_NAME, entries=chosen), reason="retention-ended")
    seconds = time.monotonic() - begun
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not [canary for canary in canaries if canary in content], path
    for entry, proof in old:
        leaf = leaf_hash(vault.entry(entry.index).leaf)
        assert inclusion_holds(leaf=leaf, index=entry.index, size=size, proof=proof, root=root)
    assert [row for row in vault.checks(older=before) if row.outcome == "failed"] == []
    for bag in bags:
        assert holds(verify(bag, anchors=Anchors(fingerprint=desk.fingerprint())))
    measured(
        f"{len(chosen)} of {count} entries erased in one act in {seconds:.1f} s: {len(canaries)} traces of them (salts, "
        f"digests, words) found 0 times in the vault's files; {len(old)} proofs, 2 bags and the checkpoint from before hold"
    )


def _traces(entry: Entry) -> list[bytes]:
    payload, detail = plain_of_json(entry.payload or b""), plain_of_json(entry.detail or b"")
    assert isinstance(payload, dict)
    assert isinstance(detail, dict)
    return [str(payload["salt"]).encode(), str(detail["salt"]).encode(), str(payload["detail_sha256"]).encode()]
