"""Addresses of disbursements."""

urlpatterns = []
