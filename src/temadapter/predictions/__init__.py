"""Answers to many questions about many videos, as tables that other programs read."""
