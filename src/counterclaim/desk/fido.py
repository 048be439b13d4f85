"""A FIDO2 security key as one factor of a vault, by the extra `fido2`; refuses to guess which of several keys is meant.

Not tried on hardware: the test machines have none. What is tested is the one method it offers, with a simulated one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from counterclaim.record.errors import StorageError, UsageError

PARTY = "counterclaim.invalid"  # a relying party needs a name; RFC 6761 keeps this one from being anybody's
ORIGIN = f"https://{PARTY}"
ES256 = -7  # COSE algorithm identifier that every FIDO2 authenticator has
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class SecurityKey:
    """One connected authenticator with the hmac-secret extension (CTAP 2.1 section 12.5)."""

    client: Any

    @classmethod
    def found(cls) -> SecurityKey:
        """The one security key that is connected. Raises UsageError."""
        if find_spec("fido2") is None:
            raise UsageError("the package fido2", "none installed", remedy="pip install counterclaim[fido2]")
        from fido2.client import DefaultClientDataCollector, Fido2Client
        from fido2.ctap2.extensions import HmacSecretExtension
        from fido2.hid import CtapHidDevice

        devices = list(CtapHidDevice.list_devices())
        if len(devices) != 1:
            raise UsageError("one connected security key", str(len(devices)), remedy="Connect one, and no other.")
        extensions = [HmacSecretExtension(allow_hmac_secret=True)]  # type: ignore[no-untyped-call,unused-ignore]
        return cls(Fido2Client(devices[0], DefaultClientDataCollector(ORIGIN), extensions=extensions))

    def enrolled(self) -> bytes:
        """Make a credential on it (a touch is asked for) and return its id. Raises StorageError."""
        from fido2.client import ClientError

        options = {
            "rp": {"id": PARTY, "name": "Counterclaim"},
            "user": {"id": secrets.token_bytes(16), "name": "vault"},
            "challenge": secrets.token_bytes(32),
            "pubKeyCredParams": [{"type": "public-key", "alg": ES256}],
            "extensions": {"hmacCreateSecret": True},
        }
        try:
            made = self.client.make_credential(options)
        except (ClientError, OSError) as error:
            raise StorageError("a credential on the security key", str(error)) from error
        return bytes(made.response.attestation_object.auth_data.credential_data.credential_id)

    def secret(self, credential: bytes, salt: bytes) -> bytes:
        """Ask it for the 32 bytes of this credential and salt (a touch is asked for). Raises StorageError."""
        from fido2.client import ClientError

        options = {
            "challenge": secrets.token_bytes(32),
            "rpId": PARTY,
            "allowCredentials": [{"type": "public-key", "id": credential}],
            "extensions": {"hmacGetSecret": {"salt1": salt}},
        }
        try:
            answered = self.client.get_assertion(options).get_response(0)
        except (ClientError, OSError) as error:
            raise StorageError("an answer from the security key", str(error)) from error
        output = (answered.client_extension_results.hmac_get_secret or {}).get("output1", b"")
        if len(output) != SECRET_BYTES:
            raise StorageError("the hmac-secret of the security key", "none")
        return bytes(output)
