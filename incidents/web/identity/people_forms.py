"""The forms by which accounts and posts are kept: a new account, its facts, a post, and who takes over from whoever leaves."""

from django import forms

from incidents.models import Organization, Role, User
from incidents.models.people import BODY_OF_ROLE
from incidents.services.identity.leaving import NOBODY
from incidents.services.identity.open_duties import Duties
from incidents.web.choosers import dress

PLAIN = {"autocomplete": "off"}


def _text(label: str, longest: int, needed: str = "", **more) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=bool(needed),
        widget=forms.TextInput(dict(PLAIN)),
        error_messages={"required": needed, "max_length": f"{label}最多 {longest} 字。"},
        **more,
    )


class FactsForm(forms.Form):
    name = _text("姓名或岗位称呼", 40, "请填写姓名或岗位称呼。")
    phone = _text("电话", 40)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        dress(self)


class PostForm(forms.Form):
    """A post in a body. The bodies stand by kind, and each role says in which kinds it is."""

    post_needed = True
    body = forms.ChoiceField(label="单位", error_messages={"required": "请选择单位。"})
    role = forms.ChoiceField(label="角色", error_messages={"required": "请选择角色。"})
    title = _text("职务", 40, "请填写职务。", help_text="如：副总指挥、值班员")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [("", "请选择单位"), *bodies_by_kind()]
        self.fields["role"].choices = [("", "请选择角色"), *((role.value, role_words(role)) for role in Role)]
        for name in ("body", "role", "title"):
            self.fields[name].required = self.post_needed
        dress(self)


class NewAccountForm(PostForm):
    """An account with its first post; the post may also be given later."""

    post_needed = False
    username = _text("用户名", 150, "请填写用户名。", help_text="登录时使用，字母或数字，不能更改")
    name = _text("姓名或岗位称呼", 40, "请填写姓名或岗位称呼。")
    phone = _text("电话", 40)
    field_order = ["username", "name", "phone", "body", "role", "title"]

    def clean(self):
        said = super().clean()
        post = {name: said.get(name) for name in ("body", "role", "title")}
        if any(post.values()):
            for name, value in post.items():
                if not value and name not in self.errors:
                    self.add_error(name, f"请填写{self.fields[name].label}；暂不任职的，三项都留空。")
        return said


def bodies_by_kind() -> list[tuple[str, list[tuple[str, str]]]]:
    found = list(Organization.objects.filter(is_active=True).order_by("pk"))
    groups = [(kind.label, [(b.code, str(b)) for b in found if b.kind == kind]) for kind in Organization.Kind]
    return [(label, rows) for label, rows in groups if rows]


def role_words(role: Role) -> str:
    """应急办值班员（应急办）; a role that any kind of body may have says none."""
    kinds = BODY_OF_ROLE[role]
    if kinds == set(Organization.Kind):
        return role.label
    return f"{role.label}（{'、'.join(kind.label for kind in Organization.Kind if kind in kinds)}）"


class LeavingForm(forms.Form):
    """Why, and for each group of what is open who takes it over."""

    def __init__(self, *args, duties: Duties, **kwargs):
        super().__init__(*args, **kwargs)
        for group in duties.groups:
            choices = [("", "请选择接手的人"), *((each.username, _who(each)) for each in group.people)]
            if group.may_fall:
                choices.append((NOBODY, f"无人接手：{group.may_fall}"))
            self.fields[group.key] = forms.ChoiceField(
                label=group.title,
                choices=choices,
                help_text="；".join(group.lines),
                error_messages={"required": "请选择接手的人。"},
            )
        self.fields["reason"] = forms.CharField(
            label="理由",
            max_length=200,
            widget=forms.TextInput(dict(PLAIN)),
            error_messages={"required": "请填写理由。"},
        )
        dress(self)

    @property
    def successors(self) -> dict[str, str]:
        return {name: said for name, said in self.cleaned_data.items() if name != "reason"}


def _who(person: User) -> str:
    return f"{person.name}（{person.username}）"


class FilterForm(forms.Form):
    """What the list shows; nothing said, everything in use."""

    q = forms.CharField(required=False, max_length=100)
    body = forms.CharField(required=False, max_length=60)
    role = forms.ChoiceField(required=False, choices=[("", "全部角色"), *Role.choices])
    state = forms.ChoiceField(
        required=False,
        choices=[
            ("", "在用"),
            ("off", "已停用"),
            ("all", "全部"),
            ("first", "尚未改初始密码"),
            ("locked", "登录锁定"),
            ("idle", "无任职"),
        ],
    )
