"""What the annual report says of a year, read from the records as they were at one instant."""
