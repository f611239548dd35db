"""The site as gunicorn serves it in production: ``gunicorn beneficiaries.benchmarks.served``.

Static files are looked up once at the start, as with collected ones; there is no folder to collect them into.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "welfare.settings")

from django.conf import settings

settings.WHITENOISE_AUTOREFRESH = False

from welfare.wsgi import application  # noqa: E402, F401 - after the setting, which is read at its import
