"""Demo content as data files; SCHEMA.md says what is in them, SOURCES.md where it comes from."""
