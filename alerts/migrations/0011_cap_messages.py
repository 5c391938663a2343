"""What went out and came in as CAP, kept to the letter: the database refuses any change."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

GUARDS = "".join(
    f"""
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON alerts_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON alerts_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in ("capmessage", "feeditem")
)


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0010_chases"),
        ("incidents", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="CapMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identifier", models.CharField(max_length=60, unique=True, verbose_name="报文标识")),
                ("sender", models.CharField(max_length=300, verbose_name="发送方")),
                ("sent", models.DateTimeField(verbose_name="发送时间")),
                (
                    "status",
                    models.CharField(
                        choices=[("Actual", "实际"), ("Exercise", "演练")], max_length=8, verbose_name="性质"
                    ),
                ),
                ("text", models.TextField(verbose_name="报文")),
                (
                    "bulletin",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cap", to="alerts.bulletin"
                    ),
                ),
            ],
            options={
                "verbose_name": "CAP 报文",
                "verbose_name_plural": "CAP 报文",
                "ordering": ["-sent", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="FeedItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("Alert", "发布"), ("Update", "更新"), ("Cancel", "取消")],
                        max_length=6,
                        verbose_name="种类",
                    ),
                ),
                ("sender", models.CharField(max_length=300, verbose_name="发送方")),
                ("identifier", models.CharField(max_length=300, verbose_name="报文标识")),
                ("sent", models.DateTimeField(verbose_name="发送时间")),
                (
                    "references",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        default=list,
                        size=None,
                        verbose_name="所针对的报文",
                    ),
                ),
                ("url", models.CharField(blank=True, max_length=2000, verbose_name="取自")),
                ("words", models.TextField(verbose_name="内容")),
                (
                    "warning",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="item", to="alerts.warning"
                    ),
                ),
            ],
            options={
                "verbose_name": "预警来源报文",
                "verbose_name_plural": "预警来源报文",
                "ordering": ["sent", "pk"],
            },
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
