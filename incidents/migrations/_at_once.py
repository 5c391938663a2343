"""What the squashed migrations of both apps are made of."""

from importlib import import_module

from django.db import migrations
from django.db.migrations.operations.base import Operation


class CreateModels(Operation):
    """Many models made as one step, which Django renders once; one by one, each would render all that it relates to."""

    reduces_to_sql = True

    def __init__(self, models: list[migrations.CreateModel]):
        self.models = models

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return f"Create {len(self.models)} models"


def guards_of(module: str) -> list:
    """What a replaced migration does beside its models: guards and first rows stay where they were written."""
    operations = import_module(module).Migration.operations
    return [each for each in operations if isinstance(each, (migrations.RunSQL, migrations.RunPython))]
