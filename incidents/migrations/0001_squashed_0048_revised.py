"""What the migrations named below made, made at once: a first start waits for every step."""

from decimal import Decimal

import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import incidents.models.access
from incidents.migrations._at_once import CreateModels, guards_of


class Migration(migrations.Migration):
    replaces = [
        ("incidents", "0001_initial"),
        ("incidents", "0002_guards"),
        ("incidents", "0003_rules_of_every_clock"),
        ("incidents", "0004_responses_orders_support"),
        ("incidents", "0005_warnings"),
        ("incidents", "0006_attachments"),
        ("incidents", "0007_command_screen"),
        ("incidents", "0008_handling_guides"),
        ("incidents", "0009_wordings_and_brief_numbers"),
        ("incidents", "0010_command_of_a_response"),
        ("incidents", "0011_command_guards"),
        ("incidents", "0012_call_ups_and_aftermath"),
        ("incidents", "0013_guards_of_the_aftermath"),
        ("incidents", "0014_notices_and_releases"),
        ("incidents", "0015_keys_of_the_api"),
        ("incidents", "0016_key_rotation_and_signing"),
        ("incidents", "0017_sandbox"),
        ("incidents", "0018_changed"),
        ("incidents", "0019_acts_by_keys"),
        ("incidents", "0020_changed_of_matters"),
        ("incidents", "0021_headers_of_kept_answers"),
        ("incidents", "0022_second_factors"),
        ("incidents", "0023_sessions_and_people"),
        ("incidents", "0024_ledger_guards"),
        ("incidents", "0025_personal_data"),
        ("incidents", "0026_backups"),
        ("incidents", "0027_request_in_ledger"),
        ("incidents", "0028_filing_indexes"),
        ("incidents", "0029_holds_of_common_incidents"),
        ("incidents", "0030_rules_of_preparedness"),
        ("incidents", "0031_hazards"),
        ("incidents", "0032_resources"),
        ("incidents", "0033_training"),
        ("incidents", "0034_key_periods"),
        ("incidents", "0035_drills"),
        ("incidents", "0036_drill_index"),
        ("incidents", "0037_after_drills"),
        ("incidents", "0038_revisions"),
        ("incidents", "0039_stats"),
        ("incidents", "0040_stats_indexes"),
        ("incidents", "0041_scale"),
        ("incidents", "0042_never_emptied"),
        ("incidents", "0043_drills"),
        ("incidents", "0044_hazards"),
        ("incidents", "0045_resources"),
        ("incidents", "0046_standing"),
        ("incidents", "0047_stats_cells"),
        ("incidents", "0048_revised"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        *guards_of("incidents.migrations.0001_initial"),
        CreateModels(
            [
                migrations.CreateModel(
                    name="LedgerHead",
                    fields=[
                        ("chain", models.CharField(max_length=40, primary_key=True, serialize=False)),
                        ("seq", models.PositiveIntegerField()),
                        ("hash", models.CharField(max_length=64)),
                    ],
                ),
                migrations.CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "username",
                            models.CharField(
                                error_messages={"unique": "A user with that username already exists."},
                                help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                                max_length=150,
                                unique=True,
                                validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                                verbose_name="username",
                            ),
                        ),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="email address"),
                        ),
                        (
                            "is_staff",
                            models.BooleanField(
                                default=False,
                                help_text="Designates whether the user can log into this admin site.",
                                verbose_name="staff status",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True,
                                help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                                verbose_name="active",
                            ),
                        ),
                        (
                            "date_joined",
                            models.DateTimeField(
                                default=django.utils.timezone.now, verbose_name="date joined"
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="姓名或岗位称呼")),
                        ("phone", models.CharField(blank=True, max_length=40, verbose_name="电话")),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                        (
                            "must_change_password",
                            models.BooleanField(
                                db_default=False, default=False, verbose_name="下次登录须改密码"
                            ),
                        ),
                        (
                            "session_epoch",
                            models.PositiveIntegerField(db_default=0, default=0, editable=False),
                        ),
                    ],
                    options={
                        "verbose_name": "人员账号",
                        "verbose_name_plural": "人员账号",
                    },
                    managers=[
                        ("objects", django.contrib.auth.models.UserManager()),
                    ],
                ),
                migrations.CreateModel(
                    name="IdempotentAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("caller", models.CharField(max_length=40)),
                        ("method", models.CharField(max_length=8)),
                        ("path", models.CharField(max_length=200)),
                        ("key", models.CharField(max_length=200)),
                        ("body_hash", models.CharField(max_length=64)),
                        ("status", models.PositiveSmallIntegerField()),
                        ("body", models.TextField()),
                        ("created_at", models.DateTimeField(db_index=True)),
                        ("etag", models.CharField(db_default="", max_length=100)),
                        ("location", models.TextField(db_default="")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("caller", "method", "path", "key"), name="one_answer_per_key"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NumberSeries",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("prefix", models.CharField(max_length=16)),
                        ("year", models.PositiveSmallIntegerField()),
                        ("last", models.PositiveIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("prefix", "year"), name="one_series_per_year")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Organization",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="代码")),
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="名称")),
                        ("short_name", models.CharField(max_length=30, verbose_name="简称")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("NATION", "国家邮政业应急指挥机构"),
                                    ("PROVINCE", "省邮政业应急办"),
                                    ("CITY_GOVERNMENT", "市政府"),
                                    ("DUTY_ROOM", "总值班室"),
                                    ("HEADQUARTERS", "市邮政业应急指挥部"),
                                    ("OFFICE", "市邮政业应急办"),
                                    ("MEMBER", "成员单位"),
                                    ("COUNTY", "县区应急处置领导机构"),
                                    ("ENTERPRISE", "邮政、快递企业"),
                                ],
                                max_length=20,
                                verbose_name="类别",
                            ),
                        ),
                        ("initials", models.CharField(blank=True, max_length=20, verbose_name="拼音首字母")),
                        (
                            "number_prefix",
                            models.CharField(
                                blank=True,
                                help_text="应急办：事件编号的前缀。",
                                max_length=10,
                                verbose_name="编号前缀",
                            ),
                        ),
                        ("phone", models.CharField(blank=True, max_length=40, verbose_name="值班电话")),
                        (
                            "is_zone",
                            models.BooleanField(default=False, verbose_name="功能区（地图上无边界）"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                        (
                            "search",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.expressions.RawSQL(
                                    "array_to_tsvector(char_pairs(name || ' ' || short_name || ' ' || code))",
                                    [],
                                ),
                                output_field=django.contrib.postgres.search.SearchVectorField(),
                            ),
                        ),
                        (
                            "county",
                            models.ForeignKey(
                                blank=True,
                                limit_choices_to={"kind": "COUNTY"},
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="enterprises",
                                to="incidents.organization",
                                verbose_name="所在县区",
                            ),
                        ),
                        (
                            "host",
                            models.ForeignKey(
                                blank=True,
                                help_text="办公室设在市邮政管理局（§2.2.1）。",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hosted",
                                to="incidents.organization",
                                verbose_name="设在",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                help_text="企业的上级企业即 §5.2.1 所称上一级单位。",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="incidents.organization",
                                verbose_name="上级单位",
                            ),
                        ),
                        (
                            "brief_prefix",
                            models.CharField(
                                blank=True,
                                help_text="应急办：情况专报文号〔年份〕之前的字，如 驻邮应急专报。",
                                max_length=20,
                                verbose_name="专报字号",
                            ),
                        ),
                        ("fax", models.CharField(blank=True, max_length=40, verbose_name="传真")),
                        (
                            "must_sign",
                            models.BooleanField(
                                default=False,
                                help_text="企业自定：它的接口密钥只接受带签名的请求。",
                                verbose_name="接口请求须签名",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "单位",
                        "verbose_name_plural": "单位",
                        "ordering": ["kind", "code"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("parent", None),
                                    models.Q(("parent", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="organization_is_not_its_own_parent",
                                violation_error_message="单位不能是自己的上级。",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "OFFICE"), _negated=True),
                                    models.Q(("number_prefix", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="office_has_number_prefix",
                                violation_error_message="应急办须有编号前缀。",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("must_sign", False), ("kind", "ENTERPRISE"), _connector="OR"
                                ),
                                name="only_enterprises_sign",
                                violation_error_message="只有企业的接口请求须签名。",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApiKey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="名称")),
                        ("prefix", models.CharField(max_length=12, verbose_name="前缀")),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField(verbose_name="建立时间")),
                        ("last_used_at", models.DateTimeField(null=True, verbose_name="最近使用")),
                        ("revoked_at", models.DateTimeField(null=True, verbose_name="吊销时间")),
                        (
                            "enterprise",
                            models.ForeignKey(
                                limit_choices_to={"kind": "ENTERPRISE"},
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="api_keys",
                                to="incidents.organization",
                            ),
                        ),
                        ("expires_at", models.DateTimeField(null=True, verbose_name="到期时间")),
                        ("is_test", models.BooleanField(default=False, verbose_name="测试密钥")),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[("report", "填报"), ("read", "查询"), ("orders", "任务")],
                                    max_length=10,
                                ),
                                default=incidents.models.access.every_scope,
                                size=None,
                                verbose_name="权限",
                            ),
                        ),
                        (
                            "replaces",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="successor",
                                to="incidents.apikey",
                                verbose_name="接替",
                            ),
                        ),
                        ("sealed", models.TextField(default="")),
                    ],
                    options={
                        "verbose_name": "接口密钥",
                        "verbose_name_plural": "接口密钥",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("scopes__contained_by", ["report", "read", "orders"]),
                                    models.Q(("scopes", []), _negated=True),
                                ),
                                name="key_is_good_for_something",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("expires_at", None),
                                    ("expires_at__gt", models.F("created_at")),
                                    _connector="OR",
                                ),
                                name="key_expires_after_it_was_made",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("revoked_at", None),
                                    ("revoked_at__gte", models.F("created_at")),
                                    _connector="OR",
                                ),
                                name="key_is_revoked_after_it_was_made",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("replaces", None),
                                    models.Q(("replaces", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="key_does_not_replace_itself",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "duty",
                            models.CharField(
                                choices=[("DUTY", "值班"), ("LEADER", "负责人")],
                                max_length=10,
                                verbose_name="联系人类别",
                            ),
                        ),
                        ("phone", models.CharField(blank=True, max_length=40, verbose_name="电话")),
                        ("order", models.PositiveSmallIntegerField(default=1, verbose_name="顺序")),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contact_for",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="人员",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contacts",
                                to="incidents.organization",
                                verbose_name="单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "常设联系人",
                        "verbose_name_plural": "常设联系人",
                        "ordering": ["organization", "duty", "order"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "person", "duty"), name="contact_once_per_duty"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField(unique=True, verbose_name="版本")),
                        ("title", models.CharField(max_length=100, verbose_name="名称")),
                        ("document_no", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "草案"),
                                    ("submitted", "报批中"),
                                    ("approved", "已定待生效"),
                                    ("active", "现行"),
                                    ("superseded", "已被取代"),
                                    ("withdrawn", "作废"),
                                ],
                                default="draft",
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        ("note", models.TextField(blank=True, verbose_name="修订说明")),
                        (
                            "activated_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="生效时间"),
                        ),
                        (
                            "based_on",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="incidents.planversion",
                                verbose_name="修订自",
                            ),
                        ),
                        (
                            "withdrawn_why",
                            models.TextField(blank=True, db_default="", verbose_name="作废理由"),
                        ),
                    ],
                    options={
                        "verbose_name": "预案版本",
                        "verbose_name_plural": "预案版本",
                        "ordering": ["-number"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("status", "active")),
                                fields=("status",),
                                name="one_plan_in_force",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status", "draft")),
                                fields=("status",),
                                name="one_draft_at_a_time",
                                violation_error_message="已有一个草案。",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EventClass",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=30, verbose_name="代码")),
                        ("name", models.CharField(max_length=30, verbose_name="名称")),
                        ("source", models.CharField(max_length=100, verbose_name="依据")),
                        (
                            "questions",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=100),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="询问要点",
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField(verbose_name="顺序")),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                to="incidents.planversion",
                                verbose_name="预案版本",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "事件类别",
                        "verbose_name_plural": "事件类别",
                        "ordering": ["version", "order"],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "code"), name="event_class_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EscalationStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("offset", models.DurationField(verbose_name="相对到期时间")),
                        (
                            "targets",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("DEBTOR_DUTY", "责任方值班电话"),
                                        ("DEBTOR_LEADER", "责任方负责人"),
                                        ("OFFICE_DUTY", "应急办值班员"),
                                        ("OFFICE_LEADER", "应急办带班领导"),
                                        ("OFFICE_DIRECTOR", "应急办主任"),
                                        ("COMMANDERS", "总指挥和副总指挥"),
                                    ],
                                    max_length=20,
                                ),
                                size=None,
                                verbose_name="通知对象",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                to="incidents.planversion",
                                verbose_name="预案版本",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("ORAL", "口头汇报"),
                                    ("WRITTEN", "书面报告"),
                                    ("UPWARD", "向上报告"),
                                    ("GRADING", "核实定级"),
                                    ("TRIAGE", "处理来源条目"),
                                    ("RISK", "预警信息"),
                                    ("DAILY", "日报"),
                                    ("FOLLOW_UP", "续报"),
                                    ("OUTGROWN", "报告省级"),
                                    ("PROGRESS", "处置进展"),
                                    ("ORDER", "任务"),
                                    ("DOCUMENT", "补发文件"),
                                    ("SUPPORT", "支援请求"),
                                    ("AFTERMATH", "善后评估"),
                                    ("PROMISE", "催报承诺"),
                                    ("PREPARED", "准备事项"),
                                    ("ALL_QUIET", "零报告"),
                                    ("ROLL_CALL", "点名"),
                                ],
                                max_length=20,
                                verbose_name="事项",
                            ),
                        ),
                        (
                            "mildest",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                default=4,
                                verbose_name="最低级别",
                            ),
                        ),
                        (
                            "severest",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                default=1,
                                verbose_name="最高级别",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "升级步骤",
                        "verbose_name_plural": "升级步骤",
                        "ordering": ["version", "kind", "severest", "offset"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("version", "kind", "severest", "mildest", "offset"),
                                name="step_once_per_offset",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("severest__lte", models.F("mildest"))),
                                name="step_levels_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DeadlineRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=4, verbose_name="规则")),
                        ("name", models.CharField(max_length=40, verbose_name="名称")),
                        ("clause", models.CharField(max_length=12, verbose_name="条款")),
                        (
                            "basis",
                            models.CharField(
                                choices=[("plan", "法定时限"), ("decided", "内部时限")],
                                max_length=8,
                                verbose_name="性质",
                            ),
                        ),
                        (
                            "clock",
                            models.CharField(
                                choices=[
                                    ("known", "企业获知"),
                                    ("received", "应急办接报"),
                                    ("feed", "预警来源条目到达"),
                                    ("risk_known", "企业获知风险"),
                                    ("risk_received", "应急办收到预警信息"),
                                    ("in_force", "预警生效"),
                                    ("follow_up", "启动响应或定为较大以上"),
                                    ("outgrown", "可能超出本市处置能力"),
                                    ("response", "Ⅲ级以上响应启动"),
                                    ("phone_order", "电话下达任务"),
                                    ("order", "任务下达"),
                                    ("phone_approval", "电话批准"),
                                    ("support", "提出支援请求"),
                                    ("over", "响应结束"),
                                    ("promise", "催报得到答复"),
                                    ("undertaken", "登记、安排准备事项"),
                                ],
                                max_length=20,
                                verbose_name="起算",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("ORAL", "口头汇报"),
                                    ("WRITTEN", "书面报告"),
                                    ("UPWARD", "向上报告"),
                                    ("GRADING", "核实定级"),
                                    ("TRIAGE", "处理来源条目"),
                                    ("RISK", "预警信息"),
                                    ("DAILY", "日报"),
                                    ("FOLLOW_UP", "续报"),
                                    ("OUTGROWN", "报告省级"),
                                    ("PROGRESS", "处置进展"),
                                    ("ORDER", "任务"),
                                    ("DOCUMENT", "补发文件"),
                                    ("SUPPORT", "支援请求"),
                                    ("AFTERMATH", "善后评估"),
                                    ("PROMISE", "催报承诺"),
                                    ("PREPARED", "准备事项"),
                                    ("ALL_QUIET", "零报告"),
                                    ("ROLL_CALL", "点名"),
                                ],
                                max_length=20,
                                verbose_name="事项",
                            ),
                        ),
                        (
                            "severest",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                verbose_name="最高级别",
                            ),
                        ),
                        (
                            "mildest",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                verbose_name="最低级别",
                            ),
                        ),
                        (
                            "debtor",
                            models.CharField(
                                choices=[
                                    ("ENTERPRISE", "涉事企业"),
                                    ("OFFICE", "市邮政业应急办"),
                                    ("BUREAU", "市邮政管理局"),
                                    ("HEADQUARTERS", "市邮政业应急指挥部"),
                                    ("NAMED", "涉事企业和启动响应时指定的单位"),
                                    ("RECEIVER", "任务接收单位"),
                                    ("APPROVER", "批准机关"),
                                    ("HOLDER", "受理请求的单位"),
                                    ("CHASED", "被催单位"),
                                    ("BODY", "准备事项的责任单位"),
                                ],
                                max_length=20,
                                verbose_name="责任方",
                            ),
                        ),
                        (
                            "creditor",
                            models.CharField(
                                choices=[
                                    ("OFFICE", "市邮政业应急办"),
                                    ("HEADQUARTERS", "市邮政业应急指挥部"),
                                    ("CITY_GOVERNMENT", "市政府"),
                                    ("PROVINCE", "省邮政业应急办"),
                                    ("RECEIVER", "任务接收单位"),
                                    ("REQUESTER", "提出请求的单位"),
                                ],
                                max_length=20,
                                verbose_name="报告对象",
                            ),
                        ),
                        ("limit", models.DurationField(verbose_name="时限")),
                        (
                            "answers",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("ORAL", "口头汇报"),
                                        ("BRIEF", "书面简要报告"),
                                        ("WRITTEN", "书面报告"),
                                        ("FOLLOW_UP", "续报"),
                                        ("FINAL", "终报"),
                                        ("REPORT_UP", "向上报告"),
                                        ("PROPOSAL", "Ⅲ级响应建议"),
                                        ("GRADING", "核实并定级"),
                                        ("TRIAGE", "接收或搁置"),
                                        ("RISK_REPORT", "预警信息报告"),
                                        ("DAILY", "日报"),
                                        ("ORDER_WRITTEN", "书面任务通知"),
                                        ("ORDER_ACKNOWLEDGED", "任务签收"),
                                        ("ORDER_DONE", "执行情况报告"),
                                        ("DOCUMENT", "批准文号"),
                                        ("SUPPORT_ANSWERED", "答复或转报"),
                                        ("EVALUATION", "总结评估"),
                                        ("INVESTIGATION", "调查处理"),
                                        ("PREPARED", "办结准备事项"),
                                    ],
                                    max_length=20,
                                ),
                                size=None,
                                verbose_name="履行方式",
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField(verbose_name="顺序")),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                to="incidents.planversion",
                                verbose_name="预案版本",
                            ),
                        ),
                        (
                            "interval",
                            models.DurationField(
                                blank=True,
                                help_text="重复的：下一次距上次报告。",
                                null=True,
                                verbose_name="间隔",
                            ),
                        ),
                        (
                            "recurs",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "一次"),
                                    ("daily", "每个自然日"),
                                    ("interval", "自上次报告起"),
                                    ("same_time", "每个自然日同一时刻"),
                                ],
                                default="",
                                max_length=10,
                                verbose_name="重复",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "时限规则",
                        "verbose_name_plural": "时限规则",
                        "ordering": ["version", "order"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("severest__lte", models.F("mildest"))),
                                name="rule_levels_in_order",
                            ),
                            models.UniqueConstraint(
                                fields=("version", "code", "creditor", "severest"),
                                name="rule_once_per_creditor",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("interval__isnull", False), ("recurs", "interval")),
                                    models.Q(("recurs", "interval"), _negated=True),
                                    _connector="OR",
                                ),
                                name="interval_only_where_it_recurs",
                                violation_error_message="自上次报告起重复的时限须有间隔。",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Criterion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "measure",
                            models.CharField(
                                choices=[
                                    ("deaths", "死亡（含失踪）人数"),
                                    ("serious_injuries", "重伤人数"),
                                    ("loss_yuan", "直接经济损失（元）"),
                                    ("records_leaked", "泄露用户信息条数"),
                                    ("network_scope", "网络阻断范围"),
                                ],
                                max_length=20,
                                verbose_name="指标",
                            ),
                        ),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                verbose_name="级别",
                            ),
                        ),
                        ("at_least", models.BigIntegerField(blank=True, null=True, verbose_name="不低于")),
                        (
                            "scope",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("county", "县区"),
                                    ("city", "全市"),
                                    ("province", "全省"),
                                    ("nation", "全国"),
                                ],
                                max_length=10,
                                verbose_name="范围",
                            ),
                        ),
                        ("source", models.CharField(max_length=120, verbose_name="来源")),
                        ("from_gazette", models.BooleanField(default=False, verbose_name="出自公报原文")),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                to="incidents.planversion",
                                verbose_name="预案版本",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "分级标准",
                        "verbose_name_plural": "分级标准",
                        "ordering": ["version", "measure", "level"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("version", "measure", "level"), name="criterion_once_per_level"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("at_least", None),
                                        ("measure", "network_scope"),
                                        models.Q(("scope", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("measure", "network_scope"), _negated=True),
                                        ("at_least__gte", 0),
                                        ("scope", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="criterion_has_threshold_or_scope",
                                violation_error_message="网络阻断按范围分级，其余指标须有数值下限。",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("measure", "network_scope"), ("at_least__isnull", False), _connector="OR"
                                ),
                                name="criterion_has_its_figure",
                                violation_error_message="除网络阻断外，分级标准须有数值下限。",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Clause",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=12, verbose_name="条款")),
                        ("title", models.CharField(max_length=60, verbose_name="标题")),
                        ("text", models.TextField(blank=True, verbose_name="正文")),
                        ("order", models.PositiveSmallIntegerField(verbose_name="顺序")),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                to="incidents.planversion",
                                verbose_name="预案版本",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "条款",
                        "verbose_name_plural": "条款",
                        "ordering": ["version", "order"],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "number"), name="clause_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Post",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("duty_officer", "应急办值班员"),
                                    ("office_director", "应急办主任"),
                                    ("commander", "指挥部指挥长"),
                                    ("approver", "市政府审批人"),
                                    ("member", "成员单位联络员"),
                                    ("county", "县区机构"),
                                    ("enterprise", "企业报告人"),
                                    ("auditor", "审计员"),
                                    ("administrator", "系统管理员"),
                                ],
                                max_length=20,
                                verbose_name="角色",
                            ),
                        ),
                        (
                            "title",
                            models.CharField(
                                help_text="如：副总指挥、值班员。", max_length=40, verbose_name="职务"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="在任")),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="posts",
                                to="incidents.organization",
                                verbose_name="单位",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="posts",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="人员",
                            ),
                        ),
                        ("assigned_at", models.DateTimeField(null=True, verbose_name="任职时间")),
                        (
                            "assigned_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="任命岗位",
                            ),
                        ),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="离任时间")),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="免任岗位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "任职",
                        "verbose_name_plural": "任职",
                        "ordering": ["organization", "role", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("is_active", True)),
                                fields=("person", "organization", "role"),
                                name="post_held_once",
                                violation_error_message="此人已有该任职。",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_active", False),
                                    models.Q(("ended_at", None), ("ended_by", None)),
                                    _connector="OR",
                                ),
                                name="post_held_has_no_end",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IntakeDraft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("form", models.CharField(max_length=30)),
                        ("fields", models.JSONField(default=dict)),
                        ("saved_at", models.DateTimeField()),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="drafts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("person", "form"), name="one_draft_per_form")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DisplayLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="设备名称")),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField(verbose_name="发放时间")),
                        ("last_seen_at", models.DateTimeField(null=True, verbose_name="最近使用")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="发放岗位",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="停用岗位",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="display_links",
                                to="incidents.organization",
                                verbose_name="应急办",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "大屏链接",
                        "verbose_name_plural": "大屏链接",
                        "ordering": ["office", "created_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("office", "name"),
                                name="display_named_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True), name="display_has_a_name"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("ended_by", None)),
                                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="display_ended_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Guide",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("event_class", models.SlugField(max_length=30, verbose_name="事件类别代码")),
                        ("version", models.PositiveSmallIntegerField(verbose_name="版本")),
                        ("source", models.CharField(max_length=120, verbose_name="依据")),
                        ("note", models.TextField(blank=True, verbose_name="修订说明")),
                        ("made_at", models.DateTimeField(verbose_name="修订时间")),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="修订人",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "处置要领",
                        "verbose_name_plural": "处置要领",
                        "ordering": ["event_class", "-version"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("event_class", "version"), name="guide_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("source", ""), _negated=True), name="guide_has_a_source"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GuideStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField(verbose_name="顺序")),
                        ("words", models.CharField(max_length=200, verbose_name="步骤")),
                        ("source", models.CharField(max_length=120, verbose_name="依据")),
                        ("from_gazette", models.BooleanField(default=False, verbose_name="出自公报原文")),
                        ("for_firm", models.BooleanField(default=False, verbose_name="由企业办理")),
                        (
                            "guide",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="incidents.guide",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["guide", "order"],
                        "constraints": [
                            models.UniqueConstraint(fields=("guide", "order"), name="guide_step_order_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("words", ""), _negated=True),
                                    models.Q(("source", ""), _negated=True),
                                ),
                                name="guide_step_is_sourced",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Expert",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="姓名")),
                        ("field", models.CharField(max_length=100, verbose_name="专业领域")),
                        ("body", models.CharField(max_length=100, verbose_name="单位")),
                        ("title", models.CharField(blank=True, max_length=60, verbose_name="职务职称")),
                        ("phone", models.CharField(max_length=40, verbose_name="电话")),
                        (
                            "reachable",
                            models.CharField(blank=True, max_length=100, verbose_name="何时可联系"),
                        ),
                        (
                            "services",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("media", "媒体宣传"),
                                        ("training", "防范知识培训"),
                                        ("textbooks", "教材编审"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="其他服务",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="在库")),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="experts",
                                to="incidents.organization",
                                verbose_name="应急办",
                            ),
                        ),
                        (
                            "county",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="单位所在县区",
                            ),
                        ),
                        (
                            "longitude",
                            models.DecimalField(
                                blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="单位经度"
                            ),
                        ),
                        (
                            "latitude",
                            models.DecimalField(
                                blank=True, decimal_places=6, max_digits=8, null=True, verbose_name="单位纬度"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "专家",
                        "verbose_name_plural": "专家",
                        "ordering": ["-is_active", "field", "name"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("office", "name", "phone"),
                                name="expert_once",
                                violation_error_message="专家库里已有这位专家。",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("latitude", None), ("longitude", None)),
                                    models.Q(("latitude__range", (3, 54)), ("longitude__range", (73, 136))),
                                    _connector="OR",
                                ),
                                name="expert_point_is_whole_and_in_the_country",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GroupTemplate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="组名")),
                        (
                            "members",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="成员单位",
                            ),
                        ),
                        ("duties", models.TextField(blank=True, verbose_name="职责")),
                        ("source", models.CharField(max_length=120, verbose_name="来源")),
                        ("from_gazette", models.BooleanField(default=False, verbose_name="出自公报原文")),
                        ("order", models.PositiveSmallIntegerField(default=1, verbose_name="顺序")),
                        (
                            "lead",
                            models.ForeignKey(
                                limit_choices_to={"kind__in": ["MEMBER", "COUNTY"]},
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="牵头单位",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                to="incidents.planversion",
                                verbose_name="预案版本",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "应急工作组（附件1）",
                        "verbose_name_plural": "应急工作组（附件1）",
                        "ordering": ["version", "order", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "name"), name="group_template_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SignatureNonce",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("nonce", models.CharField(max_length=64)),
                        ("signed_at", models.DateTimeField(db_index=True)),
                        (
                            "key",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="incidents.apikey",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("key", "nonce"), name="signature_taken_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuthenticatorApp",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                help_text="The human-readable name of this device.", max_length=64
                            ),
                        ),
                        (
                            "confirmed",
                            models.BooleanField(default=True, help_text="Is this device ready for use?"),
                        ),
                        (
                            "throttling_failure_timestamp",
                            models.DateTimeField(
                                blank=True,
                                default=None,
                                help_text="A timestamp of the last failed verification attempt. Null if last attempt succeeded.",
                                null=True,
                            ),
                        ),
                        (
                            "throttling_failure_count",
                            models.PositiveIntegerField(
                                default=0, help_text="Number of successive failed attempts."
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                auto_now_add=True,
                                help_text="The date and time when this device was initially created in the system.",
                                null=True,
                            ),
                        ),
                        (
                            "last_used_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="The most recent date and time this device was used.",
                                null=True,
                            ),
                        ),
                        ("sealed", models.TextField()),
                        ("last_t", models.BigIntegerField(default=-1)),
                        ("drift", models.SmallIntegerField(default=0)),
                        (
                            "user",
                            models.ForeignKey(
                                help_text="The user that this device belongs to.",
                                on_delete=django.db.models.deletion.CASCADE,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "手机验证器",
                        "verbose_name_plural": "手机验证器",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="RecoverySheet",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                help_text="The human-readable name of this device.", max_length=64
                            ),
                        ),
                        (
                            "confirmed",
                            models.BooleanField(default=True, help_text="Is this device ready for use?"),
                        ),
                        (
                            "throttling_failure_timestamp",
                            models.DateTimeField(
                                blank=True,
                                default=None,
                                help_text="A timestamp of the last failed verification attempt. Null if last attempt succeeded.",
                                null=True,
                            ),
                        ),
                        (
                            "throttling_failure_count",
                            models.PositiveIntegerField(
                                default=0, help_text="Number of successive failed attempts."
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                auto_now_add=True,
                                help_text="The date and time when this device was initially created in the system.",
                                null=True,
                            ),
                        ),
                        (
                            "last_used_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="The most recent date and time this device was used.",
                                null=True,
                            ),
                        ),
                        (
                            "digests",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64), size=None
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                help_text="The user that this device belongs to.",
                                on_delete=django.db.models.deletion.CASCADE,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "恢复码",
                        "verbose_name_plural": "恢复码",
                        "constraints": [models.UniqueConstraint(fields=("user",), name="one_recovery_sheet")],
                    },
                ),
                migrations.CreateModel(
                    name="SignedInSession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("address", models.GenericIPAddressField(null=True, verbose_name="地址")),
                        ("agent", models.CharField(blank=True, max_length=300, verbose_name="浏览器")),
                        ("started_at", models.DateTimeField(verbose_name="登录时间")),
                        ("seen_at", models.DateTimeField(verbose_name="最近使用")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="结束岗位",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sign_ins",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="人员",
                            ),
                        ),
                        (
                            "session",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="signed_in",
                                to="sessions.session",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "登录会话",
                        "verbose_name_plural": "登录会话",
                        "ordering": ["-seen_at", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("seen_at__gte", models.F("started_at"))),
                                name="session_is_seen_after_it_began",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_by", None), ("ended_at__isnull", False), _connector="OR"
                                ),
                                name="session_ended_by_somebody_has_ended",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Hazard",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("registered", "已登记，待评估"),
                                    ("assessed", "已评估，待定整改措施"),
                                    ("rectifying", "整改中"),
                                    ("rectified", "已整改，待复查"),
                                    ("checked", "复查合格"),
                                    ("closed", "已销号"),
                                ],
                                default="registered",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("since", models.DateTimeField(verbose_name="自何时")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("source", "危险源"), ("area", "危险区域"), ("flaw", "事故隐患")],
                                max_length=10,
                                verbose_name="类别",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("survey", "企业排查"),
                                    ("own_check", "企业自查"),
                                    ("inspection", "监督检查"),
                                    ("training", "在岗人员未经培训"),
                                ],
                                default="survey",
                                max_length=12,
                                verbose_name="来源",
                            ),
                        ),
                        ("ref", models.CharField(blank=True, max_length=60, verbose_name="来源编号")),
                        ("place", models.CharField(max_length=200, verbose_name="地点")),
                        (
                            "longitude",
                            models.DecimalField(
                                blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="经度"
                            ),
                        ),
                        (
                            "latitude",
                            models.DecimalField(
                                blank=True, decimal_places=6, max_digits=8, null=True, verbose_name="纬度"
                            ),
                        ),
                        ("words", models.TextField(verbose_name="情况")),
                        ("registered_at", models.DateTimeField(verbose_name="登记时间")),
                        ("likelihood", models.PositiveSmallIntegerField(null=True, verbose_name="可能性")),
                        ("consequence", models.PositiveSmallIntegerField(null=True, verbose_name="后果")),
                        (
                            "grade",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "重大风险"), (2, "较大风险"), (3, "一般风险"), (4, "低风险")],
                                null=True,
                                verbose_name="风险等级",
                            ),
                        ),
                        ("assessed_on", models.DateField(null=True, verbose_name="评估日期")),
                        ("assessed_by", models.CharField(blank=True, max_length=60, verbose_name="评估人")),
                        ("measures", models.TextField(blank=True, verbose_name="整改措施")),
                        (
                            "responsible",
                            models.CharField(blank=True, max_length=60, verbose_name="整改责任人"),
                        ),
                        ("due_on", models.DateField(null=True, verbose_name="整改期限")),
                        ("rectified_at", models.DateTimeField(null=True, verbose_name="报告整改时间")),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="销号时间")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hazards",
                                to="incidents.organization",
                                verbose_name="企业",
                            ),
                        ),
                        (
                            "county",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hazards_in_county",
                                to="incidents.organization",
                                verbose_name="县区",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "危险源和隐患",
                        "verbose_name_plural": "危险源和隐患",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("status", "rectifying")),
                                fields=["due_on"],
                                name="hazard_rectifying_until",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(("ref", ""), _negated=True),
                                    models.Q(("status", "closed"), _negated=True),
                                ),
                                fields=("body", "ref"),
                                name="hazard_open_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("latitude", None), ("longitude", None)),
                                    models.Q(("latitude__range", (3, 54)), ("longitude__range", (73, 136))),
                                    _connector="OR",
                                ),
                                name="hazard_point_is_whole_and_in_the_country",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("assessed_by", ""),
                                        ("assessed_on", None),
                                        ("consequence", None),
                                        ("grade", None),
                                        ("likelihood", None),
                                    ),
                                    models.Q(
                                        ("assessed_on__isnull", False),
                                        ("consequence__range", (1, 5)),
                                        ("grade__range", (1, 4)),
                                        ("likelihood__range", (1, 5)),
                                        models.Q(("assessed_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="hazard_is_assessed_as_a_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["registered", "closed"]),
                                    ("grade__isnull", False),
                                    _connector="OR",
                                ),
                                name="hazard_is_assessed_before_it_is_rectified",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["registered", "assessed", "closed"]),
                                    models.Q(
                                        ("due_on__isnull", False),
                                        models.Q(("measures", ""), _negated=True),
                                        models.Q(("responsible", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="hazard_is_rectified_by_somebody_until",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status__in", ["rectified", "checked"]), _negated=True),
                                    ("rectified_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="hazard_rectified_says_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at__isnull", False), ("status", "closed")),
                                    models.Q(
                                        models.Q(("status", "closed"), _negated=True), ("closed_at", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="hazard_closed_says_when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Inspection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                        ("held_on", models.DateField(verbose_name="检查日期")),
                        ("place", models.CharField(max_length=200, verbose_name="检查地点")),
                        ("inspectors", models.CharField(max_length=200, verbose_name="检查人员")),
                        ("scope", models.TextField(verbose_name="检查内容")),
                        ("conclusion", models.TextField(blank=True, verbose_name="检查结论")),
                        ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inspections",
                                to="incidents.organization",
                                verbose_name="受检企业",
                            ),
                        ),
                        (
                            "inspector",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inspections_made",
                                to="incidents.organization",
                                verbose_name="检查单位",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="登记岗位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "安全检查",
                        "verbose_name_plural": "安全检查",
                        "ordering": ["-held_on", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Finding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="序号")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "待整改"),
                                    ("rectified", "已整改，待复查"),
                                    ("accepted", "复查合格"),
                                ],
                                default="open",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("since", models.DateTimeField(verbose_name="自何时")),
                        ("words", models.CharField(max_length=500, verbose_name="问题")),
                        ("demand", models.CharField(blank=True, max_length=500, verbose_name="整改要求")),
                        ("due_on", models.DateField(verbose_name="整改期限")),
                        ("rectified_at", models.DateTimeField(null=True, verbose_name="报告整改时间")),
                        (
                            "inspection",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="incidents.inspection",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "检查问题",
                        "verbose_name_plural": "检查问题",
                        "ordering": ["inspection", "serial"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("inspection", "serial"), name="finding_serial_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status", "open"), ("rectified_at__isnull", False), _connector="OR"
                                ),
                                name="finding_rectified_says_when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegisterFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("photo", "照片"),
                                    ("pdf", "PDF"),
                                    ("office", "Office 文件"),
                                    ("text", "文本"),
                                ],
                                max_length=10,
                                verbose_name="种类",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="文件名")),
                        (
                            "media_type",
                            models.CharField(
                                help_text="Found by content, not by name.",
                                max_length=100,
                                verbose_name="内容类型",
                            ),
                        ),
                        ("size", models.PositiveIntegerField(verbose_name="大小（字节）")),
                        ("sha256", models.CharField(max_length=64)),
                        (
                            "path",
                            models.CharField(help_text="Below MEDIA_ROOT.", max_length=100, unique=True),
                        ),
                        ("at", models.DateTimeField(verbose_name="上传时间")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="register_files",
                                to="incidents.organization",
                                verbose_name="单位",
                            ),
                        ),
                        (
                            "key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                                verbose_name="接口密钥",
                            ),
                        ),
                        (
                            "uploaded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="上传岗位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "登记附件",
                        "verbose_name_plural": "登记附件",
                        "ordering": ["body", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$"), ("size__gt", 0)),
                                name="register_file_is_not_empty",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("key", None), ("uploaded_by__isnull", False)),
                                    models.Q(("key__isnull", False), ("uploaded_by", None)),
                                    _connector="OR",
                                ),
                                name="register_file_uploaded_by_a_post_or_a_key",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HazardStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "what",
                            models.CharField(
                                choices=[
                                    ("registered", "登记"),
                                    ("assessed", "风险评估"),
                                    ("planned", "确定整改措施"),
                                    ("put_off", "延长整改期限"),
                                    ("rectified", "报告整改"),
                                    ("accepted", "复查合格"),
                                    ("sent_back", "复查不合格，退回整改"),
                                    ("closed", "销号"),
                                ],
                                max_length=12,
                                verbose_name="步骤",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("words", models.TextField(blank=True, verbose_name="说明")),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="办理岗位",
                            ),
                        ),
                        (
                            "hazard",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="incidents.hazard",
                            ),
                        ),
                        (
                            "key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                                verbose_name="接口密钥",
                            ),
                        ),
                        (
                            "proof",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hazard_step",
                                to="incidents.registerfile",
                                verbose_name="证明材料",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["hazard", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="FindingStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "what",
                            models.CharField(
                                choices=[
                                    ("rectified", "报告整改"),
                                    ("accepted", "复查合格"),
                                    ("sent_back", "复查不合格，退回整改"),
                                ],
                                max_length=12,
                                verbose_name="步骤",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("words", models.TextField(blank=True, verbose_name="说明")),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="办理岗位",
                            ),
                        ),
                        (
                            "finding",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="incidents.finding",
                            ),
                        ),
                        (
                            "key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                                verbose_name="接口密钥",
                            ),
                        ),
                        (
                            "proof",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="finding_step",
                                to="incidents.registerfile",
                                verbose_name="证明材料",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["finding", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="FiledPlan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("filed", "已报送，待备案"),
                                    ("accepted", "已备案"),
                                    ("sent_back", "已退回"),
                                    ("replaced", "已由新版替代"),
                                ],
                                default="filed",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("since", models.DateTimeField(verbose_name="自何时")),
                        ("name", models.CharField(max_length=100, verbose_name="预案名称")),
                        ("version", models.CharField(max_length=30, verbose_name="版本")),
                        ("adopted_on", models.DateField(verbose_name="发布日期")),
                        ("filed_at", models.DateTimeField(verbose_name="报送时间")),
                        ("record_no", models.CharField(blank=True, max_length=40, verbose_name="备案号")),
                        ("valid_until", models.DateField(null=True, verbose_name="有效期至")),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="办理时间")),
                        ("reason", models.TextField(blank=True, verbose_name="退回理由")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="filed_plans",
                                to="incidents.organization",
                                verbose_name="企业",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="办理岗位",
                            ),
                        ),
                        (
                            "filed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="报送岗位",
                            ),
                        ),
                        (
                            "key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                                verbose_name="接口密钥",
                            ),
                        ),
                        (
                            "file",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="filed_plan",
                                to="incidents.registerfile",
                                verbose_name="预案文件",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "备案预案",
                        "verbose_name_plural": "备案预案",
                        "ordering": ["-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("status", "filed")),
                                fields=("body",),
                                name="one_plan_of_a_body_waits",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status", "accepted")),
                                fields=("body",),
                                name="one_plan_of_a_body_stands",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("record_no", ""), _negated=True),
                                fields=("record_no",),
                                name="plan_record_no_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at", None),
                                        ("record_no", ""),
                                        ("status", "filed"),
                                        ("valid_until", None),
                                    ),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("status__in", ["accepted", "replaced"]),
                                        ("valid_until__isnull", False),
                                        models.Q(("record_no", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("record_no", ""),
                                        ("status", "sent_back"),
                                        ("valid_until", None),
                                        models.Q(("reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="plan_is_decided_as_a_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("filed_by__isnull", False), ("key", None)),
                                    models.Q(("filed_by", None), ("key__isnull", False)),
                                    _connector="OR",
                                ),
                                name="plan_is_filed_by_a_post_or_a_key",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_at", None),
                                    ("decided_at__gte", models.F("filed_at")),
                                    _connector="OR",
                                ),
                                name="plan_is_decided_after_it_was_filed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SafetyCheck",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                        ("checked_on", models.DateField(verbose_name="自查日期")),
                        ("what", models.TextField(verbose_name="自查内容")),
                        (
                            "result",
                            models.CharField(
                                choices=[("fine", "未发现问题"), ("problems", "发现问题")],
                                max_length=10,
                                verbose_name="结果",
                            ),
                        ),
                        ("problems", models.TextField(blank=True, verbose_name="发现的问题")),
                        ("filed_at", models.DateTimeField(verbose_name="报送时间")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="safety_checks",
                                to="incidents.organization",
                                verbose_name="企业",
                            ),
                        ),
                        (
                            "filed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="报送岗位",
                            ),
                        ),
                        (
                            "key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                                verbose_name="接口密钥",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "安全自查",
                        "verbose_name_plural": "安全自查",
                        "ordering": ["body", "-checked_on", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("problems", ""), ("result", "fine")),
                                    models.Q(
                                        ("result", "problems"), models.Q(("problems", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="safety_check_tells_its_problems",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("filed_by__isnull", False), ("key", None)),
                                    models.Q(("filed_by", None), ("key__isnull", False)),
                                    _connector="OR",
                                ),
                                name="safety_check_is_filed_by_a_post_or_a_key",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SafetyRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=100, verbose_name="制度名称")),
                        ("adopted_on", models.DateField(verbose_name="发布日期")),
                        ("stated_at", models.DateTimeField(verbose_name="登记时间")),
                        ("repealed_on", models.DateField(null=True, verbose_name="废止日期")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="safety_rules",
                                to="incidents.organization",
                                verbose_name="企业",
                            ),
                        ),
                        (
                            "file",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="safety_rule",
                                to="incidents.registerfile",
                                verbose_name="制度文件",
                            ),
                        ),
                        (
                            "key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                                verbose_name="接口密钥",
                            ),
                        ),
                        (
                            "stated_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="登记岗位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "安全管理制度",
                        "verbose_name_plural": "安全管理制度",
                        "ordering": ["body", "-adopted_on", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("repealed_on", None)),
                                fields=("body", "name"),
                                name="safety_rule_stands_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("key", None), ("stated_by__isnull", False)),
                                    models.Q(("key__isnull", False), ("stated_by", None)),
                                    _connector="OR",
                                ),
                                name="safety_rule_is_stated_by_a_post_or_a_key",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CheckInterval",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("months", models.PositiveSmallIntegerField(verbose_name="自查间隔（月）")),
                        ("set_at", models.DateTimeField(verbose_name="设定时间")),
                        (
                            "body",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="check_interval",
                                to="incidents.organization",
                                verbose_name="企业",
                            ),
                        ),
                        (
                            "set_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="设定岗位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "自查间隔",
                        "verbose_name_plural": "自查间隔",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("months__range", (1, 12))),
                                name="check_interval_is_in_months",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Resource",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("people", "人员"),
                                    ("vehicles", "车辆"),
                                    ("supplies", "物资装备"),
                                    ("communications", "通信资源"),
                                ],
                                max_length=20,
                                verbose_name="类别",
                            ),
                        ),
                        ("name", models.CharField(max_length=100, verbose_name="名称规格")),
                        (
                            "total",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=12, verbose_name="总数"
                            ),
                        ),
                        (
                            "reserved",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=12, verbose_name="已预留"
                            ),
                        ),
                        (
                            "lent",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=12, verbose_name="在外"
                            ),
                        ),
                        ("unit", models.CharField(max_length=10, verbose_name="计量单位")),
                        ("place", models.CharField(max_length=200, verbose_name="存放（驻扎）地址")),
                        (
                            "longitude",
                            models.DecimalField(
                                blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="经度"
                            ),
                        ),
                        (
                            "latitude",
                            models.DecimalField(
                                blank=True, decimal_places=6, max_digits=8, null=True, verbose_name="纬度"
                            ),
                        ),
                        ("custodian", models.CharField(max_length=40, verbose_name="保管人（带队人）")),
                        ("phone", models.CharField(max_length=40, verbose_name="联系电话")),
                        ("expires_on", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                        ("notes", models.CharField(blank=True, max_length=300, verbose_name="备注")),
                        ("standby_since", models.DateTimeField(blank=True, null=True, verbose_name="备勤自")),
                        ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                        ("changed_at", models.DateTimeField(verbose_name="最近登记")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resources",
                                to="incidents.organization",
                                verbose_name="所属单位",
                            ),
                        ),
                        (
                            "county",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="所在县区",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "应急资源",
                        "verbose_name_plural": "应急资源",
                        "ordering": ["-is_active", "body", "kind", "name", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("body", "kind", "name", "place", "expires_on"),
                                name="resource_once",
                                nulls_distinct=False,
                                violation_error_message="该单位在这个地址已登记过这项资源。",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("lent__gte", 0),
                                    ("reserved__gte", 0),
                                    (
                                        "total__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("reserved"), "+", models.F("lent")
                                        ),
                                    ),
                                ),
                                name="resource_promises_no_more_than_there_is",
                                violation_error_message="预留和在外的数量合计不能多于总数。",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("standby_since", None), ("kind", "people"), _connector="OR"
                                ),
                                name="only_teams_stand_by",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("latitude", None), ("longitude", None)),
                                    models.Q(("latitude__range", (3, 54)), ("longitude__range", (73, 136))),
                                    _connector="OR",
                                ),
                                name="resource_point_is_whole_and_in_the_country",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Course",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="培训内容")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("knowledge", "应急知识"),
                                    ("skill", "应对技能"),
                                    ("cadre", "干部培训"),
                                ],
                                max_length=12,
                                verbose_name="类别",
                            ),
                        ),
                        ("held_on", models.DateField(verbose_name="培训日期")),
                        ("place", models.CharField(blank=True, max_length=100, verbose_name="地点")),
                        ("hours", models.DecimalField(decimal_places=1, max_digits=5, verbose_name="学时")),
                        ("teacher", models.CharField(blank=True, max_length=60, verbose_name="授课人")),
                        ("valid_until", models.DateField(verbose_name="合格有效至")),
                        ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                        ("cancelled_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="courses",
                                to="incidents.organization",
                                verbose_name="举办单位",
                            ),
                        ),
                        (
                            "expert",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="courses",
                                to="incidents.expert",
                                verbose_name="授课专家",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "recorded_key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "培训班",
                        "verbose_name_plural": "培训班",
                        "ordering": ["-held_on", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("valid_until__gt", models.F("held_on"))),
                                name="course_pass_is_good_for_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("hours__gt", 0)), name="course_takes_hours"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expert", None), ("teacher", ""), _connector="OR"),
                                name="course_taught_by_one",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CourseAttendance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "worker_name",
                            models.CharField(blank=True, max_length=40, verbose_name="从业人员姓名"),
                        ),
                        (
                            "result",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "待登记"),
                                    ("passed", "合格"),
                                    ("failed", "不合格"),
                                    ("absent", "缺席"),
                                ],
                                default="",
                                max_length=8,
                                verbose_name="结果",
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                        ("judged_at", models.DateTimeField(null=True, verbose_name="结果登记时间")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="所在单位",
                            ),
                        ),
                        (
                            "course",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attendances",
                                to="incidents.course",
                            ),
                        ),
                        (
                            "judged_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="course_attendances",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="人员",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "参训记录",
                        "verbose_name_plural": "参训记录",
                        "ordering": ["course", "body", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("person__isnull", False), ("worker_name", "")),
                                    models.Q(("person", None), models.Q(("worker_name", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="attendance_of_an_account_or_a_name",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("judged_at", None), ("result", "")),
                                    models.Q(
                                        models.Q(("result", ""), _negated=True), ("judged_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="attendance_result_has_its_time",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("person__isnull", False)),
                                fields=("course", "person"),
                                name="account_once_on_a_course",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Publicity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("held_on", models.DateField(verbose_name="日期")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("law", "法规政策宣传"),
                                    ("knowledge", "基本知识教育"),
                                    ("skill", "处置技能教育"),
                                    ("material", "发布宣传材料"),
                                ],
                                max_length=12,
                                verbose_name="类别",
                            ),
                        ),
                        ("topic", models.CharField(max_length=100, verbose_name="主题")),
                        ("audience", models.CharField(max_length=100, verbose_name="对象")),
                        ("reached", models.PositiveIntegerField(verbose_name="覆盖人数")),
                        ("place", models.CharField(blank=True, max_length=100, verbose_name="地点或渠道")),
                        ("materials", models.CharField(blank=True, max_length=300, verbose_name="材料")),
                        ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="publicity",
                                to="incidents.organization",
                                verbose_name="开展单位",
                            ),
                        ),
                        (
                            "experts",
                            models.ManyToManyField(
                                related_name="publicity", to="incidents.expert", verbose_name="参与专家"
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "recorded_key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "宣传教育活动",
                        "verbose_name_plural": "宣传教育活动",
                        "ordering": ["-held_on", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="WorkforceStatement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                        ("quarter", models.PositiveSmallIntegerField(verbose_name="季度")),
                        ("on_post", models.PositiveIntegerField(verbose_name="在岗人数")),
                        ("trained", models.PositiveIntegerField(verbose_name="已培训人数")),
                        ("passed", models.PositiveIntegerField(verbose_name="培训合格人数")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        ("stated_at", models.DateTimeField(verbose_name="填报时间")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="workforce",
                                to="incidents.organization",
                                verbose_name="企业或网点",
                            ),
                        ),
                        (
                            "stated_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "stated_key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "上岗培训情况",
                        "verbose_name_plural": "上岗培训情况",
                        "ordering": ["-year", "-quarter", "body"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("body", "year", "quarter"), name="workforce_stated_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("passed__lte", models.F("trained")),
                                    ("trained__lte", models.F("on_post")),
                                ),
                                name="workforce_adds_up",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("quarter__range", (1, 4))), name="workforce_of_a_quarter"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeyPeriod",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("peak", "旺季"),
                                    ("flood", "汛期"),
                                    ("event", "重大活动"),
                                    ("other", "其他"),
                                ],
                                max_length=8,
                                verbose_name="类别",
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        ("starts_on", models.DateField(verbose_name="起")),
                        ("ends_on", models.DateField(verbose_name="止")),
                        ("due_by", models.TimeField(verbose_name="每日截止时刻")),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="要求")),
                        ("declared_at", models.DateTimeField(verbose_name="发布时间")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="提前结束时间")),
                        (
                            "bodies",
                            models.ManyToManyField(
                                related_name="key_periods",
                                to="incidents.organization",
                                verbose_name="报送单位",
                            ),
                        ),
                        (
                            "declared_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="发布岗位",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="应急办",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "重点时期",
                        "verbose_name_plural": "重点时期",
                        "ordering": ["-starts_on", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="key_period_ends_after_it_starts",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RollCall",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("words", models.CharField(blank=True, max_length=200, verbose_name="点名要求")),
                        ("called_at", models.DateTimeField(verbose_name="点名时间")),
                        ("due_at", models.DateTimeField(verbose_name="应答时限")),
                        (
                            "called_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="点名岗位",
                            ),
                        ),
                        (
                            "period",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="roll_calls",
                                to="incidents.keyperiod",
                                verbose_name="重点时期",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "点名",
                        "verbose_name_plural": "点名",
                        "ordering": ["-called_at", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("due_at__gt", models.F("called_at"))),
                                name="roll_call_leaves_time",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RollAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="应答时间")),
                        ("person", models.CharField(blank=True, max_length=40, verbose_name="应答人")),
                        ("place", models.CharField(blank=True, max_length=80, verbose_name="所在位置")),
                        (
                            "state",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("well", "在岗，正常"),
                                    ("short", "在岗，人手或设备不足"),
                                    ("trouble", "有情况"),
                                ],
                                max_length=8,
                                verbose_name="状态",
                            ),
                        ),
                        ("words", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                        ("by_phone", models.BooleanField(default=False, verbose_name="电话应答，应急办代录")),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="应答岗位",
                            ),
                        ),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="单位",
                            ),
                        ),
                        (
                            "key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                                verbose_name="应答密钥",
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="incidents.rollcall",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "点名应答",
                        "verbose_name_plural": "点名应答",
                        "ordering": ["call", "body"],
                        "constraints": [
                            models.UniqueConstraint(fields=("call", "body"), name="called_once_per_roll"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answered_at", None), ("state", "")),
                                    models.Q(
                                        ("answered_at__isnull", False), models.Q(("state", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="roll_answer_is_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ZeroReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField(verbose_name="所报日期")),
                        ("is_quiet", models.BooleanField(verbose_name="无情况")),
                        ("words", models.TextField(blank=True, verbose_name="情况")),
                        ("by_phone", models.BooleanField(default=False, verbose_name="电话报告，应急办代录")),
                        ("filed_at", models.DateTimeField(verbose_name="报送时间")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="报送单位",
                            ),
                        ),
                        (
                            "filed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="报送岗位",
                            ),
                        ),
                        (
                            "key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                                verbose_name="报送密钥",
                            ),
                        ),
                        (
                            "period",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="incidents.keyperiod",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "零报告",
                        "verbose_name_plural": "零报告",
                        "ordering": ["filed_at", "id"],
                        "indexes": [
                            models.Index(fields=["period", "day", "body"], name="zero_report_of_a_day")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_quiet", True),
                                    models.Q(("words", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="zero_report_says_what",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Drill",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                        ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                        ("serial", models.PositiveIntegerField(verbose_name="序号")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("planned", "筹备"),
                                    ("running", "进行中"),
                                    ("ended", "已结束"),
                                    ("evaluated", "已评估"),
                                    ("cancelled", "已取消"),
                                ],
                                default="planned",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("title", models.CharField(max_length=100, verbose_name="名称")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("tabletop", "桌面演练"),
                                    ("single", "单项演练"),
                                    ("full", "综合演练"),
                                ],
                                max_length=12,
                                verbose_name="形式",
                            ),
                        ),
                        (
                            "contents",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=30), size=None, verbose_name="演练内容"
                            ),
                        ),
                        ("scenario", models.TextField(max_length=4000, verbose_name="情景")),
                        ("planned_at", models.DateTimeField(verbose_name="计划时间")),
                        (
                            "speed",
                            models.PositiveSmallIntegerField(
                                default=1,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(60),
                                ],
                                verbose_name="速度",
                            ),
                        ),
                        (
                            "story_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="情景开始时间"),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="登记时间")),
                        ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="开始时间")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="筹备人",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drills_in_its_city",
                                to="incidents.organization",
                                verbose_name="应急办",
                            ),
                        ),
                        (
                            "organizer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drills_held",
                                to="incidents.organization",
                                verbose_name="组织单位",
                            ),
                        ),
                        (
                            "started_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="开始人",
                            ),
                        ),
                        (
                            "directors",
                            models.ManyToManyField(
                                related_name="drills_directed", to="incidents.post", verbose_name="导演"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "演练",
                        "verbose_name_plural": "演练",
                        "ordering": ["-year", "-serial"],
                        "indexes": [
                            models.Index(fields=["organizer", "-ended_at"], name="drill_by_organizer")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("speed__range", (1, 60))), name="drill_speed"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("contents__len__gt", 0)), name="drill_has_contents"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("started_at", None), ("status__in", ["planned", "cancelled"])),
                                    models.Q(
                                        ("started_at__isnull", False),
                                        ("started_by__isnull", False),
                                        ("status__in", ["running", "ended", "evaluated"]),
                                        ("story_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="running_drill_has_its_clock",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ended_at__gte", models.F("started_at")),
                                        ("status__in", ["ended", "evaluated"]),
                                    ),
                                    models.Q(
                                        ("ended_at", None),
                                        ("status__in", ["planned", "running", "cancelled"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="ended_drill_has_its_end",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Incident",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                        ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                        ("serial", models.PositiveIntegerField(verbose_name="序号")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("reported", "接报"),
                                    ("graded", "定级"),
                                    ("responding", "响应"),
                                    ("ended", "结束"),
                                    ("closed", "归档"),
                                    ("dismissed", "不成立"),
                                    ("merged", "已并入"),
                                ],
                                default="reported",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("title", models.CharField(max_length=100, verbose_name="标题")),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("inside", "行业内风险"),
                                    ("outside_natural", "行业外：自然灾害"),
                                    ("outside_accident", "行业外：事故灾难"),
                                    ("outside_health", "行业外：公共卫生事件"),
                                    ("outside_security", "行业外：社会安全事件"),
                                ],
                                max_length=20,
                                verbose_name="起因源头",
                            ),
                        ),
                        ("place", models.CharField(blank=True, max_length=200, verbose_name="地点")),
                        ("occurred_at", models.DateTimeField(blank=True, null=True, verbose_name="发生时间")),
                        (
                            "known_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="企业获知时间"),
                        ),
                        (
                            "told_by_office",
                            models.BooleanField(default=False, verbose_name="由应急办告知企业"),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="应急办接报时间")),
                        ("created_at", models.DateTimeField(verbose_name="录入时间")),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                null=True,
                                verbose_name="级别",
                            ),
                        ),
                        (
                            "proposed_level",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                verbose_name="建议级别",
                            ),
                        ),
                        (
                            "debt_level",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                verbose_name="时限所依级别",
                            ),
                        ),
                        (
                            "severest_level",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                null=True,
                                verbose_name="曾达最高级别",
                            ),
                        ),
                        (
                            "declined_level",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                null=True,
                                verbose_name="已不采纳的建议级别",
                            ),
                        ),
                        ("graded_at", models.DateTimeField(blank=True, null=True, verbose_name="定级时间")),
                        ("verified_at", models.DateTimeField(blank=True, null=True, verbose_name="核实时间")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="归档时间")),
                        (
                            "search",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.expressions.RawSQL(
                                    "array_to_tsvector(char_pairs(number || ' ' || title || ' ' || place))",
                                    [],
                                ),
                                output_field=django.contrib.postgres.search.SearchVectorField(),
                            ),
                        ),
                        (
                            "event_class",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                to="incidents.eventclass",
                                verbose_name="事件类别",
                            ),
                        ),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged",
                                to="incidents.incident",
                                verbose_name="并入",
                            ),
                        ),
                        (
                            "counties_affected",
                            models.ManyToManyField(
                                blank=True,
                                related_name="incidents_affecting",
                                to="incidents.organization",
                                verbose_name="波及县区",
                            ),
                        ),
                        (
                            "county",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents_in_county",
                                to="incidents.organization",
                                verbose_name="县区",
                            ),
                        ),
                        (
                            "enterprise",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents",
                                to="incidents.organization",
                                verbose_name="涉事企业",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents_handled",
                                to="incidents.organization",
                                verbose_name="应急办",
                            ),
                        ),
                        (
                            "plan_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                to="incidents.planversion",
                                verbose_name="适用预案版本",
                            ),
                        ),
                        (
                            "outgrown_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="宣布可能超出本市能力"),
                        ),
                        (
                            "latitude",
                            models.DecimalField(
                                blank=True, decimal_places=6, max_digits=8, null=True, verbose_name="纬度"
                            ),
                        ),
                        (
                            "longitude",
                            models.DecimalField(
                                blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="经度"
                            ),
                        ),
                        (
                            "is_drill",
                            models.BooleanField(
                                db_default=False, default=False, editable=False, verbose_name="演练"
                            ),
                        ),
                        (
                            "drill",
                            models.ForeignKey(
                                db_index=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="%(class)ss",
                                to="incidents.drill",
                                verbose_name="所属演练",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "突发事件",
                        "verbose_name_plural": "突发事件",
                        "ordering": ["-year", "-serial"],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["search"], name="incident_search"
                            ),
                            models.Index(fields=["year", "serial"], name="incident_by_number"),
                            models.Index(
                                condition=models.Q(("merged_into__isnull", False)),
                                fields=["merged_into"],
                                name="incident_merged_into",
                            ),
                            models.Index(
                                condition=models.Q(("drill__isnull", False)),
                                fields=["drill"],
                                name="incident_drill",
                            ),
                            models.Index(
                                condition=models.Q(("is_drill", True)),
                                fields=["received_at"],
                                name="incident_drilled",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("status__in", ["reported", "graded", "responding", "ended"])
                                ),
                                fields=["status"],
                                name="incident_not_closed",
                            ),
                            models.Index(fields=["received_at"], name="incident_received"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["reported", "dismissed", "merged"]),
                                    models.Q(("level", None), _negated=True),
                                    _connector="OR",
                                ),
                                name="graded_incident_has_level",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("merged_into__isnull", False), ("status", "merged")),
                                    models.Q(
                                        models.Q(("status", "merged"), _negated=True), ("merged_into", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="merged_incident_names_the_common_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("known_at", None),
                                    ("known_at__lte", models.F("received_at")),
                                    ("told_by_office", True),
                                    _connector="OR",
                                ),
                                name="known_not_after_received",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("latitude", None), ("longitude", None)),
                                    models.Q(("latitude__range", (3, 54)), ("longitude__range", (73, 136))),
                                    _connector="OR",
                                ),
                                name="incident_point_is_whole_and_in_the_country",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("drill", None), ("is_drill", True), _connector="OR"),
                                name="incident_of_a_drill_is_marked",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LedgerEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("chain", models.CharField(max_length=40)),
                        ("seq", models.PositiveIntegerField()),
                        ("at", models.DateTimeField(db_index=True, verbose_name="时间")),
                        ("action", models.CharField(max_length=40, verbose_name="行为")),
                        ("summary", models.TextField(verbose_name="内容")),
                        ("clause", models.CharField(blank=True, max_length=12, verbose_name="条款")),
                        ("reason", models.TextField(blank=True, verbose_name="理由")),
                        ("for_firm", models.BooleanField(default=False, verbose_name="企业可见")),
                        ("data", models.JSONField(default=dict)),
                        ("text", models.TextField()),
                        ("previous", models.CharField(max_length=64)),
                        ("hash", models.CharField(max_length=64)),
                        (
                            "incident",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="timeline",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "key",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                            ),
                        ),
                        (
                            "post",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        ("request", models.CharField(db_default="", max_length=36, verbose_name="请求编号")),
                    ],
                    options={
                        "ordering": ["chain", "seq"],
                        "indexes": [
                            models.Index(fields=["incident", "-seq"], name="timeline_newest_first"),
                            models.Index(
                                condition=models.Q(("person__isnull", False)),
                                fields=["person"],
                                name="entry_by_person",
                            ),
                            models.Index(
                                condition=models.Q(("post__isnull", False)),
                                fields=["post"],
                                name="entry_by_post",
                            ),
                            models.Index(
                                condition=models.Q(("key__isnull", False)),
                                fields=["key"],
                                name="entry_by_key",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("chain", "seq"), name="ledger_seq_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PersonalValue",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=40)),
                        ("salt", models.CharField(max_length=32)),
                        ("value", models.TextField(null=True)),
                        ("erased_at", models.DateTimeField(null=True)),
                        (
                            "entry",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="personal_values",
                                to="incidents.ledgerentry",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("entry", "name"), name="personal_value_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Investigation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("findings", models.TextField(blank=True, verbose_name="原因与经过")),
                        ("responsibility", models.TextField(blank=True, verbose_name="责任认定")),
                        ("outcome", models.TextField(blank=True, verbose_name="处理情况")),
                        ("concluded_at", models.DateTimeField(null=True, verbose_name="通过时间")),
                        (
                            "incident",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="investigation",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        ("drafted_at", models.DateTimeField(null=True, verbose_name="起草时间")),
                        (
                            "drafted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "superior_reference",
                            models.CharField(blank=True, max_length=100, verbose_name="上级调查文号"),
                        ),
                        ("team_named_at", models.DateTimeField(null=True, verbose_name="指定调查组时间")),
                        (
                            "team_named_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("concluded_at", None),
                                    models.Q(
                                        ("by__isnull", False),
                                        models.Q(("findings", ""), _negated=True),
                                        models.Q(("responsibility", ""), _negated=True),
                                        models.Q(("outcome", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="concluded_investigation_is_whole",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Evaluation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("cause", models.TextField(blank=True, verbose_name="起因")),
                        ("nature", models.TextField(blank=True, verbose_name="性质")),
                        ("impact", models.TextField(blank=True, verbose_name="影响")),
                        ("responsibility", models.TextField(blank=True, verbose_name="责任")),
                        ("lessons", models.TextField(blank=True, verbose_name="经验教训")),
                        ("concluded_at", models.DateTimeField(null=True, verbose_name="通过时间")),
                        (
                            "incident",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evaluation",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        ("drafted_at", models.DateTimeField(null=True, verbose_name="起草时间")),
                        (
                            "drafted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("concluded_at", None),
                                    models.Q(
                                        ("by__isnull", False),
                                        models.Q(("cause", ""), _negated=True),
                                        models.Q(("nature", ""), _negated=True),
                                        models.Q(("impact", ""), _negated=True),
                                        models.Q(("responsibility", ""), _negated=True),
                                        models.Q(("lessons", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="concluded_evaluation_is_whole",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Report",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("serial", models.PositiveSmallIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("ORAL", "口头汇报"),
                                    ("BRIEF", "书面简要报告"),
                                    ("WRITTEN", "书面报告"),
                                    ("FOLLOW_UP", "续报"),
                                    ("FINAL", "终报"),
                                ],
                                max_length=10,
                                verbose_name="种类",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("PHONE", "电话"),
                                    ("FAX", "传真"),
                                    ("PAPER", "纸质"),
                                    ("FORM", "网页"),
                                    ("API", "接口"),
                                ],
                                max_length=10,
                                verbose_name="渠道",
                            ),
                        ),
                        (
                            "informant",
                            models.CharField(
                                choices=[
                                    ("ENTERPRISE", "企业"),
                                    ("POLICE", "公安"),
                                    ("FIRE", "消防"),
                                    ("HEALTH", "卫健"),
                                    ("EMERGENCY", "应急管理"),
                                    ("MEMBER", "成员单位"),
                                    ("COUNTY", "县区机构"),
                                    ("LINE_12305", "12305申诉电话"),
                                    ("SUPERIOR", "上级部署"),
                                    ("PUBLIC", "群众"),
                                    ("OTHER", "其他"),
                                ],
                                default="ENTERPRISE",
                                max_length=12,
                                verbose_name="信息提供方",
                            ),
                        ),
                        ("arrived_at", models.DateTimeField(verbose_name="到达时间")),
                        ("received_at", models.DateTimeField(verbose_name="服务器接收时间")),
                        ("known_at", models.DateTimeField(null=True, verbose_name="获知时间")),
                        ("occurred_at", models.DateTimeField(null=True, verbose_name="发生时间")),
                        ("place", models.CharField(blank=True, max_length=200, verbose_name="地点")),
                        ("unit", models.CharField(blank=True, max_length=100, verbose_name="单位名称")),
                        ("source", models.CharField(blank=True, max_length=100, verbose_name="信息来源")),
                        ("deaths", models.PositiveIntegerField(null=True, verbose_name="死亡人数")),
                        ("missing", models.PositiveIntegerField(null=True, verbose_name="失踪人数")),
                        ("serious_injuries", models.PositiveIntegerField(null=True, verbose_name="重伤人数")),
                        (
                            "loss_yuan",
                            models.PositiveBigIntegerField(null=True, verbose_name="直接经济损失（元）"),
                        ),
                        (
                            "records_leaked",
                            models.PositiveBigIntegerField(null=True, verbose_name="泄露用户信息条数"),
                        ),
                        (
                            "network_scope",
                            models.CharField(
                                choices=[
                                    ("county", "县区"),
                                    ("city", "全市"),
                                    ("province", "全省"),
                                    ("nation", "全国"),
                                ],
                                max_length=10,
                                null=True,
                                verbose_name="网络阻断范围",
                            ),
                        ),
                        ("impact", models.TextField(blank=True, verbose_name="影响范围")),
                        ("development", models.TextField(blank=True, verbose_name="发展态势")),
                        ("measures", models.TextField(blank=True, verbose_name="处置情况")),
                        (
                            "superior_told_who",
                            models.CharField(blank=True, max_length=100, verbose_name="上一级单位：告知何人"),
                        ),
                        (
                            "superior_told_at",
                            models.DateTimeField(null=True, verbose_name="上一级单位：告知时间"),
                        ),
                        (
                            "unknown",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=30),
                                default=list,
                                size=None,
                                verbose_name="尚不清楚",
                            ),
                        ),
                        (
                            "event_class",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="incidents.eventclass",
                                verbose_name="事件类别",
                            ),
                        ),
                        (
                            "filed_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="录入岗位",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "reporter",
                            models.ForeignKey(
                                help_text="上一级单位可代下属企业报告，两者都留名（§5.2.1）。",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="incidents.organization",
                                verbose_name="报告单位",
                            ),
                        ),
                        (
                            "supersedes",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="superseded_by",
                                to="incidents.report",
                                verbose_name="更正",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "信息报告",
                        "ordering": ["incident", "serial"],
                        "constraints": [
                            models.UniqueConstraint(fields=("incident", "serial"), name="report_serial_once"),
                            models.CheckConstraint(
                                condition=models.Q(("arrived_at__lte", models.F("received_at"))),
                                name="report_arrives_before_it_is_typed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "ORAL"), _negated=True),
                                    models.Q(("channel", "PHONE"), ("filed_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="oral_report_is_logged_by_a_person",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("filed_by__isnull", False)),
                                fields=["filed_by"],
                                name="report_filed_by",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                django.db.models.expressions.RawSQL(
                                    "array_to_tsvector(char_pairs(number || ' ' || place || ' ' || unit || ' ' || impact || ' ' || development || ' ' || measures))",
                                    [],
                                ),
                                name="report_words",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OralClaim",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("told_whom", models.CharField(max_length=100, verbose_name="接听人")),
                        ("told_at", models.DateTimeField(verbose_name="通话时间")),
                        ("confirmed_at", models.DateTimeField(null=True, verbose_name="确认时间")),
                        (
                            "refused_reason",
                            models.CharField(blank=True, max_length=200, verbose_name="不予确认的理由"),
                        ),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "report",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="oral_claim",
                                to="incidents.report",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Response",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                verbose_name="级别",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("proposed", "已建议"),
                                    ("approved", "已批准"),
                                    ("refused", "未批准"),
                                    ("active", "进行中"),
                                    ("ending_proposed", "建议结束"),
                                    ("ended", "已结束"),
                                    ("superseded", "已被取代"),
                                ],
                                default="proposed",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="建立时间")),
                        ("started_at", models.DateTimeField(null=True, verbose_name="启动时间")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="responses",
                                to="incidents.organization",
                                verbose_name="启动主体",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="responses",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "follow_up_every",
                            models.DurationField(blank=True, null=True, verbose_name="续报间隔"),
                        ),
                        (
                            "approved_person",
                            models.CharField(blank=True, max_length=60, verbose_name="电话批准人"),
                        ),
                        ("approved_words", models.TextField(blank=True, verbose_name="电话批准原话")),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="批复时间")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="批复登记",
                            ),
                        ),
                        ("document_no", models.CharField(blank=True, max_length=60, verbose_name="批准文号")),
                        (
                            "ending_proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="建议结束的人",
                            ),
                        ),
                        ("refused_reason", models.TextField(blank=True, verbose_name="未批准的理由")),
                    ],
                    options={
                        "ordering": ["incident", "created_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("status__in", ["active", "ending_proposed"])),
                                fields=("incident",),
                                name="one_running_response",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status__in", ["proposed", "approved"])),
                                fields=("incident",),
                                name="one_response_being_decided",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at", None),
                                    ("ended_at__gte", models.F("started_at")),
                                    _connector="OR",
                                ),
                                name="response_ends_after_it_starts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("level", 3), _negated=True),
                                    models.Q(
                                        ("status__in", ["approved", "active", "ending_proposed", "ended"]),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        models.Q(
                                            models.Q(("document_no", ""), _negated=True),
                                            models.Q(("approved_words", ""), _negated=True),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="running_three_was_approved",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "refused"), _negated=True),
                                    models.Q(("refused_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="refused_with_a_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("level", 3),
                                    ("status__in", ["active", "ended", "superseded"]),
                                    _connector="OR",
                                ),
                                name="only_three_waits_for_others",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UpwardReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="报告时间")),
                        ("person", models.CharField(max_length=60, verbose_name="接听人")),
                        ("words", models.TextField(verbose_name="报告内容")),
                        (
                            "level_told",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Ⅰ级 特别重大"),
                                    (2, "Ⅱ级 重大"),
                                    (3, "Ⅲ级 较大"),
                                    (4, "Ⅳ级 一般"),
                                ],
                                verbose_name="所报级别",
                            ),
                        ),
                        ("is_proposal", models.BooleanField(default=False, verbose_name="Ⅲ级响应建议")),
                        ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="upward_reports",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "to",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="报告对象",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at"],
                    },
                ),
                migrations.CreateModel(
                    name="OpenItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("SUPERIOR_UNIT", "企业报告上一级单位"),
                                    ("TELL_ENTERPRISES", "通知可能受影响企业"),
                                    ("EMERGENCY_MEETING", "召开紧急成员会议"),
                                    ("TELL_MEMBERS", "通报各成员单位启动预案"),
                                    ("TELL_FIRMS", "通知事发地和企业启动保障预案"),
                                    ("ROUND_THE_CLOCK", "实行24小时值守"),
                                    ("CONSULTATION", "召开成员单位会商会议"),
                                    ("EXPERTS", "组织专家组研判"),
                                    ("WORKING_GROUPS", "成立应急工作组"),
                                    ("ON_SCENE_COMMAND", "成立现场指挥机构"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                        ("settled_at", models.DateTimeField(null=True)),
                        ("words", models.CharField(blank=True, max_length=200, verbose_name="办理情况")),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="open_items",
                                to="incidents.incident",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["opened_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("settled_at", None)),
                                fields=("incident", "kind"),
                                name="item_open_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SupportRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("raised_at", models.DateTimeField(verbose_name="提出时间")),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="support_requests",
                                to="incidents.incident",
                                verbose_name="突发事件",
                            ),
                        ),
                        (
                            "requester",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="support_asked",
                                to="incidents.organization",
                                verbose_name="提出单位",
                            ),
                        ),
                        ("answer", models.TextField(blank=True, verbose_name="答复")),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        ("fulfilled_at", models.DateTimeField(null=True, verbose_name="落实时间")),
                        (
                            "holder",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="support_held",
                                to="incidents.organization",
                                verbose_name="受理单位",
                            ),
                        ),
                        ("needs", models.TextField(verbose_name="需要什么支援")),
                        ("outcome", models.TextField(blank=True, verbose_name="落实情况")),
                        ("place", models.CharField(blank=True, max_length=200, verbose_name="送到何处")),
                        (
                            "raised_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="序号")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("raised", "已提出"),
                                    ("forwarded", "已转报"),
                                    ("granted", "同意支援"),
                                    ("partly_granted", "部分同意"),
                                    ("refused", "不能支援"),
                                    ("fulfilled", "已落实"),
                                ],
                                default="raised",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("why", models.TextField(blank=True, verbose_name="为何超出自身能力")),
                    ],
                    options={
                        "verbose_name": "支援请求",
                        "verbose_name_plural": "支援请求",
                        "ordering": ["incident", "raised_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("incident", "serial"), name="support_serial_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["raised", "forwarded"]),
                                    models.Q(
                                        models.Q(("answer", ""), _negated=True),
                                        ("answered_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="support_answered_in_words",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ResponseBody",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "follow_up_every",
                            models.DurationField(blank=True, null=True, verbose_name="续报间隔"),
                        ),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="named_in",
                                to="incidents.organization",
                                verbose_name="单位",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="named",
                                to="incidents.response",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["response", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("response", "body"), name="body_named_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="序号")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("photo", "照片"),
                                    ("pdf", "PDF"),
                                    ("office", "Office 文件"),
                                    ("text", "文本"),
                                ],
                                max_length=10,
                                verbose_name="种类",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="文件名")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        (
                            "media_type",
                            models.CharField(
                                help_text="Found by content, not by name.",
                                max_length=100,
                                verbose_name="内容类型",
                            ),
                        ),
                        ("size", models.PositiveIntegerField(verbose_name="大小（字节）")),
                        ("sha256", models.CharField(max_length=64)),
                        (
                            "path",
                            models.CharField(help_text="Below MEDIA_ROOT.", max_length=100, unique=True),
                        ),
                        ("at", models.DateTimeField(verbose_name="上传时间")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="incidents.organization",
                                verbose_name="上传单位",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="incidents.incident",
                                verbose_name="突发事件",
                            ),
                        ),
                        (
                            "key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                                verbose_name="接口密钥",
                            ),
                        ),
                        (
                            "uploaded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="上传岗位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "附件",
                        "verbose_name_plural": "附件",
                        "ordering": ["incident", "serial"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("incident", "serial"), name="attachment_serial_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$"), ("size__gt", 0)),
                                name="attachment_is_not_empty",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("key", None), ("uploaded_by__isnull", False)),
                                    models.Q(("key__isnull", False), ("uploaded_by", None)),
                                    _connector="OR",
                                ),
                                name="attachment_uploaded_by_a_post_or_a_key",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OpenedGuide",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("event_class", models.SlugField(max_length=30)),
                        ("opened_at", models.DateTimeField(verbose_name="打开时间")),
                        (
                            "guide",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.guide",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="opened_guides",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["incident", "opened_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("incident", "event_class"), name="guide_opened_once_per_class"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GuideTick",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("words", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        ("undone_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                        (
                            "undone_reason",
                            models.CharField(blank=True, max_length=200, verbose_name="撤销理由"),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.guidestep",
                            ),
                        ),
                        (
                            "undone_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "opened",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ticks",
                                to="incidents.openedguide",
                            ),
                        ),
                        (
                            "key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                            ),
                        ),
                        (
                            "undone_key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["opened", "at", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("undone_at", None)),
                                fields=("opened", "step"),
                                name="step_ticked_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("undone_at", None),
                                        ("undone_by", None),
                                        ("undone_key", None),
                                        ("undone_reason", ""),
                                    ),
                                    models.Q(
                                        ("undone_at__isnull", False),
                                        models.Q(("undone_reason", ""), _negated=True),
                                        models.Q(
                                            models.Q(("undone_by__isnull", False), ("undone_key", None)),
                                            models.Q(("undone_by", None), ("undone_key__isnull", False)),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="tick_taken_back_with_a_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("by__isnull", False), ("key", None)),
                                    models.Q(("by", None), ("key__isnull", False)),
                                    _connector="OR",
                                ),
                                name="tick_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FigureWording",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "column",
                            models.CharField(
                                choices=[
                                    ("deaths", "死亡"),
                                    ("missing", "失踪"),
                                    ("serious_injuries", "重伤"),
                                    ("loss_yuan", "直接经济损失"),
                                    ("records_leaked", "泄露用户信息"),
                                    ("network_scope", "网络阻断范围"),
                                ],
                                max_length=20,
                                verbose_name="项目",
                            ),
                        ),
                        ("words", models.CharField(max_length=100, verbose_name="口径")),
                        ("source", models.CharField(blank=True, max_length=80, verbose_name="所依来源")),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="理由")),
                        ("at", models.DateTimeField(verbose_name="确定时间")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="确定人",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="figure_wordings",
                                to="incidents.incident",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "数字口径",
                        "ordering": ["incident", "at", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("words", ""), _negated=True), name="wording_has_words"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExpertMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("named_at", models.DateTimeField(verbose_name="确定时间")),
                        (
                            "expert",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="groups",
                                to="incidents.expert",
                                verbose_name="专家",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="experts",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "named_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="确定人",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["incident", "named_at", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("incident", "expert"), name="expert_named_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExpertCall",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="召集时间")),
                        (
                            "answer",
                            models.CharField(
                                choices=[
                                    ("comes", "到场"),
                                    ("remote", "远程参加"),
                                    ("cannot", "不能参加"),
                                    ("unreached", "未接通"),
                                ],
                                max_length=12,
                                verbose_name="答复",
                            ),
                        ),
                        ("words", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="召集岗位",
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="calls",
                                to="incidents.expertmember",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["member", "-at", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Meeting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="序号")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("consultation", "会商会议"), ("emergency", "紧急成员会议")],
                                max_length=12,
                                verbose_name="类别",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[("convened", "已召集"), ("held", "已召开"), ("cancelled", "已取消")],
                                default="convened",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("topic", models.CharField(max_length=200, verbose_name="议题")),
                        (
                            "means",
                            models.CharField(
                                choices=[("in_person", "现场"), ("telephone", "电话"), ("video", "视频")],
                                max_length=10,
                                verbose_name="方式",
                            ),
                        ),
                        ("place", models.CharField(max_length=200, verbose_name="地点或会议号")),
                        ("starts_at", models.DateTimeField(verbose_name="时间")),
                        ("convened_at", models.DateTimeField(verbose_name="召集时间")),
                        ("chair", models.CharField(blank=True, max_length=60, verbose_name="主持人")),
                        ("held_at", models.DateTimeField(null=True, verbose_name="召开时间")),
                        ("words", models.TextField(blank=True, verbose_name="会议情况")),
                        ("recorded_at", models.DateTimeField(null=True, verbose_name="记录时间")),
                        (
                            "cancelled_reason",
                            models.CharField(blank=True, max_length=200, verbose_name="取消的理由"),
                        ),
                        (
                            "convened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="召集岗位",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="meetings",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="记录岗位",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="meetings",
                                to="incidents.response",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "会议",
                        "ordering": ["incident", "serial"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("incident", "serial"), name="meeting_serial_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "held"), _negated=True),
                                    models.Q(
                                        ("held_at__isnull", False),
                                        models.Q(("words", ""), _negated=True),
                                        models.Q(("chair", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="held_meeting_is_recorded",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "cancelled"), _negated=True),
                                    models.Q(("cancelled_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="cancelled_with_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attendance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "presence",
                            models.CharField(
                                blank=True,
                                choices=[("present", "到会"), ("deputy", "委派代表"), ("absent", "缺席")],
                                max_length=10,
                                verbose_name="到会情况",
                            ),
                        ),
                        ("person", models.CharField(blank=True, max_length=60, verbose_name="参会人")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="单位",
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="called",
                                to="incidents.meeting",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["meeting", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("meeting", "body"), name="body_called_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MeetingDecision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="序号")),
                        ("words", models.CharField(max_length=200, verbose_name="议定事项")),
                        ("due_at", models.DateTimeField(null=True, verbose_name="完成期限")),
                        ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                        (
                            "body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="责任单位",
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="incidents.meeting",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["meeting", "serial"],
                        "constraints": [
                            models.UniqueConstraint(fields=("meeting", "serial"), name="decision_serial_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OwnPlan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=100, verbose_name="预案名称")),
                        ("started_at", models.DateTimeField(verbose_name="启动时间")),
                        ("started_by", models.CharField(max_length=60, verbose_name="由谁启动")),
                        ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="终止时间")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="own_plans",
                                to="incidents.organization",
                                verbose_name="单位",
                            ),
                        ),
                        (
                            "end_recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="终止登记岗位",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="own_plans",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="登记岗位",
                            ),
                        ),
                        (
                            "recorded_key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "本单位预案",
                        "ordering": ["incident", "recorded_at", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("incident", "body"),
                                name="own_plan_runs_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at", None),
                                    ("ended_at__gte", models.F("started_at")),
                                    _connector="OR",
                                ),
                                name="own_plan_ends_after_it_starts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("recorded_by__isnull", False), ("recorded_key", None)),
                                    models.Q(("recorded_by", None), ("recorded_key__isnull", False)),
                                    _connector="OR",
                                ),
                                name="own_plan_recorded_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Scheme",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="序号")),
                        ("title", models.CharField(max_length=100, verbose_name="名称")),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="schemes",
                                to="incidents.incident",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "处置方案",
                        "ordering": ["incident", "serial"],
                        "constraints": [
                            models.UniqueConstraint(fields=("incident", "serial"), name="scheme_serial_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExpertAdvice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("words", models.TextField(verbose_name="意见")),
                        ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                        (
                            "expert",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="advice",
                                to="incidents.expert",
                                verbose_name="专家",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="advice",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="记录岗位",
                            ),
                        ),
                        (
                            "scheme",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="advice",
                                to="incidents.scheme",
                                verbose_name="所议方案",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["incident", "-at", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="SchemeVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveSmallIntegerField(verbose_name="版本")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "待审定"),
                                    ("adopted", "已采纳"),
                                    ("rejected", "未采纳"),
                                    ("replaced", "已另拟"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[("office", "应急办"), ("experts", "专家组")],
                                default="office",
                                max_length=10,
                                verbose_name="由谁拟订",
                            ),
                        ),
                        ("assessment", models.TextField(verbose_name="分析研判")),
                        ("measures", models.TextField(verbose_name="处置措施")),
                        ("resources", models.TextField(blank=True, verbose_name="力量和物资")),
                        ("drafted_at", models.DateTimeField(verbose_name="拟订时间")),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="审定时间")),
                        ("reason", models.TextField(blank=True, verbose_name="审定意见")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="审定人",
                            ),
                        ),
                        (
                            "drafted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="拟订岗位",
                            ),
                        ),
                        (
                            "scheme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="incidents.scheme",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "处置方案版本",
                        "ordering": ["scheme", "-version"],
                        "constraints": [
                            models.UniqueConstraint(fields=("scheme", "version"), name="scheme_version_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("status", "draft")),
                                fields=("scheme",),
                                name="one_draft_of_a_scheme",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["draft", "replaced"]),
                                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="scheme_decided_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "rejected"), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="scheme_rejected_with_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WorkingGroup",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="序号")),
                        ("name", models.CharField(max_length=40, verbose_name="组名")),
                        ("duties", models.TextField(blank=True, verbose_name="职责")),
                        ("source", models.CharField(blank=True, max_length=120, verbose_name="来源")),
                        ("head", models.CharField(blank=True, max_length=60, verbose_name="组长")),
                        ("phone", models.CharField(blank=True, max_length=40, verbose_name="电话")),
                        ("formed_at", models.DateTimeField(verbose_name="成立时间")),
                        ("dissolved_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="working_groups",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="牵头单位",
                            ),
                        ),
                        (
                            "members",
                            models.ManyToManyField(
                                blank=True,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="成员单位",
                            ),
                        ),
                        (
                            "response",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="working_groups",
                                to="incidents.response",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "应急工作组",
                        "ordering": ["incident", "serial"],
                        "constraints": [
                            models.UniqueConstraint(fields=("incident", "serial"), name="group_serial_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("dissolved_at", None)),
                                fields=("incident", "name"),
                                name="group_stands_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("head", ""), ("phone", "")),
                                    models.Q(
                                        models.Q(("head", ""), _negated=True),
                                        models.Q(("phone", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="group_head_with_telephone",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TaskOrder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("issued_at", models.DateTimeField(verbose_name="下达时间")),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="incidents.incident",
                                verbose_name="突发事件",
                            ),
                        ),
                        (
                            "receiver",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders_received",
                                to="incidents.organization",
                                verbose_name="接收单位",
                            ),
                        ),
                        ("acknowledge_by", models.DateTimeField(verbose_name="签收期限")),
                        ("acknowledged_at", models.DateTimeField(null=True, verbose_name="签收时间")),
                        (
                            "acknowledged_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="签收岗位",
                            ),
                        ),
                        ("answered_by", models.CharField(blank=True, max_length=60, verbose_name="接听人")),
                        ("by_phone", models.BooleanField(default=False, verbose_name="电话下达")),
                        (
                            "confirmed_by",
                            models.CharField(blank=True, max_length=60, verbose_name="确认解除的人"),
                        ),
                        ("done_at", models.DateTimeField(null=True, verbose_name="完成时间")),
                        ("done_by", models.DateTimeField(null=True, verbose_name="完成期限")),
                        ("execution_report", models.TextField(blank=True, verbose_name="执行情况报告")),
                        (
                            "instructed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="奉何人指示",
                            ),
                        ),
                        (
                            "instruction",
                            models.CharField(blank=True, max_length=300, verbose_name="指示原话"),
                        ),
                        (
                            "issued_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="下达岗位",
                            ),
                        ),
                        (
                            "on_scene_head",
                            models.CharField(blank=True, max_length=60, verbose_name="现场指挥负责人"),
                        ),
                        (
                            "on_scene_phone",
                            models.CharField(blank=True, max_length=40, verbose_name="现场指挥电话"),
                        ),
                        (
                            "on_scene_place",
                            models.CharField(blank=True, max_length=200, verbose_name="现场指挥地点"),
                        ),
                        ("over_at", models.DateTimeField(null=True, verbose_name="确认解除时间")),
                        ("phone_words", models.TextField(blank=True, verbose_name="电话下达原话")),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "首要"), (2, "重要"), (3, "一般")],
                                default=2,
                                verbose_name="轻重",
                            ),
                        ),
                        (
                            "release_words",
                            models.CharField(blank=True, max_length=300, verbose_name="任务结束命令"),
                        ),
                        ("released_at", models.DateTimeField(null=True, verbose_name="解除时间")),
                        ("requirements", models.TextField(blank=True, verbose_name="要求")),
                        (
                            "response",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="incidents.response",
                                verbose_name="所属响应",
                            ),
                        ),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="序号")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("issued", "待签收"),
                                    ("acknowledged", "已签收"),
                                    ("executing", "执行中"),
                                    ("done", "已完成"),
                                    ("released", "已解除，待确认"),
                                    ("over", "已结束"),
                                ],
                                default="issued",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("task", models.CharField(max_length=200, verbose_name="任务")),
                        ("written_at", models.DateTimeField(null=True, verbose_name="书面下达时间")),
                        (
                            "decision",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="incidents.meetingdecision",
                                verbose_name="所依议定事项",
                            ),
                        ),
                        (
                            "scheme",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="incidents.schemeversion",
                                verbose_name="所依方案",
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="incidents.workinggroup",
                                verbose_name="应急工作组",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "应急任务",
                        "verbose_name_plural": "应急任务",
                        "ordering": ["incident", "issued_at"],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                django.db.models.expressions.RawSQL(
                                    "array_to_tsvector(char_pairs(number || ' ' || task || ' ' || requirements || ' ' || execution_report))",
                                    [],
                                ),
                                name="taskorder_words",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("incident", "serial"), name="order_serial_once"),
                            models.CheckConstraint(
                                condition=models.Q(("priority__in", [1, 2, 3])), name="order_priority_known"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("by_phone", True), ("written_at__isnull", False), _connector="OR"
                                ),
                                name="order_written_or_by_phone",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("by_phone", False),
                                    models.Q(
                                        models.Q(("phone_words", ""), _negated=True),
                                        models.Q(("answered_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="phone_order_word_for_word",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("status__in", ["acknowledged", "executing", "done"]), _negated=True
                                    ),
                                    ("acknowledged_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="order_under_way_is_acknowledged",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "done"), _negated=True),
                                    models.Q(
                                        ("done_at__isnull", False),
                                        models.Q(("execution_report", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="done_order_is_reported",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status__in", ["released", "over"]), _negated=True),
                                    ("released_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="released_order_says_when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrderProgress",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("words", models.TextField(verbose_name="进展")),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="报告岗位",
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="progress_entries",
                                to="incidents.taskorder",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["order", "at", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="OnSceneCommand",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("head", models.CharField(max_length=60, verbose_name="负责人")),
                        ("phone", models.CharField(max_length=40, verbose_name="电话")),
                        ("place", models.CharField(max_length=200, verbose_name="地点")),
                        ("since", models.DateTimeField(verbose_name="成立时间")),
                        ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                        ("until", models.DateTimeField(null=True, verbose_name="更替时间")),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="on_scene_commands",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.taskorder",
                                verbose_name="所依任务",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "现场指挥机构",
                        "ordering": ["incident", "-recorded_at", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("head", ""), _negated=True),
                                    models.Q(("phone", ""), _negated=True),
                                    models.Q(("place", ""), _negated=True),
                                ),
                                name="on_scene_command_is_reachable",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Accountability",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("person_name", models.CharField(blank=True, max_length=60, verbose_name="个人")),
                        ("words", models.TextField(verbose_name="决定")),
                        ("decided_by", models.CharField(max_length=80, verbose_name="决定机关")),
                        ("document_no", models.CharField(max_length=60, verbose_name="文号")),
                        ("decided_at", models.DateTimeField(verbose_name="决定时间")),
                        ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                        (
                            "body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="单位",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="%(class)s_rows",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "责任追究",
                        "ordering": ["incident", "id"],
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("body__isnull", False),
                                    models.Q(("person_name", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="accountability_of_somebody",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CallUp",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="序号")),
                        (
                            "way",
                            models.CharField(
                                choices=[("called", "调用"), ("requisitioned", "征用")],
                                max_length=20,
                                verbose_name="方式",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("requested", "待答复"),
                                    ("agreed", "待调出"),
                                    ("refused", "不能调出"),
                                    ("dispatched", "在途"),
                                    ("arrived", "使用中"),
                                    ("returned", "已归还，待结清"),
                                    ("settled", "已结清"),
                                    ("withdrawn", "已撤回"),
                                ],
                                default="requested",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("since", models.DateTimeField(verbose_name="自何时")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("people", "人员"),
                                    ("vehicles", "车辆"),
                                    ("supplies", "物资装备"),
                                    ("communications", "通信资源"),
                                ],
                                max_length=20,
                                verbose_name="类别",
                            ),
                        ),
                        ("what", models.CharField(max_length=100, verbose_name="名称规格")),
                        (
                            "quantity",
                            models.DecimalField(decimal_places=2, max_digits=12, verbose_name="数量"),
                        ),
                        ("unit", models.CharField(max_length=10, verbose_name="单位")),
                        ("owner_name", models.CharField(blank=True, max_length=60, verbose_name="所属个人")),
                        ("owner_phone", models.CharField(blank=True, max_length=40, verbose_name="个人电话")),
                        ("place", models.CharField(max_length=200, verbose_name="送到何处")),
                        ("wanted_by", models.DateTimeField(null=True, verbose_name="何时要到")),
                        (
                            "instruction",
                            models.CharField(blank=True, max_length=300, verbose_name="指示原话"),
                        ),
                        ("requested_at", models.DateTimeField(verbose_name="提出时间")),
                        (
                            "dispatched",
                            models.DecimalField(
                                decimal_places=2, max_digits=12, null=True, verbose_name="调出数量"
                            ),
                        ),
                        (
                            "arrived",
                            models.DecimalField(
                                decimal_places=2, max_digits=12, null=True, verbose_name="到达数量"
                            ),
                        ),
                        (
                            "returned",
                            models.DecimalField(
                                decimal_places=2, max_digits=12, null=True, verbose_name="归还数量"
                            ),
                        ),
                        (
                            "used_up",
                            models.DecimalField(
                                decimal_places=2, max_digits=12, null=True, verbose_name="耗用数量"
                            ),
                        ),
                        (
                            "damaged",
                            models.DecimalField(
                                decimal_places=2, max_digits=12, null=True, verbose_name="损坏数量"
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="call_ups",
                                to="incidents.incident",
                                verbose_name="突发事件",
                            ),
                        ),
                        (
                            "instructed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="奉何人指示",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="call_ups_lent",
                                to="incidents.organization",
                                verbose_name="所属单位",
                            ),
                        ),
                        (
                            "receiver",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="call_ups_received",
                                to="incidents.organization",
                                verbose_name="接收单位",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="提出岗位",
                            ),
                        ),
                        (
                            "support",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="call_ups",
                                to="incidents.supportrequest",
                                verbose_name="支援请求",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "调用",
                        "verbose_name_plural": "调用",
                        "ordering": ["incident", "serial"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("incident", "serial"), name="call_up_serial_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("quantity__gt", 0)), name="call_up_of_something"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("owner", None), models.Q(("owner_name", ""), _negated=True)),
                                    models.Q(("owner__isnull", False), ("owner_name", "")),
                                    _connector="OR",
                                ),
                                name="call_up_of_a_body_or_a_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("way", "called"),
                                    models.Q(("status__in", ["requested", "refused"]), _negated=True),
                                    _connector="OR",
                                ),
                                name="requisition_is_never_refused",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("dispatched", None),
                                    models.Q(
                                        ("dispatched__gt", 0), ("dispatched__lte", models.F("quantity"))
                                    ),
                                    _connector="OR",
                                ),
                                name="call_up_sends_no_more_than_asked",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("arrived", None),
                                    models.Q(("arrived__gte", 0), ("arrived__lte", models.F("dispatched"))),
                                    _connector="OR",
                                ),
                                name="call_up_arrives_no_more_than_sent",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("damaged", None), ("returned", None), ("used_up", None)),
                                    models.Q(
                                        ("damaged__gte", 0),
                                        (
                                            "dispatched__gte",
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("returned"), "+", models.F("used_up")
                                                ),
                                                "+",
                                                models.F("damaged"),
                                            ),
                                        ),
                                        ("returned__gte", 0),
                                        ("used_up__gte", 0),
                                    ),
                                    _connector="OR",
                                ),
                                name="call_up_comes_back_no_more_than_sent",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["requested", "agreed", "refused", "withdrawn"]),
                                    models.Q(("dispatched__isnull", False), ("status", "dispatched")),
                                    models.Q(
                                        ("arrived__isnull", False),
                                        ("dispatched__isnull", False),
                                        ("status", "arrived"),
                                    ),
                                    models.Q(
                                        ("arrived__isnull", False),
                                        ("returned__isnull", False),
                                        ("status__in", ["returned", "settled"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="call_up_steps_say_how_many",
                            ),
                        ],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                django.db.models.expressions.RawSQL(
                                    "array_to_tsvector(char_pairs(number || ' ' || what))", []
                                ),
                                name="callup_words",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CallUpStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("requested", "待答复"),
                                    ("agreed", "待调出"),
                                    ("refused", "不能调出"),
                                    ("dispatched", "在途"),
                                    ("arrived", "使用中"),
                                    ("returned", "已归还，待结清"),
                                    ("settled", "已结清"),
                                    ("withdrawn", "已撤回"),
                                ],
                                max_length=20,
                                verbose_name="步骤",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("for_owner", models.BooleanField(default=False, verbose_name="据所属方电话登记")),
                        ("quantities", models.CharField(blank=True, max_length=100, verbose_name="数量")),
                        ("words", models.TextField(blank=True, verbose_name="说明")),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="办理岗位",
                            ),
                        ),
                        (
                            "call_up",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="incidents.callup",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["call_up", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("call_up", "status"), name="call_up_step_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Commendation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("person_name", models.CharField(blank=True, max_length=60, verbose_name="个人")),
                        ("words", models.TextField(verbose_name="决定")),
                        ("decided_by", models.CharField(max_length=80, verbose_name="决定机关")),
                        ("document_no", models.CharField(max_length=60, verbose_name="文号")),
                        ("decided_at", models.DateTimeField(verbose_name="决定时间")),
                        ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                        (
                            "body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="单位",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="%(class)s_rows",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "表彰",
                        "ordering": ["incident", "id"],
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("body__isnull", False),
                                    models.Q(("person_name", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="commendation_of_somebody",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EvaluationInput",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="序号")),
                        ("question", models.CharField(max_length=300, verbose_name="所问")),
                        ("asked_at", models.DateTimeField(verbose_name="征求时间")),
                        ("due_at", models.DateTimeField(verbose_name="期限")),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                        ("words", models.TextField(blank=True, verbose_name="意见")),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evaluation_inputs",
                                to="incidents.organization",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evaluation_inputs",
                                to="incidents.incident",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["incident", "serial"],
                        "constraints": [
                            models.UniqueConstraint(fields=("incident", "serial"), name="input_serial_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("answered_at", None)),
                                fields=("incident", "body"),
                                name="asked_once_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("answered_at", None),
                                    models.Q(("words", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="input_answered_in_words",
                            ),
                        ],
                        "verbose_name": "评估意见征询",
                        "verbose_name_plural": "评估意见征询",
                    },
                ),
                migrations.CreateModel(
                    name="Improvement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="序号")),
                        ("measure", models.CharField(max_length=300, verbose_name="措施")),
                        ("due_at", models.DateTimeField(verbose_name="期限")),
                        ("opened_at", models.DateTimeField(verbose_name="登记时间")),
                        ("done_at", models.DateTimeField(null=True, verbose_name="完成时间")),
                        ("words", models.TextField(blank=True, verbose_name="完成情况")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="improvements",
                                to="incidents.organization",
                            ),
                        ),
                        (
                            "done_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="improvements",
                                to="incidents.incident",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["incident", "serial"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("incident", "serial"), name="improvement_serial_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("done_at", None), models.Q(("words", ""), _negated=True), _connector="OR"
                                ),
                                name="improvement_done_in_words",
                            ),
                        ],
                        "verbose_name": "整改措施",
                        "verbose_name_plural": "整改措施",
                    },
                ),
                migrations.CreateModel(
                    name="RecoveryItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="序号")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("casualty", "伤亡人员抚恤"),
                                    ("responder", "处置人员补助"),
                                    ("goods_of_body", "单位物资补偿"),
                                    ("goods_of_person", "个人物资补偿"),
                                    ("service", "生产经营恢复"),
                                ],
                                max_length=20,
                                verbose_name="类别",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[("open", "未办结"), ("settled", "已办结"), ("not_due", "无须办理")],
                                default="open",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("what", models.CharField(max_length=200, verbose_name="事项")),
                        ("payee_name", models.CharField(blank=True, max_length=60, verbose_name="受偿人")),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2, max_digits=14, null=True, verbose_name="金额（元）"
                            ),
                        ),
                        ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                        ("opened_at", models.DateTimeField(verbose_name="登记时间")),
                        ("settled_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                        ("words", models.TextField(blank=True, verbose_name="办理情况")),
                        (
                            "call_up",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recovery_item",
                                to="incidents.callup",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recovery_items",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "payee",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="受偿单位",
                            ),
                        ),
                        (
                            "responsible",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recovery_items",
                                to="incidents.organization",
                                verbose_name="责任单位",
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "善后事项",
                        "ordering": ["incident", "serial"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("incident", "serial"), name="recovery_serial_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount", None), ("amount__gte", 0), _connector="OR"),
                                name="recovery_amount_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("settled_at", None), ("status", "open")),
                                    models.Q(
                                        ("settled_at__isnull", False),
                                        ("status__in", ["settled", "not_due"]),
                                        models.Q(("words", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="recovery_over_in_words",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "settled"), _negated=True),
                                    ("kind", "service"),
                                    models.Q(
                                        ("amount__isnull", False), models.Q(("basis", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="recovery_paid_says_how_much",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TeamMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="姓名")),
                        ("body", models.CharField(max_length=80, verbose_name="单位")),
                        ("is_head", models.BooleanField(default=False, verbose_name="组长")),
                        (
                            "investigation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="team",
                                to="incidents.investigation",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-is_head", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("is_head", True)),
                                fields=("investigation",),
                                name="one_head_of_a_team",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="序号")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "草稿"),
                                    ("approved", "已审定，待发出"),
                                    ("sent", "已发出"),
                                ],
                                default="draft",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("title", models.CharField(max_length=100, verbose_name="标题")),
                        ("words", models.TextField(verbose_name="通报内容")),
                        ("settles", models.JSONField(default=list, verbose_name="发出即办结的待办")),
                        ("drafted_at", models.DateTimeField(verbose_name="起草时间")),
                        ("approved_at", models.DateTimeField(null=True, verbose_name="审定时间")),
                        ("sent_at", models.DateTimeField(null=True, verbose_name="发出时间")),
                        (
                            "approved_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="审定",
                            ),
                        ),
                        (
                            "corrects",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="corrected_by",
                                to="incidents.notice",
                                verbose_name="更正",
                            ),
                        ),
                        (
                            "drafted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="起草",
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notices",
                                to="incidents.incident",
                                verbose_name="突发事件",
                            ),
                        ),
                        (
                            "sent_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="发出",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "通报",
                        "verbose_name_plural": "通报",
                        "ordering": ["incident", "-serial"],
                        "constraints": [
                            models.UniqueConstraint(fields=("incident", "serial"), name="notice_serial_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("title", ""), _negated=True),
                                    models.Q(("words", ""), _negated=True),
                                ),
                                name="notice_has_words",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("approved_at", None), ("approved_by", None), ("status", "draft")
                                    ),
                                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="notice_approved_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        models.Q(("status", "sent"), _negated=True),
                                        ("sent_at", None),
                                        ("sent_by", None),
                                    ),
                                    models.Q(
                                        ("sent_at__isnull", False),
                                        ("sent_by__isnull", False),
                                        ("status", "sent"),
                                    ),
                                    _connector="OR",
                                ),
                                name="notice_sent_by_somebody",
                            ),
                        ],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                django.db.models.expressions.RawSQL(
                                    "array_to_tsvector(char_pairs(number || ' ' || title || ' ' || words))",
                                    [],
                                ),
                                name="notice_words",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeAddressee",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("told_at", models.DateTimeField(null=True, verbose_name="送达时间")),
                        ("read_at", models.DateTimeField(null=True, verbose_name="阅知时间")),
                        ("reminded_at", models.DateTimeField(null=True, verbose_name="最近提醒")),
                        ("reminders", models.PositiveSmallIntegerField(default=0, verbose_name="提醒次数")),
                        (
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="addressees",
                                to="incidents.notice",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.organization",
                                verbose_name="单位",
                            ),
                        ),
                        (
                            "read_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                        (
                            "read_key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["notice", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("notice", "organization"), name="notified_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("read_at", None), ("read_by", None), ("read_key", None)),
                                    models.Q(
                                        ("read_at__isnull", False),
                                        ("told_at__isnull", False),
                                        models.Q(
                                            models.Q(("read_by__isnull", False), ("read_key", None)),
                                            models.Q(("read_by", None), ("read_key__isnull", False)),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="notice_read_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PublicRelease",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="序号")),
                        ("version", models.PositiveSmallIntegerField(default=1, verbose_name="版次")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "草稿"),
                                    ("reviewed", "已审核"),
                                    ("approved", "已批准"),
                                    ("published", "已发布"),
                                    ("withdrawn", "已撤回"),
                                ],
                                default="draft",
                                max_length=50,
                                verbose_name="状态",
                            ),
                        ),
                        ("title", models.CharField(max_length=100, verbose_name="标题")),
                        ("words", models.TextField(verbose_name="发布内容")),
                        ("for_government", models.BooleanField(default=False, verbose_name="报请市政府批准")),
                        ("drafted_at", models.DateTimeField(verbose_name="起草时间")),
                        ("reviewed_at", models.DateTimeField(null=True, verbose_name="审核时间")),
                        ("consulted_at", models.DateTimeField(null=True, verbose_name="会商时间")),
                        (
                            "consulted_with",
                            models.CharField(blank=True, max_length=100, verbose_name="新闻主管部门何人"),
                        ),
                        ("consultation", models.TextField(blank=True, verbose_name="会商结果")),
                        ("not_consulted", models.TextField(blank=True, verbose_name="未会商的理由")),
                        ("approved_at", models.DateTimeField(null=True, verbose_name="批准时间")),
                        ("document_no", models.CharField(blank=True, max_length=60, verbose_name="批准文号")),
                        ("published_at", models.DateTimeField(null=True, verbose_name="发布时间")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                        ("withdrawn_reason", models.TextField(blank=True, verbose_name="撤回理由")),
                        (
                            "approved_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="批准",
                            ),
                        ),
                        (
                            "drafted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="起草",
                            ),
                        ),
                        (
                            "drafter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="releases",
                                to="incidents.incident",
                                verbose_name="突发事件",
                            ),
                        ),
                        (
                            "published_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="发布",
                            ),
                        ),
                        (
                            "reviewed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="审核",
                            ),
                        ),
                        (
                            "reviewer",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "supersedes",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="superseded_by",
                                to="incidents.publicrelease",
                                verbose_name="取代",
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="撤回",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "信息发布",
                        "verbose_name_plural": "信息发布",
                        "ordering": ["incident", "-serial"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("incident", "serial"), name="release_serial_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("title", ""), _negated=True),
                                    models.Q(("words", ""), _negated=True),
                                ),
                                name="release_has_words",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("reviewer", None),
                                    models.Q(("reviewer", models.F("drafter")), _negated=True),
                                    _connector="OR",
                                ),
                                name="release_reviewer_is_not_the_drafter",
                                violation_error_message="审核人不能是起草人（§5.2.5）。",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reviewer", None), ("status", "draft")),
                                    models.Q(
                                        ("reviewed_at__isnull", False),
                                        ("reviewed_by__isnull", False),
                                        ("reviewer__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="release_reviewed_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["draft", "reviewed"]),
                                    models.Q(
                                        ("consulted_at__isnull", False),
                                        models.Q(("consulted_with", ""), _negated=True),
                                        models.Q(("consultation", ""), _negated=True),
                                    ),
                                    models.Q(("not_consulted", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="release_consulted_or_why_not",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("approved_at", None),
                                        ("approved_by", None),
                                        ("status__in", ["draft", "reviewed"]),
                                    ),
                                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="release_approved_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("for_government", False),
                                    ("approved_at", None),
                                    models.Q(("document_no", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="release_approved_by_the_government_bears_its_number",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "published"), _negated=True),
                                    models.Q(
                                        ("published_at__isnull", False), ("published_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="release_published_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "withdrawn"), _negated=True),
                                    models.Q(
                                        ("withdrawn_at__isnull", False),
                                        models.Q(("withdrawn_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="release_withdrawn_with_a_reason",
                            ),
                        ],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                django.db.models.expressions.RawSQL(
                                    "array_to_tsvector(char_pairs(number || ' ' || title || ' ' || words))",
                                    [],
                                ),
                                name="publicrelease_words",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LegalHold",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.CharField(max_length=300, verbose_name="保全理由")),
                        ("placed_at", models.DateTimeField(verbose_name="保全时间")),
                        ("released_at", models.DateTimeField(null=True, verbose_name="解除时间")),
                        (
                            "release_reason",
                            models.CharField(blank=True, max_length=300, verbose_name="解除理由"),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="legal_holds",
                                to="incidents.incident",
                            ),
                        ),
                        (
                            "placed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="保全岗位",
                            ),
                        ),
                        (
                            "released_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "保全",
                        "ordering": ["incident", "placed_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("released_at", None)),
                                fields=("incident",),
                                name="held_once_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("release_reason", ""), ("released_at", None), ("released_by", None)
                                    ),
                                    models.Q(
                                        ("released_at__isnull", False),
                                        ("released_by__isnull", False),
                                        models.Q(("release_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="hold_released_with_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ResourceDraw",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "reserved",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=12, verbose_name="预留"
                            ),
                        ),
                        (
                            "lent",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=12, verbose_name="在外"
                            ),
                        ),
                        (
                            "lost",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("0"),
                                max_digits=12,
                                verbose_name="未完好归还",
                            ),
                        ),
                        (
                            "call_up",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="draw",
                                to="incidents.callup",
                                verbose_name="调用",
                            ),
                        ),
                        (
                            "resource",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="draws",
                                to="incidents.resource",
                                verbose_name="应急资源",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "资源调用",
                        "verbose_name_plural": "资源调用",
                        "ordering": ["-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("lent__gte", 0), ("lost__gte", 0), ("reserved__gte", 0)),
                                name="draw_holds_no_less_than_nothing",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DrillParticipant",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "unreachable_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="电话不通"),
                        ),
                        (
                            "drill",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="participants",
                                to="incidents.drill",
                            ),
                        ),
                        (
                            "post",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drills",
                                to="incidents.post",
                                verbose_name="参演岗位",
                            ),
                        ),
                        ("entered_at", models.DateTimeField(blank=True, null=True, verbose_name="进入时间")),
                    ],
                    options={
                        "verbose_name": "参演人员",
                        "verbose_name_plural": "参演人员",
                        "ordering": ["post__organization", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("drill", "post"), name="post_takes_part_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Inject",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "minute",
                            models.PositiveIntegerField(
                                validators=[django.core.validators.MaxValueValidator(20160)],
                                verbose_name="第几分钟",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("call", "来电"),
                                    ("report", "报告"),
                                    ("rumour", "传言"),
                                    ("dead_phone", "电话不通"),
                                ],
                                max_length=12,
                                verbose_name="类型",
                            ),
                        ),
                        ("words", models.TextField(blank=True, max_length=1000, verbose_name="内容")),
                        ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="应注入时间")),
                        (
                            "delivered_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="注入时间"),
                        ),
                        ("handled_at", models.DateTimeField(blank=True, null=True, verbose_name="处置时间")),
                        ("done", models.CharField(blank=True, max_length=500, verbose_name="如何处置")),
                        (
                            "drill",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="injects",
                                to="incidents.drill",
                            ),
                        ),
                        (
                            "handled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="处置人",
                            ),
                        ),
                        (
                            "participant",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="injects",
                                to="incidents.drillparticipant",
                                verbose_name="对象",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "情景注入",
                        "verbose_name_plural": "情景注入",
                        "ordering": ["minute", "id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("delivered_at", None), ("due_at__isnull", False)),
                                fields=["due_at"],
                                name="inject_to_deliver",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("minute__lte", 20160)), name="inject_within_the_drill"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind", "dead_phone"),
                                    models.Q(("words", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="inject_says_something",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("delivered_at", None),
                                    ("delivered_at__gte", models.F("due_at")),
                                    _connector="OR",
                                ),
                                name="inject_delivered_when_due",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("done", ""), ("handled_at", None), ("handled_by", None)),
                                    models.Q(
                                        ("handled_at__gte", models.F("delivered_at")),
                                        ("handled_by__isnull", False),
                                        models.Q(("done", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="inject_handled_once_delivered",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DrillEvaluation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("reached", "达到目的"),
                                    ("mostly", "基本达到目的"),
                                    ("missed", "未达到目的"),
                                ],
                                max_length=8,
                                verbose_name="总体评价",
                            ),
                        ),
                        ("strengths", models.TextField(blank=True, verbose_name="做得好的")),
                        ("problems", models.TextField(verbose_name="发现的问题")),
                        ("measures", models.TextField(verbose_name="改进措施")),
                        ("at", models.DateTimeField(verbose_name="评估时间")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="评估人",
                            ),
                        ),
                        (
                            "drill",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evaluation",
                                to="incidents.drill",
                                verbose_name="演练",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "演练评估",
                        "ordering": ["-at"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("problems", ""), _negated=True),
                                    models.Q(("measures", ""), _negated=True),
                                ),
                                name="drill_evaluated_in_words",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HeldDrill",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=100, verbose_name="名称")),
                        ("held_on", models.DateField(verbose_name="演练日期")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("tabletop", "桌面演练"),
                                    ("single", "单项演练"),
                                    ("full", "综合演练"),
                                ],
                                max_length=12,
                                verbose_name="形式",
                            ),
                        ),
                        (
                            "contents",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=30), size=None, verbose_name="演练内容"
                            ),
                        ),
                        ("people", models.PositiveIntegerField(verbose_name="参加人数")),
                        ("result", models.TextField(verbose_name="演练情况")),
                        ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                        (
                            "why_withdrawn",
                            models.CharField(blank=True, max_length=300, verbose_name="撤销理由"),
                        ),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drills_stated",
                                to="incidents.organization",
                                verbose_name="组织单位",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="登记岗位",
                            ),
                        ),
                        (
                            "recorded_key",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.apikey",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "自行组织的演练",
                        "ordering": ["-held_on", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_at", None)),
                                fields=("body", "held_on", "title"),
                                name="held_drill_once",
                                violation_error_message="这次演练已经登记。",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("contents__len__gt", 0), ("people__gt", 0)),
                                name="held_drill_has_contents",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("recorded_by__isnull", False), ("recorded_key", None)),
                                    models.Q(("recorded_by", None), ("recorded_key__isnull", False)),
                                    _connector="OR",
                                ),
                                name="held_drill_recorded_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("why_withdrawn", ""), ("withdrawn_at", None)),
                                    models.Q(
                                        ("withdrawn_at__isnull", False),
                                        models.Q(("why_withdrawn", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="held_drill_withdrawn_in_words",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assessment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("serial", models.PositiveSmallIntegerField(verbose_name="轮次")),
                        ("words", models.TextField(verbose_name="评估要求")),
                        ("due_at", models.DateTimeField(verbose_name="答复期限")),
                        ("opened_at", models.DateTimeField(verbose_name="发起时间")),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                        ("conclusion", models.TextField(blank=True, verbose_name="评估结论")),
                        ("found", models.CharField(blank=True, max_length=32, verbose_name="评估时的改动")),
                        (
                            "closed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="结束岗位",
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="发起岗位",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assessments",
                                to="incidents.planversion",
                                verbose_name="草案",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "预案评估",
                        "ordering": ["version", "serial"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("version", "serial"), name="assessment_serial_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at", None)),
                                fields=("version",),
                                name="one_assessment_at_a_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AssessmentAsked",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                        ("agrees", models.BooleanField(null=True, verbose_name="同意")),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="答复（记录）岗位",
                            ),
                        ),
                        (
                            "assessment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="asked",
                                to="incidents.assessment",
                            ),
                        ),
                        (
                            "body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plan_assessments",
                                to="incidents.organization",
                                verbose_name="单位",
                            ),
                        ),
                        (
                            "expert",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plan_assessments",
                                to="incidents.expert",
                                verbose_name="专家",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "征求意见对象",
                        "ordering": ["assessment", "expert", "body"],
                        "constraints": [
                            models.UniqueConstraint(fields=("assessment", "body"), name="body_asked_once"),
                            models.UniqueConstraint(
                                fields=("assessment", "expert"), name="expert_asked_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("body", None), ("expert__isnull", False)),
                                    models.Q(("body__isnull", False), ("expert", None)),
                                    _connector="OR",
                                ),
                                name="a_body_or_an_expert_is_asked",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AssessmentOpinion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("meeting", models.CharField(blank=True, max_length=100, verbose_name="评估会议")),
                        ("about", models.CharField(blank=True, max_length=100, verbose_name="针对")),
                        ("words", models.TextField(verbose_name="意见")),
                        ("said_at", models.DateTimeField(verbose_name="提出时间")),
                        ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                        (
                            "disposal",
                            models.CharField(
                                blank=True,
                                choices=[("adopted", "采纳"), ("partly", "部分采纳"), ("declined", "未采纳")],
                                max_length=10,
                                verbose_name="处理",
                            ),
                        ),
                        ("why", models.CharField(blank=True, max_length=500, verbose_name="处理理由")),
                        ("disposed_at", models.DateTimeField(null=True, verbose_name="处理时间")),
                        (
                            "asked",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="opinions",
                                to="incidents.assessmentasked",
                            ),
                        ),
                        (
                            "assessment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="opinions",
                                to="incidents.assessment",
                            ),
                        ),
                        (
                            "disposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="处理岗位",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="记录岗位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "评估意见",
                        "ordering": ["assessment", "recorded_at", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("asked", None), models.Q(("meeting", ""), _negated=True)),
                                    models.Q(("asked__isnull", False), ("meeting", "")),
                                    _connector="OR",
                                ),
                                name="opinion_has_one_origin",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClauseReading",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=24, unique=True, verbose_name="编号")),
                        ("clause", models.CharField(max_length=12, verbose_name="条款")),
                        ("words", models.TextField(verbose_name="解释")),
                        ("issued_at", models.DateTimeField(verbose_name="签发时间")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="废止时间")),
                        (
                            "withdrawn_why",
                            models.CharField(blank=True, max_length=500, verbose_name="废止理由"),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="readings",
                                to="incidents.organization",
                                verbose_name="应急办",
                            ),
                        ),
                        (
                            "replaces",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaced_by",
                                to="incidents.clausereading",
                                verbose_name="取代",
                            ),
                        ),
                        (
                            "signed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="签发人",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="readings",
                                to="incidents.planversion",
                                verbose_name="所解释的版本",
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="废止岗位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "条文解释",
                        "ordering": ["-issued_at", "-id"],
                        "indexes": [
                            models.Index(fields=["clause", "-issued_at"], name="readings_of_a_clause")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanEdit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("part", models.CharField(max_length=20, verbose_name="部分")),
                        ("key", models.CharField(max_length=200, verbose_name="行")),
                        ("words", models.TextField(verbose_name="改动")),
                        ("reason", models.CharField(max_length=500, verbose_name="理由")),
                        ("made_at", models.DateTimeField(verbose_name="时间")),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="修改岗位",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="edits",
                                to="incidents.planversion",
                                verbose_name="草案",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "草案改动",
                        "ordering": ["version", "made_at", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="PlanSubmission",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("words", models.TextField(blank=True, verbose_name="报批说明")),
                        (
                            "effective_at",
                            models.DateTimeField(null=True, verbose_name="建议（确定）生效时间"),
                        ),
                        ("submitted_at", models.DateTimeField(verbose_name="报批时间")),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="决定时间")),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[("approved", "批准"), ("refused", "未批准"), ("recalled", "撤回")],
                                max_length=10,
                                verbose_name="结果",
                            ),
                        ),
                        ("document_no", models.CharField(blank=True, max_length=60, verbose_name="批准文号")),
                        ("document_day", models.DateField(null=True, verbose_name="文件日期")),
                        ("reason", models.TextField(blank=True, verbose_name="理由")),
                        ("on_paper", models.BooleanField(default=False, verbose_name="纸质批件")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="决定（录入）岗位",
                            ),
                        ),
                        (
                            "submitted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="报批岗位",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="submissions",
                                to="incidents.planversion",
                                verbose_name="版本",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "预案报批",
                        "ordering": ["version", "submitted_at", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("decided_at", None)),
                                fields=("version",),
                                name="one_submission_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("outcome", "approved"), _negated=True),
                                    models.Q(("document_no", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="approval_has_its_document",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentMove",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("office", models.BigIntegerField()),
                        ("month", models.DateField()),
                        ("level", models.SmallIntegerField()),
                        (
                            "standing",
                            models.CharField(
                                choices=[("stands", "成立"), ("dismissed", "不成立"), ("merged", "已并入")],
                                max_length=9,
                            ),
                        ),
                        ("n", models.IntegerField()),
                        ("event_class", models.BigIntegerField()),
                        ("origin", models.CharField(max_length=20)),
                        ("county", models.BigIntegerField()),
                        ("enterprise", models.BigIntegerField(null=True)),
                        ("waited", models.IntegerField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="IncidentTally",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("office", models.BigIntegerField()),
                        ("month", models.DateField()),
                        ("level", models.SmallIntegerField()),
                        (
                            "standing",
                            models.CharField(
                                choices=[("stands", "成立"), ("dismissed", "不成立"), ("merged", "已并入")],
                                max_length=9,
                            ),
                        ),
                        ("n", models.IntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("all", "合计"),
                                    ("class", "事件类别"),
                                    ("county", "县区"),
                                    ("firm", "企业"),
                                    ("origin", "起因源头"),
                                    ("waited", "接报至定级（分钟）"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("key", models.CharField(max_length=20)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("office", "month", "kind", "key", "level", "standing"),
                                name="one_sum_per_key",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentMoment",
                    fields=[
                        ("incident", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("received_at", models.DateTimeField()),
                        ("proposed_at", models.DateTimeField(null=True)),
                        ("approved_at", models.DateTimeField(null=True)),
                        ("ordered_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["received_at"], name="moment_by_receipt")],
                    },
                ),
                migrations.CreateModel(
                    name="PlannedCourse",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                        ("month", models.PositiveSmallIntegerField(verbose_name="计划月份")),
                        ("name", models.CharField(max_length=80, verbose_name="培训内容")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("knowledge", "应急知识"),
                                    ("skill", "应对技能"),
                                    ("cadre", "干部培训"),
                                ],
                                max_length=12,
                                verbose_name="类别",
                            ),
                        ),
                        ("audience", models.CharField(max_length=100, verbose_name="培训对象")),
                        ("people", models.PositiveIntegerField(verbose_name="计划人数")),
                        ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                        ("cancelled_at", models.DateTimeField(null=True, verbose_name="取消时间")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="planned_courses",
                                to="incidents.organization",
                                verbose_name="举办单位",
                            ),
                        ),
                        (
                            "course",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="planned",
                                to="incidents.course",
                                verbose_name="培训班",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "年度培训计划",
                        "verbose_name_plural": "年度培训计划",
                        "ordering": ["-year", "body", "month", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("cancelled_at", None)),
                                fields=("body", "year", "month", "name"),
                                name="planned_course_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("month__range", (1, 12)), ("year__range", (2000, 2099))),
                                name="planned_course_in_a_month",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("course", None), ("cancelled_at", None), _connector="OR"),
                                name="planned_course_is_held_or_cancelled",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeyPeriodMove",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("former", models.DateField(verbose_name="原止日")),
                        ("ends_on", models.DateField(verbose_name="改为")),
                        ("reason", models.CharField(max_length=300, verbose_name="理由")),
                        ("moved_at", models.DateTimeField(verbose_name="更改时间")),
                        (
                            "moved_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.post",
                                verbose_name="更改岗位",
                            ),
                        ),
                        (
                            "period",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="moves",
                                to="incidents.keyperiod",
                                verbose_name="重点时期",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "重点时期止日更改",
                        "verbose_name_plural": "重点时期止日更改",
                        "ordering": ["pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ends_on", models.F("former")), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                ),
                                name="key_period_move_moves",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentCell",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("office", models.BigIntegerField()),
                        ("month", models.DateField()),
                        ("level", models.SmallIntegerField()),
                        (
                            "standing",
                            models.CharField(
                                choices=[("stands", "成立"), ("dismissed", "不成立"), ("merged", "已并入")],
                                max_length=9,
                            ),
                        ),
                        ("n", models.IntegerField()),
                        ("event_class", models.BigIntegerField()),
                        ("origin", models.CharField(max_length=20)),
                        ("county", models.BigIntegerField()),
                        ("enterprise", models.BigIntegerField(null=True)),
                        ("waited", models.IntegerField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["month"], name="cell_by_month"),
                            models.Index(fields=["event_class", "month"], name="cell_by_event_class"),
                            models.Index(fields=["county", "month"], name="cell_by_county"),
                            models.Index(fields=["enterprise", "month"], name="cell_by_enterprise"),
                        ],
                    },
                ),
            ]
        ),
        *guards_of("incidents.migrations.0002_guards"),
        *guards_of("incidents.migrations.0004_responses_orders_support"),
        *guards_of("incidents.migrations.0006_attachments"),
        *guards_of("incidents.migrations.0007_command_screen"),
        *guards_of("incidents.migrations.0008_handling_guides"),
        *guards_of("incidents.migrations.0011_command_guards"),
        *guards_of("incidents.migrations.0013_guards_of_the_aftermath"),
        *guards_of("incidents.migrations.0014_notices_and_releases"),
        *guards_of("incidents.migrations.0016_key_rotation_and_signing"),
        *guards_of("incidents.migrations.0017_sandbox"),
        *guards_of("incidents.migrations.0018_changed"),
        *guards_of("incidents.migrations.0020_changed_of_matters"),
        *guards_of("incidents.migrations.0023_sessions_and_people"),
        *guards_of("incidents.migrations.0024_ledger_guards"),
        *guards_of("incidents.migrations.0025_personal_data"),
        *guards_of("incidents.migrations.0026_backups"),
        *guards_of("incidents.migrations.0029_holds_of_common_incidents"),
        *guards_of("incidents.migrations.0031_hazards"),
        *guards_of("incidents.migrations.0032_resources"),
        *guards_of("incidents.migrations.0033_training"),
        *guards_of("incidents.migrations.0034_key_periods"),
        *guards_of("incidents.migrations.0035_drills"),
        *guards_of("incidents.migrations.0037_after_drills"),
        *guards_of("incidents.migrations.0038_revisions"),
        *guards_of("incidents.migrations.0039_stats"),
        *guards_of("incidents.migrations.0041_scale"),
        *guards_of("incidents.migrations.0042_never_emptied"),
        *guards_of("incidents.migrations.0043_drills"),
        *guards_of("incidents.migrations.0044_hazards"),
        *guards_of("incidents.migrations.0046_standing"),
        *guards_of("incidents.migrations.0047_stats_cells"),
        *guards_of("incidents.migrations.0048_revised"),
    ]
