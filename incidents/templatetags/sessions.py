"""Where one is signed in, for any page of one's own account."""

from django import template

from incidents.web.identity.sessions import rows_of

register = template.Library()


@register.inclusion_tag("account/_own_sessions.html", takes_context=True)
def own_sessions(context):
    request = context["request"]
    sign_ins = rows_of(request.user, request.session.session_key)
    return {"sign_ins": sign_ins, "csrf_token": context.get("csrf_token")}
