from django.http import HttpResponse


def desk(request, **kwargs):
    return HttpResponse("")


def rows(request, **kwargs):
    return HttpResponse("")


def search(request, **kwargs):
    return HttpResponse("")
