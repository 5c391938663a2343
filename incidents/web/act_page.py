"""What an act's page is made of: the form that asks, the service that does, what is said after."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from incidents.models import Incident
from incidents.web.act_forms import ActForm

NOT_UNDONE = "记入台账后不能撤销。"


@dataclass(frozen=True)
class ActPage:
    """`sure`: said before what can't be undone; `beside`: a template shown above the form, with `facts`; `body`: one
    that shows the fields in its own way; `stays`: whether, after what was sent, the form comes again; `onward`: where the
    person goes on, of what was acted on, if not back."""

    form: type[ActForm]
    do: Callable[..., str]
    sure: str = ""
    button: str = ""
    beside: str = ""
    facts: Callable[[Incident, datetime], dict] = field(default=lambda incident, now: {})
    body: str = ""
    stays: Callable[[dict], bool] = field(default=lambda data: False)
    onward: Callable[[Any], str] | None = None
