"""Beat's scheduler: the settings say which jobs there are, the bureau's table when they run."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

# What the jobs of the settings do, for those who set their times.
LABELS = {
    "worker-heartbeat": _("后台进程心跳"),
    "seal-audit": _("审计记录封存"),
    "remind-duties": _("法定时限提醒"),
    "take-leftovers": _("移交撤并单位遗留的事项"),
    "deliver-mail": _("发送通知邮件"),
    "daily-digest": _("每日待办摘要"),
    "expire-authorizations": _("到期授权失效"),
    "keep-rights": _("使用记录、到期和长期未用的提醒"),
    "resume-uploads": _("继续未完成的数据上传"),
    "clear-rows": _("清理已更换的数据行"),
    "exchange": _("生成批量交换包"),
    "clear-packages": _("清理过期的交换包"),
    "tally-calls": _("调用次数汇总"),
    "make-months": _("建立调用记录月度分区"),
    "forget-nonces": _("清理已过期的调用签名"),
    "developer-letters": _("发送开发者邮件"),
    "resume-returned": _("继续未完成的回流数据检查"),
    "probe-services": _("探测接口服务"),
    "keep-versions": _("记录接口版本"),
    "resume-imports": _("继续未完成的目录导入"),
    "count-overlaps": _("统计重复采集的信息项"),
    "resume-packages": _("继续未完成的报省目录包"),
    "check-quality": _("定期检查数据质量"),
    "resume-quality": _("继续未完成的数据质量检查"),
    "keep-negative-list": _("负面清单复核和到期"),
    "forget-import-files": _("清空早已办结的导入文件"),
    "harvest": _("采集外部目录"),
    "tell-watchers": _("关注内容变化通知"),
    "remind-of-updates": _("数据更新提醒"),
    "annual-report": _("编制上一年度报告"),
    "resume-reports": _("继续未完成的报告编制"),
    "celery.backend_cleanup": _("清理过期的任务结果"),
}


class KeptScheduler(DatabaseScheduler):
    """Adds jobs that are new in the settings and leaves the times of the known ones alone.

    The library's own writes the settings' times over the table at every start, so that a time
    changed in the back office would last until the next update.
    """

    def update_from_dict(self, mapping: dict[str, dict[str, Any]]) -> None:
        known = set(PeriodicTask.objects.filter(name__in=mapping).values_list("name", flat=True))
        for name in known:
            PeriodicTask.objects.filter(name=name).update(task=mapping[name]["task"])
        super().update_from_dict({n: entry for n, entry in mapping.items() if n not in known})
