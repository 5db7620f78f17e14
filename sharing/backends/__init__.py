"""Services whose records stay with the department: an HTTP interface of its own, or a database view."""
