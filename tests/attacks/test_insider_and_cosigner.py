"""Whoever holds the log's key can rewrite the log and have the new one timestamped; what others keep tells."""

from __future__ import annotations

import base64
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from counterclaim.desk.admit import admit
from counterclaim.desk.broker import Broker
from counterclaim.desk.cases import open_case
from counterclaim.desk.cosign import accept, request
from counterclaim.desk.cosigner import Cosigner
from counterclaim.desk.open import Desk, new_vault, open_desk
from counterclaim.desk.publish import publish
from counterclaim.desk.stamp import Authorities, stamp
from counterclaim.desk.verify import verify
from counterclaim.record.check import Anchors, Check
from counterclaim.record.checkpoint import Checkpoint
from counterclaim.record.cosignature import CosignRequest, cosign_request_of
from counterclaim.record.custody import leaf_hash, root_of
from counterclaim.vault.log import signed
from counterclaim.vault.stamps import token_holds
from pictures import rendered
from tsa import LoopbackTsa


@pytest.fixture(scope="module")
def tsa():
    with LoopbackTsa() as authority:
        yield authority


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The true log (photograph 1), the rewritten one (photograph 2 in its place), and what others kept of the true."""

    true: Desk
    rewritten: Desk
    kept: bytes
    vkey: str
    cosigned_size: int
    tsa: LoopbackTsa

    def anchors(self, **more: object) -> Anchors:
        return Anchors(fingerprint=self.true.fingerprint(), tsa_roots=self.tsa.roots_pem, **more)  # type: ignore[arg-type]


def stamped(desk: Desk, tsa: LoopbackTsa) -> None:
    broker = Broker(desk=desk, send=True, show=lambda _: None)
    assert stamp(desk, Authorities(addresses=(tsa.url,), broker=broker)).status.startswith("timestamped by Loopback")


def cosigned(desk: Desk, cosigner: Cosigner, **first: str) -> int:
    done = cosigner.answer(request(desk), **first)
    accept(desk, done.line.encode(), cosigner=cosigner.vkey())
    return done.size


@pytest.fixture
def world(tmp_path: Path, tsa: LoopbackTsa) -> World:
    """The insider goes back to the state before the photograph, and enters another; the machine forgets with him."""
    true = new_vault(tmp_path / "vault", actor="owner", keys_home=tmp_path / "machine", origin="log.example/insider")
    open_case(true, name="c", title="c", purpose="test", risk_assessment="none")
    shutil.copytree(tmp_path / "vault", tmp_path / "rewritten")
    for number in (1, 2):
        (tmp_path / f"{number}.jpg").write_bytes(rendered(number))
    admit(true, [str(tmp_path / "1.jpg")], case="c")
    cosigner = Cosigner.opened(tmp_path / "partner", name="partner.example/w")
    size = cosigned(true, cosigner, log_key=true.vault.verifier_key)
    kept = true.vault.checkpoint().note()
    stamped(true, tsa)
    (true.keys.path / "latest.note").unlink()
    rewritten = open_desk(
        tmp_path / "rewritten", actor="owner", environment={"COUNTERCLAIM_CONFIG": str(tmp_path / "machine")}
    )
    admit(rewritten, [str(tmp_path / "2.jpg")], case="c")
    return World(true=true, rewritten=rewritten, kept=kept, vkey=cosigner.vkey(), cosigned_size=size, tsa=tsa)


def failed(checks: tuple[Check, ...]) -> set[str]:
    return {check.name for check in checks if check.outcome == "failed"}


def test_roots_and_fingerprint_alone_pass_the_rewritten_vault(world: World, measured) -> None:
    stamped(world.rewritten, world.tsa)
    checks = verify(world.rewritten.vault.folder, anchors=world.anchors())
    assert failed(checks) == set()
    assert [check.outcome for check in checks if check.name == "timestamp"] == ["passed"]
    rejected = failed(verify(world.rewritten.vault.folder, anchors=world.anchors(checkpoint=world.kept)))
    assert rejected == {"earlier checkpoint"}
    assert failed(verify(world.rewritten.vault.folder, anchors=world.anchors(cosigners=(world.vkey,)))) == {"cosigner"}
    assert failed(verify(world.true.vault.folder, anchors=world.anchors(checkpoint=world.kept))) == set()
    assert failed(verify(world.true.vault.folder, anchors=world.anchors(cosigners=(world.vkey,)))) == set()
    measured(
        "insider with the log's key and a fresh genuine token: passes on roots, rejected by checkpoint and cosigner"
    )


def test_the_cosignature_of_the_true_log_does_not_hold_over_the_rewritten_one(world: World) -> None:
    """He copies the partner's line into his log: it signs another root."""
    (line,) = world.true.vault.cosignatures()
    while world.rewritten.vault.size() < line.size:
        admit(world.rewritten, [str(world.rewritten.vault.folder.parent / "1.jpg")], case="c")
    body = {"size": line.size, "line": line.line, "name": line.name, "at": line.at}
    world.rewritten.record(world.rewritten.event("cosign", case="", body=body))
    checks = verify(world.rewritten.vault.folder, anchors=world.anchors(cosigners=(world.vkey,)))
    assert failed(checks) == {"cosignature", "cosigner"}


def test_the_partner_signs_no_rewritten_log(world: World, tmp_path: Path) -> None:
    from counterclaim.record.errors import IntegrityError

    cosigner = Cosigner.opened(tmp_path / "partner")
    for since in (0, 1, world.rewritten.vault.size()):
        with pytest.raises(IntegrityError):
            cosigner.answer(request(world.rewritten, since=since))


def test_a_cosigned_note_from_outside_is_enough_without_the_logs_own_copy(world: World) -> None:
    (line,) = world.true.vault.cosignatures()
    note = world.true.vault.checkpoint(line.size).note() + line.line.encode()
    anchors = world.anchors(checkpoint=note, cosigners=(world.vkey,))
    checks = verify(world.true.vault.folder, anchors=anchors)
    assert failed(checks) == set()
    assert failed(verify(world.rewritten.vault.folder, anchors=anchors)) == {"cosigner", "earlier checkpoint"}


def test_what_came_after_the_last_cosigned_checkpoint_is_not_protected_by_it(world: World, tmp_path: Path) -> None:
    """The row says how far the cosignature reaches; beyond that the insider is free, and the page says so."""
    shutil.copytree(world.true.vault.folder, tmp_path / "later")
    (world.true.keys.path / "latest.note").unlink(missing_ok=True)
    later = open_desk(tmp_path / "later", actor="owner", environment={"COUNTERCLAIM_CONFIG": str(tmp_path / "machine")})
    admit(later, [str(tmp_path / "2.jpg")], case="c")
    checks = verify(later.vault.folder, anchors=world.anchors(cosigners=(world.vkey,)))
    assert failed(checks) == set()
    (row,) = [check for check in checks if check.name == "cosigner"]
    assert f"the first {world.cosigned_size} entries" in row.reason


def test_a_checkpoint_of_a_size_the_log_never_signed_is_held_against_its_entries(world: World) -> None:
    vault = world.true.vault
    sizes = {int(note.split(b"\n")[1]) for note in vault.checkpoint_notes(100)}
    size = next(one for one in range(1, vault.size()) if one not in sizes)
    for root, outcome in (
        (root_of([leaf_hash(vault.entry(at).leaf) for at in range(size)]), set()),
        (b"\x01" * 32, {"earlier checkpoint"}),
    ):
        note = signed(Checkpoint(origin=vault.origin, size=size, root=root), world.true.signer()).note()
        assert failed(verify(vault.folder, anchors=world.anchors(checkpoint=note))) == outcome


# --- the same in a bag ------------------------------------------------------------------------


def bag_of(desk: Desk, into: Path, tsa: LoopbackTsa) -> Path:
    broker = Broker(desk=desk, send=True, show=lambda _: None)
    asked = Authorities(addresses=(tsa.url,), broker=broker)
    done = publish(
        desk, case="c", into=into, profile="internal", recipient="r", without_proposed=True, authorities=asked
    )
    assert done.anchoring.startswith("timestamped by Loopback")
    return done.bag


def test_a_bag_of_the_rewritten_log_passes_on_roots_and_fails_a_kept_checkpoint(world: World, tmp_path: Path) -> None:
    forged = bag_of(world.rewritten, tmp_path / "forged", world.tsa)
    assert failed(verify(forged, anchors=world.anchors())) == set()
    assert failed(verify(forged, anchors=world.anchors(checkpoint=world.kept))) == {"consistency"}
    (world.true.keys.path / "latest.note").unlink(missing_ok=True)
    true = bag_of(world.true, tmp_path / "true", world.tsa)
    kept_size = int(world.kept.split(b"\n")[1])
    size = int((true / "custody" / "checkpoint.note").read_bytes().split(b"\n")[1])
    proof = request(world.true, since=kept_size, size=size)
    checks = verify(true, anchors=world.anchors(checkpoint=world.kept, consistency=proof))
    assert failed(checks) == set()
    assert [check.outcome for check in checks if check.name == "earlier checkpoint"][-1] == "passed"
    # He puts his own note under the true log's hashes.
    told = cosign_request_of(proof)
    his = (forged / "custody" / "checkpoint.note").read_bytes()
    if int(his.split(b"\n")[1]) > kept_size:
        doctored = CosignRequest(old_size=kept_size, proof=told.proof, note=his).text()
        anchors = world.anchors(checkpoint=world.kept, consistency=doctored)
        assert "earlier checkpoint" in failed(verify(forged, anchors=anchors))
    shorter = CosignRequest(old_size=kept_size, proof=told.proof[:-1], note=told.note).text()
    anchors = world.anchors(checkpoint=world.kept, consistency=shorter)
    assert failed(verify(true, anchors=anchors)) == {"earlier checkpoint"}
    # The insider has no proof that leads from the kept checkpoint to his; the true log's does not fit his bag.
    assert "earlier checkpoint" in failed(
        verify(forged, anchors=world.anchors(checkpoint=world.kept, consistency=proof))
    )


def test_a_rewritten_log_that_is_shorter_than_the_kept_checkpoint_is_no_way_around_it(
    world: World, tmp_path: Path
) -> None:
    forged = bag_of(world.rewritten, tmp_path / "forged", world.tsa)
    (world.true.keys.path / "latest.note").unlink(missing_ok=True)
    early = bag_of(world.true, tmp_path / "early", world.tsa)
    for number in range(3, 12):
        (tmp_path / f"{number}.txt").write_text(f"note {number}")
        admit(world.true, [str(tmp_path / f"{number}.txt")], case="c")
    newer = world.true.vault.checkpoint().note()
    assert failed(verify(forged, anchors=world.anchors(checkpoint=newer))) == {"earlier checkpoint"}
    assert failed(verify(early, anchors=world.anchors(checkpoint=newer))) == {"earlier checkpoint"}
    size = int((early / "custody" / "checkpoint.note").read_bytes().split(b"\n")[1])
    proof = request(world.true, since=size)
    assert failed(verify(early, anchors=world.anchors(checkpoint=newer, consistency=proof))) == set()
    assert failed(verify(forged, anchors=world.anchors(checkpoint=newer, consistency=proof))) == {"earlier checkpoint"}


def test_a_token_over_the_cosigned_note_is_no_token_over_the_note(world: World) -> None:
    """Tokens stay over exactly the log's own signed note; cosignature lines are kept apart."""
    (token, *_) = world.true.vault.tokens()
    content, own = base64.b64decode(token.token), world.true.vault.checkpoint(token.size).note()
    assert token_holds(content, own, world.tsa.roots_pem).outcome == "passed"
    (line,) = world.true.vault.cosignatures()
    assert token_holds(content, own + line.line.encode(), world.tsa.roots_pem).outcome == "failed"
