"""Refusals over HTTP: every error body is one `Refused` as JSON, whatever went wrong and whoever found out."""

from types import MappingProxyType
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from contract.refusals import RefusalCode
from visits.errors import Refused, Unavailable

STATUS: Final = MappingProxyType(
    {
        RefusalCode.MALFORMED: 400,
        RefusalCode.NOT_A_LAPTOP: 401,
        RefusalCode.NOT_VETTED: 403,
        RefusalCode.LINK_NOT_CLAIMED: 403,
        RefusalCode.LINK_UNKNOWN: 404,
        RefusalCode.LINK_IN_USE: 409,
        RefusalCode.LINK_EXPIRED: 410,
        RefusalCode.BOOKING_OVER: 410,
        RefusalCode.TOO_LARGE: 413,
        RefusalCode.TOO_MANY: 429,
        RefusalCode.UNAVAILABLE: 503,
    }
)
DETAILS: Final = MappingProxyType({404: "no such address", 405: "not this method", 422: "not these fields"})


def json_refusal(refused: Refused, status: int | None = None) -> Response:
    """The refusal as an HTTP answer."""
    code = STATUS.get(refused.code, 400) if status is None else status
    headers = {"WWW-Authenticate": "Bearer"} if code == 401 else None
    return Response(refused.message.model_dump_json(), code, headers, media_type="application/json")


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


def _http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = RefusalCode.MALFORMED if status < 500 else RefusalCode.UNAVAILABLE
    answer = json_refusal(Refused(code, DETAILS.get(status, "")), status)
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer


def _wrong_fields(_request: Request, _error: Exception) -> Response:
    return json_refusal(Refused(RefusalCode.MALFORMED, DETAILS[422]), 422)


def _our_fault(_request: Request, _error: Exception) -> Response:
    """The traceback is in the log; the answer says no more than that we cannot."""
    return json_refusal(Refused(RefusalCode.UNAVAILABLE), 500)
