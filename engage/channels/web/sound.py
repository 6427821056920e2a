"""Sends the sound of a recording, whole or the part that a player asks for."""

from io import BytesIO

from flask import abort, send_file
from werkzeug import Response

from engage.channels.web.recordings import mark_in
from engage.channels.web.visit import this_instance
from engage.storage import clips, questionnaires


def play_clip(code: str, name: str) -> Response:
    """Send a recording; like every page of a survey it is kept in no cache of the browser's."""
    mark = mark_in(name)
    with this_instance().database.reading() as session:
        slug = questionnaires.find_slug(session, code)
        sound = clips.sound_of(session, slug, mark) if slug and mark else None
    if sound is None:
        abort(404)
    media_type, content = sound
    return send_file(BytesIO(content), mimetype=media_type, conditional=True, etag=False)
