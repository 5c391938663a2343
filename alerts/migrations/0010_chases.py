import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0009_pace_of_the_sweep"),
        ("incidents", "0003_rules_of_every_clock"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="chase",
            options={"ordering": ["-at", "-id"], "verbose_name": "催报", "verbose_name_plural": "催报"},
        ),
        migrations.AddField(
            model_name="chase",
            name="answered",
            field=models.BooleanField(default=False, verbose_name="已接听"),
        ),
        migrations.RunSQL(
            "UPDATE alerts_chase SET answered = true"
            " WHERE answered_by <> '' OR promised <> '' OR promised_by IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AddField(
            model_name="chase",
            name="called",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="拨给何人",
            ),
        ),
        migrations.AddField(
            model_name="chase",
            name="called_words",
            field=models.CharField(
                blank=True, help_text="值班电话，或名册外的人。", max_length=60, verbose_name="拨给何处"
            ),
        ),
        migrations.AddField(
            model_name="chase",
            name="debts",
            field=models.ManyToManyField(
                blank=True, related_name="chased_by", to="alerts.deadline", verbose_name="所催时限"
            ),
        ),
        migrations.AddField(
            model_name="chase",
            name="phone",
            field=models.CharField(blank=True, max_length=40, verbose_name="所拨电话"),
        ),
        migrations.AddField(
            model_name="chase",
            name="warning",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="chases",
                to="alerts.warning",
            ),
        ),
        migrations.AlterField(
            model_name="chase",
            name="incident",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="chases",
                to="incidents.incident",
            ),
        ),
        migrations.AddConstraint(
            model_name="chase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("incident", None), ("warning__isnull", False)),
                    models.Q(("incident__isnull", False), ("warning", None)),
                    _connector="OR",
                ),
                name="chase_of_one_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="chase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered", True),
                    models.Q(("answered_by", ""), ("promised", ""), ("promised_by", None)),
                    _connector="OR",
                ),
                name="promised_only_by_who_answered",
            ),
        ),
    ]
