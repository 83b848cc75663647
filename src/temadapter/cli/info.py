"""`temadapter info`: what a run, a feature store, a video or this installation is."""


def info() -> None:
    """Say."""
