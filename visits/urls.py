"""Addresses of visits."""

urlpatterns = []
