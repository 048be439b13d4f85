"""The only clock of the house: UTC to the second, RFC 3339; no local zone is ever read."""

from __future__ import annotations

import time


def utc_now() -> str:
    """The present moment in UTC, for example `2026-11-24T09:30:00Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
