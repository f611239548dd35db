"""Addresses of the registry."""

urlpatterns = []
