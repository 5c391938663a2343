"""Sign-ins that can be listed and ended, posts that say who gave and ended them, and that an administrator always remains:
of two who end each other at once, one is refused."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION keep_an_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME <> 'incidents_post' AND NOT EXISTS (
        SELECT FROM incidents_post post WHERE post.role = 'administrator' AND post.is_active
        AND OLD.id = CASE TG_TABLE_NAME WHEN 'incidents_user' THEN post.person_id ELSE post.organization_id END
    ) THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('an administrator remains'));
    IF NOT EXISTS (
        SELECT FROM incidents_post post
        JOIN incidents_user person ON person.id = post.person_id
        JOIN incidents_organization body ON body.id = post.organization_id
        WHERE post.role = 'administrator' AND post.is_active AND person.is_active AND body.is_active
    ) THEN
        RAISE EXCEPTION 'the last administrator remains' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER administrator_remains_of_posts
    AFTER UPDATE OF is_active, role, person_id, organization_id OR DELETE ON incidents_post
    FOR EACH ROW WHEN (OLD.role = 'administrator' AND OLD.is_active) EXECUTE FUNCTION keep_an_administrator();
CREATE TRIGGER administrator_remains_of_people AFTER UPDATE OF is_active ON incidents_user
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION keep_an_administrator();
CREATE TRIGGER administrator_remains_of_bodies AFTER UPDATE OF is_active ON incidents_organization
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION keep_an_administrator();
CREATE TRIGGER posts_are_never_emptied BEFORE TRUNCATE ON incidents_post
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER people_are_never_emptied BEFORE TRUNCATE ON incidents_user
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bodies_are_never_emptied BEFORE TRUNCATE ON incidents_organization
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

BACK = """
DROP TRIGGER bodies_are_never_emptied ON incidents_organization;
DROP TRIGGER people_are_never_emptied ON incidents_user;
DROP TRIGGER posts_are_never_emptied ON incidents_post;
DROP TRIGGER administrator_remains_of_bodies ON incidents_organization;
DROP TRIGGER administrator_remains_of_people ON incidents_user;
DROP TRIGGER administrator_remains_of_posts ON incidents_post;
DROP FUNCTION keep_an_administrator();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0022_second_factors"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignedInSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("address", models.GenericIPAddressField(null=True, verbose_name="地址")),
                ("agent", models.CharField(blank=True, max_length=300, verbose_name="浏览器")),
                ("started_at", models.DateTimeField(verbose_name="登录时间")),
                ("seen_at", models.DateTimeField(verbose_name="最近使用")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="结束时间")),
            ],
            options={
                "verbose_name": "登录会话",
                "verbose_name_plural": "登录会话",
                "ordering": ["-seen_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="post",
            name="assigned_at",
            field=models.DateTimeField(null=True, verbose_name="任职时间"),
        ),
        migrations.AddField(
            model_name="post",
            name="assigned_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="incidents.post",
                verbose_name="任命岗位",
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="ended_at",
            field=models.DateTimeField(null=True, verbose_name="离任时间"),
        ),
        migrations.AddField(
            model_name="post",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="incidents.post",
                verbose_name="免任岗位",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_active", False), models.Q(("ended_at", None), ("ended_by", None)), _connector="OR"
                ),
                name="post_held_has_no_end",
            ),
        ),
        migrations.AddField(
            model_name="signedinsession",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="incidents.post",
                verbose_name="结束岗位",
            ),
        ),
        migrations.AddField(
            model_name="signedinsession",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sign_ins",
                to=settings.AUTH_USER_MODEL,
                verbose_name="人员",
            ),
        ),
        migrations.AddField(
            model_name="signedinsession",
            name="session",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="signed_in",
                to="sessions.session",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedinsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("seen_at__gte", models.F("started_at"))),
                name="session_is_seen_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedinsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_by", None), ("ended_at__isnull", False), _connector="OR"),
                name="session_ended_by_somebody_has_ended",
            ),
        ),
        migrations.AlterModelOptions(
            name="evaluationinput",
            options={
                "ordering": ["incident", "serial"],
                "verbose_name": "评估意见征询",
                "verbose_name_plural": "评估意见征询",
            },
        ),
        migrations.AlterModelOptions(
            name="improvement",
            options={
                "ordering": ["incident", "serial"],
                "verbose_name": "整改措施",
                "verbose_name_plural": "整改措施",
            },
        ),
        migrations.RunSQL(GUARDS, BACK),
    ]
