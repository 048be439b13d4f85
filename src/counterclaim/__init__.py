"""Counterclaim preserves, examines and weighs the evidence of contested allegations of torture."""

__version__ = "0.1.0"
