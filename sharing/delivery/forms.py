"""What the consumer arranges, and its receipt."""

from django import forms
from django.utils.translation import gettext_lazy as _

from citybrain.components.fields import arrange
from sharing.delivery.choices import ARRANGED, Cycle, Format


class PlanForm(forms.Form):
    cycle = forms.ChoiceField(
        label=_("交换频次"),
        choices=Cycle.choices,
        help_text=_("数据没有更新时不重复打包。"),
    )
    extent = forms.ChoiceField(
        label=_("交换范围"),
        choices=[(one.value, one.label) for one in ARRANGED],
        help_text=_("增量按主键与上一个交换包比较；主键未授权或者脱敏提供的，只能全量。"),
    )

    format = forms.ChoiceField(
        label=_("文件格式"),
        choices=Format.choices,
        initial=Format.CSV,
        help_text=_("Parquet中各列均为文本，与CSV内容相同。"),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        arrange(self, half=("cycle", "extent", "format"))
