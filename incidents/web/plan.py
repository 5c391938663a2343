from django.http import HttpResponse


def versions(request, **kwargs):
    return HttpResponse("")


def draft(request, **kwargs):
    return HttpResponse("")


def activate(request, **kwargs):
    return HttpResponse("")
