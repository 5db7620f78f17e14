"""Forms of the notices app: they parse, the services decide."""
