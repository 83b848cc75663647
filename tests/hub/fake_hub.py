"""A hub on this machine: what the real client of `huggingface_hub` talks to in these tests."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

Files = dict[str, bytes]


@dataclass
class Repository:
    """One model repository: its branches lead to commits, commits to files."""

    private: bool = False
    gated: bool = False
    branches: dict[str, str] = field(default_factory=dict)
    commits: dict[str, Files] = field(default_factory=dict)

    def commit(self, branch: str, files: Files) -> str:
        content = repr((len(self.commits), branch, sorted(files.items()))).encode()
        sha = hashlib.sha1(content).hexdigest()
        self.commits[sha] = files
        self.branches[branch] = sha
        return sha

    def files(self, branch: str = "main") -> Files:
        return self.commits[self.branches[branch]]


class RefusedError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, code: str = "", message: str = "refused") -> None:
        self.status, self.code, self.message = status, code, message


class FakeHub:
    """Repositories by name, tokens that may write, and what was asked so far."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.tokens = {"hf_good": "me"}
        self.asked: list[str] = []
        self.card_error: str | None = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def add(self, name: str, files: Files, **settings: Any) -> Repository:
        repository = self.repositories[name] = Repository(**settings)
        repository.commit("main", files)
        return repository

    def visible(self, name: str, token: str | None) -> Repository:
        repository = self.repositories.get(name)
        if token is not None and token not in self.tokens:
            raise RefusedError(401, message="Invalid credentials in Authorization header")
        if repository is None or (repository.private and token is None):
            raise RefusedError(404 if token else 401, "RepoNotFound", "Repository not found")
        if repository.gated and token is None:
            raise RefusedError(401, "GatedRepo", "Access to this model is restricted")
        return repository

    def writable(self, name: str, token: str | None) -> None:
        if token is None or token not in self.tokens:
            raise RefusedError(401, message="Invalid credentials in Authorization header")
        if name.split("/", maxsplit=1)[0] != self.tokens[token]:
            raise RefusedError(
                403, message="You don't have the rights to create a model under this namespace"
            )

    def get(self, parts: list[str], token: str | None) -> Any:
        if parts[:2] == ["api", "models"]:
            repository = self.visible("/".join(parts[2:4]), token)
            sha = self._sha(repository, parts[5] if len(parts) > 5 else "main")
            files = repository.commits[sha]
            if len(parts) > 4 and parts[4] == "tree":
                return [
                    {"type": "file", "path": path, "size": len(data), "oid": hashlib.sha1(data).hexdigest()}
                    for path, data in files.items()
                ]
            name = "/".join(parts[2:4])
            siblings = [{"rfilename": path} for path in files]
            return {"_id": "1", "id": name, "sha": sha, "private": repository.private, "siblings": siblings}
        repository = self.visible("/".join(parts[:2]), token)
        sha, path = self._sha(repository, parts[3]), "/".join(parts[4:])
        if path not in repository.commits[sha]:
            raise RefusedError(404, "EntryNotFound", "Entry not found")
        return sha, repository.commits[sha][path]

    def _sha(self, repository: Repository, revision: str) -> str:
        sha = repository.branches.get(revision, revision)
        if sha not in repository.commits:
            raise RefusedError(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        return sha

    def post(self, parts: list[str], body: bytes, token: str | None) -> Any:
        if parts == ["api", "validate-yaml"]:
            if self.card_error is not None:
                raise RefusedError(400, message=self.card_error)
            return {"errors": [], "warnings": []}
        if parts == ["api", "repos", "create"]:
            wanted = json.loads(body)
            name = f"{wanted['organization']}/{wanted['name']}"
            self.writable(name, token)
            private = wanted.get("visibility") == "private" or bool(wanted.get("private"))
            self.add(name, {".gitattributes": b""}, private=private)
            return {"url": f"{self.url}/{name}", "name": name, "id": "1"}
        name, what = "/".join(parts[2:4]), parts[4]
        repository = self.visible(name, token)
        self.writable(name, token)
        if what == "branch":
            if parts[5] in repository.branches:
                raise RefusedError(409, message="Reference already exists")
            repository.branches[parts[5]] = repository.branches["main"]
            return {}
        if what == "preupload":
            wanted = json.loads(body)["files"]
            return {
                "files": [
                    {"path": file["path"], "uploadMode": "regular", "shouldIgnore": False} for file in wanted
                ]
            }
        files = dict(repository.commits[self._sha(repository, parts[5])])
        for line in body.decode().splitlines():
            row = json.loads(line)
            if row["key"] == "file":
                files[row["value"]["path"]] = base64.b64decode(row["value"]["content"])
            elif row["key"] == "deletedFile":
                del files[row["value"]["path"]]
        sha = repository.commit(parts[5], files)
        return {"commitUrl": f"{self.url}/{name}/commit/{sha}", "commitOid": sha, "success": True}


def _handler(hub: FakeHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments: object) -> None:
            pass

        def _respond(self) -> None:
            parts = [unquote(part) for part in urlsplit(self.path).path.strip("/").split("/")]
            hub.asked.append(f"{self.command} {'/'.join(parts)}")
            header = self.headers.get("Authorization", "")
            token = header.removeprefix("Bearer ") or None
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                found = hub.post(parts, body, token) if self.command == "POST" else hub.get(parts, token)
            except RefusedError as error:
                headers = {"X-Error-Code": error.code, "X-Error-Message": error.message}
                problem = {"error": error.message, "errors": [{"message": error.message}]}
                self._send(error.status, json.dumps(problem).encode(), headers)
                return
            if isinstance(found, tuple):
                sha, data = found
                etag = f'"{hashlib.sha1(data).hexdigest()}"'
                self._send(200, data, {"X-Repo-Commit": sha, "ETag": etag})
            else:
                self._send(200, json.dumps(found).encode(), {"Content-Type": "application/json"})

        def _send(self, status: int, data: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_HEAD = do_POST = _respond  # noqa: N815

    return Handler
