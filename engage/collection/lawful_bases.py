"""The lawful bases a survey may rest on, each in one plain sentence; which one holds is for the DPO to say."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Basis:
    """One lawful basis: where it stands in the law, and what it means in one sentence."""

    place: str
    sentence: str


#: UK GDPR article 6(1).
ARTICLE_6: Mapping[str, Basis] = MappingProxyType(
    {
        "public_task": Basis(
            "Article 6(1)(e), public task",
            "We ask because it is part of our public duty, such as the Serious Violence Duty of councils and police.",
        ),
        "consent": Basis(
            "Article 6(1)(a), consent",
            "We ask only because the person freely agreed, and they can change their mind as easily as they agreed.",
        ),
        "legitimate_interests": Basis(
            "Article 6(1)(f), legitimate interests",
            "A charity or company has a good reason that does not weigh less than the person's own interests.",
        ),
        "legal_obligation": Basis("Article 6(1)(c), legal obligation", "A law says that we must collect exactly this."),
    }
)
#: UK GDPR article 9(2), with the condition of the Data Protection Act 2018, schedule 1, that it needs.
ARTICLE_9: Mapping[str, Basis] = MappingProxyType(
    {
        "statutory_purposes": Basis(
            "Article 9(2)(g), substantial public interest; schedule 1, paragraph 6 (statutory and government purposes)",
            "A law gives us this task, and doing it well is of substantial public interest; we keep a policy document.",
        ),
        "equality": Basis(
            "Article 9(2)(g), substantial public interest; schedule 1, paragraph 8 (equality of opportunity)",
            "We ask who people are only to see whether groups are treated alike, never to decide about one person.",
        ),
        "safeguarding": Basis(
            "Article 9(2)(g), substantial public interest; schedule 1, paragraph 18 (safeguarding)",
            "We need it to protect children, or adults at risk, from harm.",
        ),
        "research": Basis(
            "Article 9(2)(j), research and statistics; schedule 1, paragraph 4",
            "We use it for statistics in the public interest, with safeguards, and never for decisions about a person.",
        ),
        "public_health": Basis(
            "Article 9(2)(i), public health; schedule 1, paragraph 3",
            "It is needed for public health, and whoever sees it is bound to keep it to themselves.",
        ),
        "explicit_consent": Basis(
            "Article 9(2)(a), explicit consent",
            "The person said yes, in clear words, to exactly this use of what they tell us about themselves.",
        ),
        "none": Basis(
            "None: the survey asks nothing of the special categories",
            "It asks nothing about ethnic group, faith, health, disability, sex life or sexual orientation.",
        ),
    }
)
