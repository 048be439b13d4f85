"""Counts over de-duplicated incidents, with bounds."""
