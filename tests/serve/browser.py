"""The system's Chromium, for tests of the page."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REQUIRED = "TEMADAPTER_BROWSER"
"""Set to `required`, a missing browser is a failure (CI); set to a path, that browser is taken."""


def find_chromium() -> str | None:
    """Return the path of a Chromium, None where there is none."""
    chosen = os.environ.get(REQUIRED, "")
    if chosen not in ("", "required"):
        return chosen
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def why_not() -> str | None:
    """Return why the page cannot be tested in a browser here; None where it can."""
    try:
        import axe_playwright_python.base  # noqa: F401
        import playwright.sync_api  # noqa: F401
    except ImportError as error:
        return f"the page is NOT tested in a browser: {error.name} is not installed (pip install -e '.[dev]')"
    if find_chromium() is None:
        return "the page is NOT tested in a browser: no Chromium here (apt-get install chromium)"
    return None
