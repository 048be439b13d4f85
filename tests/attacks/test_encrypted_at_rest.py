"""A thief with the disk looks for what was in the vault, and somebody who may write into it changes what lies there."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from counterclaim.desk.admit import Arrival, admit_contents
from counterclaim.desk.backup import backup
from counterclaim.desk.cases import open_case
from counterclaim.desk.examine import brief_of, examine
from counterclaim.desk.journey import accept_all
from counterclaim.desk.open import new_vault
from counterclaim.desk.read import read
from counterclaim.desk.search import search
from counterclaim.record.errors import IntegrityError, MalformedError, StorageError, UsageError
from counterclaim.vault import cipher, database, object_keys
from counterclaim.vault.database import Database, create_database
from counterclaim.vault.objects import Objects
from counterclaim.vault.secret import VaultKeys
from counterclaim.vault.slots import Factors
from counterclaim.vault.vault import Vault
from pictures import rendered
from rest_room import KEY_FILE, every_file, hits, sealed_vault
from size import FULL
from vault_room import CASE, SIGNER, admission, counted_salts, event, furnished_vault

# --- canaries ---------------------------------------------------------------------------------

SENTENCE = "Anahit Canaryan says that she was beaten in the cellar of Zinnober Street."
NAMES = {
    "victim's name": b"Anahit Canaryan",
    "sentence": SENTENCE.encode(),
    "file name": b"canary-cellar-7731.html",
    "picture's name": b"canary-photo-7731.jpg",
    "case title": b"The Zinnober canary case",
    "case name": b"zinnober-canary",
    "note": b"canary note: she called twice from Ochre Lane",
}


def travelled(home: Path, factors: Factors | None) -> dict[str, bytes]:
    """A journey through the verbs that keep things; returns the canaries, those it made itself included."""
    desk = new_vault(home / "vault", factors=factors, keys_home=home / "config")
    name = NAMES["case name"].decode()
    open_case(desk, name=name, title=NAMES["case title"].decode(), purpose="p", risk_assessment="none")
    page = f"<html><body><article><h1>Cellar</h1><p>{SENTENCE}</p></article></body></html>".encode()
    photo = rendered(7731, width=320, height=240)
    arrivals = [
        Arrival(input="1", name=NAMES["file name"].decode(), content=page),
        Arrival(input="2", name=NAMES["picture's name"].decode(), content=photo),
    ]
    admit_contents(desk, arrivals, case=name)
    examine(desk, case=name, brief=brief_of())
    read(desk, case=name)
    accept_all(desk, case=name)
    desk.record(desk.event("inquiry", case=name, body={"searched": NAMES["note"].decode()}))
    assert search(desk, "Anahit", case=name)
    if factors is not None:
        backup(desk, home / "vault.backup")
    digests = {f"digest {n}": bytes.fromhex(one.sha256) for n, one in enumerate(desk.vault.exhibits(name))}
    codes = {f"code {n}": bytes.fromhex(one.code.partition(":")[2]) for n, one in enumerate(desk.vault.codes(name)[:3])}
    assert len(digests) == 2
    assert codes
    return NAMES | digests | codes | {"picture's bytes": photo[200:264], "page's bytes": page[:64]}


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every place a program writes to, in one folder."""
    for name, variable in (("tmp", "TMPDIR"), ("config", "COUNTERCLAIM_CONFIG"), ("run", "XDG_RUNTIME_DIR")):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(variable, str(tmp_path / name))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


def test_no_canary_stands_in_any_file_of_an_encrypted_vault(elsewhere: Path, measured) -> None:
    canaries = travelled(elsewhere, Factors(key_file=KEY_FILE))
    files = list(every_file(elsewhere))
    found = hits(canaries, elsewhere)
    measured(
        f"canaries: {len(canaries)} in every form over {len(files)} files of an encrypted vault: {len(found)} hits"
    )
    assert found == []
    assert {path.suffix for path in files} >= {".db", ".backup", ".pem", ".json"}


def test_the_same_search_finds_every_canary_in_a_plain_vault(elsewhere: Path) -> None:
    canaries = travelled(elsewhere, None)
    found = hits(canaries, elsewhere)
    assert {name for name in canaries if not any(f" {name} as " in one for one in found)} == set()


def test_the_files_of_a_vault_are_these_and_no_index_lies_beside_them(tmp_path: Path) -> None:
    sealed_vault(tmp_path / "vault")
    names = {path.name for path in (tmp_path / "vault").iterdir()}
    assert names == {"format", "lock", "log-key.vkey", "unlock.json", "custody.db", "custody.seal", "objects"}


WRITER = """
import os, sys
sys.path[:0] = [{tests!r}]
from pathlib import Path
from counterclaim.desk.admit import Arrival, admit_contents
from counterclaim.desk.locking import Opening
from counterclaim.desk.open import open_desk
desk = open_desk(Path({vault!r}), opening=Opening(key_file=Path({key!r})))
turn = 0
while True:
    turn += 1
    content = {sentence!r}.encode() * 400 + os.urandom(16)
    admit_contents(desk, [Arrival(input="x", name=f"canary-cellar-7731-{{turn}}.html", content=content)], case="c")
    print(turn, flush=True)
"""


def test_a_writer_killed_in_the_middle_leaves_no_canary(elsewhere: Path) -> None:
    desk = new_vault(elsewhere / "vault", factors=Factors(key_file=KEY_FILE))
    open_case(desk, name="c", title="c", purpose="p", risk_assessment="none")
    key = elsewhere.parent / f"{elsewhere.name}.key"
    key.write_bytes(KEY_FILE)
    code = WRITER.format(
        tests=str(Path(__file__).parent.parent), vault=str(elsewhere / "vault"), key=str(key), sentence=SENTENCE
    )
    canaries = {"sentence": SENTENCE.encode(), "name": b"canary-cellar-7731"}
    dice = random.Random(7731)
    for _ in range(20 if FULL else 3):
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        child.stdout.readline()
        time.sleep(dice.uniform(0, 0.3))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        assert hits(canaries, elsewhere) == []
    vault = Vault.open(elsewhere / "vault", desk.vault.keys)
    assert [check for check in vault.checks() if check.outcome == "failed"] == []
    assert vault.exhibits("c")


# --- a library that does not encrypt ----------------------------------------------------------


def test_a_package_clash_writes_nothing_in_plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if another package had put plain SQLite where sqlcipher3 is looked for: it passes over the key in silence."""
    vault = sealed_vault(tmp_path / "vault")
    before = {path: path.read_bytes() for path in every_file(tmp_path)}
    monkeypatch.setattr(database, "cipher_driver", lambda: sqlite3)
    with pytest.raises(IntegrityError, match="library that encrypts") as caught:
        Vault.open(tmp_path / "vault", vault.keys).size()
    assert "Nothing was written" in caught.value.remedy()
    (tmp_path / "new").mkdir()
    with pytest.raises(IntegrityError, match="library that encrypts"):
        create_database(tmp_path / "new", bytes(32))
    assert {path: path.read_bytes() for path in every_file(tmp_path) if path.stat().st_size} == {
        path: content for path, content in before.items() if content
    }


def test_a_plain_file_under_an_encrypted_vault_is_refused_before_it_is_written_to(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    vault = sealed_vault(folder)
    furnished_vault(tmp_path / "plain")
    shutil.copyfile(tmp_path / "plain" / "custody.db", folder / "custody.db")
    with (
        pytest.raises(IntegrityError, match="an encrypted database"),
        Database(folder, vault.keys.database_key()).writing(),
    ):
        pass


def test_errors_of_the_other_driver_are_told_as_ours(tmp_path: Path) -> None:
    vault = sealed_vault(tmp_path / "vault")
    base = Database(tmp_path / "vault", vault.keys.database_key())
    with pytest.raises(IntegrityError), base.reading() as connection:
        connection.exec_driver_sql("SELECT * FROM nothing")
    with pytest.raises(IntegrityError), base.reading() as connection:
        connection.connection.driver_connection.execute("SELECT * FROM nothing")
    (tmp_path / "vault" / "custody.db").write_bytes(os.urandom(8192))
    with pytest.raises(IntegrityError):
        vault.size()


# --- objects ----------------------------------------------------------------------------------

KEY, NAME = bytes(32), "ab" * 16
LONG = random.Random(1).randbytes(3 * cipher.CHUNK_BYTES + 5)
SEALED = cipher.sealed(LONG, key=KEY, name=NAME)
FORGED = {
    "last chunk dropped": lambda pieces: pieces[:-1],
    "first chunk dropped": lambda pieces: [pieces[0], *pieces[2:]],
    "two chunks exchanged": lambda pieces: [pieces[0], pieces[2], pieces[1], *pieces[3:]],
    "a chunk doubled": lambda pieces: [*pieces[:2], pieces[1], *pieces[2:]],
    "bytes after the end": lambda pieces: [*pieces, b"more"],
    "cut in a chunk": lambda pieces: [*pieces[:-1], pieces[-1][:-1]],
    "header alone": lambda pieces: pieces[:1],
    "an older header": lambda pieces: [b"counterclaim-object/1\n", *pieces[1:]],
    "nothing": lambda _: [],
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_an_envelope_whose_order_or_length_changed_does_not_open(forge) -> None:
    assert cipher.opened(b"".join(SEALED), key=KEY, name=NAME) == LONG
    with pytest.raises(IntegrityError):
        cipher.opened(b"".join(forge(list(SEALED))), key=KEY, name=NAME)


def test_every_bit_of_a_short_envelope_counts() -> None:
    whole = b"".join(cipher.sealed(b"a short one", key=KEY, name=NAME))
    for place in range(len(whole) * 8):
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(IntegrityError):
            cipher.opened(bytes(changed), key=KEY, name=NAME)


@pytest.mark.parametrize(
    "size", [0, 1, 7, 8, 9, cipher.CHUNK_BYTES - 8, cipher.CHUNK_BYTES, 2 * cipher.CHUNK_BYTES + 1]
)
def test_an_object_comes_back_as_it_was_and_hides_its_exact_size(size: int) -> None:
    content = random.Random(size).randbytes(size)
    whole = b"".join(cipher.sealed(content, key=KEY, name=NAME))
    assert cipher.opened(whole, key=KEY, name=NAME) == content
    assert cipher.padded_size(size + 8) <= (size + 8) * 1.12 + 1
    with pytest.raises(IntegrityError):
        cipher.opened(whole, key=KEY, name="cd" * 16)


def test_a_key_wrapped_for_another_object_is_refused() -> None:
    keys = VaultKeys(bytes(32))
    wrapped = cipher.wrapped(KEY, name=NAME, recipients=[keys.identity().to_public()])
    assert cipher.unwrapped(wrapped, name=NAME, identity=keys.identity()) == KEY
    with pytest.raises(IntegrityError, match="another object's"):
        cipher.unwrapped(wrapped, name="cd" * 16, identity=keys.identity())
    with pytest.raises(IntegrityError, match="opens"):
        cipher.unwrapped(wrapped, name=NAME, identity=VaultKeys(bytes([1]) * 32).identity())


def test_an_exhibit_is_never_entered_without_its_key(tmp_path: Path) -> None:
    vault = sealed_vault(tmp_path / "vault")
    event = admission(vault, b"one more", 9, drawn="ee" * 16)
    elsewhere = Vault.open(tmp_path / "vault", vault.keys)  # this one did not draw the key
    with (
        elsewhere.writer(signer=SIGNER, salts=counted_salts()) as writer,
        pytest.raises(UsageError, match="kept since"),
    ):
        writer.record([event])
    assert len(elsewhere.exhibits(CASE)) == 3
    with vault.writer(signer=SIGNER, salts=counted_salts()) as writer:
        writer.record([event])
    assert elsewhere.content_of(elsewhere.exhibits(CASE)[-1]) == b"one more"


def test_two_equal_contents_have_nothing_in_common_on_disk(tmp_path: Path) -> None:
    vault = sealed_vault(tmp_path / "vault")
    objects: Objects = vault._objects
    objects.keep_all({"aa" * 16: LONG, "bb" * 16: LONG})
    one, two = ((tmp_path / "vault" / "objects" / n[:2] / f"{n}.kept").read_bytes() for n in ("aa" * 16, "bb" * 16))
    assert one[len(cipher.SEALED_HEADER) :][:64] != two[len(cipher.SEALED_HEADER) :][:64]


def test_an_erasure_takes_key_and_bytes_and_one_that_was_cut_off_is_finished(tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "vault"
    vault = sealed_vault(folder)
    first, second = vault.holdings(CASE)[:2]
    destroy = Objects.destroy

    def cut(*_: object) -> None:
        raise StorageError("an object that can be destroyed", "a power cut")

    def erase(holding) -> None:
        gone = event("erase", {"entries": [holding.entry], "why": "asked for"})
        with vault.writer(signer=SIGNER, salts=counted_salts()) as writer:
            writer.erase([holding.entry], event=gone)

    def left(holding) -> tuple[bool, bool]:
        with vault._database.reading() as connection:
            key = object_keys.key_of(connection, holding.object)
        return key is not None, (folder / "objects" / holding.object[:2] / holding.object).exists()

    erase(first)
    assert left(first) == (False, False)
    monkeypatch.setattr(Objects, "destroy", cut)
    with pytest.raises(StorageError):
        erase(second)
    assert left(second) == (False, True)  # the key is gone: what lies there can be read by nobody
    monkeypatch.setattr(Objects, "destroy", destroy)
    (folder / "custody.seal").unlink(missing_ok=True)
    with vault.writer(signer=SIGNER, salts=counted_salts()):
        pass
    assert left(second) == (False, False)
    assert [check for check in vault.checks() if check.outcome == "failed"] == []


# --- bit flips --------------------------------------------------------------------------------


def failing(vault_of) -> bool:
    """Whether a check fails, or the vault does not open at all: a flipped format number is a format nobody knows."""
    try:
        return any(check.outcome == "failed" for check in vault_of().checks())
    except (IntegrityError, MalformedError):
        return True


@pytest.mark.parametrize("form", ["plain", "encrypted", "encrypted, not sealed"])
def test_every_bit_that_flips_in_a_vault_is_noticed(tmp_path: Path, form: str, measured) -> None:
    folder = tmp_path / "vault"
    vault = furnished_vault(folder) if form == "plain" else sealed_vault(folder)
    keys = vault.keys
    if "not sealed" in form:
        (folder / "custody.seal").unlink()
    assert not failing(lambda: Vault.open(folder, keys))
    files = [path for path in every_file(folder) if path.stat().st_size]
    places = [(path, bit) for path in files for bit in range(path.stat().st_size * 8)]
    dice = random.Random(form)
    # Each trial runs all checks of a vault, so that all bits would take days: a sample, with many in the small files.
    small = [place for place in places if place[0].name != "custody.db"]
    whole = FULL and form == "plain"  # every bit beside the database, whose every bit the seal's own test tries
    first = small if whole else dice.sample(small, 1000 if FULL else 15)
    chosen = first + dice.sample(places, 2000 if FULL else 15)
    missed = []
    for path, bit in chosen:
        before = path.read_bytes()
        path.chmod(0o600)
        changed = bytearray(before)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        if not failing(lambda: Vault.open(folder, keys)):
            missed.append((path.name, bit))
        path.write_bytes(before)
    measured(
        f"single-bit flips, {form}: {len(chosen)} of {len(places)} bits tried through all checks, {len(missed)} missed"
    )
    assert missed == []


def test_the_hmac_of_a_page_notices_a_flip_in_any_byte_of_an_encrypted_database(tmp_path: Path, measured) -> None:
    folder = tmp_path / "vault"
    vault = sealed_vault(folder)
    base = Database(folder, vault.keys.database_key())
    path, dice = folder / "custody.db", random.Random(4)
    before = path.read_bytes()
    chosen = range(len(before)) if FULL else dice.sample(range(len(before)), 150)
    missed = []
    for place in chosen:
        changed = bytearray(before)
        changed[place] ^= 1 << dice.randrange(8)
        path.write_bytes(changed)
        try:
            if not base.damaged_pages():
                missed.append(place)
        except IntegrityError:
            continue
    path.write_bytes(before)
    measured(f"flips in an encrypted database: its pages' HMACs missed {len(missed)} of {len(chosen)} bytes")
    assert missed == []


def test_sqlites_own_check_finds_few_flips_that_the_seal_finds_all(tmp_path: Path, measured) -> None:
    from counterclaim.vault.seal import check_seal

    folder = tmp_path / "vault"
    furnished_vault(folder)
    path = folder / "custody.db"
    before = path.read_bytes()
    bits = len(before) * 8
    chosen = range(bits) if FULL else random.Random(5).sample(range(bits), 2000)
    missed = 0
    for bit in chosen:
        changed = bytearray(before)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        try:
            check_seal(folder)
            missed += 1
        except IntegrityError:
            pass
    own = random.Random(6).sample(range(bits), 2000 if FULL else 200)
    found = sum(_own_check_fails(before, bit, tmp_path / "copy.db") for bit in own)
    measured(
        f"single-bit flips of the plain database: the seal missed {missed} of {len(chosen)}; "
        f"SQLite's integrity_check found {found} of {len(own)}"
    )
    assert missed == 0
    assert found < len(own) / 2


def _own_check_fails(before: bytes, bit: int, path: Path) -> bool:
    changed = bytearray(before)
    changed[bit // 8] ^= 1 << bit % 8
    path.write_bytes(changed)
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute("PRAGMA integrity_check")] != ["ok"]
    except (sqlite3.Error, UnicodeDecodeError):  # its own message can hold the broken bytes
        return True
    finally:
        connection.close()
