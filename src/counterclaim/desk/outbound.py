"""What may leave, as values: one request as it is shown and logged, and the policy; refuses what cannot be shown."""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from counterclaim.record.canonical import sha256_hex
from counterclaim.record.errors import PolicyError, UsageError

POLICY_FILE = "outbound.json"
POLICY_BYTES_MAX = 1 << 16  # a list of hosts
ADDRESS_CHARACTERS_MAX = 2000  # as browsers bound what people copy
EXCERPT_BYTES = 96  # a time-stamp query has 60 to 80 bytes: shown whole
BODY_BYTES_MAX = 1 << 16  # nothing here sends more than a query; an exhibit can never leave by this door
SECONDS_MAX = 60.0  # for the whole exchange; a page that takes longer is asked for again
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:.]{2,45}")
_PORTS = {"https": 443, "http": 80}
_MENDED = "Write the whole address as `https://host/path`, its host in ASCII (xn-- form), without a name or password."


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, whole: nothing but these bytes and the fixed headers is sent. `purpose` is ours, never sent."""

    method: str
    secure: bool
    host: str
    port: int
    path: str
    purpose: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    seconds_max: float = SECONDS_MAX

    @property
    def address(self) -> str:
        """The address as one line, the port only where it is not the scheme's own."""
        scheme = "https" if self.secure else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[scheme] else f":{self.port}"
        return f"{scheme}://{host}{port}{self.path}"

    @property
    def loopback(self) -> bool:
        """Whether it stays on this machine."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def shown(self) -> tuple[str, ...]:
        """The lines a person reads before anything is sent: purpose, host, path, and the bytes."""
        lines = [f"{self.purpose}: {self.method} {self.address}", f"  to the host {self.host}, port {self.port}"]
        lines += [f"  header {name}: {value}" for name, value in self.headers]
        if not self.body:
            return (*lines, "  no content is sent beside the address")
        lines.append(f"  sends {len(self.body)} bytes, SHA-256 {sha256_hex(self.body)}")
        rest = len(self.body) - EXCERPT_BYTES
        lines.append(f"  {self.body[:EXCERPT_BYTES].hex()}" + (f" and {rest} bytes more" if rest > 0 else ""))
        return tuple(lines)

    def plain(self) -> dict[str, Any]:
        """The request as the log keeps it."""
        return {
            "purpose": self.purpose,
            "method": self.method,
            "address": self.address,
            "host": self.host,
            "port": self.port,
            "sent_bytes": len(self.body),
            "sent_sha256": sha256_hex(self.body),
        }


def request_to(
    address: str,
    *,
    purpose: str,
    method: str = "GET",
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
    seconds_max: float = SECONDS_MAX,
) -> Request:
    """A request to an address a person gave. A fragment is left out, other letters are percent-encoded.

    Raises UsageError for an address that could be read in two ways, and for too long a body.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise UsageError("an address", repr(address[:80]), remedy=_MENDED) from error
    host = (parts.hostname or "").lower()
    odd = parts.username is not None or re.search(r"[\s\\\x00-\x20\x7f\ud800-\udfff]", address) is not None
    if parts.scheme not in _PORTS or odd or not _HOST.fullmatch(host) or len(address) > ADDRESS_CHARACTERS_MAX:
        raise UsageError("an http or https address", repr(address[:80]), remedy=_MENDED)
    if len(body) > BODY_BYTES_MAX:
        raise UsageError(f"at most {BODY_BYTES_MAX} bytes to send", f"{len(body)} bytes")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return Request(
        method=method,
        secure=parts.scheme == "https",
        host=host,
        port=_PORTS[parts.scheme] if port is None else port,
        path=f"{path}?{query}" if query else path,
        purpose=purpose,
        headers=headers,
        body=body,
        seconds_max=seconds_max,
    )


class ForbiddenError(PolicyError):
    """The rules of this installation forbid a request that a person asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundPolicy:
    """What this installation allows at all. Even what is allowed waits for the person's word on each command.

    `forbidden` closes the door. `hosts`, where not empty, are the only ones asked. `plain_http` are hosts that may
    be asked without TLS (some authorities answer in no other way; their tokens carry their own signature, but an
    observer reads along). `language_models` are the only hosts besides this machine that a page's words may be sent
    to. `proxy` (host, port) is the only proxy ever used; the environment's are ignored.
    """

    forbidden: bool = False
    hosts: frozenset[str] = frozenset()
    plain_http: frozenset[str] = frozenset()
    language_models: frozenset[str] = frozenset()
    proxy: tuple[str, int] | None = None

    def check(self, request: Request) -> None:
        """Let the request pass, or raise ForbiddenError."""
        remedy = f"The rules stand in {POLICY_FILE} in the configuration folder; nothing was sent."
        if self.forbidden:
            raise ForbiddenError(
                "an installation that may reach the network", "one where it is forbidden", remedy=remedy
            )
        if self.hosts and request.host not in self.hosts:
            raise ForbiddenError("a host this installation may ask", request.host, remedy=remedy)
        if not request.secure and not request.loopback and request.host not in self.plain_http:
            raise ForbiddenError("an https address", f"http to {request.host}", remedy=remedy)

    def check_model(self, request: Request) -> None:
        """Let a page's words go to a language model there, or raise ForbiddenError."""
        self.check(request)
        if not request.loopback and request.host not in self.language_models:
            raise ForbiddenError(
                "a language model on this machine, or on a host this installation names for it",
                request.host,
                remedy=f"Name the host under `language_models` in {POLICY_FILE}; the page's words would be sent to it.",
            )

    def proxy_for(self, request: Request) -> tuple[str, int] | None:
        """The named proxy, for what leaves this machine under TLS; it then sees the host and no content."""
        return self.proxy if request.secure and not request.loopback else None


def policy_in(config: Path) -> OutboundPolicy:
    """The policy of the configuration folder; without the file, the default. Raises PolicyError for a wrong file."""
    path = config / POLICY_FILE
    if not path.exists():
        return OutboundPolicy()
    try:
        with path.open("rb") as file:  # what is longer is cut, and then no JSON
            return _policy_of(json.loads(file.read(POLICY_BYTES_MAX)))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        remedy = f"Mend {POLICY_FILE} in the configuration folder, or take it away; until then nothing is sent."
        raise PolicyError(f"rules for the network in {POLICY_FILE}", str(error), remedy=remedy) from error


def _policy_of(plain: Any) -> OutboundPolicy:  # noqa: ANN401 (JSON values)
    known = {"forbidden", "hosts", "plain_http", "language_models", "proxy"}
    if not isinstance(plain, dict) or not set(plain) <= known or not isinstance(plain.get("forbidden", False), bool):
        raise ValueError(f"other fields than {', '.join(sorted(known))}")
    proxy = plain.get("proxy")
    host, _, port = str(proxy).rpartition(":")
    if proxy is not None and not (isinstance(proxy, str) and _HOST.fullmatch(host)):
        raise ValueError("a proxy as host:port")
    return OutboundPolicy(
        forbidden=plain.get("forbidden", False),
        hosts=_hosts_of(plain.get("hosts", [])),
        plain_http=_hosts_of(plain.get("plain_http", [])),
        language_models=_hosts_of(plain.get("language_models", [])),
        proxy=(host, int(port)) if proxy is not None else None,
    )


def _hosts_of(plain: object) -> frozenset[str]:
    if not isinstance(plain, list) or not all(isinstance(one, str) and _HOST.fullmatch(one) for one in plain):
        raise ValueError("a list of host names in lower case")
    return frozenset(plain)
