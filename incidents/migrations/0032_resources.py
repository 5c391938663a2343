"""The register of resources (§2.2.2(4), 5.4.3), and what call-ups draw from it: added up by the database itself."""

from decimal import Decimal

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from incidents.changes import noting

DRAWS = """
CREATE FUNCTION refuse_stock_moved_by_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 AND (NEW.reserved, NEW.lent) IS DISTINCT FROM
        (CASE WHEN TG_OP = 'INSERT' THEN 0 ELSE OLD.reserved END, CASE WHEN TG_OP = 'INSERT' THEN 0 ELSE OLD.lent END)
    THEN
        RAISE EXCEPTION 'what is reserved and lent moves by call-ups alone: % refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stock_moves_by_draws_alone BEFORE INSERT OR UPDATE OF reserved, lent ON incidents_resource
    FOR EACH ROW EXECUTE FUNCTION refuse_stock_moved_by_hand();

CREATE FUNCTION move_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.resource_id, NEW.call_up_id) IS DISTINCT FROM (OLD.resource_id, OLD.call_up_id) THEN
        RAISE EXCEPTION 'a draw stays with its resource and its call-up' USING ERRCODE = 'restrict_violation';
    END IF;
    UPDATE incidents_resource SET
        reserved = reserved + NEW.reserved - COALESCE(OLD.reserved, 0),
        lent = lent + NEW.lent - COALESCE(OLD.lent, 0),
        total = total - NEW.lost + COALESCE(OLD.lost, 0)
    WHERE id = NEW.resource_id;
    RETURN NULL;
END $$;
CREATE TRIGGER draws_move_stock AFTER INSERT OR UPDATE ON incidents_resourcedraw
    FOR EACH ROW EXECUTE FUNCTION move_stock();
CREATE TRIGGER draws_are_never_deleted BEFORE DELETE ON incidents_resourcedraw
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

NO_DRAWS = """
DROP TRIGGER draws_are_never_deleted ON incidents_resourcedraw;
DROP TRIGGER draws_move_stock ON incidents_resourcedraw;
DROP FUNCTION move_stock;
DROP TRIGGER stock_moves_by_draws_alone ON incidents_resource;
DROP FUNCTION refuse_stock_moved_by_hand;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0031_hazards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Resource",
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
                            ("people", "人员"),
                            ("vehicles", "车辆"),
                            ("supplies", "物资装备"),
                            ("communications", "通信资源"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="名称规格")),
                (
                    "total",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=12, verbose_name="总数"
                    ),
                ),
                (
                    "reserved",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=12, verbose_name="已预留"
                    ),
                ),
                (
                    "lent",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=12, verbose_name="在外"
                    ),
                ),
                ("unit", models.CharField(max_length=10, verbose_name="计量单位")),
                ("place", models.CharField(max_length=200, verbose_name="存放（驻扎）地址")),
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
                ("custodian", models.CharField(max_length=40, verbose_name="保管人（带队人）")),
                ("phone", models.CharField(max_length=40, verbose_name="联系电话")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                ("notes", models.CharField(blank=True, max_length=300, verbose_name="备注")),
                ("standby_since", models.DateTimeField(blank=True, null=True, verbose_name="备勤自")),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                ("changed_at", models.DateTimeField(verbose_name="最近登记")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resources",
                        to="incidents.organization",
                        verbose_name="所属单位",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.organization",
                        verbose_name="所在县区",
                    ),
                ),
            ],
            options={
                "verbose_name": "应急资源",
                "verbose_name_plural": "应急资源",
                "ordering": ["-is_active", "body", "kind", "name", "id"],
            },
        ),
        migrations.CreateModel(
            name="ResourceDraw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reserved",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=12, verbose_name="预留"
                    ),
                ),
                (
                    "lent",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=12, verbose_name="在外"
                    ),
                ),
                (
                    "lost",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=12, verbose_name="未完好归还"
                    ),
                ),
                (
                    "call_up",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draw",
                        to="incidents.callup",
                        verbose_name="调用",
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="incidents.resource",
                        verbose_name="应急资源",
                    ),
                ),
            ],
            options={
                "verbose_name": "资源调用",
                "verbose_name_plural": "资源调用",
                "ordering": ["-id"],
            },
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.UniqueConstraint(
                fields=("body", "kind", "name", "place", "expires_on"),
                name="resource_once",
                nulls_distinct=False,
                violation_error_message="该单位在这个地址已登记过这项资源。",
            ),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lent__gte", 0),
                    ("reserved__gte", 0),
                    (
                        "total__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("reserved"), "+", models.F("lent")
                        ),
                    ),
                ),
                name="resource_promises_no_more_than_there_is",
                violation_error_message="预留和在外的数量合计不能多于总数。",
            ),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.CheckConstraint(
                condition=models.Q(("standby_since", None), ("kind", "people"), _connector="OR"),
                name="only_teams_stand_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude", None), ("longitude", None)),
                    models.Q(("latitude__range", (3, 54)), ("longitude__range", (73, 136))),
                    _connector="OR",
                ),
                name="resource_point_is_whole_and_in_the_country",
            ),
        ),
        migrations.AddConstraint(
            model_name="resourcedraw",
            constraint=models.CheckConstraint(
                condition=models.Q(("lent__gte", 0), ("lost__gte", 0), ("reserved__gte", 0)),
                name="draw_holds_no_less_than_nothing",
            ),
        ),
        migrations.RunSQL(DRAWS, NO_DRAWS),
        migrations.RunSQL(*noting("incidents_resource")),
    ]
