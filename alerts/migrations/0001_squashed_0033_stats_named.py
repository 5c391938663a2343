"""What the migrations named below made, made at once: a first start waits for every step."""

import datetime

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from incidents.migrations._at_once import CreateModels, guards_of


class Migration(migrations.Migration):
    replaces = [
        ("alerts", "0001_initial"),
        ("alerts", "0002_initial"),
        ("alerts", "0003_debts_of_warnings"),
        ("alerts", "0004_duty"),
        ("alerts", "0005_duty_guards"),
        ("alerts", "0006_channels"),
        ("alerts", "0007_warnings"),
        ("alerts", "0008_warning_guards"),
        ("alerts", "0009_pace_of_the_sweep"),
        ("alerts", "0010_chases"),
        ("alerts", "0011_cap_messages"),
        ("alerts", "0012_briefs"),
        ("alerts", "0013_brief_guards"),
        ("alerts", "0014_instructions"),
        ("alerts", "0015_messages_about_matters"),
        ("alerts", "0016_sandbox"),
        ("alerts", "0017_changed"),
        ("alerts", "0018_acts_by_keys"),
        ("alerts", "0019_webhooks"),
        ("alerts", "0020_changed_of_matters"),
        ("alerts", "0021_ledger_guards"),
        ("alerts", "0022_filing_indexes"),
        ("alerts", "0023_undertakings"),
        ("alerts", "0024_undertakings_at_hand"),
        ("alerts", "0025_training"),
        ("alerts", "0026_drills"),
        ("alerts", "0027_drill_indexes"),
        ("alerts", "0028_stats"),
        ("alerts", "0029_scale"),
        ("alerts", "0030_never_emptied"),
        ("alerts", "0031_drills"),
        ("alerts", "0032_screens"),
        ("alerts", "0033_stats_named"),
    ]

    initial = True

    dependencies = [
        ("incidents", "0001_squashed_0048_revised"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Heartbeat",
                    fields=[
                        ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Warning",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                        ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                        ("serial", models.PositiveIntegerField(verbose_name="序号")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("candidate", "待处理"),
                                    ("set_aside", "已搁置"),
                                    ("received", "收到"),
                                    ("dismissed", "不成立"),
                                    ("proposed", "建议"),
                                    ("issued", "发布"),
                                    ("lifted", "解除"),
                                ],
                                default="received",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("title", models.CharField(max_length=100, verbose_name="标题")),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("SUPERIOR", "上级部署"),
                                    ("METEOROLOGY", "气象"),
                                    ("WATER", "水利"),
                                    ("TRANSPORT", "交通运输"),
                                    ("EMERGENCY", "应急管理"),
                                    ("POLICE", "公安"),
                                    ("MARKET", "市场监管系统"),
                                    ("LINE_12305", "12305申诉电话"),
                                    ("PUBLIC", "群众"),
                                    ("ENTERPRISE", "企业"),
                                    ("PROVINCE", "省指挥部办公室"),
                                    ("FEED", "预警信息源"),
                                ],
                                max_length=12,
                                verbose_name="来源渠道",
                            ),
                        ),
                        ("place", models.CharField(blank=True, max_length=200, verbose_name="地点")),
                        ("risk", models.TextField(verbose_name="风险情况")),
                        ("may_follow", models.TextField(blank=True, verbose_name="可能引发的后果")),
                        ("measures_taken", models.TextField(blank=True, verbose_name="已采取的措施")),
                        (
                            "known_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="企业获知时间"),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="应急办收到时间")),
                        ("created_at", models.DateTimeField(verbose_name="录入时间")),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                null=True,
                                verbose_name="级别",
                            ),
                        ),
                        (
                            "proposed_level",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                null=True,
                                verbose_name="建议级别",
                            ),
                        ),
                        (
                            "daily_interval",
                            models.DurationField(blank=True, null=True, verbose_name="日报间隔"),
                        ),
                        ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="发布时间")),
                        ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="解除时间")),
                        (
                            "enterprise",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="warnings_reported",
                                to="incidents.organization",
                                verbose_name="报告企业",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="warnings",
                                to="incidents.incident",
                                verbose_name="转为事件",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="warnings_handled",
                                to="incidents.organization",
                                verbose_name="应急办",
                            ),
                        ),
                        (
                            "plan_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                to="incidents.planversion",
                                verbose_name="适用预案版本",
                            ),
                        ),
                        ("analysed_at", models.DateTimeField(blank=True, null=True, verbose_name="研判时间")),
                        (
                            "counties_affected",
                            models.ManyToManyField(
                                blank=True,
                                related_name="warnings_affecting",
                                to="incidents.organization",
                                verbose_name="可能影响县区",
                            ),
                        ),
                        (
                            "event_class",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.eventclass",
                                verbose_name="事件类别",
                            ),
                        ),
                        (
                            "feed_item",
                            models.CharField(blank=True, max_length=200, verbose_name="来源条目标识"),
                        ),
                        (
                            "likelihood",
                            models.CharField(
                                blank=True,
                                choices=[("high", "很可能"), ("medium", "可能"), ("low", "不大可能")],
                                max_length=10,
                                verbose_name="发生概率",
                            ),
                        ),
                        (
                            "likely_area",
                            models.CharField(blank=True, max_length=300, verbose_name="影响范围"),
                        ),
                        (
                            "outgrown_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="宣布可能超出本市能力"),
                        ),
                        (
                            "possible_level",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                null=True,
                                verbose_name="可能发生的事件级别",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="建议人",
                            ),
                        ),
                        ("severity", models.CharField(blank=True, max_length=300, verbose_name="严重程度")),
                        (
                            "source_body",
                            models.ForeignKey(
                                blank=True,
                                help_text="信息由哪个单位发来；不再向该单位报告（§4.3）。",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="warnings_passed_on",
                                to="incidents.organization",
                                verbose_name="发来单位",
                            ),
                        ),
                        ("verified_at", models.DateTimeField(blank=True, null=True, verbose_name="核实时间")),
                        (
                            "verified_how",
                            models.CharField(blank=True, max_length=300, verbose_name="如何核实"),
                        ),
                        (
                            "verified_with",
                            models.CharField(blank=True, max_length=100, verbose_name="向谁核实"),
                        ),
                        (
                            "is_drill",
                            models.BooleanField(
                                db_default=False, default=False, editable=False, verbose_name="演练"
                            ),
                        ),
                        (
                            "drill",
                            models.ForeignKey(
                                db_index=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="%(class)ss",
                                to="incidents.drill",
                                verbose_name="所属演练",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "预警",
                        "verbose_name_plural": "预警",
                        "ordering": ["-year", "-serial"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status__in", ["issued", "lifted"]), _negated=True),
                                    models.Q(("issued_at__isnull", False), ("level__isnull", False)),
                                    _connector="OR",
                                ),
                                name="issued_warning_has_level",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("known_at", None),
                                    ("known_at__lte", models.F("received_at")),
                                    _connector="OR",
                                ),
                                name="risk_known_not_after_received",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("lifted_at__gte", models.F("issued_at")),
                                        ("lifted_at__isnull", False),
                                        ("status", "lifted"),
                                    ),
                                    models.Q(
                                        models.Q(("status", "lifted"), _negated=True), ("lifted_at", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="lifted_warning_has_its_time",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("feed_item", ""), _negated=True),
                                fields=("office", "feed_item"),
                                name="feed_item_comes_in_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("drill", None), ("is_drill", True), _connector="OR"),
                                name="warning_of_a_drill_is_marked",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("drill__isnull", False)),
                                fields=["drill"],
                                name="warning_drill",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                django.db.models.expressions.RawSQL(
                                    "array_to_tsvector(char_pairs(number || ' ' || title || ' ' || place || ' ' || risk || ' ' || may_follow || ' ' || measures_taken))",
                                    [],
                                ),
                                name="warning_words",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DayKind",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField(unique=True, verbose_name="日期")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("work", "工作日"), ("rest", "休息日或节假日")],
                                max_length=4,
                                verbose_name="性质",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=80, verbose_name="依据")),
                    ],
                    options={
                        "verbose_name": "节假日更正",
                        "verbose_name_plural": "节假日更正",
                        "ordering": ["-day"],
                    },
                ),
                migrations.CreateModel(
                    name="ShiftPattern",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=40, unique=True, verbose_name="名称")),
                        ("note", models.CharField(blank=True, max_length=120, verbose_name="说明")),
                        ("order", models.PositiveSmallIntegerField(default=1, verbose_name="顺序")),
                        ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                    ],
                    options={
                        "verbose_name": "排班模式",
                        "verbose_name_plural": "排班模式",
                        "ordering": ["order", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="ImportantMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "entry",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="important_mark",
                                to="incidents.ledgerentry",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Shift",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "seat",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "值班员"), (2, "带班领导"), (3, "备班")], verbose_name="岗位"
                            ),
                        ),
                        (
                            "period",
                            django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="时间"),
                        ),
                        ("drawn_up_at", models.DateTimeField(verbose_name="排班时间")),
                        ("signed_in_at", models.DateTimeField(null=True, verbose_name="签到时间")),
                        (
                            "cut_short",
                            models.CharField(blank=True, max_length=200, verbose_name="提前结束的理由"),
                        ),
                        (
                            "drawn_up_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shifts",
                                to="incidents.organization",
                                verbose_name="单位",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shifts",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="人员",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "班次",
                        "verbose_name_plural": "班次",
                        "ordering": ["period", "seat"],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    (
                                        models.Func(
                                            models.F("organization"),
                                            models.F("organization"),
                                            models.Value("[]"),
                                            function="int8range",
                                        ),
                                        "&&",
                                    ),
                                    (
                                        models.Func(
                                            models.F("seat"),
                                            models.F("seat"),
                                            models.Value("[]"),
                                            function="int8range",
                                        ),
                                        "&&",
                                    ),
                                    ("period", "&&"),
                                ],
                                name="one_shift_of_a_seat_at_a_time",
                                violation_error_message="这个岗位在这段时间已有人值班。",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                                expressions=[
                                    (
                                        models.Func(
                                            models.F("person"),
                                            models.F("person"),
                                            models.Value("[]"),
                                            function="int8range",
                                        ),
                                        "&&",
                                    ),
                                    ("period", "&&"),
                                ],
                                name="one_seat_of_a_person_at_a_time",
                                violation_error_message="此人在这段时间已在别的岗位值班。",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("period__isempty", False),
                                    ("period__lower_inf", False),
                                    ("period__upper_inf", False),
                                ),
                                name="shift_has_both_ends",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandOver",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("written_at", models.DateTimeField(verbose_name="交班时间")),
                        ("words", models.TextField(blank=True, verbose_name="交代事项")),
                        ("open_matters", models.JSONField(default=list)),
                        ("signed_at", models.DateTimeField(null=True, verbose_name="接班签收时间")),
                        (
                            "shift",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hand_over",
                                to="alerts.shift",
                                verbose_name="交班的班次",
                            ),
                        ),
                        (
                            "taken_over_by",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="taken_over",
                                to="alerts.shift",
                                verbose_name="接班的班次",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "交接班",
                        "verbose_name_plural": "交接班",
                        "ordering": ["-written_at"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("signed_at", None), ("taken_over_by", None)),
                                    models.Q(("signed_at__isnull", False), ("taken_over_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="hand_over_is_signed_by_a_shift",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PatternSegment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "days",
                            models.CharField(
                                choices=[("all", "每天"), ("work", "工作日"), ("rest", "休息日和节假日")],
                                default="all",
                                max_length=4,
                                verbose_name="适用",
                            ),
                        ),
                        ("starts", models.TimeField(verbose_name="开始")),
                        (
                            "length",
                            models.DurationField(
                                help_text="时:分:秒，如 08:00:00；24 小时班写 1 00:00:00。",
                                verbose_name="时长",
                            ),
                        ),
                        (
                            "pattern",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="segments",
                                to="alerts.shiftpattern",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "班段",
                        "verbose_name_plural": "班段",
                        "ordering": ["starts", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("length__gt", datetime.timedelta(0)),
                                    ("length__lte", datetime.timedelta(days=1)),
                                ),
                                name="segment_lasts_up_to_a_day",
                                violation_error_message="班段时长须在 24 小时以内。",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Swap",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("words", models.CharField(blank=True, max_length=200, verbose_name="事由")),
                        ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                        (
                            "answer",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("consented", "已同意"),
                                    ("refused", "未同意"),
                                    ("withdrawn", "已撤回"),
                                ],
                                max_length=12,
                                verbose_name="答复",
                            ),
                        ),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                        (
                            "asked",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="swaps_asked",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="对方",
                            ),
                        ),
                        (
                            "asker",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="申请人",
                            ),
                        ),
                        (
                            "in_return",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="swaps_in_return",
                                to="alerts.shift",
                                verbose_name="换得的班次",
                            ),
                        ),
                        (
                            "shift",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="swaps",
                                to="alerts.shift",
                                verbose_name="班次",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "换班",
                        "verbose_name_plural": "换班",
                        "ordering": ["-asked_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("answered_at", None)),
                                fields=("shift",),
                                name="one_open_swap_of_a_shift",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("asker", models.F("asked")), _negated=True),
                                name="swap_is_between_two",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answer", ""), ("answered_at", None)),
                                    models.Q(
                                        models.Q(("answer", ""), _negated=True),
                                        ("answered_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="swap_is_answered_in_words_and_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Training",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("topic", models.CharField(max_length=80, verbose_name="培训内容")),
                        ("passed_on", models.DateField(verbose_name="合格日期")),
                        ("valid_until", models.DateField(verbose_name="有效至")),
                        ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="trainings",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="人员",
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
                            "attendance",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="trainings",
                                to="incidents.courseattendance",
                                verbose_name="参训记录",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "培训合格记录",
                        "verbose_name_plural": "培训合格记录",
                        "ordering": ["-valid_until", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("valid_until__gte", models.F("passed_on"))),
                                name="training_ends_after_it_begins",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarFeed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField(verbose_name="建立时间")),
                        ("revoked_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="calendar_feeds",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("revoked_at", None)),
                                fields=("person",),
                                name="one_calendar_feed_at_a_time",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DutyLogEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("words", models.TextField(verbose_name="内容")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "entry",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="duty_note",
                                to="incidents.ledgerentry",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="duty_notes",
                                to="incidents.organization",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "值班记事",
                        "verbose_name_plural": "值班记事",
                        "ordering": ["at", "id"],
                        "indexes": [models.Index(fields=["organization", "at"], name="duty_notes_of_a_day")],
                    },
                ),
                migrations.CreateModel(
                    name="GapNotice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "seat",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "值班员"), (2, "带班领导"), (3, "备班")]
                            ),
                        ),
                        ("starts_at", models.DateTimeField()),
                        (
                            "stage",
                            models.CharField(
                                choices=[("ahead", "提前提示"), ("begun", "空岗开始")], max_length=6
                            ),
                        ),
                        ("told_at", models.DateTimeField()),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "seat", "starts_at", "stage"),
                                name="each_gap_is_told_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Channel",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="名称")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("wecom", "企业微信机器人"),
                                    ("dingtalk", "钉钉机器人"),
                                    ("feishu", "飞书机器人"),
                                    ("email", "电子邮件"),
                                    ("http", "短信网关或其他 HTTP 接口"),
                                    ("other", "其他（apprise 地址）"),
                                ],
                                max_length=10,
                                verbose_name="方式",
                            ),
                        ),
                        (
                            "sealed",
                            models.TextField(help_text="Encrypted; emptied when the channel is removed."),
                        ),
                        (
                            "hint",
                            models.CharField(
                                blank=True,
                                help_text="Masked, for people.",
                                max_length=120,
                                verbose_name="地址提示",
                            ),
                        ),
                        (
                            "takes",
                            models.CharField(
                                choices=[("all", "全部消息"), ("urgent", "只要超时、升级、催报和更正")],
                                default="all",
                                max_length=10,
                                verbose_name="接收",
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField(default=1, verbose_name="顺序")),
                        (
                            "may_reach_private",
                            models.BooleanField(
                                default=False,
                                help_text="Entered by a post that is trusted with addresses of the inner network.",
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="建立时间")),
                        ("paused_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                        ("removed_at", models.DateTimeField(null=True, verbose_name="移除时间")),
                        ("last_success_at", models.DateTimeField(null=True, verbose_name="最近成功")),
                        ("failures", models.PositiveIntegerField(default=0, verbose_name="连续失败")),
                        ("failing_since", models.DateTimeField(null=True, verbose_name="失败自")),
                        ("last_error", models.CharField(blank=True, max_length=120, verbose_name="最近错误")),
                        (
                            "retry_at",
                            models.DateTimeField(
                                help_text="Until then messages take the next channel.",
                                null=True,
                                verbose_name="下次探测",
                            ),
                        ),
                        (
                            "quiet_until",
                            models.DateTimeField(help_text="Until then messages are gathered.", null=True),
                        ),
                        (
                            "busy_until",
                            models.DateTimeField(help_text="The lease of whoever is sending.", null=True),
                        ),
                        (
                            "reported_at",
                            models.DateTimeField(
                                help_text="When the office was told of this failure.", null=True
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="%(class)s_set",
                                to="incidents.organization",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="%(class)s_set",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["order", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("organization__isnull", False), ("person", None)),
                                    models.Q(("organization", None), ("person__isnull", False)),
                                    _connector="OR",
                                ),
                                name="channel_has_one_owner",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("failing_since", None), ("failures", 0)),
                                    models.Q(("failing_since__isnull", False), ("failures__gt", 0)),
                                    _connector="OR",
                                ),
                                name="channel_fails_since_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("removed_at", None), ("sealed", ""), _connector="OR"),
                                name="removed_channel_keeps_no_secret",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Bulletin",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveSmallIntegerField(verbose_name="版本")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("issue", "发布"),
                                    ("raise", "提高级别"),
                                    ("lower", "降低级别"),
                                    ("lift", "解除"),
                                ],
                                max_length=6,
                                verbose_name="种类",
                            ),
                        ),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                verbose_name="预警级别",
                            ),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="起始时间")),
                        ("area", models.CharField(max_length=500, verbose_name="可能影响范围")),
                        ("caution", models.TextField(verbose_name="警示事项")),
                        ("measures", models.TextField(verbose_name="应采取的措施")),
                        ("authority", models.CharField(max_length=80, verbose_name="发布机关")),
                        ("note", models.TextField(blank=True, verbose_name="调整或解除的理由")),
                        ("issued_at", models.DateTimeField(verbose_name="发布时间")),
                        ("by_phone", models.BooleanField(default=False, verbose_name="电话签发")),
                        ("phone_words", models.TextField(blank=True, verbose_name="电话原话")),
                        (
                            "event_class",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.eventclass",
                                verbose_name="类别",
                            ),
                        ),
                        (
                            "issued_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="签发",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="录入",
                            ),
                        ),
                        (
                            "warning",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bulletins",
                                to="alerts.warning",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "预警信息",
                        "verbose_name_plural": "预警信息",
                        "ordering": ["warning", "version"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("warning", "version"), name="bulletin_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("by_phone", False), ("phone_words", "")),
                                    models.Q(
                                        ("by_phone", True), models.Q(("phone_words", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="bulletin_by_phone_has_its_words",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("area", ""), _negated=True),
                                    models.Q(("caution", ""), _negated=True),
                                    models.Q(("measures", ""), _negated=True),
                                    models.Q(("authority", ""), _negated=True),
                                ),
                                name="bulletin_has_all_seven_contents",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BulletinDocument",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("document_no", models.CharField(max_length=60, verbose_name="文号")),
                        ("at", models.DateTimeField(verbose_name="记录时间")),
                        (
                            "bulletin",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="document",
                                to="alerts.bulletin",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="BulletinReceipt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("told_at", models.DateTimeField(verbose_name="送达时间")),
                        (
                            "acknowledged_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="签收时间"),
                        ),
                        (
                            "acknowledged_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "acknowledged_key",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                            ),
                        ),
                        (
                            "bulletin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="receipts",
                                to="alerts.bulletin",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="单位",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["organization"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("bulletin", "organization"), name="bulletin_reaches_a_body_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("acknowledged_at", None),
                                        ("acknowledged_by", None),
                                        ("acknowledged_key", None),
                                    ),
                                    models.Q(
                                        ("acknowledged_at__gte", models.F("told_at")),
                                        ("acknowledged_at__isnull", False),
                                        models.Q(
                                            models.Q(
                                                ("acknowledged_by__isnull", False), ("acknowledged_key", None)
                                            ),
                                            models.Q(
                                                ("acknowledged_by", None), ("acknowledged_key__isnull", False)
                                            ),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="bulletin_acknowledged_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DailyReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="序号")),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("day", models.DateField(verbose_name="日期")),
                        ("contents", models.TextField(verbose_name="内容")),
                        ("filed_at", models.DateTimeField(verbose_name="填报时间")),
                        (
                            "filed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="填报",
                            ),
                        ),
                        (
                            "warning",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="daily_reports",
                                to="alerts.warning",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["warning", "serial"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("warning", "serial"), name="daily_report_serial_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WarningItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(choices=[("TELL_DEPARTMENTS", "通报有关部门")], max_length=20),
                        ),
                        ("opened_at", models.DateTimeField()),
                        ("settled_at", models.DateTimeField(null=True)),
                        ("words", models.CharField(blank=True, max_length=200, verbose_name="办理情况")),
                        (
                            "warning",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="open_items",
                                to="alerts.warning",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["opened_at"],
                        "constraints": [
                            models.UniqueConstraint(fields=("warning", "kind"), name="item_once_per_warning")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WarningMeasure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "item",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "加强监测，实行专项报送和动态日报"),
                                    (2, "动态分析评估，预测概率、范围、严重程度和级别"),
                                    (3, "应急队伍和相关人员进入24小时备勤"),
                                    (4, "指导督促企业加强监测，备好人员、车辆、物资"),
                                    (5, "做好新闻宣传和舆论引导"),
                                    (6, "其他必要措施"),
                                ],
                                verbose_name="措施",
                            ),
                        ),
                        ("owner", models.CharField(blank=True, max_length=60, verbose_name="责任单位")),
                        ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="要求完成时间")),
                        ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="落实情况")),
                        (
                            "warning",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="measures",
                                to="alerts.warning",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["warning", "item"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("warning", "item"), name="measure_once_per_warning"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WarningNotice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("words", models.TextField(verbose_name="通报内容")),
                        ("at", models.DateTimeField(verbose_name="通报时间")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "warning",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notices",
                                to="alerts.warning",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at"],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeReceipt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("told_at", models.DateTimeField(verbose_name="送达时间")),
                        (
                            "acknowledged_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="签收时间"),
                        ),
                        (
                            "acknowledged_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "acknowledged_key",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="单位",
                            ),
                        ),
                        (
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="receipts",
                                to="alerts.warningnotice",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["organization"],
                        "abstract": False,
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("notice", "organization"), name="notice_reaches_a_body_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("acknowledged_at", None),
                                        ("acknowledged_by", None),
                                        ("acknowledged_key", None),
                                    ),
                                    models.Q(
                                        ("acknowledged_at__gte", models.F("told_at")),
                                        ("acknowledged_at__isnull", False),
                                        models.Q(
                                            models.Q(
                                                ("acknowledged_by__isnull", False), ("acknowledged_key", None)
                                            ),
                                            models.Q(
                                                ("acknowledged_by", None), ("acknowledged_key__isnull", False)
                                            ),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="notice_acknowledged_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WarningUpwardReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="报告时间")),
                        ("person", models.CharField(max_length=60, verbose_name="接听人")),
                        ("words", models.TextField(verbose_name="报告内容")),
                        ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "to",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="报告对象",
                            ),
                        ),
                        (
                            "warning",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="upward_reports",
                                to="alerts.warning",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at"],
                    },
                ),
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
                                choices=[("Actual", "实际"), ("Exercise", "演练")],
                                max_length=8,
                                verbose_name="性质",
                            ),
                        ),
                        ("text", models.TextField(verbose_name="报文")),
                        (
                            "bulletin",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cap",
                                to="alerts.bulletin",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="item",
                                to="alerts.warning",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "预警来源报文",
                        "verbose_name_plural": "预警来源报文",
                        "ordering": ["sent", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="SituationBrief",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="期次")),
                        ("document_no", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "草稿"),
                                    ("signed_off", "已签发，待报送"),
                                    ("sent", "已报送"),
                                    ("abandoned", "已作废"),
                                ],
                                default="draft",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="标题")),
                        ("source", models.TextField(blank=True, verbose_name="信息来源")),
                        ("occurred", models.TextField(blank=True, verbose_name="时间")),
                        ("place", models.TextField(blank=True, verbose_name="地点")),
                        ("unit", models.TextField(blank=True, verbose_name="单位")),
                        ("happened", models.TextField(blank=True, verbose_name="基本情况")),
                        ("casualties", models.TextField(blank=True, verbose_name="伤亡和损失")),
                        ("area", models.TextField(blank=True, verbose_name="影响范围")),
                        ("development", models.TextField(blank=True, verbose_name="发展态势")),
                        ("doing", models.TextField(blank=True, verbose_name="正在采取的处置")),
                        ("standing", models.TextField(blank=True, verbose_name="级别和响应状态")),
                        ("orders", models.TextField(blank=True, verbose_name="已部署的措施和任务")),
                        ("request", models.TextField(blank=True, verbose_name="请求事项")),
                        ("version", models.PositiveIntegerField(default=1, verbose_name="修改次数")),
                        ("figures", models.JSONField(default=dict, verbose_name="所用数字")),
                        ("drafted_at", models.DateTimeField(verbose_name="起草时间")),
                        ("edited_at", models.DateTimeField(verbose_name="最后修改时间")),
                        (
                            "returned_reason",
                            models.CharField(blank=True, max_length=300, verbose_name="退回理由"),
                        ),
                        ("signed_at", models.DateTimeField(null=True, verbose_name="签发时间")),
                        ("sent_at", models.DateTimeField(null=True, verbose_name="报送时间")),
                        (
                            "level_told",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                null=True,
                                verbose_name="所报级别",
                            ),
                        ),
                        ("abandoned_at", models.DateTimeField(null=True, verbose_name="作废时间")),
                        (
                            "abandoned_reason",
                            models.CharField(blank=True, max_length=300, verbose_name="作废理由"),
                        ),
                        (
                            "corrects",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="corrections",
                                to="alerts.situationbrief",
                                verbose_name="更正",
                            ),
                        ),
                        (
                            "drafted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="起草人",
                            ),
                        ),
                        (
                            "edited_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="最后修改人",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="briefs",
                                to="incidents.incident",
                                verbose_name="突发事件",
                            ),
                        ),
                        (
                            "sent_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="报送人",
                            ),
                        ),
                        (
                            "signed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="签发人",
                            ),
                        ),
                        (
                            "warning",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="briefs",
                                to="alerts.warning",
                                verbose_name="预警",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "情况专报",
                        "verbose_name_plural": "情况专报",
                        "ordering": ["-drafted_at", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("incident__isnull", True), ("warning__isnull", True), _connector="XOR"
                                ),
                                name="brief_on_incident_xor_warning",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("document_no", ""), _negated=True),
                                fields=("document_no",),
                                name="brief_document_no_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("incident__isnull", False), ("status__in", ["draft", "signed_off"])
                                ),
                                fields=("incident",),
                                name="one_brief_in_hand_per_incident",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("status__in", ["draft", "signed_off"]), ("warning__isnull", False)
                                ),
                                fields=("warning",),
                                name="one_brief_in_hand_per_warning",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status__in", ["signed_off", "sent"]), _negated=True),
                                    models.Q(("signed_at__isnull", False), ("signed_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="signed_brief_says_by_whom",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("sent_at__isnull", False),
                                        ("sent_by__isnull", False),
                                        ("status", "sent"),
                                        models.Q(("document_no", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("status", "sent"), _negated=True),
                                        ("document_no", ""),
                                        ("sent_at", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="only_a_sent_brief_has_its_number",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "abandoned"), _negated=True),
                                    models.Q(("abandoned_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="abandoned_brief_says_why",
                            ),
                        ],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                django.db.models.expressions.RawSQL(
                                    "array_to_tsvector(char_pairs(number || ' ' || document_no || ' ' || title || ' ' || place || ' ' || unit || ' ' || happened || ' ' || request))",
                                    [],
                                ),
                                name="situationbrief_words",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Addressee",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "how",
                            models.CharField(
                                choices=[("system", "系统"), ("fax", "传真"), ("hand", "专人送达")],
                                max_length=10,
                                verbose_name="方式",
                            ),
                        ),
                        ("signed_for_at", models.DateTimeField(null=True, verbose_name="签收时间")),
                        ("signed_for_by", models.CharField(blank=True, max_length=60, verbose_name="签收人")),
                        ("recorded_at", models.DateTimeField(null=True, verbose_name="登记时间")),
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
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="登记签收的岗位",
                            ),
                        ),
                        (
                            "brief",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="addressees",
                                to="alerts.situationbrief",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "专报报送单位",
                        "ordering": ["brief", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("brief", "body"), name="brief_sent_once_to_a_body"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("signed_for_at", None), ("signed_for_by", "")),
                                    models.Q(
                                        ("recorded_by__isnull", False),
                                        ("signed_for_at__isnull", False),
                                        models.Q(("signed_for_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="receipt_says_who_and_when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Instruction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        (
                            "superior_person",
                            models.CharField(blank=True, max_length=60, verbose_name="上级何人"),
                        ),
                        ("given_at", models.DateTimeField(verbose_name="批示时间")),
                        ("by_phone", models.BooleanField(default=False, verbose_name="电话")),
                        ("words", models.TextField(verbose_name="批示原文")),
                        (
                            "urgency",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "特急"), (2, "加急"), (3, "平件")],
                                default=3,
                                verbose_name="缓急",
                            ),
                        ),
                        ("due_at", models.DateTimeField(null=True, verbose_name="要求办结时间")),
                        ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                        (
                            "commander",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="作出批示的指挥长",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="instructions",
                                to="incidents.incident",
                                verbose_name="突发事件",
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
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="登记岗位",
                            ),
                        ),
                        (
                            "superior",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="上级机关",
                            ),
                        ),
                        (
                            "warning",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="instructions",
                                to="alerts.warning",
                                verbose_name="预警",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "批示、上级指令",
                        "verbose_name_plural": "批示、上级指令",
                        "ordering": ["-given_at", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("incident", None), ("warning", None), _connector="OR"),
                                name="instruction_about_one_thing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("commander__isnull", False),
                                        ("superior", None),
                                        ("superior_person", ""),
                                    ),
                                    models.Q(
                                        ("commander", None),
                                        ("superior__isnull", False),
                                        models.Q(("superior_person", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="instruction_by_a_commander_or_a_superior",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("words", ""), _negated=True), name="instruction_has_words"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("urgency__in", [1, 2, 3])),
                                name="instruction_urgency_known",
                            ),
                        ],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                django.db.models.expressions.RawSQL(
                                    "array_to_tsvector(char_pairs(number || ' ' || words))", []
                                ),
                                name="instruction_words",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InstructionAddressee",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("acknowledged_at", models.DateTimeField(null=True, verbose_name="签收时间")),
                        ("reminded_at", models.DateTimeField(null=True, verbose_name="最近催办")),
                        ("done_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                        (
                            "acknowledged_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "done_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "instruction",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="addressees",
                                to="alerts.instruction",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="单位",
                            ),
                        ),
                        (
                            "acknowledged_key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["instruction", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("instruction", "organization"), name="instructed_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("done_at", None), ("acknowledged_at__isnull", False), _connector="OR"
                                ),
                                name="instruction_done_after_seen",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("acknowledged_at", None),
                                        ("acknowledged_by", None),
                                        ("acknowledged_key", None),
                                    ),
                                    models.Q(
                                        ("acknowledged_at__isnull", False),
                                        models.Q(
                                            models.Q(
                                                ("acknowledged_by__isnull", False), ("acknowledged_key", None)
                                            ),
                                            models.Q(
                                                ("acknowledged_by", None), ("acknowledged_key__isnull", False)
                                            ),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="instruction_acknowledged_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InstructionAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("words", models.TextField(verbose_name="落实情况")),
                        (
                            "addressee",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="alerts.instructionaddressee",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="回复岗位",
                            ),
                        ),
                        (
                            "key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("by__isnull", False), ("key", None)),
                                    models.Q(("by", None), ("key__isnull", False)),
                                    _connector="OR",
                                ),
                                name="instruction_answered_by_somebody",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InstructionOrder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "instruction",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="alerts.instruction",
                            ),
                        ),
                        (
                            "order",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="source",
                                to="incidents.taskorder",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="Webhook",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "enterprise",
                            models.ForeignKey(
                                limit_choices_to={"kind": "ENTERPRISE"},
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="webhooks",
                                to="incidents.organization",
                            ),
                        ),
                        ("url", models.CharField(max_length=500, verbose_name="地址")),
                        ("description", models.CharField(blank=True, max_length=100, verbose_name="说明")),
                        (
                            "events",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=30), size=None, verbose_name="事件"
                            ),
                        ),
                        ("is_test", models.BooleanField(default=False, verbose_name="只收测试数据")),
                        (
                            "sealed",
                            models.TextField(
                                help_text="Encrypted secrets; emptied when the webhook is removed."
                            ),
                        ),
                        ("secret_changed_at", models.DateTimeField(verbose_name="密钥更换时间")),
                        ("created_at", models.DateTimeField(verbose_name="建立时间")),
                        ("off_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                        (
                            "off_because",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("paused", "企业停用"),
                                    ("gone", "对方答复 410，地址已不存在"),
                                    ("failing", "连续失败过久"),
                                ],
                                max_length=10,
                                verbose_name="停用原因",
                            ),
                        ),
                        ("removed_at", models.DateTimeField(null=True, verbose_name="移除时间")),
                        ("last_attempt_at", models.DateTimeField(null=True)),
                        ("last_success_at", models.DateTimeField(null=True, verbose_name="最近送达")),
                        ("failures", models.PositiveIntegerField(default=0, verbose_name="连续失败")),
                        ("failing_since", models.DateTimeField(null=True, verbose_name="失败自")),
                        ("last_error", models.CharField(blank=True, max_length=120, verbose_name="最近错误")),
                        (
                            "retry_at",
                            models.DateTimeField(
                                help_text="Until then nothing is sent to it.",
                                null=True,
                                verbose_name="下次再试",
                            ),
                        ),
                        (
                            "reported_at",
                            models.DateTimeField(
                                help_text="When its people were told of this failure.", null=True
                            ),
                        ),
                        (
                            "busy_until",
                            models.DateTimeField(help_text="The lease of whoever is sending.", null=True),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("removed_at", None), models.Q(("sealed", ""), _negated=True)),
                                    models.Q(("removed_at__isnull", False), ("sealed", "")),
                                    _connector="OR",
                                ),
                                name="webhook_removed_keeps_no_secret",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("off_at", None), ("off_because", "")),
                                    models.Q(
                                        ("off_at__isnull", False),
                                        models.Q(("off_because", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="webhook_off_for_a_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("failing_since", None), ("failures", 0)),
                                    models.Q(("failing_since__isnull", False), ("failures__gt", 0)),
                                    _connector="OR",
                                ),
                                name="webhook_fails_since_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("events", []), _negated=True),
                                name="webhook_wants_something",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WebhookEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "enterprise",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                            ),
                        ),
                        (
                            "message",
                            models.CharField(
                                help_text="`msg_…`: by it a receiver knows a repetition.",
                                max_length=40,
                                unique=True,
                                verbose_name="编号",
                            ),
                        ),
                        ("type", models.CharField(max_length=30, verbose_name="事件")),
                        ("cause", models.CharField(max_length=80)),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("payload", models.TextField(blank=True)),
                    ],
                    options={
                        "ordering": ["id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("payload", ""), _negated=True),
                                fields=["at"],
                                name="webhook_payloads_kept",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("enterprise", "cause"), name="webhook_event_once_per_cause"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WebhookDelivery",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "webhook",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="alerts.webhook",
                            ),
                        ),
                        (
                            "event",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="alerts.webhookevent",
                            ),
                        ),
                        (
                            "replay_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replays",
                                to="alerts.webhookdelivery",
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="时间")),
                        ("tries", models.PositiveIntegerField(default=0, verbose_name="次数")),
                        ("next_attempt_at", models.DateTimeField(null=True, verbose_name="下次尝试")),
                        (
                            "claimed_at",
                            models.DateTimeField(
                                help_text="When the attempt that is under way began.", null=True
                            ),
                        ),
                        ("delivered_at", models.DateTimeField(null=True, verbose_name="送达时间")),
                        ("given_up_at", models.DateTimeField(null=True, verbose_name="放弃时间")),
                        (
                            "last_status",
                            models.PositiveSmallIntegerField(null=True, verbose_name="最近状态码"),
                        ),
                        ("last_error", models.CharField(blank=True, max_length=120, verbose_name="最近错误")),
                    ],
                    options={
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_attempt_at__isnull", False)),
                                fields=["webhook", "next_attempt_at"],
                                name="webhook_waiting",
                            ),
                            models.Index(fields=["webhook", "-id"], name="webhook_history"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("delivered_at", None),
                                        ("given_up_at", None),
                                        ("next_attempt_at__isnull", False),
                                    ),
                                    models.Q(
                                        ("delivered_at__isnull", False),
                                        ("given_up_at", None),
                                        ("next_attempt_at", None),
                                    ),
                                    models.Q(
                                        ("delivered_at", None),
                                        ("given_up_at__isnull", False),
                                        ("next_attempt_at", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="webhook_delivery_in_one_state",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("replay_of", None)),
                                fields=("webhook", "event"),
                                name="webhook_told_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("next_attempt_at__isnull", False)),
                                fields=("webhook", "event"),
                                name="webhook_told_one_at_a_time",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("claimed_at__isnull", False)),
                                fields=("webhook",),
                                name="webhook_sends_one_by_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("claimed_at", None), ("next_attempt_at__isnull", False), _connector="OR"
                                ),
                                name="webhook_claims_what_waits",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("replay_of", None), ("replay_of__lt", models.F("id")), _connector="OR"
                                ),
                                name="webhook_replays_another",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WebhookAttempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "delivery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attempts",
                                to="alerts.webhookdelivery",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("milliseconds", models.PositiveIntegerField(null=True, verbose_name="用时")),
                        ("status", models.PositiveSmallIntegerField(null=True, verbose_name="状态码")),
                        ("error", models.CharField(blank=True, max_length=120, verbose_name="错误")),
                        (
                            "answer",
                            models.TextField(blank=True, help_text="Its first KB.", verbose_name="答复"),
                        ),
                    ],
                    options={
                        "ordering": ["at", "id"],
                    },
                ),
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
                                condition=models.Q(("status", "open")),
                                fields=("body", "rule", "matter"),
                                name="one_open_undertaking_per_matter",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at", None), ("status", "open")),
                                    models.Q(
                                        models.Q(("status", "open"), _negated=True),
                                        ("closed_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="undertaking_closed_at_a_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DebtTally",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("office", models.BigIntegerField()),
                        ("rule", models.BigIntegerField()),
                        ("debtor", models.BigIntegerField()),
                        ("month", models.DateField()),
                        ("in_time", models.BooleanField()),
                        ("n", models.IntegerField()),
                        ("named", models.BigIntegerField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Chase",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("answered_by", models.CharField(blank=True, max_length=60, verbose_name="接听人")),
                        ("promised", models.CharField(blank=True, max_length=200, verbose_name="答复")),
                        ("promised_by", models.DateTimeField(null=True, verbose_name="承诺时间")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "debtor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="被催单位",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="chases",
                                to="incidents.incident",
                            ),
                        ),
                        ("answered", models.BooleanField(default=False, verbose_name="已接听")),
                        (
                            "called",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="拨给何人",
                            ),
                        ),
                        (
                            "called_words",
                            models.CharField(
                                blank=True,
                                help_text="值班电话，或名册外的人。",
                                max_length=60,
                                verbose_name="拨给何处",
                            ),
                        ),
                        (
                            "debts",
                            models.ManyToManyField(
                                blank=True,
                                related_name="chased_by",
                                to="alerts.deadline",
                                verbose_name="所催时限",
                            ),
                        ),
                        ("phone", models.CharField(blank=True, max_length=40, verbose_name="所拨电话")),
                        (
                            "warning",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="chases",
                                to="alerts.warning",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-at", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("incident", None), ("warning__isnull", False)),
                                    models.Q(("incident__isnull", False), ("warning", None)),
                                    _connector="OR",
                                ),
                                name="chase_of_one_subject",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("answered", True),
                                    models.Q(("answered_by", ""), ("promised", ""), ("promised_by", None)),
                                    _connector="OR",
                                ),
                                name="promised_only_by_who_answered",
                            ),
                        ],
                        "verbose_name": "催报",
                        "verbose_name_plural": "催报",
                    },
                ),
                migrations.CreateModel(
                    name="Deadline",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="产生时间")),
                        ("starts_at", models.DateTimeField(verbose_name="起算时间")),
                        ("due_at", models.DateTimeField(verbose_name="到期时间")),
                        ("met_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                        ("voided_at", models.DateTimeField(blank=True, null=True, verbose_name="失效时间")),
                        ("waived_at", models.DateTimeField(blank=True, null=True, verbose_name="豁免时间")),
                        (
                            "written_off_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="核销时间"),
                        ),
                        (
                            "relieved_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="因定级不再追办"),
                        ),
                        ("counted", models.BooleanField(default=True, verbose_name="计入及时率")),
                        (
                            "next_step_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="下一步骤时间"),
                        ),
                        (
                            "creditor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credits",
                                to="incidents.organization",
                                verbose_name="报告对象",
                            ),
                        ),
                        (
                            "debtor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="debts",
                                to="incidents.organization",
                                verbose_name="责任方",
                            ),
                        ),
                        (
                            "desk",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="desk_debts",
                                to="incidents.organization",
                                verbose_name="经办值班台",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deadlines",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "met_by",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="meets",
                                to="incidents.report",
                            ),
                        ),
                        (
                            "replaces",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replacements",
                                to="alerts.deadline",
                                verbose_name="接替",
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deadlines",
                                to="incidents.deadlinerule",
                            ),
                        ),
                        (
                            "acknowledged_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="知悉时间"),
                        ),
                        (
                            "acknowledged_by",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="知悉人",
                            ),
                        ),
                        (
                            "chase",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deadlines",
                                to="alerts.chase",
                            ),
                        ),
                        ("interval", models.DurationField(blank=True, null=True, verbose_name="间隔")),
                        (
                            "order",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deadlines",
                                to="incidents.taskorder",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deadlines",
                                to="incidents.response",
                            ),
                        ),
                        (
                            "resumes_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="升级恢复时间"),
                        ),
                        ("rolls_on", models.BooleanField(default=False, verbose_name="到期后另起下一次")),
                        ("round", models.PositiveIntegerField(default=0, verbose_name="次序")),
                        (
                            "support",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deadlines",
                                to="incidents.supportrequest",
                            ),
                        ),
                        (
                            "warning",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deadlines",
                                to="alerts.warning",
                            ),
                        ),
                        (
                            "bulletin",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deadlines",
                                to="alerts.bulletin",
                            ),
                        ),
                        (
                            "undertaking",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deadlines",
                                to="alerts.undertaking",
                            ),
                        ),
                        (
                            "pace",
                            models.PositiveSmallIntegerField(db_default=1, default=1, verbose_name="速度"),
                        ),
                    ],
                    options={
                        "verbose_name": "时限",
                        "verbose_name_plural": "时限",
                        "ordering": ["due_at", "id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_step_at__isnull", False)),
                                fields=["next_step_at"],
                                name="deadline_next_step",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("met_at", None), ("voided_at", None), ("waived_at", None)
                                ),
                                fields=["due_at"],
                                name="deadline_unsettled",
                            ),
                            models.Index(
                                condition=models.Q(("warning__isnull", False)),
                                fields=["warning"],
                                name="deadline_warning",
                            ),
                            models.Index(
                                condition=models.Q(("response__isnull", False)),
                                fields=["response"],
                                name="deadline_response",
                            ),
                            models.Index(
                                condition=models.Q(("order__isnull", False)),
                                fields=["order"],
                                name="deadline_order",
                            ),
                            models.Index(
                                condition=models.Q(("support__isnull", False)),
                                fields=["support"],
                                name="deadline_support",
                            ),
                            models.Index(
                                condition=models.Q(("chase__isnull", False)),
                                fields=["chase"],
                                name="deadline_chase",
                            ),
                            models.Index(
                                condition=models.Q(("bulletin__isnull", False)),
                                fields=["bulletin"],
                                name="deadline_bulletin",
                            ),
                            models.Index(
                                condition=models.Q(("met_by__isnull", False)),
                                fields=["met_by"],
                                name="deadline_met_by",
                            ),
                            models.Index(
                                condition=models.Q(("replaces__isnull", False)),
                                fields=["replaces"],
                                name="deadline_replaces",
                            ),
                            models.Index(
                                condition=models.Q(("acknowledged_by__isnull", False)),
                                fields=["acknowledged_by"],
                                name="deadline_acknowledged_by",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("next_step_at__isnull", False), ("undertaking__isnull", False)
                                ),
                                fields=["next_step_at"],
                                name="deadline_next_undertaken",
                            ),
                            models.Index(
                                condition=models.Q(("undertaking__isnull", False)),
                                fields=["undertaking"],
                                name="deadline_undertaking",
                            ),
                            models.Index(fields=["due_at", "id"], name="deadline_due"),
                            models.Index(fields=["debtor", "due_at"], name="deadline_of_debtor"),
                            models.Index(
                                condition=models.Q(
                                    ("met_at", None),
                                    ("relieved_at", None),
                                    ("voided_at", None),
                                    ("waived_at", None),
                                    ("written_off_at", None),
                                ),
                                fields=["due_at"],
                                name="deadline_answerable",
                            ),
                            models.Index(
                                condition=models.Q(("met_at__gt", models.F("due_at"))),
                                fields=["due_at"],
                                name="deadline_late",
                            ),
                            models.Index(
                                condition=models.Q(("waived_at__isnull", False)),
                                fields=["due_at"],
                                name="deadline_waived",
                            ),
                            models.Index(
                                condition=models.Q(("voided_at__isnull", False)),
                                fields=["due_at"],
                                name="deadline_void",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("voided_at", None), ("waived_at", None)),
                                    models.Q(("met_at", None), ("waived_at", None)),
                                    models.Q(("met_at", None), ("voided_at", None)),
                                    _connector="OR",
                                ),
                                name="settled_one_way",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("next_step_at", None),
                                    models.Q(("met_at", None), ("voided_at", None), ("waived_at", None)),
                                    _connector="OR",
                                ),
                                name="settled_debt_has_no_next_step",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("written_off_at", None),
                                    models.Q(
                                        ("voided_at", None),
                                        ("waived_at", None),
                                        ("written_off_at__gt", models.F("due_at")),
                                    ),
                                    _connector="OR",
                                ),
                                name="written_off_only_when_breached",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("waived_at", None),
                                    (
                                        "waived_at__lt",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("due_at"),
                                            "+",
                                            models.Value(datetime.timedelta(seconds=1)),
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="waived_before_due",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("rolls_on", False),
                                    models.Q(("met_at", None), ("voided_at", None), ("waived_at", None)),
                                    _connector="OR",
                                ),
                                name="settled_debt_rolls_no_further",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("incident__isnull", False), ("undertaking", None), ("warning", None)
                                    ),
                                    models.Q(
                                        ("incident", None), ("undertaking", None), ("warning__isnull", False)
                                    ),
                                    models.Q(
                                        ("incident", None), ("undertaking__isnull", False), ("warning", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="debt_of_one_of_three",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("relieved_at", None), ("undertaking__isnull", False), ("voided_at", None)
                                ),
                                fields=("undertaking", "round"),
                                name="one_standing_debt_per_round",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("relieved_at", None), ("undertaking", None), ("voided_at", None)
                                ),
                                fields=(
                                    "incident",
                                    "warning",
                                    "rule",
                                    "debtor",
                                    "response",
                                    "order",
                                    "support",
                                    "chase",
                                    "bulletin",
                                    "round",
                                ),
                                name="one_standing_debt_of_a_rule",
                                nulls_distinct=False,
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FiredStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("planned_at", models.DateTimeField(verbose_name="计划时间")),
                        ("fired_at", models.DateTimeField(verbose_name="实际时间")),
                        ("skipped", models.BooleanField(default=False, verbose_name="已跳过")),
                        ("found_nobody", models.BooleanField(default=False, verbose_name="无人可通知")),
                        ("inherited", models.BooleanField(default=False, verbose_name="承接自被接替的时限")),
                        (
                            "deadline",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="fired_steps",
                                to="alerts.deadline",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.escalationstep",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["planned_at", "step__offset"],
                        "constraints": [
                            models.UniqueConstraint(fields=("deadline", "step"), name="each_step_fires_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notification",
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
                                choices=[
                                    ("reminder", "提醒"),
                                    ("breach", "超时"),
                                    ("escalation", "升级"),
                                    ("correction", "更正"),
                                    ("chase", "催报"),
                                    ("news", "动态"),
                                ],
                                max_length=12,
                                verbose_name="类别",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[("inbox", "站内")],
                                default="inbox",
                                max_length=12,
                                verbose_name="渠道",
                            ),
                        ),
                        ("title", models.CharField(max_length=150, verbose_name="标题")),
                        ("text", models.TextField(blank=True, verbose_name="内容")),
                        ("clause", models.CharField(blank=True, max_length=12, verbose_name="条款")),
                        ("created_at", models.DateTimeField(verbose_name="时间")),
                        ("read_at", models.DateTimeField(null=True, verbose_name="已读时间")),
                        (
                            "deadline",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notifications",
                                to="alerts.deadline",
                            ),
                        ),
                        (
                            "fired_step",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notifications",
                                to="alerts.firedstep",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notifications",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notifications",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "warning",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notifications",
                                to="alerts.warning",
                            ),
                        ),
                        ("matter", models.CharField(blank=True, max_length=60, verbose_name="何事")),
                        (
                            "drill",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notifications",
                                to="incidents.drill",
                                verbose_name="演练",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-created_at", "-id"],
                        "indexes": [
                            models.Index(fields=["person", "-created_at"], name="inbox_newest_first"),
                            models.Index(
                                condition=models.Q(("read_at", None)), fields=["person"], name="inbox_unread"
                            ),
                            django.contrib.postgres.indexes.BrinIndex(
                                fields=["created_at"], name="messages_by_time"
                            ),
                            models.Index(
                                condition=models.Q(("warning__isnull", False)),
                                fields=["warning"],
                                name="message_about_warning",
                            ),
                            models.Index(
                                condition=models.Q(("deadline__isnull", False)),
                                fields=["deadline"],
                                name="message_about_deadline",
                            ),
                            models.Index(
                                condition=models.Q(("drill__isnull", False)),
                                fields=["drill"],
                                name="message_about_drill",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("fired_step__isnull", False)),
                                fields=("fired_step", "person", "channel"),
                                name="one_message_per_step",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Delivery",
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
                                choices=[
                                    ("reminder", "提醒"),
                                    ("breach", "超时"),
                                    ("escalation", "升级"),
                                    ("correction", "更正"),
                                    ("chase", "催报"),
                                    ("news", "动态"),
                                    ("test", "测试"),
                                ],
                                max_length=12,
                                verbose_name="类别",
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="时间")),
                        ("tries", models.PositiveIntegerField(default=0, verbose_name="次数")),
                        (
                            "next_attempt_at",
                            models.DateTimeField(
                                help_text="Not before; while it is being sent, the end of the lease.",
                                null=True,
                            ),
                        ),
                        ("sent_at", models.DateTimeField(null=True, verbose_name="送出时间")),
                        ("failed_at", models.DateTimeField(null=True, verbose_name="放弃时间")),
                        (
                            "channel",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="alerts.channel",
                            ),
                        ),
                        (
                            "notification",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="alerts.notification",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="%(class)s_set",
                                to="incidents.organization",
                            ),
                        ),
                        (
                            "test_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tests",
                                to="alerts.channel",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="%(class)s_set",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["created_at", "id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_attempt_at__isnull", False)),
                                fields=["person", "organization", "next_attempt_at"],
                                name="outbox_pending",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("organization__isnull", False), ("person", None)),
                                    models.Q(("organization", None), ("person__isnull", False)),
                                    _connector="OR",
                                ),
                                name="delivery_has_one_addressee",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("notification__isnull", False), ("test_of", None)),
                                    models.Q(
                                        ("kind", "test"), ("notification", None), ("test_of__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="delivery_is_of_a_message_or_a_test",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("failed_at", None),
                                        ("next_attempt_at__isnull", False),
                                        ("sent_at", None),
                                    ),
                                    models.Q(
                                        ("failed_at", None),
                                        ("next_attempt_at", None),
                                        ("sent_at__isnull", False),
                                    ),
                                    models.Q(
                                        ("failed_at__isnull", False),
                                        ("next_attempt_at", None),
                                        ("sent_at", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="delivery_is_pending_sent_or_failed",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("notification__isnull", False)),
                                fields=("notification", "person", "organization"),
                                name="one_delivery_per_addressee",
                                nulls_distinct=False,
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("messages", models.PositiveIntegerField(verbose_name="消息数")),
                        ("at", models.DateTimeField(verbose_name="开始")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="结束")),
                        ("ok", models.BooleanField(default=False, verbose_name="成功")),
                        ("error", models.CharField(blank=True, max_length=120, verbose_name="错误")),
                        (
                            "channel",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attempts",
                                to="alerts.channel",
                            ),
                        ),
                        ("deliveries", models.ManyToManyField(related_name="attempts", to="alerts.delivery")),
                    ],
                    options={
                        "ordering": ["at", "id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ok", False)), fields=["ended_at"], name="failed_attempts"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("channel",),
                                name="one_attempt_at_a_time",
                            )
                        ],
                    },
                ),
            ]
        ),
        *guards_of("alerts.migrations.0005_duty_guards"),
        *guards_of("alerts.migrations.0008_warning_guards"),
        *guards_of("alerts.migrations.0009_pace_of_the_sweep"),
        *guards_of("alerts.migrations.0010_chases"),
        *guards_of("alerts.migrations.0011_cap_messages"),
        *guards_of("alerts.migrations.0013_brief_guards"),
        *guards_of("alerts.migrations.0014_instructions"),
        *guards_of("alerts.migrations.0016_sandbox"),
        *guards_of("alerts.migrations.0017_changed"),
        *guards_of("alerts.migrations.0019_webhooks"),
        *guards_of("alerts.migrations.0020_changed_of_matters"),
        *guards_of("alerts.migrations.0021_ledger_guards"),
        *guards_of("alerts.migrations.0023_undertakings"),
        *guards_of("alerts.migrations.0026_drills"),
        *guards_of("alerts.migrations.0028_stats"),
        *guards_of("alerts.migrations.0029_scale"),
        *guards_of("alerts.migrations.0030_never_emptied"),
        *guards_of("alerts.migrations.0031_drills"),
        *guards_of("alerts.migrations.0032_screens"),
        *guards_of("alerts.migrations.0033_stats_named"),
    ]
