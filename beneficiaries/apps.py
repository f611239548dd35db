from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import module_has_submodule


class BeneficiariesConfig(AppConfig):
    name = "beneficiaries"
    verbose_name = "登记、方案与评审"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from welfare import benchmark

        for name in ("tasks", "workflows"):  # jobs and machines register themselves
            if module_has_submodule(self.module, name):
                import_module(f"beneficiaries.{name}")
        for room in ("registry", "finding", "papers", "life", "programmes", "rosters", "complaints"):
            import_module(f"beneficiaries.entrances.{room}").register()
        benchmark.register("registry", "beneficiaries.benchmarks.registry")
        benchmark.register("public", "beneficiaries.benchmarks.public")
        benchmark.register("screening", "beneficiaries.benchmarks.screening")
