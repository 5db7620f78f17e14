"""Authorization codes: what they are bound to, how a call is signed, where they were used from."""
