"""Rival propositions and likelihood-ratio intervals; never a last word."""
