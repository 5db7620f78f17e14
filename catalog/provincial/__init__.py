"""What the city reports to the provincial catalog, and the receipts it gets (HK-14)."""
