from django.contrib.admin.apps import AdminConfig


class EmergencyAdminConfig(AdminConfig):
    default_site = "zmd_emergency.admin.EmergencyAdminSite"
