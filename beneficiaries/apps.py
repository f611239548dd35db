from django.apps import AppConfig


class BeneficiariesConfig(AppConfig):
    name = "beneficiaries"
    verbose_name = "登记、方案与评审"
    default_auto_field = "django.db.models.BigAutoField"
