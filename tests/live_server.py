"""A camera for tests: a socket that sends bytes to whoever connects."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread


@contextmanager
def sending(*connections: bytes) -> Iterator[str]:
    """Yield an address at which each connection gets the next of some bytes, and is closed then."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        thread = Thread(target=_serve, args=(server, connections), daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


def _serve(server: socket.socket, connections: Sequence[bytes]) -> None:
    for content in connections:
        try:
            connection, _ = server.accept()
            with connection:
                connection.sendall(content)
        except OSError:
            return
