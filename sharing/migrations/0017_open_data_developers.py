"""Outsiders with keys for open services, and the record of their calls, which nobody changes."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CREATE = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON sharing_opencall
    FOR EACH ROW EXECUTE FUNCTION sharing_refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON sharing_opencall
    FOR EACH STATEMENT EXECUTE FUNCTION sharing_refuse_change()
"""
DROP = """
DROP TRIGGER append_only ON sharing_opencall;
DROP TRIGGER append_only_truncate ON sharing_opencall
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0023_provincial_editions'),
        ('sharing', '0016_rights_and_disputes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Developer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='版本号')),
                ('number', models.CharField(editable=False, max_length=30, unique=True, verbose_name='登记编号')),
                ('kind', models.CharField(choices=[('company', '企业或其他组织'), ('person', '个人')], max_length=8, verbose_name='类别')),
                ('name', models.CharField(max_length=100, verbose_name='名称或姓名')),
                ('credit_code', models.CharField(blank=True, max_length=18, verbose_name='统一社会信用代码')),
                ('email', models.EmailField(max_length=120, verbose_name='电子邮箱')),
                ('purpose', models.TextField(max_length=500, verbose_name='用途')),
                ('language', models.CharField(default='zh-hans', editable=False, max_length=10)),
                ('state', models.CharField(choices=[('active', '使用中'), ('suspended', '已暂停使用'), ('withdrawn', '已注销')], default='active', editable=False, max_length=10, verbose_name='状态')),
                ('confirmed_at', models.DateTimeField(auto_now_add=True, verbose_name='注册时间')),
                ('suspend_reason', models.CharField(blank=True, editable=False, max_length=200, verbose_name='暂停原因')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='注销时间')),
                ('submitted_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提交人')),
            ],
            options={
                'verbose_name': '开放数据开发者',
                'verbose_name_plural': '开放数据开发者',
                'ordering': ['-id'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='DeveloperKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=40, verbose_name='密钥用途')),
                ('key', models.CharField(editable=False, max_length=16, unique=True, verbose_name='密钥标识')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('issued_at', models.DateTimeField(auto_now_add=True, verbose_name='领取时间')),
                ('ends_at', models.DateTimeField(editable=False, null=True, verbose_name='更换后可用至')),
                ('revoked_at', models.DateTimeField(editable=False, null=True, verbose_name='停用时间')),
                ('developer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='sharing.developer')),
            ],
            options={
                'verbose_name': '开放服务密钥',
                'verbose_name_plural': '开放服务密钥',
                'ordering': ['-id'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='DeveloperLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('confirm', '确认注册'), ('sign_in', '登录链接'), ('suspended', '暂停使用通知'), ('restored', '恢复使用通知')], max_length=10)),
                ('email', models.EmailField(max_length=120)),
                ('language', models.CharField(max_length=10)),
                ('given', models.JSONField(default=dict)),
                ('asked_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('sent_at', models.DateTimeField(null=True)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('ends_at', models.DateTimeField(null=True)),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['email', 'asked_at'], name='letter_by_address')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('digest', ''), _negated=True), fields=('digest',), name='letter_link_once')],
            },
        ),
        migrations.CreateModel(
            name='DeveloperSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('ends_at', models.DateTimeField(db_index=True)),
                ('developer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='sharing.developer')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='OpenCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('outcome', models.CharField(choices=[('served', '已提供'), ('no_key', '未携带密钥'), ('malformed_key', '密钥格式不正确'), ('unknown_key', '密钥无效'), ('revoked_key', '密钥已停用'), ('replaced_key', '密钥已更换'), ('suspended', '已暂停使用'), ('not_open', '没有开放的数据'), ('too_fast', '超出每秒调用次数'), ('over_quota', '超出当日调用额度'), ('too_many', '无效调用过于频繁'), ('bad_request', '请求参数有误'), ('failed', '服务故障')], max_length=16, verbose_name='结果')),
                ('status', models.PositiveSmallIntegerField(verbose_name='状态码')),
                ('items', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), default=list, size=None, verbose_name='信息项')),
                ('rows', models.PositiveIntegerField(default=0, verbose_name='行数')),
                ('milliseconds', models.PositiveIntegerField(default=0, verbose_name='用时（毫秒）')),
                ('request_id', models.CharField(blank=True, max_length=64)),
                ('entry', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.catalogentry')),
                ('key', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sharing.developerkey')),
            ],
            options={
                'verbose_name': '开放服务调用记录',
                'verbose_name_plural': '开放服务调用记录',
                'ordering': ['-at', '-id'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='OpenDailyUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='日期')),
                ('outcome', models.CharField(choices=[('served', '已提供'), ('no_key', '未携带密钥'), ('malformed_key', '密钥格式不正确'), ('unknown_key', '密钥无效'), ('revoked_key', '密钥已停用'), ('replaced_key', '密钥已更换'), ('suspended', '已暂停使用'), ('not_open', '没有开放的数据'), ('too_fast', '超出每秒调用次数'), ('over_quota', '超出当日调用额度'), ('too_many', '无效调用过于频繁'), ('bad_request', '请求参数有误'), ('failed', '服务故障')], max_length=16, verbose_name='结果')),
                ('calls', models.PositiveIntegerField(verbose_name='次数')),
                ('rows', models.PositiveBigIntegerField(verbose_name='行数')),
                ('milliseconds', models.PositiveBigIntegerField(verbose_name='用时合计（毫秒）')),
                ('entry', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.catalogentry')),
                ('key', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sharing.developerkey')),
            ],
            options={
                'verbose_name': '开放服务按日用量',
                'verbose_name_plural': '开放服务按日用量',
                'ordering': ['-day'],
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='developer',
            constraint=models.UniqueConstraint(condition=models.Q(('email', ''), _negated=True), fields=('email',), name='one_developer_per_address'),
        ),
        migrations.AddConstraint(
            model_name='developer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), _negated=True), models.Q(('credit_code', ''), ('email', ''), ('name', ''), ('purpose', ''), ('suspend_reason', '')), _connector='OR'), name='withdrawn_developer_is_nobody'),
        ),
        migrations.AddIndex(
            model_name='opencall',
            index=models.Index(fields=['key', 'at'], name='open_call_by_key'),
        ),
        migrations.AddIndex(
            model_name='opencall',
            index=django.contrib.postgres.indexes.BrinIndex(fields=['at'], name='open_call_by_time'),
        ),
        migrations.AddIndex(
            model_name='opendailyuse',
            index=models.Index(fields=['key', 'day'], name='open_use_by_key'),
        ),
        migrations.AddConstraint(
            model_name='opendailyuse',
            constraint=models.UniqueConstraint(fields=('day', 'outcome', 'key', 'entry'), name='open_use_once_a_day', nulls_distinct=False),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
