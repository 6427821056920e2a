"""What was done about what people said: written by staff, beside the published figure it answers to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from engage.areas import Area
from engage.questionnaire.wording import Wording
from engage.reporting.ground import AreaNotInSurvey, Ground
from engage.reporting.labels import Labels
from engage.reporting.planning import breakdown_rows
from engage.reporting.reading import Published, find_tables, last_release, open_release
from engage.reporting.saying import Sayer
from engage.reporting.words import stand_in_saying
from engage.results.plan import COMMUNITY, BreakdownRefused
from engage.results.published import PublishedCell, PublishedRow, PublishedTable
from engage.settings import Keys
from engage.storage import actions, areas, audit, questionnaires, releases
from engage.storage.actions import LONGEST_DONE, LONGEST_SAID, Action
from engage.storage.database import Session

#: Actions that one summary tells of.
MOST_IN_SUMMARY = 4
_LONGEST_OWNER = 100


class ActionRefused(Exception):
    """An action cannot be kept as written; `field` is what to mend, the message says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True)
class WrittenAction:
    """What staff wrote; `figure` names a published answer as `question:option`."""

    survey: str
    said: str
    done: str
    owner: str
    day: date | None
    area: str | None = None
    community: str | None = None
    language: str = "en"
    figure: str = ""
    is_published: bool = False


@dataclass(frozen=True)
class ToldFigure:
    """The published figure that an action answers to, in words."""

    question: Wording
    answer: Wording
    said: str
    stand_in: str | None


def write_action(
    session: Session, keys: Keys, written: WrittenAction, by: str, now: datetime, action_id: UUID | None = None
) -> Action:
    """Keep an action, new or in place of the one with this id, and note it in the log. Raises ActionRefused."""
    _check(session, written)
    before = actions.get(session, action_id) if action_id else None
    if before is not None and before.survey != written.survey:
        raise ActionRefused("survey", "An action stays with its survey.")
    release_id, question, option = _figure(session, written, before)
    assert written.day is not None  # noqa: S101 - checked above
    action = Action(
        id=before.id if before else uuid4(),
        survey=written.survey,
        said=written.said,
        done=written.done,
        owner=written.owner,
        day=written.day,
        written_by=by,
        written_at=now,
        area=written.area,
        community=written.community,
        language=written.language,
        release_id=release_id,
        question=question,
        option=option,
        is_published=written.is_published,
    )
    actions.put(session, action)
    _note(session, keys, action, by, now, "action.changed" if before else "action.written")
    return action


def remove_action(session: Session, keys: Keys, action_id: UUID, by: str, now: datetime) -> bool:
    """Take an action away; false where there is none."""
    action = actions.get(session, action_id)
    if action is None:
        return False
    actions.remove(session, action_id)
    _note(session, keys, action, by, now, "action.removed")
    return True


def actions_about(session: Session, survey: str, ground: Ground, area: str, community: str | None) -> list[Action]:
    """Return the public actions for the summary of an area or community: its own first, then wider, then within."""
    found = actions.list_of(session, survey, published_only=True)
    if community is not None:
        return [action for action in found if action.community == community][:MOST_IN_SUMMARY]
    wider = [area, *(above.code for above in ground.above(area)), None]
    order = {code: place for place, code in enumerate(wider)}

    def nearness(action: Action) -> int | None:
        if action.community is not None:
            return None
        if action.area in order:
            return order[action.area]
        is_within = action.area is not None and ground.tree.is_within(action.area, area)
        return len(order) if is_within else None

    near = [(place, action) for action in found if (place := nearness(action)) is not None]
    return [action for _, action in sorted(near, key=lambda each: each[0])][:MOST_IN_SUMMARY]


def tell_figures(session: Session, found: Iterable[Action], labels: Labels) -> dict[UUID, ToldFigure]:
    """Return the figures that actions answer to, as the releases of their time have them."""
    return dict(_told_figures(session, found, labels))


def published_answers(session: Session, survey: str) -> Iterator[tuple[str, str, str]]:
    """Yield the answers that an action may be tied to: `question:option`, the question, the answer, in English."""
    release = last_release(session, survey)
    if release is None:
        return
    published = open_release(session, release)
    labels = Labels(published.questionnaire, published.ground.tree)
    root = published.ground.roots[0]
    for table in find_tables(session, published, area=root):
        text = str(labels.question(table.question, published.ground.area(root).name))
        for cell in _cells_somewhere(session, published, table):
            yield f"{table.question}:{cell.option}", text, str(labels.option(table.question, cell.option))


def _cells_somewhere(session: Session, published: Published, table: PublishedTable) -> Sequence[PublishedCell]:
    """Return the answers of a question, where not of the whole ground then of the widest area that has them shown."""
    whole = table.rows_shown[0]
    if whole.cells:
        return whole.cells
    found = find_tables(session, published, question=table.question)
    return next((row.cells for each in found for row in each.rows_shown if row.cells), ())


def _told_figures(session: Session, found: Iterable[Action], labels: Labels) -> Iterator[tuple[UUID, ToldFigure]]:
    opened: dict[int, Published] = {}
    for action in found:
        if action.release_id is None:
            continue
        if action.release_id not in opened:
            release = releases.get(session, action.release_id)
            assert release is not None  # noqa: S101 - the database keeps it while an action names it
            opened[release.id] = open_release(session, release)
        published = opened[action.release_id]
        row, cell = _row_and_cell(session, published, action)
        if row is not None and cell is not None:
            own = Labels(published.questionnaire, labels.tree, labels.language, labels.style)
            yield action.id, _told(action, own, published, row, cell)


def _told(action: Action, labels: Labels, published: Published, row: PublishedRow, cell: PublishedCell) -> ToldFigure:
    sayer = Sayer(labels)
    assert action.question is not None  # noqa: S101 - a row was found by it
    place = published.ground.roots[0] if action.community else row.shown_for or row.row
    codes = [] if action.community else [code for code in (row.row, row.shown_for) if code]
    saying = stand_in_saying(row, {code: labels.area(code) for code in codes}) if codes else None
    return ToldFigure(
        labels.question(action.question, sayer.apart(labels.area(place))),
        sayer.option(action.question, cell.option),
        sayer.share(cell),
        sayer.tell(saying) if saying else None,
    )


def _row_and_cell(
    session: Session, published: Published, action: Action
) -> tuple[PublishedRow | None, PublishedCell | None]:
    """Return the published row and cell an action names; none where that figure is not published for its place."""
    try:
        if action.community:
            tables = find_tables(session, published, by=COMMUNITY, question=action.question)
        else:
            area = action.area or published.ground.roots[0]
            tables = find_tables(session, published, area=area, question=action.question)
    except (BreakdownRefused, AreaNotInSurvey):
        return None, None
    rows = (row for table in tables for row in table.rows_shown if action.community in (None, row.row))
    row = next(rows, None)
    cells = row.cells if row else ()
    return row, next((cell for cell in cells if cell.option == action.option), None)


def _figure(
    session: Session, written: WrittenAction, before: Action | None
) -> tuple[int | None, str | None, str | None]:
    """Return release, question and option; one that was tied before keeps the release of its time."""
    if not written.figure:
        return None, None, None
    question, _, option = written.figure.partition(":")
    if before is not None and (before.question, before.option) == (question, option):
        return before.release_id, question, option
    release = last_release(session, written.survey)
    if release is None or written.figure not in {code for code, _, _ in published_answers(session, written.survey)}:
        raise ActionRefused("figure", "Choose one of the published answers.")
    return release.id, question, option


def _check(session: Session, written: WrittenAction) -> None:
    questionnaire = questionnaires.get(session, written.survey)
    if questionnaire is None:
        raise ActionRefused("survey", "There is no such survey.")
    for field, words, longest in (
        ("said", written.said, LONGEST_SAID),
        ("done", written.done, LONGEST_DONE),
        ("owner", written.owner, _LONGEST_OWNER),
    ):
        if not 0 < len(words) <= longest:
            raise ActionRefused(field, f"Write something of at most {longest} characters here.")
    if written.day is None:
        raise ActionRefused("day", "Give the day as year, month and day.")
    if written.language not in questionnaire.offered(in_writing=True):
        raise ActionRefused("language", "Choose a language of the survey.")
    if written.area and written.community:
        raise ActionRefused("community", "Choose an area or a community, not both.")
    if written.community and written.community not in breakdown_rows(questionnaire, COMMUNITY):
        raise ActionRefused("community", "Choose a community of the survey.")
    if written.area and _area(areas.read_tree(session).get(written.area), session, questionnaire.areas) is None:
        raise ActionRefused("area", "Choose an area of the survey.")


def _area(area: Area | None, session: Session, roots: Iterable[str]) -> Area | None:
    tree = areas.read_tree(session)
    return area if area and any(tree.is_within(area.code, root) for root in roots) else None


def _note(session: Session, keys: Keys, action: Action, by: str, now: datetime, what: str) -> None:
    detail = {"survey": action.survey, "area": action.area, "community": action.community}
    audit.append(
        session,
        keys.audit,
        at=now,
        actor=by,
        action=what,
        subject=str(action.id),
        detail={**detail, "published": action.is_published},
    )
