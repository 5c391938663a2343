"""重点时期 (§4.1): the days on which bodies say that nothing happened, and the roll that is called in them."""

import django.db.models.deletion
from django.db import migrations, models

from incidents.changes import noting

TABLES = ("incidents_keyperiod", "incidents_zeroreport", "incidents_rollcall", "incidents_rollanswer")
GUARDS = """
CREATE TRIGGER zero_report_stands BEFORE UPDATE OR DELETE ON incidents_zeroreport
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER zero_reports_stay BEFORE TRUNCATE ON incidents_zeroreport
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER key_period_stays_as_declared
    BEFORE UPDATE OF number, office_id, kind, name, starts_on, ends_on, due_by, note, declared_at, declared_by_id
    ON incidents_keyperiod FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER key_period_ends_once BEFORE UPDATE ON incidents_keyperiod
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER key_period_is_kept BEFORE DELETE ON incidents_keyperiod
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER roll_call_stands BEFORE UPDATE OR DELETE ON incidents_rollcall
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER roll_answered_once BEFORE UPDATE ON incidents_rollanswer
    FOR EACH ROW WHEN (OLD.answered_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER roll_answer_is_kept BEFORE DELETE ON incidents_rollanswer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0033_training"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeyPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("peak", "旺季"),
                            ("flood", "汛期"),
                            ("event", "重大活动"),
                            ("other", "其他"),
                        ],
                        max_length=8,
                        verbose_name="类别",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("starts_on", models.DateField(verbose_name="起")),
                ("ends_on", models.DateField(verbose_name="止")),
                ("due_by", models.TimeField(verbose_name="每日截止时刻")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="要求")),
                ("declared_at", models.DateTimeField(verbose_name="发布时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="提前结束时间")),
                (
                    "bodies",
                    models.ManyToManyField(
                        related_name="key_periods", to="incidents.organization", verbose_name="报送单位"
                    ),
                ),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="发布岗位",
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
            ],
            options={
                "verbose_name": "重点时期",
                "verbose_name_plural": "重点时期",
                "ordering": ["-starts_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="RollCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="点名要求")),
                ("called_at", models.DateTimeField(verbose_name="点名时间")),
                ("due_at", models.DateTimeField(verbose_name="应答时限")),
                (
                    "called_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="点名岗位",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roll_calls",
                        to="incidents.keyperiod",
                        verbose_name="重点时期",
                    ),
                ),
            ],
            options={
                "verbose_name": "点名",
                "verbose_name_plural": "点名",
                "ordering": ["-called_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="RollAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True, verbose_name="应答时间")),
                ("person", models.CharField(blank=True, max_length=40, verbose_name="应答人")),
                ("place", models.CharField(blank=True, max_length=80, verbose_name="所在位置")),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("well", "在岗，正常"),
                            ("short", "在岗，人手或设备不足"),
                            ("trouble", "有情况"),
                        ],
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("by_phone", models.BooleanField(default=False, verbose_name="电话应答，应急办代录")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="应答岗位",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.organization",
                        verbose_name="单位",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.apikey",
                        verbose_name="应答密钥",
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="incidents.rollcall",
                    ),
                ),
            ],
            options={
                "verbose_name": "点名应答",
                "verbose_name_plural": "点名应答",
                "ordering": ["call", "body"],
            },
        ),
        migrations.CreateModel(
            name="ZeroReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="所报日期")),
                ("is_quiet", models.BooleanField(verbose_name="无情况")),
                ("words", models.TextField(blank=True, verbose_name="情况")),
                ("by_phone", models.BooleanField(default=False, verbose_name="电话报告，应急办代录")),
                ("filed_at", models.DateTimeField(verbose_name="报送时间")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.organization",
                        verbose_name="报送单位",
                    ),
                ),
                (
                    "filed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="报送岗位",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.apikey",
                        verbose_name="报送密钥",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="incidents.keyperiod",
                    ),
                ),
            ],
            options={
                "verbose_name": "零报告",
                "verbose_name_plural": "零报告",
                "ordering": ["filed_at", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="keyperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="key_period_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="rollcall",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gt", models.F("called_at"))), name="roll_call_leaves_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="rollanswer",
            constraint=models.UniqueConstraint(fields=("call", "body"), name="called_once_per_roll"),
        ),
        migrations.AddConstraint(
            model_name="rollanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("state", "")),
                    models.Q(("answered_at__isnull", False), models.Q(("state", ""), _negated=True)),
                    _connector="OR",
                ),
                name="roll_answer_is_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="zeroreport",
            index=models.Index(fields=["period", "day", "body"], name="zero_report_of_a_day"),
        ),
        migrations.AddConstraint(
            model_name="zeroreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_quiet", True), models.Q(("words", ""), _negated=True), _connector="OR"
                ),
                name="zero_report_says_what",
            ),
        ),
        *(migrations.RunSQL(*noting(table)) for table in TABLES),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
