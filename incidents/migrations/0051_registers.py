"""Bodies join and leave a running key period, a firm withdraws a plan that waits, a hazard is to be assessed by a day (§4.1,
4.3); what was called up comes back in parts, added up by the database itself (§6.1)."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

from incidents.changes import noting

GUARDS = "".join(
    f"""
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON incidents_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON incidents_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in ("callupreturn", "keyperiodchange", "keyperiod_bodies")
)

RETURNS = """
CREATE FUNCTION add_up_returns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE incidents_callup SET
        returned = COALESCE(returned, 0) + NEW.returned,
        used_up = COALESCE(used_up, 0) + NEW.used_up,
        damaged = COALESCE(damaged, 0) + NEW.damaged
    WHERE id = NEW.call_up_id AND status = 'arrived';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only what is in use can be given back (6.1)' USING ERRCODE = 'restrict_violation';
    END IF;
    UPDATE incidents_resourcedraw SET
        lent = lent - NEW.returned - NEW.used_up - NEW.damaged,
        lost = lost + NEW.used_up + NEW.damaged
    WHERE call_up_id = NEW.call_up_id;
    RETURN NULL;
END $$;
CREATE TRIGGER returns_add_up AFTER INSERT ON incidents_callupreturn
    FOR EACH ROW EXECUTE FUNCTION add_up_returns();
"""
NO_RETURNS = "DROP TRIGGER returns_add_up ON incidents_callupreturn; DROP FUNCTION add_up_returns();"


def machine(*steps: str) -> str:
    return f"""
DROP TRIGGER filed_plan_follows_its_machine ON incidents_filedplan;
CREATE TRIGGER filed_plan_follows_its_machine BEFORE UPDATE OF status ON incidents_filedplan
    FOR EACH ROW EXECUTE FUNCTION refuse_unknown_transition({", ".join(f"'{step}'" for step in steps)});
"""


BEFORE = ("filed>accepted", "filed>sent_back", "accepted>replaced")
DECIDED = models.CheckConstraint(
    name="plan_is_decided_as_a_whole",
    condition=Q(status="filed", decided_at=None, record_no="", valid_until=None)
    | Q(status__in=["accepted", "replaced"], decided_at__isnull=False, valid_until__isnull=False)
    & ~Q(record_no="")
    | Q(status__in=["sent_back", "withdrawn"], decided_at__isnull=False, record_no="", valid_until=None)
    & ~Q(reason=""),
)


def key(to: str, name: str, **more):
    more = {"related_name": "+"} | more
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, to=f"incidents.{to}", verbose_name=name, **more
    )


def serial():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    lint_ignored = {
        "require-concurrent-index-creation": "lines of training plans: some dozens a year",
        "ban-drop-constraint": "made anew, wider, in the same transaction",
    }

    dependencies = [("incidents", "0050_stats")]

    operations = [
        migrations.CreateModel(
            name="CallUpReturn",
            fields=[
                ("id", serial()),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("returned", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="归还数量")),
                ("used_up", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="耗用数量")),
                ("damaged", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="损坏数量")),
                ("words", models.TextField(blank=True, verbose_name="说明")),
                ("by", key("post", "办理岗位", null=True)),
                ("call_up", key("callup", "调用", related_name="returns")),
            ],
            options={
                "verbose_name": "调用归还",
                "verbose_name_plural": "调用归还",
                "ordering": ["call_up", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(returned__gte=0, used_up__gte=0, damaged__gte=0),
                        name="call_up_return_takes_nothing_back",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyPeriodChange",
            fields=[
                ("id", serial()),
                ("joins", models.BooleanField(verbose_name="增加")),
                ("reason", models.CharField(max_length=300, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="更改时间")),
                ("body", key("organization", "单位")),
                ("by", key("post", "更改岗位")),
                ("period", key("keyperiod", "重点时期", related_name="changes")),
            ],
            options={
                "verbose_name": "重点时期单位增减",
                "verbose_name_plural": "重点时期单位增减",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(condition=~Q(reason=""), name="key_period_change_says_why")
                ],
            },
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
        migrations.RunSQL(RETURNS, NO_RETURNS),
        migrations.AddField("hazard", "assess_by", models.DateField(null=True, verbose_name="评估期限")),
        migrations.AlterField(
            "filedplan", "reason", models.TextField(blank=True, verbose_name="退回、撤回理由")
        ),
        migrations.AlterField(
            "filedplan",
            "status",
            models.CharField(
                choices=[
                    ("filed", "已报送，待备案"),
                    ("accepted", "已备案"),
                    ("sent_back", "已退回"),
                    ("replaced", "已由新版替代"),
                    ("withdrawn", "企业已撤回"),
                ],
                default="filed",
                max_length=50,
                verbose_name="状态",
            ),
        ),
        migrations.RunSQL(*noting("incidents_plannedcourse")),
        migrations.RemoveConstraint("filedplan", "plan_is_decided_as_a_whole"),
        AddConstraintNotValid("filedplan", DECIDED),
        migrations.RunSQL(machine(*BEFORE, "filed>withdrawn"), machine(*BEFORE)),
    ]
