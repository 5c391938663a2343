"""People whose passwords are looked at quickly, since here they are looked at often."""

import pytest
from django.contrib.auth.hashers import make_password

from incidents.models import User
from tests.cast import PASSWORD


@pytest.fixture
def people(cast, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    User.objects.update(password=make_password(PASSWORD))
    for name in vars(cast):
        getattr(cast, name).person.refresh_from_db()
    return cast


@pytest.fixture
def duty(settings):
    """Who must have a second factor must have it, as in production."""
    settings.SECOND_FACTOR_DUTY = True
