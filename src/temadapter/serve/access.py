"""Who may ask: the token, the host name, the origin; and the headers that keep the page to itself."""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from temadapter.serve.settings import Settings

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""The page loads from this server alone and cannot be framed."""

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SESSION = "/api/session"
_SAFE = ("GET", "HEAD", "OPTIONS")


class Access:
    """Lets a request pass that may: every path under `/api` wants the token, where there is one.

    A program shows it as `Authorization: Bearer TOKEN`. The page shows it once, to `/api/session`, and gets a
    cookie that scripts cannot read, since players and pictures send no headers of one's own.

    Args:
        settings: The server's.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session = secrets.token_urlsafe(32)
        self.cookie_name = f"temadapter-{secrets.token_hex(4)}"

    def cookie(self) -> str:
        """Return the header with which a client keeps its session."""
        return f"{self.cookie_name}={self._session}; Path=/api; HttpOnly; SameSite=Strict"

    def knows_token(self, headers: Headers) -> bool:
        """Whether a request shows the token (or none is wanted)."""
        token = self._settings.token
        kind, _, shown = headers.get("authorization", "").partition(" ")
        return token is None or (kind.lower() == "bearer" and _equal(shown.strip(), token))

    def allows(self, headers: Headers) -> bool:
        """Whether a request may use the API."""
        return self.knows_token(headers) or _equal(self._shown_session(headers), self._session)

    def refusal(self, scope: Scope) -> JSONResponse | None:
        """Return why a request may not pass, None where it may."""
        headers, method = Headers(scope=scope), scope["method"]
        if self._settings.local and not _is_local_name(headers.get("host", "")):
            return _refused(421, "wrong_host", "This server answers to localhost only.")
        if method not in _SAFE and not _same_origin(headers):
            return _refused(403, "wrong_origin", "Another site may not use this server.")
        path = scope["path"]
        if (path == "/api" or path.startswith("/api/")) and path != SESSION and not self.allows(headers):
            return _refused(401, "no_token", "This server wants its token.", {"WWW-Authenticate": "Bearer"})
        return None

    def _shown_session(self, headers: Headers) -> str:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self.cookie_name)
        except CookieError:
            return ""
        return found.value if found else ""


class AccessMiddleware:
    """Applies `Access` to an app, and the headers that keep the page to itself to every response."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refused = self._access.refusal(scope)
        await (refused or self._app)(scope, receive, send_with_headers)


def _equal(shown: str, wanted: str) -> bool:
    """Compare in a time that says nothing of where they differ."""
    return hmac.compare_digest(shown.encode("utf-8", "replace"), wanted.encode())


def _refused(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": message, "code": code}, status, headers)


def _is_local_name(host: str) -> bool:
    """Whether a Host header names this computer: a page elsewhere whose name resolves to here does not."""
    name = re.sub(r":\d+$", "", host.strip().lower()).strip("[]")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _same_origin(headers: Headers) -> bool:
    """Whether a request that changes something comes from the page itself or from a program."""
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")
