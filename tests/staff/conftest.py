"""The staff pages on an instance in which the library survey is open."""

import pytest
from engage.storage.instance import Instance
from flask import Flask
from staffing import a_staff_app


@pytest.fixture
def staff_app(surveyed: Instance) -> Flask:
    """Return an application with the staff pages."""
    return a_staff_app(surveyed)
