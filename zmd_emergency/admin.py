from django.contrib.admin import AdminSite


class EmergencyAdminSite(AdminSite):
    """Reference data and accounts only; what happened is recorded by the services, never here."""

    site_header = "基础数据与账号管理"
    site_title = "邮政业应急指挥"
    index_title = "基础数据与账号"
    login_template = "registration/login.html"
