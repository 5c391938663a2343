"""What a body has to make ready by a day (§4.1): the third kind of subject of a debt."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

from incidents.changes import noting

GUARDS = """
CREATE TRIGGER undertaking_stays_what_it_is
    BEFORE UPDATE OF number, office_id, body_id, rule, matter, plan_version_id, opened_at ON alerts_undertaking
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER undertaking_is_kept BEFORE DELETE ON alerts_undertaking
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER undertaking_closed_once BEFORE UPDATE ON alerts_undertaking
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    lint_ignored = {
        "adding-foreign-key-constraint": "on a new column that is empty in every row: PostgreSQL checks none",
        "ban-drop-constraint": "a wider one takes its place in the same transaction; what the old code writes passes it",
    }

    dependencies = [
        ("alerts", "0022_filing_indexes"),
        ("incidents", "0030_rules_of_preparedness"),
    ]

    operations = [
        migrations.CreateModel(
            name="Undertaking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                ("title", models.CharField(max_length=120, verbose_name="事项")),
                ("rule", models.CharField(max_length=4, verbose_name="规则")),
                ("matter", models.CharField(max_length=60, verbose_name="何事")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "未办结"), ("done", "已办结"), ("void", "不再需要")],
                        default="open",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("until_at", models.DateTimeField(null=True, verbose_name="最后一次到期")),
                ("opened_at", models.DateTimeField(verbose_name="产生时间")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="了结时间")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undertakings",
                        to="incidents.organization",
                        verbose_name="责任单位",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.organization",
                        verbose_name="应急办",
                    ),
                ),
                (
                    "plan_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.planversion",
                        verbose_name="适用预案版本",
                    ),
                ),
            ],
            options={
                "verbose_name": "准备事项",
                "verbose_name_plural": "准备事项",
                "ordering": ["-opened_at", "-id"],
                "indexes": [models.Index(fields=["matter"], name="undertaking_matter")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(status="open"),
                        fields=["body", "rule", "matter"],
                        name="one_open_undertaking_per_matter",
                    ),
                    models.CheckConstraint(
                        condition=Q(status="open", closed_at=None)
                        | ~Q(status="open") & Q(closed_at__isnull=False),
                        name="undertaking_closed_at_a_time",
                    ),
                ],
            },
        ),
        migrations.RunSQL(*noting("alerts_undertaking")),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="deadline",
            name="undertaking",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deadlines",
                to="alerts.undertaking",
            ),
        ),
        migrations.RemoveConstraint(model_name="deadline", name="debt_of_one_subject"),
        AddConstraintNotValid(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=Q(incident__isnull=False, warning=None, undertaking=None)
                | Q(incident=None, warning__isnull=False, undertaking=None)
                | Q(incident=None, warning=None, undertaking__isnull=False),
                name="debt_of_one_of_three",
            ),
        ),
    ]
