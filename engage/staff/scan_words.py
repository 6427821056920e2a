"""The English words staff read about scans: what is wrong with a page, and what became of it."""

from collections.abc import Mapping

#: Why nothing was taken from a page, and what helps.
PROBLEMS: Mapping[str, str] = {
    "not_an_image": "No picture: send PDF, TIFF, JPEG, PNG or HEIC.",
    "too_many_pages": "The file has more pages than are read of one file. Send the rest in a second file.",
    "too_large": "Too large to be read. Scan in grey at 200 to 300 dpi, and send fewer pages in one file.",
    "truncated": "The file breaks off in the middle. Send it again.",
    "unreadable_file": "The file is damaged or locked. Save or scan it again.",
    "no_code": "No form found on this page. If it is one, scan it again, flat and with its whole square code.",
    "no_marks": "The form is known, but its corners are not all there. Scan it again with all four corners.",
    "unknown_form": "No form with this code was printed here.",
    "other_survey": "A form of another survey.",
    "wrong_check": "The code on this page is not one of ours: its check does not fit.",
    "blank": "Blank side.",
    "two_forms": "Two forms on one picture. Take one at a time.",
    "two_sheets": "This page came before with other ticks. Somebody has to compare both: was the sheet copied?",
    "withdrawn": "The person has taken this form back. Destroy the sheet; nothing of it is kept.",
    "form_refused": "Nothing of this form is kept. Destroy the sheet.",
    "form_spoilt": "This form was marked as spoilt. Nothing of it is kept.",
    "too_old": "Its other pages never came; nothing of it is kept any more.",
    "interrupted": "Reading broke off and goes on.",
}
#: Problems that are nothing to worry about.
HARMLESS = frozenset({"blank"})
PAGES: Mapping[str, str] = {
    "read": "read",
    "doubtful": "read, something on it needs a person",
    "duplicate": "came before; counted once",
    "set_aside": "set aside",
}
FORMS: Mapping[str, str] = {
    "collecting": "pages are missing",
    "review": "waits for a person",
    "done": "done",
    "refused": "nothing of it is kept: destroy the sheet",
    "spoilt": "spoilt",
}
FILES: Mapping[str, str] = {
    "waiting": "waits to be read",
    "reading": "being read",
    "done": "read",
    "failed": "could not be read",
}
#: Why a person must look at a question; other codes are those of what the door finds.
REVIEW_REASONS: Mapping[str, str] = {
    "doubtful": "One mark may or may not be a tick.",
    "corrected": "A tick was crossed out, and nothing else is ticked.",
    "two_marks": "Two boxes are ticked where one is asked for.",
    "writing": "Something is written or drawn here.",
    "not_agreed": "No tick was found in the box of agreement. Without it nothing of the form is kept.",
    "guardian_needed": "No tick was found in the box of a parent or carer, which is needed at this age.",
    "two_sheets": "This page came twice, with different ticks. Was the sheet copied?",
    "question_not_asked": "This is ticked, though an earlier answer leads past it. It is left out unless that changes.",
    "unfit": "This does not fit with the rest of the form.",
    "chosen": "You opened this question yourself.",
}
#: How a question is written off, by its type.
HINTS: Mapping[str, str] = {
    "number": "Digits only.",
    "date": "Year, month, day, such as 2026-03-14.",
    "short_text": "Word for word, mistakes too. Leave names of people out: write [name].",
    "long_text": "Word for word, mistakes too. Leave names of people out: write [name].",
    "ranking": "The number in each box, from top to bottom.",
    "drawing": "Words in or beside the drawing, word for word; leave names of people out: write [name].",
    "community": "Tick what is ticked, and copy what is written.",
    "area": "Type what is written; the box ticked counts only where nothing is.",
}
#: Kinds of decisions, and what the reader alone has.
STANDING: Mapping[str, str] = {
    "as_read": "Decided: as it was read",
    "chosen": "Decided",
    "typed": "Decided",
    "empty": "Decided: empty",
    "illegible": "Decided: illegible",
    "proposed": "Proposed by the reader, for you to accept or change",
}
#: Why a form cannot be opened.
NOT_OPENED: Mapping[str, str] = {
    "gone": "Nothing is left to decide on this form: somebody has done it, or it was taken back.",
    "not_yours": "You handed this form out, so somebody else looks at it.",
    "held": "Somebody else has this form on the screen now.",
    "second": "You have read this form already. A second reading is somebody else's.",
    "third": "You are one of the two who read this form. Somebody else compares.",
}
#: What became of a form that was reviewed.
REVIEWED: Mapping[str, str] = {
    "entered": "Form {serial} is stored.",
    "same": "Form {serial} was entered before, with the same answers. Nothing has changed.",
    "second": "Form {serial} was entered before, with other answers: both wait under Review.",
    "late": "Form {serial} came after the wave closed: it waits under Review.",
    "refused": "Nothing of form {serial} is kept. Destroy the sheet now.",
    "disputed": "Form {serial} was entered before with agreement: it waits under Review. Put the sheet aside.",
    "spoilt": "Form {serial} is marked as spoilt: nothing of it is kept.",
    "worried": "Form {serial}: whoever is on duty is told that you are worried. Go on with the form.",
    "put_back": "Form {serial} is back in the queue.",
    "agreed": "Form {serial}: both readings are the same.",
    "differs": "Form {serial}: the two readings differ. Somebody else will compare them.",
    "reconciled": "Form {serial}: the differences are settled.",
}
