"""Addresses of the programmes room."""

urlpatterns = []
