from django.apps import AppConfig


class WelfareConfig(AppConfig):
    name = "welfare"
    verbose_name = "机构与用户"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from welfare import entrances, history

        entrances.register()
        history.register()
