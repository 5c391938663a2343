from django.core.management.commands import migrate

from incidents import owner


class Command(migrate.Command):
    """Django's own, as the owner of the tables; what the product's role may do with them is said anew at its end."""

    def handle(self, *args, **options):
        with owner.as_owner():
            super().handle(*args, **options)
            owner.grant()
