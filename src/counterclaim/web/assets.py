"""Style, script and fonts by name from what is shipped; refuses every name that is not on its list."""

from __future__ import annotations

from importlib.resources import files

from django.http import Http404, HttpRequest, HttpResponse

WEB, DOSSIER = files("counterclaim.web"), files("counterclaim.dossier")
KEPT_SECONDS = 3600
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "woff2": "font/woff2",
    "svg": "image/svg+xml",
}
FONTS = (
    "serif-regular", "serif-bold", "serif-italic", "sans-regular", "sans-bold", "mono-regular", "naskh-regular",
)  # fmt: skip
# The dossier's own sheet comes first, so that a person sees on the screen what will leave.
SHIPPED = {
    "dossier.css": DOSSIER / "templates" / "dossier.css",
    "workbench.css": WEB / "static" / "workbench.css",
    "hold.js": WEB / "static" / "hold.js",
    "icon.svg": WEB / "static" / "icon.svg",
    **{f"{font}.woff2": DOSSIER / "fonts" / f"{font}.woff2" for font in FONTS},
}


def asset(request: HttpRequest, name: str) -> HttpResponse:
    """One file; a name must be on the list, so it never becomes a path. Raises Http404."""
    del request
    if name not in SHIPPED:
        raise Http404(name)
    response = HttpResponse(SHIPPED[name].read_bytes(), content_type=TYPES[name.rpartition(".")[2]])
    response["Cache-Control"] = f"max-age={KEPT_SECONDS}"
    return response
