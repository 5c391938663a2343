"""Drills (§8.3): their card, who takes part, their script; the mark of an incident that is of one."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER drill_follows_its_machine BEFORE UPDATE OF status ON incidents_drill
    FOR EACH ROW EXECUTE FUNCTION refuse_unknown_transition(
        'planned>running', 'planned>cancelled', 'running>ended', 'ended>evaluated');

CREATE FUNCTION refuse_change_of_drills_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'drill %: its clock and speed stand once it has started', OLD.number
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER drill_keeps_its_clock BEFORE UPDATE ON incidents_drill
    FOR EACH ROW WHEN (OLD.started_at IS NOT NULL
        AND (OLD.speed, OLD.started_at, OLD.story_at) IS DISTINCT FROM (NEW.speed, NEW.started_at, NEW.story_at))
    EXECUTE FUNCTION refuse_change_of_drills_clock();

CREATE FUNCTION refuse_change_of_inject() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'inject %: it was played in and stands', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER inject_stands_once_delivered BEFORE UPDATE ON incidents_inject
    FOR EACH ROW WHEN (OLD.delivered_at IS NOT NULL
        AND (OLD.drill_id, OLD.minute, OLD.kind, OLD.participant_id, OLD.words, OLD.due_at, OLD.delivered_at)
            IS DISTINCT FROM
            (NEW.drill_id, NEW.minute, NEW.kind, NEW.participant_id, NEW.words, NEW.due_at, NEW.delivered_at))
    EXECUTE FUNCTION refuse_change_of_inject();
CREATE TRIGGER delivered_inject_is_not_deleted BEFORE DELETE ON incidents_inject
    FOR EACH ROW WHEN (OLD.delivered_at IS NOT NULL) EXECUTE FUNCTION refuse_change_of_inject();

CREATE TRIGGER drills_are_never_emptied BEFORE TRUNCATE ON incidents_drill
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER injects_are_never_emptied BEFORE TRUNCATE ON incidents_inject
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE OR REPLACE TRIGGER drill_stays_drill BEFORE UPDATE ON incidents_incident
    FOR EACH ROW WHEN (OLD.is_drill <> NEW.is_drill OR OLD.drill_id IS DISTINCT FROM NEW.drill_id)
    EXECUTE FUNCTION refuse_change_of_drill();
"""


class Migration(migrations.Migration):
    lint_ignored = {"adding-foreign-key-constraint": "the column is new: no row has anything in it to check"}
    dependencies = [("incidents", "0034_key_periods")]

    operations = [
        migrations.CreateModel(
            name="Drill",
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
                            ("planned", "筹备"),
                            ("running", "进行中"),
                            ("ended", "已结束"),
                            ("evaluated", "已评估"),
                            ("cancelled", "已取消"),
                        ],
                        default="planned",
                        max_length=50,
                        verbose_name="状态",
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="名称")),
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
                ("scenario", models.TextField(max_length=4000, verbose_name="情景")),
                ("planned_at", models.DateTimeField(verbose_name="计划时间")),
                (
                    "speed",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="速度",
                    ),
                ),
                ("story_at", models.DateTimeField(blank=True, null=True, verbose_name="情景开始时间")),
                ("created_at", models.DateTimeField(verbose_name="登记时间")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="开始时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="筹备人",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drills_in_its_city",
                        to="incidents.organization",
                        verbose_name="应急办",
                    ),
                ),
                (
                    "organizer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drills_held",
                        to="incidents.organization",
                        verbose_name="组织单位",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="导演",
                    ),
                ),
            ],
            options={
                "verbose_name": "演练",
                "verbose_name_plural": "演练",
                "ordering": ["-year", "-serial"],
                "indexes": [models.Index(fields=["organizer", "-ended_at"], name="drill_by_organizer")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("speed__range", (1, 60))), name="drill_speed"),
                    models.CheckConstraint(
                        condition=models.Q(("contents__len__gt", 0)), name="drill_has_contents"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("started_at", None), ("status__in", ["planned", "cancelled"])),
                            models.Q(
                                ("started_at__isnull", False),
                                ("started_by__isnull", False),
                                ("status__in", ["running", "ended", "evaluated"]),
                                ("story_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="running_drill_has_its_clock",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__gte", models.F("started_at")),
                                ("status__in", ["ended", "evaluated"]),
                            ),
                            models.Q(("ended_at", None), ("status__in", ["planned", "running", "cancelled"])),
                            _connector="OR",
                        ),
                        name="ended_drill_has_its_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DrillParticipant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("unreachable_at", models.DateTimeField(blank=True, null=True, verbose_name="电话不通")),
                (
                    "drill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participants",
                        to="incidents.drill",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drills",
                        to="incidents.post",
                        verbose_name="参演岗位",
                    ),
                ),
            ],
            options={
                "verbose_name": "参演人员",
                "verbose_name_plural": "参演人员",
                "ordering": ["post__organization", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("drill", "post"), name="post_takes_part_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Inject",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "minute",
                    models.PositiveIntegerField(
                        validators=[django.core.validators.MaxValueValidator(20160)], verbose_name="第几分钟"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call", "来电"),
                            ("report", "报告"),
                            ("rumour", "传言"),
                            ("dead_phone", "电话不通"),
                        ],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                ("words", models.TextField(blank=True, max_length=1000, verbose_name="内容")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="应注入时间")),
                ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="注入时间")),
                ("handled_at", models.DateTimeField(blank=True, null=True, verbose_name="处置时间")),
                ("done", models.CharField(blank=True, max_length=500, verbose_name="如何处置")),
                (
                    "drill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="injects",
                        to="incidents.drill",
                    ),
                ),
                (
                    "handled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.post",
                        verbose_name="处置人",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="injects",
                        to="incidents.drillparticipant",
                        verbose_name="对象",
                    ),
                ),
            ],
            options={
                "verbose_name": "情景注入",
                "verbose_name_plural": "情景注入",
                "ordering": ["minute", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("delivered_at", None), ("due_at__isnull", False)),
                        fields=["due_at"],
                        name="inject_to_deliver",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("minute__lte", 20160)), name="inject_within_the_drill"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "dead_phone"), models.Q(("words", ""), _negated=True), _connector="OR"
                        ),
                        name="inject_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("delivered_at", None), ("delivered_at__gte", models.F("due_at")), _connector="OR"
                        ),
                        name="inject_delivered_when_due",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done", ""), ("handled_at", None), ("handled_by", None)),
                            models.Q(
                                ("handled_at__gte", models.F("delivered_at")),
                                ("handled_by__isnull", False),
                                models.Q(("done", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="inject_handled_once_delivered",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="incident",
            name="drill",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="incidents.drill",
                verbose_name="所属演练",
            ),
        ),
        AddConstraintNotValid(
            "incident",
            models.CheckConstraint(
                condition=models.Q(("drill", None), ("is_drill", True), _connector="OR"),
                name="incident_of_a_drill_is_marked",
            ),
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
