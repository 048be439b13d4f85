"""Two organisations cosign by files: what extends the last one signed is signed, everything else is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterclaim.cli.main import main
from counterclaim.desk.cases import open_case
from counterclaim.desk.cosigner import Cosigner
from counterclaim.desk.open import Desk, new_vault
from counterclaim.record.checkpoint import Checkpoint, signed_checkpoint_of, verifier_key_of
from counterclaim.record.cosignature import CosignRequest, cosigned_at, cosigner_key_of
from counterclaim.record.custody import root_of
from counterclaim.record.errors import CounterclaimError, IntegrityError, MalformedError, PolicyError, UsageError
from counterclaim.vault.log import Ed25519Signer, signature_holds, signed

ORIGIN = "log.example/keeper"
KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
SIGNER = Ed25519Signer(ORIGIN, KEY)
LOG_KEY = verifier_key_of(ORIGIN, SIGNER.public_key)
LEAVES = [bytes([index]) * 32 for index in range(40)]


def note(size: int, *, leaves=LEAVES, signer=SIGNER, origin=ORIGIN, histories=None) -> bytes:
    head = Checkpoint(origin=origin, size=size, root=root_of(leaves[:size]), histories=histories)
    return signed(head, signer).note()


def asked(old: int, size: int, *, leaves=LEAVES, **told) -> bytes:
    from counterclaim.record.custody import consistency_proof

    proof = consistency_proof(leaves[:size], old)
    return CosignRequest(old_size=old, proof=proof, note=note(size, leaves=leaves, **told)).text()


@pytest.fixture
def cosigner(tmp_path) -> Cosigner:
    return Cosigner.opened(tmp_path / "config", name="partner.example/w")


def test_the_line_holds_over_the_checkpoint_and_the_partner_remembers_it(cosigner) -> None:
    done = cosigner.answer(asked(0, 5), log_key=LOG_KEY, clock=lambda: "2026-03-01T09:00:00Z")
    text = signed_checkpoint_of(note(5)).checkpoint.text().encode()
    held = cosigned_at(done.line, checkpoint_text=text, vkey=cosigner.vkey(), signature_holds=signature_holds)
    assert held == 1772355600
    assert (done.before, done.size) == (0, 5)
    again = cosigner.answer(asked(5, 9))
    assert (again.before, again.size) == (5, 9)


def test_the_same_checkpoint_may_be_signed_again(cosigner) -> None:
    cosigner.answer(asked(0, 5), log_key=LOG_KEY)
    assert cosigner.answer(asked(0, 5)).size == 5
    assert cosigner.answer(asked(5, 5)).size == 5


OTHER = [*LEAVES[:3], b"\xff" * 32, *LEAVES[4:]]
STRANGER = Ed25519Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x08" * 32))
REFUSED = {
    "a_smaller_one": asked(0, 4),
    "another_history_of_the_same_size": asked(0, 5, leaves=OTHER),
    "another_history_that_grew": asked(5, 9, leaves=OTHER),
    "a_history_rewritten_and_proved_from_nothing": asked(0, 9, leaves=OTHER),
    "a_proof_from_another_size": asked(3, 9),
    "a_proof_of_another_log": CosignRequest(old_size=5, proof=tuple(OTHER[:3]), note=note(9)).text(),
    "no_proof_at_all": CosignRequest(old_size=5, proof=(), note=note(9)).text(),
    "one_signed_by_another_key": asked(5, 9, signer=STRANGER),
    "the_same_entries_under_another_map_of_histories": asked(5, 5, histories=b"\x01" * 32),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_does_not_extend_the_last_one_signed_is_refused_and_not_remembered(cosigner, content) -> None:
    cosigner.answer(asked(0, 5), log_key=LOG_KEY)
    before = {path: path.read_bytes() for path in cosigner.folder.rglob("*") if path.is_file()}
    with pytest.raises(IntegrityError) as caught:
        cosigner.answer(content)
    assert caught.value.exit_code == 1
    assert {path: path.read_bytes() for path in cosigner.folder.rglob("*") if path.is_file()} == before
    assert cosigner.answer(asked(5, 9)).size == 9


def test_every_growth_is_signed_and_every_change_of_one_hash_refused(tmp_path, measured) -> None:
    grown = changed = refused = 0
    for old in range(1, 20):
        for size in range(old, 20):
            one = Cosigner.opened(tmp_path / f"{old}-{size}")
            one.answer(asked(0, old), log_key=LOG_KEY)
            request = asked(old, size)
            lines = request.split(b"\n\n")[0].split(b"\n")[1:]
            for place in range(len(lines)):
                bad = [*lines]
                bad[place] = bytes([bad[place][0] ^ 1]) + bad[place][1:]
                changed += 1
                try:
                    one.answer(b"\n".join([f"old {old}".encode(), *bad]) + b"\n\n" + note(size))
                except CounterclaimError:
                    refused += 1
            grown += one.answer(request).size == size
    measured(f"cosigner: {grown} of 190 growths signed, {refused} of {changed} changed proofs refused")
    assert (grown, refused) == (190, changed)


def test_a_log_seen_first_needs_its_key_and_a_wrong_one_is_not_kept(cosigner) -> None:
    with pytest.raises(UsageError):
        cosigner.answer(asked(0, 5))
    with pytest.raises(IntegrityError):
        cosigner.answer(asked(0, 5), log_key=verifier_key_of(ORIGIN, STRANGER.public_key))
    assert cosigner.answer(asked(0, 5), log_key=LOG_KEY).size == 5
    with pytest.raises(IntegrityError):
        cosigner.answer(asked(5, 9), log_key=verifier_key_of(ORIGIN, STRANGER.public_key))


def test_it_is_remembered_before_it_is_signed(cosigner, monkeypatch) -> None:
    cosigner.answer(asked(0, 5), log_key=LOG_KEY)

    def broken(*_: object) -> bytes:
        raise OSError("the power went")

    monkeypatch.setattr("counterclaim.desk.cosigner.cosigned_message", broken)
    with pytest.raises(OSError, match="power"):
        cosigner.answer(asked(5, 9))
    monkeypatch.undo()
    with pytest.raises(IntegrityError):
        cosigner.answer(asked(5, 7))  # the one of 9 entries is remembered although its signature was never given
    assert cosigner.answer(asked(5, 9)).size == 9


def test_the_cosigners_key_is_its_own_and_under_its_passphrase(tmp_path) -> None:
    one = Cosigner.opened(tmp_path / "config", name="partner.example/w", passphrase="long words")
    assert b"ENCRYPTED" in (one.folder / "cosigner-key.pem").read_bytes()
    assert (one.folder / "cosigner-key.pem").stat().st_mode & 0o77 == 0
    for wrong in (None, "other words"):
        with pytest.raises(PolicyError):
            one.answer(asked(0, 5), log_key=LOG_KEY, passphrase=wrong)
    assert one.answer(asked(0, 5), log_key=LOG_KEY, passphrase="long words").size == 5
    assert Cosigner.opened(tmp_path / "config").vkey() == one.vkey()
    with pytest.raises(UsageError):
        Cosigner.opened(tmp_path / "config", name="partner.example/other")


@pytest.mark.parametrize("content", [b"", b"old 0\n\n", b"old 0\n\nno note", b"\xff" * 40, asked(0, 5) + b"x"])
def test_what_is_no_request_is_refused_in_words(cosigner, content) -> None:
    with pytest.raises(MalformedError):
        cosigner.answer(content, log_key=LOG_KEY)


# --- through the command line -----------------------------------------------------------------


@pytest.fixture
def told(capsys):
    def run(*words: object, exit_code: int = 0):
        assert main([*map(str, words), "--json"]) == exit_code
        return json.loads(capsys.readouterr().out)["data"]

    return run


@pytest.fixture
def house(tmp_path, monkeypatch, told):
    """Two organisations: `at("keeper")` and `at("partner")` change the configuration folder."""

    def at(name: str) -> None:
        monkeypatch.setenv("COUNTERCLAIM_CONFIG", str(tmp_path / name))

    at("keeper")
    told("init", "--vault", tmp_path / "vault")
    return at


def cosigned(tmp_path: Path, house, told, number: int, *first: str) -> dict:
    vault = ("--vault", tmp_path / "vault")
    house("keeper")
    log_key = told("cosign", "request", "--into", tmp_path / f"request-{number}", *vault)["verifier_key"]
    house("partner")
    answered = told(
        "cosign", "answer", tmp_path / f"request-{number}", "--into", tmp_path / f"answer-{number}",
        *(("--log-key", log_key, *first) if first else ()),
    )  # fmt: skip
    house("keeper")
    key = ("--cosigner", answered["cosigner_key"]) if first else ()
    accepted = told("cosign", "accept", tmp_path / f"answer-{number}", *key, *vault)
    return answered | accepted


def test_two_organisations_cosign_by_files(tmp_path, house, told) -> None:
    vault = tmp_path / "vault"
    first = cosigned(tmp_path, house, told, 1, "--name", "partner.example/w")
    assert first["status"].startswith("cosigned by partner.example/w (checkpoint 1, ")
    told("case", "new", "c", "--purpose", "a test", "--vault", vault)
    second = cosigned(tmp_path, house, told, 2)
    assert (second["since"], second["entered"]) == (1, True)
    held = told("verify", vault, "--cosigner", first["cosigner_key"])
    row = next(one for one in held["checks"] if one["name"] == "cosigner")
    assert row["outcome"] == "passed"
    assert f"the first {second['size']} entries" in row["reason"]
    (tmp_path / "answer-2").write_bytes((tmp_path / "answer-2").read_bytes().strip() + b"\r\n\r\n")  # as mailed
    again = told("cosign", "accept", tmp_path / "answer-2", "--vault", vault)
    assert again["entered"] is False
    without = told("verify", vault)
    assert {one["outcome"] for one in without["checks"] if one["name"] == "cosignature"} == {"not_checked"}


def test_a_cosigner_who_signed_nothing_here_is_a_failure_and_not_a_silence(tmp_path, house, told) -> None:
    house("partner")
    key = told("cosign", "key", "--name", "partner.example/w")["cosigner_key"]
    assert cosigner_key_of(key)[0] == "partner.example/w"
    house("keeper")
    checks = told("verify", tmp_path / "vault", "--cosigner", key, exit_code=1)["checks"]
    assert [one["name"] for one in checks if one["outcome"] == "failed"] == ["cosigner"]


def test_a_line_by_another_key_or_over_another_log_is_not_entered(tmp_path, house, told) -> None:
    vault = ("--vault", tmp_path / "vault")
    first = cosigned(tmp_path, house, told, 1, "--name", "partner.example/w")
    other = Cosigner.opened(tmp_path / "other", name="partner.example/w")
    (tmp_path / "foreign").write_bytes(other.answer(asked(0, 5), log_key=LOG_KEY).line.encode())
    with_other = ("--cosigner", other.vkey())
    assert main([*map(str, ("cosign", "accept", tmp_path / "foreign", *with_other, *vault))]) == 1
    assert main([*map(str, ("cosign", "accept", tmp_path / "foreign", *vault))]) == 1
    (tmp_path / "none").write_text("hello\n")
    assert main([*map(str, ("cosign", "accept", tmp_path / "none", *vault))]) == 2
    rows = told("verify", tmp_path / "vault", "--cosigner", first["cosigner_key"])["checks"]
    assert [one["outcome"] for one in rows if one["name"] == "cosigner"] == ["passed"]


def test_a_request_from_another_size_is_told_the_size_to_ask_for(cosigner) -> None:
    cosigner.answer(asked(0, 5), log_key=LOG_KEY)
    with pytest.raises(IntegrityError) as caught:
        cosigner.answer(asked(3, 9))
    assert "--since 5" in caught.value.remedy()


def test_another_key_under_an_accepted_partners_name_is_refused(tmp_path, house, told) -> None:
    vault = ("--vault", tmp_path / "vault")
    cosigned(tmp_path, house, told, 1, "--name", "partner.example/w")
    log_key = told("cosign", "request", "--into", tmp_path / "again", *vault)["verifier_key"]
    other = Cosigner.opened(tmp_path / "other", name="partner.example/w")
    told("cosign", "request", "--since", 0, "--into", tmp_path / "whole", *vault)
    line = other.answer((tmp_path / "whole").read_bytes(), log_key=log_key).line
    (tmp_path / "line").write_text(line, "utf-8")
    assert main([*map(str, ("cosign", "accept", tmp_path / "line", "--cosigner", other.vkey(), *vault))]) == 1
    assert main([*map(str, ("cosign", "accept", tmp_path / "line", *vault))]) == 1


def test_refusals_have_the_contracts_exit_codes(tmp_path, house, told) -> None:
    vault = ("--vault", tmp_path / "vault")
    told("cosign", "request", "--into", tmp_path / "r", *vault)
    assert main([*map(str, ("cosign", "request", "--into", tmp_path / "r", *vault))]) == 2  # the file exists
    house("partner")
    assert main([*map(str, ("cosign", "answer", tmp_path / "r", "--into", tmp_path / "a"))]) == 2  # no key yet
    key = verifier_key_of(ORIGIN, SIGNER.public_key)
    assert main([*map(str, ("cosign", "answer", tmp_path / "r", "--into", tmp_path / "a", "--log-key", key))]) == 1
    assert not (tmp_path / "a").exists()


def test_the_request_reads_as_the_standard_says(tmp_path) -> None:
    desk: Desk = new_vault(tmp_path / "vault", actor="owner", keys_home=tmp_path / "keys")
    open_case(desk, name="c", title="c", purpose="test", risk_assessment="none")
    from counterclaim.desk.cosign import request

    content = request(desk, since=1)
    head, _, rest = content.partition(b"\n\n")
    assert head.split(b"\n")[0] == b"old 1"
    assert len(head.split(b"\n")) == 1 + len(desk.vault.consistency(1))
    assert rest == desk.vault.checkpoint().note()
