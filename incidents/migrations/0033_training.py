"""The register of training, what firms state of their workers, and publicity (§8.1, 8.2)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from incidents.changes import noting

TABLES = ("course", "courseattendance", "workforcestatement", "publicity")


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0032_resources"),
    ]

    operations = [
        migrations.CreateModel(
            name="Course",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="培训内容")),
                (
                    "kind",
                    models.CharField(
                        choices=[("knowledge", "应急知识"), ("skill", "应对技能"), ("cadre", "干部培训")],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("held_on", models.DateField(verbose_name="培训日期")),
                ("place", models.CharField(blank=True, max_length=100, verbose_name="地点")),
                ("hours", models.DecimalField(decimal_places=1, max_digits=5, verbose_name="学时")),
                ("teacher", models.CharField(blank=True, max_length=60, verbose_name="授课人")),
                ("valid_until", models.DateField(verbose_name="合格有效至")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("cancelled_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="courses",
                        to="incidents.organization",
                        verbose_name="举办单位",
                    ),
                ),
                (
                    "expert",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="courses",
                        to="incidents.expert",
                        verbose_name="授课专家",
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
                "verbose_name": "培训班",
                "verbose_name_plural": "培训班",
                "ordering": ["-held_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="CourseAttendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("worker_name", models.CharField(blank=True, max_length=40, verbose_name="从业人员姓名")),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "待登记"),
                            ("passed", "合格"),
                            ("failed", "不合格"),
                            ("absent", "缺席"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="结果",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("judged_at", models.DateTimeField(null=True, verbose_name="结果登记时间")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.organization",
                        verbose_name="所在单位",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="incidents.course",
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="course_attendances",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "参训记录",
                "verbose_name_plural": "参训记录",
                "ordering": ["course", "body", "id"],
            },
        ),
        migrations.CreateModel(
            name="Publicity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("held_on", models.DateField(verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("law", "法规政策宣传"),
                            ("knowledge", "基本知识教育"),
                            ("skill", "处置技能教育"),
                            ("material", "发布宣传材料"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("topic", models.CharField(max_length=100, verbose_name="主题")),
                ("audience", models.CharField(max_length=100, verbose_name="对象")),
                ("reached", models.PositiveIntegerField(verbose_name="覆盖人数")),
                ("place", models.CharField(blank=True, max_length=100, verbose_name="地点或渠道")),
                ("materials", models.CharField(blank=True, max_length=300, verbose_name="材料")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publicity",
                        to="incidents.organization",
                        verbose_name="开展单位",
                    ),
                ),
                (
                    "experts",
                    models.ManyToManyField(
                        related_name="publicity", to="incidents.expert", verbose_name="参与专家"
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
                "verbose_name": "宣传教育活动",
                "verbose_name_plural": "宣传教育活动",
                "ordering": ["-held_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="WorkforceStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="季度")),
                ("on_post", models.PositiveIntegerField(verbose_name="在岗人数")),
                ("trained", models.PositiveIntegerField(verbose_name="已培训人数")),
                ("passed", models.PositiveIntegerField(verbose_name="培训合格人数")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("stated_at", models.DateTimeField(verbose_name="填报时间")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="workforce",
                        to="incidents.organization",
                        verbose_name="企业或网点",
                    ),
                ),
                (
                    "stated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                    ),
                ),
                (
                    "stated_key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.apikey",
                    ),
                ),
            ],
            options={
                "verbose_name": "上岗培训情况",
                "verbose_name_plural": "上岗培训情况",
                "ordering": ["-year", "-quarter", "body"],
            },
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_until__gt", models.F("held_on"))),
                name="course_pass_is_good_for_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(("hours__gt", 0)), name="course_takes_hours"
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(("expert", None), ("teacher", ""), _connector="OR"),
                name="course_taught_by_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="courseattendance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person__isnull", False), ("worker_name", "")),
                    models.Q(("person", None), models.Q(("worker_name", ""), _negated=True)),
                    _connector="OR",
                ),
                name="attendance_of_an_account_or_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="courseattendance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("judged_at", None), ("result", "")),
                    models.Q(models.Q(("result", ""), _negated=True), ("judged_at__isnull", False)),
                    _connector="OR",
                ),
                name="attendance_result_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="courseattendance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("person__isnull", False)),
                fields=("course", "person"),
                name="account_once_on_a_course",
            ),
        ),
        migrations.AddConstraint(
            model_name="workforcestatement",
            constraint=models.UniqueConstraint(
                fields=("body", "year", "quarter"), name="workforce_stated_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="workforcestatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("passed__lte", models.F("trained")), ("trained__lte", models.F("on_post"))
                ),
                name="workforce_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="workforcestatement",
            constraint=models.CheckConstraint(
                condition=models.Q(("quarter__range", (1, 4))), name="workforce_of_a_quarter"
            ),
        ),
        *(migrations.RunSQL(*noting(f"incidents_{table}")) for table in TABLES),
    ]
