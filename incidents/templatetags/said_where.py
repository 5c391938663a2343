"""`{% csrf_token %}` as Django draws it, and beside it on which kind of page the form stands: in which drill, or in none.

So whatever is sent says it, also where no script has run (`web/drill/drill_door.py`, `web/kept_forms.py`).
"""

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

FIELD = "_drill"
register = template.Library()


class SaidWhere(CsrfTokenNode):
    def render(self, context):
        token, drill = super().render(context), context.get("drill")
        if not token:
            return token
        return token + format_html(
            '<input type="hidden" name="{}" value="{}">', FIELD, drill.number if drill else ""
        )


@register.tag(name="csrf_token")
def csrf_token(parser, token):
    return SaidWhere()
