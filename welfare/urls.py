"""Addresses of the whole house."""

from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import include, path

from welfare import access_log, views

urlpatterns = [
    path("", views.home, name="home"),
    path("todo/", views.todo_page, name="todo"),
    path("login/", auth_views.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    path(
        "password/",
        auth_views.PasswordChangeView.as_view(
            template_name="registration/password.html", success_url="/todo/"
        ),
        name="password_change",
    ),
    path("jobs/", views.job_list, name="jobs"),
    path("jobs/<int:pk>/", views.job_page, name="job"),
    path("jobs/<int:pk>/cancel/", views.job_cancel, name="job_cancel"),
    path("access-log/", access_log.access_log, name="access_log"),
    path("healthy/", views.healthy, name="healthy"),
    path("admin/r/<path:nothing>", views.no_such_page),  # the admin's "view on site": no page of ours
    path("admin/", admin.site.urls),
    path("", include("beneficiaries.urls")),
    path("visits/", include("visits.urls")),
    path("disbursements/", include("disbursements.urls")),
]
