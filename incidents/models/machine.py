"""The field of a record that has a workflow (domain §3)."""

from django_fsm import FSMField


class StatusField(FSMField):
    """A status that only transitions change.

    Migrations know it as text: they render the models hundreds of times, and every machine among them would ask
    each of those models for its transitions.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs | {"protected": True})

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        del kwargs["protected"]
        return name, "django.db.models.CharField", args, kwargs
