"""One visit to a survey's pages: which survey, which wave, whose answers in progress, read how."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from flask import abort, current_app, request
from flask import session as cookie

from engage.areas import AreaTree
from engage.channels.web.ground import Ground
from engage.channels.web.path import Path
from engage.channels.web.reader import Reader, preferred
from engage.channels.web.recordings import clip_addresses
from engage.collection import drafts
from engage.phrases import hand_in
from engage.questionnaire.model import Facts, Question, Questionnaire
from engage.storage import areas, phrases, questionnaires, waves
from engage.storage.database import Session
from engage.storage.drafts import Draft
from engage.storage.instance import Instance
from engage.storage.waves import Wave

#: Where the token of a draft stands in the one cookie.
TOKEN = "d"  # noqa: S105 - the name, not the token


#: What the application is told of a request whose answers are thrown away, and of one in which somebody signed in
#: reads out to a person on the telephone.
PRACTICE, TELEPHONE = "engage.practice", "engage.telephone"


class DraftGone(Exception):
    """Somebody is in the middle of a survey, and their answers are no longer here."""


class DraftSent(Exception):
    """Somebody goes back into answers that were sent already."""


def is_practice() -> bool:
    """Say whether somebody only practises: what they answer is thrown away."""
    return bool(request.environ.get(PRACTICE))


def is_telephone() -> bool:
    """Say whether somebody reads the questions out on the telephone."""
    return bool(request.environ.get(TELEPHONE))


def this_instance() -> Instance:
    """Return the instance that the app runs on."""
    instance: Instance = current_app.extensions["engage"]
    return instance


@dataclass(frozen=True)
class Visit:
    """What a page of a survey stands on."""

    code: str
    questionnaire: Questionnaire
    wave: Wave | None
    draft: Draft | None
    language: str
    style: str
    tree: AreaTree
    #: Wording key, with its variant, → the address of a recording that reads it in this language.
    clips: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def facts(self) -> Facts:
        """Return what is known of the person so far."""
        return drafts.facts_of(self.draft) if self.draft else Facts("web", self.language, self.style)

    @cached_property
    def reader(self) -> Reader:
        """Return the words this person reads."""
        code = self.draft.envelope.get("area") if self.draft else None
        told_about = self.tree.get(code) if code else None
        above = (area.code for area in self.tree.ancestors(told_about.code)) if told_about else ()
        around = frozenset((told_about.code, *above)) if told_about else None
        return Reader.for_facts(self.questionnaire, self.facts, self.clips, around)

    @cached_property
    def path(self) -> Path:
        """Return the questions this person is asked."""
        return Path.of(self.questionnaire, self.facts, self.draft.answers if self.draft else {})

    @property
    def takes_starts(self) -> bool:
        """Say whether somebody may begin now."""
        return self.wave is not None and (self.wave.takes_starts or is_practice())

    @property
    def answering(self) -> Draft | None:
        """Return the answers in progress, None where there are none or they were sent."""
        return self.draft if self.draft and self.draft.receipt is None else None

    def after(self, question: Question, draft: Draft) -> "Visit":
        """Return the visit once an answer is kept in the draft; where nothing hangs on it, the path is the same."""
        visit = replace(self, draft=draft)
        if not drafts.changes_path(self.questionnaire, question):
            vars(visit)["path"] = self.path
        return visit

    def in_progress(self) -> Draft:
        """Return the answers in progress; raises DraftGone or DraftSent."""
        if self.draft is None:
            raise DraftGone(self.code)
        if self.draft.receipt is not None:
            raise DraftSent(self.code)
        return self.draft

    @cached_property
    def place(self) -> str:
        """Return the name of the place that was chosen, or the words for here."""
        code = self.draft.envelope.get("area") if self.draft else None
        area = self.tree.get(code) if code else None
        return area.name if area else self.reader.plain("web.here")


def open_visit(session: Session, code: str, *, with_draft: bool = True) -> Visit:
    """Return the visit that a request makes; answers 404 where no survey has this code."""
    hand_in(phrases.read_interface(session))
    slug = questionnaires.find_slug(session, code)
    if slug is None:
        abort(404)
    token = cookie.get(TOKEN) if with_draft else None
    draft = drafts.find_draft(session, token, slug, this_instance().now(), is_practice=is_practice())
    wave = waves.current(session, slug)
    begun = draft if draft and draft.receipt is None else wave
    version = begun.version if begun else None
    questionnaire = questionnaires.get(session, slug, version)
    if questionnaire is None:
        abort(404)
    language, style = _chosen(questionnaire, draft)
    tree = areas.read_tree(session)
    clips = clip_addresses(session, slug, code, language)
    return Visit(code, questionnaire, wave, draft, language, style, tree, clips)


def ground_of(visit: Visit) -> Ground:
    """Return the areas this survey is about, as they are today."""
    return Ground(visit.tree, visit.questionnaire.areas, this_instance().now().date())


def forget_draft(session: Session) -> None:
    """Delete the draft of this phone, of whatever survey, and its token."""
    drafts.discard_draft(session, cookie.pop(TOKEN, None))


def _chosen(questionnaire: Questionnaire, draft: Draft | None) -> tuple[str, str]:
    if draft is not None:
        return draft.envelope["language"], draft.envelope["style"]
    language, style = request.values.get("lang", ""), request.values.get("style", "")
    offered = questionnaire.offered()
    if language not in offered:
        language = preferred(request.accept_languages.values(), offered, questionnaire.default_language)
    styles = questionnaire.styles_in(language)
    return language, style if style in styles else styles[0]
