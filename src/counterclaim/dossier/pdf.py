"""The dossier as PDF pages from the same view as the HTML; refuses to evaluate any text of the case as markup."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.resources import as_file, files
from typing import Any

import typst

from counterclaim.dossier.dossier import Dossier
from counterclaim.record.errors import MalformedError

_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}")


def pdf_of(dossier: Dossier) -> bytes:
    """Set the view as an A4 PDF: same view and same typst version, same bytes. Pictures stay plates.

    Raises MalformedError where the view's time is not RFC 3339 in UTC.
    """
    at = _time_of(dossier.cover.at)
    package = files("counterclaim.dossier")
    with as_file(package.joinpath("fonts")) as fonts, as_file(package.joinpath("templates", "dossier.typ")) as template:
        compiled = typst.compile(
            str(template),
            root=str(template.parent),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"dossier": _json_of(dossier, at)},
            timestamp=int(at.timestamp()),
        )
    if not isinstance(compiled, bytes):
        raise MalformedError("one PDF", type(compiled).__name__)
    return compiled


def _json_of(dossier: Dossier, at: datetime) -> str:
    # A lone surrogate cannot be handed to another language; it is printed as a question mark.
    return json.dumps(_plain_of(dossier, at), ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def _time_of(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise MalformedError("a time as in RFC 3339", repr(text)) from error


def _plain_of(dossier: Dossier, at: datetime) -> dict[str, Any]:
    """Give the view as JSON values, languages as typst's two- or three-letter codes, without pictures."""
    plain = asdict(dossier)
    plain["date"] = {part: getattr(at, part) for part in ("year", "month", "day", "hour", "minute", "second")}
    for row in plain["exchanges"]:
        for account in (*row["left"], *row["right"]):
            account["lang"] = _language(account["language"])
    for plate in plain["plates"]:
        plate["picture"] = ""
        for passage in plate["passages"]:
            passage["lang"] = _language(passage["language"])
    return plain


def _language(tag: str) -> str:
    match = _LANGUAGE_TAG.match(tag.lower())
    return match[0] if match else "und"
