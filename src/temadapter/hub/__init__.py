"""Sharing runs: finding, publishing and fetching them, and their model cards."""
