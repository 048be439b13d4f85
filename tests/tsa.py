"""A time-stamping authority on the loopback interface, made with `openssl ts`; its time is this machine's clock.

`PastTsa` makes tokens of any time in Python, for certificates that have ended since.
"""

from __future__ import annotations

import hashlib
import http.client
import http.server
import subprocess
import tempfile
import threading
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from counterclaim.vault.stamps import UnreachableAuthorityError

CONFIG = """
[ tsa ]
default_tsa = here
[ here ]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[ v3_root ]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
[ v3_tsa ]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[ req ]
distinguished_name = name
[ name ]
"""


class LoopbackTsa:
    """`with LoopbackTsa() as tsa:` gives `tsa.url` and `tsa.roots_pem`; `answered` counts the tokens it signed."""

    def __init__(self, name: str = "Loopback time authority") -> None:
        self._name = name
        self._temporary = tempfile.TemporaryDirectory()
        self._folder = Path(self._temporary.name)
        self.url = ""
        self.roots_pem = b""
        self.answered = 0

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self._folder, check=True, capture_output=True, timeout=60)

    def _make_keys(self) -> None:
        (self._folder / "tsa.cnf").write_text(CONFIG.format(folder=self._folder))
        (self._folder / "serial").write_text("01\n")
        new = ["-newkey", "rsa:2048", "-nodes", "-config", "tsa.cnf"]
        root = ["-x509", "-days", "30", "-extensions", "v3_root", "-keyout", "root.key", "-out", "root.pem"]
        self._openssl("req", *new, *root, "-subj", "/CN=Loopback root")
        self._openssl("req", *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", f"/CN={self._name}")
        signing = ["-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "30"]
        extensions = ["-extfile", "tsa.cnf", "-extensions", "v3_tsa"]
        self._openssl("x509", "-req", "-in", "tsa.csr", *signing, *extensions, "-out", "tsa.pem")
        self.roots_pem = (self._folder / "root.pem").read_bytes()

    def reply_to(self, query: bytes) -> bytes:
        """The DER response to a DER query."""
        (self._folder / "query").write_bytes(query)
        self._openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply")
        self.answered += 1
        return (self._folder / "reply").read_bytes()

    def __enter__(self) -> Self:
        self._make_keys()
        authority = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                reply = authority.reply_to(query)
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *_: object) -> None:
                """Keep the test's output clean."""

        self._server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._temporary.cleanup()


def post_query(url: str, query: bytes) -> bytes:
    """Send a query without the broker: for tests of what an authority answers."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    try:
        connection.request("POST", parts.path or "/", body=query)
        return connection.getresponse().read()
    except OSError as error:
        raise UnreachableAuthorityError("an answer from the time-stamping authority", str(error)) from error
    finally:
        connection.close()


class PastTsa:
    """An authority whose certificate is valid from `begins` to `ends`; `token(message, at=...)` is of any time."""

    def __init__(self, *, begins: datetime, ends: datetime, name: str = "Past time authority") -> None:
        root_key, self._key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root_name, own_name = _named("Past root"), _named(name)
        wide = (begins - timedelta(days=3650), ends + timedelta(days=36500))
        usage = x509.KeyUsage(
            digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        root = _certificate(root_name, root_name, root_key.public_key(), *wide)
        root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        root = root.add_extension(usage, critical=True)
        # The strict verifier wants both key identifiers (RFC 5280 sections 4.2.1.1 and 4.2.1.2).
        root = root.add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False)
        self.root = root.sign(root_key, hashes.SHA256())
        own = _certificate(own_name, root_name, self._key.public_key(), begins, ends)
        own = own.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
        own = own.add_extension(above, critical=False)
        self.certificate = own.sign(root_key, hashes.SHA256())
        self.roots_pem = self.root.public_bytes(serialization.Encoding.PEM)

    def token(self, message: bytes, *, at: datetime) -> bytes:
        """A granted response over SHA-256 of `message`, of the time `at`, with both certificates. RFC 3161, 5652."""
        digest = algos.DigestAlgorithm({"algorithm": "sha256"})
        imprint = tsp.MessageImprint({"hash_algorithm": digest, "hashed_message": hashlib.sha256(message).digest()})
        info = tsp.TSTInfo(
            {"version": 1, "policy": "1.2.3.4.1", "message_imprint": imprint, "serial_number": 1, "gen_time": at}
        )
        own = asn1_x509.Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER))
        root = asn1_x509.Certificate.load(self.root.public_bytes(serialization.Encoding.DER))
        essential = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(own.dump()).digest()})
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [hashlib.sha256(info.dump()).digest()]},
                {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [essential]})]},
            ]
        )
        attributes = cms.CMSAttributes(sorted(attributes, key=lambda one: one.dump()))
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number}),
                "digest_algorithm": digest,
                "signed_attrs": attributes,
                "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                "signature": self._key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
            }
        )
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [digest],
                "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(info.dump())},
                "certificates": sorted([own, root], key=lambda one: one.dump()),
                "signer_infos": [signer],
            }
        )
        token = cms.ContentInfo({"content_type": "signed_data", "content": signed})
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(subject, issuer, key, begins: datetime, ends: datetime) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    return builder.serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)
