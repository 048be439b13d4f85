"""Makes the published test vectors of docs/SPEC-bag.md: a good bag, forgeries and variants of it, expected rows.

    python tools/make_bag_vectors.py --into tests/vectors/bag

Needs the openssl command. The log, its key and its salts follow from seeds; the timestamp tokens come from a
test authority made anew at each run, so a new run changes the tokens and nothing else.
"""

from __future__ import annotations

import argparse
import base64
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "attacks"))

from bag_variants import ALL, VARIANTS, Variant  # noqa: E402 (path set above)
from bag_world import FORGERIES, World, listed, signature_holds, token_holds, world_of  # noqa: E402
from short_lived_tsa import SECONDS  # noqa: E402

from counterclaim.dossier.bag_check import checks_of_bag  # noqa: E402
from counterclaim.record.check import Anchors  # noqa: E402

CHOSEN = (
    "flip data/dossier.html", "flip data/exhibits/E1.jpg and remake manifests", "flip custody/checkpoint.note",
    "flip custody/entries/00000005.detail and remake manifests", "flip custody/consistency and remake manifests",
    "remove custody/entries/00000001.payload and remake manifests", "remove custody/histories and remake manifests",
    "plant_a_payload_file", "replay_an_older_checkpoint", "swap_two_entries", "new_key_line_only",
    "new_key_files_both",
    "token_of_another_checkpoint", "tokens_removed", "tokens_of_a_strange_authority", "proof_stripped",
    "entry_stripped", "leaf_stripped_and_its_parts_left", "detail_stripped", "payload_and_detail_stripped",
    "withheld_detail_added_back",
    "sealed_payload_added_back", "sealed_and_withheld_lists_swapped",
    "sealed_and_withheld_lists_swapped_by_the_publisher",
    "true_entry_planted", "upper_case_hex_in_tag_manifest", "upper_case_hex_in_a_leaf",
    "upper-case hex in custody/histories.proof", "manifest_line_twice",
    "manifest_that_climbs_out", "exchanged_checker", "dossier_of_another_bag", "proof_of_another_index",
    "proof_with_a_hash_too_many", "proof_with_two_hashes_swapped",
    "note_with_more_text", "note_with_a_forged_cosigner", "signature_with_a_large_s", "another_bagging_date",
    "exhibit_exchanged_by_the_publisher", "note_without_the_line_of_histories", "root_of_another_map",
    "cosignature with another time", "cosignature with a time after the year 9999",
    "signature_of_the_old_form_by_the_cosigner", "cosignature_moved_into_the_note", "cosignature_twice",
    "note_without_the_cosigner", "history with another salt", "history one step deeper", "history at the root",
    "histories_of_two_exhibits_swapped", "history_left_out", "history_of_the_same_number_in_another_case",
    "history that lists an index twice", "history with one entry less", "history with one entry more",
    "proof of histories with a hash too many", "proof of histories with a hash too few",
    "proof of histories reversed", "signed map: an entry of the exhibit left out",
    "signed map: an entry about another exhibit", "signed map: an entry that is not in the log",
    "signed map: a history that begins after the admission", "signed map: a key that is not the admission's",
    "publish entry that names an exhibit file's exhibit not as complete", "publish entry with exhibits that fall",
    "viewing_relabelled_as_an_act", "payload_of_an_entry_that_has_no_leaf",
    "history_rewritten_with_a_fresh_true_timestamp", "history_rewritten_and_cosigned_anew",
    "consistency: no proof from the checkpoint given", "consistency: a hash too many",
    "consistency: a proof from this very size", "consistency: a size twice",
    "two_publish_entries_for_one_manifest", "file_of_an_exhibit_and_no_exhibit_named_as_complete",
    "publish entry with one list more", "token_with_bytes_after_it", "token_with_an_imprint_by_sha_1",
    *(name for name in FORGERIES if " by the keeper " in name or name.startswith(("new log key ", "token "))),
    "publish entry with a profile in upper case", "publish entry with a number for its recipient",
    "publish entry with a verifier more",
)  # fmt: skip


def rows_of(bag: Path, anchors: Anchors) -> list[list[str]]:
    """Name and outcome of every row."""
    checks = checks_of_bag(bag, anchors=anchors, token_holds=token_holds, signature_holds=signature_holds)
    return [[check.name, check.outcome] for check in checks]


def changes_of(bag: Path, world: World) -> dict[str, str | None]:
    """List what differs from the good bag: path to base64 of the new bytes, or null where the file is gone."""
    paths = sorted({*listed(bag), *listed(world.good)})
    changes: dict[str, str | None] = {}
    for path in paths:
        new = (bag / path).read_bytes() if (bag / path).exists() else None
        old = (world.good / path).read_bytes() if (world.good / path).exists() else None
        if new != old:
            changes[path] = None if new is None else base64.b64encode(new).decode()
    return changes


def anchors_of(world: World, variant: Variant) -> tuple[Anchors, dict[str, Any]]:
    """The anchors of a variant, and how vectors.json says which: `given`, and in base64 those not beside it."""
    usual = {"tsa_roots": world.authority.roots, "checkpoint": world.earlier}
    content = {name: path.read_bytes() for name, path in usual.items()}
    told: dict[str, Any] = {"given": list(variant.given)}
    other: dict[str, Callable[[World], bytes] | None] = {
        "tsa_roots": variant.tsa_roots,
        "checkpoint": variant.checkpoint,
    }
    for name, made in other.items():
        if made is not None:
            content[name] = made(world)
            told[name] = base64.b64encode(content[name]).decode()
    anchors = Anchors(
        fingerprint=world.fingerprint if "fingerprint" in variant.given else None,
        tsa_roots=content["tsa_roots"] if "tsa_roots" in variant.given else None,
        cosigners=(world.cosigner,) if "cosigner" in variant.given else (),
        checkpoint=content["checkpoint"] if "checkpoint" in variant.given else None,
    )
    return anchors, told | ({"says": variant.says} if variant.says else {})


def vectors_of(world: World, scratch: Path, cases: dict[str, Variant]) -> list[dict[str, Any]]:
    """Each case as what differs from the good bag, its anchors where they are not all four, and the rows expected."""
    vectors = []
    for name, variant in cases.items():
        bag = Path(shutil.copytree(world.good, scratch / "changed"))
        variant.forge(bag, world)
        if variant.tsa_roots:
            time.sleep(SECONDS + 1)  # until the certificate has ended
        anchors, told = anchors_of(world, variant)
        told = {} if told == {"given": list(ALL)} else told
        vectors.append({"name": name, "changes": changes_of(bag, world), **told, "rows": rows_of(bag, anchors)})
        shutil.rmtree(bag)
    return vectors


def chosen(names: Sequence[str]) -> dict[str, Variant]:
    """These forgeries, each with all four anchors."""
    return {name: Variant(row=("", ""), forge=FORGERIES[name]) for name in names}


def main() -> None:
    """Write the good bag, its anchors, and one file with all forgeries and their expected rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--into", type=Path, required=True)
    into = parser.parse_args().into
    with tempfile.TemporaryDirectory() as scratch:
        world = world_of(Path(scratch) / "world")
        anchors, _ = anchors_of(world, Variant(row=("", "")))
        forged = vectors_of(world, Path(scratch), chosen(CHOSEN))
        variants = vectors_of(world, Path(scratch), VARIANTS)
        shutil.rmtree(into, ignore_errors=True)
        shutil.copytree(world.good, into / "good")
        (into / "tsa-roots.pem").write_bytes(world.authority.roots.read_bytes())
        shutil.copy(world.earlier, into / "earlier.note")
        told = {
            "fingerprint": world.fingerprint,
            "cosigner": world.cosigner,
            "good": {"without anchors": rows_of(world.good, Anchors()), "with anchors": rows_of(world.good, anchors)},
            "forged": forged,
            "variants": variants,
        }
        (into / "vectors.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    print(f"{len(forged)} forgeries, {len(variants)} variants and one good bag in {into}")


if __name__ == "__main__":
    main()
