"""Gives the tests about areas a small tree: one force area, a county, two districts, five wards, one place."""

from datetime import date

import pytest

from engage.areas import Area, AreaTree, Level

FORCE, COUNTY, CITY, BOROUGH = "E23000001", "E10000001", "E06000001", "E07000001"


@pytest.fixture
def tree() -> AreaTree:
    return AreaTree(
        (
            Area(FORCE, "Shire and City", Level.FORCE_AREA),
            Area(COUNTY, "Shire", Level.COUNTY, FORCE),
            Area(CITY, "City", Level.DISTRICT, FORCE),
            Area(BOROUGH, "Borough", Level.DISTRICT, COUNTY),
            Area("E05000001", "Castle", Level.WARD, CITY),
            Area("E05000002", "Market", Level.WARD, CITY),
            Area("E05000003", "Old Town", Level.WARD, CITY, valid_to=date(2023, 5, 3)),
            Area("E05000004", "Hill", Level.WARD, BOROUGH, valid_from=date(2023, 5, 4)),
            Area("E05000005", "Mill", Level.WARD, BOROUGH),
            Area("place:centre", "Centre", Level.PLACE, CITY, wards=("E05000001", "E05000002")),
        )
    )
