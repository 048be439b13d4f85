"""A time-stamping authority on the loopback interface, made with `openssl ts`; its time is this machine's clock."""

from __future__ import annotations

import http.server
import subprocess
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

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
