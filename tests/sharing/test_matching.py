"""Rows by what they are known by: one statement for all, each with a limit of its own."""

from collections.abc import Callable

import pytest

from sharing.models import HostedDataset, InterfaceService
from sharing.services import hosting
from sharing.services.matching import Matching
from tests import scenes
from tests.personas import World

STREETS = ("大同路", "解放西路", "海府路", "白龙南路")


@pytest.fixture
def rows(world: World) -> HostedDataset:
    """Forty rows: each number once, each street ten times."""
    entry = scenes.a_hosted_entry(world)
    service = InterfaceService.objects.get(entry=entry)
    dataset = service.dataset
    assert dataset is not None
    made = HostedDataset.objects.create(
        entry=entry, number=dataset.number + 1, file_name="街道.csv", rows=40, digest="0" * 64,
        uploaded_at=dataset.uploaded_at,
    )  # fmt: skip
    hosting.copy_rows(made, ({"编号": str(n), "街道": STREETS[n % 4]} for n in range(40)))
    return made


def test_every_name_has_its_rows_by_one_statement(
    rows: HostedDataset, django_assert_num_queries: Callable[..., object]
) -> None:
    named = [{"编号": str(n)} for n in range(45)]
    with django_assert_num_queries(1):
        found = Matching(rows.pk, named)
    assert [found.one(name) is not None for name in named] == [True] * 40 + [False] * 5
    row = found.one({"编号": "7"})
    assert row is not None
    assert row.values == {"编号": "7", "街道": STREETS[3]}


def test_a_name_that_fits_many_takes_nothing_from_the_others(rows: HostedDataset) -> None:
    found = Matching(rows.pk, [{"街道": "大同路"}, {"编号": "39"}, {}])
    assert [row.values["编号"] for row in found.like({"街道": "大同路"})] == ["0", "4"]
    assert found.one({"街道": "大同路"}) is None
    assert found.one({"编号": "39"}) is not None
    assert found.like({}) == []
    assert len(Matching(rows.pk, [{"街道": "大同路"}], most=99).like({"街道": "大同路"})) == 10


def test_rows_outside_the_grant_are_not_found(rows: HostedDataset) -> None:
    limits = {"街道": ["大同路", "海府路"]}
    found = Matching(rows.pk, [{"编号": "1"}, {"编号": "2"}], limits=limits)
    assert found.one({"编号": "1"}) is None
    assert found.one({"编号": "2"}) is not None


def test_without_rows_nothing_is_found(rows: HostedDataset) -> None:
    assert Matching(None, [{"编号": "1"}]).like({"编号": "1"}) == []
