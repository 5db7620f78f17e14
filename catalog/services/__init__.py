"""Verbs of the catalog: the only place that writes entries, items and imports."""
