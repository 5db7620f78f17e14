"""Pages of the public, of developers themselves, and of the bureau."""
