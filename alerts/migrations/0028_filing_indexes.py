"""Fewer indexes to write for each report: none beside another that begins alike, none for the many empty references."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0001_squashed_0020_changed_of_matters"),
        ("incidents", "0028_filing_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notification",
            name="one_message_per_step",
        ),
        migrations.AlterField(
            model_name="deadline",
            name="acknowledged_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="incidents.post",
                verbose_name="知悉人",
            ),
        ),
        migrations.AlterField(
            model_name="deadline",
            name="bulletin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deadlines",
                to="alerts.bulletin",
            ),
        ),
        migrations.AlterField(
            model_name="deadline",
            name="chase",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deadlines",
                to="alerts.chase",
            ),
        ),
        migrations.AlterField(
            model_name="deadline",
            name="met_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="meets",
                to="incidents.report",
            ),
        ),
        migrations.AlterField(
            model_name="deadline",
            name="order",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deadlines",
                to="incidents.taskorder",
            ),
        ),
        migrations.AlterField(
            model_name="deadline",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replacements",
                to="alerts.deadline",
                verbose_name="接替",
            ),
        ),
        migrations.AlterField(
            model_name="deadline",
            name="response",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deadlines",
                to="incidents.response",
            ),
        ),
        migrations.AlterField(
            model_name="deadline",
            name="support",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deadlines",
                to="incidents.supportrequest",
            ),
        ),
        migrations.AlterField(
            model_name="deadline",
            name="warning",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deadlines",
                to="alerts.warning",
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="deadline",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notifications",
                to="alerts.deadline",
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="warning",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notifications",
                to="alerts.warning",
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("warning__isnull", False)), fields=["warning"], name="deadline_warning"
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("response__isnull", False)), fields=["response"], name="deadline_response"
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("order__isnull", False)), fields=["order"], name="deadline_order"
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("support__isnull", False)), fields=["support"], name="deadline_support"
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("chase__isnull", False)), fields=["chase"], name="deadline_chase"
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("bulletin__isnull", False)), fields=["bulletin"], name="deadline_bulletin"
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("met_by__isnull", False)), fields=["met_by"], name="deadline_met_by"
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("replaces__isnull", False)), fields=["replaces"], name="deadline_replaces"
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("acknowledged_by__isnull", False)),
                fields=["acknowledged_by"],
                name="deadline_acknowledged_by",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("warning__isnull", False)),
                fields=["warning"],
                name="message_about_warning",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("deadline__isnull", False)),
                fields=["deadline"],
                name="message_about_deadline",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(
                condition=models.Q(("fired_step__isnull", False)),
                fields=("fired_step", "person", "channel"),
                name="one_message_per_step",
            ),
        ),
    ]
