"""Sharing: finding a run by any of its names, publishing one, fetching one that somebody else published."""
