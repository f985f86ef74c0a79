"""An item as a form: values come back as they were, views of one draft, rows that come and go, errors at their field."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings

from dashboard.core.wire import Item, compact
from dashboard.history.models import Change
from dashboard.tables.core.drafts import parse
from tests.stub.server import StubAws
from tests.tables.core.test_forms import AWKWARD
from tests.tables.screens.conftest import BASE, TABLE
from tests.tables.screens.test_browse import words
from tests.tables.screens.test_edit import EDIT, ITEM, URL, answers, area, hidden
from tests.values import ITEMS

KEYS: Item = {"pk": {"S": "PARCEL#1"}, "sk": {"S": "EVENT#7"}}
_INPUT = re.compile(r'<input\b[^>]*?\bname="([^"]+)"[^>]*?\bvalue="([^"]*)"')
_AREA = re.compile(r'<textarea\b[^>]*?\bname="([^"]+)"[^>]*>\n?(.*?)</textarea>', re.DOTALL)
_SELECT = re.compile(r'<select\b[^>]*?\bname="([^"]+)".*?</select>', re.DOTALL)
_CHOSEN = re.compile(r'<option value="([^"]*)" selected>')


def fields(text: str) -> dict[str, str]:
    """What a browser sends for the page's form: fields in their order, line ends as CR LF."""
    form = text[text.index("data-item-form") :]
    form = form[: form.index("</form>")]
    found: list[tuple[int, str, str]] = [
        (each.start(), each[1], html.unescape(each[2])) for each in _INPUT.finditer(form)
    ]
    found += [
        (each.start(), each[1], re.sub(r"\r\n?|\n", "\r\n", html.unescape(each[2])))
        for each in _AREA.finditer(form)
    ]
    for each in _SELECT.finditer(form):
        chosen = _CHOSEN.search(each[0])
        first = re.search(r'<option value="([^"]*)"', each[0])
        found.append((each.start(), each[1], (chosen or first or ("", ""))[1]))
    return {name: value for _, name, value in sorted(found)}


def opened(aws: StubAws, web: Client, item: Item = ITEM) -> dict[str, str]:
    answers(aws, item)
    return fields(web.get(EDIT).text)


def number_of(data: dict[str, str], name: str) -> str:
    """The number of the row of that attribute."""
    return next(field.removeprefix("name.") for field, value in data.items() if value == name)


def post(web: Client, data: dict[str, str], step: str, url: str = EDIT) -> Any:
    return web.post(url, data | {"step": step})


def test_it_works(aws: StubAws, web: Client) -> None:
    data = opened(aws, web)
    assert data["view"] == "form" and json.loads(data["original"]) == ITEM
    row = number_of(data, "city")
    data[f"value.{row}.S"] = "Kiel"
    aws.requests.clear()
    preview = post(web, data, "preview")
    assert preview.status_code == 200 and aws.count() == 0
    shown = words(re.sub(r"(?s)<textarea.*?</textarea>", "", preview.text))
    assert "Kiel" in shown and "2.50" not in shown
    carried = {name: area(preview.text, name) for name in ("draft", "original")}
    assert hidden(preview.text, "view") == "form"
    carried |= {name: hidden(preview.text, name) for name in ("form", "view")}
    again = post(web, carried, "edit")
    assert fields(again.text)[f"value.{number_of(fields(again.text), 'city')}.S"] == "Kiel"
    done = post(web, carried | {"reason": "moved"}, "save")
    assert (done.status_code, done["Location"]) == (302, URL)
    assert [request.operation for request in aws.requests] == ["UpdateItem"]
    assert Change.objects.get().intended == {"city": {"S": "Kiel"}}


@pytest.mark.parametrize("view", ["form", "plain", "dynamodb"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(item=ITEMS)
def test_any_item_opened_and_sent_unchanged_is_unchanged(
    aws: StubAws, web: Client, view: str, item: Item
) -> None:
    """Through the page, its fields, what a browser does to line ends, and back: byte for byte what was shown."""
    item = {**item, **KEYS}
    for name in ("status", "weight", "raw"):  # keys of indexes have types of their own
        item.pop(name, None)
    answers(aws, item)
    data = fields(web.get(f"{EDIT}?form={view}").text)
    for step in (f"view-{other}" for other in ("plain", "form", "dynamodb", view)):
        data = fields(post(web, data, step).text)
    text = fields(post(web, data, "view-dynamodb").text)["draft"]
    assert json.loads(text) == item
    same = post(web, data, "preview")
    assert same.status_code == 400 and "Nothing was changed" in same.text
    changed = post(
        web,
        fields(post(web, data, "view-dynamodb").text) | {"draft": compact(item | {"zz": {"S": "y"}})},
        "preview",
    )
    assert area(changed.text, "original") == compact(item)


def test_awkward_values_survive_the_form(aws: StubAws, web: Client) -> None:
    item = KEYS | AWKWARD
    data = opened(aws, web, item)
    row = number_of(data, "<b>")
    data[f"value.{row}.S"] = "now with\ntwo lines"
    preview = post(web, data, "preview")
    assert preview.status_code == 200
    assert parse(area(preview.text, "draft"), "dynamodb") == item | {"<b>": {"S": "now with\ntwo lines"}}


def test_a_value_that_a_field_would_change_is_shown_and_kept(aws: StubAws, web: Client) -> None:
    data = opened(aws, web, KEYS | {"note": {"S": "a\r\nb"}})
    page = web.get(EDIT).text
    assert "a\\r\\nb" in page and "edit it as JSON" in page
    assert [name for name in data if name.startswith("fixed.")]
    text = area(post(web, data, "view-plain").text, "draft")
    assert json.loads(text)["note"] == "a\r\nb"


def test_views_keep_what_was_typed_and_what_is_wrong(aws: StubAws, web: Client) -> None:
    data = opened(aws, web)
    row = number_of(data, "weight")
    data[f"value.{row}.N"] = "12,5"
    plain = post(web, data, "view-plain")
    assert plain.status_code == 200 and '{"$n": "12,5"}' in area(plain.text, "draft")
    assert "is not a number" in plain.text and 'aria-invalid="true"' in plain.text
    back = post(web, fields(plain.text), "view-form")
    assert fields(back.text)[f"value.{number_of(fields(back.text), 'weight')}.N"] == "12,5"
    assert "is not a number" in back.text


def test_a_view_that_cannot_show_the_draft_is_not_opened(aws: StubAws, web: Client) -> None:
    data = opened(aws, web, KEYS | {"m": {"M": {}}})
    row = number_of(data, "m")
    data[f"value.{row}.M"] = '{"half": '
    stays = post(web, data, "view-plain")
    assert stays.status_code == 400
    assert fields(stays.text)[f"value.{row}.M"] == '{"half": '
    assert f'id="problem-{row}"' in stays.text and "not valid JSON" in stays.text


WRONG = [
    ("N", "NaN", "is not a number"),
    ("N", "1E+126", "outside DynamoDB"),
    ("N", "1" * 39, "39 significant digits"),
    ("L", "[" * 33 + "]" * 33, "deeper than 32"),
    ("M", '{"a": 1, "a": 2}', "stands twice"),
    ("SS", "", "cannot be empty"),
    ("SS", "a\r\na", "each value once"),
    ("B", "?", "not base64"),
    ("BOOL", "", "Choose true or false"),
]


@pytest.mark.parametrize("step", ["preview", "save"])
@pytest.mark.parametrize(("tag", "text", "said"), WRONG)
def test_what_cannot_be_stored_is_said_at_its_field(
    aws: StubAws, web: Client, tag: str, text: str, said: str, step: str
) -> None:
    data = opened(aws, web) | {
        "name.90": "added",
        "tag.90": tag,
        f"value.90.{tag}": text,
        "reason": "because",
    }
    aws.requests.clear()
    refused = post(web, data, step)
    assert refused.status_code == 400
    problem = re.search(r'id="problem-90">([^<]*)<', refused.text)
    assert problem and said in html.unescape(problem[1])
    assert fields(refused.text)[f"value.90.{tag}"] == text
    assert area(refused.text, "reason") == "because"
    assert aws.count() == 0 and not Change.objects.exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "empty name"), ("city", "has this name already"), ("x" * 65_536, "longer than 65,535")],
)
def test_a_name_that_cannot_be(aws: StubAws, web: Client, name: str, said: str) -> None:
    data = opened(aws, web) | {"name.90": name, "tag.90": "S", "value.90.S": "x"}
    refused = post(web, data, "preview")
    assert refused.status_code == 400 and said in refused.text


def test_add_rename_remove_and_retype(aws: StubAws, web: Client) -> None:
    data = opened(aws, web)
    more = fields(post(web, data, "add").text)
    (fresh,) = {name for name in more if name.startswith("name.")} - set(data)
    number = fresh.removeprefix("name.")
    more |= {fresh: "count", f"value.{number}.S": "12"}
    typed = fields(post(web, more | {f"tag.{number}": "N"}, "retype").text)
    assert typed[f"value.{number}.N"] == "12"
    city = number_of(typed, "city")
    typed[f"name.{city}"] = "town"
    less = fields(post(web, typed, f"remove-{number_of(typed, 'tags')}").text)
    assert "tags" not in less.values()
    preview = post(web, less, "preview")
    expected = {name: value for name, value in ITEM.items() if name not in ("city", "tags")}
    expected |= {"town": ITEM["city"], "count": {"N": "12"}}
    assert parse(area(preview.text, "draft"), "dynamodb") == expected


def test_a_type_that_was_changed_without_script_is_converted_on_the_way(aws: StubAws, web: Client) -> None:
    data = opened(aws, web)
    row = number_of(data, "city")
    preview = post(web, data | {f"tag.{row}": "SS"}, "preview")
    assert parse(area(preview.text, "draft"), "dynamodb")["city"] == {"SS": ["Lübeck"]}
    page = post(web, data | {f"tag.{row}": "SS"}, "retype")
    assert "Was a string: each line is a member." in page.text


def test_keys_stay_and_their_names_and_types_are_not_fields(aws: StubAws, web: Client) -> None:
    answers(aws)
    page = web.get(EDIT).text
    data = fields(page)
    row = number_of(data, "pk")
    assert f'id="name-{row}"' not in page and f'id="tag-{row}"' not in page
    assert f'value="remove-{row}"' not in page


def test_a_wide_item_is_edited_as_text_and_that_is_said(aws: StubAws, web: Client) -> None:
    wide = KEYS | {f"a{number}": {"S": "x"} for number in range(300)}
    answers(aws, wide)
    page = web.get(EDIT)
    assert hidden(page.text, "view") == "plain"
    refused = post(
        web,
        {"form": "plain", "view": "plain", "draft": area(page.text, "draft"), "original": compact(wide)},
        "view-form",
    )
    assert refused.status_code == 400 and "the form shows at most 300" in refused.text
    assert json.loads(area(refused.text, "draft"))["a299"] == "x"


def test_three_hundred_attributes_fit_into_one_request(aws: StubAws, web: Client) -> None:
    wide = KEYS | {f"a{number}": {"S": "x"} for number in range(298)}
    data = opened(aws, web, wide)
    assert post(web, data | {"value.5.S": "y"}, "preview").status_code == 200
    assert "at most 300" in post(web, data, "add").text


def test_what_no_page_sends_is_passed_over(aws: StubAws, web: Client) -> None:
    junk = {
        "name.x": "a",
        "fixed.7": "{",
        "fixed.8": "[1, 2]",
        "fixed.9": '["a", {}]',
        "value.1.Q": "x",
        "tag.1": "Q",
    }
    shown = post(web, {"rows": "1", "view": "form", "name.1": "pk"} | junk, "edit")
    assert shown.status_code == 200
    assert post(web, {"view": "rubbish", "form": "rubbish", "draft": "{}"}, "view-rubbish").status_code == 200


def test_the_size_is_the_servers(aws: StubAws, web: Client) -> None:
    data = opened(aws, web, KEYS | {"big": {"S": "x" * 204_800}})
    page = post(web, data | {f"value.{number_of(data, 'big')}.S": "x" * 409_700}, "retype")
    assert "400\u00a0KB of 400 KB" in page.text
    assert "409,600" in post(web, data | {f"value.{number_of(data, 'big')}.S": "x" * 409_700}, "preview").text


def test_a_refusal_by_aws_keeps_the_form(aws: StubAws, web: Client) -> None:
    data = opened(aws, web)
    data[f"value.{number_of(data, 'city')}.S"] = "Kiel"
    aws.fail("UpdateItem", "AccessDeniedException", "no")
    refused = post(web, data | {"reason": "x"}, "save")
    assert refused.status_code == 502
    again = fields(refused.text)
    assert again[f"value.{number_of(again, 'city')}.S"] == "Kiel"


def test_a_new_item_is_a_form_with_its_keys(aws: StubAws, web: Client) -> None:
    new = f"{BASE}{TABLE}/new/"
    data = fields(web.get(new).text)
    refused = post(web, data, "preview", new)
    assert refused.status_code == 400 and "must not be empty" in refused.text
    data |= {f"value.{number_of(data, name)}.S": "x" for name in ("pk", "sk")}
    assert "What will be created" in post(web, data, "preview", new).text


def test_a_duplicate_asks_for_a_key_of_its_own(aws: StubAws, web: Client) -> None:
    answers(aws)
    page = web.get(f"{URL}duplicate/")
    data = fields(page.text)
    assert aws.count() == 1 and f'action="{BASE}{TABLE}/new/"' in page.text
    new = f"{BASE}{TABLE}/new/"
    refused = post(web, data, "preview", new)
    assert refused.status_code == 400 and "Give the duplicate a key of its own" in refused.text
    row = number_of(data, "sk")
    preview = post(web, data | {f"value.{row}.S": "EVENT#8"}, "preview", new)
    aws.reply("PutItem", {})
    carried = {name: hidden(preview.text, name) for name in ("form", "view", "copy_of")}
    done = post(web, carried | {"draft": area(preview.text, "draft"), "reason": "again"}, "save", new)
    assert done.status_code == 302
    (body,) = aws.of("PutItem")
    assert body["Item"] == ITEM | {"sk": {"S": "EVENT#8"}}


def test_a_hostile_copy_of_is_no_address(aws: StubAws, web: Client) -> None:
    data = {"copy_of": "../../x?<b>", "form": "plain", "draft": "{", "original": ""}
    assert post(web, data, "preview", f"{BASE}{TABLE}/new/").status_code == 400


def test_the_form_says_what_its_fields_do_not_show(aws: StubAws, web: Client) -> None:
    answers(aws, KEYS | {"zero\u200bwidth": {"S": "x"}, "city": {"S": "Kiel "}, "plain": {"S": "x"}})
    page = words(web.get(EDIT).content.decode())
    assert "its name holds U+200B" in page
    assert "holds blank space at an end" in page
    assert page.count(" holds ") == 2


def test_what_cannot_be_saved_is_led_to(aws: StubAws, web: Client) -> None:
    """In a form of many attributes the one that is wrong is out of sight."""
    data = opened(aws, web)
    row = number_of(data, "weight")
    data[f"value.{row}.N"] = "heavy"
    page = post(web, data, "preview")
    assert page.status_code == 400
    assert f'<a href="#row-{row}">weight</a>' in page.text
    assert f'id="row-{row}"' in page.text
    assert page.text.count('<a href="#row-') == 1


@pytest.mark.parametrize(
    ("step", "focus"),
    [
        ("add", "name.{new}"),
        ("remove-{city}", "name.{data}"),
        ("remove-{zip}", "add"),
        ("view-plain", "view-plain"),
        ("view-form", "view-form"),
    ],
)
def test_the_keyboard_goes_on_where_the_next_step_is(
    aws: StubAws, web: Client, step: str, focus: str
) -> None:
    data = opened(aws, web, KEYS | {"city": {"S": "Kiel"}, "data": {"N": "1"}, "zip": {"S": "1"}})
    rows = {name: number_of(data, name) for name in ("city", "data", "zip")} | {"new": "6"}
    page = post(web, data, step.format(**rows)).text
    (tag,) = re.findall(r"<[^>]* autofocus[^>]*>", page)
    said = re.search(r'name="(?:step" value=")?([^"]+)"', tag)
    assert said is not None and said[1] == focus.format(**rows)


def test_the_keyboard_goes_to_the_first_value_that_is_wrong(aws: StubAws, web: Client) -> None:
    data = opened(aws, web, KEYS | {"a": {"N": "1"}, "b": {"N": "2"}, "c": {"N": "3"}})
    for name in ("b", "c"):
        data[f"value.{number_of(data, name)}.N"] = "x"
    page = post(web, data, "preview")
    (tag,) = re.findall(r"<[^>]* autofocus[^>]*>", page.text)
    assert page.status_code == 400 and f'name="value.{number_of(data, "b")}.N"' in tag


def test_a_name_too_long_for_its_column_gets_a_line(aws: StubAws, web: Client) -> None:
    answers(aws, KEYS | {"a" * 16: {"S": "x"}, "b" * 17: {"S": "x"}, "c" * 27: {"S": "x"}})
    page = web.get(EDIT).text
    assert re.findall(r'class="attr( attr-\w+)?" id="[^"]+" data-tag="\w+" role="group" aria-label="Attribute (\w)', page) == [
        ("", "p"), ("", "s"), ("", "a"), (" attr-mid", "b"), (" attr-long", "c"),
    ]  # fmt: skip


def test_a_move_too_wide_for_one_is_offered_as_a_new_item(aws: StubAws, web: Client) -> None:
    """The draft comes along as it is, and the item that is created leads to the one it was made from."""
    wide = KEYS | {f"a{number:03}": {"S": "x"} for number in range(180)}
    data = opened(aws, web, wide)
    data[f"value.{number_of(data, 'sk')}.S"] = "EVENT#8"
    page = post(web, data, "preview")
    assert page.status_code == 400 and "Duplicate the item under the new key" in words(page.text)
    found = re.search(r'formaction="([^"]+)"', page.text)
    assert found is not None
    there = post(web, data, "preview", html.unescape(found[1]))
    assert there.status_code == 200 and "What will be created" in words(there.text)
    assert "EVENT#8" in there.text and hidden(there.text, "copy_of") == URL.rstrip("/").rpartition("/")[2]
    aws.requests.clear()
    aws.reply("PutItem", {})
    again = fields_of_preview(there.text) | {"step": "save", "reason": "moved"}
    done = web.post(f"{BASE}{TABLE}/new/", again)
    assert done.status_code == 302 and aws.of("PutItem")[0]["Item"] == wide | {"sk": {"S": "EVENT#8"}}
    answers(aws, wide)
    assert "The item it is a copy of" in words(web.get(done["Location"]).text)


def fields_of_preview(text: str) -> dict[str, str]:
    """What the form of a preview carries."""
    names = ("form", "view", "copy_of")
    return {name: hidden(text, name) for name in names} | {
        name: html.unescape(area(text, name)) for name in ("original", "draft")
    }
