"""Reading what addresses and forms bring as text."""


def whole_number(text: str, most: int = 18) -> int | None:
    """The number that an address or a form names, of at most so many digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most else None
