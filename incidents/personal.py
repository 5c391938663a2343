"""What the system holds of private persons: in which column, of what kind, how it is masked. The one place that says so.

Kinds are what `settings.RETENTION` gives terms to. Who acted in a post (`OFFICIAL`) is no secret of a private person:
it is shown, and it stays, as evidence (§6.4). Who sees a value in clear is said by the role table (`personal.look`).
"""

from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model, Q, TextChoices


class Kind(TextChoices):
    REPORTER = "reporter", "报告人、来电人和被告知人"
    CASUALTY = "casualty", "伤亡人员和受偿人"
    OWNER = "owner", "被调用、征用财物的个人"
    VERDICT = "verdict", "受表彰、被追责的个人"
    EXPERT = "expert", "专家库中的个人"
    WORKER = "worker", "参加培训的从业人员"
    OFFICIAL = "official", "履职人员"


WITH_TERM = (Kind.REPORTER, Kind.CASUALTY, Kind.OWNER, Kind.VERDICT)
"""Those that hang on an incident or warning and are erased in time."""


class Erased(TextChoices):
    """What stands where a value stood."""

    BY_TERM = "已按期限删除"
    ON_REQUEST = "已依申请删除"


@dataclass(frozen=True)
class Column:
    """A column that holds a person's name or telephone; `incident`: the way from its row to its incident."""

    model: str
    name: str
    kind: Kind
    incident: str = "incident"

    @property
    def rows(self):
        """All its rows, of drills too."""
        return self.of._base_manager.all()

    @property
    def of(self) -> type[Model]:
        return apps.get_model(self.model)

    @property
    def filled(self) -> Q:
        """There is something in it that may be erased."""
        return ~Q(**{f"{self.name}__in": ["", *Erased.values]})

    def __str__(self):
        return f"{self.model}.{self.name}"


COLUMNS = (
    Column("incidents.Report", "superior_told_who", Kind.REPORTER),
    Column("incidents.OralClaim", "told_whom", Kind.REPORTER, "report__incident"),
    Column("incidents.RecoveryItem", "payee_name", Kind.CASUALTY),
    Column("incidents.CallUp", "owner_name", Kind.OWNER),
    Column("incidents.CallUp", "owner_phone", Kind.OWNER),
    Column("incidents.Commendation", "person_name", Kind.VERDICT),
    Column("incidents.Accountability", "person_name", Kind.VERDICT),
    Column("incidents.Expert", "name", Kind.EXPERT, ""),
    Column("incidents.Expert", "phone", Kind.EXPERT, ""),
    Column("incidents.CourseAttendance", "worker_name", Kind.WORKER, ""),
)

OFFICIAL = {
    "incidents.User.name",
    "incidents.User.phone",
    "incidents.Contact.phone",
    "incidents.Organization.phone",
    "incidents.UpwardReport.person",
    "incidents.TeamMember.name",
    "incidents.Attendance.person",
    "incidents.Course.teacher",
    "incidents.RollAnswer.person",
    "incidents.OnSceneCommand.head",
    "incidents.OnSceneCommand.phone",
    "incidents.PublicRelease.consulted_with",
    "incidents.Resource.custodian",
    "incidents.Resource.phone",
    "incidents.WorkingGroup.head",
    "incidents.WorkingGroup.phone",
    "incidents.Response.approved_person",
    "incidents.TaskOrder.answered_by",
    "incidents.Hazard.assessed_by",
    "incidents.Hazard.responsible",
    "incidents.Inspection.inspectors",
    "incidents.TaskOrder.on_scene_head",
    "incidents.TaskOrder.on_scene_phone",
    "alerts.Addressee.signed_for_by",
    "alerts.Warning.verified_with",
    "alerts.WarningUpwardReport.person",
    "alerts.Instruction.superior_person",
    "alerts.Chase.phone",
    "alerts.Chase.answered_by",
}
"""Columns of people who act in a post, and of the telephones of bodies and duty desks (§5.2.1)."""

BESIDE = {
    "caller": (Kind.REPORTER, "来电人"),
    "phone": (Kind.REPORTER, "电话"),
    "superior_told": (Kind.REPORTER, "上一级单位告知何人"),
    "oral_report_to": (Kind.REPORTER, "口头汇报接听人"),
    "said_by": (Kind.REPORTER, "所属方告知人"),
    "payee_name": (Kind.CASUALTY, "受偿人"),
    "owner_name": (Kind.OWNER, "所属个人"),
    "owner_phone": (Kind.OWNER, "个人电话"),
    "person_name": (Kind.VERDICT, "个人"),
    "expert": (Kind.EXPERT, "专家"),
    "name": (Kind.EXPERT, "姓名"),
    "worker": (Kind.WORKER, "参训人员"),
    "called": (Kind.OFFICIAL, "拨给"),
    "answered_by": (Kind.OFFICIAL, "接听人"),
    "person": (Kind.OFFICIAL, "对方"),
    "with_whom": (Kind.OFFICIAL, "向谁核实"),
    "on_scene_head": (Kind.OFFICIAL, "现场指挥负责人"),
    "on_scene_phone": (Kind.OFFICIAL, "现场指挥电话"),
    "custodian": (Kind.OFFICIAL, "资源保管人"),
    "custodian_phone": (Kind.OFFICIAL, "资源保管人电话"),
    "group_head": (Kind.OFFICIAL, "工作组组长"),
    "group_phone": (Kind.OFFICIAL, "工作组电话"),
    "chair": (Kind.OFFICIAL, "主持人"),
    "attended": (Kind.OFFICIAL, "参会人"),
    "by": (Kind.OFFICIAL, "由谁"),
    "team": (Kind.OFFICIAL, "调查组"),
}
"""Values beside the ledger (`PersonalValue`), by their name: kind, and what they are called on screen. Any other name is
an official's."""

NOT_A_CALLER = {"phone": ("firm.chased", "expert.added", "expert.changed")}
"""Under the same name, but of a duty desk or of the pool: by the act that it was noted with."""


def label_of(name: str) -> str:
    return BESIDE[name][1] if name in BESIDE else name


def beside(*kinds: Kind) -> Q:
    """Values beside the ledger of these kinds."""
    wanted = Q(name__in=[name for name, (kind, _) in BESIDE.items() if kind in kinds])
    for name, actions in NOT_A_CALLER.items():
        wanted &= ~Q(name=name, entry__action__in=actions)
    return wanted


def is_erased(value: str | None) -> bool:
    return value in Erased.values


def mask_name(name: str) -> str:
    """李四 → 李某"""
    return name if not name or is_erased(name) else f"{name.strip()[:1]}某"


def mask_phone(phone: str) -> str:
    """13812345678 → 138****5678; of a shorter one the last two digits."""
    if not phone or is_erased(phone):
        return phone
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else f"****{phone[-2:]}"
