#!/usr/bin/env python3
# mypy: ignore-errors
# ruff: noqa
# (Both: this file must read on Python 3.8 and stand alone; see docs/decisions/0020.)
"""Checks a published bag with the standard library alone; says nothing about whether its content is so.

    python3 -I verify.py [BAGDIR] [--fingerprint F] [--tsa-roots PEM] [--cosigner VKEY]... [--checkpoint FILE]

This is the deliberate second implementation of docs/SPEC-bag.md: it shares no line with the program that
wrote the bag, runs on Python 3.8 or newer and touches no network. Exit 0: no check failed; 1: one failed;
2: wrong usage.

Order: form -> payload and tag manifests -> log key, signer, checkpoint, cosigner, consistency -> inclusion,
commitments -> publication, exhibits, completeness -> timestamp. What an earlier failure makes meaningless is
reported as not checked.
"""

import argparse
import base64
import datetime
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

ROWS = ("form", "payload", "tag files", "log key", "signer", "checkpoint", "cosigner", "consistency", "inclusion",
        "commitments", "publication", "exhibits", "completeness", "timestamp")
# SHA-256 of the two files that are the same in every bag of this format.
BAGIT_SHA256 = "1712ecfb074bf29c4188ad3421032509159a09739fd604f8fe57038b4ddefcc9"
README_SHA256 = "92267720dfdaeec671f1c253dda7bf8685047b7a265e1420e5be67b4fa94222a"
README_1_SHA256 = "2a243a674d210a4ad9e4079282cc74da39678b143b8c0ef887e3ba99e88ad917"  # that of version 1
REQUIRED = ("README.txt", "bag-info.txt", "bagit.txt", "custody/checkpoint.note", "custody/leaves",
            "custody/leaves.proof", "custody/log-key.pem", "custody/log-key.vkey", "manifest-sha256.txt",
            "tagmanifest-sha256.txt", "verify.py", "verify.sh")
OPTIONAL = ("custody/consistency", "custody/cosignatures", "custody/histories", "custody/histories.proof")
LEAVES_MAX = 50000
NESTED_MAX = 64  # arrays and objects around a value; elements around an element of a token
FILES_MAX = 50000  # a thousand exhibits with nine entries each are some 20,000 files; more is an attack on the reader
COSIGNATURES_MAX = 64
EARLIER_MAX = 256  # checkpoints a consistency proof is given from
PROOF_HASHES_MAX = 63  # of one consistency proof
SEEN_MAX = 253402300799  # the last second of the year 9999
EXHIBIT_MAX = 99999999
NAMED_MAX = 8  # exhibits named one by one in the row about them, which is one line
DEPTH_MAX = 6
PATH_CHARACTERS_MAX = 200
PAYLOAD_FILE_BYTES_MAX = 4 << 30  # one video; read in blocks
SMALL_FILE_BYTES_MAX = 32 << 20  # everything outside data/ is text or DER that is read whole
BLOCK_BYTES = 1 << 20
ACTS = frozenset("admit fetch examine read accept reject edit assess weigh redact transfer publish erase withdraw "
                 "not_used".split())
RECORDS = frozenset("vault_created case_opened role_granted preliminary_assessment inquiry ask disclose_findings "
                    "rotate_key attest_time cosign particulars_requested reply_received correction consent_given "
                    "consent_withdrawn migrate backup scrub".split())
PEM_HEAD = "MCowBQYDK2VwAyEA"  # base64 of the 12 bytes of a SubjectPublicKeyInfo before an Ed25519 key (RFC 8410)
HEX64 = re.compile(r"[0-9a-f]{64}")
# A date that exists (Gregorian, years of four digits), hours to 23, minutes and seconds to 59.
LEAP_YEAR = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
DATE = (r"(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
        r"|02-(?:0[1-9]|1[0-9]|2[0-8]))|" + LEAP_YEAR + "-02-29)")
AT = re.compile(DATE + r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?Z")
MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9._/-]+)")
SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


class Broken(Exception):
    """A check failed: on which file, and why."""

    def __init__(self, what, why):
        super().__init__(what, why)
        self.what, self.why = what, why


# --- form ---------------------------------------------------------------------------------------

def listed(folder):
    """Every file below `folder` as a sorted list of paths with '/'. Anything that is no plain file is refused."""
    found, todo = [], [("", 0)]
    while todo:
        prefix, depth = todo.pop()
        if depth > DEPTH_MAX:
            raise Broken(prefix, "folders nested deeper than %d" % DEPTH_MAX)
        try:
            entries = sorted(os.scandir(os.path.join(folder, prefix)), key=lambda entry: entry.name)
        except OSError as error:
            raise Broken(prefix or ".", "cannot be listed: %s" % error.strerror)
        if prefix and not entries:
            raise Broken(prefix[:-1], "an empty folder, which no manifest names")
        for entry in entries:
            path = prefix + entry.name
            if not SEGMENT.fullmatch(entry.name) or len(path) > PATH_CHARACTERS_MAX:
                raise Broken(path, "a name this format does not allow")
            if entry.is_symlink():
                raise Broken(path, "a symbolic link")
            if entry.is_dir(follow_symlinks=False):
                todo.append((path + "/", depth + 1))
            elif entry.is_file(follow_symlinks=False):
                found.append(path)
            else:
                raise Broken(path, "neither a file nor a folder")
            if len(found) > FILES_MAX:
                raise Broken(".", "more than %d files" % FILES_MAX)
    return sorted(found)


ALLOWED = (
    re.compile(r"data/exhibits/E[1-9][0-9]*\.[a-z0-9]+"),
    re.compile(r"data/(?!exhibits/).+"),
    re.compile(r"custody/entries/[0-9]{8}\.(?:payload|detail)"),
    re.compile(r"custody/tokens/[1-9][0-9]*\.tsr"),
)


def check_version(bag):
    path = os.path.join(bag.folder, "README.txt")
    if os.path.isfile(path) and not os.path.islink(path) and os.path.getsize(path) <= SMALL_FILE_BYTES_MAX:
        if bag.digest("README.txt") == README_1_SHA256:
            raise Broken("README.txt", "a bag of version 1: use the verify.py or verify.sh that it carries")


def check_form(bag):
    check_version(bag)
    bag.files = listed(bag.folder)
    held = frozenset(bag.files)
    for path in REQUIRED:
        if path not in held:
            raise Broken(path, "missing")
    for path in bag.files:
        if path not in REQUIRED and path not in OPTIONAL and not any(form.fullmatch(path) for form in ALLOWED):
            raise Broken(path, "a file that does not belong into a bag")
        limit = PAYLOAD_FILE_BYTES_MAX if path.startswith("data/") else SMALL_FILE_BYTES_MAX
        if os.path.getsize(os.path.join(bag.folder, path)) > limit:
            raise Broken(path, "larger than %d bytes" % limit)
    if not any(path.startswith("data/") for path in held):
        raise Broken("data", "no payload")
    check_entry_files(bag, held)
    for path, digest in (("bagit.txt", BAGIT_SHA256), ("README.txt", README_SHA256)):
        if bag.digest(path) != digest:
            raise Broken(path, "not the text every bag of this format carries")
    return ".", "%d files, all of them plain and named as the format says" % len(bag.files)


def check_entry_files(bag, held):
    for path in bag.files:
        needed = None
        if path.startswith("custody/entries/") and path.endswith(".detail"):
            needed = path[:-len("detail")] + "payload"
        elif path in ("custody/histories", "custody/histories.proof"):
            needed = "custody/histories" if path.endswith(".proof") else "custody/histories.proof"
        if needed is not None and needed not in held:
            raise Broken(needed, "missing, though %s is here" % path)
    tokens = [path for path in held if path.startswith("custody/tokens/")]
    bag.tokens = ["custody/tokens/%d.tsr" % (n + 1) for n in range(len(tokens))]
    for path in bag.tokens:
        if path not in held:
            raise Broken(path, "missing: tokens are numbered from 1 without a gap")


# --- manifests ----------------------------------------------------------------------------------

def manifest_lines(bag, name):
    """The manifest as {path: digest}, read strictly: lower-case hex, two spaces, LF, sorted, each path once."""
    try:
        text = bag.read(name).decode("ascii")
    except UnicodeDecodeError:
        raise Broken(name, "not ASCII")
    if not text.endswith("\n"):
        raise Broken(name, "the last line does not end in a line feed")
    result, last = {}, ""
    for number, line in enumerate(text[:-1].split("\n"), 1):
        match = MANIFEST_LINE.fullmatch(line)
        if match is None:
            raise Broken(name, "line %d is not in the canonical form" % number)
        if not match.group(2) > last:
            raise Broken(name, "line %d is a repetition or out of order" % number)
        last = match.group(2)
        result[last] = match.group(1)
    return result


def check_manifest(bag, name, wanted):
    digests = manifest_lines(bag, name)
    for path in sorted(frozenset(digests) ^ frozenset(wanted)):
        raise Broken(path, "listed in %s, but not here" % name if path in digests else "not listed in %s" % name)
    for path, digest in sorted(digests.items()):
        if bag.digest(path) != digest:
            raise Broken(path, "its bytes are not those in %s" % name)
    bag.digests.update(digests)
    return name, "%d files" % len(digests)


def check_payload(bag):
    return check_manifest(bag, "manifest-sha256.txt", [path for path in bag.files if path.startswith("data/")])


def check_tag_files(bag):
    name = "tagmanifest-sha256.txt"
    return check_manifest(bag, name, [path for path in bag.files if not path.startswith("data/") and path != name])


# --- Ed25519 (RFC 8032 section 5.1.7, cofactorless, with the check S < L) --------------------------

P = 2 ** 255 - 19
L = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def point_sum(p, q):
    """Addition in extended coordinates (X, Y, Z, T); complete on this curve."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = point_sum(result, point)
        point = point_sum(point, point)
        scalar >>= 1
    return result


def x_of(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def compressed(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


EIGHTH_Y = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")


def is_weak(key):
    """Whether the key is of small order, so that a signature says nothing, or its y is not written modulo P."""
    y = int.from_bytes(key, "little") & (1 << 255) - 1
    return y >= P - 1 or y in (0, 1, EIGHTH_Y, P - EIGHTH_Y)


def signature_holds(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    number = int.from_bytes(key, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    x = x_of(y, sign)
    s = int.from_bytes(signature[32:], "little")
    if x is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    minus_key = (P - x, y, 1, (P - x) * y % P)
    return compressed(point_sum(point_times(s, BASE), point_times(k, minus_key))) == signature[:32]


# --- key, checkpoint, cosigners -------------------------------------------------------------------

def unbase64(text):
    """Decode base64 that has exactly one form; None for anything else."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, UnicodeEncodeError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None


def key_of(line, kind=b"\x01"):
    """(name, key hash, 32-byte key) of a vkey line (C2SP signed-note) of this signature type; None if it is none."""
    match = re.fullmatch(r"([!-*,-~]{1,200})\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})", line)
    raw = match and unbase64(match.group(3))
    if not raw or len(raw) != 33 or raw[:1] != kind:
        return None
    if is_weak(raw[1:]):
        return None
    key_hash = hashlib.sha256(match.group(1).encode() + b"\n" + raw).digest()[:4]
    return (match.group(1), key_hash, raw[1:]) if key_hash.hex() == match.group(2) else None


def check_log_key(bag):
    path = "custody/log-key.vkey"
    text = bag.read(path).decode("latin-1")
    bag.key = key_of(text[:-1]) if text.endswith("\n") else None
    if bag.key is None:
        raise Broken(path, "not the line of an Ed25519 key")
    encoded = base64.b64encode(bag.key[2]).decode()
    if bag.read("custody/log-key.pem") != ("-----BEGIN PUBLIC KEY-----\n%s%s\n-----END PUBLIC KEY-----\n" % (PEM_HEAD, encoded)).encode():
        raise Broken("custody/log-key.pem", "not the key of log-key.vkey in its one form")
    return path, "log-key.vkey and log-key.pem hold the same key"


def check_signer(bag):
    path = "custody/log-key.vkey"
    if bag.given.fingerprint is None:
        return path, None
    if bag.fingerprint() != bag.given.fingerprint:
        raise Broken(path, "the key's fingerprint is %s" % bag.fingerprint())
    return path, "the key has the fingerprint given"


SIGNATURE_LINE = re.compile("\u2014 ([!-*,-~]{1,200}) ([A-Za-z0-9+/]+={0,2})")


def signature_of(line):
    """(name, key hash, what follows it) of a signature line; None if it is none."""
    match = SIGNATURE_LINE.fullmatch(line)
    raw = match and unbase64(match.group(2))
    return (match.group(1), raw[:4], raw[4:]) if raw and len(raw) > 4 else None


class Note:
    """A signed checkpoint: origin, size, root, root of histories (None where there is no fourth line), signatures."""

    def __init__(self, content, path):
        try:
            lines = content.decode("utf-8").split("\n")
        except UnicodeDecodeError:
            raise Broken(path, "not UTF-8")
        blank = lines.index("") if "" in lines else -1
        if blank not in (3, 4) or len(lines) < blank + 3 or lines[-1]:
            raise Broken(path, "not a signed note of three or four lines, a blank line and signatures")
        roots = [unbase64(lines[2])] + [unbase64(line[len("histories "):]) for line in lines[3:blank]]
        named = all(line.startswith("histories ") for line in lines[3:blank])
        if not named or not re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]) or any(root is None or len(root) != 32 for root in roots):
            raise Broken(path, "not a checkpoint: origin, size, root, root of histories")
        self.origin, self.size, self.root = lines[0], int(lines[1]), roots[0]
        self.histories = roots[1] if len(roots) > 1 else None
        self.text = "".join(line + "\n" for line in lines[:blank]).encode()
        self.signatures = [signature_of(line) for line in lines[blank + 1:-1]]
        if None in self.signatures:
            raise Broken(path, "a line that is no signature")

    def check_signed_by(self, key, path):
        name, key_hash, public = key
        own = [row for row in self.signatures if row[:2] == (name, key_hash)]
        if self.origin != name or len(own) != 1 or self.signatures[0] != own[0]:
            raise Broken(path, "not signed once, first, by the key in log-key.vkey")
        if not signature_holds(public, self.text, own[0][2]):
            raise Broken(path, "the signature does not hold")


def check_checkpoint(bag):
    path = "custody/checkpoint.note"
    note = Note(bag.read(path), path)
    note.check_signed_by(bag.key, path)
    if len(note.signatures) != 1:
        raise Broken(path, "more signatures than the log's own; others stand in custody/cosignatures")
    if note.histories is None:
        raise Broken(path, "no fourth line with the root of histories")
    bag.note = note
    return path, "signed by the key in log-key.vkey; %d entries" % note.size


def cosignatures(bag):
    """(name, key hash, time, signature) of each line of custody/cosignatures; nothing where there is no such file."""
    path, rows = "custody/cosignatures", []
    if path not in bag.digests:
        return rows
    try:
        lines = bag.read(path).decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise Broken(path, "not UTF-8")
    for line in lines[:-1]:
        parsed = signature_of(line)
        if parsed is None or len(parsed[2]) != 72 or int.from_bytes(parsed[2][:8], "big") > SEEN_MAX:
            raise Broken(path, "a line that is no cosignature")
        rows.append((parsed[0], parsed[1], int.from_bytes(parsed[2][:8], "big"), parsed[2][8:]))
    if lines[-1] or not 1 <= len(rows) <= COSIGNATURES_MAX or len(frozenset(row[:2] for row in rows)) != len(rows):
        raise Broken(path, "not one line a key, %d at most, each ending in a line feed" % COSIGNATURES_MAX)
    return rows


def check_cosigner(bag):
    path, rows, told = "custody/cosignatures", cosignatures(bag), []
    if not bag.given.cosigner:
        bag.unchecked = "%d cosignatures; no cosigner key given" % len(rows) if rows else "no cosigner key given"
        return path, None
    for name, key_hash, key in bag.given.cosigner:
        seen = [time for row_name, row_hash, time, signature in rows if (row_name, row_hash) == (name, key_hash)
                and signature_holds(key, b"cosignature/v1\ntime %d\n" % time + bag.note.text, signature)]
        if not seen:
            raise Broken(path, "no cosignature of %s that holds" % name)
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seen[0])
        told.append("cosigned by %s (seen by %sZ)" % (name, moment.isoformat()))
    return path, "; ".join(told)


def consistency_proofs(bag):
    """{old size: hashes} in custody/consistency; nothing where there is no such file."""
    path, proofs, last = "custody/consistency", {}, 0
    if path not in bag.digests:
        return proofs
    for line in ascii_lines(bag, path):
        match = re.fullmatch(r"old ([1-9][0-9]{0,15})", line)
        if match and last < int(match.group(1)) < bag.note.size:
            last = int(match.group(1))
            proofs[last] = []
        elif match is None and last and HEX64.fullmatch(line) and len(proofs[last]) < PROOF_HASHES_MAX:
            proofs[last].append(bytes.fromhex(line))
        else:
            raise Broken(path, "not old sizes that rise below this one, each with its hashes")
    if not 1 <= len(proofs) <= EARLIER_MAX:
        raise Broken(path, "not 1 to %d old sizes" % EARLIER_MAX)
    return proofs


def subproof(old, low, high, whole, proof):
    """RFC 6962 section 2.1.2, read backwards: (root of the first `old` of these leaves, root of all) by `proof`."""
    if low + old == high:
        if whole is not None:
            return whole, whole
        digest = proof.pop()
        return digest, digest
    middle = low + (1 << ((high - low - 1).bit_length() - 1))
    if low + old <= middle:
        right = proof.pop()
        then, now = subproof(old, low, middle, whole, proof)
        return then, joined(now, right)
    left = proof.pop()
    then, now = subproof(old - (middle - low), middle, high, None, proof)
    return joined(left, then), joined(left, now)


def joined(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def check_consistency(bag):
    path, proofs = "custody/consistency", consistency_proofs(bag)
    if bag.given.checkpoint is None:
        bag.unchecked = "proofs from %d earlier checkpoints; none given" % len(proofs) if proofs else "no earlier checkpoint given"
        return path, None
    given = Note(bag.given.checkpoint, "the checkpoint given")
    given.check_signed_by(bag.key, "the checkpoint given")
    if given.size > bag.note.size:
        bag.unchecked = "the checkpoint given is of %d entries, newer than this bag" % given.size
        return path, None
    if given.size == bag.note.size:
        if given.text != bag.note.text:
            raise Broken("custody/checkpoint.note", "not the checkpoint given, though of as many entries")
        return "custody/checkpoint.note", "the very checkpoint that was given"
    if given.size not in proofs:
        raise Broken(path, "no proof from the checkpoint of %d entries" % given.size)
    rest = list(proofs[given.size])
    try:
        roots = subproof(given.size, 0, bag.note.size, given.root, rest)
    except IndexError:
        raise Broken(path, "too few hashes from the checkpoint of %d entries" % given.size)
    if rest or roots != (given.root, bag.note.root):
        raise Broken(path, "the log does not begin with the %d entries of the checkpoint given" % given.size)
    return path, "the log begins with the %d entries of the checkpoint given" % given.size


# --- entries ------------------------------------------------------------------------------------

def ascii_lines(bag, path):
    """The lines of a text of which each ends in a line feed."""
    try:
        lines = bag.read(path).decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Broken(path, "not ASCII")
    if lines.pop():
        raise Broken(path, "the last line does not end in a line feed")
    return lines


def hashes_in(bag, path):
    lines = ascii_lines(bag, path)
    if not all(HEX64.fullmatch(line) for line in lines):
        raise Broken(path, "a line that is not 64 lower-case hex digits")
    return [bytes.fromhex(line) for line in lines]


LEAF_LINE = re.compile(r'([0-9]{8}) (\{"class":"(?:act|record|viewing)","payload_sha256":"[0-9a-f]{64}","v":1\})')


def nodes_needed(known, low, high, level):
    """The nodes (level, index, how to split no further) beside the way from the leaves `known` to the top."""
    if not known:
        yield level, low >> level
    elif high - low > 1:
        below = (high - low - 1).bit_length() - 1
        middle = low + (1 << below)
        yield from nodes_needed([n for n in known if n < middle], low, middle, below)
        yield from nodes_needed([n for n in known if n >= middle], middle, high, below)


def root_over(known, low, high, level, leaves, proof):
    """The root over leaves low..high-1 (RFC 6962 section 2.1) from leaf hashes and {(level, index): hash}."""
    if not known:
        return proof[level, low >> level]
    if high - low == 1:
        return leaves[low]
    below = (high - low - 1).bit_length() - 1
    middle = low + (1 << below)
    return joined(root_over([n for n in known if n < middle], low, middle, below, leaves, proof),
                  root_over([n for n in known if n >= middle], middle, high, below, leaves, proof))


def root_from(leaves, size, proof):
    """The root that `proof` leads to from leaf hashes {index: hash}; None where it has not the hashes it must have."""
    known, height = sorted(leaves), (size - 1).bit_length() if size > 0 else 0
    if not known or known[-1] >= size:
        return None
    needed = sorted(nodes_needed(known, 0, size, height))
    if len(needed) != len(proof):
        return None
    return root_over(known, 0, size, height, leaves, dict(zip(needed, proof)))


def check_inclusion(bag):
    path, last = "custody/leaves", -1
    for line in ascii_lines(bag, path):
        match = LEAF_LINE.fullmatch(line)
        if match is None or int(match.group(1)) <= last:
            raise Broken(path, "not rising indices of eight digits, each with its leaf in canonical JSON")
        last = int(match.group(1))
        bag.leaves[last] = match.group(2).encode()
    if not 1 <= len(bag.leaves) <= LEAVES_MAX:
        raise Broken(path, "not 1 to %d entries" % LEAVES_MAX)
    hashes = {index: hashlib.sha256(b"\x00" + leaf).digest() for index, leaf in bag.leaves.items()}
    if root_from(hashes, bag.note.size, hashes_in(bag, "custody/leaves.proof")) != bag.note.root:
        raise Broken(path, "not the entries under the checkpoint, or another proof")
    return path, "%d of %d entries disclosed, all under the checkpoint" % (len(hashes), bag.note.size)


def canonical(value):
    """RFC 8785 text of a value without floats."""
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        if abs(value) > 2 ** 53 - 1:
            raise ValueError("an integer too large")
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join(json.dumps(key, ensure_ascii=False) + ":" + canonical(value[key]) for key in keys) + "}"


def nested(value):
    """How many arrays and objects are around the innermost value of this one, itself counted."""
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(nested, value), default=0) if isinstance(value, list) else 0


def no_float(text):
    raise ValueError("a number that is no integer: " + text)


def canonical_object(bag, path):
    raw = bag.read(path)
    try:
        value = json.loads(raw.decode("utf-8"), parse_float=no_float, parse_constant=no_float)
        same = nested(value) <= NESTED_MAX and canonical(value).encode("utf-8") == raw
    except (ValueError, RecursionError) as error:
        raise Broken(path, "not canonical JSON: %s" % type(error).__name__)
    if not same or not isinstance(value, dict):
        raise Broken(path, "not a canonical JSON object")
    return value


def is_hex64(value):
    return isinstance(value, str) and HEX64.fullmatch(value) is not None


def check_head(bag, stem, leaf):
    path = stem + ".payload"
    if bag.digests[path] != leaf["payload_sha256"]:
        raise Broken(path, "not the payload its leaf commits to")
    head = canonical_object(bag, path)
    texts, tool = ("actor", "basis", "case", "kind"), head.get("tool")
    good = (
        frozenset(head) == {"actor", "at", "basis", "case", "detail_sha256", "exhibits", "kind", "salt", "tool", "v"}
        and head["v"] == 1 and head["v"] is not True
        and all(isinstance(head[name], str) for name in texts)
        and isinstance(head["at"], str) and AT.fullmatch(head["at"]) is not None
        and is_hex64(head["detail_sha256"])
        and isinstance(head["salt"], str) and re.fullmatch("[0-9a-f]{32}", head["salt"]) is not None
        and isinstance(head["exhibits"], list) and all(type(number) is int and 0 < number <= EXHIBIT_MAX for number in head["exhibits"])
        and isinstance(tool, dict) and frozenset(tool) == {"name", "version"} and all(isinstance(t, str) for t in tool.values())
    )
    if not good:
        raise Broken(path, "not the fields of a payload")
    kind = head["kind"]
    if leaf["class"] != ("viewing" if kind == "view" else "act" if kind in ACTS else "record" if kind in RECORDS else None):
        raise Broken(path, "its kind is not of the class in its leaf")
    return head


def check_detail(bag, stem, head):
    path = stem + ".detail"
    if bag.digests[path] != head["detail_sha256"]:
        raise Broken(path, "not the detail its payload commits to")
    detail = canonical_object(bag, path)
    good = (
        frozenset(detail) == {"body", "inputs", "outputs", "salt"} and isinstance(detail["body"], dict)
        and isinstance(detail["salt"], str) and re.fullmatch("[0-9a-f]{32}", detail["salt"]) is not None
        and all(isinstance(detail[name], list) and all(is_hex64(item) for item in detail[name]) for name in ("inputs", "outputs"))
    )
    if not good:
        raise Broken(path, "not the fields of a detail")
    return detail


def check_commitments(bag):
    parts, here = 0, [path for path in bag.files if path.startswith("custody/entries/")]
    for path in here:
        if int(path[16:24]) not in bag.leaves:
            raise Broken(path, "there is no leaf of this entry")
    for index, text in bag.leaves.items():
        stem = "custody/entries/%08d" % index
        leaf, head, detail = json.loads(text.decode()), None, None
        if stem + ".payload" in bag.digests:
            head = check_head(bag, stem, leaf)
            parts += 1
        if stem + ".detail" in bag.digests:
            detail = check_detail(bag, stem, head)
            parts += 1
        bag.entries[index] = (head, detail)
    return "custody/entries", "%d payloads and details are those committed to" % parts


# --- publication, exhibits, completeness ---------------------------------------------------------------------

def publish_entries(bag):
    manifest_sha256 = hashlib.sha256(bag.read("manifest-sha256.txt")).hexdigest()
    for index, (head, detail) in sorted(bag.entries.items()):
        if head and detail and head["kind"] == "publish":
            body = detail["body"]
            if (
                frozenset(body) == {"disclosed", "exhibits", "manifest_sha256", "profile", "recipient", "sealed", "verifiers", "withheld"}
                and body["manifest_sha256"] == manifest_sha256
                and isinstance(body["profile"], str) and re.fullmatch("[a-z]+", body["profile"])
                and (body["recipient"] is None or isinstance(body["recipient"], str))
                and all(isinstance(body[name], list) and all(type(n) is int and n >= 0 for n in body[name])
                        for name in ("disclosed", "exhibits", "sealed", "withheld"))
                and all(0 < n <= EXHIBIT_MAX for n in body["exhibits"])
                and isinstance(body["verifiers"], dict) and frozenset(body["verifiers"]) == {"verify.py", "verify.sh"}
                and all(is_hex64(digest) for digest in body["verifiers"].values())
            ):
                yield index, head, body


def check_publication(bag):
    found = list(publish_entries(bag))
    if len(found) != 1:
        raise Broken("custody/entries", "%d publish entries name this payload manifest, and it must be one" % len(found))
    index, head, body = found[0]
    path = "custody/entries/%08d.detail" % index
    if any(one >= other for one, other in zip(body["exhibits"], body["exhibits"][1:])):
        raise Broken(path, "exhibits that do not rise")
    others = [other for other in bag.entries if other != index]
    for name, here, why in (
        ("disclosed", others, "the entries here are not those the publish entry lists"),
        ("sealed", [n for n in others if bag.entries[n][0] is None],
         "the entries with a leaf alone are not those the publish entry calls sealed"),
        ("withheld", [n for n in others if bag.entries[n][0] is not None and bag.entries[n][1] is None],
         "the entries without their detail are not those the publish entry calls withheld"),
    ):
        if body[name] != here or any(type(n) is not int for n in body[name]):
            raise Broken(path, why)
    for name in ("verify.sh", "verify.py"):
        if body["verifiers"] != {"verify.sh": bag.digests["verify.sh"], "verify.py": bag.digests["verify.py"]}:
            raise Broken(name, "the checkers are not those the publish entry names")
    told = "Bag-Software-Agent: counterclaim\nBagging-Date: %s\nExternal-Identifier: %s\n" % (head["at"][:10], body["manifest_sha256"])
    if bag.read("bag-info.txt") != told.encode():
        raise Broken("bag-info.txt", "not what the publish entry says")
    bag.case, bag.complete = head["case"], body["exhibits"]
    return path, "entry %d published this payload, these entries and these checkers" % index


def exhibit_files(bag):
    for path in bag.files:
        if path.startswith("data/exhibits/"):
            yield int(re.match(r"data/exhibits/E([0-9]+)\.", path).group(1)), path


def check_exhibits(bag):
    admitted, open_, checked = {}, [], 0
    for head, detail in bag.entries.values():
        if head and detail and head["kind"] == "admit" and head["case"] == bag.case:
            for number in head["exhibits"]:
                admitted.setdefault(number, set()).update(detail["outputs"])
    for number, path in exhibit_files(bag):
        if number not in admitted:
            open_.append(path)
        elif bag.digests[path] not in admitted[number]:
            raise Broken(path, "not the bytes that were admitted")
        else:
            checked += 1
    if open_ or not checked:
        bag.unchecked = "no admit entry disclosed" if open_ else "no exhibit files in this bag"
        return (open_ or ["data/exhibits"])[0], None
    return "data/exhibits", "%d files are those that were admitted" % checked


HISTORY_LINE = re.compile(
    r'(0|[1-9][0-9]{0,2}) (\{"entries":\[((?:0|[1-9][0-9]{0,7})(?:,[1-9][0-9]{0,7})*)\],"exhibit":([1-9][0-9]{0,7}),'
    r'"key":"([0-9a-f]{64})","salt":"[0-9a-f]{32}","v":1\})')


def histories_in(bag):
    """(exhibit, its entries, key, depth, digest) of each line of custody/histories."""
    path, rows = "custody/histories", []
    for line in ascii_lines(bag, path):
        match = HISTORY_LINE.fullmatch(line)
        if match is None or int(match.group(1)) > 256:
            raise Broken(path, "a line that is not a depth and a history in canonical JSON")
        entries = [int(text) for text in match.group(3).split(",")]
        if any(one >= other for one, other in zip(entries, entries[1:])):
            raise Broken(path, "a history whose entries do not rise")
        if rows and rows[-1][2].hex() >= match.group(5):
            raise Broken(path, "histories that do not rise by key")
        digest = hashlib.sha256(b"\x00" + match.group(2).encode()).digest()
        rows.append((int(match.group(4)), entries, bytes.fromhex(match.group(5)), int(match.group(1)), digest))
    return rows


def map_root(rows, proof):
    """The root of the map from these histories and the hashes beside their ways; None where they do not fit."""
    placed = {}
    for _, _, key, depth, digest in rows:
        way = "".join("{:08b}".format(byte) for byte in key)[:depth]
        if way in placed:
            return None
        placed[way] = digest
    above = frozenset(way[:length] for way in placed for length in range(len(way)))
    if above & frozenset(placed):
        return None
    beside = frozenset(way + bit for way in above for bit in "01") - above - frozenset(placed)
    order = sorted(beside, key=lambda way: (-len(way), way))
    if len(order) != len(proof):
        return None
    nodes = dict(zip(order, proof))
    nodes.update(placed)
    for way in sorted(above, key=len, reverse=True):
        nodes[way] = joined(nodes[way + "0"], nodes[way + "1"])
    return nodes[""]


def check_history(bag, exhibit, entries, key):
    path = "custody/histories"
    for index in entries:
        if index not in bag.leaves:
            raise Broken(path, "entry %d about exhibit %d is not here" % (index, exhibit))
        head = bag.entries[index][0]
        if head is not None and (head["case"] != bag.case or exhibit not in head["exhibits"]):
            raise Broken(path, "entry %d is not about exhibit %d of this case" % (index, exhibit))
    first = hashlib.sha256(b"\x00" + bag.leaves[entries[0]]).digest()
    if key != hashlib.sha256(b"counterclaim-history/1\n" + first + str(exhibit).encode()).digest():
        raise Broken(path, "not the key of exhibit %d and its first entry" % exhibit)
    head = bag.entries[entries[0]][0]
    if head is None or head["kind"] != "admit":
        raise Broken(path, "the first entry of exhibit %d is no admission that is open here" % exhibit)


def counted(number, one, many):
    return "%d %s" % (number, one if number == 1 else many)


def completeness_words(bag, indexes):
    names = ["E%d" % number for number in bag.complete]
    if len(names) > NAMED_MAX:
        names = names[:2] + ["...", "%s (%d exhibits)" % (names[-1], len(names))]
    words = "%s: %s, all here" % (", ".join(names), counted(len(indexes), "entry", "entries"))
    withheld = sum(1 for index in indexes if bag.entries[index][0] is not None and bag.entries[index][1] is None)
    if withheld:
        words += "; %d without %s detail" % (withheld, "its" if withheld == 1 else "their")
    sealed = [json.loads(bag.leaves[index].decode())["class"] for index in indexes if bag.entries[index][0] is None]
    told = [counted(sealed.count(one), one, one + "s") for one in ("viewing", "act", "record") if one in sealed]
    if told:
        words += "; %s%s%s sealed or erased" % (", ".join(told[:-1]), " and " if told[1:] else "", told[-1])
    return words


def check_completeness(bag):
    path = "custody/histories"
    for number, file in exhibit_files(bag):
        if number not in bag.complete:
            raise Broken(file, "not of an exhibit that the publish entry names as complete")
    if not bag.complete:
        if path in bag.digests:
            raise Broken(path, "histories, though no exhibit is named as complete")
        bag.unchecked = "no exhibit is named as complete"
        return path, None
    if path not in bag.digests:
        raise Broken(path, "missing, though exhibits are named as complete")
    rows = histories_in(bag)
    if sorted(row[0] for row in rows) != bag.complete:
        raise Broken(path, "not one history of each exhibit that the publish entry names as complete")
    if map_root(rows, hashes_in(bag, path + ".proof")) != bag.note.histories:
        raise Broken(path, "not under the root of histories in the note")
    about = {}
    for index, (head, _) in bag.entries.items():
        for exhibit in head["exhibits"] if head and head["case"] == bag.case else ():
            about.setdefault(exhibit, set()).add(index)
    union = set()
    for exhibit, entries, key, _, _ in rows:
        check_history(bag, exhibit, entries, key)
        for index in sorted(about.get(exhibit, set()) - set(entries)):
            raise Broken("custody/entries/%08d.payload" % index, "about exhibit %d, but not in its history" % exhibit)
        union.update(entries)
    return path, completeness_words(bag, union)


# --- timestamps (RFC 3161) -----------------------------------------------------------------------

def der(content, offset=0):
    """One DER element at `offset`: (tag, first content byte, one past the last)."""
    if offset + 2 > len(content) or content[offset] & 31 == 31:
        raise ValueError("not DER")
    tag, length, start = content[offset], content[offset + 1], offset + 2
    if length >= 128:
        count = length & 127
        if not 1 <= count <= 3 or start + count > len(content) or content[start] == 0:
            raise ValueError("not DER")
        length, start = int.from_bytes(content[start:start + count], "big"), start + count
        if length < 128:
            raise ValueError("not DER")
    if start + length > len(content):
        raise ValueError("not DER")
    return tag, start, start + length


def children(content, start, end):
    result = []
    while start < end:
        tag, first, last = der(content, start)
        if last > end:
            raise ValueError("not DER")
        result.append((tag, first, last))
        start = last
    return result


def check_der(content, start, end, depth=1):
    """Every element down to the last constructed one has a definite length in its shortest form."""
    if depth > NESTED_MAX:
        raise ValueError("nested too deep")
    for tag, first, last in children(content, start, end):
        if tag & 32:
            check_der(content, first, last, depth + 1)


HASHES = {"608648016503040201": "sha256", "608648016503040202": "sha384", "608648016503040203": "sha512"}
TST_INFO = bytes.fromhex("2a864886f70d0109100104")
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")


def time_in(token, message):
    """The genTime of a TimeStampResp whose imprint is that of `message`; ValueError where it is not."""
    tag, start, end = der(token)
    if tag != 0x30 or end != len(token):
        raise ValueError("not one DER sequence")
    check_der(token, 0, end)
    status, content_info = children(token, start, end)
    status_code = children(token, status[1], status[2])[0]
    if token[status_code[1]:status_code[2]] != b"\x00":
        raise ValueError("the authority did not grant it")
    kind, wrapped = children(token, content_info[1], content_info[2])
    if token[kind[1]:kind[2]] != SIGNED_DATA:
        raise ValueError("no signed data")
    signed_data = children(token, *der(token, wrapped[1])[1:])
    encapsulated = children(token, signed_data[2][1], signed_data[2][2])
    if token[encapsulated[0][1]:encapsulated[0][2]] != TST_INFO:
        raise ValueError("no timestamp information")
    octets = der(token, encapsulated[1][1])
    check_der(token, *octets[1:])
    if len(children(token, *octets[1:])) != 1:
        raise ValueError("not one DER sequence of timestamp information")
    info = children(token, *der(token, octets[1])[1:])
    if token[info[0][1]:info[0][2]] != b"\x01":
        raise ValueError("timestamp information of another version")
    algorithm, imprint = children(token, info[2][1], info[2][2])
    oid = children(token, algorithm[1], algorithm[2])[0]
    name = HASHES.get(token[oid[1]:oid[2]].hex())
    if name is None or token[imprint[1]:imprint[2]] != hashlib.new(name, message).digest():
        raise ValueError("its imprint is not that of the checkpoint")
    return token[info[4][1]:info[4][2]].decode("ascii", "replace")


def seconds_of(moment):
    """POSIX seconds of a GeneralizedTime (RFC 3161 section 2.4.2), fractions cut off; ValueError for another form."""
    match = re.fullmatch(r"([0-9]{14})(?:\.[0-9]*[1-9])?Z", moment)
    if match is None:
        raise ValueError("no time in UTC")
    parsed = datetime.datetime.strptime(match.group(1), "%Y%m%d%H%M%S")
    return int((parsed - datetime.datetime(1970, 1, 1)).total_seconds())


def openssl_holds(bag, path, *when):
    program = shutil.which("openssl")
    if program is None:
        return False
    done = subprocess.run(
        [program, "ts", "-verify", *when, "-data", os.path.join(bag.folder, "custody/checkpoint.note"), "-in",
         os.path.join(bag.folder, path), "-CAfile", bag.given.tsa_roots],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=60)
    return done.returncode == 0


def check_timestamp(bag):
    note, times, ended = bag.read("custody/checkpoint.note"), {}, ""
    for path in bag.tokens:
        try:
            times[path] = time_in(bag.read(path), note)
            seconds_of(times[path])
        except (ValueError, IndexError) as error:
            raise Broken(path, "no timestamp of this checkpoint: %s" % error)
    if bag.given.tsa_roots is None:
        bag.unchecked = "%d tokens over this checkpoint; no TSA roots given" % len(times) if times else "no token, and no TSA roots given"
        return "custody/tokens", None
    if not bag.tokens:
        raise Broken("custody/tokens", "no token for these roots to confirm")
    for path in bag.tokens:
        # The chain is checked as of the token's own time; where it would not hold today, the row says so.
        at = ("-attime", str(seconds_of(times[path])))
        if not openssl_holds(bag, path, *at):
            raise Broken(path, "not confirmed by these roots" if shutil.which("openssl") else "openssl is not here to check the roots")
        if not openssl_holds(bag, path):
            ended = ended or ("; a certificate has ended since, it holds at its own time: openssl ts -verify %s %s -data custody/checkpoint.note"
                              " -in %s -CAfile ROOTS.pem" % (*at, path))
    return "custody/tokens", "these bytes existed by %s (%d tokens confirmed)%s" % (min(times.values()), len(times), ended)


# --- rows ---------------------------------------------------------------------------------------

class Bag:
    """What is known so far of one bag; later checks rely on what earlier ones established."""

    def __init__(self, folder, given):
        self.folder, self.given = folder, given
        self.files, self.tokens, self.complete = [], [], []
        self.digests, self.leaves, self.entries, self.unchecked = {}, {}, {}, ""
        self.key, self.note, self.case = None, None, ""

    def read(self, path):
        with open(os.path.join(self.folder, path), "rb") as stream:
            return stream.read(SMALL_FILE_BYTES_MAX + 1)

    def digest(self, path):
        hasher = hashlib.sha256()
        with open(os.path.join(self.folder, path), "rb") as stream:
            for block in iter(lambda: stream.read(BLOCK_BYTES), b""):
                hasher.update(block)
        return hasher.hexdigest()

    def fingerprint(self):
        return hashlib.sha256(self.key[2]).hexdigest()


# Each check with the names of those that must not have failed (nor gone unreached) before it.
CHECKS = {
    "form": (check_form, ()),
    "payload": (check_payload, ("form",)),
    "tag files": (check_tag_files, ("form",)),
    "log key": (check_log_key, ("payload", "tag files")),
    "signer": (check_signer, ("log key",)),
    "checkpoint": (check_checkpoint, ("log key",)),
    "cosigner": (check_cosigner, ("checkpoint",)),
    "consistency": (check_consistency, ("checkpoint",)),
    "inclusion": (check_inclusion, ("checkpoint",)),
    "commitments": (check_commitments, ("inclusion",)),
    "publication": (check_publication, ("commitments",)),
    "exhibits": (check_exhibits, ("publication",)),
    "completeness": (check_completeness, ("publication",)),
    "timestamp": (check_timestamp, ("payload", "tag files")),
}
NOT_GIVEN = {"signer": "signer not checked"}


def rows_of(bag):
    rows, blocked = {}, set()
    for name in ROWS:
        check, needs = CHECKS[name]
        if blocked.intersection(needs):
            blocked.add(name)
            rows[name] = ("not checked", "-", "an earlier check failed")
            continue
        try:
            what, told = check(bag)
            rows[name] = ("passed", what, told) if told else ("not checked", what, NOT_GIVEN.get(name) or bag.unchecked)
        except Broken as broken:
            blocked.add(name)
            rows[name] = ("FAILED", broken.what, broken.why)
        except RecursionError:
            blocked.add(name)
            rows[name] = ("FAILED", "-", "nested too deep")
        except OSError as error:
            blocked.add(name)
            rows[name] = ("FAILED", str(error.filename), "cannot be read")
    if bag.given.fingerprint is None and not any(row[0] == "FAILED" for row in rows.values()):
        rows["signer"] = ("not checked", rows["signer"][1], "consistent; signer not checked")
    return rows


def shown(text):
    return "".join(letter if " " <= letter <= "~" else "?" for letter in text)


def given_of(arguments):
    parser = argparse.ArgumentParser(prog="verify.py", description="Checks a published bag.")
    parser.add_argument("bag", nargs="?", default=".", metavar="BAGDIR")
    parser.add_argument("--fingerprint", help="SHA-256 of the log's public key, 64 hex digits")
    parser.add_argument("--tsa-roots", metavar="PEM", help="file with the root certificates of the timestamping authority")
    parser.add_argument("--cosigner", action="append", default=[], metavar="VKEY", help="key line of an outside party")
    parser.add_argument("--checkpoint", metavar="FILE", help="earlier checkpoint of the same log, as somebody outside kept it")
    given = parser.parse_args(arguments)
    if given.fingerprint is not None:
        given.fingerprint = re.sub("[ :]", "", given.fingerprint).lower()
        if not HEX64.fullmatch(given.fingerprint):
            parser.error("expected a fingerprint of 64 hex digits")
    given.cosigner = [key_of(line, b"\x04") for line in given.cosigner]
    if None in given.cosigner:
        parser.error("expected a cosigner's key as NAME+HASH+KEY")
    if given.tsa_roots is not None and not os.path.isfile(given.tsa_roots):
        parser.error("expected a file with TSA roots")
    if given.checkpoint is not None:
        if not os.path.isfile(given.checkpoint):
            parser.error("expected a file with an earlier checkpoint")
        with open(given.checkpoint, "rb") as stream:
            given.checkpoint = stream.read(SMALL_FILE_BYTES_MAX)
    if not os.path.isdir(given.bag):
        parser.error("expected a folder")
    return given


def main(arguments):
    given = given_of(arguments)
    bag = Bag(given.bag, given)
    rows = rows_of(bag)
    for name in ROWS:
        outcome, what, why = rows[name]
        print("%-11s  %-12s  %s: %s" % (outcome, name, shown(what), shown(why)))
    if bag.key is not None:
        print("fingerprint of the log key in this bag: %s" % bag.fingerprint())
    return 1 if any(row[0] == "FAILED" for row in rows.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
