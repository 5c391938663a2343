import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zmd_emergency.settings")
app = Celery("zmd_emergency")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
