"""A timestamping authority whose certificate ends within seconds of its one token."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bag_world import Authority
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SECONDS = 4


def token_and_roots(folder: Path, message: bytes) -> tuple[bytes, Path, float]:
    """A token over `message`, the file with its root, and when its signer's certificate ends (POSIX seconds)."""
    authority = Authority(folder / "short")
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=SECONDS)
    ca_key = serialization.load_pem_private_key((authority.folder / "ca.key").read_bytes(), None)
    root = x509.load_pem_x509_certificate(authority.roots.read_bytes())
    leaf = x509.load_pem_x509_certificate((authority.folder / "leaf.pem").read_bytes())
    builder = x509.CertificateBuilder(
        issuer_name=root.subject,
        subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority, soon ended")]),
        public_key=leaf.public_key(),
        serial_number=8,
        not_valid_before=root.not_valid_before_utc,
        not_valid_after=ends,
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    short = builder.sign(ca_key, hashes.SHA256())
    (authority.folder / "leaf.pem").write_bytes(short.public_bytes(serialization.Encoding.PEM))
    token = authority.token(message)
    subprocess.run(["openssl", "ts", "-reply", "-in", "reply"], cwd=authority.folder, check=True, capture_output=True)
    return token, authority.roots, ends.timestamp()
