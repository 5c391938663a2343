from django.http import HttpResponse


def page(request, **kwargs):
    return HttpResponse("")


def open_incident(request, **kwargs):
    return HttpResponse("")
