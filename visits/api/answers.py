"""Refusals over HTTP: one `Refused` as JSON, whatever went wrong; to a person at a wrong address, the same in words."""

from types import MappingProxyType
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from contract.refusals import RefusalCode
from visits.api.arrivals import Busy
from visits.errors import Refused, Unavailable
from visits.pages import page_html

STATUS: Final = MappingProxyType(
    {
        RefusalCode.MALFORMED: 400,
        RefusalCode.NOT_A_LAPTOP: 403,
        RefusalCode.CODE_WRONG: 403,
        RefusalCode.NOT_VETTED: 403,
        RefusalCode.LINK_NOT_CLAIMED: 403,
        RefusalCode.LINK_UNKNOWN: 404,
        RefusalCode.NO_PHOTO: 404,
        RefusalCode.NO_UPDATE: 404,
        RefusalCode.LINK_IN_USE: 409,
        RefusalCode.CODE_USED: 410,
        RefusalCode.CODE_EXPIRED: 410,
        RefusalCode.LINK_EXPIRED: 410,
        RefusalCode.BOOKING_OVER: 410,
        RefusalCode.TOO_LARGE: 413,
        RefusalCode.TOO_MANY: 429,
        RefusalCode.UNAVAILABLE: 503,
    }
)
NOWHERE: Final = frozenset({404, 405})  # for somebody who opens a link, both are the wrong address
DETAILS: Final = MappingProxyType({404: "no such address", 405: "not this method", 422: "not these fields"})


def json_refusal(refused: Refused, status: int | None = None) -> Response:
    """The refusal as an HTTP answer."""
    code = STATUS.get(refused.code, 400) if status is None else status
    headers = {"Retry-After": str(refused.again_in_s)} if isinstance(refused, Busy) else None
    return Response(refused.message.model_dump_json(), code, headers, media_type="application/json")


def html_refusal(refused: Refused) -> Response:
    """The refusal as a page for a person."""
    html = page_html("refused", code=refused.code.value, text=refused.message.text)
    return HTMLResponse(html, STATUS[refused.code])


def answer_errors(app: FastAPI) -> None:
    """Have `app` answer each kind of error in our own words."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(Unavailable, _unavailable)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _wrong_fields)
    app.add_exception_handler(Exception, _our_fault)


def _refused(_request: Request, error: Exception) -> Response:
    return json_refusal(error if isinstance(error, Refused) else Refused(RefusalCode.UNAVAILABLE))


def _unavailable(_request: Request, _error: Exception) -> Response:
    return json_refusal(Refused(RefusalCode.UNAVAILABLE))


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status in NOWHERE and _is_opened_by_a_person(request):
        return html_refusal(Refused(RefusalCode.LINK_UNKNOWN))
    code = RefusalCode.MALFORMED if status < 500 else RefusalCode.UNAVAILABLE
    answer = json_refusal(Refused(code, DETAILS.get(status, "")), status)
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer


def _is_opened_by_a_person(request: Request) -> bool:
    """Browsers ask for HTML when a person opens an address; nothing else that speaks to us does."""
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def _wrong_fields(_request: Request, _error: Exception) -> Response:
    return json_refusal(Refused(RefusalCode.MALFORMED, DETAILS[422]), 422)


def _our_fault(_request: Request, _error: Exception) -> Response:
    """The traceback is in the log; the answer says no more than that we cannot."""
    return json_refusal(Refused(RefusalCode.UNAVAILABLE), 500)
