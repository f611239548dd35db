from importlib import import_module

from django.apps import AppConfig


class DisbursementsConfig(AppConfig):
    name = "disbursements"
    verbose_name = "资金与发放"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        import_module("disbursements.workflows")
        import_module("disbursements.entrances").register()
