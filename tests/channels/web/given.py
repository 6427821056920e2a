"""What people give to each question of the tiny survey: what is kept of it, or what is wrong with it."""

from typing import Any

#: Question → fields posted → what is kept.
ANSWERS: list[tuple[str, dict[str, Any], Any]] = [
    ("one", {"answer": "yes"}, "yes"),
    ("one", {"answer": "dk"}, "dk"),
    ("several", {"answer": ["c", "a"]}, ["a", "c"]),
    ("several", {"answer": "none"}, ["none"]),
    ("several", {"answer": "dk"}, "dk"),
    ("graded", {"answer": "fair"}, "fair"),
    ("graded", {"answer": "na"}, "na"),
    ("count", {"answer": " 12 "}, 12),
    ("count", {"answer": "1,5"}, 1.5),
    ("count", {"answer": "١٢"}, 12),
    ("count", {"special": "dk"}, "dk"),
    ("short", {"answer": "Lights"}, "Lights"),
    ("long", {"answer": "Two\r\nlines <b>"}, "Two\nlines <b>"),
    ("day", {"day": "1", "month": "2", "year": "2020"}, "2020-02-01"),
    ("communities", {"answer": ["yes"], "other": " Nottingham Roma "}, ["yes", {"other": "Nottingham Roma"}]),
    ("communities", {"answer": "pns"}, "pns"),
]
#: Question → fields posted → words of the problem.
MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("one", {"answer": "maybe"}, "Choose one of the answers shown."),
    ("one", {"answer": ["yes", "no"]}, "Choose one of the answers shown."),
    ("several", {"answer": ["none", "a"]}, "One of these answers cannot go with the others."),
    ("several", {"answer": ["dk", "a"]}, "One of these answers cannot go with the others."),
    ("several", {"answer": ["a", "b", "c"]}, "Choose fewer answers."),
    ("several", {"answer": ["a", "a"]}, "The same answer was given twice."),
    ("graded", {"answer": "safe"}, "Choose one of the answers shown."),
    ("count", {"answer": "many"}, "Write a number, such as 12."),
    ("count", {"answer": "1e400"}, "Write a number, such as 12."),
    ("count", {"answer": "9" * 4000}, "Write a number, such as 12."),
    ("count", {"answer": "100"}, "This is outside what we can take here."),
    ("count", {"answer": "3", "special": "dk"}, "One of these answers cannot go with the others."),
    ("short", {"answer": "x" * 21}, "This is too long. Please make it shorter."),
    ("day", {"day": "31", "month": "2", "year": "2020"}, "Write a real date with day, month and year."),
    ("day", {"day": "", "month": "2", "year": "2020"}, "Write a real date with day, month and year."),
    ("day", {"day": "1", "month": "1", "year": "1999"}, "This is outside what we can take here."),
    ("communities", {"answer": ["pns"], "other": "Roma"}, "One of these answers cannot go with the others."),
    ("communities", {"other": "x" * 101}, "This is too long. Please make it shorter."),
    ("area_relation", {"answer": ["own"]}, "Choose one of the answers shown."),
    ("home_district", {"answer": "E07000999"}, "Choose one of the answers shown."),
    ("area", {"area": "E09000001"}, "This place is not part of the survey."),
    ("area", {"district": "nonsense"}, "This place is not part of the survey."),
]
