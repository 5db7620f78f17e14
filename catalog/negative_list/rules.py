"""What makes a proposal for the negative list acceptable; errors are named like its fields."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.legal import names_law_and_article
from catalog.models import NegativeListEntry
from catalog.models.entry import GONE
from catalog.negative_list.choices import MOST_YEARS


def check(line: NegativeListEntry) -> None:
    """Raises ValidationError with everything that is wrong, by field."""
    errors: dict[str, list[str]] = {}
    try:
        line.clean_fields(exclude=("number", "created_by", "submitted_by", "signed_by", "items"))
    except ValidationError as error:
        errors.update(error.message_dict)
    if "basis" not in errors and not names_law_and_article(line.basis):
        errors["basis"] = [
            _(
                "须列明法律、行政法规或国务院决定的名称和条款，例如“《中华人民共和国档案法》第二十七条”。"
            )
        ]
    if not {"effective_on", "expires_on"} & set(errors):
        errors.update(_date_errors(line))
    if errors:
        raise ValidationError(errors)


def _date_errors(line: NegativeListEntry) -> dict[str, list[str]]:
    asked_on = timezone.localdate(line.created_at) if line.pk else timezone.localdate()
    if line.effective_on < asked_on:
        return {"effective_on": [_("生效日期不能早于提出日期%s。") % asked_on.isoformat()]}
    if line.expires_on <= line.effective_on:
        return {"expires_on": [_("失效日期须晚于生效日期。")]}
    if line.expires_on > years_after(line.effective_on, MOST_YEARS):
        return {"expires_on": [_("一次最长列入%d年，期满仍须列入的，重新提出。") % MOST_YEARS]}
    return {}


def check_entry(line: NegativeListEntry) -> None:
    """Raises ValidationError unless the line is about an entry of its department that exists."""
    entry = line.entry
    if entry.revises_id is not None:
        raise ValidationError(_("请在已发布的信息资源上提出，修订稿随之适用。"))
    if entry.state in GONE:
        raise ValidationError(_("信息资源%s，不需要列入负面清单。") % entry.get_state_display())


def check_items(line: NegativeListEntry, names: Sequence[str]) -> list[str]:
    """The items chosen in the entry's order; ValidationError when one is not the entry's."""
    known = list(line.entry.items.values_list("name", flat=True))
    foreign = [name for name in names if name not in known]
    if foreign:
        raise ValidationError(
            {"items": _("“%s”不是该信息资源的信息项，请重新选择。") % foreign[0][:100]}
        )
    return [name for name in known if name in set(names)]


def years_after(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
