"""The application for a WSGI server; run `engage serve` for one machine.

For a force area, one worker for each core: `granian --interface wsgi --workers 2 --blocking-threads 4 wsgi:app`. It was
chosen by measurement (README, decisions); Gunicorn and Waitress run the same application.
"""

import os

from engage.app import create_app
from engage.settings import load_settings
from engage.storage.instance import open_instance

app = create_app(open_instance(load_settings(os.environ)))
