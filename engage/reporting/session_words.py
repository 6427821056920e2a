"""What somebody who runs a session says, promises and does when something happens, in standard and in easy words."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

#: One step: its heading and what is said, word by word.
Step = tuple[str, str]

#: Style → what to say, in this order.
SCRIPT: Mapping[str, Sequence[Step]] = MappingProxyType(
    {
        "standard": (
            ("Hello", "Hello, my name is … I help {organisation}. We ask people here how safe they feel."),
            (
                "Why",
                (
                    "What people say decides what is done here. What was said, and what was done about it, will be "
                    "for everybody to read at {results}."
                ),
            ),
            (
                "It is up to you",
                (
                    "You do not have to. You can leave out any question and stop whenever you want, and you do not "
                    "have to tell me why. Nothing happens because of it."
                ),
            ),
            (
                "Nobody knows who said what",
                (
                    "Nobody asks your name. Your answers are counted with those of many others. "
                    "I do not see them, and I will not look."
                ),
            ),
            (
                "One thing I cannot promise",
                (
                    "If you tell me that somebody is in danger, I have to pass that on, so that somebody can help. "
                    "I would tell you first."
                ),
            ),
            ("Age", "It is for people from 13. Are you 13 or older?"),
            (
                "How",
                (
                    "On your own phone, on this tablet or on paper; in your language; with pictures and short words; "
                    "or read aloud. I can help, or stand over there. Which do you want?"
                ),
            ),
            (
                "At the end",
                (
                    "Thank you. You get a code: with it you can take your answers back. If something was hard to "
                    "think about, these people listen: {lines}."
                ),
            ),
        ),
        "easy_read": (
            ("Hello", "Hello. My name is … I help {organisation}. We ask: do you feel safe here?"),
            ("Why", "Your answers help to make things better here. You can see later what was done."),
            ("It is up to you", "You can say no. You can leave a question out. You can stop. That is all right."),
            ("Nobody knows who said what", "We do not ask your name. I do not look at your answers."),
            (
                "One thing I cannot promise",
                "Is somebody in danger? Then I must tell people who help. I tell you first.",
            ),
            ("Age", "Are you 13 or older?"),
            ("How", "You can use a phone. You can use paper. There are pictures. It can be read to you."),
            (
                "At the end",
                (
                    "Thank you. You get a code. With the code you can take your answers back. "
                    "Do you want to talk to somebody? {lines}."
                ),
            ),
        ),
    }
)
#: What happens, and what to do then.
WHAT_IF: Sequence[Step] = (
    (
        "Somebody is upset",
        (
            "Stop the survey. Ask: “Do you want a break, or to stop?” Stay with them, quietly. Offer a help line and a "
            "place to sit. If you stay worried, press “I am worried about someone”."
        ),
    ),
    (
        "Somebody tells you about harm",
        (
            "Listen. Do not ask for details and do not investigate. Say: “Thank you for telling me. It is not your "
            "fault. I cannot keep this to myself; I will tell somebody whose work it is to help.” Danger now: 999. "
            "Otherwise press “I am worried about someone” today. Write nothing on the form."
        ),
    ),
    (
        "A parent, a carer or a friend asks what they said",
        "“I do not know, and I cannot look it up. Nobody can.” Do not say whether somebody took part.",
    ),
    (
        "Someone looks over a shoulder",
        (
            "Say nothing about the survey. On a phone: “Leave this page”. On paper: turn it over. Offer another place, "
            "or another time on their own phone. Do not ask why."
        ),
    ),
    ("Under 13", "Thank them and say that this one is for people from 13. They do not answer, not with help either."),
    ("Somebody says no", "Thank them. Do not ask again and do not ask why; count a reason only if they say it."),
    (
        "Somebody cannot read it",
        (
            "Offer their language, easy read with pictures, reading aloud. If you read, keep to the words, "
            "and let them point. Do not guess for them. Tick that an ambassador helped."
        ),
    ),
    (
        "Somebody speaks for others",
        "Thank them, and ask for their own answers only. One person never speaks for a community.",
    ),
    ("You do not feel safe", "Leave. Forms and tablet come second. Check out, then tell your coordinator."),
)
#: Before anybody is asked.
BEFORE: Sequence[str] = (
    "Check in. Somebody knows where you are and until when.",
    "Choose a place where nobody can look on, and where people can leave.",
    "Hang up the poster. Have the help lines at hand, to give away.",
    "Never ask for names, and never about gangs, knives, carrying or offences.",
)
