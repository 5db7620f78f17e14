"""A dataset in the words of schema.org, for search engines."""

from typing import Any

from django.conf import settings

from catalog.choices import OpenType
from catalog.opendata import addresses, files, licence
from catalog.opendata.policies import open_items
from catalog.opendata.rows import OpenRows


def described_for_search_engines(entry: Any, rows: OpenRows | None) -> dict[str, Any]:
    """JSON-LD of one open entry; `rows` are those that the public gets."""
    organization = {
        "@type": "GovernmentOrganization",
        "name": entry.department.name,
        "identifier": entry.department.credit_code,
    }
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": addresses.dataset_url(entry),
        "url": addresses.dataset_url(entry),
        "name": entry.title,
        "description": entry.summary,
        "identifier": entry.code,
        "inLanguage": "zh-Hans",
        "license": licence.default().url,
        "isAccessibleForFree": entry.open_type == OpenType.OPEN,
        "creator": organization,
        "publisher": organization,
        "keywords": [entry.get_theme_display(), entry.get_resource_class_display()],
        "datePublished": entry.opened_at.isoformat(),
        "dateModified": entry.changed_at.isoformat(),
        "spatialCoverage": {"@type": "Place", "name": settings.CITY_NAME},
        "variableMeasured": [
            {"@type": "PropertyValue", "name": item.name, "description": item.description}
            for item in open_items(entry)
        ],
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": settings.OPEN_CATALOG_TITLE,
            "url": addresses.catalog_url(),
        },
    }
    if rows is not None:
        found["distribution"] = [
            {
                "@type": "DataDownload",
                "encodingFormat": files.TYPES[kind].partition(";")[0],
                "contentUrl": addresses.rows_url(entry, kind),
            }
            for kind in files.TYPES
        ]
    return found
