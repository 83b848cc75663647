"""Comparisons: many runs by one plan, and a report of what differs (`temadapter compare`)."""
