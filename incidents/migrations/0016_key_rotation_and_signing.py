"""Rotation and signing of the firms' keys, and what the database itself holds of a key: what it is never changes, it is
never lengthened, and a revoked one stays revoked."""

import django.db.models.deletion
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION refuse_change_of_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.enterprise_id, NEW.prefix, NEW.digest, NEW.scopes, NEW.is_test, NEW.created_at)
        <> (OLD.enterprise_id, OLD.prefix, OLD.digest, OLD.scopes, OLD.is_test, OLD.created_at)
    OR NEW.replaces_id IS DISTINCT FROM OLD.replaces_id THEN
        RAISE EXCEPTION 'what a key is never changes: rotate it' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE EXCEPTION 'a revoked key stays revoked' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.expires_at IS NOT NULL AND (NEW.expires_at IS NULL OR NEW.expires_at > OLD.expires_at) THEN
        RAISE EXCEPTION 'a key is never lengthened: rotate it' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER key_stays_what_it_is BEFORE UPDATE ON incidents_apikey
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_key();
"""

BACK = """
DROP TRIGGER key_stays_what_it_is ON incidents_apikey;
DROP FUNCTION refuse_change_of_key();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0015_keys_of_the_api"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignatureNonce",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name="apikey",
            name="replaces",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successor",
                to="incidents.apikey",
                verbose_name="接替",
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="sealed",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="organization",
            name="must_sign",
            field=models.BooleanField(
                default=False,
                help_text="企业自定：它的接口密钥只接受带签名的请求。",
                verbose_name="接口请求须签名",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_at", None), ("expires_at__gt", models.F("created_at")), _connector="OR"
                ),
                name="key_expires_after_it_was_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("revoked_at", None), ("revoked_at__gte", models.F("created_at")), _connector="OR"
                ),
                name="key_is_revoked_after_it_was_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaces", None), models.Q(("replaces", models.F("id")), _negated=True), _connector="OR"
                ),
                name="key_does_not_replace_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(("must_sign", False), ("kind", "ENTERPRISE"), _connector="OR"),
                name="only_enterprises_sign",
                violation_error_message="只有企业的接口请求须签名。",
            ),
        ),
        migrations.AddField(
            model_name="signaturenonce",
            name="key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="incidents.apikey"
            ),
        ),
        migrations.AddConstraint(
            model_name="signaturenonce",
            constraint=models.UniqueConstraint(fields=("key", "nonce"), name="signature_taken_once"),
        ),
        migrations.RunSQL(GUARDS, BACK),
    ]
