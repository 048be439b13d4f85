"""The dossier as one self-contained page; refuses any request to anywhere, and shows hostile text as text."""

from __future__ import annotations

import base64
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from counterclaim.dossier.dossier import Dossier

SECTIONS = (
    ("said", "What is alleged, and what is answered"),
    ("weights", "Questions and their weight"),
    ("would-decide", "What further evidence would decide"),
    ("exhibits", "Exhibits"),
    ("unanswered", "Declined and failed"),
    ("unused", "Held and not used"),
    ("requests", "Requests for particulars and replies"),
    ("inquiries", "Searches made"),
    ("limits", "Limits"),
    ("custody", "Custody"),
)
_FACES = (
    ("Counterclaim Serif", 400, "normal", "serif-regular"),
    ("Counterclaim Serif", 400, "italic", "serif-italic"),
    ("Counterclaim Serif", 600, "normal", "serif-bold"),
    ("Counterclaim Sans", 400, "normal", "sans-regular"),
    ("Counterclaim Sans", 600, "normal", "sans-bold"),
    ("Counterclaim Mono", 400, "normal", "mono-regular"),
)
_NASKH = ("Counterclaim Naskh", 400, "normal", "naskh-regular")
_ARABIC = range(0x600, 0x700)


def html_of(dossier: Dossier) -> bytes:
    """Print the view as UTF-8 HTML: same view, same bytes. No address is requested, no script runs."""
    page = _environment().get_template("dossier.html")
    faces = (*_FACES, _NASKH) if any(ord(letter) in _ARABIC for letter in _letters(dossier)) else _FACES
    css = files("counterclaim.dossier").joinpath("templates", "dossier.css").read_text(encoding="utf-8")
    text = page.render(
        d=dossier,
        sections=SECTIONS,
        anchors=_anchors(dossier),
        # Both are files of this package without any text of the case, so they may stand unescaped.
        css=Markup(css),  # noqa: S704
        fonts=Markup("".join(map(_face, faces))),  # noqa: S704
    )
    return text.encode("utf-8", "backslashreplace")


def _anchors(dossier: Dossier) -> frozenset[str]:
    """Collect the names under which a weighing knows what is printed here: accounts, findings, exhibits."""
    accounts = {account.key for row in dossier.exchanges for account in (*row.left, *row.right)}
    observations = {observation.id for plate in dossier.plates for observation in plate.observations}
    return frozenset(accounts | observations | {plate.label for plate in dossier.plates})


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("counterclaim.dossier", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _face(face: tuple[str, int, str, str]) -> str:
    family, weight, style, stem = face
    content = files("counterclaim.dossier").joinpath("fonts", f"{stem}.woff2").read_bytes()
    encoded = base64.b64encode(content).decode()
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};'
        f"src:url(data:font/woff2;base64,{encoded}) format('woff2')}}\n"
    )


def _letters(value: object) -> frozenset[str]:
    """Collect the letters of every text in the view, to ship a script's typeface only where it is used."""
    if isinstance(value, str):
        return frozenset(value) if not value.startswith("data:") else frozenset()
    if isinstance(value, tuple):
        return frozenset().union(*map(_letters, value))
    if is_dataclass(value):
        return frozenset().union(*(_letters(getattr(value, member.name)) for member in fields(value)))
    return frozenset()
