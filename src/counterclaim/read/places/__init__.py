"""Facilities, towns, subdivisions and countries that a text names."""
