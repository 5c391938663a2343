from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "事件与指挥"

    def ready(self):
        from django.contrib.auth.signals import user_logged_in

        from incidents import owner  # noqa: F401  (its deploy check)
        from incidents.web.middleware import note_sign_in

        user_logged_in.connect(note_sign_in)
