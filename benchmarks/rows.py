"""Rows of years by set-based SQL: incidents with their reports, ledger, debts, orders and messages.

What is not said here of a row is as in a row that came in by the ordinary door. Every chain of the ledger is whole: its
hashes are made as `incidents.ledger` makes them.
"""

from dataclasses import dataclass

YEARS = 10
RARE, COMMON = "琉璃巷", "起火"
"""In 20 titles and reports of any size; in a fifth of all titles."""
RARE_IN = 20

PLACES = ("分拨中心", "营业部", "运输车辆", "仓库", "末端网点", "处理场地", "支线班车")
TOPICS = (COMMON, "积水", "信息泄露", "聚集堵门", "交通事故")
SAID = (
    "火势已控制",
    "人员已疏散",
    "正在清点快件",
    "道路恢复通行",
    "消防到场处置",
    "无人员伤亡",
    "损失正在核查",
)
DONE = (
    "已报告属地派出所",
    "已停用传送带",
    "已转移邮件快件",
    "已联系保险",
    "已安排人员值守",
    "已开展安全排查",
)
TOUCHED = ("一条分拣线停用", "部分快件延误", "两个网点暂停收寄", "周边道路拥堵")


@dataclass(frozen=True)
class Given:
    """The rows that all copies are like, and whom they concern."""

    incident: int
    report: int
    order: int
    duty_officer: int
    debts: int = 4


def an_array(words) -> str:
    return "ARRAY[" + ",".join(f"'{word}'" for word in words) + "]"


def chosen(words, salt: int, of: str = "i.id") -> str:
    """One of these, the same each time for the same row."""
    return f"({an_array(words)})[1 + {dice(salt, len(words), of)}]"


def dice(salt: int, sides: int, of: str = "i.id") -> str:
    return f"(abs(hashint8({of}::bigint * 7919 + {salt})::bigint) %% {sides})"


def copied(model, source: str, given: dict[str, str]) -> tuple[str, str]:
    """The columns of a table, and for each what is said of it, or else as in the row `source`."""
    names = [f.column for f in model._meta.concrete_fields if not f.generated]
    unknown = given.keys() - set(names)
    assert not unknown, f"{model._meta.db_table} has no {unknown}"
    names = [name for name in names if name != "id" or name in given]
    values = [given.get(name, f'{source}."{name}"') for name in names]
    return ", ".join(f'"{name}"' for name in names), ", ".join(values)


class Rows:
    """Written by `cursor`, for the incidents of which `values` says the span."""

    SPAN = "i.id BETWEEN %(first)s + %(from)s AND %(first)s + %(to)s"

    def __init__(self, cursor, values: dict):
        self.cursor, self.values = cursor, values

    def insert(self, model, source: str, given: dict[str, str], rows: str, order: str):
        columns, values = copied(model, source, given)
        self.cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {values} {rows} ORDER BY {order}",
            self.values,
        )

    def incidents(self):
        from incidents.models import Incident

        level = "CASE WHEN d < 80 THEN 4 WHEN d < 95 THEN 3 WHEN d < 99 THEN 2 ELSE 1 END"
        graded = f"CASE WHEN made.status NOT IN ('reported', 'dismissed') THEN at + (5 + {dice(8, 55, 'made.n')}) * interval '1 minute' END"
        over = "CASE WHEN made.status IN ('ended', 'closed', 'dismissed') THEN at + interval '9 hours' END"
        given = {
            "id": "%(first)s + made.n",
            "number": "'ZMD-' || made.year || '-' || (made.n + 1000)",
            "year": "made.year",
            "serial": "made.n + 1000",
            "status": "made.status",
            "title": f"county.short_name || {chosen(PLACES, 1, 'made.n')} || {chosen(TOPICS, 2, 'made.n')} || CASE WHEN rare THEN '（{RARE}）' ELSE '' END",
            "event_class_id": "class.id",
            "enterprise_id": "firm.id",
            "county_id": "county.id",
            "place": f"county.short_name || '第' || made.n %% 900 || '号' || {chosen(PLACES, 1, 'made.n')}",
            "occurred_at": "at - interval '20 minutes'",
            "known_at": "at - interval '10 minutes'",
            "received_at": "at",
            "created_at": "at",
            "level": f"CASE WHEN made.status IN ('reported', 'dismissed') THEN NULL ELSE {level} END",
            "proposed_level": level,
            "debt_level": level,
            "severest_level": f"CASE WHEN made.status IN ('reported', 'dismissed') THEN NULL ELSE {level} END",
            "graded_at": graded,
            "verified_at": "at + interval '12 minutes'",
            "ended_at": over,
            "closed_at": "CASE WHEN made.status = 'closed' THEN at + interval '20 days' END",
        }
        rows = f"""FROM (SELECT *, extract(year FROM at AT TIME ZONE 'Asia/Shanghai')::int AS year FROM (
            SELECT n, {dice(3, 100, "n")} AS d, n %% (%(size)s / {RARE_IN}) = 7 AS rare,
                CASE WHEN n > %(size)s - %(open)s
                    THEN CASE n %% 10 WHEN 0 THEN 'ended' WHEN 1 THEN 'reported' WHEN 2 THEN 'reported' ELSE 'graded' END
                    WHEN {dice(4, 100, "n")} < 3 THEN 'dismissed' ELSE 'closed' END AS status,
                date_trunc('second', now() - CASE WHEN n > %(size)s - %(open)s THEN (%(size)s - n) * interval '7 minutes'
                    ELSE interval '21 days' + interval '{YEARS} years' * (1 - n::float / %(size)s) END) AS at
            FROM generate_series(%(from)s, %(to)s) n) dated) made
            JOIN firm ON firm.n = {dice(5, 1_000_000, "made.n")} %% %(firm)s
            JOIN county ON county.n = {dice(6, 1_000_000, "made.n")} %% %(county)s
            JOIN class ON class.n = {dice(7, 1_000_000, "made.n")} %% %(class)s,
            (SELECT * FROM incidents_incident WHERE id = %(incident)s) t"""
        self.insert(Incident, "t", given, rows, "made.n")

    def affected(self):
        """Every twentieth affects another county."""
        self.cursor.execute(
            f"""INSERT INTO incidents_incident_counties_affected (incident_id, organization_id)
            SELECT i.id, county.id FROM incidents_incident i
            JOIN county ON county.n = {dice(9, 1_000_000)} %% %(county)s AND county.id <> i.county_id
            WHERE {self.SPAN} AND i.id %% 20 = 0""",
            self.values,
        )

    def reports(self):
        """Two to five: by telephone, in writing, then what followed, and at last the final one."""
        from incidents.models import Report

        given = {
            "incident_id": "i.id",
            "number": "i.number || '-R' || k",
            "serial": "k",
            "kind": "CASE WHEN k = 1 THEN 'ORAL' WHEN k = 2 THEN 'WRITTEN' WHEN k = 5 THEN 'FINAL' ELSE 'FOLLOW_UP' END",
            "channel": "CASE WHEN k = 1 THEN 'PHONE' ELSE 'API' END",
            "filed_by_id": "CASE WHEN k = 1 THEN t.filed_by_id END",
            "reporter_id": "i.enterprise_id",
            "arrived_at": "i.received_at + (k - 1) * interval '50 minutes'",
            "received_at": "i.received_at + (k - 1) * interval '50 minutes' + interval '1 second'",
            "place": "i.place",
            "unit": "'企业现场'",
            "development": f"{chosen(SAID, 11, 'i.id * 5 + k')} || '，' || {chosen(SAID, 12, 'i.id * 5 + k')} || CASE WHEN k = 2 AND position('{RARE}' IN i.title) > 0 THEN '，{RARE}路口封闭' ELSE '' END",
            "measures": f"{chosen(DONE, 13, 'i.id * 5 + k')} || '，' || {chosen(DONE, 14, 'i.id * 5 + k')}",
            "impact": chosen(TOUCHED, 15, "i.id * 5 + k"),
        }
        rows = f"""FROM incidents_incident i, generate_series(1, 5) k,
            (SELECT * FROM incidents_report WHERE id = %(report)s) t
            WHERE {self.SPAN} AND (k <= 2 OR {dice(16, 10, "i.id * 5 + k")} < 4)"""
        self.insert(Report, "t", given, rows, "i.id, k")

    ACTS = (
        ("incident.opened", "5.2.1", "接报登记", 0),
        ("report.filed", "5.2.1", "收到报告 R1", 0),
        ("deadline.opened", "5.2.1", "产生书面报告时限", 0),
        ("incident.graded", "3.2", "定级", 25),
        ("report.filed", "5.2.1", "收到报告 R2", 50),
        ("incident.closed", "6.3", "归档", 28_800),
    )
    """Action, clause, words, minutes after the receipt."""

    def ledger(self):
        from incidents.models import LedgerEntry

        fields, chain = [], "'incident:' || i.id"
        for seq, (action, clause, words, minutes) in enumerate(self.ACTS, 1):
            at = f"to_char((i.received_at + interval '{minutes} minutes') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS')"
            text = f"""'{{"action":"{action}","at":"' || {at} || '.000000+00:00","chain":"incident:' || i.id || '","clause":"{clause}","data":{{"number":"' || i.number || '"}},"for_firm":true,"incident":' || i.id || ',"key":null,"organization":null,"person":null,"personal":{{}},"post":null,"reason":"","seq":{seq},"summary":"' || i.title || '：{words}"}}'"""
            before = f"h{seq - 1}.hash" if seq > 1 else f"'{'0' * 64}'"
            fields.append(
                f"""LATERAL (SELECT {text} AS text OFFSET 0) t{seq}, LATERAL (SELECT {before} AS previous,
                encode(sha256(convert_to({before} || t{seq}.text, 'UTF8')), 'hex') AS hash OFFSET 0) h{seq}"""
            )
        entries = ", ".join(
            f"({seq}, '{action}', '{clause}', '{words}', interval '{minutes} minutes', t{seq}.text, h{seq}.previous, h{seq}.hash)"
            for seq, (action, clause, words, minutes) in enumerate(self.ACTS, 1)
        )
        given = {
            "chain": chain,
            "seq": "e.seq",
            "at": "i.received_at + e.later",
            "action": "e.action",
            "summary": "i.title || '：' || e.words",
            "clause": "e.clause",
            "reason": "''",
            "incident_id": "i.id",
            "person_id": "NULL",
            "post_id": "NULL",
            "key_id": "NULL",
            "organization_id": "NULL",
            "for_firm": "true",
            "data": "jsonb_build_object('number', i.number)",
            "request": "''",
            "text": "e.text",
            "previous": "e.previous",
            "hash": "e.hash",
        }
        rows = f"""FROM incidents_incident i, {", ".join(fields)},
            LATERAL (VALUES {entries}) e (seq, action, clause, words, later, text, previous, hash)
            WHERE {self.SPAN} AND (e.seq < {len(self.ACTS)} OR i.status = 'closed')"""
        self.insert(LedgerEntry, "e", given, rows, "i.id, e.seq")
        self.cursor.execute(
            """INSERT INTO incidents_ledgerhead (chain, seq, hash)
            SELECT DISTINCT ON (incident_id) chain, seq, hash FROM incidents_ledgerentry
            WHERE incident_id BETWEEN %(first)s + %(from)s AND %(first)s + %(to)s ORDER BY incident_id, seq DESC""",
            self.values,
        )

    def debts(self):
        """Of what is closed most were met, the others late, void, waived, relieved or written off; of an open incident two
        are still owed, one of them overdue in every third."""
        from alerts.models import Deadline

        due = "CASE WHEN live AND k > 2 THEN now() + CASE WHEN k = 3 AND i.id %% 3 = 0 THEN -interval '2 hours' ELSE interval '5 hours' END ELSE i.received_at + k * interval '1 hour' END"
        firm = "debt.debtor_id = t.enterprise_id"

        def settled(low: int, high: int, at: str) -> str:
            return f"CASE WHEN NOT (live AND k > 2) AND d >= {low} AND d < {high} THEN {at} END"

        early, late = "due - interval '10 minutes'", "due + interval '30 minutes'"
        given = {
            "incident_id": "i.id",
            "debtor_id": f"CASE WHEN {firm} THEN i.enterprise_id ELSE debt.debtor_id END",
            "desk_id": f"CASE WHEN {firm} THEN i.enterprise_id ELSE debt.desk_id END",
            "created_at": "i.received_at",
            "starts_at": "i.received_at",
            "due_at": "due",
            "met_at": f"coalesce({settled(0, 88, early)}, {settled(88, 94, late)})",
            "voided_at": settled(94, 97, "due - interval '5 minutes'"),
            "waived_at": settled(97, 98, "due - interval '5 minutes'"),
            "relieved_at": settled(98, 99, "due + interval '1 hour'"),
            "written_off_at": settled(99, 100, "due + interval '1 day'"),
            "next_step_at": "NULL",
            "rolls_on": "false",
        }
        rows = f"""FROM incidents_incident i JOIN incidents_incident t ON t.id = %(incident)s, debt,
            LATERAL (SELECT i.status IN ('reported', 'graded') AS live, {dice(21, 100, "i.id * 9 + debt.k")} AS d) s,
            LATERAL (SELECT {due} AS due) u WHERE {self.SPAN}"""
        self.insert(Deadline, "debt", given, rows, "i.id, debt.k")

    def orders(self):
        """Two from Ⅲ up, long over."""
        from incidents.models import TaskOrder

        given = {
            "incident_id": "i.id",
            "number": "i.number || '-T' || k",
            "serial": "k",
            "status": "'over'",
            "task": f"'组织' || {chosen(DONE, 31, 'i.id * 2 + k')}",
            "issued_at": "i.received_at + interval '1 hour'",
            "written_at": "i.received_at + interval '1 hour'",
            "acknowledge_by": "i.received_at + interval '75 minutes'",
            "acknowledged_at": "i.received_at + interval '70 minutes'",
            "released_at": "i.received_at + interval '9 hours'",
            "over_at": "i.received_at + interval '10 hours'",
        }
        rows = f"""FROM incidents_incident i, generate_series(1, 2) k,
            (SELECT * FROM incidents_taskorder WHERE id = %(order)s) t
            WHERE {self.SPAN} AND i.level <= 3 AND i.status = 'closed'"""
        self.insert(TaskOrder, "t", given, rows, "i.id, k")

    def messages(self):
        """One to the duty officer about each; those of the last twenty unread."""
        self.cursor.execute(
            f"""INSERT INTO alerts_notification
                (person_id, kind, channel, title, text, clause, matter, incident_id, created_at, read_at)
            SELECT %(duty_officer)s, 'news', 'inbox', i.number || ' 接报', i.title, '5.2.1', '', i.id, i.received_at,
                CASE WHEN i.id <= %(first)s + %(size)s - 20 THEN i.received_at + interval '3 minutes' END
            FROM incidents_incident i WHERE {self.SPAN} ORDER BY i.id""",
            self.values,
        )
