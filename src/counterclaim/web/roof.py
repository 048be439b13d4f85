"""Configures Django as a roof: sessions and CSRF for one person; it knows no database, no account and no evidence."""

from __future__ import annotations

import secrets
from importlib.resources import files
from typing import Any

import django
from django.conf import settings
from jinja2 import StrictUndefined

HOSTS = ("127.0.0.1", "localhost")  # a foreign name that resolves to this machine (DNS rebinding) is refused
COOKIE = "counterclaim-workbench"
SEATED_SECONDS_MAX = 12 * 3600  # a working day; a forgotten browser does not stay inside overnight
FORM_BYTES_MAX = 64 * 1024  # a judgement is some ids and a reason; nothing larger is sent here
SECRET_BYTES = 48


def raise_roof() -> None:
    """Configure Django once a process, with a key that lives as long as the process: every start signs anew."""
    if settings.configured:
        return
    settings.configure(**_settings())
    django.setup()


def _settings() -> dict[str, Any]:
    return {
        "DEBUG": False,
        "SECRET_KEY": secrets.token_urlsafe(SECRET_BYTES),
        "ALLOWED_HOSTS": list(HOSTS),
        "INSTALLED_APPS": [],
        "ROOT_URLCONF": "counterclaim.web.routes",
        "MIDDLEWARE": [
            "counterclaim.web.manners.headers",
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "counterclaim.web.door.gate",
            "counterclaim.web.refusals.Refusals",
        ],
        "TEMPLATES": [
            {
                # Jinja, because the dossier's drawings are Jinja macros: one drawing of a weight, not two.
                "BACKEND": "django.template.backends.jinja2.Jinja2",
                "DIRS": [str(files(room) / "templates") for room in ("counterclaim.web", "counterclaim.dossier")],
                "OPTIONS": {
                    "autoescape": True,
                    "undefined": StrictUndefined,
                    "trim_blocks": True,
                    "lstrip_blocks": True,
                },
            }
        ],
        "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
        "SESSION_COOKIE_NAME": COOKIE,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_AGE": SEATED_SECONDS_MAX,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "CSRF_USE_SESSIONS": True,
        "CSRF_FAILURE_VIEW": "counterclaim.web.refusals.forged",
        "X_FRAME_OPTIONS": "DENY",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": FORM_BYTES_MAX,
        "USE_I18N": False,
        "USE_TZ": True,
        "LOGGING": {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"told": {"class": "logging.StreamHandler", "level": "ERROR"}},
            # Our own bug must be seen at the terminal; what a person did wrong is told on the page.
            "loggers": {"django": {"handlers": ["told"], "level": "ERROR", "propagate": False}},
        },
    }
