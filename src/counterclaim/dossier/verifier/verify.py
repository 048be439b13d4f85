#!/usr/bin/env python3
# mypy: ignore-errors
# ruff: noqa
# (Both: this file must read on Python 3.8 and stand alone; see docs/decisions/0020.)
"""Checks a published bag with the standard library alone; says nothing about whether its content is so.

    python3 -I verify.py [BAGDIR] [--fingerprint F] [--tsa-roots PEM] [--cosigner VKEY]...

This is the deliberate second implementation of docs/SPEC-bag.md: it shares no line with the program that
wrote the bag, runs on Python 3.8 or newer and touches no network. Exit 0: no check failed; 1: one failed;
2: wrong usage.

Order: form -> payload and tag manifests -> log key, signer, checkpoint, cosigner -> inclusion, commitments ->
publication, exhibits -> timestamp. What an earlier failure makes meaningless is reported as not checked.
"""

import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

ROWS = ("form", "payload", "tag files", "log key", "signer", "checkpoint", "cosigner", "inclusion", "commitments",
        "publication", "exhibits", "timestamp")
# SHA-256 of the two files that are the same in every bag of this format.
BAGIT_SHA256 = "1712ecfb074bf29c4188ad3421032509159a09739fd604f8fe57038b4ddefcc9"
README_SHA256 = "2a243a674d210a4ad9e4079282cc74da39678b143b8c0ef887e3ba99e88ad917"
REQUIRED = ("README.txt", "bag-info.txt", "bagit.txt", "custody/checkpoint.note", "custody/log-key.pem",
            "custody/log-key.vkey", "manifest-sha256.txt", "tagmanifest-sha256.txt", "verify.py", "verify.sh")
FILES_MAX = 5000  # a dossier with its exhibits and entries stays far below; more is an attack on the reader
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
AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?Z")
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
    re.compile(r"custody/entries/[0-9]{8}\.(?:leaf|payload|detail)"),
    re.compile(r"custody/proofs/[0-9]{8}\.tlog-proof"),
    re.compile(r"custody/tokens/[1-9][0-9]*\.tsr"),
)


def check_form(bag):
    bag.files = listed(bag.folder)
    held = frozenset(bag.files)
    for path in REQUIRED:
        if path not in held:
            raise Broken(path, "missing")
    for path in bag.files:
        if path not in REQUIRED and not any(form.fullmatch(path) for form in ALLOWED):
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
    bag.indices = sorted(int(path[16:24]) for path in held if path.startswith("custody/entries/") and path.endswith(".leaf"))
    if not bag.indices:
        raise Broken("custody/entries", "no entry")
    for path in held:
        stem, part = path[:-len(path.rsplit(".", 1)[-1]) - 1], path.rsplit(".", 1)[-1]
        if path.startswith("custody/entries/"):
            needed = {"leaf": "custody/proofs/%s.tlog-proof" % stem[16:], "payload": stem + ".leaf", "detail": stem + ".payload"}[part]
        elif path.startswith("custody/proofs/"):
            needed = "custody/entries/%s.leaf" % stem[15:]
        else:
            continue
        if needed not in held:
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


def key_of(line):
    """(name, key hash, 32-byte key) of a vkey line (C2SP signed-note); None if it is none."""
    match = re.fullmatch(r"([!-*,-~]{1,200})\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})", line)
    raw = match and unbase64(match.group(3))
    if not raw or len(raw) != 33 or raw[:1] != b"\x01":
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


def check_checkpoint(bag):
    path = "custody/checkpoint.note"
    note = bag.read(path)
    try:
        lines = note.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise Broken(path, "not UTF-8")
    if len(lines) < 6 or lines[3] or lines[-1]:
        raise Broken(path, "not a signed note of three lines, a blank line and signatures")
    root = unbase64(lines[2])
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]) or root is None or len(root) != 32:
        raise Broken(path, "not a checkpoint: origin, size, root")
    bag.note, bag.size, bag.root = note, int(lines[1]), root
    bag.signed_text = "".join(line + "\n" for line in lines[:3]).encode()
    bag.signatures = []
    for line in lines[4:-1]:
        match = SIGNATURE_LINE.fullmatch(line)
        raw = match and unbase64(match.group(2))
        if not raw or len(raw) < 5:
            raise Broken(path, "a line that is no signature")
        bag.signatures.append((match.group(1), raw[:4], raw[4:]))
    name, key_hash, key = bag.key
    own = [row for row in bag.signatures if row[:2] == (name, key_hash)]
    if lines[0] != name or len(own) != 1 or bag.signatures[0] != own[0]:
        raise Broken(path, "not signed once, first, by the key in log-key.vkey")
    if not signature_holds(key, bag.signed_text, own[0][2]):
        raise Broken(path, "the signature does not hold")
    return path, "signed by the key in log-key.vkey; %d entries" % bag.size


def check_cosigner(bag):
    path = "custody/checkpoint.note"
    others = len(bag.signatures) - 1
    if not bag.given.cosigner:
        return path, None
    for name, key_hash, key in bag.given.cosigner:
        if not any(row[:2] == (name, key_hash) and signature_holds(key, bag.signed_text, row[2]) for row in bag.signatures):
            raise Broken(path, "no valid signature of the cosigner %s" % name)
    return path, "%d of %d further signatures hold" % (len(bag.given.cosigner), others)


# --- entries ------------------------------------------------------------------------------------

def root_from(leaf, index, size, proof):
    """The root that `proof` leads to (RFC 6962 section 2.1.1), by recursion on the tree's own shape."""
    digest, steps = hashlib.sha256(b"\x00" + leaf).digest(), []
    low, high = 0, size
    while high - low > 1:
        middle = low + (1 << ((high - low - 1).bit_length() - 1))
        steps.append(index >= middle)
        low, high = (middle, high) if index >= middle else (low, middle)
    if len(steps) != len(proof):
        return None
    for on_the_right, sibling in zip(reversed(steps), proof):
        pair = sibling + digest if on_the_right else digest + sibling
        digest = hashlib.sha256(b"\x01" + pair).digest()
    return digest


def check_inclusion(bag):
    for index in bag.indices:
        path = "custody/proofs/%08d.tlog-proof" % index
        head = ("c2sp.org/tlog-proof@v1\nindex %d\n" % index).encode()
        content = bag.read(path)
        tail = b"\n" + bag.note
        if not content.startswith(head) or not content.endswith(tail) or len(content) < len(head) + len(tail):
            raise Broken(path, "not a proof of this entry under this checkpoint")
        lines = content[len(head):len(content) - len(tail)].decode("latin-1").split("\n")
        proof = [unbase64(line) for line in lines[:-1]]
        if lines[-1] or any(digest is None or len(digest) != 32 for digest in proof):
            raise Broken(path, "a line that is no hash")
        leaf = bag.read("custody/entries/%08d.leaf" % index)
        if not index < bag.size or root_from(leaf, index, bag.size, proof) != bag.root:
            raise Broken("custody/entries/%08d.leaf" % index, "not included under the checkpoint")
    return "custody/entries", "%d of %d entries disclosed, all under the checkpoint" % (len(bag.indices), bag.size)


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


def no_float(text):
    raise ValueError("a number that is no integer: " + text)


def canonical_object(bag, path):
    raw = bag.read(path)
    try:
        value = json.loads(raw.decode("utf-8"), parse_float=no_float, parse_constant=no_float)
        same = canonical(value).encode("utf-8") == raw
    except (ValueError, RecursionError) as error:
        raise Broken(path, "not canonical JSON: %s" % type(error).__name__)
    if not same or not isinstance(value, dict):
        raise Broken(path, "not a canonical JSON object")
    return value


def is_hex64(value):
    return isinstance(value, str) and HEX64.fullmatch(value) is not None


def check_leaf(bag, stem):
    leaf = canonical_object(bag, stem + ".leaf")
    if frozenset(leaf) != {"class", "payload_sha256", "v"} or leaf["v"] != 1 or leaf["v"] is True or not is_hex64(leaf["payload_sha256"]):
        raise Broken(stem + ".leaf", "not the fields of a leaf")
    if leaf["class"] not in ("act", "viewing", "record"):
        raise Broken(stem + ".leaf", "a class this format does not know")
    return leaf


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
        and isinstance(head["exhibits"], list) and all(type(number) is int and number > 0 for number in head["exhibits"])
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
    parts = 0
    for index in bag.indices:
        stem = "custody/entries/%08d" % index
        leaf, head, detail = check_leaf(bag, stem), None, None
        if stem + ".payload" in bag.digests:
            head = check_head(bag, stem, leaf)
            parts += 1
        if stem + ".detail" in bag.digests:
            detail = check_detail(bag, stem, head)
            parts += 1
        bag.entries[index] = (head, detail)
    return "custody/entries", "%d payloads and details are those committed to" % parts


# --- publication and exhibits ---------------------------------------------------------------------

def publish_entries(bag):
    manifest_sha256 = hashlib.sha256(bag.read("manifest-sha256.txt")).hexdigest()
    for index, (head, detail) in sorted(bag.entries.items()):
        if head and detail and head["kind"] == "publish":
            body = detail["body"]
            if (
                frozenset(body) == {"disclosed", "manifest_sha256", "profile", "recipient", "sealed", "verifiers", "withheld"}
                and body["manifest_sha256"] == manifest_sha256
                and isinstance(body["profile"], str) and re.fullmatch("[a-z]+", body["profile"])
                and (body["recipient"] is None or isinstance(body["recipient"], str))
            ):
                yield index, head, body


def check_publication(bag):
    found = list(publish_entries(bag))
    if len(found) != 1:
        raise Broken("custody/entries", "%d publish entries name this payload manifest, and it must be one" % len(found))
    index, head, body = found[0]
    path = "custody/entries/%08d.detail" % index
    others = [other for other in bag.indices if other != index]
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
    bag.case = head["case"]
    return path, "entry %d published this payload, these entries and these checkers" % index


def check_exhibits(bag):
    paths = [path for path in bag.files if path.startswith("data/exhibits/")]
    open_, checked = [], 0
    for path in paths:
        number = int(re.match(r"data/exhibits/E([0-9]+)\.", path).group(1))
        admits = [detail for head, detail in bag.entries.values()
                  if head and detail and head["kind"] == "admit" and head["case"] == bag.case and number in head["exhibits"]]
        if not admits:
            open_.append(path)
        elif not any(bag.digests[path] in detail["outputs"] for detail in admits):
            raise Broken(path, "not the bytes that were admitted")
        else:
            checked += 1
    if open_ or not paths:
        bag.unchecked = "no admit entry disclosed" if open_ else "no exhibit files in this bag"
        return (open_ or ["data/exhibits"])[0], None
    return "data/exhibits", "%d files are those that were admitted" % checked


# --- timestamps (RFC 3161) -----------------------------------------------------------------------

def der(content, offset=0):
    """One DER element at `offset`: (tag, first content byte, one past the last)."""
    if offset + 2 > len(content) or content[offset] & 31 == 31:
        raise ValueError("not DER")
    tag, length, start = content[offset], content[offset + 1], offset + 2
    if length >= 128:
        count = length & 127
        if not 1 <= count <= 4 or start + count > len(content) or content[start] == 0:
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


HASHES = {"608648016503040201": "sha256", "608648016503040202": "sha384", "608648016503040203": "sha512"}
TST_INFO = bytes.fromhex("2a864886f70d0109100104")
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")


def time_in(token, message):
    """The genTime of a TimeStampResp whose imprint is that of `message`; ValueError where it is not."""
    tag, start, end = der(token)
    if tag != 0x30 or end != len(token):
        raise ValueError("not one DER sequence")
    status, content_info = children(token, start, end)
    status_code = children(token, status[1], status[2])[0]
    if token[status_code[1]:status_code[2]] not in (b"\x00", b"\x01"):
        raise ValueError("the authority did not grant it")
    kind, wrapped = children(token, content_info[1], content_info[2])
    if token[kind[1]:kind[2]] != SIGNED_DATA:
        raise ValueError("no signed data")
    signed_data = children(token, *der(token, wrapped[1])[1:])
    encapsulated = children(token, signed_data[2][1], signed_data[2][2])
    if token[encapsulated[0][1]:encapsulated[0][2]] != TST_INFO:
        raise ValueError("no timestamp information")
    octets = der(token, encapsulated[1][1])
    info = children(token, *der(token, octets[1])[1:])
    algorithm, imprint = children(token, info[2][1], info[2][2])
    oid = children(token, algorithm[1], algorithm[2])[0]
    name = HASHES.get(token[oid[1]:oid[2]].hex())
    if name is None or token[imprint[1]:imprint[2]] != hashlib.new(name, message).digest():
        raise ValueError("its imprint is not that of the checkpoint")
    return token[info[4][1]:info[4][2]].decode("ascii", "replace")


def openssl_holds(bag, path):
    program = shutil.which("openssl")
    if program is None:
        return False
    done = subprocess.run(
        [program, "ts", "-verify", "-data", os.path.join(bag.folder, "custody/checkpoint.note"), "-in",
         os.path.join(bag.folder, path), "-CAfile", bag.given.tsa_roots],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=60)
    return done.returncode == 0


def check_timestamp(bag):
    note, times = bag.read("custody/checkpoint.note"), {}
    for path in bag.tokens:
        try:
            times[path] = time_in(bag.read(path), note)
        except (ValueError, IndexError) as error:
            raise Broken(path, "no timestamp of this checkpoint: %s" % error)
    if bag.given.tsa_roots is None:
        bag.unchecked = "%d tokens over this checkpoint; no TSA roots given" % len(times) if times else "no token, and no TSA roots given"
        return "custody/tokens", None
    if not bag.tokens:
        raise Broken("custody/tokens", "no token for these roots to confirm")
    for path in bag.tokens:
        if not openssl_holds(bag, path):
            raise Broken(path, "not confirmed by these roots" if shutil.which("openssl") else "openssl is not here to check the roots")
    return "custody/tokens", "these bytes existed by %s (%d tokens confirmed)" % (min(times.values()), len(times))


# --- rows ---------------------------------------------------------------------------------------

class Bag:
    """What is known so far of one bag; later checks rely on what earlier ones established."""

    def __init__(self, folder, given):
        self.folder, self.given = folder, given
        self.files, self.indices, self.tokens = [], [], []
        self.digests, self.entries, self.unchecked = {}, {}, ""
        self.key, self.case = None, ""

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
    "inclusion": (check_inclusion, ("checkpoint",)),
    "commitments": (check_commitments, ("inclusion",)),
    "publication": (check_publication, ("commitments",)),
    "exhibits": (check_exhibits, ("publication",)),
    "timestamp": (check_timestamp, ("payload", "tag files")),
}
NOT_GIVEN = {"signer": "signer not checked", "cosigner": "no cosigner key given"}


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
    given = parser.parse_args(arguments)
    if given.fingerprint is not None:
        given.fingerprint = re.sub("[ :]", "", given.fingerprint).lower()
        if not HEX64.fullmatch(given.fingerprint):
            parser.error("expected a fingerprint of 64 hex digits")
    given.cosigner = [key_of(line) for line in given.cosigner]
    if None in given.cosigner:
        parser.error("expected a cosigner's key as NAME+HASH+KEY")
    if given.tsa_roots is not None and not os.path.isfile(given.tsa_roots):
        parser.error("expected a file with TSA roots")
    if not os.path.isdir(given.bag):
        parser.error("expected a folder")
    return given


def main(arguments):
    given = given_of(arguments)
    bag = Bag(given.bag, given)
    rows = rows_of(bag)
    for name in ROWS:
        outcome, what, why = rows[name]
        print("%-11s  %-11s  %s: %s" % (outcome, name, shown(what), shown(why)))
    if bag.key is not None:
        print("fingerprint of the log key in this bag: %s" % bag.fingerprint())
    return 1 if any(row[0] == "FAILED" for row in rows.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
