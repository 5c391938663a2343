import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zmd_emergency.settings")
application = get_wsgi_application()
