"""A plan's version may be approved for a time to come; what its revision goes through, and the readings of clauses (§8.4, 8.5)."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

PLAN = """
CREATE OR REPLACE FUNCTION refuse_plan_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[];
BEGIN
    IF OLD.status = 'draft' THEN
        IF TG_OP = 'UPDATE' AND NEW.status = 'superseded' THEN
            RAISE EXCEPTION 'a draft can only be put into force (8.4)' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    may_change := CASE
        WHEN TG_OP = 'DELETE' THEN NULL
        WHEN OLD.status || '>' || NEW.status IN ('submitted>draft', 'approved>active', 'active>superseded')
            THEN ARRAY['status']
        WHEN OLD.status || '>' || NEW.status = 'submitted>approved'
            THEN ARRAY['status', 'document_no', 'activated_at', 'note']
        WHEN OLD.status || '>' || NEW.status = 'approved>withdrawn' THEN ARRAY['status', 'withdrawn_why']
    END;
    IF may_change IS NOT NULL AND to_jsonb(OLD) - may_change = to_jsonb(NEW) - may_change THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a plan version in force is read-only: edit a draft (8.4)'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE UNIQUE INDEX one_revision_at_a_time ON incidents_planversion ((true))
    WHERE status IN ('draft', 'submitted', 'approved');
"""

READINGS = """
CREATE FUNCTION refuse_change_of_reading() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL
       AND to_jsonb(OLD) - ARRAY['withdrawn_at', 'withdrawn_by_id', 'withdrawn_why']
         = to_jsonb(NEW) - ARRAY['withdrawn_at', 'withdrawn_by_id', 'withdrawn_why'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a reading is never changed, only withdrawn: % refused (8.5)', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER readings_are_only_withdrawn BEFORE UPDATE OR DELETE ON incidents_clausereading
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_reading();
CREATE TRIGGER plan_edits_are_append_only BEFORE UPDATE OR DELETE ON incidents_planedit
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

CONCLUDED = "".join(
    f"""
CREATE TRIGGER concluded_stands BEFORE UPDATE OR DELETE ON incidents_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_concluded('{column}');
"""
    for table, column in (
        ("assessment", "closed_at"),
        ("assessmentasked", "answered_at"),
        ("assessmentopinion", "disposed_at"),
        ("plansubmission", "decided_at"),
    )
)

NEVER_EMPTIED = "".join(
    f"""
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON incidents_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in (
        "assessment",
        "assessmentasked",
        "assessmentopinion",
        "plansubmission",
        "clausereading",
        "planedit",
    )
)


class Migration(migrations.Migration):
    lint_ignored = {"require-concurrent-index-creation": "versions of the plan: a handful of rows"}

    dependencies = [
        ("incidents", "0037_after_drills"),
    ]

    operations = [
        migrations.AddField(
            model_name="planversion",
            name="withdrawn_why",
            field=models.TextField(blank=True, db_default="", verbose_name="作废理由"),
        ),
        migrations.AlterField(
            model_name="planversion",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "草案"),
                    ("submitted", "报批中"),
                    ("approved", "已定待生效"),
                    ("active", "现行"),
                    ("superseded", "已被取代"),
                    ("withdrawn", "作废"),
                ],
                default="draft",
                max_length=12,
                verbose_name="状态",
            ),
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("serial", models.PositiveSmallIntegerField(verbose_name="轮次")),
                ("words", models.TextField(verbose_name="评估要求")),
                ("due_at", models.DateTimeField(verbose_name="答复期限")),
                ("opened_at", models.DateTimeField(verbose_name="发起时间")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("conclusion", models.TextField(blank=True, verbose_name="评估结论")),
                ("found", models.CharField(blank=True, max_length=32, verbose_name="评估时的改动")),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="结束岗位",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="发起岗位",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="incidents.planversion",
                        verbose_name="草案",
                    ),
                ),
            ],
            options={
                "verbose_name": "预案评估",
                "ordering": ["version", "serial"],
            },
        ),
        migrations.CreateModel(
            name="AssessmentAsked",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                ("agrees", models.BooleanField(null=True, verbose_name="同意")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="答复（记录）岗位",
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asked",
                        to="incidents.assessment",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_assessments",
                        to="incidents.organization",
                        verbose_name="单位",
                    ),
                ),
                (
                    "expert",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_assessments",
                        to="incidents.expert",
                        verbose_name="专家",
                    ),
                ),
            ],
            options={
                "verbose_name": "征求意见对象",
                "ordering": ["assessment", "expert", "body"],
            },
        ),
        migrations.CreateModel(
            name="AssessmentOpinion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("meeting", models.CharField(blank=True, max_length=100, verbose_name="评估会议")),
                ("about", models.CharField(blank=True, max_length=100, verbose_name="针对")),
                ("words", models.TextField(verbose_name="意见")),
                ("said_at", models.DateTimeField(verbose_name="提出时间")),
                ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                (
                    "disposal",
                    models.CharField(
                        blank=True,
                        choices=[("adopted", "采纳"), ("partly", "部分采纳"), ("declined", "未采纳")],
                        max_length=10,
                        verbose_name="处理",
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=500, verbose_name="处理理由")),
                ("disposed_at", models.DateTimeField(null=True, verbose_name="处理时间")),
                (
                    "asked",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="incidents.assessmentasked",
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="incidents.assessment",
                    ),
                ),
                (
                    "disposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="处理岗位",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="记录岗位",
                    ),
                ),
            ],
            options={
                "verbose_name": "评估意见",
                "ordering": ["assessment", "recorded_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ClauseReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=24, unique=True, verbose_name="编号")),
                ("clause", models.CharField(max_length=12, verbose_name="条款")),
                ("words", models.TextField(verbose_name="解释")),
                ("issued_at", models.DateTimeField(verbose_name="签发时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="废止时间")),
                ("withdrawn_why", models.CharField(blank=True, max_length=500, verbose_name="废止理由")),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="incidents.organization",
                        verbose_name="应急办",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="incidents.clausereading",
                        verbose_name="取代",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="签发人",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="incidents.planversion",
                        verbose_name="所解释的版本",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="废止岗位",
                    ),
                ),
            ],
            options={
                "verbose_name": "条文解释",
                "ordering": ["-issued_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="PlanEdit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.CharField(max_length=20, verbose_name="部分")),
                ("key", models.CharField(max_length=200, verbose_name="行")),
                ("words", models.TextField(verbose_name="改动")),
                ("reason", models.CharField(max_length=500, verbose_name="理由")),
                ("made_at", models.DateTimeField(verbose_name="时间")),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="修改岗位",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="edits",
                        to="incidents.planversion",
                        verbose_name="草案",
                    ),
                ),
            ],
            options={
                "verbose_name": "草案改动",
                "ordering": ["version", "made_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="PlanSubmission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.TextField(blank=True, verbose_name="报批说明")),
                ("effective_at", models.DateTimeField(null=True, verbose_name="建议（确定）生效时间")),
                ("submitted_at", models.DateTimeField(verbose_name="报批时间")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="决定时间")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("approved", "批准"), ("refused", "未批准"), ("recalled", "撤回")],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("document_no", models.CharField(blank=True, max_length=60, verbose_name="批准文号")),
                ("document_day", models.DateField(null=True, verbose_name="文件日期")),
                ("reason", models.TextField(blank=True, verbose_name="理由")),
                ("on_paper", models.BooleanField(default=False, verbose_name="纸质批件")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="决定（录入）岗位",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="报批岗位",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="incidents.planversion",
                        verbose_name="版本",
                    ),
                ),
            ],
            options={
                "verbose_name": "预案报批",
                "ordering": ["version", "submitted_at", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(fields=("version", "serial"), name="assessment_serial_once"),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("version",), name="one_assessment_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="assessmentasked",
            constraint=models.UniqueConstraint(fields=("assessment", "body"), name="body_asked_once"),
        ),
        migrations.AddConstraint(
            model_name="assessmentasked",
            constraint=models.UniqueConstraint(fields=("assessment", "expert"), name="expert_asked_once"),
        ),
        migrations.AddConstraint(
            model_name="assessmentasked",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("body", None), ("expert__isnull", False)),
                    models.Q(("body__isnull", False), ("expert", None)),
                    _connector="OR",
                ),
                name="a_body_or_an_expert_is_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessmentopinion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked", None), models.Q(("meeting", ""), _negated=True)),
                    models.Q(("asked__isnull", False), ("meeting", "")),
                    _connector="OR",
                ),
                name="opinion_has_one_origin",
            ),
        ),
        migrations.AddIndex(
            model_name="clausereading",
            index=models.Index(fields=["clause", "-issued_at"], name="readings_of_a_clause"),
        ),
        migrations.AddConstraint(
            model_name="plansubmission",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at", None)), fields=("version",), name="one_submission_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="plansubmission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "approved"), _negated=True),
                    models.Q(("document_no", ""), _negated=True),
                    _connector="OR",
                ),
                name="approval_has_its_document",
            ),
        ),
        AddConstraintNotValid(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("measure", "network_scope"), ("at_least__isnull", False), _connector="OR"
                ),
                name="criterion_has_its_figure",
                violation_error_message="除网络阻断外，分级标准须有数值下限。",
            ),
        ),
        *(
            migrations.RunSQL(sql, migrations.RunSQL.noop)
            for sql in (PLAN, READINGS, CONCLUDED, NEVER_EMPTIED)
        ),
    ]
