"""Who is signed in shows again that he is who he is, before he changes how he comes in."""

import re

from django.contrib.auth import authenticate
from django.utils import timezone

from incidents.models import User
from incidents.refusals import Refusal, wrong
from incidents.services.identity import accounts, lockouts, second_factors

LOOKS_LIKE_CODE = re.compile(r"[\d\s]{6,7}|[a-z2-7]{4}(-?[a-z2-7]{4}){3}", re.ASCII | re.IGNORECASE)


def prove(request, typed: str):
    """By the password, an app's code or a recovery code; refuses anything else at the form's field `proof`."""
    person, now = request.user, timezone.now()
    may_be_code = LOOKS_LIKE_CODE.fullmatch(typed.strip()) and second_factors.has_any(person)
    if may_be_code and not person.check_password(typed):
        try:
            second_factors.verify(person=person, code=typed, now=now)
        except Refusal as refusal:
            raise wrong("/proof", "wrong_proof", refusal.detail) from None
        return
    if authenticate(request, username=person.username, password=typed) == person:
        return
    accounts.proof_failed(User.objects.get(pk=person.pk), now)
    if until := lockouts.locked_until(person.username, lockouts.address_of(request), now):
        if lockouts.was_counted(request):
            lockouts.record_lock(person.username, until, now)
        words = f"输错次数过多，{timezone.localtime(until):%H:%M} 之前不能再试。"
        raise wrong("/proof", "locked", words)
    raise wrong("/proof", "wrong_proof", "密码或验证码不对。")
