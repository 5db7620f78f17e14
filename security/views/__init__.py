"""Pages of the security app."""
