"""Tries the same forgery classes on four containers with the same files, each by its own validator; writes a table.

    uv venv other && uv pip install --python other/bin/python bagit wacz warcio ocfl-py
    python tools/compare_containers.py --tools other/bin --into docs/containers.md

BagIt, WACZ and OCFL are packed and validated by their own tools, found in --tools. Counterclaim's bag is that of
tests/attacks/bag_world.py, checked by all three checkers with every anchor at hand. Needs the openssl command.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "attacks"))

from bag_world import FORGERIES, World, signature_holds, token_holds, world_of  # noqa: E402 (path set above)

from counterclaim.dossier.bag_check import checks_of_bag  # noqa: E402
from counterclaim.record.check import Anchors  # noqa: E402

CREATED = "2031-05-04T09:30:00Z"
LATER = "2031-06-04T09:30:00Z"
HISTORY_ENTRY = "entries/00000002.payload"
ADDED, REPLACED, DROPPED = "annex.pdf", "exhibits/E1.jpg", "dossier.pdf"
ANEW_BY_ITS_MAKER = "everything made anew by whoever made it, with a fresh true timestamp"
OLDER = "an older state handed over in place of a newer one"
Files = Mapping[str, bytes]
Change = Callable[[Files], dict[str, bytes]]

BAG_AGAIN = "import bagit, sys; bagit.Bag(sys.argv[1]).save(manifests=True)"
BAG_MADE = "import bagit, sys; bagit.make_bag(sys.argv[1], {'Bagging-Date': sys.argv[2][:10]}, checksums=['sha256'])"
WARC_MADE = """
import io, pathlib, sys
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
folder, into, date = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
with open(into, "wb") as stream:
    writer = WARCWriter(stream, gzip=True)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.0")
            address = "https://example.org/" + path.relative_to(folder).as_posix()
            writer.write_record(writer.create_warc_record(
                address, "response", payload=io.BytesIO(path.read_bytes()), http_headers=headers,
                warc_headers_dict={"WARC-Date": date}))
"""

# What happens to the files, for the classes in which the lists over them are made anew afterwards.
CHANGES: dict[str, Change] = {
    "a file replaced, every list made anew": lambda files: {**files, REPLACED: b"another picture"},
    "a file and its line dropped": lambda files: {name: held for name, held in files.items() if name != DROPPED},
    "a file added and listed": lambda files: {**files, ADDED: b"planted"},
    "two files swapped, every list made anew": lambda files: {
        **files,
        "dossier.html": files["interchange/case.json"],
        "interchange/case.json": files["dossier.html"],
    },
    "one entry of an exhibit's history left out": lambda files: {
        name: held for name, held in files.items() if name != HISTORY_ENTRY
    },
}
# The forgeries of tests/attacks/bag_world.py that do the same to a Counterclaim bag.
OURS = {
    "a file replaced": "flip data/exhibits/E1.jpg",
    "a file dropped": "remove data/dossier.pdf",
    "a file added": "plant_an_unlisted_file",
    "a file replaced, every list made anew": "flip data/exhibits/E1.jpg and remake manifests",
    "a file and its line dropped": "remove data/dossier.pdf and remake manifests",
    "a file added and listed": "plant_a_payload_file",
    "two files swapped, every list made anew": "swap_two_entries",
    "a date changed, every list made anew": "another_bagging_date",
    "one entry of an exhibit's history left out": "entry_stripped",
    "one entry left out by whoever made the container": "entry of a history left out by the publisher",
    "everything made anew by somebody else": "new_key_with_a_true_authority",
    ANEW_BY_ITS_MAKER: "history_rewritten_with_a_fresh_true_timestamp",
}  # fmt: skip


class Tools:
    """The other containers' own programs."""

    def __init__(self, folder: Path) -> None:
        """Remember where they are."""
        self.folder = folder.resolve()

    def ran(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run one; the caller looks at the exit code."""
        command = [str(self.folder / program), *arguments]
        return subprocess.run(command, capture_output=True, check=False)  # noqa: S603 (named by whoever runs this)

    def must(self, program: str, *arguments: str) -> str:
        """Run one that must succeed; return what it prints."""
        done = self.ran(program, *arguments)
        if done.returncode != 0:
            sys.exit(f"{program} {arguments}:\n{done.stdout.decode()}{done.stderr.decode()}")
        return done.stdout.decode()

    def version(self, package: str) -> str:
        """The version installed."""
        return self.must("python", "-c", f"import importlib.metadata as m; print(m.version('{package}'))").strip()


def laid(files: Files, folder: Path) -> Path:
    """Write the files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


class BagIt:
    """RFC 8493, by bagit-python."""

    package, title = "bagit", "BagIt"

    def __init__(self, tools: Tools) -> None:
        """Use these tools."""
        self.tools = tools

    def packed(self, files: Files, into: Path, *, date: str = CREATED) -> Path:
        """Make a bag of the files."""
        self.tools.must("python", "-c", BAG_MADE, str(laid(files, into)), date)
        return into

    def holds(self, bag: Path) -> bool:
        """What its own validator says."""
        return self.tools.ran("bagit.py", "--validate", str(bag)).returncode == 0

    def place(self, bag: Path, name: str) -> Path:
        """Where a file stands."""
        return bag / "data" / name

    def raw(self, bag: Path, kind: str) -> None:
        """Change a file and nothing else."""
        changed(self.place(bag, REPLACED if kind == "replaced" else DROPPED if kind == "dropped" else ADDED), kind)

    def older(self, files: Files, scratch: Path) -> Path:
        """An older bag in the place of a newer one."""
        return self.packed(files, scratch)


class Ocfl(BagIt):
    """OCFL 1.1, by ocfl-py."""

    package, title = "ocfl-py", "OCFL"

    def packed(self, files: Files, into: Path, *, date: str = CREATED) -> Path:
        """Make an object with one version."""
        source = laid(files, into.with_name(into.name + "-source"))
        self.tools.must(
            "ocfl-object.py", "create", "--quiet", "--srcdir", str(source), "--objdir", str(into), "--id", "urn:case",
            "--created", date, "--message", "published", "--name", "keeper", "--address", "mailto:keeper@example.org",
        )  # fmt: skip
        return into

    def holds(self, bag: Path) -> bool:
        """What its own validator says, all digests read."""
        done = self.tools.ran("ocfl-validate.py", str(bag))
        return done.returncode == 0 and b"INVALID" not in done.stdout + done.stderr

    def place(self, bag: Path, name: str) -> Path:
        """Where a file of the first version stands."""
        return bag / "v1" / "content" / name

    def older(self, files: Files, scratch: Path) -> Path:
        """Make a second version, then take it out again: the first version's inventory becomes the root's."""
        held = self.packed(files, scratch)
        source = laid({**files, ADDED: b"a second version"}, scratch.with_name(scratch.name + "-second"))
        self.tools.must(
            "ocfl-object.py", "update", "--quiet", "--srcdir", str(source), "--objdir", str(held),
            "--message", "second", "--name", "keeper", "--address", "mailto:keeper@example.org", "--created", LATER,
        )  # fmt: skip
        shutil.rmtree(held / "v2")
        for path in (held / "v1").glob("inventory.json*"):
            shutil.copy(path, held / path.name)
        return held


class Wacz(BagIt):
    """WACZ 1.1.1, by py-wacz; unsigned, because a signature needs a signing service."""

    package, title = "wacz", "WACZ"

    def packed(self, files: Files, into: Path, *, date: str = CREATED) -> Path:
        """Make one WARC of the files, then a WACZ of it."""
        source, warc = laid(files, into.with_name(into.name + "-source")), into.with_name(into.name + ".warc.gz")
        self.tools.must("python", "-c", WARC_MADE, str(source), str(warc), date)
        made = into.with_name(into.name + ".wacz")
        self.tools.must("wacz", "create", "-f", "-o", str(made), "-d", "--date", date, str(warc))
        return made

    def holds(self, bag: Path) -> bool:
        """What its own validator says."""
        return self.tools.ran("wacz", "validate", "-f", str(bag)).returncode == 0

    def raw(self, bag: Path, kind: str) -> None:
        """Change a file of the archive and nothing else: its WARC, its list of pages, or one more."""
        with zipfile.ZipFile(bag) as archive:
            held = {name: archive.read(name) for name in archive.namelist()}
        warc = next(name for name in held if name.startswith("archive/"))
        if kind == "replaced":
            held[warc] = held[warc][:-9] + bytes([held[warc][-9] ^ 1]) + held[warc][-8:]
        elif kind == "dropped":
            del held[warc]
        else:
            held["archive/annex.warc.gz"] = held[warc]
        with zipfile.ZipFile(bag, "w") as archive:
            for name, content in held.items():
                archive.writestr(name, content)


def changed(path: Path, kind: str) -> None:
    """Replace, drop or add one file."""
    if kind == "dropped":
        path.unlink()
    else:
        path.write_bytes(b"another picture" if kind == "replaced" else b"planted")


def tried(container: BagIt, files: Files, scratch: Path) -> dict[str, bool]:
    """Each class of forgery: whether the container's own validator rejects it."""
    name = container.title
    if not container.holds(container.packed(files, scratch / f"{name}-good")):
        sys.exit(f"{name}: its own validator rejects what its own tool made")
    rejected: dict[str, bool] = {}
    for kind in ("replaced", "dropped", "added"):
        bag = container.packed(files, scratch / f"{name}-{kind}")
        container.raw(bag, kind)
        rejected[f"a file {kind}"] = not container.holds(bag)
    for at, (words, change) in enumerate(CHANGES.items()):
        rejected[words] = not container.holds(container.packed(change(files), scratch / f"{name}-{at}"))
    other = {path: content + b" of somebody else" for path, content in files.items()}
    rejected["a date changed, every list made anew"] = not container.holds(
        container.packed(files, scratch / f"{name}-date", date=LATER)
    )
    for words in ("everything made anew by somebody else", ANEW_BY_ITS_MAKER):
        rejected[words] = not container.holds(container.packed(other, scratch / f"{name}-{len(words)}"))
    rejected["one entry left out by whoever made the container"] = rejected[
        "one entry of an exhibit's history left out"
    ]
    rejected[OLDER] = not container.holds(container.older(files, scratch / f"{name}-old"))
    return rejected


def ours(world: World, scratch: Path) -> dict[str, bool]:
    """The same classes on a Counterclaim bag, by all three checkers; ends where they differ."""
    anchors = Anchors(
        fingerprint=world.fingerprint,
        tsa_roots=world.authority.roots.read_bytes(),
        cosigners=(world.cosigner,),
        checkpoint=world.earlier.read_bytes(),
    )
    options = ["--fingerprint", world.fingerprint, "--tsa-roots", str(world.authority.roots)]
    options += ["--cosigner", world.cosigner, "--checkpoint", str(world.earlier)]
    rejected: dict[str, bool] = {}
    for words, name in OURS.items():
        bag = Path(shutil.copytree(world.good, scratch / "ours"))
        FORGERIES[name](bag, world)
        rejected[words] = rejected_by_all(bag, anchors, options)
        shutil.rmtree(bag)
    # An older bag, with a newer checkpoint of its log at hand: the rows say so, and none fails.
    newer = scratch / "newer.note"
    newer.write_bytes(world.log.signed(replace(world.log.checkpoint(), size=99)))
    told = replace(anchors, checkpoint=newer.read_bytes())
    rejected[OLDER] = rejected_by_all(world.good, told, [*options[:-1], str(newer)])
    return rejected


def rejected_by_all(bag: Path, anchors: Anchors, options: list[str]) -> bool:
    """Whether all three checkers reject it; ends where they differ."""
    checkers = ROOT / "src/counterclaim/dossier/verifier"
    checks = checks_of_bag(bag, anchors=anchors, token_holds=token_holds, signature_holds=signature_holds)
    answers = {any(check.outcome == "failed" for check in checks)}
    for program, file in (([sys.executable, "-I"], "verify.py"), (["sh"], "verify.sh")):
        command = [*program, str(checkers / file), *options, str(bag)]
        answers.add(subprocess.run(command, capture_output=True, check=False).returncode == 1)  # noqa: S603 (ours)
    if len(answers) != 1:
        sys.exit(f"{bag}: the three checkers differ")
    return answers.pop()


PAGE = """# The same forgeries on four containers

Made on {date} by `python tools/compare_containers.py --tools other/bin --into docs/containers.md`, which packs the
same files (a dossier, a picture, the entries of its history) four times and lets each container's own validator
judge: bagit-python {bagit} (RFC 8493), py-wacz {wacz} with warcio {warcio} (WACZ 1.1.1, unsigned), ocfl-py
{ocfl-py} (OCFL 1.1), and the three checkers of a Counterclaim bag of version 2 with every anchor at hand
(fingerprint, timestamp roots, a cosigner's key, an earlier checkpoint).

| what was done | BagIt | WACZ | OCFL | Counterclaim |
|---|---|---|---|---|
{rows}

*passes* means that the container's own validator finds nothing wrong.

## What this compares, and what it does not

BagIt was made so that a transfer or a disk that loses bytes is noticed, OCFL so that a repository keeps every
version of an object readable for decades, WACZ so that an archive of web pages can be replayed from one file. Each
does that, and rejects each change below its lists. None of them was made against somebody who makes the lists anew;
whoever needs that signs them from outside. WACZ names a way to do so (`datapackage-digest.json` signed by a
service, "WACZ Signing and Verification"), and a signed one would reject what somebody else made anew; it was not
tried here, because it needs a running signing service. An OCFL validator that is told to expect a second version
would see that it is gone, as would anybody who compares bags by their digests.

What a Counterclaim bag adds is not another list, but an entry in a log that was signed, timestamped and seen by
others: a list made anew no longer fits, and one entry of a history left out is missing from a map that the log's
checkpoint signs. The price: a bag means little to somebody who has no anchor from outside. Without one all three
checkers say *consistent; signer not checked* of a bag made anew by somebody else. An older bag handed on whole
passes for ever, in all four; with a newer checkpoint at hand the row *consistency* says that the bag is older than
that.
"""


def main() -> None:
    """Try everything, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--tools", type=Path, required=True, help="folder with bagit.py, wacz, ocfl-object.py, python")
    parser.add_argument("--into", type=Path, required=True)
    given = parser.parse_args()
    tools = Tools(given.tools)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        world = world_of(scratch / "world")
        files = {
            path.relative_to(top).as_posix(): path.read_bytes()
            for top in (world.good / "data", world.good / "custody")
            for path in sorted(top.rglob("*"))
            if path.is_file() and (top.name == "data" or path.parent.name == "entries")
        }
        answers = [tried(kind(tools), files, scratch) for kind in (BagIt, Wacz, Ocfl)]
        answers.append(ours(world, scratch))
    words = {True: "rejected", False: "passes"}
    rows = "\n".join(f"| {name} | {' | '.join(words[answer[name]] for answer in answers)} |" for name in (*OURS, OLDER))
    versions = {name: tools.version(name) for name in ("bagit", "wacz", "warcio", "ocfl-py")}
    page = PAGE.format_map({"date": time.strftime("%Y-%m-%d"), "rows": rows, **versions})
    given.into.write_text(page, "utf-8")
    print(json.dumps(versions), rows, sep="\n")


if __name__ == "__main__":
    main()
