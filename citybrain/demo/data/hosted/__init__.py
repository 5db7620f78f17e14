"""Rows of the hosted demo entries, and the script that makes the synthetic ones."""
