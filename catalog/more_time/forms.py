"""The form of a request for more time."""

from django import forms

from catalog.models import MoreTimeRequest
from catalog.models.more_time import MOST_DAYS


class MoreTimeForm(forms.ModelForm):
    class Meta:
        model = MoreTimeRequest
        fields = ["days", "reason"]
        widgets = {
            "days": forms.NumberInput(attrs={"min": 1, "max": MOST_DAYS}),
            "reason": forms.Textarea(attrs={"rows": 3}),
        }

    def _post_clean(self) -> None:
        """The service judges."""
