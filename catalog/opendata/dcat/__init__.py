"""The open catalog as DCAT-AP 3: one mapping, several serialisations, in pages (hydra)."""
