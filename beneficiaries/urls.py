"""Addresses of beneficiaries."""

urlpatterns = []
