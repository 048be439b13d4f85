"""The layout and the manifests of a published bag (BagIt, RFC 8493); refuses any file the format does not name."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from counterclaim.record.errors import IntegrityError

BAGIT_TEXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD_MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
NOTE = "custody/checkpoint.note"
LOG_KEY_LINE = "custody/log-key.vkey"
LOG_KEY_PEM = "custody/log-key.pem"
LEAVES = "custody/leaves"
LEAVES_PROOF = "custody/leaves.proof"
HISTORIES = "custody/histories"
HISTORIES_PROOF = "custody/histories.proof"
COSIGNATURES = "custody/cosignatures"
CONSISTENCY = "custody/consistency"
OPTIONAL = frozenset((HISTORIES, HISTORIES_PROOF, COSIGNATURES, CONSISTENCY))
# The README of version 1, the same bytes in every bag of it, with which such a bag is known.
README_1_SHA256 = "2a243a674d210a4ad9e4079282cc74da39678b143b8c0ef887e3ba99e88ad917"
REQUIRED = frozenset(
    (
        "README.txt",
        "bag-info.txt",
        "bagit.txt",
        LEAVES,
        LEAVES_PROOF,
        NOTE,
        LOG_KEY_PEM,
        LOG_KEY_LINE,
        PAYLOAD_MANIFEST,
        TAG_MANIFEST,
        "verify.py",
        "verify.sh",
    )
)
FILES_MAX = 50_000  # a thousand exhibits with nine entries each are some 20,000 files; more is an attack on the reader
DEPTH_MAX = 6  # the layout needs two folders; the rest is room for payloads
INDEX_DIGITS = 8  # of an entry in the name of its files; a log of ten years at a thousand entries a day has seven
PATH_CHARACTERS_MAX = 200  # keeps every path within the limits of the file systems a bag may be copied to
PAYLOAD_FILE_BYTES_MAX = 4 << 30  # one video; read in blocks
SMALL_FILE_BYTES_MAX = 32 << 20  # everything outside data/ is text or DER that is read whole
BLOCK_BYTES = 1 << 20

_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9._/-]+)")
_EXHIBIT = re.compile(r"data/exhibits/E([1-9][0-9]*)\.[a-z0-9]+")
_ENTRY = re.compile(r"custody/entries/([0-9]{8})\.(payload|detail)")
_TOKEN = re.compile(r"custody/tokens/([1-9][0-9]*)\.tsr")


class BagError(IntegrityError):
    """A file of the bag is not as the format says; `what` names it."""

    def __init__(self, what: str, expected: str, got: str) -> None:
        """Keep the file's path beside the sentence."""
        super().__init__(
            expected, got, remedy="Ask for the bag again from whoever published it, and compare fingerprints."
        )
        self.what = what


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The files found in a bag's folder: sorted paths with '/', all plain files with allowed names."""

    folder: Path
    files: tuple[str, ...]

    def small(self, path: str) -> bytes:
        """Give the bytes of a file outside `data/`. Raises BagError where it cannot be read or is too large."""
        try:
            with (self.folder / path).open("rb") as stream:
                content = stream.read(SMALL_FILE_BYTES_MAX + 1)
        except OSError as error:
            raise BagError(path, "a readable file", str(error.strerror)) from error
        if len(content) > SMALL_FILE_BYTES_MAX:
            raise BagError(path, f"at most {SMALL_FILE_BYTES_MAX} bytes", "more")
        return content

    def digest(self, path: str) -> str:
        """SHA-256 of a file, 64 hex digits, read in blocks. Raises BagError."""
        hasher = hashlib.sha256()
        try:
            with (self.folder / path).open("rb") as stream:
                while block := stream.read(BLOCK_BYTES):
                    hasher.update(block)
        except OSError as error:
            raise BagError(path, "a readable file", str(error.strerror)) from error
        return hasher.hexdigest()

    @property
    def payload(self) -> tuple[str, ...]:
        """The paths under `data/`."""
        return tuple(path for path in self.files if path.startswith("data/"))

    @property
    def tags(self) -> tuple[str, ...]:
        """Every other path but the tag manifest's own."""
        return tuple(path for path in self.files if not path.startswith("data/") and path != TAG_MANIFEST)

    def parts(self, part: str) -> frozenset[int]:
        """The indices of the entries whose `payload` or `detail` is here."""
        return frozenset(
            int(match[1]) for match in map(_ENTRY.fullmatch, self.files) if match is not None and match[2] == part
        )

    @property
    def tokens(self) -> tuple[str, ...]:
        """The paths of the timestamp tokens in the order of their numbers."""
        numbered = [(int(match[1]), match[0]) for match in map(_TOKEN.fullmatch, self.files) if match]
        return tuple(path for _, path in sorted(numbered))

    @property
    def exhibits(self) -> tuple[tuple[int, str], ...]:
        """(exhibit number, path) of the exhibit files that came with the bag."""
        return exhibits_in(self.files)


def exhibits_in(paths: Iterable[str]) -> tuple[tuple[int, str], ...]:
    """Give (exhibit number, path) of the exhibit files among `paths`."""
    return tuple((int(match[1]), match[0]) for match in map(_EXHIBIT.fullmatch, paths) if match)


def entry_path(index: int, part: str) -> str:
    """Give the path of one stored part (`payload`, `detail`) of an entry."""
    return f"custody/entries/{index:0{INDEX_DIGITS}d}.{part}"


def held_in(folder: Path) -> Held:
    """List a bag's folder. Raises BagError for a link, a special file, an unknown or a missing file."""
    _check_version(folder)
    files = tuple(sorted(_walk(folder)))
    for path in sorted(REQUIRED.difference(files)):
        raise BagError(path, "this file", "none")
    for path in files:
        check_path(path)
        limit = PAYLOAD_FILE_BYTES_MAX if path.startswith("data/") else SMALL_FILE_BYTES_MAX
        if (folder / path).stat().st_size > limit:
            raise BagError(path, f"at most {limit} bytes", "more")
    held = Held(folder=folder, files=files)
    _check_companions(held)
    return held


def _check_version(folder: Path) -> None:
    """Refuse a bag of version 1, which the checkers of its own can check. Raises BagError."""
    readme = folder / "README.txt"
    if readme.is_symlink() or not readme.is_file() or readme.stat().st_size > SMALL_FILE_BYTES_MAX:
        return
    if Held(folder=folder, files=()).digest("README.txt") == README_1_SHA256:
        raise BagError("README.txt", "a bag of version 2", "one of version 1: use the checker that bag carries")


def check_path(path: str) -> None:
    """Check that the format names such a file. Raises BagError."""
    segments = path.split("/")
    well_named = (
        all(map(_SEGMENT.fullmatch, segments)) and len(path) <= PATH_CHARACTERS_MAX and len(segments) <= DEPTH_MAX + 1
    )
    if path.startswith("data/exhibits/"):
        known = _EXHIBIT.fullmatch(path) is not None
    else:
        known = (
            path in REQUIRED
            or path in OPTIONAL
            or path.startswith("data/")
            or any(form.fullmatch(path) for form in (_ENTRY, _TOKEN))
        )
    if not (well_named and known):
        raise BagError(path, "only files the format names", "another")


def _walk(folder: Path) -> Iterable[str]:
    """Yield the relative paths of all files; bounded, and never through a symbolic link."""
    count, todo = 0, [""]
    while todo:
        prefix = todo.pop()
        if prefix.count("/") > DEPTH_MAX:
            raise BagError(prefix, f"at most {DEPTH_MAX} nested folders", "more")
        try:
            entries = list(os.scandir(folder / prefix))
        except OSError as error:
            raise BagError(prefix or ".", "a readable folder", str(error.strerror)) from error
        # A manifest lists files alone: a folder without any would be a name in the bag that nothing binds.
        if prefix and not entries:
            raise BagError(prefix.removesuffix("/"), "folders that hold a file", "an empty one")
        for entry in entries:
            path = prefix + entry.name
            if entry.is_symlink() or not _SEGMENT.fullmatch(entry.name):
                raise BagError(path, "plain files and folders with plain names", "a link or another name")
            if entry.is_dir(follow_symlinks=False):
                todo.append(path + "/")
                continue
            if not entry.is_file(follow_symlinks=False):
                raise BagError(path, "a plain file", "something else")
            count += 1
            if count > FILES_MAX:
                raise BagError(".", f"at most {FILES_MAX} files", "more")
            yield path


def _check_companions(held: Held) -> None:
    """A detail needs its payload, a file of histories its proof, and tokens count from 1."""
    if not held.payload:
        raise BagError("data", "a payload", "none")
    for index in sorted(held.parts("detail") - held.parts("payload")):
        raise BagError(entry_path(index, "payload"), f"this file beside {entry_path(index, 'detail')}", "none")
    if (HISTORIES in held.files) != (HISTORIES_PROOF in held.files):
        raise BagError(HISTORIES, f"both {HISTORIES} and {HISTORIES_PROOF}, or neither", "one of them")
    for number, path in enumerate(held.tokens, 1):
        if path != f"custody/tokens/{number}.tsr":
            raise BagError(path, "tokens numbered from 1 without a gap", "a gap")


def manifest_text(digests: Mapping[str, str]) -> bytes:
    """Give a manifest in its canonical form: sorted by path, lower-case hex, two spaces, LF. RFC 8493 section 2.1.3."""
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode("ascii")


def manifest_digests(name: str, content: bytes) -> dict[str, str]:
    """Read a manifest strictly: {path: digest}. Raises BagError for any other form of the same list."""
    digests: dict[str, str] = {}
    for line in content.decode("latin-1").split("\n")[:-1]:
        match = _LINE.fullmatch(line)
        if match is None:
            raise BagError(name, "lines of 64 lower-case hex digits, two spaces, a path", repr(line[:80]))
        digests[match[2]] = match[1]
    if not digests or manifest_text(digests) != content:
        raise BagError(name, "a sorted list that names each file once and ends in LF", "another form")
    return digests


def check_manifest(held: Held, name: str, wanted: tuple[str, ...]) -> dict[str, str]:
    """Check one manifest against the files it must list, all of them and no other. Raises BagError."""
    digests = manifest_digests(name, held.small(name))
    for path in sorted(frozenset(digests).symmetric_difference(wanted)):
        raise BagError(path, f"the same files here and in {name}", "here only" if path in wanted else "listed only")
    for path, digest in digests.items():
        if held.digest(path) != digest:
            raise BagError(path, f"the bytes listed in {name}", "other bytes")
    return digests
