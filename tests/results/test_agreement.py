"""Cohen's kappa equals what is printed in the literature, and what another program works out."""

import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from engage.results.agreement import agreement_on, cohen_kappa

#: Cohen (1960), table 1: 200 people, three diagnoses by two judges, printed as shares; there kappa = .492.
COHEN = [[88, 10, 2], [14, 40, 6], [18, 10, 12]]
#: Altman (1991) Practical Statistics for Medical Research, section 14.3: 85 xeromammograms by two radiologists
#: (Boyd and others 1982); there kappa = 0.47.
ALTMAN = [[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]]


@pytest.mark.parametrize(
    ("table", "observed", "kappa"), [(COHEN, 0.70, 0.492), (ALTMAN, 54 / 85, 0.473)], ids=["Cohen", "Altman"]
)
def test_kappa_is_that_of_the_published_example(table: list[list[int]], observed: float, kappa: float) -> None:
    found = cohen_kappa(table)
    assert found.observed == pytest.approx(observed)
    assert found.kappa == pytest.approx(kappa, abs=0.0005)
    other = cohens_kappa(table)
    assert (found.kappa, found.low, found.high) == pytest.approx((other.kappa, other.kappa_low, other.kappa_upp))


def test_agreement_on_one_theme_counts_who_gave_it() -> None:
    both = [(("young",), ("young",)), (("young", "send"), ("send",)), ((), ()), (("else",), ("else",))]
    found = agreement_on("young", both)
    assert (found.count, found.observed, found.expected) == (4, 0.75, 0.5)
    assert found.kappa == pytest.approx(0.5)


def test_where_both_gave_everything_one_code_there_is_no_kappa() -> None:
    found = agreement_on("young", [((), ()), ((), ())])
    assert (found.observed, found.kappa, found.low) == (1.0, None, None)
    with pytest.raises(ValueError, match="nothing"):
        cohen_kappa([[0, 0], [0, 0]])
