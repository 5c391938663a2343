"""Key periods (§4.1): daily reports that nothing happened, and roll-calls."""

from incidents.api import key_periods
from incidents.api.description.operations import LIST, Operation

PERIODS = "Key periods"

OPERATIONS = {
    "GET key-periods/": Operation(PERIODS, "List key periods", "KeyPeriodList", parameters=LIST),
    "GET key-periods/{number}/reports/": Operation(
        PERIODS, "List zero reports", "ZeroReportList", parameters=LIST
    ),
    "POST key-periods/{number}/reports/": Operation(
        PERIODS,
        "Report that nothing happened, or what",
        "ZeroReport",
        status=201,
        body=key_periods.QuietSaid,
        example={"is_quiet": True},
    ),
    "GET roll-calls/": Operation(PERIODS, "List roll-calls", "RollCallList", parameters=LIST),
    "POST roll-calls/{number}/answer/": Operation(
        PERIODS,
        "Answer a roll-call",
        "RollCall",
        body=key_periods.RollAnswered,
        example={"person": "张三", "place": "值班室", "state": "well"},
        also=(409,),
    ),
}
