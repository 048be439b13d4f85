from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from bag_variants import VARIANTS, weak_cosigners
from bag_world import (
    FORGERIES,
    NAME,
    ODD_LISTS,
    PARTNER,
    Log,
    World,
    bag_of,
    key_of_seed,
    log_of,
    payload_files,
    public_of,
    signature_holds,
    token_holds,
    world_of,
)

from counterclaim.dossier.bag import verifier_files
from counterclaim.dossier.bag_check import checks_of_bag
from counterclaim.dossier.bag_form import BagError
from counterclaim.record.check import Anchors
from counterclaim.record.checkpoint import Checkpoint, verifier_key_of
from counterclaim.record.cosignature import cosigner_vkey_of
from counterclaim.record.custody import EMPTY_ROOT
from counterclaim.record.errors import MalformedError
from size import FULL

Rows = tuple[tuple[str, str], ...]
OUTCOMES = {"passed": "passed", "FAILED": "failed", "not checked": "not_checked"}
FROM_THE_PROJECT = {
    name: Path(__file__).resolve().parents[2] / "src/counterclaim/dossier/verifier" / name for name in verifier_files()
}
ROWS_COUNT = 14
ROW = re.compile(r"(passed|FAILED|not checked) *  (.{12})  (.*)")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory.mktemp("bags"))


def rows_in(printed: str) -> Rows:
    return tuple((match[2].rstrip(), OUTCOMES[match[1]]) for match in map(ROW.fullmatch, printed.splitlines()) if match)


def ran(
    command: list[str], bag: Path, options: list[str], environment: dict[str, str] | None = None
) -> tuple[int, Rows, str]:
    done = subprocess.run([*command, *options, str(bag)], capture_output=True, check=False, timeout=60, env=environment)
    assert done.stderr == b"", done.stderr
    assert done.stdout.isascii()
    return done.returncode, rows_in(done.stdout.decode("ascii")), done.stdout.decode("ascii")


def by_program(bag: Path, anchors: Anchors) -> tuple[int, Rows]:
    checks = checks_of_bag(bag, anchors=anchors, token_holds=token_holds, signature_holds=signature_holds)
    assert all(check.what for check in checks)
    return int(any(check.outcome == "failed" for check in checks)), tuple(
        (check.name, check.outcome) for check in checks
    )


def by_python(bag: Path, options: list[str]) -> tuple[int, Rows]:
    return ran([sys.executable, "-I", str(FROM_THE_PROJECT["verify.py"])], bag, options)[:2]


def by_shell(bag: Path, options: list[str], shell: str = "dash") -> tuple[int, Rows]:
    return ran([*shell.split(), str(FROM_THE_PROJECT["verify.sh"])], bag, options)[:2]


def anchored(world: World) -> tuple[Anchors, list[str]]:
    anchors = Anchors(
        fingerprint=world.fingerprint,
        tsa_roots=world.authority.roots.read_bytes(),
        cosigners=(world.cosigner,),
        checkpoint=world.earlier.read_bytes(),
    )
    return anchors, [
        "--fingerprint",
        world.fingerprint,
        "--tsa-roots",
        str(world.authority.roots),
        "--cosigner",
        world.cosigner,
        "--checkpoint",
        str(world.earlier),
    ]


def copied(world: World, tmp_path: Path) -> Path:
    return Path(shutil.copytree(world.good, tmp_path / "bag"))


def test_all_three_pass_a_good_bag_with_every_anchor(world: World) -> None:
    anchors, options = anchored(world)
    told = by_program(world.good, anchors)
    assert told == (0, tuple((name, "passed") for name, _ in told[1]))
    assert len(told[1]) == ROWS_COUNT
    assert by_python(world.good, options) == told
    for shell in ("dash", "bash", "busybox sh"):
        assert by_shell(world.good, options, shell) == told


def test_without_anchors_a_good_bag_is_consistent_and_its_signer_not_checked(world: World) -> None:
    code, rows = by_program(world.good, Anchors())
    assert code == 0
    assert [name for name, outcome in rows if outcome == "not_checked"] == [
        "signer",
        "cosigner",
        "consistency",
        "timestamp",
    ]
    for shell in (["sh", "verify.sh"], [sys.executable, "-I", "verify.py"]):
        done = subprocess.run(shell, cwd=world.good, capture_output=True, check=False)
        assert done.returncode == 0
        assert rows_in(done.stdout.decode()) == rows
        assert b"consistent; signer not checked" in done.stdout


# The shell takes a third of a second each: a third of the forgeries here (and those of the published vectors), all of
# them in the full run.
SHELLED = [name for at, name in enumerate(FORGERIES) if FULL or at % 3 == 0]


@pytest.mark.parametrize("name", [name for name in FORGERIES if name not in SHELLED])
def test_the_other_forgeries_are_rejected_by_both_in_python_in_the_same_rows(
    name: str, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bag = copied(world, tmp_path)
    FORGERIES[name](bag, world)
    anchors, options = anchored(world)
    told = by_program(bag, anchors)
    assert told[0] == 1, told
    code = verify_py().main([*options, str(bag)])
    assert (code, rows_in(capsys.readouterr().out)) == told


@cache
def verify_py() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_of_the_bag", FROM_THE_PROJECT["verify.py"])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", SHELLED)
def test_every_forgery_is_rejected_by_all_three_in_the_same_rows(name: str, world: World, tmp_path: Path) -> None:
    bag = copied(world, tmp_path)
    FORGERIES[name](bag, world)
    anchors, options = anchored(world)
    with ThreadPoolExecutor() as pool:
        by_others = [pool.submit(by_python, bag, options), pool.submit(by_shell, bag, options)]
        told = by_program(bag, anchors)
        assert told[0] == 1, told
        assert [other.result() for other in by_others] == [told, told]


@pytest.mark.parametrize("name", ["new_key_resigning_everything", "new_key_with_a_true_authority"])
def test_a_bag_remade_under_a_new_key_is_never_more_than_consistent_without_an_anchor(
    name: str, world: World, tmp_path: Path
) -> None:
    bag = copied(world, tmp_path)
    FORGERIES[name](bag, world)
    checks = checks_of_bag(bag, anchors=Anchors(), token_holds=token_holds, signature_holds=signature_holds)
    assert [check.reason for check in checks if check.name == "signer"] == ["consistent; signer not checked"]
    for command in (
        ["dash", str(FROM_THE_PROJECT["verify.sh"])],
        [sys.executable, "-I", str(FROM_THE_PROJECT["verify.py"])],
    ):
        code, rows, printed = ran(command, bag, [])
        assert (code, dict(rows)["signer"]) == (0, "not_checked")
        assert "consistent; signer not checked" in printed


@pytest.mark.parametrize(
    ("anchor", "row"),
    [("fingerprint", "signer"), ("tsa_roots", "timestamp"), ("cosigners", "cosigner"), ("checkpoint", "consistency")],
)
def test_one_wrong_anchor_fails_its_own_row_alone(anchor: str, row: str, world: World) -> None:
    strange = cosigner_vkey_of(PARTNER, public_of(key_of_seed("nobody")))
    # The same keeper's other log: its first five entries are not those this bag's log begins with.
    foreign = world.folder / "foreign.note"
    foreign.write_bytes(log_of(payload_files(), key=key_of_seed("log"), seed="other").note(5))
    wrong = {
        "fingerprint": (Anchors(fingerprint="0" * 64), ["--fingerprint", "0" * 64]),
        "tsa_roots": (Anchors(tsa_roots=world.stranger.roots.read_bytes()), ["--tsa-roots", str(world.stranger.roots)]),
        "cosigners": (Anchors(cosigners=(strange,)), ["--cosigner", strange]),
        "checkpoint": (Anchors(checkpoint=foreign.read_bytes()), ["--checkpoint", str(foreign)]),
    }
    anchors, options = wrong[anchor]
    told = by_program(world.good, anchors)
    assert [name for name, outcome in told[1] if outcome == "failed"] == [row]
    assert by_python(world.good, options) == told
    assert by_shell(world.good, options) == told


def notes_at_hand(world: World) -> dict[str, tuple[bytes, str]]:
    """Checkpoints somebody may hold of this log, and how the row comes out."""
    log = world.log
    note = log.note(5)
    return {
        "of three entries": (log.note(3), "passed"),
        "of five, with its cosignature": (note + log.cosignature(5).encode(), "passed"),
        "of a vault of format 1, without histories": (log.signed(without_histories(log, 5)), "passed"),
        "this very one": (log.note(), "passed"),
        "this very one, cosigned": (log.note() + log.cosignature().encode(), "passed"),
        "of four entries, which the bag has no proof from": (log.note(4), "failed"),
        "of as many entries, with another root of histories": (log.note(histories=bytes(range(32))), "failed"),
        "of as many entries, without histories": (log.signed(without_histories(log, 13)), "failed"),
        "of no entry": (log.signed(empty_checkpoint()), "failed"),
        "newer than the bag": (longer(log), "not_checked"),
        "signed by another key": (log_of(payload_files(), key=key_of_seed("forger")).note(5), "failed"),
        "with a byte flipped": (note[:40] + bytes([note[40] ^ 1]) + note[41:], "failed"),
        "cut off": (note[:-1], "failed"),
        "no note": (b"a text\n", "failed"),
        "nothing": (b"", "failed"),
    }


def without_histories(log: Log, size: int) -> Checkpoint:
    return replace(log.checkpoint(size), histories=None)


def empty_checkpoint() -> Checkpoint:
    return Checkpoint(origin=NAME, size=0, root=EMPTY_ROOT, histories=bytes(32))


def longer(log: Log) -> bytes:
    return log.signed(replace(log.checkpoint(), size=99))


def test_an_earlier_checkpoint_of_any_kind_gets_the_same_answer_from_all_three(world: World, tmp_path: Path) -> None:
    path = tmp_path / "earlier.note"
    for name, (note, outcome) in notes_at_hand(world).items():
        path.write_bytes(note)
        told = by_program(world.good, Anchors(checkpoint=note))
        assert dict(told[1])["consistency"] == outcome, name
        assert by_python(world.good, ["--checkpoint", str(path)]) == told, name
        assert by_shell(world.good, ["--checkpoint", str(path)]) == told, name


def test_an_insider_with_the_key_and_a_fresh_true_token_fails_once_an_earlier_checkpoint_is_at_hand(
    world: World, tmp_path: Path, measured: Callable[[str], None]
) -> None:
    bag = copied(world, tmp_path)
    FORGERIES["history_rewritten_with_a_fresh_true_timestamp"](bag, world)
    signed = Anchors(fingerprint=world.fingerprint, tsa_roots=world.authority.roots.read_bytes())
    options = ["--fingerprint", world.fingerprint, "--tsa-roots", str(world.authority.roots)]
    held = {
        "nothing else": (signed, [], []),
        "a cosigner's key": (
            replace(signed, cosigners=(world.cosigner,)),
            ["--cosigner", world.cosigner],
            ["cosigner"],
        ),
        "an earlier checkpoint": (
            replace(signed, checkpoint=world.earlier.read_bytes()),
            ["--checkpoint", str(world.earlier)],
            ["consistency"],
        ),
    }
    for name, (anchors, further, failed) in held.items():
        told = by_program(bag, anchors)
        assert [row for row, outcome in told[1] if outcome == "failed"] == failed, name
        assert by_python(bag, [*options, *further]) == told
        assert by_shell(bag, [*options, *further]) == told
    measured(
        "insider with the log's key and a fresh true token: passes on key and roots alone, rejected by 3 of 3 with a "
        "cosigner's key, and by 3 of 3 with an earlier checkpoint"
    )


def test_the_failing_row_names_the_file(world: World, tmp_path: Path) -> None:
    bag = copied(world, tmp_path)
    FORGERIES["flip data/dossier.pdf"](bag, world)
    checks = checks_of_bag(bag, anchors=Anchors(), token_holds=token_holds, signature_holds=signature_holds)
    assert [check.what for check in checks if check.outcome == "failed"] == ["data/dossier.pdf"]
    for command in (
        ["dash", str(FROM_THE_PROJECT["verify.sh"])],
        [sys.executable, "-I", str(FROM_THE_PROJECT["verify.py"])],
    ):
        assert re.search(r"FAILED +payload +data/dossier\.pdf: ", ran(command, bag, [])[2])


def test_wrong_usage_is_told_apart_from_a_failed_check(world: World) -> None:
    for options in (
        ["--fingerprint", "abc"],
        ["--cosigner", "x"],
        ["--cosigner", verifier_key_of("partner.example", public_of(key_of_seed("cosigner")))],
        *(["--cosigner", weak] for weak in weak_cosigners()),
        ["--checkpoint", "/nowhere"],
        ["--tsa-roots", "/nowhere"],
        ["--unknown"],
        ["/nowhere/at/all"],
    ):
        for command in (
            ["dash", str(FROM_THE_PROJECT["verify.sh"])],
            [sys.executable, "-I", str(FROM_THE_PROJECT["verify.py"])],
        ):
            assert (
                subprocess.run([*command, *options], cwd=world.good, capture_output=True, check=False).returncode == 2
            )


def test_a_cosigner_whose_key_anybody_can_sign_for_is_no_anchor(world: World) -> None:
    for weak in weak_cosigners():
        with pytest.raises(MalformedError, match="small order"):
            by_program(world.good, Anchors(cosigners=(weak,)))


def words_by_program(bag: Path) -> str:
    checks = checks_of_bag(bag, anchors=Anchors(), token_holds=token_holds, signature_holds=signature_holds)
    return next(check.reason for check in checks if check.name == "completeness")


def test_a_completeness_that_passed_is_told_in_the_words_of_the_specification(world: World) -> None:
    words = "E1, E2: 4 entries, all here; 1 without its detail; 1 viewing sealed or erased"
    assert words_by_program(world.good) == words


@pytest.mark.parametrize("name", [name for name, variant in VARIANTS.items() if not variant.tsa_roots])
def test_a_variant_comes_out_as_its_name_says(name: str, world: World, tmp_path: Path) -> None:
    """The published vectors hold the other checkers to the same rows."""
    variant = VARIANTS[name]
    bag = copied(world, tmp_path)
    variant.forge(bag, world)
    anchors, _ = anchored(world)
    anchors = Anchors(
        fingerprint=anchors.fingerprint if "fingerprint" in variant.given else None,
        tsa_roots=anchors.tsa_roots if "tsa_roots" in variant.given else None,
        cosigners=anchors.cosigners if "cosigner" in variant.given else (),
        checkpoint=(variant.checkpoint(world) if variant.checkpoint else anchors.checkpoint)
        if "checkpoint" in variant.given
        else None,
    )
    told = by_program(bag, anchors)
    assert dict(told[1])[variant.row[0]] == variant.row[1]
    if name.startswith("completeness "):
        assert words_by_program(bag) == variant.says
    assert [row for row, outcome in told[1] if outcome == "failed"] == [variant.row[0]] * (variant.row[1] == "failed")


def test_the_shell_checker_needs_no_more_than_the_tools_the_contract_names(world: World, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("sha256sum", "openssl", "base64", "sed"):
        (tools / tool).symlink_to(shutil.which(tool) or tool)
    _, options = anchored(world)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    code, rows, _ = ran(
        [shutil.which("dash") or "dash", str(FROM_THE_PROJECT["verify.sh"])],
        world.good,
        options,
        {"PATH": str(tools), "TMPDIR": str(scratch)},
    )
    assert code == 0
    assert all(outcome == "passed" for _, outcome in rows)


def test_the_shell_checker_leaves_nothing_behind(world: World, tmp_path: Path) -> None:
    _, options = anchored(world)
    ran(["dash", str(FROM_THE_PROJECT["verify.sh"])], world.good, options, {**os.environ, "TMPDIR": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


def test_a_fingerprint_typed_in_groups_is_the_same_fingerprint(world: World) -> None:
    grouped = " ".join(re.findall("....", world.fingerprint.upper()))
    assert dict(by_python(world.good, ["--fingerprint", grouped])[1])["signer"] == "passed"
    assert dict(by_shell(world.good, ["--fingerprint", grouped])[1])["signer"] == "passed"


@pytest.mark.parametrize(
    ("sealed", "withheld", "exhibits"),
    [
        ((), (), (1, 2)),
        ((4,), (), (1, 2)),
        ((), (2,), (1,)),
        ((2, 4), (0,), (1, 2)),
        ((0, 1, 2, 4, 5), (), ()),
        ((), (0, 1, 2, 4, 5), (1, 2)),
        ((0, 5), (1, 2, 4), (1,)),
        ((), (), ()),
    ],
)
def test_whatever_the_publisher_withholds_openly_passes_in_all_three(
    sealed: tuple[int, ...], withheld: tuple[int, ...], exhibits: tuple[int, ...], world: World, tmp_path: Path
) -> None:
    payload = {path: content for path, content in payload_files().items() if exhibits or "/exhibits/" not in path}
    parts = {"sealed": sealed, "withheld": withheld, "exhibits": exhibits}
    log = log_of(payload, key=key_of_seed("log"), **parts)
    bag = bag_of(tmp_path / "bag", log, payload, (world.authority.token(log.note()),), **parts)
    anchors, options = anchored(world)
    told = by_program(bag, anchors)
    assert told[0] == 0
    assert dict(told[1])["publication"] == "passed"
    assert dict(told[1])["completeness"] == ("passed" if exhibits else "not_checked")
    assert by_python(bag, options) == told
    assert by_shell(bag, options) == told


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"exhibits": ()}, "every exhibit whose file is here"),
        ({"exhibits": (2,)}, "every exhibit whose file is here"),
        ({"disclosed": (0, 1, 4, 5), "withheld": ()}, "entry 2 is not"),
        ({"disclosed": (0, 1, 2, 5), "sealed": ()}, "entry 4 is not"),
        ({"sealed": (1, 4)}, "the admission of exhibit 1"),
    ],
)
def test_a_bag_that_is_not_complete_is_not_written(changes: dict, expected: str, tmp_path: Path) -> None:
    log = log_of(payload_files(), key=key_of_seed("log"), **changes)
    with pytest.raises((MalformedError, BagError), match=expected):
        bag_of(tmp_path / "bag", log, payload_files(), (), **changes)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("sealed", "withheld"), [((), (2,)), ((4,), ()), ((2,), (4,)), ((4, 5), (2,)), ((4,), (0, 2))])
def test_a_bag_whose_parts_differ_from_its_publish_entry_is_not_written(
    sealed: tuple[int, ...], withheld: tuple[int, ...], tmp_path: Path
) -> None:
    log = log_of(payload_files(), key=key_of_seed("log"))
    with pytest.raises(MalformedError, match=r"sealed|withheld"):
        bag_of(tmp_path / "bag", log, payload_files(), (), sealed=sealed, withheld=withheld)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("sealed", "withheld"), [((2,), (2,)), ((3,), ()), ((), (3,)), ((2, 2), ())])
def test_a_publish_entry_cannot_be_asked_for_lists_that_do_not_fit(
    sealed: tuple[int, ...], withheld: tuple[int, ...]
) -> None:
    with pytest.raises(MalformedError, match="sealed and withheld"):
        log_of(payload_files(), key=key_of_seed("log"), sealed=sealed, withheld=withheld)


def test_an_empty_folder_fails_the_form_alone_and_is_named(world: World, tmp_path: Path) -> None:
    bag = copied(world, tmp_path)
    FORGERIES["plant the empty folder custody/extra"](bag, world)
    checks = checks_of_bag(bag, anchors=Anchors(), token_holds=token_holds, signature_holds=signature_holds)
    assert [(check.name, check.what) for check in checks if check.outcome == "failed"] == [("form", "custody/extra")]
    for command in (
        ["dash", str(FROM_THE_PROJECT["verify.sh"])],
        [sys.executable, "-I", str(FROM_THE_PROJECT["verify.py"])],
    ):
        assert re.search(r"FAILED +form +custody/extra: ", ran(command, bag, [])[2])


EMPTIED = {
    "an empty folder": ("*",),
    "no bagit.txt": ("bagit.txt",),
    "no payload manifest": ("manifest-sha256.txt",),
    "no tag manifest": ("tagmanifest-sha256.txt",),
    "no bagit.txt and no manifest": ("bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"),
    "no custody": ("custody",),
    "no payload": ("data",),
    "custody alone": ("[!c]*",),
    "no note": ("custody/checkpoint.note",),
    "no entries": ("custody/entries", "custody/leaves"),
    "histories without their proof": ("custody/histories.proof",),
}


@pytest.mark.parametrize("name", EMPTIED)
def test_what_is_no_bag_gets_its_rows_from_all_three_and_raises_nothing(
    name: str, world: World, tmp_path: Path
) -> None:
    bag = copied(world, tmp_path)
    for path in [path for pattern in EMPTIED[name] for path in bag.glob(pattern)]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for anchors, options in (anchored(world), (Anchors(), [])):
        told = by_program(bag, anchors)
        assert told[0] == 1
        assert len(told[1]) == ROWS_COUNT
        assert dict(told[1]) == {row: "failed" if row == "form" else "not_checked" for row, _ in told[1]}
        assert by_python(bag, options) == told
        assert by_shell(bag, options) == told


@pytest.mark.parametrize("name", ["a file", "nothing"])
def test_a_path_that_is_no_folder_gets_its_rows_as_well(name: str, tmp_path: Path) -> None:
    path = tmp_path / "bag"
    if name == "a file":
        path.write_bytes(b"a file")
    code, rows = by_program(path, Anchors())
    assert (code, rows[0], len(rows)) == (1, ("form", "failed"), ROWS_COUNT)


def test_odd_lists_fail_for_their_oddness_and_not_for_how_the_bag_was_laid(world: World, tmp_path: Path) -> None:
    anchors, _ = anchored(world)
    for name in ODD_LISTS:
        bag = Path(shutil.copytree(world.good, tmp_path / "bag"))
        FORGERIES[f"publish entry with {name}"](bag, world)
        _, rows = by_program(bag, anchors)
        assert [row for row, outcome in rows if outcome == "failed"] == ["publication"], name
        shutil.rmtree(bag)


def test_what_the_keeper_signed_wrongly_about_exhibits_fails_for_that_alone(world: World, tmp_path: Path) -> None:
    anchors, _ = anchored(world)
    signed = [name for name in FORGERIES if name.startswith("signed map: ")]
    assert len(signed) == 9
    for name in signed:
        bag = Path(shutil.copytree(world.good, tmp_path / "bag"))
        FORGERIES[name](bag, world)
        _, rows = by_program(bag, anchors)
        assert [row for row, outcome in rows if outcome == "failed"] == ["completeness"], name
        shutil.rmtree(bag)
