"""Everything that `temadapter serve` does: load, open the folder, serve, tidy up."""

from __future__ import annotations

from pathlib import Path

from temadapter.interrupts import ended_by_sigterm
from temadapter.progress import say
from temadapter.serve.app import create_app
from temadapter.serve.library import Library
from temadapter.serve.private_folder import PrivateFolder
from temadapter.serve.run_data import add_run_data
from temadapter.serve.server import serve
from temadapter.serve.settings import Settings, new_token, parse_size, read_token


def run_server(
    run: str | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    token_file: str | Path | None = None,
    max_upload: str = "200M",
    queue: int = 8,
    backbone: str | None = None,
    sampler: str | None = None,
    device: str = "auto",
) -> None:
    """Serve a web page and an API that answer questions about videos, until it is interrupted.

    Args:
        run: What `VideoQA.load` takes; `clip-template` when None.
        host: Address to listen on; other computers reach "0.0.0.0", and a token is made then.
        port: Port to listen on; 0 takes a free one.
        token_file: File with the token that requests must show; made if missing.
        max_upload: The largest video, such as "200M".
        queue: How many questions may wait.
        backbone: For an untrained method; see `VideoQA.load`.
        sampler: Which frames are looked at; the run's own when None.
        device: "auto", "cpu" or "cuda".

    Raises:
        ConfigError: No such run, a value out of range, or an address that cannot be used.
        BackboneError: The image-text model cannot be loaded.
    """
    token, new = (None, False) if token_file is None else read_token(Path(token_file))
    if new:
        say(f"Wrote a new token to {token_file}.")
    if token is None and not Settings.is_local(host):
        token = new_token()
    settings = Settings(host=host, port=port, token=token, max_upload=parse_size(max_upload), queue=queue)
    from temadapter.qa import VideoQA

    model = VideoQA.load(run, backbone=backbone, sampler=sampler, device=device)
    with ended_by_sigterm(), PrivateFolder() as folder:
        library = Library(folder.path, kept=settings.kept_videos)
        if reason := _add_data(library, run):
            say(reason)
        name = run_name(run, model.method.name)
        app = create_app(model, library, settings, name=name)
        serve(app, settings, ready=lambda url: _greet(url, name, settings))


def run_name(run: str | None, method: str) -> str:
    """Return what a run is called on the page: its folder's name, never its path."""
    if run is None:
        return method
    return run if run.startswith("hf:") else Path(run.removeprefix("dir:")).expanduser().resolve().name


def _add_data(library: Library, run: str | None) -> str | None:
    from temadapter.config.run_config import load_config
    from temadapter.hub.run_names import find_run
    from temadapter.runs.folder import RunFolder

    folder = None if run is None or run.startswith("hf:") else find_run(run)
    if folder is None or not (config := RunFolder(folder).config).is_file():
        return None
    return add_run_data(library, load_config(config))


def _greet(url: str, name: str, settings: Settings) -> None:
    fragment = f"/#token={settings.token}" if settings.token else ""
    say(f"{name} answers at {url}{fragment} (Ctrl+C ends it).")
