"""What answers hold of drills."""

from incidents.api.description.shapes import choice, count, many, page_of, shape, text, time
from incidents.models import Drill

SCHEMAS = {
    "HeldDrill": shape(
        id=count("Its number in the list."),
        enterprise=text("The enterprise's code."),
        title=text("What it was called."),
        held_on={"type": "string", "format": "date", "description": "When it was held."},
        kind=choice("Its form.", *Drill.Kind.values),
        contents=many({"type": "string"}, "What it covered: codes of event classes."),
        people=count("How many took part."),
        result=text("How it went."),
        stated_at=time("When it was stated."),
    ),
    "HeldDrillList": page_of("HeldDrill"),
}
