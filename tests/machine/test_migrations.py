"""Migrations are safe on a running system: squawk reads the SQL of each that came after the baseline (docs/migrations.md).

Without a database that is changed: the SQL is what `sqlmigrate` would print.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from unittest.mock import patch

import pytest
from django.contrib.postgres.operations import NotInTransactionMixin
from django.db import connection, migrations, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader

from zmd_emergency.supervisor import HERE

BASELINE = tomllib.loads((HERE / "pyproject.toml").read_text())["tool"]["zmd"]["migrations"]["baseline"]
SQUAWK = Path(sys.executable).with_name("squawk")


def lint(sql: str, folder: Path, *, atomic: bool = True) -> set[str]:
    """The rules that this breaks. `atomic`: it runs in a transaction."""
    path = folder / "migration.sql"
    path.write_text(sql)
    way = "--assume-in-transaction" if atomic else "--no-assume-in-transaction"
    command = [SQUAWK, "--config", HERE / ".ci" / "squawk.toml", way, "--reporter", "json", path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return {found["rule_name"] for found in json.loads(done.stdout or "[]")}


def after_the_baseline(loader: MigrationLoader) -> list:
    """In order; neither what the baseline stands on nor what is squashed into it."""
    graph = loader.graph
    before = {each for leaf in BASELINE.items() for each in graph.forwards_plan(leaf)}
    ours = [key for key in graph.nodes if key[0] in BASELINE and key not in before]
    ours.sort(key=lambda key: len(graph.forwards_plan(key)))
    return [graph.nodes[key] for key in ours]


def sql_of(loader: MigrationLoader, migration) -> str:
    """Only written down: that the test stands in a transaction is no hindrance to what runs outside of one."""
    with patch.object(NotInTransactionMixin, "_ensure_not_in_transaction"):
        return "\n".join(loader.collect_sql([(migration, False)]))


@pytest.mark.django_db
def test_every_migration_is_safe_on_a_running_system(tmp_path):
    loader = MigrationLoader(connection)
    found = {}
    for migration in after_the_baseline(loader):
        ignored = getattr(migration, "lint_ignored", {})
        assert all(ignored.values()), f"{migration}: say why"
        rules = lint(sql_of(loader, migration), tmp_path, atomic=migration.atomic)
        assert ignored.keys() <= rules, f"{migration} ignores what it does not break"
        if rules - ignored.keys():
            found[str(migration)] = rules - ignored.keys()
    assert not found, "see docs/migrations.md"


def test_the_short_way_makes_what_the_long_way_made():
    """Who starts anew and who has come from an older version have the same models and the same guards."""
    short, long = (MigrationLoader(None, replace_migrations=way) for way in (True, False))
    squashed = [short.disk_migrations[app, name] for app, name in BASELINE.items()]
    former, now = (
        long.project_state([each.replaces[-1] for each in squashed]),
        short.project_state(list(BASELINE.items())),
    )
    assert not MigrationAutodetector(former, now).changes(graph=short.graph)
    for each in squashed:
        replaced = [short.disk_migrations[key] for key in each.replaces]
        assert guards_of(each) == [guard for one in replaced for guard in guards_of(one)]


def guards_of(migration) -> list:
    return [
        each for each in migration.operations if isinstance(each, migrations.RunSQL | migrations.RunPython)
    ]


def made_of(*operations, atomic=True):
    kind = type("Migration", (migrations.Migration,), {"operations": list(operations), "atomic": atomic})
    return kind("9999_tried", "incidents")


TEXT = models.TextField()
UNSAFE = {
    "adding-required-field": migrations.RunSQL("ALTER TABLE incidents_report ADD COLUMN x integer NOT NULL"),
    "ban-drop-column": migrations.RemoveField("Report", "development"),
    "renaming-column": migrations.RenameField("Report", "development", "unfolding"),
    "changing-column-type": migrations.AlterField("Report", "deaths", TEXT),
    "renaming-table": migrations.AlterModelTable("Report", "reports"),
    "ban-drop-table": migrations.RunSQL("DROP TABLE incidents_report"),
    "adding-not-nullable-field": migrations.RunSQL("ALTER TABLE incidents_incident ALTER title SET NOT NULL"),
    "require-concurrent-index-creation": migrations.AddIndex(
        "Report", models.Index(fields=["deaths"], name="x")
    ),
    "constraint-missing-not-valid": migrations.AddConstraint(
        "Report", models.CheckConstraint(condition=models.Q(deaths__gte=0), name="x")
    ),
}
SAFE = (
    migrations.AddField("Report", "x", models.TextField(null=True)),
    migrations.AddField("Report", "x", models.TextField(db_default="")),
    migrations.CreateModel("X", [("id", models.BigAutoField(primary_key=True)), ("name", TEXT)]),
)


@pytest.mark.django_db
def test_an_unsafe_migration_is_found_and_a_safe_one_is_not(tmp_path):
    loader = MigrationLoader(connection)
    state = loader.project_state()

    def rules(operation, atomic=True) -> set[str]:
        migration = made_of(operation, atomic=atomic)
        with connection.schema_editor(collect_sql=True, atomic=atomic) as editor:
            migration.apply(state.clone(), editor, collect_sql=True)
        return lint("\n".join(editor.collected_sql), tmp_path)

    missed = {rule for rule, operation in UNSAFE.items() if rule not in rules(operation)}
    assert not missed
    assert [rules(operation) for operation in SAFE] == [set()] * len(SAFE)


def test_the_baseline_stands_on_the_migrations_that_there_are():
    loader = MigrationLoader(None)
    for app, name in BASELINE.items():
        assert (app, name) in loader.graph.nodes, f"{app}: move the baseline when migrations are squashed"
