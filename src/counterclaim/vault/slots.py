"""The ways a vault can be opened, in `unlock.json`; refuses to let the last of them be taken away."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from typing_extensions import override

from counterclaim.record.canonical import canonical_json, plain_of_json
from counterclaim.record.errors import (
    CounterclaimError,
    IntegrityError,
    MalformedError,
    PolicyError,
    StorageError,
    UsageError,
)
from counterclaim.vault.disk import PART, PRIVATE_FILE, write_whole
from counterclaim.vault.secret import SECRET_BYTES, VaultKeys, derived, phrase_bytes

UNLOCK = "unlock.json"
FORMAT_OF_UNLOCK = "counterclaim-unlock 1"
FACTORS = ("passphrase", "key_file", "fido2", "identity")  # the fixed order in which secrets enter the slot's key
ALONE = "identity"  # an age identity opens a slot by itself: it is the recovery key, kept elsewhere
SLOTS_MAX = 32  # each failed try costs an Argon2id; a team that needs more needs another vault
UNLOCK_BYTES_MAX = 64 * 1024
SALT_BYTES = 16  # RFC 9106 section 3.1
WRAPPED_BYTES_MIN = 12 + SECRET_BYTES + 16  # nonce, secret, tag
KEY_FILE_BYTES_MIN = 32  # a key file stands for a key, not for a word
KEY_FILE_BYTES_MAX = 1 << 20
MEMORY_KIB_MIN, PASSES_MIN = 64 * 1024, 3  # RFC 9106 section 4, second recommended option
# A hostile file must not make opening a vault fill the memory (1 GiB at once, which the machines we mean have) nor
# take hours: WORK_KIB_MAX bounds memory times passes over all its slots, 16 GiB, some fifteen seconds on two cores of
# 2024; it leaves room for SLOTS_MAX slots of what `Costs` asks.
MEMORY_KIB_MAX, PASSES_MAX, LANES_MAX = 1024 * 1024, 64, 16
WORK_KIB_MAX = 16 * 1024 * 1024
MEMORY_KIB_PER_LANE = 8  # RFC 9106 section 3.1: less is no Argon2


class LockedError(PolicyError):
    """The vault is locked, or what was given does not open it."""

    @override
    def standard_remedy(self) -> str:
        """Say the ways in."""
        return (
            "Run `counterclaim unlock`, or set COUNTERCLAIM_PASSPHRASE to the passphrase and COUNTERCLAIM_KEY_FILE to "
            "the key file's path; `verify` of a bag and `doctor` need neither."
        )


class Authenticator(Protocol):
    """A FIDO2 authenticator with the hmac-secret extension (CTAP 2.1 section 12.5)."""

    def secret(self, credential: bytes, salt: bytes) -> bytes:
        """Return the 32 bytes it gives for this credential and 32-byte salt. Raises CounterclaimError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Argon2id's costs (RFC 9106). The default takes about a third of a second on two cores of 2024."""

    memory_kib: int = 128 * 1024
    passes: int = 3
    lanes: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What a person brings. `credential` names the FIDO2 credential when a slot is made; `identity` is an age one."""

    passphrase: str | None = field(default=None, repr=False)
    key_file: bytes | None = field(default=None, repr=False)
    authenticator: Authenticator | None = None
    credential: bytes = b""
    identity: str | None = field(default=None, repr=False)

    def names(self) -> tuple[str, ...]:
        """Which factors these are, in the fixed order."""
        given = (self.passphrase, self.key_file, self.authenticator, self.identity)
        return tuple(name for name, one in zip(FACTORS, given, strict=True) if one is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One way in: every factor it names is needed; `wrapped` is the vault secret."""

    id: str
    factors: tuple[str, ...]
    salt: str
    parameters: Mapping[str, Any]
    wrapped: str = ""

    def header(self) -> bytes:
        """What the wrapping is bound to: everything but the wrapped secret."""
        plain = self.plain()
        del plain["wrapped"]
        return canonical_json(plain)

    def plain(self) -> dict[str, Any]:
        """The slot as JSON values."""
        return {
            "id": self.id,
            "factors": list(self.factors),
            "salt": self.salt,
            "parameters": {name: dict(values) for name, values in self.parameters.items()},
            "wrapped": self.wrapped,
        }


# --- making and opening a slot ----------------------------------------------------------------


def new_slot(keys: VaultKeys, factors: Factors, *, costs: Costs | None = None) -> Slot:
    """Wrap the vault secret for these factors. Raises UsageError for none, a short key file or costs too low."""
    names = factors.names()
    if not names or ALONE in names:
        raise UsageError("a passphrase, a key file or a FIDO2 authenticator, one or several", "none")
    costs = costs or Costs()
    if costs.memory_kib < MEMORY_KIB_MIN or costs.passes < PASSES_MIN:
        raise UsageError(f"Argon2id with {MEMORY_KIB_MIN} KiB and {PASSES_MIN} passes at least", str(costs))
    parameters: dict[str, dict[str, Any]] = {}
    if "passphrase" in names:
        parameters["passphrase"] = {"memory_kib": costs.memory_kib, "passes": costs.passes, "lanes": costs.lanes}
    if "fido2" in names:
        parameters["fido2"] = {"credential": factors.credential.hex(), "salt": secrets.token_hex(32)}
    slot = Slot(id=secrets.token_hex(4), factors=names, salt=secrets.token_hex(SALT_BYTES), parameters=parameters)
    nonce = secrets.token_bytes(12)
    sealed = ChaCha20Poly1305(_slot_key(slot, factors)).encrypt(nonce, keys.secret, slot.header())
    return replace(slot, wrapped=(nonce + sealed).hex())


def recovery_slot(keys: VaultKeys, recipient: str) -> Slot:
    """Wrap the vault secret for an age recipient whose identity is kept elsewhere. Raises UsageError."""
    import pyrage

    slot = Slot(
        id=secrets.token_hex(4), factors=(ALONE,), salt=secrets.token_hex(SALT_BYTES),
        parameters={ALONE: {"recipient": recipient}},
    )  # fmt: skip
    # age binds no header: what is wrapped begins with the header's digest instead.
    return replace(slot, wrapped=pyrage.encrypt(_digest(slot) + keys.secret, [recipient_of(recipient)]).hex())


def recipient_of(text: str) -> Any:  # noqa: ANN401 (pyrage ships no types)
    """Read an age recipient, `age1...`. Raises UsageError."""
    import pyrage

    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise UsageError("an age recipient (age1...)", repr(text[:80])) from error


def identity_of(text: str) -> Any:  # noqa: ANN401 (pyrage ships no types)
    """Read an age identity: the first line that is one, as age-keygen writes its file. Raises UsageError."""
    import pyrage

    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        return pyrage.x25519.Identity.from_str(lines[0] if lines else "")
    except pyrage.IdentityError as error:
        raise UsageError("an age identity (AGE-SECRET-KEY-1...)", "something else") from error


def _digest(slot: Slot) -> bytes:
    return derived(slot.header(), "counterclaim unlock slot header 1")


def _slot_key(slot: Slot, factors: Factors) -> bytes:
    salt = bytes.fromhex(slot.salt)
    parts = b"".join(_secret_of(name, slot, factors, salt) for name in slot.factors)
    return derived(parts, "counterclaim unlock slot 1", salt=salt)


def _secret_of(name: str, slot: Slot, factors: Factors, salt: bytes) -> bytes:
    """32 bytes from one factor."""
    if name == "passphrase":
        costs = slot.parameters["passphrase"]
        # NFC: the same phrase typed on another system must be the same bytes (Unicode UAX 15).
        phrase = phrase_bytes(unicodedata.normalize("NFC", factors.passphrase or ""))
        return Argon2id(
            salt=salt, length=32, iterations=costs["passes"], lanes=costs["lanes"], memory_cost=costs["memory_kib"]
        ).derive(phrase)
    if name == "key_file":
        content = factors.key_file or b""
        if not KEY_FILE_BYTES_MIN <= len(content) <= KEY_FILE_BYTES_MAX:
            raise UsageError(f"a key file of {KEY_FILE_BYTES_MIN} to {KEY_FILE_BYTES_MAX} bytes", f"{len(content)}")
        return derived(content, "counterclaim key file 1", salt=salt)
    if factors.authenticator is None:
        raise LockedError("a FIDO2 authenticator", "none")
    held = slot.parameters["fido2"]
    answer = factors.authenticator.secret(bytes.fromhex(held["credential"]), bytes.fromhex(held["salt"]))
    return derived(answer, "counterclaim fido2 1", salt=salt)


def _opened(slot: Slot, factors: Factors) -> VaultKeys | None:
    if slot.factors == (ALONE,):
        return _recovered(slot, factors)
    wrapped = bytes.fromhex(slot.wrapped)
    try:
        secret = ChaCha20Poly1305(_slot_key(slot, factors)).decrypt(wrapped[:12], wrapped[12:], slot.header())
    except InvalidTag:
        return None
    return VaultKeys(secret)


def _recovered(slot: Slot, factors: Factors) -> VaultKeys | None:
    import pyrage

    try:
        content = pyrage.decrypt(bytes.fromhex(slot.wrapped), [identity_of(factors.identity or "")])
    except pyrage.DecryptError:
        return None
    digest, secret = content[:-SECRET_BYTES], content[-SECRET_BYTES:]
    return VaultKeys(secret) if digest == _digest(slot) else None


# --- the file ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocking:
    """The slots of one vault, and an HMAC over them that only an opened vault can make or check."""

    slots: tuple[Slot, ...]
    mac: str = ""

    def content(self) -> bytes:
        """The file's bytes, one form only."""
        return canonical_json({**self._plain(), "mac": self.mac}) + b"\n"

    def _plain(self) -> dict[str, Any]:
        return {"format": FORMAT_OF_UNLOCK, "slots": [slot.plain() for slot in self.slots]}

    def sealed(self, keys: VaultKeys) -> Unlocking:
        """The same slots under a fresh HMAC."""
        return replace(self, mac=keys.mac(canonical_json(self._plain())))

    def open_with(self, factors: Factors) -> VaultKeys:
        """Try every slot whose factors are at hand. Raises LockedError, or IntegrityError where slots were changed."""
        given = set(factors.names())
        fitting = [slot for slot in self.slots if set(slot.factors) <= given]
        if not fitting:
            ways = sorted({" and ".join(slot.factors).replace("_", " ") for slot in self.slots})
            raise LockedError(f"what opens this vault: {', or '.join(ways)}", " and ".join(factors.names()) or "none")
        for slot in fitting:
            keys = _opened(slot, factors)
            if keys is not None:
                if self.sealed(keys).mac != self.mac:
                    raise IntegrityError(f"{UNLOCK}: the slots this vault was closed with", "others")
                return keys
        raise LockedError(
            f"a {' and '.join(fitting[0].factors).replace('_', ' ')} that opens this vault", "it does not open"
        )

    def without(self, slot_id: str) -> Unlocking:
        """The slots but one. Raises UsageError where there is none of this id, or it is the last."""
        left = tuple(slot for slot in self.slots if slot.id != slot_id)
        if len(left) == len(self.slots):
            raise UsageError("the id of a slot (`counterclaim key list`)", repr(slot_id))
        if not left:
            raise UsageError("another slot beside the one taken away", "the last one", remedy="Add one first.")
        return replace(self, slots=left)

    def also(self, slot: Slot) -> Unlocking:
        """The slots and one more. Raises UsageError where there are too many."""
        if len(self.slots) >= SLOTS_MAX:
            raise UsageError(f"at most {SLOTS_MAX} slots", "one more")
        return replace(self, slots=(*self.slots, slot))

    def write(self, folder: Path) -> None:
        """Replace the file in one step. Raises StorageError."""
        part = folder / (UNLOCK + PART)
        try:
            part.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError("an unlock.json that can be written", error.strerror or str(error)) from error
        write_whole(folder / UNLOCK, self.content(), part=part, mode=PRIVATE_FILE)


def read_unlocking(folder: Path) -> Unlocking | None:
    """Read `unlock.json` strictly; None where the vault has none. Raises IntegrityError, StorageError."""
    try:
        with (folder / UNLOCK).open("rb") as file:
            content = file.read(UNLOCK_BYTES_MAX + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError("a file that can be read", f"{UNLOCK}: {error.strerror}") from error
    return unlocking_of(content)


def unlocking_of(content: bytes) -> Unlocking:
    """Read the bytes of an `unlock.json` strictly. Raises IntegrityError."""
    try:
        unlocking = _unlocking_of(content)
        same = unlocking.content() == content
    except (CounterclaimError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise IntegrityError(f"{UNLOCK}: slots in their one form", "other bytes") from error
    if not same:
        raise IntegrityError(f"{UNLOCK}: slots in their one form", "other bytes")
    return unlocking


def _unlocking_of(content: bytes) -> Unlocking:
    if len(content) > UNLOCK_BYTES_MAX:
        raise MalformedError(f"at most {UNLOCK_BYTES_MAX} bytes", "more")
    plain: Any = plain_of_json(content.removesuffix(b"\n"))
    if not isinstance(plain, dict) or plain["format"] != FORMAT_OF_UNLOCK:
        raise MalformedError(FORMAT_OF_UNLOCK, "another format")
    slots = tuple(_slots_of(plain["slots"]))
    if not 0 < len(slots) <= SLOTS_MAX:
        raise MalformedError(f"1 to {SLOTS_MAX} slots", str(len(slots)))
    _check_work(slots)
    return Unlocking(slots=slots, mac=str(plain["mac"]))


def _slots_of(plain: Sequence[Mapping[str, Any]]) -> Iterator[Slot]:
    for one in plain:
        factors = tuple(str(name) for name in one["factors"])
        if not factors or list(factors) != [name for name in FACTORS if name in factors]:
            raise MalformedError("factors in their order", repr(factors))
        if ALONE in factors and factors != (ALONE,):
            raise MalformedError("an identity alone", repr(factors))
        if "passphrase" in factors:
            _check_costs(one["parameters"]["passphrase"])
        if "fido2" in factors:
            bytes.fromhex(one["parameters"]["fido2"]["credential"] + one["parameters"]["fido2"]["salt"])
        if len(bytes.fromhex(one["salt"])) != SALT_BYTES or len(bytes.fromhex(one["wrapped"])) < WRAPPED_BYTES_MIN:
            raise MalformedError("a salt and a wrapped secret", "shorter ones")
        yield Slot(
            id=one["id"], factors=factors, salt=one["salt"], parameters=one["parameters"], wrapped=one["wrapped"]
        )


def _check_costs(costs: Mapping[str, Any]) -> None:
    for name, most in (("memory_kib", MEMORY_KIB_MAX), ("passes", PASSES_MAX), ("lanes", LANES_MAX)):
        if type(costs[name]) is not int or not 0 < costs[name] <= most:
            raise MalformedError(f"{name} from 1 to {most}", repr(costs[name]))
    if costs["memory_kib"] < MEMORY_KIB_PER_LANE * costs["lanes"]:
        raise MalformedError(f"{MEMORY_KIB_PER_LANE} KiB for each lane at least", str(costs["memory_kib"]))


def _check_work(slots: Sequence[Slot]) -> None:
    asked = [slot.parameters["passphrase"] for slot in slots if "passphrase" in slot.factors]
    if sum(costs["memory_kib"] * costs["passes"] for costs in asked) > WORK_KIB_MAX:
        raise MalformedError(f"slots that ask for {WORK_KIB_MAX} KiB times passes together at most", "more")
