"""What a command's exit code says."""

DONE = 0
FAILED = 1
WRONG_USAGE = 2
"""Wrong usage or configuration."""
SOME_FAILED = 3
"""Finished, with failed items."""
INTERRUPTED = 130
