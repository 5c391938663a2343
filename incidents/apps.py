from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "事件与指挥"

    def ready(self):
        from incidents import owner  # noqa: F401  (its deploy check)
