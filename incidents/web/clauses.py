from django.http import HttpResponse


def index(request, **kwargs):
    return HttpResponse("")


def clause(request, **kwargs):
    return HttpResponse("")
