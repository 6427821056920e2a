"""XLSForm in and out: a survey as a workbook that other survey tools read and write too."""

from engage.questionnaire.xlsform.findings import XlsformRead
from engage.questionnaire.xlsform.reading import read_xlsform
from engage.questionnaire.xlsform.writing import write_xlsform

__all__ = ["XlsformRead", "read_xlsform", "write_xlsform"]
