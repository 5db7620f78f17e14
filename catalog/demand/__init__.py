"""社会需求: the public asks for open data or reports an error, a department answers (HK-14, HK-17)."""
