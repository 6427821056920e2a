"""The application for another WSGI server; `engage serve` is the one that was chosen by measurement (README).

`granian --interface wsgi --workers 2 --blocking-threads 3 wsgi:app` is the same server without what that adds:
a process for jobs and rounds (run `engage worker` for it), forms that are read before their turn, and `--drain`.
"""

import os

from engage.app import create_app
from engage.logs import log_as_told
from engage.settings import load_settings
from engage.storage.instance import open_instance

log_as_told(serves=True)
app = create_app(open_instance(load_settings(os.environ)))
