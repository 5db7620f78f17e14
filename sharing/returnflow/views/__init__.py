"""Pages of the return flow: what concerns a department, its needs, packages, receipts."""
