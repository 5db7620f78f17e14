"""Verbs of the security app."""
