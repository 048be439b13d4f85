"""A bag is published, and cosigned afterwards: the copy with the partner's line holds in all three checkers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from counterclaim.desk.admit import admit
from counterclaim.desk.anchor import anchor
from counterclaim.desk.cases import open_case
from counterclaim.desk.cosign import accept, request
from counterclaim.desk.cosigner import Cosigner
from counterclaim.desk.open import Desk, new_vault
from counterclaim.desk.publish import publish
from counterclaim.desk.verify import verify
from counterclaim.record.check import Anchors
from counterclaim.record.errors import IntegrityError, PolicyError, UsageError
from pictures import rendered

COMMANDS = (["sh", "verify.sh"], [sys.executable, "-I", "verify.py"])


@pytest.fixture
def published(tmp_path: Path) -> tuple[Desk, Path]:
    desk = new_vault(tmp_path / "vault", actor="owner", keys_home=tmp_path / "machine", origin="log.example/anchored")
    open_case(desk, name="c", title="c", purpose="test", risk_assessment="none")
    (tmp_path / "1.jpg").write_bytes(rendered(1))
    admit(desk, [str(tmp_path / "1.jpg")], case="c")
    return desk, publish(desk, case="c", into=tmp_path / "bag", profile="internal", recipient="").bag


def checked(bag: Path, *options: str) -> list[int]:
    return [
        subprocess.run([*command, *options], cwd=bag, check=False, capture_output=True).returncode
        for command in COMMANDS
    ]


def test_a_line_that_came_after_the_bag_stands_in_its_copy(published: tuple[Desk, Path], tmp_path: Path) -> None:
    desk, bag = published
    with pytest.raises(PolicyError):
        anchor(desk, bag, into=tmp_path / "empty")
    partner = Cosigner.opened(tmp_path / "partner", name="partner.example/w")
    size = desk.vault.size()
    open_case(desk, name="later", title="later", purpose="test", risk_assessment="none")
    line = partner.answer(request(desk, size=size), log_key=desk.vault.verifier_key).line
    accept(desk, line.encode(), cosigner=partner.vkey())
    done = anchor(desk, bag, into=tmp_path / "copy")
    assert (done.size, done.anchoring) == (size, "cosigned by partner.example/w")
    given = ("--cosigner", partner.vkey(), "--fingerprint", desk.fingerprint())
    assert checked(tmp_path / "copy", *given) == [0, 0]
    assert checked(bag, *given) == [1, 1], "the bag as it was published has no such line"
    anchors = Anchors(fingerprint=desk.fingerprint(), cosigners=(partner.vkey(),))
    assert {one.name: one.outcome for one in verify(tmp_path / "copy", anchors=anchors)}["cosigner"] == "passed"
    with pytest.raises(UsageError):
        anchor(desk, bag, into=tmp_path / "copy")


def test_a_changed_bag_and_one_of_another_log_are_refused(published: tuple[Desk, Path], tmp_path: Path) -> None:
    desk, bag = published
    stranger = new_vault(tmp_path / "other", actor="owner", keys_home=tmp_path / "machine", origin="log.example/other")
    with pytest.raises(IntegrityError):
        anchor(stranger, bag, into=tmp_path / "copy")
    (bag / "data" / "dossier.html").write_bytes(b"another")
    with pytest.raises(IntegrityError):
        anchor(desk, bag, into=tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
