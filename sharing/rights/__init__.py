"""What a department owes while it uses another's data: what it undertook, what it reports, how it ends."""
