"""Every error code there is. Codes are stable: programs may branch on them, and none changes its meaning."""

PROBLEMS = {
    400: {
        "bad_request": "The request as a whole makes no sense.",
        "bad_host": "The `Host` header is not an address of this system.",
        "malformed_json": "The body is not valid JSON (`NaN` and a byte order mark included).",
        "malformed_multipart": "The body is not a complete `multipart/form-data`.",
        "not_utf8": "The body is not UTF-8.",
        "not_an_object": "The body is JSON but no object.",
        "repeated_name": "A name stands twice in one JSON object.",
        "too_deep": "JSON nested more than 32 deep.",
        "number_too_long": "A number of more than 40 characters, or beyond a double.",
        "unstorable_text": "A text holds NUL or half a surrogate pair.",
        "idempotency_key_invalid": "`Idempotency-Key` is not 1–200 visible ASCII characters.",
    },
    401: {
        "not_authenticated": "No key and no session.",
        "wrong_key": "The key is unknown, or its enterprise is out of use.",
        "revoked_key": "The key was revoked.",
        "expired_key": "The key has come to its end.",
        "signature_missing": "The request must be signed, and is not, or not with all three headers.",
        "signature_wrong": "The signature does not fit the request.",
        "signature_expired": "`Zmd-Timestamp` is more than five minutes off the server's clock.",
        "signature_replayed": "This nonce was used before: sign again.",
        "signing_secret_unreadable": "The server has lost the key's signing secret: rotate the key.",
    },
    403: {
        "role": "The caller's post may not do this (预案 names who may).",
        "scope_missing": "The key lacks the scope named in `scope`.",
        "not_in_drill": "What is real whoever changes it, a test key can't change.",
        "csrf_failed": "A browser session without its CSRF token.",
        "permission_denied": "Not allowed.",
    },
    404: {
        "not_found": "No such object, or another enterprise's, which does not exist for you.",
        "unknown_path": "The API has no such path.",
    },
    405: {"method_not_allowed": "The path has no such method; `Allow` names those it has."},
    409: {
        "wrong_state": "The state of things does not allow it (yet, or any more); the document says why.",
        "already_done": "It was done before.",
        "idempotency_in_progress": "The first request of this `Idempotency-Key` is still running: try again soon.",
        "too_many": "There are as many of them already as there may be.",
        "still_waiting": "It is still on its way.",
        "pruned": "Its content is no longer kept.",
        "file_damaged": "The stored file is no longer what was received; it is not handed out.",
    },
    412: {"moved_on": "Things moved on since the `ETag` in `If-Match` was read: read again, then decide."},
    413: {"too_large": "The body is larger than this path takes."},
    415: {"unsupported_media_type": "Another content type, charset or content coding than the path takes."},
    422: {
        "invalid": "Something in the content is wrong: `errors` names every field.",
        "idempotency_key_reused": "This `Idempotency-Key` was used with another body.",
    },
    428: {"if_match_needed": "Changing needs `If-Match` with the `ETag` last read."},
    429: {"rate_limited": "Too many requests: wait for `Retry-After` seconds."},
    500: {"internal_error": "Our failure; nothing was stored. Repeat with the same `Idempotency-Key`."},
    503: {"busy": "Too busy just now: repeat with the same `Idempotency-Key` after `Retry-After` seconds."},
}
"""By status; `code` of a problem document."""

BY_SCHEMA = {
    "unknown_field": "There is no such field.",
    "null": "May not be null.",
    "not_a_text": "Not a string.",
    "not_a_list": "Not an array.",
    "not_an_object": "Not an object.",
    "not_an_integer": "Not a whole number (a text or `true` is none).",
    "not_a_time": "Not an ISO 8601 time, or no such day or hour.",
    "offset_required": "A time without an offset: it would be another moment to every reader.",
    "not_a_choice": "Not one of the values listed.",
    "unknown_kind": "No such kind of report here.",
    "not_a_number": "Not a number.",
    "not_a_boolean": "Neither `true` nor `false`.",
    "not_a_date": "Not a day as `2026-03-02`.",
    "negative": "Below zero.",
    "too_long": "More characters than the field takes.",
    "too_many": "More items, or files, than are taken at once.",
    "max_length": "More items than the list takes.",
    "unknown_parameter": "The query has a parameter that this path does not know.",
}
"""`errors[].code` that the schema says as well."""

BY_RULE = {
    "required": "Needed here (for this kind of report, by this clause) and neither given nor named in `unknown`.",
    "out_of_range": "Outside the range that makes sense; times lie between 2000 and 2100.",
    "in_future": "A time later than now (two minutes of skew are allowed).",
    "in_past": "A time that is over.",
    "after_receipt": "The firm can't have known after the report was received.",
    "later": "A later `known_at` than the one on file: the office's director decides on that.",
    "before_start": "An end before its start.",
    "too_large": "More than the field, or the system's limit for files, takes.",
    "not_found": "No such county, enterprise, report or person.",
    "not_yours": "It is another's.",
    "unknown_class": "No such event class in the plan in force.",
    "unknown_body": "No such body.",
    "both_given_and_unknown": "A content is given and named in `unknown`; only one can be true.",
    "cannot_be_unknown": "This content can't be unknown.",
    "not_a_content": "`unknown` names something that is no content of a report (§5.2.1).",
    "oral_by_phone_only": "An oral report is a telephone call to the office (§5.2.1).",
    "not_by_phone": "A written report does not come by telephone.",
    "follow_up_only": "Member bodies and counties only follow up (§5.4.2).",
    "not_a_count": "Not a count.",
    "office_only": "Only the office states this.",
    "choose_post": "The person holds several posts that may do this: name one in `post`.",
    "repeated": "The same twice.",
    "duty_needed": "At least one contact with the duty `duty` is needed (§5.2.3).",
    "bad_sync": "`sync` is not from this list.",
    "sync_expired": "`sync` can't be gone on with: read the list from the start.",
    "too_many_decimals": "More decimals than are taken.",
    "bad_cursor": "`cursor` is not from a `next` of this list.",
    "empty": "The file is empty.",
    "type_refused": "The file's content is of no kind that is taken.",
    "two_in_one": "The file is valid as two types at once.",
    "markup": "A text file that browsers could take for a page.",
    "macros": "The document holds macros.",
    "encrypted": "The document needs a password.",
    "incident_full": "The incident's attachments have reached their limit.",
    "invalid": "Wrong in another way; see `detail`.",
}
"""`errors[].code` that only words can say; a body that fits the schema can still meet one of these."""

FIELDS = BY_SCHEMA | BY_RULE


def table(codes: dict[str, str]) -> str:
    return "\n".join(f"- `{code}`: {words}" for code, words in codes.items())
