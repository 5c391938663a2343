from django.contrib.auth.views import LoginView, LogoutView


class SignIn(LoginView):
    template_name = "registration/login.html"


class SignOut(LogoutView):
    pass
