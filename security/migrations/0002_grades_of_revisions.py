"""The grades that were approved with each revision, as far as they are still known."""

import django.db.models.deletion
from django.db import migrations, models

# What holds now was approved with the latest revision.
FILL = """
INSERT INTO security_revisiongrade (revision_id, item, grade, category)
SELECT revision.id, item.name, graded.grade, graded.category
FROM security_itemgrade graded
JOIN catalog_dataitem item ON item.id = graded.item_id
JOIN catalog_entryrevision revision ON revision.entry_id = item.entry_id
WHERE graded.confirmed_for = item.name || '|' || item.data_type
AND NOT EXISTS (
    SELECT FROM catalog_entryrevision newer
    WHERE newer.entry_id = revision.entry_id AND newer.number > revision.number
)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0005_revisions_under_way'),
        ('security', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='RevisionGrade',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=100, verbose_name='信息项')),
                ('grade', models.CharField(choices=[('general_1', '一般数据1级'), ('general_2', '一般数据2级'), ('general_3', '一般数据3级'), ('general_4', '一般数据4级'), ('important', '重要数据'), ('core', '核心数据')], max_length=12, verbose_name='数据级别')),
                ('category', models.CharField(choices=[('personal_basic', '个人基本资料'), ('personal_identity', '个人身份信息'), ('personal_contact', '个人联系信息'), ('personal_health', '个人健康生理信息'), ('personal_property', '个人财产信息'), ('personal_location', '个人位置信息'), ('organization', '组织信息'), ('public_administration', '公共管理信息'), ('geospatial', '地理空间信息'), ('statistics', '统计信息'), ('operation', '业务运行信息')], max_length=24, verbose_name='数据类别')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.entryrevision')),
            ],
            options={
                'verbose_name': '审核时的分级',
                'verbose_name_plural': '审核时的分级',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('revision', 'item'), name='grade_once_per_revision')],
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
