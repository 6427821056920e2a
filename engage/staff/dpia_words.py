"""What is true of engage in every survey, for a data protection impact assessment: flows, security, risks."""

from importlib.resources import files
from typing import Any

import yaml

_TOLD: dict[str, Any] = yaml.safe_load((files(__package__) / "dpia.yaml").read_text(encoding="utf-8"))
#: How an answer comes in: the way, what is kept of it, and what never is.
FLOWS = tuple((flow["way"], flow["kept"], flow["never"]) for flow in _TOLD["flows"])
#: What protects the data, as it is built.
SECURITY: tuple[str, ...] = tuple(_TOLD["security"])
#: Risk → what stops it → what is left for the organisation to do.
RISKS = tuple((risk["risk"], risk["stopped_by"], risk["left"]) for risk in _TOLD["risks"])
