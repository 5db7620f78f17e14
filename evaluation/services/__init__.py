"""Verbs of the evaluation app."""
