"""A directory (LDAP) says whether a password is right, where one is configured (`docs/accounts.md`)."""

from django.contrib.auth.backends import ModelBackend
from django_python3_ldap import ldap

from incidents.models import User


class DirectoryBackend(ModelBackend):
    """For accounts that we have: whom the directory alone knows stays outside, and nothing of it is taken over."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        person = User.objects.filter(username=username).first() if username and password else None
        if person is None or not self.user_can_authenticate(person):
            return None
        with ldap.connection(username=person.username, password=password) as directory:
            knows = directory is not None and directory.has_user(username=person.username)
        return person if knows else None
