"""What must be done before the product runs, in one Python start: tables, the city's data, the demo.

`python -m zmd_emergency.prepare URL [--demo | --demo-if-empty]`
"""

import os
import sys


def main(url: str, demo: str = "") -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zmd_emergency.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from incidents import owner

    with owner.as_owner():  # the product's own role may be new, and may not even look yet
        migrations = MigrationExecutor(connection)
        if migrations.migration_plan(migrations.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False)
        else:
            owner.grant()
    call_command("load_reference")
    empty = not settings.PRODUCTION and not get_user_model().objects.exists()
    if demo == "--demo" or demo == "--demo-if-empty" and empty:
        call_command("load_demo", f"--url={url}")


if __name__ == "__main__":
    main(*sys.argv[1:])
