"""Content codings: which one a client gets, and that what is packed is the same bytes for everyone."""

import gzip

import brotli
import pytest

from feedsvc.publish.packing import MIN_PACKED_BYTES, choose_coding, list_codings, name_form, pack

BODY = b"<p>The ferry leaves at six.</p>" * 100


@pytest.mark.parametrize(
    ("header", "codings"),
    [
        pytest.param(None, [""], id="no header"),
        pytest.param("", [""], id="an empty one"),
        pytest.param(" ", [""], id="a blank one"),
        pytest.param("gzip", ["gzip", ""], id="gzip"),
        pytest.param("br", ["br", ""], id="br"),
        pytest.param("GZIP, Br", ["br", "gzip", ""], id="in capital letters"),
        pytest.param("x-gzip", ["gzip", ""], id="gzip by its old name"),
        pytest.param("gzip, deflate, br, zstd", ["br", "gzip", ""], id="what browsers send"),
        pytest.param("gzip;q=1.0, br;q=0.9", ["gzip", "br", ""], id="gzip rather than br"),
        pytest.param("br;q=0.2, gzip;q=0.1", ["br", "gzip", ""], id="small weights"),
        pytest.param("gzip ; q=0.5 , br ; q=0.6", ["br", "gzip", ""], id="with spaces"),
        pytest.param("br;q=0, gzip", ["gzip", ""], id="br refused"),
        pytest.param("br;q=0.000, gzip;q=0.001", ["gzip", ""], id="weights of three digits"),
        pytest.param("gzip;q=0", [""], id="gzip refused"),
        pytest.param("*", ["gzip", "br", ""], id="any"),
        pytest.param("*;q=0", [""], id="none"),
        pytest.param("*, br;q=0", ["gzip", ""], id="any but br"),
        pytest.param("*;q=0.5, gzip;q=0.5", ["gzip", "br", ""], id="named before any"),
        pytest.param("br, *;q=0.1", ["br", "gzip", ""], id="br rather than any"),
        pytest.param("gzip;q=0, *", ["br", ""], id="any but gzip"),
        pytest.param("identity", [""], id="identity"),
        pytest.param("identity;q=0", [""], id="identity refused, and nothing else taken"),
        pytest.param("identity;q=0, gzip", ["gzip", ""], id="identity refused"),
        pytest.param("identity, gzip", ["gzip", ""], id="identity as well"),
        pytest.param("identity;q=1, gzip;q=0.5, br;q=0.1", ["", "gzip", "br"], id="rather identity"),
        pytest.param("gzip;q=0.5, gzip;q=0.9, br;q=0.7", ["gzip", "br", ""], id="named twice"),
        pytest.param("gzip;q=nonsense, br;q=0.5", ["br", ""], id="no weight"),
        pytest.param("deflate, zstd, compress", [""], id="others"),
        pytest.param(", ,gzip,,", ["gzip", ""], id="empty members"),
        pytest.param("gzipped, brotli", [""], id="names like ours"),
    ],
)
def test_codings_are_ranked_by_what_the_client_likes(header: str | None, codings: list[str]) -> None:
    assert list(list_codings(header)) == codings


def test_what_is_short_goes_out_as_it_is() -> None:
    assert choose_coding("br, gzip", MIN_PACKED_BYTES - 1) == ""
    assert choose_coding("br, gzip", MIN_PACKED_BYTES) == "br"


def test_what_is_packed_is_shorter_and_gives_the_body_again() -> None:
    assert pack(BODY, "") == BODY
    assert gzip.decompress(pack(BODY, "gzip")) == brotli.decompress(pack(BODY, "br")) == BODY
    assert max(len(pack(BODY, "gzip")), len(pack(BODY, "br"))) < len(BODY) / 10
    assert pack(BODY, "gzip") == pack(bytes(BODY), "gzip")


def test_each_form_has_a_tag_of_its_own() -> None:
    assert [name_form("abc", coding) for coding in list_codings("br, gzip")] == [
        "abc-br",
        "abc-gzip",
        "abc",
    ]
