// Written from docs/SPEC-bag.md (a published bag, version 2) and the test vectors alone, on 2026-11-24, by a helper
// who saw no other checker. It shares no code and no author's eye with the three checkers of the project: where it and
// they disagree over a bag, the specification has a hole or one of them a bug.
//
// Mended on 2026-11-24, by somebody else, where the specification was mended after that helper's list of what it had left
// open: exhibits of a payload to 99999999, days that exist, weak keys, nesting, lengths in DER, status 0 alone, fingerprints as typed.
// Mended again, by a third, when the specification came to say in which words completeness passes.
//
// Node 20 and its own modules; `openssl ts` for the certificates of a token (the specification leaves them to it).
//
//   node check_bag.mjs [--fingerprint HEX] [--tsa-roots PEM] [--cosigner VKEY]... [--checkpoint NOTE] BAGDIR
//   node check_bag.mjs --json [anchors as above] BAGDIR...        one JSON array: {bag, exit, rows} a bag
//
// Exit 0: no row failed. 1: at least one failed. 2: wrong usage.

import { spawnSync } from "node:child_process";
import { createHash, createPublicKey, verify } from "node:crypto";
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

class Failed extends Error {} //      the row fails
class NotChecked extends Error {} //  the row has nothing to go by

const need = (holds, why) => {
  if (!holds) throw new Failed(why);
};

// ---- constants

const README_V2 = "92267720dfdaeec671f1c253dda7bf8685047b7a265e1420e5be67b4fa94222a";
const README_V1 = "2a243a674d210a4ad9e4079282cc74da39678b143b8c0ef887e3ba99e88ad917";
const BAGIT = "1712ecfb074bf29c4188ad3421032509159a09739fd604f8fe57038b4ddefcc9";

const MUST = [
  "bagit.txt", "README.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "verify.sh", "verify.py",
  "custody/checkpoint.note", "custody/log-key.vkey", "custody/log-key.pem", "custody/leaves", "custody/leaves.proof",
];
const MAY = ["custody/histories", "custody/histories.proof", "custody/cosignatures", "custody/consistency"];
const MOST = { path: 200, folders: 6, files: 50_000, tagFile: 32 * 2 ** 20, payloadFile: 4 * 2 ** 30, leaves: 50_000, nested: 64 };

const KINDS = {
  viewing: "view",
  act: "accept admit assess edit erase examine fetch not_used publish read redact reject transfer weigh withdraw",
  record:
    "ask attest_time backup case_opened consent_given consent_withdrawn correction cosign disclose_findings inquiry " +
    "migrate particulars_requested preliminary_assessment reply_received role_granted rotate_key scrub vault_created",
};
const CLASS_OF = new Map(Object.entries(KINDS).flatMap(([c, kinds]) => kinds.split(" ").map((k) => [k, c])));

// ---- hashes and encodings

const sha256 = (...parts) => parts.reduce((h, part) => h.update(part), createHash("sha256")).digest();
const leafHash = (bytes) => sha256(Buffer.of(0), bytes);
const node = (left, right) => sha256(Buffer.of(1), left, right);
const same = (a, b) => Buffer.compare(a, b) === 0;

const isDigest = (x) => typeof x === "string" && /^[0-9a-f]{64}$/.test(x);
const isSalt = (x) => typeof x === "string" && /^[0-9a-f]{32}$/.test(x);
const isWhole = (x) => Number.isSafeInteger(x) && x >= 0;
const rises = (list) => list.every((x, i) => i === 0 || list[i - 1] < x);

/** The bytes of a base64 text in its one form, or null. */
const base64 = (text, bytes = Buffer.from(text, "base64")) => (bytes.toString("base64") === text ? bytes : null);

/** The lines of a text file, a character a byte (latin1), so that a pattern speaks of bytes. */
function linesOf(bytes, what) {
  const lines = bytes.toString("latin1").split("\n");
  need(lines.pop() === "", `${what}: the last line does not end in a line feed`);
  return lines;
}

function hashLines(lines, what) {
  for (const line of lines) need(isDigest(line), `${what}: a line is not 64 hex digits`);
  return lines.map((line) => Buffer.from(line, "hex"));
}

/** RFC 8785 with safe integers for its only numbers. */
function canonical(x, depth = 0) {
  need(depth < MOST.nested || x === null || typeof x !== "object", "nested too deep");
  if (typeof x === "number") need(Number.isSafeInteger(x), "a number that is no integer within 2^53-1");
  if (typeof x === "string") need(!/\p{Surrogate}/u.test(x), "a lone surrogate");
  if (x === null || typeof x !== "object") return JSON.stringify(x);
  if (Array.isArray(x)) return `[${x.map((y) => canonical(y, depth + 1)).join(",")}]`;
  const keys = Object.keys(x).sort(); // by UTF-16 code units
  return `{${keys.map((k) => `${canonical(k)}:${canonical(x[k], depth + 1)}`).join(",")}}`;
}

function parseCanonical(bytes, what) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const value = JSON.parse(text);
    if (canonical(value) === text) return value;
  } catch {} // the reason may quote the file, and a row is one line
  throw new Failed(`${what}: no canonical JSON`);
}

const isText = (x) => typeof x === "string";
const isObject = (x) => x !== null && typeof x === "object" && !Array.isArray(x);
const isExhibit = (x) => isWhole(x) && x >= 1 && x <= 99_999_999;
/** A moment in UTC on a day that exists. */
const isMoment = (x) => {
  const m = isText(x) && /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d+)?Z$/.exec(x);
  const date = new Date(m ? `${m[1]}.000Z` : NaN);
  return !Number.isNaN(date.getTime()) && date.toISOString() === `${m[1]}.000Z`;
};
const listOf = (test) => (x) => Array.isArray(x) && x.every(test);
/** An object with exactly the fields of `form`, each holding for its test. */
const hasFields = (x, form) =>
  isObject(x) &&
  Object.keys(x).length === Object.keys(form).length &&
  Object.entries(form).every(([name, test]) => Object.hasOwn(x, name) && test(x[name]));

const PAYLOAD = {
  actor: isText, basis: isText, case: isText, kind: isText,
  at: isMoment,
  detail_sha256: isDigest,
  exhibits: listOf(isExhibit),
  salt: isSalt,
  tool: (x) => hasFields(x, { name: isText, version: isText }),
  v: (x) => x === 1,
};
const DETAIL = { body: isObject, inputs: listOf(isDigest), outputs: listOf(isDigest), salt: isSalt };
const PUBLISH = {
  disclosed: listOf(isWhole), sealed: listOf(isWhole), withheld: listOf(isWhole),
  exhibits: listOf(isExhibit),
  manifest_sha256: isDigest,
  profile: (x) => isText(x) && /^[a-z]+$/.test(x),
  recipient: (x) => x === null || isText(x),
  verifiers: (x) => hasFields(x, { "verify.py": isDigest, "verify.sh": isDigest }),
};
const HISTORY = {
  entries: (x) => listOf((i) => isWhole(i) && i < 1e8)(x) && x.length > 0 && rises(x),
  exhibit: (x) => isWhole(x) && x >= 1 && x < 1e8,
  key: isDigest, salt: isSalt, v: (x) => x === 1,
};

// ---- keys and notes

const NAME = "[!-*,-~]{1,200}"; // 21..7E without +
const DASH = "\xe2\x80\x94"; // the three bytes of the em dash
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

const EIGHTH = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n; // y of four points of order eight
/** A key that anybody can sign for (of small order), or whose y is not written modulo p. */
function isWeak(key) {
  const y = BigInt(`0x${Buffer.from(key).reverse().toString("hex")}`) & (2n ** 255n - 1n);
  const p = 2n ** 255n - 19n;
  return y >= p - 1n || [0n, 1n, EIGHTH, p - EIGHTH].includes(y);
}

/** A vkey line without its LF: {name, hash, key}, or null. Type 01 is a log's key, 04 a cosigner's. */
function parseVkey(line, type) {
  const m = new RegExp(`^(${NAME})\\+([0-9a-f]{8})\\+([A-Za-z0-9+/=]{44})$`).exec(line);
  const bytes = m && base64(m[3]);
  if (!bytes || bytes.length !== 33 || bytes[0] !== type || isWeak(bytes.subarray(1))) return null;
  const hash = sha256(Buffer.from(`${m[1]}\n`, "latin1"), bytes).subarray(0, 4);
  return hash.toString("hex") === m[2] ? { name: m[1], hash, key: bytes.subarray(1) } : null;
}

function ed25519(key, message, signature) {
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI, key]), format: "der", type: "spki" });
  return verify(null, message, publicKey, signature);
}

/** A signature line without its LF: {name, hash, rest}. */
function parseSignature(line, what) {
  const m = new RegExp(`^${DASH} (${NAME}) ([A-Za-z0-9+/=]+)$`).exec(line);
  const bytes = m && base64(m[2]);
  need(bytes && bytes.length >= 5, `${what}: a line is no signature line`);
  return { name: m[1], hash: bytes.subarray(0, 4), rest: bytes.subarray(4) };
}
const by = (line, key) => line.name === key.name && same(line.hash, key.hash);

/** A checkpoint: {text, origin, size, root, histories (null if there is no such line), signatures}. */
function parseNote(bytes, what) {
  const lines = linesOf(bytes, what);
  const end = lines.indexOf("");
  need(end === 3 || end === 4, `${what}: not three or four lines before an empty one`);
  const [origin, size, root, map] = lines;
  need(new RegExp(`^${NAME}$`).test(origin), `${what}: its first line is no name`);
  need(/^(0|[1-9]\d{0,15})$/.test(size), `${what}: its second line is no size`);
  const roots = [base64(root)];
  if (end === 4) roots.push(map.startsWith("histories ") ? base64(map.slice("histories ".length)) : null);
  need(roots.every((r) => r?.length === 32), `${what}: a line is not the root that belongs there`);
  const text = Buffer.from(`${lines.slice(0, end).join("\n")}\n`, "latin1");
  const signatures = lines.slice(end + 1).map((line) => parseSignature(line, what));
  need(signatures.length > 0, `${what}: no signature`);
  return { text, origin, size: BigInt(size), root: roots[0], histories: roots[1] ?? null, signatures };
}

/** The note's first signature is the key's, the only one of it, and holds. */
function signedBy(note, key, what) {
  need(note.origin === key.name, `${what}: its origin is not the name of the log's key`);
  const [first, ...others] = note.signatures;
  need(by(first, key), `${what}: its first signature is not that of the log's key`);
  need(!others.some((s) => by(s, key)), `${what}: two signatures of the log's key`);
  need(first.rest.length === 64 && ed25519(key.key, note.text, first.rest), `${what}: the signature does not hold`);
}

// ---- trees

/** Hands out the hashes of a proof one by one, and says at the end whether all were wanted. */
function taking(proof, what) {
  let next = 0;
  return {
    take: () => proof[next++] ?? need(false, `a hash is missing from ${what}`),
    end: () => need(next === proof.length, `${what} has a hash to spare`),
  };
}

/** The root of the log to which leaves (rising pairs [index, hash]) and proof lead; size is a BigInt. */
function rootOfLeaves(leaves, proof, size) {
  const { take, end } = taking(proof, "leaves.proof");
  let level = leaves.map(([i, h]) => [BigInt(i), h]);
  for (let width = size; width > 1n; width = (width + 1n) >> 1n) {
    const above = [];
    for (let k = 0; k < level.length; k++) {
      const [i, h] = level[k];
      let up = h; // where there is no right neighbour
      if (i & 1n) up = node(take(), h);
      else if (level[k + 1]?.[0] === i + 1n) up = node(h, level[++k][1]);
      else if (i + 1n < width) up = node(h, take());
      above.push([i >> 1n, up]);
    }
    level = above;
  }
  end();
  return level[0][1];
}

/** The root of the map to which histories (pairs [way, digest], in order of their ways) and proof lead. */
function rootOfMap(histories, proof) {
  const { take, end } = taking(proof, "histories.proof");
  for (let k = 1; k < histories.length; k++) {
    const [a, b] = [histories[k - 1][0], histories[k][0]];
    need(!a.startsWith(b) && !b.startsWith(a), "the way of one history begins that of another");
  }
  let level = histories;
  for (let at = level.reduce((most, [way]) => Math.max(most, way.length), 0); at > 0; at--) {
    const above = [];
    for (let k = 0; k < level.length; k++) {
      const [way, h] = level[k];
      const up = way.slice(0, at - 1);
      if (way.length < at) above.push(level[k]);
      else if (way.endsWith("1")) above.push([up, node(take(), h)]);
      else if (level[k + 1]?.[0] === `${up}1`) above.push([up, node(h, level[++k][1])]);
      else above.push([up, node(h, take())]);
    }
    level = above;
  }
  end();
  return level[0][1];
}

/** RFC 9162 section 2.1.4.2, for 1 <= first < second. */
function extendsRoot(first, firstRoot, second, secondRoot, proof) {
  if (proof.length === 0) return false;
  const path = (first & (first - 1n)) === 0n ? [firstRoot, ...proof] : proof;
  let [fn, sn] = [first - 1n, second - 1n];
  while (fn & 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  let [fr, sr] = [path[0], path[0]];
  for (const c of path.slice(1)) {
    if (sn === 0n) return false;
    if (fn & 1n || fn === sn) {
      [fr, sr] = [node(c, fr), node(c, sr)];
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      sr = node(sr, c);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n && same(fr, firstRoot) && same(sr, secondRoot);
}

// ---- tokens

/** All DER elements of `bytes`, with definite shortest lengths, down to the last constructed one. */
function der(bytes, depth = 1) {
  need(depth <= MOST.nested, "a token with too many elements around each other");
  const elements = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at];
    let length = bytes[at + 1];
    at += 2;
    if (length > 127) {
      const n = length & 127;
      need(n >= 1 && n <= 3 && at + n <= bytes.length, "a token that is no DER (a length)");
      length = bytes.readUIntBE(at, n);
      need(length > 127 && length >= 2 ** (8 * (n - 1)), "a token that is no DER (a length that is not the shortest)");
      at += n;
    }
    need((tag & 31) !== 31 && at + length <= bytes.length, "a token that is no DER (cut off, or a long tag)");
    const content = bytes.subarray(at, (at += length));
    elements.push({ tag, content, children: tag & 32 ? der(content, depth + 1) : null });
  }
  return elements;
}

const OID = { signedData: "2a864886f70d010702", tstInfo: "2a864886f70d0109100104" };
const HASHES = { "608648016503040201": "sha256", "608648016503040202": "sha384", "608648016503040203": "sha512" };

/** The time of a token over exactly `note`, in POSIX seconds. */
function timeOfToken(bytes, note, path) {
  const part = (element, k, tag) => {
    const found = element.children?.[k];
    need(found?.tag === tag, `${path}: no timestamp response with a token`);
    return found;
  };
  const hex = (element) => element.content.toString("hex");
  const whole = (elements, what) => {
    need(elements.length === 1 && elements[0].tag === 0x30, `${path}: not one ${what} in DER`);
    return elements[0];
  };
  const response = whole(der(bytes), "response");
  need(hex(part(part(response, 0, 0x30), 0, 0x02)) === "00", `${path}: the authority did not grant it`);
  const token = part(response, 1, 0x30);
  need(hex(part(token, 0, 0x06)) === OID.signedData, `${path}: no signed data`);
  const signed = part(part(part(token, 1, 0xa0), 0, 0x30), 2, 0x30);
  need(hex(part(signed, 0, 0x06)) === OID.tstInfo, `${path}: no TSTInfo`);
  const info = whole(der(part(part(signed, 1, 0xa0), 0, 0x04).content), "TSTInfo");
  need(hex(part(info, 0, 0x02)) === "01", `${path}: no TSTInfo of version 1`);
  const imprint = part(info, 2, 0x30);
  const algorithm = HASHES[hex(part(part(imprint, 0, 0x30), 0, 0x06))];
  need(algorithm, `${path}: an imprint of another hash function`);
  const digest = createHash(algorithm).update(note).digest("hex");
  need(hex(part(imprint, 1, 0x04)) === digest, `${path}: a token over other bytes than checkpoint.note`);
  const genTime = part(info, 4, 0x18).content.toString("latin1");
  const m = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d*[1-9])?Z$/.exec(genTime);
  const iso = m && `${m[1]}-${m[2]}-${m[3]}T${m[4]}:${m[5]}:${m[6]}.000Z`;
  const millis = Date.parse(iso);
  need(!Number.isNaN(millis) && new Date(millis).toISOString() === iso, `${path}: its time is no time in UTC`);
  return millis / 1000;
}

function opensslConfirms(args) {
  const run = spawnSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
  need(!run.error, `openssl cannot be run (${run.error?.code}), and only it can check the certificates`);
  return run.status === 0;
}

// ---- checks
// Each takes the state b of one bag and the anchors a from outside, and says why the row passed, or throws.

const count = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
const read = (b, path) => readFileSync(join(b.dir, path));

/** SHA-256 of a file, in hex, read in pieces: a payload file may be 4 GiB. */
function digestOfFile(path) {
  const fd = openSync(path, "r");
  const [h, buffer] = [createHash("sha256"), Buffer.allocUnsafe(1 << 16)];
  for (let n; (n = readSync(fd, buffer)) > 0; ) h.update(buffer.subarray(0, n));
  closeSync(fd);
  return h.digest("hex");
}

function allFiles(b) {
  const found = [];
  const walk = (folder, depth) => {
    const names = readdirSync(join(b.dir, folder));
    need(names.length > 0, `${folder || "the bag"}: an empty folder`);
    for (const name of names) {
      const path = folder ? `${folder}/${name}` : name;
      need(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name), `${JSON.stringify(path)}: a name that may not be`);
      const stat = lstatSync(join(b.dir, path));
      need(path.length <= MOST.path, `${path}: too long a path`);
      need(stat.isDirectory() || stat.isFile(), `${path}: neither a file nor a folder`);
      if (stat.isDirectory()) {
        need(depth < MOST.folders, `${path}: too many nested folders`);
        walk(path, depth + 1);
      } else {
        need(stat.size <= (path.startsWith("data/") ? MOST.payloadFile : MOST.tagFile), `${path}: too large`);
        need(found.push(path) <= MOST.files, "too many files");
      }
    }
  };
  walk("", 0);
  return found.sort();
}

function form(b) {
  const readme = join(b.dir, "README.txt");
  const v1 = lstatSync(readme, { throwIfNoEntry: false })?.isFile() && digestOfFile(readme) === README_V1;
  need(!v1, "a bag of version 1: the checkers in that bag are the ones for it");
  const found = allFiles(b);
  const here = new Set(found);
  for (const path of MUST) need(here.has(path), `${path}: missing`);
  need(found.some((path) => path.startsWith("data/")), "data/: missing");
  for (const path of found) {
    if (path.startsWith("data/exhibits/")) {
      need(/^data\/exhibits\/E[1-9]\d*\.[a-z0-9]+$/.test(path), `${path}: no name of an exhibit's file`);
    } else if (!path.startsWith("data/")) {
      const numbered = /^custody\/(entries\/\d{8}\.(payload|detail)|tokens\/[1-9]\d*\.tsr)$/.test(path);
      need(MUST.includes(path) || MAY.includes(path) || numbered, `${path}: no file of a bag`);
      const payloadPath = path.replace(/^(custody\/entries\/.*\.)detail$/, "$1payload");
      need(here.has(payloadPath), `${path}: without its payload`);
    }
  }
  const both = here.has("custody/histories") === here.has("custody/histories.proof");
  need(both, "histories without their proof, or a proof alone");
  b.tokens = found.filter((p) => p.startsWith("custody/tokens/")).map((_, k) => `custody/tokens/${k + 1}.tsr`);
  for (const path of b.tokens) need(here.has(path), `${path}: missing`);
  b.files = new Map(found.map((path) => [path, digestOfFile(join(b.dir, path))])); // in hex, by path in byte order
  need(b.files.get("bagit.txt") === BAGIT, "bagit.txt: not the fixed text");
  need(b.files.get("README.txt") === README_V2, "README.txt: not the fixed text");
  return count(found.length, "file");
}

/** A manifest has one form, so it is made again and compared. */
function manifest(b, path, belongs) {
  const entries = [...b.files].filter(([p]) => belongs(p)).map(([p, digest]) => `${digest}  ${p}`);
  const lines = linesOf(read(b, path), path);
  const k = entries.findIndex((line, i) => line !== lines[i]);
  need(k < 0, `${entries[k]?.slice(66)}: not as the manifest has it, or not in its place there`);
  need(lines.length === entries.length, "the manifest has more lines than there are files");
  return `${count(entries.length, "file")} as listed`;
}

const payload = (b) => manifest(b, "manifest-sha256.txt", (p) => p.startsWith("data/"));
const tagFiles = (b) =>
  manifest(b, "tagmanifest-sha256.txt", (p) => !p.startsWith("data/") && p !== "tagmanifest-sha256.txt");

function logKey(b) {
  const lines = linesOf(read(b, "custody/log-key.vkey"), "log-key.vkey");
  b.key = lines.length === 1 ? parseVkey(lines[0], 1) : null;
  need(b.key, "log-key.vkey is not one well-formed key line");
  const body = Buffer.concat([SPKI, b.key.key]).toString("base64");
  const pem = `-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----\n`;
  need(read(b, "custody/log-key.pem").toString("latin1") === pem, "log-key.pem is not the same key in its one form");
  b.fingerprint = sha256(b.key.key).toString("hex");
  return `${b.key.name}, fingerprint ${b.fingerprint}`;
}

const CONSISTENT = "consistent; signer not checked";

function signer(b, a) {
  if (!a.fingerprint) throw new NotChecked(CONSISTENT);
  need(b.fingerprint === a.fingerprint, `the key's fingerprint is ${b.fingerprint}, not the one given`);
  return "the fingerprint given";
}

function checkpoint(b) {
  b.note = parseNote(read(b, "custody/checkpoint.note"), "checkpoint.note");
  need(b.note.histories, "checkpoint.note: no line of the histories");
  need(b.note.signatures.length === 1, "checkpoint.note: not exactly one signature");
  signedBy(b.note, b.key, "checkpoint.note");
  return `signed, over ${b.note.size} entries`;
}

function cosigner(b, a) {
  let lines = [];
  if (b.files.has("custody/cosignatures")) {
    const text = read(b, "custody/cosignatures");
    lines = linesOf(text, "cosignatures").map((line) => parseSignature(line, "cosignatures"));
    for (const s of lines) {
      need(s.rest.length === 72, "cosignatures: a line is no cosignature");
      need(s.rest.readBigUInt64BE(0) <= 253402300799n, "cosignatures: a time after the year 9999");
    }
    need(lines.length >= 1 && lines.length <= 64, "cosignatures: not 1 to 64 lines");
    const names = lines.map((s) => `${s.name} ${s.hash.toString("hex")}`);
    need(new Set(names).size === names.length, "cosignatures: two lines of one key");
  }
  if (a.cosigners.length === 0) throw new NotChecked("no cosigner's key given");
  for (const key of a.cosigners) {
    const s = lines.find((line) => by(line, key));
    need(s, `no cosignature of ${key.name}`);
    const time = s.rest.readBigUInt64BE(0);
    const message = Buffer.concat([Buffer.from(`cosignature/v1\ntime ${time}\n`), b.note.text]);
    need(ed25519(key.key, message, s.rest.subarray(8)), `the cosignature of ${key.name} does not hold`);
  }
  return `${a.cosigners.map((k) => k.name).join(", ")} signed the same checkpoint`;
}

/** The blocks of custody/consistency: size -> proof. */
function parseBlocks(b) {
  const blocks = new Map();
  if (!b.files.has("custody/consistency")) return blocks;
  let [last, proof] = [0n, null];
  for (const line of linesOf(read(b, "custody/consistency"), "consistency")) {
    const size = /^old ([1-9]\d{0,15})$/.exec(line)?.[1];
    if (size) {
      need(last < BigInt(size) && BigInt(size) < b.note.size, "consistency: its sizes do not rise to below the note's");
      [last, proof] = [BigInt(size), []];
      blocks.set(last, proof);
    } else {
      need(proof, "consistency: does not begin with a size");
      proof.push(...hashLines([line], "consistency"));
      need(proof.length <= 63, "consistency: more than 63 hashes in a block");
    }
  }
  need(blocks.size >= 1 && blocks.size <= 256, "consistency: not 1 to 256 blocks");
  return blocks;
}

function consistency(b, a) {
  const blocks = parseBlocks(b);
  if (!a.checkpoint) throw new NotChecked("no earlier checkpoint given");
  const old = parseNote(a.checkpoint, "the checkpoint given");
  signedBy(old, b.key, "the checkpoint given");
  if (old.size > b.note.size) throw new NotChecked(`the checkpoint given is later (${old.size} entries)`);
  if (old.size === b.note.size) {
    need(same(old.text, b.note.text), "the checkpoint given is of this size and says something else");
    return "the checkpoint given is this one";
  }
  const proof = blocks.get(old.size);
  need(proof, `no proof that this log begins with the ${old.size} entries of the checkpoint given`);
  const holds = extendsRoot(old.size, old.root, b.note.size, b.note.root, proof);
  need(holds, `this log does not begin with the ${old.size} entries of the checkpoint given`);
  return `begins with the ${old.size} entries of the checkpoint given`;
}

function inclusion(b) {
  b.entries = new Map(); // index -> {class, payloadDigest, hash, payload, detail}, rising
  const lines = linesOf(read(b, "custody/leaves"), "leaves");
  need(lines.length >= 1 && lines.length <= MOST.leaves, "leaves: no line or too many");
  let before = -1;
  for (const line of lines) {
    const m = /^(\d{8}) (\{"class":"(act|record|viewing)","payload_sha256":"([0-9a-f]{64})","v":1\})$/.exec(line);
    need(m, "leaves: a line is no leaf");
    const index = Number(m[1]);
    need(index > before, "leaves: the indices do not rise");
    need(BigInt(index) < b.note.size, "leaves: an index beyond the end of the log");
    before = index;
    b.entries.set(index, { class: m[3], payloadDigest: m[4], hash: leafHash(Buffer.from(m[2])) });
  }
  const proof = hashLines(linesOf(read(b, "custody/leaves.proof"), "leaves.proof"), "leaves.proof");
  const leaves = [...b.entries].map(([i, e]) => [i, e.hash]);
  need(same(rootOfLeaves(leaves, proof, b.note.size), b.note.root), "the leaves do not lead to the note's root");
  return `${count(lines.length, "entry", "entries")} of the ${b.note.size} in the log`;
}

function commitments(b) {
  const paths = [...b.files.keys()].filter((path) => path.startsWith("custody/entries/"));
  for (const path of paths.filter((p) => p.endsWith(".payload"))) {
    const entry = b.entries.get(Number(path.slice(-16, -8)));
    need(entry, `${path}: no leaf`);
    need(b.files.get(path) === entry.payloadDigest, `${path}: not what its leaf commits to`);
    entry.payload = parseCanonical(read(b, path), path);
    need(hasFields(entry.payload, PAYLOAD), `${path}: not the fields of a payload`);
    need(CLASS_OF.get(entry.payload.kind) === entry.class, `${path}: its kind is none of the class of its leaf`);
  }
  for (const path of paths.filter((p) => p.endsWith(".detail"))) {
    const entry = b.entries.get(Number(path.slice(-15, -7)));
    need(b.files.get(path) === entry.payload.detail_sha256, `${path}: not what its payload commits to`);
    entry.detail = parseCanonical(read(b, path), path);
    need(hasFields(entry.detail, DETAIL), `${path}: not the fields of a detail`);
  }
  return `${count(paths.length, "part")} as committed to`;
}

function publication(b) {
  const manifestDigest = b.files.get("manifest-sha256.txt");
  const binds = ({ payload: p, detail: d }) =>
    p?.kind === "publish" && d && hasFields(d.body, PUBLISH) && d.body.manifest_sha256 === manifestDigest;
  const found = [...b.entries].filter(([, e]) => binds(e));
  need(found.length === 1, `${found.length} publish entries for this payload manifest are here, not one`);
  const [[index, { payload: publish, detail: { body } }]] = found;
  b.case = publish.case;
  b.complete = body.exhibits;
  b.about = new Map(); // exhibit, in decimal -> indices of the entries here of the bag's case about it
  for (const [i, e] of b.entries) {
    for (const n of e.payload?.case === b.case ? new Set(e.payload.exhibits) : []) {
      if (!b.about.has(String(n))) b.about.set(String(n), []);
      b.about.get(String(n)).push(i);
    }
  }
  need(rises(body.exhibits), "its exhibits do not rise");
  const others = [...b.entries].filter(([i]) => i !== index);
  const equal = (list, name, test) => {
    const here = others.filter(([, e]) => test(e)).map(([i]) => i);
    need(String(list) === String(here), `the entries here are not those it names as ${name}`);
  };
  equal(body.disclosed, "disclosed", () => true);
  equal(body.sealed, "sealed", (e) => !e.payload);
  equal(body.withheld, "withheld", (e) => e.payload && !e.detail);
  for (const name of ["verify.py", "verify.sh"]) {
    need(b.files.get(name) === body.verifiers[name], `${name}: not the checker it names`);
  }
  const date = publish.at.slice(0, 10);
  const info = `Bag-Software-Agent: counterclaim\nBagging-Date: ${date}\nExternal-Identifier: ${manifestDigest}\n`;
  need(read(b, "bag-info.txt").toString("latin1") === info, "bag-info.txt does not follow from it");
  return `entry ${index} names this payload, ${count(others.length, "other entry", "other entries")} and the checkers`;
}

/** The files data/exhibits/E<n>.*, as pairs [n in decimal, path]. */
const exhibitFiles = (b) =>
  [...b.files.keys()].filter((p) => p.startsWith("data/exhibits/")).map((p) => [/E(\d+)/.exec(p)[1], p]);

function exhibits(b) {
  const files = exhibitFiles(b);
  const unknown = [];
  for (const [n, path] of files) {
    const about = (b.about.get(n) ?? []).map((i) => b.entries.get(i));
    const admissions = about.filter((e) => e.payload.kind === "admit" && e.detail);
    if (admissions.length === 0) unknown.push(path);
    else need(admissions.some((e) => e.detail.outputs.includes(b.files.get(path))), `${path}: not what was admitted`);
  }
  if (files.length === 0) throw new NotChecked("no file of an exhibit here");
  if (unknown.length > 0) throw new NotChecked(`no admission with its detail here for ${unknown.join(", ")}`);
  return `${count(files.length, "file")} as admitted`;
}

function parseHistories(b) {
  const ways = [];
  let keyBefore = "";
  for (const line of linesOf(read(b, "custody/histories"), "histories")) {
    const m = /^(0|[1-9]\d{0,2}) (.*)$/.exec(line);
    need(m && Number(m[1]) <= 256, "histories: a line without a depth of 0 to 256");
    const bytes = Buffer.from(m[2], "latin1");
    const history = parseCanonical(bytes, "histories");
    need(hasFields(history, HISTORY), "histories: not the fields of a history");
    need(history.key > keyBefore, "histories: the keys do not rise");
    keyBefore = history.key;
    const bits = [...Buffer.from(history.key, "hex")].map((x) => x.toString(2).padStart(8, "0")).join("");
    ways.push({ history, way: bits.slice(0, Number(m[1])), digest: leafHash(bytes) });
  }
  return ways;
}

/** The words of the row: which exhibits, how many entries, and what of those entries is not here. */
function wordsOf(exhibits, entries) {
  const names = exhibits.map((n) => `E${n}`);
  if (names.length > 8) names.splice(2, names.length - 3, "...");
  const all = exhibits.length > 8 ? ` (${exhibits.length} exhibits)` : "";
  const words = [`${names.join(", ")}${all}: ${count(entries.length, "entry", "entries")}, all here`];
  const withheld = entries.filter((e) => e.payload && !e.detail).length;
  if (withheld > 0) words.push(`${withheld} without ${withheld === 1 ? "its" : "their"} detail`);
  const closed = ["viewing", "act", "record"]
    .map((c) => [entries.filter((e) => !e.payload && e.class === c).length, c])
    .filter(([n]) => n > 0)
    .map(([n, c]) => count(n, c));
  if (closed.length > 0) words.push(`${closed.join(", ").replace(/, (?!.*,)/, " and ")} sealed or erased`);
  return words.join("; ");
}

function completeness(b) {
  const named = new Set(b.complete.map(String));
  for (const [n, path] of exhibitFiles(b)) need(named.has(n), `${path}: its exhibit is not named as complete`);
  if (b.complete.length === 0) {
    need(!b.files.has("custody/histories"), "histories of exhibits that are not named as complete");
    throw new NotChecked("no exhibit is named as complete");
  }
  need(b.files.has("custody/histories"), "the histories of the exhibits named are missing");
  const ways = parseHistories(b);
  const proof = hashLines(linesOf(read(b, "custody/histories.proof"), "histories.proof"), "histories.proof");
  const numbers = ways.map((w) => w.history.exhibit).sort((x, y) => x - y);
  need(String(numbers) === String(b.complete), "not exactly one history of each exhibit named");
  const root = rootOfMap(ways.map((w) => [w.way, w.digest]), proof);
  need(same(root, b.note.histories), "the histories do not lead to the note's root of histories");

  const counted = new Set();
  for (const { history } of ways) {
    const [n, listed] = [history.exhibit, new Set(history.entries)];
    for (const i of listed) need(b.entries.has(i), `exhibit ${n}: entry ${i} is not here`);
    const first = b.entries.get(history.entries[0]);
    const key = sha256("counterclaim-history/1\n", first.hash, String(n)).toString("hex");
    need(key === history.key, `exhibit ${n}: the key of its history is not that of its first entry`);
    need(first.payload?.kind === "admit", `exhibit ${n}: its history does not begin with an admission seen here`);
    const about = new Set(b.about.get(String(n)));
    for (const i of listed) {
      const fits = about.has(i) || !b.entries.get(i).payload;
      need(fits, `exhibit ${n}: its history lists entry ${i}, which is about something else`);
      counted.add(i);
    }
    for (const i of about) need(listed.has(i), `exhibit ${n}: entry ${i} is about it and not in its history`);
  }
  return wordsOf(b.complete, [...counted].map((i) => b.entries.get(i)));
}

function timestamp(b, a) {
  const note = read(b, "custody/checkpoint.note");
  const times = b.tokens.map((path) => timeOfToken(read(b, path), note, path));
  if (!a.tsaRoots) throw new NotChecked(`${count(times.length, "token")}; no roots of an authority given`);
  need(times.length > 0, "no token here, though roots of an authority are given");
  const ended = [];
  for (const [k, path] of b.tokens.entries()) {
    const files = ["-data", join(b.dir, "custody/checkpoint.note"), "-in", join(b.dir, path), "-CAfile", a.tsaRoots];
    const then = ["ts", "-verify", ...files, "-attime", String(times[k])];
    need(opensslConfirms(then), `${path}: not confirmed by the roots given`);
    if (!opensslConfirms(then.slice(0, -2))) ended.push(`openssl ${then.join(" ")}`);
  }
  const when = times.map((t) => new Date(t * 1000).toISOString().replace(".000", "")).join(", ");
  const today = ended.map((c) => `; not today, a certificate has ended: compare ${c} with the same without -attime`);
  return `existed at ${when}${today.join("")}`;
}

const ROWS = [
  ["form", form, [], "the folder"],
  ["payload", payload, ["form"], "manifest-sha256.txt"],
  ["tag files", tagFiles, ["form"], "tagmanifest-sha256.txt"],
  ["log key", logKey, ["payload", "tag files"], "custody/log-key"],
  ["signer", signer, ["log key"], "fingerprint"],
  ["checkpoint", checkpoint, ["log key"], "custody/checkpoint.note"],
  ["cosigner", cosigner, ["checkpoint"], "custody/cosignatures"],
  ["consistency", consistency, ["checkpoint"], "custody/consistency"],
  ["inclusion", inclusion, ["checkpoint"], "custody/leaves"],
  ["commitments", commitments, ["inclusion"], "custody/entries"],
  ["publication", publication, ["commitments"], "the publish entry"],
  ["exhibits", exhibits, ["publication"], "data/exhibits"],
  ["completeness", completeness, ["publication"], "custody/histories"],
  ["timestamp", timestamp, ["payload", "tag files"], "custody/tokens"],
];

function checkBag(dir, anchors) {
  const bag = { dir };
  const rows = {};
  for (const [name, check, after, what] of ROWS) {
    let [outcome, why] = ["not checked", "an earlier check failed"];
    if (after.every((n) => rows[n].outcome === "passed")) {
      try {
        [outcome, why] = ["passed", check(bag, anchors)];
      } catch (e) {
        [outcome, why] = [e instanceof NotChecked ? "not checked" : "FAILED", e.message];
      }
    }
    rows[name] = { outcome, name, what, why };
  }
  const list = Object.values(rows);
  const failed = list.some((row) => row.outcome === "FAILED");
  if (failed && rows.signer.why === CONSISTENT) rows.signer.why = "no fingerprint given"; // not "consistent" then
  return { bag: dir, exit: failed ? 1 : 0, rows: list };
}

// ---- command line

function readAnchors(args) {
  const a = { fingerprint: null, tsaRoots: null, cosigners: [], checkpoint: null, json: false, bags: [] };
  const right = (is, why, value) => {
    if (!is) throw new Error(why);
    return value;
  };
  const stat = (path) => statSync(path, { throwIfNoEntry: false });
  const file = (path) => right(stat(path)?.isFile(), `${path}: no such file`, path);
  while (args.length > 0) {
    const option = args.shift();
    if (option === "--json") a.json = true;
    else if (!option.startsWith("-")) a.bags.push(right(stat(option)?.isDirectory(), `${option}: no folder`, option));
    else {
      right(args.length > 0, `${option} needs a value`);
      const value = args.shift();
      if (option === "--fingerprint") {
        a.fingerprint = value.replace(/[ :]/g, "").toLowerCase();
        right(isDigest(a.fingerprint), "a fingerprint is 64 hex digits");
      } else if (option === "--tsa-roots") a.tsaRoots = file(value);
      else if (option === "--checkpoint") a.checkpoint = readFileSync(file(value));
      else if (option === "--cosigner") {
        const key = parseVkey(value, 4);
        a.cosigners.push(right(key, "a cosigner's key is a vkey line of type 04", key));
      } else right(false, `${option}: unknown option`);
    }
  }
  right(a.bags.length === 1 || (a.json && a.bags.length > 0), "name one folder (or several with --json)");
  return a;
}

function main(args) {
  try {
    const anchors = readAnchors(args);
    const results = anchors.bags.map((dir) => checkBag(dir, anchors));
    const line = ({ outcome, name, what, why }) => `${outcome.padEnd(11)}  ${name.padEnd(12)}  ${what}: ${why}`;
    console.log(anchors.json ? JSON.stringify(results) : results[0].rows.map(line).join("\n"));
    return Math.max(...results.map((result) => result.exit));
  } catch (e) {
    console.error(`check_bag: ${e.message}`);
    return 2;
  }
}

process.exitCode = main(process.argv.slice(2));
