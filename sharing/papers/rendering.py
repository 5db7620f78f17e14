"""The reply 复函 and the letter of authorization 授权书 as .docx, from frozen facts.

Texts are Chinese and not marked for translation, as those of citybrain/documents.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import qrcode
from django.utils import timezone

from citybrain.documents.official import OfficialDocument, title_lines
from citybrain.documents.tables import Column
from citybrain.documents.text import chinese_date
from sharing.choices import Method, UseBasis
from sharing.models import PaperKind

Facts = Mapping[str, Any]
# Not the labels of the pages: those come in the language of whoever asks for the file.
PURPOSES = {
    UseBasis.ADMINISTRATIVE: "行政依据",
    UseBasis.REFERENCE: "工作参考",
    UseBasis.VERIFICATION: "数据校核",
    UseBasis.COLLABORATION: "业务协同",
}
WAYS = {Method.INTERFACE: "服务接口", Method.FILE: "文件下载", Method.BATCH: "批量交换"}


def render(facts: Facts, *, seal: str) -> bytes:
    """The document as .docx; the same facts give the same bytes."""
    day = date.fromisoformat(facts["issued_on"])
    is_reply = facts["kind"] == PaperKind.REPLY
    subject = f"共享“{facts['title']}”"
    lines = title_lines(
        subject if is_reply else f"授权使用“{facts['title']}”",
        issuer=facts["issuer"],
        kind="复函" if is_reply else "授权书",
    )
    created = datetime.combine(day, time(), timezone.get_default_timezone())
    document = OfficialDocument(title="".join(lines), author=facts["issuer"], created=created)
    document.letter_mark(facts["issuer"], number=facts["number"])
    document.title(lines)
    document.addressee(facts["recipient"])
    (_reply if is_reply else _authorization)(document, facts)
    document.closing("特此函复。" if is_reply else "特此授权。")
    document.signature(facts["issuer"], day)
    _verification(document, facts, seal)
    return document.to_bytes()


def _reply(document: OfficialDocument, facts: Facts) -> None:
    received = chinese_date(date.fromisoformat(facts["received_on"]))
    document.paragraph(
        f"你单位{received}提出的政务数据共享申请（{facts['application']}，信息资源代码"
        f"{facts['entry']}）收悉。依照《政务数据共享条例》第二十条、第二十一条，经审核，函复如下："
    )
    left_out = [item for item in facts["items"] if not item["granted"]]
    if not facts["agreed"]:
        document.paragraph(f"不予共享。理由：{facts['answer']}")
        document.paragraph(f"依据：{facts['basis']}。")
        document.paragraph("如有异议，可以依照《政务数据共享条例》第二十八条先行协商解决。")
        return
    document.paragraph(facts["answer"])
    if left_out:
        document.table(
            "逐项答复",
            [Column("信息项", 3, "left"), Column("答复", 1), Column("理由", 5, "left")],
            [
                [item["name"], "同意" if item["granted"] else "不同意", item["reason"] or "—"]
                for item in facts["items"]
            ],
            numbered=False,
        )
    document.paragraph(
        f"授权编号{facts['grant']['number']}，授权事项以授权书为准。我单位将自本函出具之日起"
        "二十个工作日内提供数据（《政务数据共享条例》第二十二条）。"
    )


def _authorization(document: OfficialDocument, facts: Facts) -> None:
    terms = facts["grant"]["terms"]
    first, last = (chinese_date(date.fromisoformat(terms[key])) for key in ("starts_on", "ends_on"))
    document.paragraph(
        f"根据你单位政务数据共享申请（{facts['application']}），授权你单位按下列约定使用我单位的"
        f"“{facts['title']}”（信息资源代码{facts['entry']}，目录第{terms['revision']}版）。"
    )
    rows = [
        ["授权编号", facts["grant"]["number"]],
        ["用途类别", PURPOSES.get(terms["use_basis"], terms["use_basis"])],
        ["使用依据", terms["legal_basis"]],
        ["使用场景", terms["scenario"]],
        ["使用范围", terms["usage_range"]],
        ["共享方式", WAYS.get(terms["method"], terms["method"])],
        ["使用期限", f"{first}至{last}"],
        ["每日额度", f"{terms['daily_quota']}次"],
        ["授权条款摘要（SM3）", facts["grant"]["digest"]],
    ]
    if abroad := terms.get("abroad"):
        rows.append(["向境外提供", f"{abroad['note']}（安全评估记录{abroad['assessment']}）"])
    columns = [Column("事项", 1), Column("内容", 3, "left")]
    document.table("授权事项", columns, rows, numbered=False)
    items = [[item["name"], "脱敏" if item["masked"] else "原值"] for item in terms["items"]]
    document.table(
        "授权的信息项", [Column("信息项", 3, "left"), Column("提供方式", 1)], items, numbered=False
    )
    document.paragraph(
        "你单位应当在授权范围内使用，不得扩大使用范围，不得用于其他目的；未经我单位同意不得提供给"
        "第三方；使用目的已实现、无法实现或者不再需要时，按我单位要求妥善处置数据（《政务数据共享"
        "条例》第二十五条、第二十七条）。"
    )


def _verification(document: OfficialDocument, facts: Facts, seal: str) -> None:
    query = urlencode({"number": facts["number"], "code": seal})
    picture = qrcode.make(f"{facts['verify']}?{query}", box_size=4, border=2)
    png = BytesIO()
    picture.save(png)
    document.mark_for_machines(png.getvalue(), description="文书查验二维码", width_mm=28)
    document.small(f"查验地址：{facts['verify']}")
    document.small(f"校验码（SM3）：{seal}")
