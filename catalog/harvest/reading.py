"""What other portals say of their datasets, in the words of this catalog.

Everything comes through citybrain/outgoing.py and is somebody else's text: sizes are limited, no
context of JSON-LD is fetched, and what cannot be understood is left out by name.
"""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext as _

from catalog.choices import FORMAT_TYPES, FormatClass, UpdateCycle
from catalog.harvest.choices import SourceKind
from citybrain.outgoing import Limits, OutgoingError, fetch
from citybrain.spreadsheets import cell_text, line_text

MEBIBYTE = 1024 * 1024
MOST_DATASETS = 20_000
MOST_PAGES = 500
CKAN_ROWS = 100
LIMITS = Limits(bytes=32 * MEBIBYTE, seconds=90)
GRAPH_LIMITS = Limits(bytes=16 * MEBIBYTE, seconds=90)
# Of one page, whatever its bytes: as a graph each value takes some two kilobytes of memory.
MOST_VALUES = 200_000
# All pages together; less than a claim (citybrain/claims.py), so that no second worker begins too.
MOST_SECONDS = 180

DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
# CKAN's portals and others of their age still say nextPage.
NEXT_PAGES = ("http://www.w3.org/ns/hydra/core#next", "http://www.w3.org/ns/hydra/core#nextPage")
# The last part of a word, address or ISO 8601 repeat that says how often data is renewed.
CYCLES: dict[str, str] = {
    "cont": UpdateCycle.REALTIME, "update_cont": UpdateCycle.REALTIME, "pt1s": UpdateCycle.REALTIME,
    "realtime": UpdateCycle.REALTIME, "实时": UpdateCycle.REALTIME,
    "daily": UpdateCycle.DAILY, "p1d": UpdateCycle.DAILY, "每日": UpdateCycle.DAILY, "每天": UpdateCycle.DAILY,
    "weekly": UpdateCycle.WEEKLY, "p1w": UpdateCycle.WEEKLY, "p7d": UpdateCycle.WEEKLY, "每周": UpdateCycle.WEEKLY,
    "monthly": UpdateCycle.MONTHLY, "p1m": UpdateCycle.MONTHLY, "每月": UpdateCycle.MONTHLY,
    "quarterly": UpdateCycle.QUARTERLY, "p3m": UpdateCycle.QUARTERLY, "每季度": UpdateCycle.QUARTERLY,
    "annual_2": UpdateCycle.HALF_YEARLY, "semiannual": UpdateCycle.HALF_YEARLY, "p6m": UpdateCycle.HALF_YEARLY,
    "每半年": UpdateCycle.HALF_YEARLY,
    "annual": UpdateCycle.YEARLY, "yearly": UpdateCycle.YEARLY, "p1y": UpdateCycle.YEARLY, "每年": UpdateCycle.YEARLY,
}  # fmt: skip
KNOWN_FORMATS = {
    kind.lower(): (format_class, kind)
    for format_class, kinds in FORMAT_TYPES.items()
    for kind in kinds
}
OTHER_FORMATS = {
    "api": (FormatClass.SERVICE, "REST"),
    "rest": (FormatClass.SERVICE, "REST"),
    "excel": (FormatClass.SHEET, "xlsx"),
    "spreadsheetml.sheet": (FormatClass.SHEET, "xlsx"),
    "vnd.ms-excel": (FormatClass.SHEET, "xls"),
    "jpeg": (FormatClass.IMAGE, "jpg"),
}


@dataclass(frozen=True)
class Dataset:
    """One dataset: its identifier and page there, and what it says of the entry's fields."""

    key: str
    page: str
    content: Mapping[str, Any]


class Unreadable(Exception):
    """The source as a whole says nothing that can be used; `str` is a sentence."""


def read(kind: str, address: str, get: Callable[..., Any] = fetch) -> list[Dataset]:
    """All datasets of the source, each once. Raises Unreadable."""
    try:
        found = READERS[kind](address, _within(MOST_SECONDS, get))
        datasets: dict[str, Dataset] = {}
        for dataset in found:
            datasets.setdefault(dataset.key, dataset)
            if len(datasets) > MOST_DATASETS:
                raise Unreadable(_("来源的数据集超过 %d 个，没有采集。") % MOST_DATASETS)
    except OutgoingError as error:
        raise Unreadable(str(error)) from None
    return list(datasets.values())


def _within(seconds: float, get: Callable[..., Any]) -> Callable[..., Any]:
    """`get` for as long as `seconds` last, whatever number of pages the other side has to offer."""
    deadline = time.monotonic() + seconds

    def timed(url: str, *, limits: Limits) -> Any:
        left = deadline - time.monotonic()
        if left <= 0:
            raise Unreadable(_("来源在 %d 分钟内没有读完，没有采集。") % (MOST_SECONDS // 60))
        return get(url, limits=replace(limits, seconds=min(limits.seconds, left)))

    return timed


def _ckan(address: str, get: Callable[..., Any]) -> Iterator[Dataset]:
    base = address.rstrip("/")
    base = base.partition("/api/")[0]
    seen: set[str] = set()
    for page in range(MOST_PAGES):
        url = f"{base}/api/3/action/package_search?rows={CKAN_ROWS}&start={page * CKAN_ROWS}"
        answer = _json(get(url, limits=LIMITS).body)
        result = answer.get("result") if isinstance(answer, dict) else None
        packages = result.get("results") if isinstance(result, dict) else None
        if not isinstance(packages, list):
            raise Unreadable(_("服务器的答复不是 CKAN 接口的格式，请检查地址和种类。"))
        new = [one for one in packages if _text(one, "id") and _text(one, "id") not in seen]
        seen.update(_text(one, "id") for one in new)
        for package in new:
            name = _text(package, "name") or _text(package, "id")
            yield _dataset(
                _text(package, "id"),
                f"{base}/dataset/{name}",
                title=_text(package, "title") or name,
                summary=_text(package, "notes"),
                formats=[_text(one, "format") for one in _list(package, "resources")],
                cycle=_text(package, "frequency") or _text(package, "update_frequency"),
            )
        # Not `count`: a portal may say anything there, and go on for ever.
        if len(packages) < CKAN_ROWS or not new:
            return
    raise Unreadable(_("来源的数据集超过 %d 个，没有采集。") % MOST_DATASETS)


def _data_json(address: str, get: Callable[..., Any]) -> Iterator[Dataset]:
    answer = _json(get(address, limits=LIMITS).body)
    listed = answer.get("dataset") if isinstance(answer, dict) else answer
    if not isinstance(listed, list):
        raise Unreadable(_("服务器的答复不是 data.json 的格式，请检查地址和种类。"))
    for one in listed:
        key = _text(one, "identifier")
        if key:
            yield _dataset(
                key,
                _text(one, "landingPage"),
                title=_text(one, "title"),
                summary=_text(one, "description"),
                formats=[
                    _text(distribution, "format") or _text(distribution, "mediaType")
                    for distribution in _list(one, "distribution")
                ],
                cycle=_text(one, "accrualPeriodicity"),
            )


def _dcat(address: str, get: Callable[..., Any]) -> Iterator[Dataset]:
    asked: set[str] = set()
    url = address
    while url and url not in asked:
        asked.add(url)
        if len(asked) > MOST_PAGES:
            raise Unreadable(_("来源的目录超过 %d 页，没有采集。") % MOST_PAGES)
        fetched = get(url, limits=GRAPH_LIMITS)
        graph = _graph(fetched.body, fetched.url)
        yield from _datasets(graph)
        following = next((page for name in NEXT_PAGES for page in _objects(graph, None, name)), "")
        url = urljoin(fetched.url, following) if following else ""
    if not asked:
        raise Unreadable(_("请填写地址。"))


def _graph(body: bytes, base: str) -> Any:
    from rdflib import Graph

    answer = _json(body)
    _refuse_what_is_fetched_or_too_much(answer)
    graph = Graph()
    try:
        graph.parse(data=json.dumps(answer), format="json-ld", base=base)
    except Exception as error:  # the library raises whatever its parts raise
        raise Unreadable(_("服务器的答复不是 DCAT 目录的格式，请检查地址和种类。")) from error
    return graph


def _refuse_what_is_fetched_or_too_much(value: Any) -> None:
    """Whoever reads JSON-LD fetches the contexts that it names; this portal fetches nothing."""
    waiting = [value]
    seen = 0
    while waiting:
        one = waiting.pop()
        seen += 1
        if seen > MOST_VALUES:
            raise Unreadable(
                _("目录一页的内容超过 %d 项，没有采集。请改用分页的地址。") % MOST_VALUES
            )
        if isinstance(one, list):
            waiting += one
        if not isinstance(one, dict):
            continue
        waiting += one.values()
        contexts = one.get("@context", [])
        named = contexts if isinstance(contexts, list) else [contexts]
        if "@import" in one or any(isinstance(context, str) for context in named):
            raise Unreadable(
                _("目录引用了外部的 JSON-LD 上下文（@context），没有读取。请改用内嵌上下文的地址。")
            )


def _datasets(graph: Any) -> Iterator[Dataset]:
    from rdflib import RDF, URIRef

    for subject in sorted(graph.subjects(RDF.type, URIRef(f"{DCAT}Dataset")), key=str):
        formats: list[str] = []
        for distribution in graph.objects(subject, URIRef(f"{DCAT}distribution")):
            formats += _objects(graph, distribution, f"{DCT}format")
            formats += _objects(graph, distribution, f"{DCAT}mediaType")
        pages = _objects(graph, subject, f"{DCAT}landingPage")
        key = str(subject) if isinstance(subject, URIRef) else ""
        key = key or next(iter(_objects(graph, subject, f"{DCT}identifier")), "")
        if key:
            yield _dataset(
                key,
                next(iter(pages), key),
                title=_said(graph, subject, f"{DCT}title"),
                summary=_said(graph, subject, f"{DCT}description"),
                formats=formats,
                cycle=next(iter(_objects(graph, subject, f"{DCT}accrualPeriodicity")), ""),
            )


def _objects(graph: Any, subject: Any, predicate: str) -> list[str]:
    from rdflib import URIRef

    return sorted(str(one) for one in graph.objects(subject, URIRef(predicate)))


def _said(graph: Any, subject: Any, predicate: str) -> str:
    """A text in Chinese, or else in no language that is named, or else in any."""
    from rdflib import URIRef

    texts = sorted(
        graph.objects(subject, URIRef(predicate)),
        key=lambda one: (
            not str(getattr(one, "language", None) or "").startswith("zh"),
            bool(getattr(one, "language", None)),
            str(one),
        ),
    )
    return str(texts[0]) if texts else ""


READERS: dict[str, Callable[[str, Callable[..., Any]], Iterator[Dataset]]] = {
    SourceKind.CKAN: _ckan,
    SourceKind.DCAT: _dcat,
    SourceKind.DATA_JSON: _data_json,
}


def _dataset(
    key: str, page: str, *, title: str, summary: str, formats: Iterable[str], cycle: str
) -> Dataset:
    format_class, format_type = _format(formats)
    name = line_text(title)[:128]
    return Dataset(
        key[:300],
        page[:500] if urlsplit(page).scheme in ("http", "https") else "",
        {
            "title": name,
            "summary": cell_text(summary)[:1000].strip() or name,
            "format_class": format_class,
            "format_type": format_type,
            "update_cycle": CYCLES.get(re.split(r"[/#]", cycle.strip())[-1].lower())
            or UpdateCycle.IRREGULAR.value,
        },
    )


def _format(formats: Iterable[str]) -> tuple[int, str]:
    """The first that is known here; a database or an interface is not to be told from outside."""
    named = [re.split(r"[/#]", one.strip())[-1].lower().lstrip(".") for one in formats if one]
    for name in named:
        short = name.rpartition("officedocument.")[2]
        found = KNOWN_FORMATS.get(name) or OTHER_FORMATS.get(short)
        if found:
            return int(found[0]), found[1]
    return int(FormatClass.OTHER), line_text(named[0])[:40] if named else _("未说明")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable(_("服务器的答复不是有效的 JSON，请检查地址。")) from None


def _text(record: Any, name: str) -> str:
    value = record.get(name) if isinstance(record, dict) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _list(record: Any, name: str) -> list[Any]:
    value = record.get(name) if isinstance(record, dict) else None
    return value if isinstance(value, list) else []
