"""Who may do what: every staff page is closed until it names whom it is for."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask

from engage.staff.access import ROLE_PERMISSIONS, Permission, access_of, local_path
from engage.storage.staff import ROLES as KNOWN_ROLES
from staffing import ROLES, csrf_token, signed_in

EVERYBODY = {*ROLES, None}
STAFF = set(ROLES)
COORDINATORS = {"admin", "coordinator"}
REVIEWERS = {"admin", "coordinator", "analyst"}
AUTHORS = {"admin", "analyst", "coordinator"}
KEYERS = {"admin", "coordinator", "ambassador"}
PUBLISHERS = {"admin", "analyst"}
READERS = {"admin", "analyst", "partner"}
TRANSLATORS = {"admin", "coordinator", "translator"}
CODERS = {"admin", "analyst", "coder"}

#: Endpoint and method → the roles that may (None is somebody not signed in).
ALLOWED = {
    ("staff.static", "GET"): EVERYBODY,
    ("staff.sign_in", "GET"): EVERYBODY,
    ("staff.sign_in_with_password", "POST"): EVERYBODY,
    ("staff.show_link", "GET"): EVERYBODY,
    ("staff.use_link", "POST"): EVERYBODY,
    ("staff.form", "GET"): EVERYBODY,
    ("staff.enter", "POST"): KEYERS,
    ("staff.spoil_form", "POST"): KEYERS,
    ("staff.sign_out", "POST"): STAFF,
    ("staff.home", "GET"): STAFF,
    ("staff.key_a_form", "GET"): KEYERS,
    ("staff.rescue", "GET"): KEYERS | REVIEWERS,
    ("staff.take_in_rescue_file", "POST"): KEYERS | REVIEWERS,
    ("staff.list_tablets", "GET"): KEYERS,
    ("staff.prepare_tablet", "POST"): KEYERS,
    ("staff.revoke_tablet", "POST"): KEYERS,
    ("staff.list_visits", "GET"): KEYERS,
    ("staff.visit", "GET"): KEYERS,
    ("staff.new_visit", "GET"): KEYERS,
    ("staff.add_visit", "POST"): KEYERS,
    ("staff.edit_visit", "GET"): KEYERS,
    ("staff.change_visit", "POST"): KEYERS,
    ("staff.check_in_to", "POST"): KEYERS,
    ("staff.check_out_of", "POST"): KEYERS,
    ("staff.keep_visit_tally", "POST"): KEYERS,
    ("staff.call_visit_off", "POST"): KEYERS,
    ("staff.run_session", "GET"): KEYERS,
    ("staff.session_sheet", "GET"): KEYERS,
    ("staff.my_training", "GET"): KEYERS,
    ("staff.confirm_training", "POST"): KEYERS,
    ("staff.calendar", "GET"): KEYERS,
    ("staff.my_calendar", "GET"): KEYERS,
    ("staff.list_organisations", "GET"): KEYERS,
    ("staff.add_an_organisation", "POST"): KEYERS,
    ("staff.name_organisation", "POST"): COORDINATORS,
    ("staff.my_batches", "GET"): KEYERS,
    ("staff.act_on_my_batch", "POST"): KEYERS,
    ("staff.practice", "GET"): KEYERS,
    ("staff.telephone", "GET"): KEYERS,
    ("staff.begin_telephone", "GET"): KEYERS,
    ("staff.practise_on_a_phone", "GET"): KEYERS,
    ("staff.practise_form", "GET"): KEYERS,
    ("staff.practise_keying", "POST"): KEYERS,
    ("staff.worried", "GET"): EVERYBODY,
    ("staff.worried_script", "GET"): EVERYBODY,
    ("staff.worried_worker", "GET"): EVERYBODY,
    ("staff.worried_token", "GET"): EVERYBODY,
    ("staff.take_worries", "POST"): EVERYBODY,
    ("staff.worried_form", "GET"): KEYERS,
    ("staff.tell_worry", "POST"): KEYERS,
    ("staff.scans", "GET"): KEYERS,
    ("staff.send_scans", "POST"): KEYERS,
    ("staff.sending", "GET"): KEYERS,
    ("staff.scan_review", "GET"): REVIEWERS,
    ("staff.review_scan", "GET"): REVIEWERS,
    ("staff.decide_scan", "POST"): REVIEWERS,
    ("staff.store_scan", "POST"): REVIEWERS,
    ("staff.undo_scan", "POST"): REVIEWERS,
    ("staff.put_scan_back", "POST"): REVIEWERS,
    ("staff.spoil_scan", "POST"): REVIEWERS,
    ("staff.scan_picture", "GET"): REVIEWERS,
    ("staff.second_reading", "GET"): REVIEWERS,
    ("staff.take_second_reading", "POST"): REVIEWERS,
    ("staff.compare_readings", "GET"): REVIEWERS,
    ("staff.settle_readings", "POST"): REVIEWERS,
    ("staff.camera", "GET"): KEYERS,
    ("staff.camera_script", "GET"): KEYERS,
    ("staff.camera_worker", "GET"): KEYERS,
    ("staff.camera_sheets", "GET"): KEYERS,
    ("staff.take_sheet", "POST"): KEYERS,
    ("staff.paper", "GET"): COORDINATORS,
    ("staff.print_paper", "POST"): COORDINATORS,
    ("staff.list_batches", "GET"): COORDINATORS,
    ("staff.batch", "GET"): COORDINATORS,
    ("staff.act_on_batch", "POST"): COORDINATORS,
    ("staff.unspoil_form", "POST"): COORDINATORS,
    ("staff.set_paper_rules", "POST"): COORDINATORS,
    ("staff.job", "GET"): KEYERS | READERS,
    ("staff.job_file", "GET"): KEYERS | READERS,
    ("staff.list_jobs", "GET"): KEYERS | READERS,
    ("staff.cancel_job", "POST"): KEYERS | READERS,
    ("staff.retry_job", "POST"): KEYERS | READERS,
    ("staff.review", "GET"): REVIEWERS,
    ("staff.review_item", "GET"): REVIEWERS,
    ("staff.undo_decision", "POST"): REVIEWERS,
    ("staff.worry_about_scan", "POST"): REVIEWERS,
    ("staff.decide_item", "POST"): REVIEWERS,
    ("staff.list_drawings", "GET"): REVIEWERS,
    ("staff.review_drawing", "GET"): REVIEWERS,
    ("staff.decide_drawing", "POST"): REVIEWERS,
    ("staff.surveys", "GET"): COORDINATORS,
    ("staff.set_up", "GET"): COORDINATORS,
    ("staff.bring_in_survey", "POST"): COORDINATORS,
    ("staff.set_up_survey", "GET"): COORDINATORS,
    ("staff.open_survey", "POST"): COORDINATORS,
    ("staff.set_up_item", "GET"): COORDINATORS,
    ("staff.sign_item", "POST"): COORDINATORS,
    ("staff.dpia_annex", "GET"): COORDINATORS,
    ("staff.past_waves", "GET"): PUBLISHERS,
    ("staff.take_past_file", "POST"): PUBLISHERS,
    ("staff.map_columns", "GET"): PUBLISHERS,
    ("staff.keep_columns", "POST"): PUBLISHERS,
    ("staff.map_values", "GET"): PUBLISHERS,
    ("staff.keep_values", "POST"): PUBLISHERS,
    ("staff.preview_past_wave", "GET"): PUBLISHERS,
    ("staff.bring_in_past_wave", "POST"): PUBLISHERS,
    ("staff.past_mapping", "GET"): PUBLISHERS,
    ("staff.survey", "GET"): COORDINATORS,
    ("staff.change_wave", "POST"): COORDINATORS,
    ("staff.change_language", "POST"): COORDINATORS,
    ("staff.add_language", "POST"): COORDINATORS,
    ("staff.offer_language", "POST"): COORDINATORS,
    ("staff.recordings", "GET"): TRANSLATORS,
    ("staff.keep_recording", "POST"): TRANSLATORS,
    ("staff.remove_recording", "POST"): TRANSLATORS,
    ("staff.check_help_line", "POST"): COORDINATORS,
    ("staff.translations", "GET"): TRANSLATORS,
    ("staff.translate", "GET"): TRANSLATORS,
    ("staff.save_words", "POST"): TRANSLATORS,
    ("staff.sign_off", "POST"): TRANSLATORS,
    ("staff.export_words", "GET"): TRANSLATORS,
    ("staff.import_words", "POST"): TRANSLATORS,
    ("staff.text_simulator", "GET"): COORDINATORS,
    ("staff.simulate_text", "POST"): COORDINATORS,
    ("staff.text_channels", "GET"): COORDINATORS,
    ("staff.open_text_channel", "POST"): COORDINATORS,
    ("staff.text_channel", "GET"): COORDINATORS,
    ("staff.change_text_channel", "POST"): COORDINATORS,
    ("staff.change_text_secret", "POST"): COORDINATORS,
    ("staff.test_text_channel", "POST"): COORDINATORS,
    ("staff.settle_text", "POST"): COORDINATORS,
    ("staff.duty", "GET"): COORDINATORS,
    ("staff.duty_waiting", "GET"): COORDINATORS,
    ("staff.act_on_duty", "POST"): COORDINATORS,
    ("staff.change_duty", "POST"): COORDINATORS,
    ("staff.results", "GET"): READERS,
    ("staff.results_file", "GET"): READERS,
    ("staff.make_results_file", "POST"): READERS,
    ("staff.publish_results", "POST"): PUBLISHERS,
    ("staff.summaries", "GET"): READERS,
    ("staff.summary_file", "GET"): READERS,
    ("staff.print_summaries", "POST"): READERS,
    ("staff.explore", "GET"): READERS,
    ("staff.beside", "GET"): READERS,
    ("staff.slides", "GET"): READERS,
    ("staff.list_reports", "GET"): READERS,
    ("staff.begin_report", "POST"): PUBLISHERS,
    ("staff.report", "GET"): READERS,
    ("staff.report_as_file", "GET"): READERS,
    ("staff.write_report_head", "POST"): PUBLISHERS,
    ("staff.write_report_section", "POST"): PUBLISHERS,
    ("staff.write_report_recommendation", "POST"): PUBLISHERS,
    ("staff.move_report", "POST"): PUBLISHERS,
    ("staff.invite_to_report", "POST"): PUBLISHERS,
    ("staff.settle_report_comment", "POST"): PUBLISHERS,
    ("staff.read_for_comments", "GET"): EVERYBODY,
    ("staff.send_comment", "POST"): EVERYBODY,
    ("staff.in_public", "GET"): REVIEWERS,
    ("staff.list_actions", "GET"): REVIEWERS,
    ("staff.action", "GET"): REVIEWERS,
    ("staff.keep_action", "POST"): REVIEWERS,
    ("staff.drop_action", "POST"): REVIEWERS,
    ("staff.questions", "GET"): REVIEWERS,
    ("staff.decide_question", "POST"): REVIEWERS,
    ("staff.communities", "GET"): PUBLISHERS,
    ("staff.note_community", "POST"): PUBLISHERS,
    ("staff.posters", "GET"): REVIEWERS | KEYERS,
    ("staff.poster", "GET"): REVIEWERS | KEYERS,
    ("staff.own_words", "GET"): CODERS,
    ("staff.next_text", "GET"): CODERS,
    ("staff.read_text", "GET"): CODERS,
    ("staff.code_text", "POST"): CODERS,
    ("staff.next_difference", "GET"): PUBLISHERS,
    ("staff.difference", "GET"): PUBLISHERS,
    ("staff.settle_difference", "POST"): PUBLISHERS,
    ("staff.themes_of", "GET"): PUBLISHERS,
    ("staff.change_themes", "POST"): PUBLISHERS,
    ("staff.proposed_quotes", "GET"): PUBLISHERS,
    ("staff.decide_quote", "POST"): PUBLISHERS,
    ("staff.texts_to_translate", "GET"): {"admin", "translator"},
    ("staff.text_to_translate", "GET"): {"admin", "translator"},
    ("staff.translate_text", "POST"): {"admin", "translator"},
    ("staff.bound_translators", "GET"): {"admin"},
    ("staff.change_bound_translators", "POST"): {"admin"},
    ("staff.raw_data", "GET"): {"admin"},
    ("staff.take_raw_data", "POST"): {"admin"},
    ("staff.raw_data_codebook", "GET"): {"admin"},
    ("staff.keeping", "GET"): COORDINATORS,
    ("staff.decide_keeping", "POST"): COORDINATORS,
    ("staff.author_head", "GET"): REVIEWERS,
    ("staff.author_save_head", "POST"): REVIEWERS,
    ("staff.author_language", "POST"): REVIEWERS,
    ("staff.author_scale", "GET"): REVIEWERS,
    ("staff.author_save_scale", "POST"): REVIEWERS,
    ("staff.author", "GET"): REVIEWERS,
    ("staff.begin_copy", "POST"): REVIEWERS,
    ("staff.author_copy", "GET"): REVIEWERS,
    ("staff.author_add", "POST"): REVIEWERS,
    ("staff.author_act", "POST"): REVIEWERS,
    ("staff.author_undo", "POST"): REVIEWERS,
    ("staff.author_publish", "POST"): REVIEWERS,
    ("staff.author_discard", "POST"): REVIEWERS,
    ("staff.author_condition", "GET"): REVIEWERS,
    ("staff.author_pick", "POST"): REVIEWERS,
    ("staff.author_routes", "GET"): REVIEWERS,
    ("staff.author_change_routes", "POST"): REVIEWERS,
    ("staff.author_route", "GET"): REVIEWERS,
    ("staff.author_pick_route", "POST"): REVIEWERS,
    ("staff.author_question", "GET"): REVIEWERS,
    ("staff.author_save", "POST"): REVIEWERS,
    ("staff.author_preview", "POST"): REVIEWERS,
    ("staff.author_versions", "GET"): REVIEWERS,
    ("staff.author_compare", "GET"): REVIEWERS,
    ("staff.author_borrow", "GET"): REVIEWERS,
    ("staff.author_copy_question", "POST"): REVIEWERS,
    ("staff.author_file", "GET"): REVIEWERS,
    ("staff.author_words", "GET"): REVIEWERS,
    ("staff.author_save_words", "POST"): REVIEWERS,
    ("staff.coverage", "GET"): {"admin", "ambassador", "analyst", "coordinator"},
    ("staff.planner", "GET"): REVIEWERS,
    ("staff.progress", "GET"): REVIEWERS,
    ("staff.progress_file", "GET"): REVIEWERS,
    ("staff.set_progress_recipients", "POST"): COORDINATORS,
    ("staff.send_progress", "POST"): COORDINATORS,
    ("staff.quality", "GET"): REVIEWERS,
    ("staff.targets", "GET"): REVIEWERS,
    ("staff.set_targets", "POST"): COORDINATORS,
    ("staff.set_targets_from_file", "POST"): COORDINATORS,
    ("staff.author_help_lines", "GET"): REVIEWERS,
    ("staff.author_save_help_lines", "POST"): REVIEWERS,
    ("staff.audit_log", "GET"): {"admin"},
    ("staff.audit_file", "GET"): {"admin"},
    ("staff.check_audit", "POST"): {"admin"},
    ("staff.people", "GET"): {"admin"},
    ("staff.invite", "POST"): {"admin"},
    ("staff.make_link", "POST"): {"admin"},
    ("staff.close", "POST"): {"admin"},
    ("staff.person", "GET"): {"admin"},
    ("staff.change_person", "POST"): {"admin"},
    ("staff.end_sessions_of", "POST"): {"admin"},
    ("staff.remove_factors_of", "POST"): {"admin"},
    ("staff.me", "GET"): STAFF,
    ("staff.end_own_session", "POST"): STAFF,
    ("staff.end_other_sessions", "POST"): STAFF,
    ("staff.change_password", "POST"): STAFF,
    ("staff.set_up_second_step", "GET"): STAFF,
    ("staff.add_own_app", "POST"): STAFF,
    ("staff.add_own_passkey", "POST"): STAFF,
    ("staff.remove_own_app", "POST"): STAFF,
    ("staff.remove_own_passkey", "POST"): STAFF,
    ("staff.renew_recovery_codes", "POST"): STAFF,
    ("staff.sign_in_with_passkey", "POST"): EVERYBODY,
    ("staff.second_step", "GET"): STAFF,
    ("staff.show_second_step", "POST"): set(),
}
VALUES = {
    "filename": "staff.css",
    "token": str(uuid4()),
    "serial": "7KQM4RTXC",
    "job_id": str(uuid4()),
    "batch_id": str(uuid4()),
    "act": "take-back",
    "job": str(uuid4()),
    "page": str(uuid4()),
    "tablet_id": str(uuid4()),
    "action_id": str(uuid4()),
    "question_id": str(uuid4()),
    "sheet_id": str(uuid4()),
    "item_hash": "0" * 64,
    "piece_id": str(uuid4()),
    "quote_id": str(uuid4()),
    "wave": "2026-autumn",
    "slug": "feeling-safe",
    "tag": "so",
    "line_id": "childline",
    "ending": "po",
    "account_id": 999,
    "session_id": 999,
    "passkey_id": 999,
    "report_id": 999,
    "reference": "0" * 64,
    "question": "scene",
    "channel_id": str(uuid4()),
    "item_id": str(uuid4()),
    "visit_id": str(uuid4()),
    "organisation_id": str(uuid4()),
    "copy_id": str(uuid4()),
    "form": "pdf",
    "item": "privacy",
    "name": "scale",
    "survey": "feeling-safe",
    "outbound_id": str(uuid4()),
}


def staff_routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Yield endpoint, method and an address of every staff route."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("staff."):
            values = {name: VALUES[name] for name in rule.arguments}
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule.endpoint, method, adapter.build(rule.endpoint, values, method=method)


def test_every_staff_route_says_who_it_is_for(app: Flask) -> None:
    routes = list(staff_routes(app))
    assert {(endpoint, method) for endpoint, method, _ in routes} == set(ALLOWED)
    with app.app_context():
        assert all(access_of(endpoint) is not None for endpoint, _, _ in routes)


@pytest.mark.parametrize("role", [*ROLES, None])
def test_a_role_reaches_its_own_pages_and_no_others(app: Flask, role: str | None) -> None:
    client = signed_in(app, role) if role else app.test_client()
    routes = sorted(staff_routes(app), key=lambda route: route[0] == "staff.sign_out")
    token = csrf_token(client)
    for endpoint, method, address in routes:
        data = {"csrf_token": token} if method == "POST" else None
        response = client.open(address, method=method, data=data)
        location = response.headers.get("Location", "")
        if role in ALLOWED[endpoint, method]:
            wrong_password = endpoint in ("staff.sign_in_with_password", "staff.sign_in_with_passkey")
            assert (response.status_code in (401, 403)) == wrong_password, address
            assert not location.startswith("/staff/sign-in?"), address
        elif role is None or endpoint == "staff.enter":
            assert response.status_code == 303, address
            assert location.startswith("/staff/sign-in?next=/"), address
        else:
            assert response.status_code == 403, address
        response.close()


def test_a_view_that_names_nobody_is_closed_even_to_an_admin(app: Flask) -> None:
    client = signed_in(app, "admin")
    app.view_functions["staff.home"] = lambda: "left open by mistake"
    assert client.get("/staff/").status_code == 403
    assert app.test_client().get("/staff/").status_code == 303


def test_every_role_is_known_and_every_permission_is_somebodys() -> None:
    assert set(ROLE_PERMISSIONS) == set(KNOWN_ROLES)
    assert ROLE_PERMISSIONS["admin"] == frozenset(Permission)
    assert ROLE_PERMISSIONS["ambassador"] == {
        Permission.ENTER_FORMS,
        Permission.PREPARE_TABLETS,
        Permission.RUN_SESSIONS,
    }
    assert ROLE_PERMISSIONS["translator"] == {Permission.TRANSLATE, Permission.TRANSLATE_ANSWERS}
    assert ROLE_PERMISSIONS["coder"] == {Permission.CODE_WORDS}


@pytest.mark.parametrize("path", ["/staff/", "/staff/paper?survey=feeling-safe", "/f/7KQM4RTXC", "/staff/review/ab12"])
def test_after_signing_in_one_goes_on_to_a_page_of_ours(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "https://example.org/",
        "//example.org/staff/",
        "/\\example.org",
        "/staff/..//example.org",
        "/staff//example.org",
        "/staff/\n",
        "/staff/sign-out",
        "javascript:alert(1)",
        "/s/local",
        "/staff/%0d%0aSet-Cookie:x=1;",
    ],
)
def test_nothing_leads_to_another_host(path: str | None) -> None:
    assert local_path(path) == "/staff/"
