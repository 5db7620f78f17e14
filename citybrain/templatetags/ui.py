"""``{% load ui %}``: every tag of the component kit. Usage: docs/ui.md."""

from django import template

from citybrain.components import entry, furniture, lists, records

register = template.Library()
for part in (furniture, records, lists, entry):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
