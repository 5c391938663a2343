"""Real answers, as tests got them (`tests/api/recording.py` writes the file, a test holds it to the schemas)."""

import json
from pathlib import Path

PATH = Path(__file__).with_name("examples.json")
_recorded = json.loads(PATH.read_text("utf-8")) if PATH.exists() else {}
ANSWERS: dict[str, dict] = _recorded.get("answers", {})
"""By operation, as `GET incidents/`."""
REFUSALS: dict[str, dict] = _recorded.get("refusals", {})
"""By status."""
