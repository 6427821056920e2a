"""What people of the demo write in their own words: made up, without names, in the languages of the survey."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

#: Comfort (standard deviations) under which somebody writes about worries, and above which about good things.
WORRIED_BELOW, CONTENT_ABOVE = -0.5, 0.6
#: Share of writers who write two sentences.
SECOND_SENTENCE = 0.2


@dataclass(frozen=True)
class Sentences:
    """Sentences of one language by what moves the writer."""

    worries: tuple[str, ...]
    good: tuple[str, ...]
    wishes: tuple[str, ...]


SENTENCES: Mapping[str, Sentences] = {
    "en": Sentences(
        worries=(
            "The path by the park has no lights and I go the long way round.",
            "I don't wait at the bus stop on my own any more.",
            "There is shouting at night and nobody does anything.",
            "People sell drugs near the shops and the children all see it.",
            "Electric bikes come flying down the pavement.",
            "I keep my keys in my hand when I walk home.",
            "Rows start in group chats and carry on the next day.",
            "Someone shouted something racist and nobody helped.",
            "We had youth workers before. Since they left it feels worse.",
            "Children here don't play out after four in winter.",
            "The underpass is dark. Please close it or light it.",
            "You report things and hear nothing back.",
        ),
        good=(
            "People have lived here a long time and look out for each other.",
            "The youth club is the best thing here. Please keep it open.",
            "Never had any trouble. Neighbours say hello.",
            "Our community centre feels like a second home.",
            "The school is strict but people feel safe there.",
            "The new lights by the stop made a big difference.",
            "It gets a bad name but it is a good place to be.",
            "The wardens know everyone and that helps.",
            "I feel safe because my friends are close by.",
            "The gym gives people something to do.",
        ),
        wishes=(
            "More things to do that are free.",
            "Ask us before you change things, and tell us what happened after.",
            "Somewhere warm to go after school, please.",
            "Buses should run later so we can get home.",
            "Better lights, please.",
            "Listen to young people without judging us.",
            "Help for parents would go a long way.",
            "More officers who walk about and talk to people.",
            "Jobs and training, not just talk.",
            "It would help to have information in more languages.",
            "Please look at the car park behind the flats.",
            "Keep the library open in the evening.",
        ),
    ),
    "pl": Sentences(
        worries=(
            "Wieczorem omijam park, bo jest za ciemno.",
            "Na naszej ulicy jest głośno w nocy i nikt nie reaguje.",
        ),
        good=(
            "Sąsiedzi sobie pomagają i dobrze się tu mieszka.",
            "Czuję się tu bezpiecznie.",
        ),
        wishes=(
            "Przydałoby się więcej zajęć dla młodzieży.",
            "Prosimy o więcej informacji po polsku.",
            "Autobusy powinny jeździć dłużej wieczorem.",
        ),
    ),
    "so": Sentences(
        worries=(
            "Habeenkii waddadu waa mugdi, waana ka baqaa.",
            "Carruurtu dibadda kuma ciyaaraan marka gabbalku dhaco.",
        ),
        good=(
            "Dadka xaafaddu way is caawiyaan.",
            "Halkan waxaan ku dareemaa ammaan.",
        ),
        wishes=(
            "Dhallinyaradu waxay u baahan yihiin meel ay tagaan iskuulka ka dib.",
            "Fadlan macluumaadka noogu soo dira af Soomaali.",
            "Nalal badan ayaan u baahannahay.",
        ),
    ),
    "ar": Sentences(
        worries=(
            "أخاف من المشي في المساء لأن الشارع مظلم.",
            "الأطفال لا يلعبون في الخارج بعد الغروب.",
        ),
        good=(
            "الجيران يساعدون بعضهم البعض.",
            "أشعر بالأمان هنا والناس طيبون.",
        ),
        wishes=(
            "نحتاج إلى أماكن للشباب بعد المدرسة.",
            "نرجو توفير المعلومات باللغة العربية.",
            "نحتاج إلى إضاءة أفضل قرب الحديقة.",
        ),
    ),
    "ur": Sentences(
        worries=(
            "رات کو گلی میں اندھیرا ہوتا ہے اور ڈر لگتا ہے۔",
            "شام کے بعد بس اسٹاپ پر اکیلے انتظار کرنا اچھا نہیں لگتا۔",
        ),
        good=(
            "ہمارے محلے میں لوگ ایک دوسرے کا خیال رکھتے ہیں۔",
            "مجھے یہاں رہنا اچھا لگتا ہے۔",
        ),
        wishes=(
            "نوجوانوں کے لیے کھیل کی جگہیں ہونی چاہئیں۔",
            "ہمیں اپنی زبان میں معلومات چاہئیں۔",
            "سڑک پر بہتر روشنی کی ضرورت ہے۔",
        ),
    ),
}


def own_words(rng: Random, language: str, comfort: float) -> str | None:
    """Draw what somebody writes, None where the demo has no sentences in their language."""
    sentences = SENTENCES.get(language)
    if sentences is None:
        return None
    if comfort < WORRIED_BELOW:
        mood = sentences.worries
    elif comfort > CONTENT_ABOVE:
        mood = sentences.good
    else:
        mood = sentences.wishes
    first = rng.choice(mood)
    second = rng.choice(sentences.wishes)
    return f"{first} {second}" if rng.random() < SECOND_SENTENCE and second != first else first
