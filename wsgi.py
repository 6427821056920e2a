"""The application for a WSGI server, for example `gunicorn wsgi:app`; run `engage serve` for one machine."""

import os

from engage.app import create_app
from engage.settings import load_settings
from engage.storage.instance import open_instance

app = create_app(open_instance(load_settings(os.environ)))
