"""Base and theme libraries (HK-13), and one source of record for each item (SC-19)."""
