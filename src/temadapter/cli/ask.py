"""`temadapter ask`."""


def ask() -> None:
    """Ask."""
