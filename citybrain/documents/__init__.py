"""Official documents as .docx, for every app that issues them."""
