"""Says where in a definition the source wording of each key stands, so that a fault can name the place."""

from collections.abc import Iterator

from engage.questionnaire.model import NOTICE, Option, Questionnaire


def places_of_wording(questionnaire: Questionnaire) -> dict[str, str]:
    """Return wording key (without variant) to path, such as `questions[3].options[0].label`."""
    return dict(_places(questionnaire))


def _places(questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    yield from (("survey.title", "title"), ("survey.intro", "intro"), ("consent.statement", "consent.statement"))
    yield NOTICE, "privacy"
    for index, line in enumerate(questionnaire.help_lines):
        yield from ((f"help.{line.id}.{part}", f"help_lines[{index}].{part}") for part in ("name", "what"))
    for name, scale in questionnaire.scales.items():
        yield from _labels(f"scale.{name}", f"scales.{name}.options", scale.options)
        yield from _labels(f"scale.{name}", f"scales.{name}.short", scale.short)
    for index, question in enumerate(questionnaire.questions):
        path = f"questions[{index}]"
        yield from ((f"{question.id}.{part}", f"{path}.{part}") for part in ("text", "hint", "why", "note"))
        yield from _labels(f"{question.id}.option", f"{path}.options", question.options)
        groups = dict.fromkeys(option.group for option in question.options if option.group)
        yield from ((f"{question.id}.group.{group}", f"{path}.groups.{group}") for group in groups)


def _labels(key: str, path: str, options: tuple[Option, ...]) -> Iterator[tuple[str, str]]:
    return ((f"{key}.{option.code}", f"{path}[{index}].label") for index, option in enumerate(options))
