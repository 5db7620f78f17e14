"""Verbs of the sharing app: the only place that writes applications, grants, codes and rows."""
