"""`temadapter serve`: ask videos in a browser."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from temadapter.cli.options import Backbone, Device, Sampler, checked_device


def serve(
    run: Annotated[
        str | None,
        typer.Option(
            "--run",
            help="Folder of a run, crossroads (the demo's), hf:OWNER/NAME, zero-shot, clip-template.",
        ),
    ] = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port to listen on; 0 takes a free one.")] = 8000,
    token_file: Annotated[
        Path | None,
        typer.Option("--token-file", help="File with the token that requests must show; made if missing."),
    ] = None,
    max_upload: Annotated[str, typer.Option("--max-upload", help="Largest video, such as 200M.")] = "200M",
    queue: Annotated[int, typer.Option("--queue", help="How many questions may wait.")] = 8,
    backbone: Backbone = None,
    sampler: Sampler = None,
    device: Device = "auto",
) -> None:
    r"""Ask videos in a browser, or over HTTP.

    Open the address it prints, drop a video there and ask. Nothing leaves this
    computer. Needs the extra: pip install "temadapter\[serve]".

    Example: temadapter serve --run crossroads
    """
    from temadapter.serve import run_server

    with suppress(KeyboardInterrupt):
        run_server(
            run,
            host=host,
            port=port,
            token_file=token_file,
            max_upload=max_upload,
            queue=queue,
            backbone=backbone,
            sampler=sampler,
            device=checked_device(device),
        )
