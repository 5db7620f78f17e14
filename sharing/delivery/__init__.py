"""提供: batches packed by the worker for one consumer, and links to fetch what was granted (SC-22)."""
