"""What can go wrong with the hub, in one sentence each."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from temadapter.errors import SharingError, TemAdapterError
from temadapter.hub.repository_names import HubName


@contextmanager
def in_sentences(name: HubName, *, unreachable: str) -> Iterator[None]:
    """Turn whatever the hub's library raises into a `SharingError`.

    Args:
        name: The run that the block is about.
        unreachable: What to say where the hub does not answer.
    """
    try:
        yield
    except TemAdapterError:
        raise
    except Exception as error:  # a network fails in many ways, and the HTTP library differs between versions
        raise SharingError(_sentence(error, name) or unreachable) from error


def _sentence(error: Exception, name: HubName) -> str | None:
    """Return what is wrong, None where the hub did not answer."""
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    login = "log in with `hf auth login` or set HF_TOKEN"
    if isinstance(error, GatedRepoError):
        return f"The hub lets only approved users have {name.repository}: ask for access on its page and {login}."
    if isinstance(error, RevisionNotFoundError):
        return f"{name.repository} has no branch, tag or commit {name.revision!r} on the hub."
    if isinstance(error, RepositoryNotFoundError):
        return f"The hub has no model {name.repository!r}, or it is private. Check the name, or {login}."
    if getattr(error, "errno", None) == errno.ENOSPC:
        return f"The disk has no space left for {name}: {error}."
    if isinstance(error, ValueError):  # what the hub says of a card
        return f"The hub refuses {name}: {_plain(error)}"
    return _refusal(error, name, login)


def _refusal(error: Exception, name: HubName, login: str) -> str | None:
    status = status_of(error)
    if status is None or status >= 500:
        return None
    if status == 401:
        return f"The hub does not know your token: {login}."
    if status == 403:
        return (
            f"Your token may not write to {name.repository}: it needs the permission to write, and OWNER must "
            "be you or an organisation of yours."
        )
    return f"The hub refuses {name}: {_plain(error)}"


def status_of(error: Exception) -> int | None:
    """Return the HTTP status that the hub answered with, None where it did not answer."""
    return getattr(getattr(error, "response", None), "status_code", None)


def _plain(error: Exception) -> str:
    own = getattr(error, "server_message", None) or str(error)
    return " ".join(own.split()).rstrip(".") + "."
