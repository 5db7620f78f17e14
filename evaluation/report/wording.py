"""Numbers and lists as a Chinese official document writes them.

Whole numbers below ten thousand are written out without separators, larger ones in sentences in
万 or 亿 with at most two decimals; tables always show the exact number. Percentages carry at most
two decimals. All of it is integer arithmetic, rounded half up.
"""

from collections.abc import Sequence

LISTED_NAMES = 8
CHINESE_DIGITS = "〇一二三四五六七八九"


def amount(number: int) -> str:
    """Return ``number`` for a sentence: ``8``, ``9999``, ``1.2万``, ``3.05亿``."""
    if number < 10_000:
        return str(number)
    # 99_999_950 would round to 10000万: it is 1亿.
    if number < 99_995_000:
        return f"{plain(_divided(number, 100))}万"
    return f"{plain(_divided(number, 1_000_000))}亿"


def basis_points(part: int, whole: int) -> int | None:
    """Return ``part / whole`` in ten-thousandths, None if there is no whole."""
    return _divided(part * 10_000, whole) if whole else None


def percent(part: int, whole: int) -> str:
    """Return ``part / whole`` as ``92.5%``; ``—`` where there is no whole."""
    ratio = basis_points(part, whole)
    return "—" if ratio is None else f"{plain(ratio)}%"


def points(centi: int | None) -> str:
    """Return hundredths of a point with two decimals, ``92.50``; ``—`` where not scored."""
    return "—" if centi is None else f"{centi // 100}.{centi % 100:02d}"


def plain(centi: int) -> str:
    """Return hundredths as short as possible, ``3.25``, ``90``."""
    return f"{centi // 100}.{centi % 100:02d}".rstrip("0").rstrip(".")


def change(now: int, before: int, unit: str) -> str:
    """Return the change as ``增加12件，增长10%``, ``减少3件，下降2.5%`` or ``与上年持平``."""
    if now == before:
        return "与上年持平"
    words = ("增加", "增长") if now > before else ("减少", "下降")
    difference = abs(now - before)
    text = f"{words[0]}{amount(difference)}{unit}"
    return f"{text}，{words[1]}{percent(difference, before)}" if before else text


def signed(difference: int) -> str:
    """Return a difference for a table: ``+12``, ``-3``, ``0``."""
    return f"{difference:+d}" if difference else "0"


def signed_points(now: int | None, before: int | None) -> str:
    """Return the difference of two ratios in basis points: ``+6.45个百分点``, ``—`` if unknown."""
    if now is None or before is None:
        return "—"
    sign = "" if now == before else "+" if now > before else "-"
    return f"{sign}{plain(abs(now - before))}个百分点"


def ordinal(number: int) -> str:
    """Return 1 to 99 in Chinese: ``一``, ``十``, ``十二``, ``二十一``."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{CHINESE_DIGITS[tens]}十"
    return head + (CHINESE_DIGITS[ones] if ones else "")


def names(listed: Sequence[str], whole: str = "部门") -> str:
    """Return ``甲、乙、丙``, or the first eight and ``等12个部门`` when there are more."""
    if len(listed) <= LISTED_NAMES:
        return "、".join(listed)
    return f"{'、'.join(listed[:LISTED_NAMES])}等{len(listed)}个{whole}"


def ranked(whose: str, listed: Sequence[str]) -> str:
    """Return ``<whose>依次为甲、乙。``, ``<whose>为甲。`` of a single one, nothing of none."""
    if not listed:
        return ""
    return f"{whose}{'依次' if len(listed) > 1 else ''}为{'、'.join(listed)}。"


def _divided(dividend: int, divisor: int) -> int:
    return (2 * dividend + divisor) // (2 * divisor)
