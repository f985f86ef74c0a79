"""The template language: directives, expressions, Java's values, and the bounds."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.localaws.gateway.jsonpath import find
from dashboard.localaws.gateway.mapping import Sources
from dashboard.localaws.gateway.templates import TemplateError, render
from tests.localaws.gateway.test_pure import exchange


def rendered(template: str, body: bytes = b'{"name": "Rex", "tags": ["a", "b"], "owner": {"id": 7}}') -> str:
    return render(template, Sources(exchange(body)))


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ("#set($x = 1)$x", "1"),
        ("#set($x = 'a')\n$x\n", "a\n"),
        ('#set($x = "$context.stage!")${x}s', "prod!s"),
        ("#set( $m = {\"a\": 1, 'b': [1, 2]} )$m.a $m.get('b') $m", "1 [1,2] {a=1, b=[1,2]}"),
        ("#set($m = {})#set($m.k = 'v')#set($m['w'] = 2)$!m.put('z', 3)$m.keySet()", '["k","w","z"]'),
        ("#if($input.path('$.name') == 'Rex')yes#{else}no#end", "yes"),
        ("{#if(true)yes#end}", "{yes}"),
        ("#if($input.path('$.none'))a#elseif(1 < 2 && !false)b#{else}c#end", "b"),
        ("#if($input.params('none') == '')empty#end", "empty"),
        ("#if($input.path('$.none') == '' && $input.path('$.none') == $null)nothing#end", "nothing"),
        ("#foreach($t in $input.path('$.tags'))$t:$foreach.index#if($foreach.hasNext),#end#end", "a:0,b:1"),
        ("#foreach($k in $input.path('$.owner').keySet())$k#end", "id"),
        ("#foreach($e in $input.path('$.owner').entrySet())$e.key=$e.getValue()#end", "id=7"),
        ("#foreach($i in [1..5])#if($i == 4)#break#end$i#end", "123"),
        ("a#stop b", "a"),
        ("#set($n = 7)$n #set($n = $n / 2 + 1 * 2)$n #set($n = $n % 3)$n", "7 5 2"),
        ("#set($n = -7 / 2)$n", "-3"),
        (
            "#set($t = 'Rex')$t.length() $t.toUpperCase() $t.substring(1) $t.replaceAll('[ex]', '_')",
            "3 REX ex R__",
        ),
        ("#set($t = 'a,b,,')$t.split(',') $t.contains(',') $t.indexOf('b')", '["a","b"] true 2'),
        ("#set($l = [])#set($ok = $l.add('x'))$l.size() $l[0] $l.isEmpty()", "1 x false"),
        ("$input.path('$').owner.id $input.path('$.tags').size()", "7 2"),
        ("#set($p = $util.parseJson('{\"a\": [1]}'))$p.a[0]", "1"),
        ("#set($context.responseOverride.status = 404)$context.responseOverride.status", "404"),
        (
            "$unknown $!unknown| #unknown \\$context.stage \\$other",
            "$unknown | #unknown $context.stage \\$other",
        ),
        ("'it''s' #set($x = 'it''s')$x", "'it''s' it's"),
        ("$context.stage[0] $5 #", "$5 #".rjust(5)),
    ],
)
def test_a_template(template: str, wanted: str) -> None:
    assert rendered(template) == wanted


TREE: dict[str, Any] = {
    "shop": {
        "books": [
            {"title": "A", "price": 8, "tags": ["x"]},
            {"title": "B", "price": 12, "isbn": "b"},
            {"title": "C", "price": 9},
        ],
        "bike": {"price": 20, "a b": 1},
    },
    "none": None,
}


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("$", TREE),
        ("$.shop.books[1].title", "B"),
        ("$.shop.books[-1].title", "C"),
        ("$['shop']['bike']['a b']", 1),
        ('$.shop["bike"].price', 20),
        ("$.shop.books[9].title", None),
        ("$.shop.books.title", None),
        ("$.none", None),
        ("$.shop.books[*].title", ["A", "B", "C"]),
        ("$.shop.books[0:2].price", [8, 12]),
        ("$.shop.books[-2:].title", ["B", "C"]),
        ("$.shop.bike.*", [20, 1]),
        ("$..price", [8, 12, 9, 20]),
        ("$..books[0].title", ["A"]),
        ("$..nothing", []),
        ("$.shop.bike['price','a b']", [20, 1]),
        ("$.shop.books[?(@.price < 10)].title", ["A", "C"]),
        ("$.shop.books[?(@.isbn)].title", ["B"]),
        ("$.shop.books[?(@.title == 'C')].price", [9]),
        ("$.shop.books[?(@.tags[0] == 'x')].price", [8]),
        ("$.shop.books[?(@.title > 3)].price", []),
    ],
)
def test_a_path(path: str, wanted: Any) -> None:
    assert find(TREE, path) == wanted


@pytest.mark.parametrize(
    "path", ["", "name", "$.", "$[", "$.a[b]", "$.a[?(@.b == c)]", "$...a", "$.a[1", "$x"]
)
def test_a_path_of_another_form(path: str) -> None:
    with pytest.raises(ValueError, match=r"JSON path|value of a filter"):
        find(TREE, path)


def test_an_empty_body_is_an_empty_object() -> None:
    assert rendered("$input.body", b"") == "{}"
    assert rendered("$input.body|$input.body.some", b"raw") == "raw|"


@pytest.mark.parametrize(
    "template",
    [
        "#foreach($a in [1..1000])#foreach($b in [1..1000])x#end#end",
        "#set($a = 'xxxxxxxxxx')#foreach($i in [1..1000])#set($a = $a + $a)#end$a",
        "#set($a = {})#set($a.a = $a)$a",
        "#set($x = " + "(" * 500 + "1" + ")" * 500 + ")",
        "#if(1)" * 100 + "#end" * 100,
        "#set($x = [1..100000])",
    ],
)
def test_what_has_no_end_is_refused(template: str) -> None:
    with pytest.raises(TemplateError):
        rendered(template)


PIECES = st.sampled_from(
    [
        "#set($x = ", ")", "#if(", "#else", "#end", "#foreach($i in ", "$x", "${x", "}", "[1..3]", "$input.path('$')",
        ".get(", "'a'", '"$x"', "==", "&&", " ", "{", ":", "1", "#break", "##", "#*", "*#", "\\", ",", "\n",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join))
def test_every_text_is_rendered_or_refused(text: str) -> None:
    with contextlib.suppress(TemplateError):
        rendered(text)
