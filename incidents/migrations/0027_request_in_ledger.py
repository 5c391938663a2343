from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0026_backups")]

    operations = [
        migrations.AddField(
            model_name="ledgerentry",
            name="request",
            field=models.CharField(db_default="", max_length=36, verbose_name="请求编号"),
        ),
    ]
