"""A code may ask that every call says what the data is for."""

from django.db import migrations, models

OUTCOMES = [
    ("served", "已提供"),
    ("tried", "测试调用"),
    ("no_code", "未携带授权码"),
    ("malformed_code", "授权码格式不正确"),
    ("unknown_code", "授权码无效"),
    ("revoked_code", "授权码已停用"),
    ("expired_code", "授权码已过期"),
    ("suspended_code", "授权码已暂停"),
    ("other_network", "来源网段不符"),
    ("outside_hours", "不在使用时段"),
    ("other_purpose", "申明的用途不符"),
    ("unsigned", "未签名调用"),
    ("clock_skew", "签名时间偏差过大"),
    ("replayed", "重复的签名"),
    ("expired", "授权已到期"),
    ("suspended", "授权已暂停"),
    ("terminated", "授权已终止"),
    ("barred", "列入负面清单"),
    ("other_service", "授权码不适用于该服务"),
    ("too_fast", "超出每秒调用次数"),
    ("over_quota", "超出当日调用额度"),
    ("too_many", "无效调用过于频繁"),
    ("bad_request", "请求参数有误"),
    ("no_data", "服务尚无数据"),
    ("maintenance", "公告的维护期间"),
    ("unavailable", "服务暂不可用"),
    ("failed", "服务故障"),
]


class Migration(migrations.Migration):
    dependencies = [("sharing", "0026_guidance_on_an_application")]

    operations = [
        migrations.AddField(
            model_name="authorizationcode",
            name="states_purpose",
            field=models.BooleanField(default=False, verbose_name="须申明用途"),
        ),
        *(
            migrations.AlterField(
                model_name=name,
                name="outcome",
                field=models.CharField(choices=OUTCOMES, max_length=16, verbose_name="结果"),
            )
            for name in ("dailyuse", "servicecall")
        ),
    ]
