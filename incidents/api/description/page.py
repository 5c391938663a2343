"""The description for machines and for people. Both are open to everyone: they tell nothing but how to ask."""

from django.utils.cache import patch_cache_control
from drf_spectacular import renderers
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents.api.description.openapi import description


class JsonUnlessAsked(DefaultContentNegotiation):
    """An `Accept` that nothing fits is no reason to refuse."""

    def select_renderer(self, request, found, format_suffix=None):
        try:
            return super().select_renderer(request, found, format_suffix)
        except NotAcceptable:
            return found[0], found[0].media_type


class Schema(APIView):
    """OpenAPI 3.1: JSON, or YAML by `Accept` or `?format=yaml`."""

    authentication_classes = permission_classes = ()
    content_negotiation_class = JsonUnlessAsked
    renderer_classes = [
        renderers.OpenApiJsonRenderer2,
        renderers.OpenApiJsonRenderer,
        renderers.OpenApiYamlRenderer2,
        renderers.OpenApiYamlRenderer,
    ]
    schema = None

    def get(self, request):
        response = Response(description())
        patch_cache_control(response, public=True, max_age=3600)
        return response


class Docs(SpectacularSwaggerSplitView):
    """Swagger UI from packaged files; no inline script or style, and nothing is asked of another host."""

    authentication_classes = permission_classes = ()
    template_name = "api/docs.html"
    url = "/api/v1/schema/"
    title = "企业接口说明"
    schema = None
