"""The sentences that scripts show: translated here, read by ``static/js/behaviours/texts.js``."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCRIPT_TEXTS: dict[str, str | Promise] = {
    "autosave_saved": _("已保存草稿 {time}"),
    "autosave_failed": _("草稿未能保存，请检查网络；内容仍在本页，请勿关闭。"),
    "autosave_conflict": _("他人已修改此内容，草稿不再自动保存。请复制您的修改后刷新页面。"),
    "autosave_invalid": _("部分内容不符合要求，草稿暂未保存。"),
    "row_added": _("已增加一行"),
    "row_removed": _("已删除一行"),
    "row_remove": _("删除此行"),
    "row_limit": _("已达到行数上限"),
    "copied": _("已复制"),
    "copy_failed": _("浏览器不允许复制，请手动选中后复制。"),
    "chart_failed": _("图表未能显示，请查看下方数据表。"),
    "close": _("关闭"),
    "network": _("网络连接失败，操作没有完成，请稍后重试。"),
    "status_400": _("请求有误，请刷新页面后重试。"),
    "status_403": _("您没有此项操作的权限，或登录已过期，请刷新页面。"),
    "status_404": _("内容不存在，或您无权查看。"),
    "status_413": _("提交的内容过大，请减小文件后重试。"),
    "status_429": _("操作过于频繁，请稍后再试。"),
    "status_500": _("系统出现错误，操作没有完成，请稍后重试。"),
}
