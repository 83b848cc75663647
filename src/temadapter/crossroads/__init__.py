"""Crossroads: the embedded benchmark. A simulated street crossing, its videos, its questions, its backbone."""
