from django.contrib import admin
from django.urls import include, path, re_path

urlpatterns = [
    re_path(r"^api(?:/|$)", include("incidents.api.urls")),
    path("admin/", admin.site.urls),
    path("", include("incidents.web.urls")),
]

# What no view answers; under /api/ a problem document, elsewhere a page
handler400 = "incidents.api.problems.handler400"
handler403 = "incidents.api.problems.handler403"
handler404 = "incidents.api.problems.handler404"
handler500 = "incidents.api.problems.handler500"
