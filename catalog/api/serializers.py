"""Entries as other systems read and write them. Nothing is decided here: the services judge."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from catalog.models import CatalogEntry, DataItem
from catalog.services.content import ENTRY_FIELDS, ITEM_FIELDS
from catalog.transitions import ENTRY
from citybrain.api.nouns import MovableSerializer, VersionField
from citybrain.organizations.models import Department


class StandardField(serializers.CharField):
    """The identifier of the data element standard that an item follows; nothing is fetched for it."""

    def get_attribute(self, instance: DataItem) -> str | None:
        return instance.standard_id


class ItemSerializer(serializers.ModelSerializer[DataItem]):
    standard = StandardField(required=False, allow_null=True, allow_blank=True, max_length=30)

    class Meta:
        model = DataItem
        fields = list(ITEM_FIELDS)


class EntryRowSerializer(serializers.ModelSerializer[CatalogEntry]):
    """An entry in a list; `department` is its code, `revises` the id of what a revision changes."""

    department = serializers.CharField(source="department.code")

    class Meta:
        model = CatalogEntry
        fields = [
            "id", "code", "title", "summary", "department", "theme", "sharing_type",
            "update_cycle", "grade", "state", "version", "revises", "published_on", "data_updated_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class EntrySerializer(MovableSerializer[CatalogEntry]):
    """An entry whole; `moves` are those that the caller may make now."""

    machine = ENTRY
    department = serializers.CharField(source="department.code")
    items = ItemSerializer(many=True)

    class Meta:
        model = CatalogEntry
        fields = [
            "id", "code", "department", *ENTRY_FIELDS, "grade", "items", "state", "version", "revises",
            "published_on", "data_updated_at", "created_at", "updated_at", "moves",
        ]  # fmt: skip
        read_only_fields = fields


class DraftSerializer(serializers.ModelSerializer[CatalogEntry]):
    """What a draft is made of. `items`, when given, replaces all items in the order given."""

    items = ItemSerializer(many=True, required=False)

    class Meta:
        model = CatalogEntry
        fields = [*ENTRY_FIELDS, "items"]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.validated_data.items() if name in ENTRY_FIELDS}


class NewDraftSerializer(DraftSerializer):
    """A new draft, for the department with this code."""

    department = serializers.SlugRelatedField(
        slug_field="code", queryset=Department.objects.owners(), help_text=_("单位编号")
    )

    class Meta(DraftSerializer.Meta):
        fields = ["department", *DraftSerializer.Meta.fields]


class ChangedDraftSerializer(DraftSerializer):
    """What changes in a draft; `version` is the one that was read, a stale one answers 409."""

    version = VersionField()

    class Meta(DraftSerializer.Meta):
        fields = ["version", *DraftSerializer.Meta.fields]
        extra_kwargs = {name: {"required": False} for name in ENTRY_FIELDS}
