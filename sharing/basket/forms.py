"""One form for several entries: the ground once, the items of each."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import add_refusal
from sharing import unsaved
from sharing.basket.queries import MOST_LENDERS, lenders, lent
from sharing.basket.services import Choice
from sharing.forms.application import Ground
from sharing.forms.choosing import Choosing, items_field
from sharing.models import UnsavedApplication


class EntryChoice(Choosing, forms.Form):
    """What is wanted of one entry."""

    items = items_field()
    method = forms.ChoiceField(label=_("共享方式"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, entry: CatalogEntry, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": f"e{entry.pk}"})
        self.entry = entry
        self.offer(entry)

    def choice(self) -> Choice:
        return Choice(self.entry, self.item_ids(), self.cleaned_data["method"])


class TogetherForm:
    """The ground and a choice for each entry; `is_valid` as of a form."""

    def __init__(
        self,
        actor: Actor,
        entries: list[CatalogEntry],
        data: QueryDict | None = None,
        like: str = "",
        kept: UnsavedApplication | None = None,
    ) -> None:
        words, names = lent(actor, like)
        self.ground = Ground(data, actor=actor, initial={**words, **unsaved.restored(kept)})
        self.choices = [EntryChoice(data, entry=entry) for entry in entries]
        for choice in self.choices:
            choice.choose(names)
            choice.initial.update(unsaved.restored(kept, f"{choice.prefix}-"))

    def is_valid(self) -> bool:
        return all([self.ground.is_valid(), *(choice.is_valid() for choice in self.choices)])

    def refuse(self, refusals: dict[int, ValidationError]) -> None:
        """Shows what was refused: of the ground once, of an entry with that entry."""
        for choice in self.choices:
            error = refusals.get(choice.entry.pk)
            if error is None:
                continue
            own = _part(error, choice)
            shared = _part(error, self.ground)
            if own:
                add_refusal(choice, ValidationError(own))
            if shared and not self.ground.errors:
                add_refusal(self.ground, ValidationError(shared))
            if not own and not shared:
                choice.add_error(None, error.messages)


class LikeForm(forms.Form):
    """An earlier application to begin from."""

    like = forms.ChoiceField(label=_("沿用以前的申请"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [
            (str(one.pk), f"{one.number} {one.entry.title}")
            for one in lenders(actor)[:MOST_LENDERS]
        ]
        self.fields["like"].choices = [("", _("不沿用")), *offered]  # type: ignore[attr-defined]
        self.fields["like"].widget.attrs["class"] = "form-select w-auto mw-100"
        self.offers = bool(offered)


def _part(error: ValidationError, form: forms.BaseForm) -> dict[str, list[str]]:
    if not hasattr(error, "error_dict"):
        return {}
    return {name: texts for name, texts in error.message_dict.items() if name in form.fields}
