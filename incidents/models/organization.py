"""The bodies of the plan (§2) as one tree: nation, province, city, county, enterprise."""

from collections.abc import Iterator

from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.functional import cached_property

from incidents.search import matches, pairs_of


class OrganizationQuerySet(models.QuerySet):
    def within(self, *organizations):
        """These bodies and all below them in the tree."""
        ids = [organization.pk for organization in organizations]
        return self.filter(pk__in=RawSQL("SELECT organization_subtree(%s::bigint[])", [ids]))

    def matching(self, words: str):
        """Bodies whose names hold these words (two Chinese characters are enough)."""
        return self.filter(matches("incidents_organization", words))


DETAILS = (
    "host",
    "county",
    "initials",
    "number_prefix",
    "brief_prefix",
    "phone",
    "fax",
    "is_zone",
    "is_active",
    "must_sign",
    "search",
)


def details(*paths: str, but: tuple[str, ...] = ()) -> list[str]:
    """For `defer`, where a query on every request only has to know which bodies these are, and how they are called."""
    return [f"{path}__{name}".lstrip("_") for path in paths for name in DETAILS if name not in but]


class OrganizationManager(models.Manager.from_queryset(OrganizationQuerySet)):
    def get_by_natural_key(self, code):
        return self.get(code=code)


class Organization(models.Model):
    class Kind(models.TextChoices):
        NATION = "NATION", "国家邮政业应急指挥机构"
        PROVINCE = "PROVINCE", "省邮政业应急办"
        CITY_GOVERNMENT = "CITY_GOVERNMENT", "市政府"
        DUTY_ROOM = "DUTY_ROOM", "总值班室"
        HEADQUARTERS = "HEADQUARTERS", "市邮政业应急指挥部"
        OFFICE = "OFFICE", "市邮政业应急办"
        MEMBER = "MEMBER", "成员单位"
        COUNTY = "COUNTY", "县区应急处置领导机构"
        ENTERPRISE = "ENTERPRISE", "邮政、快递企业"

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=80, unique=True)
    short_name = models.CharField("简称", max_length=30)
    kind = models.CharField("类别", max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上级单位",
        help_text="企业的上级企业即 §5.2.1 所称上一级单位。",
    )
    host = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="hosted",
        verbose_name="设在",
        help_text="办公室设在市邮政管理局（§2.2.1）。",
    )
    county = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="enterprises",
        limit_choices_to={"kind": Kind.COUNTY},
        verbose_name="所在县区",
    )
    initials = models.CharField("拼音首字母", max_length=20, blank=True)
    number_prefix = models.CharField(
        "编号前缀", max_length=10, blank=True, help_text="应急办：事件编号的前缀。"
    )
    brief_prefix = models.CharField(
        "专报字号",
        max_length=20,
        blank=True,
        help_text="应急办：情况专报文号〔年份〕之前的字，如 驻邮应急专报。",
    )
    phone = models.CharField("值班电话", max_length=40, blank=True)
    fax = models.CharField("传真", max_length=40, blank=True)
    is_zone = models.BooleanField("功能区（地图上无边界）", default=False)
    is_active = models.BooleanField("在用", default=True)
    must_sign = models.BooleanField(
        "接口请求须签名", default=False, help_text="企业自定：它的接口密钥只接受带签名的请求。"
    )
    search = models.GeneratedField(
        expression=pairs_of("incidents_organization"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = OrganizationManager()

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"
        ordering = ["kind", "code"]
        constraints = [
            models.CheckConstraint(
                name="organization_is_not_its_own_parent",
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")),
                violation_error_message="单位不能是自己的上级。",
            ),
            models.CheckConstraint(
                name="office_has_number_prefix",
                condition=~models.Q(kind="OFFICE") | ~models.Q(number_prefix=""),
                violation_error_message="应急办须有编号前缀。",
            ),
            models.CheckConstraint(
                name="office_stays",
                condition=~models.Q(kind="OFFICE") | models.Q(is_active=True),
                violation_error_message="应急办不能停用：本市的报告都由它受理。（§2.2.3）",
            ),
            models.UniqueConstraint(
                fields=["parent"],
                condition=models.Q(kind="OFFICE"),
                name="one_office_under_a_headquarters",
                violation_error_message="这个指挥部已有应急办：一个指挥部只设一个。（§2.2.1）",
            ),
            models.CheckConstraint(
                name="only_enterprises_sign",
                condition=models.Q(must_sign=False) | models.Q(kind="ENTERPRISE"),
                violation_error_message="只有企业的接口请求须签名。",
            ),
        ]

    def __str__(self):
        return self.short_name or self.name

    def clean(self):
        """Without a county a firm of the city is nobody's: no county sees it, and no register takes it. Of the last
        administrator: a trigger refuses it as well; here it is said at the field."""
        above = self.superior_unit
        if self.kind == self.Kind.ENTERPRISE and self.county_id is None and above and above.county_id:
            raise ValidationError(
                {"county": f"{above}在本市，其下属企业须填写所在县区：否则不在任何应急办的范围内。"}
            )
        active = {"role": "administrator", "is_active": True, "person__is_active": True}
        if not self.is_active and self.pk and self.posts.filter(**active).exists():
            remaining = type(self).objects.filter(is_active=True).exclude(pk=self.pk)
            if not remaining.filter(
                pk__in=self.posts.model.objects.filter(**active).values("organization")
            ).exists():
                raise ValidationError({"is_active": "最后一位系统管理员在这个单位任职，不能停用。"})

    @property
    def brief_name(self) -> str:
        """What stands in its briefs' head, and before 〔year〕 in their numbers."""
        return self.brief_prefix or f"{self}专报"

    def natural_key(self):
        return (self.code,)

    @cached_property
    def superior_unit(self) -> "Organization | None":
        """The enterprise's 上一级单位 (§5.2.1), where it is in the tree."""
        parent = self.parent
        return parent if parent and parent.kind == self.Kind.ENTERPRISE else None

    def is_below(self, other: "Organization") -> bool:
        """The body itself, or one below it: as `is_within`, by the parents in hand."""
        return any(body.pk == other.pk for body in self.line_upwards())

    def line_upwards(self) -> "Iterator[Organization]":
        """The body itself, its parent, and so on to the top."""
        body = self
        while body:
            yield body
            body = body.parent

    def is_within(self, other: "Organization") -> bool:
        return Organization.objects.within(other).filter(pk=self.pk).exists()


class Contact(models.Model):
    """A standing contact: who is reached for a body when no shift is on the roster (§5.2.3)."""

    class Duty(models.TextChoices):
        DUTY = "DUTY", "值班"
        LEADER = "LEADER", "负责人"

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="contacts", verbose_name="单位"
    )
    person = models.ForeignKey(
        "incidents.User", models.CASCADE, related_name="contact_for", verbose_name="人员"
    )
    duty = models.CharField("联系人类别", max_length=10, choices=Duty)
    phone = models.CharField("电话", max_length=40, blank=True)
    order = models.PositiveSmallIntegerField("顺序", default=1)

    class Meta:
        verbose_name = "常设联系人"
        verbose_name_plural = "常设联系人"
        ordering = ["organization", "duty", "order"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "person", "duty"], name="contact_once_per_duty")
        ]

    def __str__(self):
        return f"{self.organization} {self.get_duty_display()} {self.person}"
