"""A body's training plan of a year (§8.2); where an expert of the pool is found (§2.3)."""

import django.db.models.deletion
from django.db import migrations, models

DOZENS = "experts: some dozens of rows, and nothing in the new columns"


class Migration(migrations.Migration):
    lint_ignored = {
        "adding-foreign-key-constraint": DOZENS,
        "constraint-missing-not-valid": DOZENS,
        "require-concurrent-index-creation": DOZENS,
    }
    dependencies = [
        ("incidents", "0044_hazards"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlannedCourse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("month", models.PositiveSmallIntegerField(verbose_name="计划月份")),
                ("name", models.CharField(max_length=80, verbose_name="培训内容")),
                (
                    "kind",
                    models.CharField(
                        choices=[("knowledge", "应急知识"), ("skill", "应对技能"), ("cadre", "干部培训")],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("audience", models.CharField(max_length=100, verbose_name="培训对象")),
                ("people", models.PositiveIntegerField(verbose_name="计划人数")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("cancelled_at", models.DateTimeField(null=True, verbose_name="取消时间")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned_courses",
                        to="incidents.organization",
                        verbose_name="举办单位",
                    ),
                ),
                (
                    "course",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned",
                        to="incidents.course",
                        verbose_name="培训班",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                    ),
                ),
            ],
            options={
                "verbose_name": "年度培训计划",
                "verbose_name_plural": "年度培训计划",
                "ordering": ["-year", "body", "month", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at", None)),
                        fields=("body", "year", "month", "name"),
                        name="planned_course_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__range", (1, 12)), ("year__range", (2000, 2099))),
                        name="planned_course_in_a_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("course", None), ("cancelled_at", None), _connector="OR"),
                        name="planned_course_is_held_or_cancelled",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="expert",
            name="county",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="incidents.organization",
                verbose_name="单位所在县区",
            ),
        ),
        migrations.AddField(
            model_name="expert",
            name="longitude",
            field=models.DecimalField(
                blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="单位经度"
            ),
        ),
        migrations.AddField(
            model_name="expert",
            name="latitude",
            field=models.DecimalField(
                blank=True, decimal_places=6, max_digits=8, null=True, verbose_name="单位纬度"
            ),
        ),
        migrations.AddConstraint(
            model_name="expert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude", None), ("longitude", None)),
                    models.Q(("latitude__range", (3, 54)), ("longitude__range", (73, 136))),
                    _connector="OR",
                ),
                name="expert_point_is_whole_and_in_the_country",
            ),
        ),
    ]
