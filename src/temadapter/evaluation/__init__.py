"""Accuracy with honest intervals, paired comparisons, controls, tables and pictures."""
