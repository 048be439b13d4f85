"""Rival propositions and likelihood-ratio intervals; never a verdict."""
