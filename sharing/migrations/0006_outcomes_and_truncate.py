"""More ends of a call are told apart, and the record of calls cannot be emptied as a whole."""

from django.db import migrations, models

# Apart from the trigger on rows: test runs switch it off in their own database, as for the trail.
CREATE = """
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON sharing_servicecall
    FOR EACH STATEMENT EXECUTE FUNCTION sharing_refuse_change()
"""
DROP = "DROP TRIGGER append_only_truncate ON sharing_servicecall"


class Migration(migrations.Migration):

    dependencies = [
        ('sharing', '0005_data_uploads'),
    ]

    operations = [
        migrations.AlterField(
            model_name='dailyuse',
            name='outcome',
            field=models.CharField(choices=[('served', '已提供'), ('no_code', '未携带授权码'), ('malformed_code', '授权码格式不正确'), ('unknown_code', '授权码无效'), ('revoked_code', '授权码已停用'), ('expired', '授权已到期'), ('suspended', '授权已暂停'), ('terminated', '授权已终止'), ('other_service', '授权码不适用于该服务'), ('over_quota', '超出当日调用额度'), ('too_many', '无效调用过于频繁'), ('bad_request', '请求参数有误'), ('no_data', '服务尚无数据'), ('unavailable', '服务暂不可用'), ('failed', '服务故障')], max_length=16, verbose_name='结果'),
        ),
        migrations.AlterField(
            model_name='servicecall',
            name='outcome',
            field=models.CharField(choices=[('served', '已提供'), ('no_code', '未携带授权码'), ('malformed_code', '授权码格式不正确'), ('unknown_code', '授权码无效'), ('revoked_code', '授权码已停用'), ('expired', '授权已到期'), ('suspended', '授权已暂停'), ('terminated', '授权已终止'), ('other_service', '授权码不适用于该服务'), ('over_quota', '超出当日调用额度'), ('too_many', '无效调用过于频繁'), ('bad_request', '请求参数有误'), ('no_data', '服务尚无数据'), ('unavailable', '服务暂不可用'), ('failed', '服务故障')], max_length=16, verbose_name='结果'),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
