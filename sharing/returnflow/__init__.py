"""回流: what is asked of the province and the nation, and what comes down to the districts (SC-24)."""
