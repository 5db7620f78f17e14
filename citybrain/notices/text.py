"""Text that must fit on one line: titles, and the subject lines of mail."""


def one_line(text: object, limit: int) -> str:
    """`text` on a single line of at most `limit` characters, an ellipsis marking what was cut.

    Line breaks, control and formatting characters become spaces, so that no input can add a mail
    header or turn the reading direction.
    """
    plain = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return plain if len(plain) <= limit else f"{plain[: limit - 1]}…"
