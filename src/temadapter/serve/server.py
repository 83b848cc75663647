"""Running the app."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from temadapter.errors import ConfigError
from temadapter.serve.settings import Settings

if TYPE_CHECKING:
    from starlette.applications import Starlette

FIRST_REQUEST = 20.0
"""Seconds after which a connection that has asked nothing is closed."""

MAX_CONNECTIONS = 256


class _Protocol(H11Protocol):
    """HTTP/1.1 that does not wait for ever for a first request."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.loop.call_later(FIRST_REQUEST, self._close_if_silent)

    def _close_if_silent(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()


def serve(app: Starlette, settings: Settings, *, ready: Callable[[str], None]) -> None:
    """Serve an app until it is interrupted.

    Args:
        app: What `create_app` returned.
        settings: Say where.
        ready: Called with the address once it can be reached.

    Raises:
        ConfigError: The address cannot be used, or the port is taken.
    """
    listening = _listen(settings)
    host, port = listening.getsockname()[:2]
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=3,
        limit_concurrency=MAX_CONNECTIONS,
    )
    with listening:
        ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")
        uvicorn.Server(config).run(sockets=[listening])


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        where = f"{settings.host}:{settings.port}"
        raise ConfigError(
            f"{where} cannot be used ({error.strerror or error}): choose another --port or --host."
        ) from None
    return listening
