"""Whole experiments on one phase runner: the demo, and a real benchmark from its folder to a table."""
