"""校核: reports of what is wrong with data, down to row and item, and the corrected rows delivered anew."""
