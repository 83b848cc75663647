"""Publishing on the hub, in one commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from temadapter.backbones.hub import CONNECT_SECONDS, hub_transfer
from temadapter.errors import SharingError
from temadapter.hub.fetch import FILES, NEEDED
from temadapter.hub.hub_errors import in_sentences
from temadapter.hub.publication import Publication
from temadapter.hub.repository_names import MAIN, HubName

if TYPE_CHECKING:
    from huggingface_hub import HfApi

HARMLESS = (".gitattributes", "README.md")


@dataclass(frozen=True)
class Uploaded:
    """Where a run went.

    Args:
        url: Its page.
        commit: Its commit there.
    """

    url: str
    commit: str


def upload(publication: Publication, name: HubName, *, message: str, private: bool = False) -> Uploaded:
    """Publish a run on the hub; repository and branch are made where they are missing.

    Args:
        publication: What to publish.
        name: Where to; its revision is a branch.
        message: Of the commit.
        private: Make a new repository private; one that is public already is refused.

    Raises:
        SharingError: Nobody is logged in, the hub refuses or cannot be reached, or something else is there.
    """
    from huggingface_hub import HfApi, get_token

    if get_token() is None:
        raise SharingError("Nobody is logged in to the hub: log in with `hf auth login`, or set HF_TOKEN.")
    api = HfApi(library_name="temadapter", library_version=version("temadapter"))
    nowhere = (
        f"The hub cannot be reached, so nothing was published. `temadapter push RUN dir:FOLDER` writes what {name} "
        "would hold into a folder."
    )
    with in_sentences(name, unreachable=nowhere), hub_transfer(f"Publishing {name.repository}"):
        there = _files_there(api, name, private=private)
        commit = api.create_commit(
            name.repository,
            _operations(publication, there),
            commit_message=message,
            revision=name.revision,
        )
    return Uploaded(f"{api.endpoint}/{name.repository}", str(commit.oid))


def _files_there(api: HfApi, name: HubName, *, private: bool) -> set[str]:
    """Return what the branch holds, after making repository and branch where they are missing."""
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    repository = name.repository
    try:
        info = api.model_info(repository, timeout=CONNECT_SECONDS)
    except GatedRepoError:
        raise
    except RepositoryNotFoundError:
        api.create_repo(repository, private=private)
    else:
        if private and not info.private:
            raise SharingError(
                f"{repository} is public already, so a run in it would not be private. Make it private on its "
                "page, or name another."
            )
        _refuse_strangers((file.rfilename for file in info.siblings or ()), name)
    if name.revision != MAIN:
        api.create_branch(repository, branch=name.revision, exist_ok=True)
    return set(api.list_repo_files(repository, revision=name.revision))


def _refuse_strangers(files: Iterable[str], name: HubName) -> None:
    """Refuse to write among the files of something that is no run."""
    there = set(files)
    strange = sorted(there - {*HARMLESS, *FILES})
    if strange and not there.issuperset(NEEDED):
        raise SharingError(
            f"{name.repository} holds something else than a run ({', '.join(strange[:3])}); publish under another "
            "name."
        )


def _operations(publication: Publication, there: set[str]) -> list[Any]:
    """Return one commit's changes: every file, without what an earlier run left and this one does not have."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    stale = sorted((there & {*FILES}) - publication.files.keys())
    return [
        *(CommitOperationAdd(file, content) for file, content in publication.files.items()),
        *(CommitOperationDelete(file) for file in stale),
    ]
