"""A camera for tests: a socket that sends bytes to whoever connects."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Thread


@contextmanager
def sending(*connections: bytes | Iterable[bytes]) -> Iterator[str]:
    """Yield an address at which each connection gets the next of some bytes, and is closed then.

    An iterable is sent piece by piece, as fast as it is taken; it may be endless.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        thread = Thread(target=_serve, args=(server, connections), daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


def _serve(server: socket.socket, connections: Sequence[bytes | Iterable[bytes]]) -> None:
    for content in connections:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection, suppress(OSError):  # the reader may leave
            for piece in [content] if isinstance(content, bytes) else content:
                connection.sendall(piece)
