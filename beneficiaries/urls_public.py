"""Addresses open to everybody: public notices, objections."""

urlpatterns = []
