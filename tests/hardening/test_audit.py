""".ci/audit: a found vulnerability fails; a service that can't be asked is said aloud."""

import runpy

import pytest

from zmd_emergency.supervisor import HERE

judge = runpy.run_path(str(HERE / ".ci" / "audit"))["judge"]
SOUND = {"name": "sound", "version": "1", "vulns": []}
HOLE = {"name": "hole", "version": "2", "vulns": [{"id": "GHSA-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}


@pytest.mark.parametrize(
    "found, code, told",
    [
        ([SOUND], 0, "1 packages audited, 0 vulnerabilities"),
        ([SOUND, HOLE], 1, "hole 2: GHSA-1, fixed in 2.1"),
        ([UNKNOWN, HOLE], 1, "NOT AUDITED"),
        ([UNKNOWN], 0, "NOT AUDITED"),
    ],
)
def test_what_the_audit_says(capsys, found, code, told):
    assert judge(found) == code
    assert told in capsys.readouterr().out
