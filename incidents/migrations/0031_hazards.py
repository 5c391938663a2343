"""The firms' registers (§4.1, 4.3): hazards, inspections, plans filed, safety rules and own checks; and what the database
itself holds of them: their steps, what stands unchanged, and the transaction that last wrote a row."""

import django.db.models.deletion
from django.db import migrations, models

from incidents.changes import noting

GUARDS = (
    """
CREATE TRIGGER hazard_follows_its_machine BEFORE UPDATE OF status ON incidents_hazard
    FOR EACH ROW EXECUTE FUNCTION refuse_unknown_transition(
        'registered>assessed', 'checked>assessed', 'assessed>rectifying', 'rectifying>rectified',
        'rectified>checked', 'rectified>rectifying',
        'registered>closed', 'assessed>closed', 'rectifying>closed', 'checked>closed');
CREATE TRIGGER finding_follows_its_machine BEFORE UPDATE OF status ON incidents_finding
    FOR EACH ROW EXECUTE FUNCTION refuse_unknown_transition(
        'open>rectified', 'rectified>accepted', 'rectified>open');
CREATE TRIGGER filed_plan_follows_its_machine BEFORE UPDATE OF status ON incidents_filedplan
    FOR EACH ROW EXECUTE FUNCTION refuse_unknown_transition(
        'filed>accepted', 'filed>sent_back', 'accepted>replaced');
"""
    + "".join(
        f"""
CREATE TRIGGER {table}_is_never_taken_away BEFORE DELETE ON incidents_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
        for table in ("hazard", "finding", "filedplan", "safetyrule")
    )
    + "".join(
        f"""
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON incidents_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON incidents_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
        for table in ("hazardstep", "findingstep", "inspection", "safetycheck", "registerfile")
    )
)
LISTED = ("hazard", "finding", "filedplan", "safetyrule", "safetycheck")


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0030_rules_of_preparedness"),
    ]

    operations = [
        migrations.CreateModel(
            name="Hazard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("registered", "已登记，待评估"),
                            ("assessed", "已评估，待定整改措施"),
                            ("rectifying", "整改中"),
                            ("rectified", "已整改，待复查"),
                            ("checked", "复查合格"),
                            ("closed", "已销号"),
                        ],
                        default="registered",
                        max_length=50,
                        verbose_name="状态",
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="自何时")),
                (
                    "kind",
                    models.CharField(
                        choices=[("source", "危险源"), ("area", "危险区域"), ("flaw", "事故隐患")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("survey", "企业排查"),
                            ("own_check", "企业自查"),
                            ("inspection", "监督检查"),
                            ("training", "在岗人员未经培训"),
                        ],
                        default="survey",
                        max_length=12,
                        verbose_name="来源",
                    ),
                ),
                ("ref", models.CharField(blank=True, max_length=60, verbose_name="来源编号")),
                ("place", models.CharField(max_length=200, verbose_name="地点")),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="经度"
                    ),
                ),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=8, null=True, verbose_name="纬度"
                    ),
                ),
                ("words", models.TextField(verbose_name="情况")),
                ("registered_at", models.DateTimeField(verbose_name="登记时间")),
                ("likelihood", models.PositiveSmallIntegerField(null=True, verbose_name="可能性")),
                ("consequence", models.PositiveSmallIntegerField(null=True, verbose_name="后果")),
                (
                    "grade",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "重大风险"), (2, "较大风险"), (3, "一般风险"), (4, "低风险")],
                        null=True,
                        verbose_name="风险等级",
                    ),
                ),
                ("assessed_on", models.DateField(null=True, verbose_name="评估日期")),
                ("assessed_by", models.CharField(blank=True, max_length=60, verbose_name="评估人")),
                ("measures", models.TextField(blank=True, verbose_name="整改措施")),
                ("responsible", models.CharField(blank=True, max_length=60, verbose_name="整改责任人")),
                ("due_on", models.DateField(null=True, verbose_name="整改期限")),
                ("rectified_at", models.DateTimeField(null=True, verbose_name="报告整改时间")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="销号时间")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hazards",
                        to="incidents.organization",
                        verbose_name="企业",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hazards_in_county",
                        to="incidents.organization",
                        verbose_name="县区",
                    ),
                ),
            ],
            options={
                "verbose_name": "危险源和隐患",
                "verbose_name_plural": "危险源和隐患",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                ("held_on", models.DateField(verbose_name="检查日期")),
                ("place", models.CharField(max_length=200, verbose_name="检查地点")),
                ("inspectors", models.CharField(max_length=200, verbose_name="检查人员")),
                ("scope", models.TextField(verbose_name="检查内容")),
                ("conclusion", models.TextField(blank=True, verbose_name="检查结论")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="incidents.organization",
                        verbose_name="受检企业",
                    ),
                ),
                (
                    "inspector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections_made",
                        to="incidents.organization",
                        verbose_name="检查单位",
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
            ],
            options={
                "verbose_name": "安全检查",
                "verbose_name_plural": "安全检查",
                "ordering": ["-held_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                ("serial", models.PositiveSmallIntegerField(verbose_name="序号")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "待整改"),
                            ("rectified", "已整改，待复查"),
                            ("accepted", "复查合格"),
                        ],
                        default="open",
                        max_length=50,
                        verbose_name="状态",
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="自何时")),
                ("words", models.CharField(max_length=500, verbose_name="问题")),
                ("demand", models.CharField(blank=True, max_length=500, verbose_name="整改要求")),
                ("due_on", models.DateField(verbose_name="整改期限")),
                ("rectified_at", models.DateTimeField(null=True, verbose_name="报告整改时间")),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="incidents.inspection",
                    ),
                ),
            ],
            options={
                "verbose_name": "检查问题",
                "verbose_name_plural": "检查问题",
                "ordering": ["inspection", "serial"],
            },
        ),
        migrations.CreateModel(
            name="RegisterFile",
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
                            ("photo", "照片"),
                            ("pdf", "PDF"),
                            ("office", "Office 文件"),
                            ("text", "文本"),
                        ],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="文件名")),
                (
                    "media_type",
                    models.CharField(
                        help_text="Found by content, not by name.", max_length=100, verbose_name="内容类型"
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="大小（字节）")),
                ("sha256", models.CharField(max_length=64)),
                ("path", models.CharField(help_text="Below MEDIA_ROOT.", max_length=100, unique=True)),
                ("at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="register_files",
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
                        verbose_name="接口密钥",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="上传岗位",
                    ),
                ),
            ],
            options={
                "verbose_name": "登记附件",
                "verbose_name_plural": "登记附件",
                "ordering": ["body", "id"],
            },
        ),
        migrations.CreateModel(
            name="HazardStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("registered", "登记"),
                            ("assessed", "风险评估"),
                            ("planned", "确定整改措施"),
                            ("put_off", "延长整改期限"),
                            ("rectified", "报告整改"),
                            ("accepted", "复查合格"),
                            ("sent_back", "复查不合格，退回整改"),
                            ("closed", "销号"),
                        ],
                        max_length=12,
                        verbose_name="步骤",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("words", models.TextField(blank=True, verbose_name="说明")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="办理岗位",
                    ),
                ),
                (
                    "hazard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="incidents.hazard",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.apikey",
                        verbose_name="接口密钥",
                    ),
                ),
                (
                    "proof",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hazard_step",
                        to="incidents.registerfile",
                        verbose_name="证明材料",
                    ),
                ),
            ],
            options={
                "ordering": ["hazard", "id"],
            },
        ),
        migrations.CreateModel(
            name="FindingStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("rectified", "报告整改"),
                            ("accepted", "复查合格"),
                            ("sent_back", "复查不合格，退回整改"),
                        ],
                        max_length=12,
                        verbose_name="步骤",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("words", models.TextField(blank=True, verbose_name="说明")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="办理岗位",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="incidents.finding",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.apikey",
                        verbose_name="接口密钥",
                    ),
                ),
                (
                    "proof",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="finding_step",
                        to="incidents.registerfile",
                        verbose_name="证明材料",
                    ),
                ),
            ],
            options={
                "ordering": ["finding", "id"],
            },
        ),
        migrations.CreateModel(
            name="FiledPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("filed", "已报送，待备案"),
                            ("accepted", "已备案"),
                            ("sent_back", "已退回"),
                            ("replaced", "已由新版替代"),
                        ],
                        default="filed",
                        max_length=50,
                        verbose_name="状态",
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="自何时")),
                ("name", models.CharField(max_length=100, verbose_name="预案名称")),
                ("version", models.CharField(max_length=30, verbose_name="版本")),
                ("adopted_on", models.DateField(verbose_name="发布日期")),
                ("filed_at", models.DateTimeField(verbose_name="报送时间")),
                ("record_no", models.CharField(blank=True, max_length=40, verbose_name="备案号")),
                ("valid_until", models.DateField(null=True, verbose_name="有效期至")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="办理时间")),
                ("reason", models.TextField(blank=True, verbose_name="退回理由")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filed_plans",
                        to="incidents.organization",
                        verbose_name="企业",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="办理岗位",
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
                        verbose_name="接口密钥",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filed_plan",
                        to="incidents.registerfile",
                        verbose_name="预案文件",
                    ),
                ),
            ],
            options={
                "verbose_name": "备案预案",
                "verbose_name_plural": "备案预案",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="SafetyCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                ("checked_on", models.DateField(verbose_name="自查日期")),
                ("what", models.TextField(verbose_name="自查内容")),
                (
                    "result",
                    models.CharField(
                        choices=[("fine", "未发现问题"), ("problems", "发现问题")],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("problems", models.TextField(blank=True, verbose_name="发现的问题")),
                ("filed_at", models.DateTimeField(verbose_name="报送时间")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="safety_checks",
                        to="incidents.organization",
                        verbose_name="企业",
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
                        verbose_name="接口密钥",
                    ),
                ),
            ],
            options={
                "verbose_name": "安全自查",
                "verbose_name_plural": "安全自查",
                "ordering": ["body", "-checked_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="SafetyRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="制度名称")),
                ("adopted_on", models.DateField(verbose_name="发布日期")),
                ("stated_at", models.DateTimeField(verbose_name="登记时间")),
                ("repealed_on", models.DateField(null=True, verbose_name="废止日期")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="safety_rules",
                        to="incidents.organization",
                        verbose_name="企业",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="safety_rule",
                        to="incidents.registerfile",
                        verbose_name="制度文件",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.apikey",
                        verbose_name="接口密钥",
                    ),
                ),
                (
                    "stated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="登记岗位",
                    ),
                ),
            ],
            options={
                "verbose_name": "安全管理制度",
                "verbose_name_plural": "安全管理制度",
                "ordering": ["body", "-adopted_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="CheckInterval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(verbose_name="自查间隔（月）")),
                ("set_at", models.DateTimeField(verbose_name="设定时间")),
                (
                    "body",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_interval",
                        to="incidents.organization",
                        verbose_name="企业",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="设定岗位",
                    ),
                ),
            ],
            options={
                "verbose_name": "自查间隔",
                "verbose_name_plural": "自查间隔",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("months__range", (1, 12))), name="check_interval_is_in_months"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="hazard",
            index=models.Index(
                condition=models.Q(("status", "rectifying")),
                fields=["due_on"],
                name="hazard_rectifying_until",
            ),
        ),
        migrations.AddConstraint(
            model_name="hazard",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("ref", ""), _negated=True), models.Q(("status", "closed"), _negated=True)
                ),
                fields=("body", "ref"),
                name="hazard_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="hazard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude", None), ("longitude", None)),
                    models.Q(("latitude__range", (3, 54)), ("longitude__range", (73, 136))),
                    _connector="OR",
                ),
                name="hazard_point_is_whole_and_in_the_country",
            ),
        ),
        migrations.AddConstraint(
            model_name="hazard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("assessed_by", ""),
                        ("assessed_on", None),
                        ("consequence", None),
                        ("grade", None),
                        ("likelihood", None),
                    ),
                    models.Q(
                        ("assessed_on__isnull", False),
                        ("consequence__range", (1, 5)),
                        ("grade__range", (1, 4)),
                        ("likelihood__range", (1, 5)),
                        models.Q(("assessed_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="hazard_is_assessed_as_a_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="hazard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["registered", "closed"]), ("grade__isnull", False), _connector="OR"
                ),
                name="hazard_is_assessed_before_it_is_rectified",
            ),
        ),
        migrations.AddConstraint(
            model_name="hazard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["registered", "assessed", "closed"]),
                    models.Q(
                        ("due_on__isnull", False),
                        models.Q(("measures", ""), _negated=True),
                        models.Q(("responsible", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="hazard_is_rectified_by_somebody_until",
            ),
        ),
        migrations.AddConstraint(
            model_name="hazard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["rectified", "checked"]), _negated=True),
                    ("rectified_at__isnull", False),
                    _connector="OR",
                ),
                name="hazard_rectified_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="hazard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("status", "closed")),
                    models.Q(models.Q(("status", "closed"), _negated=True), ("closed_at", None)),
                    _connector="OR",
                ),
                name="hazard_closed_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(fields=("inspection", "serial"), name="finding_serial_once"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "open"), ("rectified_at__isnull", False), _connector="OR"),
                name="finding_rectified_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$"), ("size__gt", 0)),
                name="register_file_is_not_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("key", None), ("uploaded_by__isnull", False)),
                    models.Q(("key__isnull", False), ("uploaded_by", None)),
                    _connector="OR",
                ),
                name="register_file_uploaded_by_a_post_or_a_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="filedplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "filed")), fields=("body",), name="one_plan_of_a_body_waits"
            ),
        ),
        migrations.AddConstraint(
            model_name="filedplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "accepted")), fields=("body",), name="one_plan_of_a_body_stands"
            ),
        ),
        migrations.AddConstraint(
            model_name="filedplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("record_no", ""), _negated=True),
                fields=("record_no",),
                name="plan_record_no_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="filedplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at", None), ("record_no", ""), ("status", "filed"), ("valid_until", None)
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("status__in", ["accepted", "replaced"]),
                        ("valid_until__isnull", False),
                        models.Q(("record_no", ""), _negated=True),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("record_no", ""),
                        ("status", "sent_back"),
                        ("valid_until", None),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="plan_is_decided_as_a_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="filedplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("filed_by__isnull", False), ("key", None)),
                    models.Q(("filed_by", None), ("key__isnull", False)),
                    _connector="OR",
                ),
                name="plan_is_filed_by_a_post_or_a_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="filedplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_at", None), ("decided_at__gte", models.F("filed_at")), _connector="OR"
                ),
                name="plan_is_decided_after_it_was_filed",
            ),
        ),
        migrations.AddConstraint(
            model_name="safetycheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("problems", ""), ("result", "fine")),
                    models.Q(("result", "problems"), models.Q(("problems", ""), _negated=True)),
                    _connector="OR",
                ),
                name="safety_check_tells_its_problems",
            ),
        ),
        migrations.AddConstraint(
            model_name="safetycheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("filed_by__isnull", False), ("key", None)),
                    models.Q(("filed_by", None), ("key__isnull", False)),
                    _connector="OR",
                ),
                name="safety_check_is_filed_by_a_post_or_a_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="safetyrule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("repealed_on", None)),
                fields=("body", "name"),
                name="safety_rule_stands_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="safetyrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("key", None), ("stated_by__isnull", False)),
                    models.Q(("key__isnull", False), ("stated_by", None)),
                    _connector="OR",
                ),
                name="safety_rule_is_stated_by_a_post_or_a_key",
            ),
        ),
        *(migrations.RunSQL(*noting(f"incidents_{table}")) for table in LISTED),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
