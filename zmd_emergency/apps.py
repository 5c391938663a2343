"""The machine room as Django knows it: its commands, tasks and static files; and the admin's site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class MachineRoomConfig(AppConfig):
    name = "zmd_emergency"
    verbose_name = "运行"


class EmergencyAdminConfig(AdminConfig):
    default_site = "zmd_emergency.admin.EmergencyAdminSite"
