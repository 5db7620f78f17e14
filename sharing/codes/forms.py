"""What a code is bound to, as it is asked for on the pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citybrain.components.fields import arrange
from citybrain.organizations.forms import DateInput
from sharing.codes.bounds import Bounds
from sharing.codes.choices import HOURS, LONGEST_OVERLAP, MOST_RATE, USUAL_RATE
from sharing.models import AuthorizationCode


class DateTimeInput(forms.DateTimeInput):
    """The browser's own calendar with a clock."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class BoundsForm(forms.Form):
    """`bounds()` is what was asked for; the service judges it."""

    networks = forms.CharField(
        label=_("限定网段"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一个，如10.46.2.0/24或10.46.2.11；不填则不限。从其他网段的调用被拒绝。"),
    )
    from_hour = forms.IntegerField(
        label=_("每日开始时间（点）"), required=False, min_value=0, max_value=HOURS
    )
    until_hour = forms.IntegerField(
        label=_("每日结束时间（点）"),
        required=False,
        min_value=0,
        max_value=HOURS,
        help_text=_("如8点至18点；22点至6点为跨夜。都不填则不限。"),
    )
    per_second = forms.IntegerField(
        label=_("每秒调用次数"), required=False, min_value=1, max_value=MOST_RATE
    )
    valid_until = forms.DateField(
        label=_("有效期至"),
        required=False,
        widget=DateInput(),
        help_text=_("不填则随授权到期。"),
    )

    states_purpose = forms.BooleanField(
        label=_("每次调用须申明用途"),
        required=False,
        help_text=_("调用方在请求头X-CBA-Purpose中写明用途类别，与授权不符的调用被拒绝。"),
    )

    def __init__(self, *args: Any, code: AuthorizationCode | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("per_second", USUAL_RATE)
        if code is not None:
            self.initial.update(
                networks="\n".join(code.networks),
                from_hour=code.from_hour,
                until_hour=code.until_hour,
                per_second=code.per_second,
                valid_until=code.valid_until,
                states_purpose=code.states_purpose,
            )
        arrange(self, half=("from_hour", "until_hour", "per_second", "valid_until"))

    def bounds(self) -> Bounds:
        given = self.cleaned_data
        return Bounds(
            networks=[line for line in given["networks"].splitlines() if line.strip()],
            from_hour=given["from_hour"],
            until_hour=given["until_hour"],
            per_second=given["per_second"] or USUAL_RATE,
            valid_until=given["valid_until"],
            states_purpose=given["states_purpose"],
        )


class IssueForm(BoundsForm):
    """The same for a new code, and how long the one that it replaces goes on."""

    overlap_until = forms.DateTimeField(
        label=_("原授权码继续可用至"),
        required=False,
        widget=DateTimeInput(),
        help_text=_("最长%d天，供调用方系统切换；不填则原授权码立即停用。") % LONGEST_OVERLAP.days,
    )

    def __init__(self, *args: Any, live: AuthorizationCode | None, **kwargs: Any) -> None:
        super().__init__(*args, code=live, **kwargs)
        if live is None:
            del self.fields["overlap_until"]
