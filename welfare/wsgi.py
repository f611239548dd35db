"""WSGI entry point for gunicorn: ``gunicorn welfare.wsgi``."""

import os

from django.core.wsgi import get_wsgi_application

from welfare.database.fitness import check_at_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "welfare.settings")
application = get_wsgi_application()
check_at_start()
