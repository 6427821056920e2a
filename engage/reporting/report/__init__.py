"""Reports: their life from first draft to frozen, and the same report as web page, PDF and Word document."""

from engage.reporting.report.commenting import add_comment, finish_commenting, usable_commenter
from engage.reporting.report.content import ReportChanged
from engage.reporting.report.life import (
    COMMENT_LIFE,
    MOVES,
    Desk,
    ReportRefused,
    invite_commenter,
    move_on,
    raise_section,
    read_newest_release,
    remove_recommendation,
    remove_section,
    settle_comment,
    start_report,
    withdraw_invitation,
    write_head,
    write_recommendation,
    write_section,
)
from engage.reporting.report.pages import report_pdf
from engage.reporting.report.telling import ToldReport, tell_report
from engage.reporting.report.web import report_file, report_html
from engage.reporting.report.word import report_docx

__all__ = [
    "COMMENT_LIFE",
    "MOVES",
    "Desk",
    "ReportChanged",
    "ReportRefused",
    "ToldReport",
    "add_comment",
    "finish_commenting",
    "invite_commenter",
    "move_on",
    "raise_section",
    "read_newest_release",
    "remove_recommendation",
    "remove_section",
    "report_docx",
    "report_file",
    "report_html",
    "report_pdf",
    "settle_comment",
    "start_report",
    "tell_report",
    "usable_commenter",
    "withdraw_invitation",
    "write_head",
    "write_recommendation",
    "write_section",
]
