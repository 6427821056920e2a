"""The HTTP interface under /api/v1: submissions, questionnaires, published results."""
