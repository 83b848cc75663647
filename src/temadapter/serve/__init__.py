"""A web page, and an API for programs, that answer questions about videos: `temadapter serve`, `run_server`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temadapter.serve.run import run_server

__all__ = ["run_server"]


def __getattr__(name: str) -> object:
    """Load the server when it is asked for, and say what to install where its packages are missing."""
    if name != "run_server":
        raise AttributeError(f"module 'temadapter.serve' has no attribute {name!r}")
    _check_extra()
    from temadapter.serve.run import run_server

    return run_server


def _check_extra() -> None:
    from temadapter.errors import ConfigError

    try:
        import python_multipart  # noqa: F401
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise ConfigError(
            f'`temadapter serve` needs {error.name}: pip install "temadapter[serve]".'
        ) from None
