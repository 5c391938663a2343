from django.http import HttpResponse


def dashboard(request, **kwargs):
    return HttpResponse("")


def figures(request, **kwargs):
    return HttpResponse("")
