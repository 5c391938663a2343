"""After a drill (§8.3): its evaluation, which stands; and drills held outside, which are stated and at most withdrawn."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from incidents.changes import noting

GUARDS = """
CREATE TRIGGER drill_evaluation_stands BEFORE UPDATE OR DELETE ON incidents_drillevaluation
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER held_drill_stands BEFORE UPDATE ON incidents_helddrill
    FOR EACH ROW WHEN (OLD.withdrawn_at IS NOT NULL
        OR (OLD.body_id, OLD.title, OLD.held_on, OLD.kind, OLD.contents, OLD.people, OLD.result, OLD.recorded_at,
            OLD.recorded_by_id, OLD.recorded_key_id)
        IS DISTINCT FROM
           (NEW.body_id, NEW.title, NEW.held_on, NEW.kind, NEW.contents, NEW.people, NEW.result, NEW.recorded_at,
            NEW.recorded_by_id, NEW.recorded_key_id))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER drill_evaluations_are_never_emptied BEFORE TRUNCATE ON incidents_drillevaluation
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER held_drills_are_never_emptied BEFORE TRUNCATE ON incidents_helddrill
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER held_drill_is_not_deleted BEFORE DELETE ON incidents_helddrill
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0036_drill_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="DrillEvaluation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("reached", "达到目的"),
                            ("mostly", "基本达到目的"),
                            ("missed", "未达到目的"),
                        ],
                        max_length=8,
                        verbose_name="总体评价",
                    ),
                ),
                ("strengths", models.TextField(blank=True, verbose_name="做得好的")),
                ("problems", models.TextField(verbose_name="发现的问题")),
                ("measures", models.TextField(verbose_name="改进措施")),
                ("at", models.DateTimeField(verbose_name="评估时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="评估人",
                    ),
                ),
                (
                    "drill",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluation",
                        to="incidents.drill",
                        verbose_name="演练",
                    ),
                ),
            ],
            options={
                "verbose_name": "演练评估",
                "ordering": ["-at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("problems", ""), _negated=True),
                            models.Q(("measures", ""), _negated=True),
                        ),
                        name="drill_evaluated_in_words",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HeldDrill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="名称")),
                ("held_on", models.DateField(verbose_name="演练日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[("tabletop", "桌面演练"), ("single", "单项演练"), ("full", "综合演练")],
                        max_length=12,
                        verbose_name="形式",
                    ),
                ),
                (
                    "contents",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), size=None, verbose_name="演练内容"
                    ),
                ),
                ("people", models.PositiveIntegerField(verbose_name="参加人数")),
                ("result", models.TextField(verbose_name="演练情况")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                ("why_withdrawn", models.CharField(blank=True, max_length=300, verbose_name="撤销理由")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drills_stated",
                        to="incidents.organization",
                        verbose_name="组织单位",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="登记岗位",
                    ),
                ),
                (
                    "recorded_key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.apikey",
                    ),
                ),
            ],
            options={
                "verbose_name": "自行组织的演练",
                "ordering": ["-held_on", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("body", "held_on", "title"),
                        name="held_drill_once",
                        violation_error_message="这次演练已经登记。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("contents__len__gt", 0), ("people__gt", 0)),
                        name="held_drill_has_contents",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("recorded_by__isnull", False), ("recorded_key", None)),
                            models.Q(("recorded_by", None), ("recorded_key__isnull", False)),
                            _connector="OR",
                        ),
                        name="held_drill_recorded_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("why_withdrawn", ""), ("withdrawn_at", None)),
                            models.Q(
                                ("withdrawn_at__isnull", False),
                                models.Q(("why_withdrawn", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="held_drill_withdrawn_in_words",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
        migrations.RunSQL(*noting("incidents_helddrill")),
    ]
