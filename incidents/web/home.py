from django.http import HttpResponse


def home(request, **kwargs):
    return HttpResponse("")


def livez(request, **kwargs):
    return HttpResponse("")
