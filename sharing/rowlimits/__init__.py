"""Which rows of an entry are granted, say those of the applicant's district: set before the answer."""
