"""Failures for real: servers that are stopped, workers that are killed, floods. `make drill`."""
