"""Sounds for tests: a real one that browsers play, and the beginnings of every kind that is taken."""

import io
import math
import struct
import wave

#: Samples a second.
_RATE = 8000


def a_wav(seconds: float = 0.3, pitch: int = 440) -> bytes:
    """Return a tone as a WAV file; another pitch is another sound."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        frames = (round(9000 * math.sin(math.tau * pitch * at / _RATE)) for at in range(round(seconds * _RATE)))
        sound.writeframes(b"".join(struct.pack("<h", frame) for frame in frames))
    return file.getvalue()


#: Media type → the first bytes of a file of it.
BEGINNINGS = {
    "audio/mpeg": [b"ID3\x04\x00\x00\x00\x00\x00\x00", b"\xff\xfb\x90\x64", b"\xff\xf3\x40\xc4"],
    "audio/ogg": [b"OggS\x00\x02" + bytes(22) + b"OpusHead\x01", b"OggS\x00\x02" + bytes(22) + b"\x01vorbis"],
    "audio/mp4": [b"\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00"],
    "audio/wav": [a_wav(0.01)],
}
