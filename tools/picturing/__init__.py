"""Measurements of what photographs say and of copies, one subject a module; see tools/eval_copies.py."""
