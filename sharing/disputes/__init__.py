"""Disputes on the sharing of data 争议: negotiated, mediated by the bureau, decided by the city (SC-28)."""
