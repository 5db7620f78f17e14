"""Needs upward, and packages that come down."""
