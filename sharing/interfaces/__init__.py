"""Interface services as their callers meet them: description, sample code, trying them out."""
