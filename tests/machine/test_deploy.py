"""deploy/: what stands there is what the product needs, and its own tools take it.

Where a tool is missing the test says so and is skipped; .ci/run installs nginx where it may.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from zmd_emergency import asgi
from zmd_emergency.supervisor import HERE

DEPLOY = HERE / "deploy"
NGINX = (DEPLOY / "nginx" / "zmd.conf").read_text()
UNITS = sorted(path for path in (DEPLOY / "systemd").iterdir() if path.is_file())
MOST_EXPOSED = 1.5
"""`systemd-analyze security`: 0 is locked in, 10 is open; services usually have 9 or more."""
WANTED = {
    "proxy_buffering_off": "only under /live/, which streams",
    "missing_worker_processes": "stands in Debian's own nginx.conf, which includes ours",
}
"""What gixy complains of, and why it stays."""
NOT_TO_BE_SET = {"ZMD_PATIENCE": "of `manage.py up`, which production does not use"}
NO_NGINX = "没有 nginx，代理配置未经 nginx -t 检查。NO NGINX: its configuration was not checked by nginx -t."
NO_SYSTEMD = "没有 systemd-analyze，服务单元未经检查。NO systemd-analyze: the units were not checked by their own tool."


def test_every_variable_that_is_read_is_explained():
    read = set()
    for package in ("zmd_emergency", "incidents", "alerts"):
        for path in (HERE / package).rglob("*.py"):
            read |= set(re.findall(r'environ(?:\.get\(|\[)\s*"((?:ZMD_)?[A-Z_]+)"', path.read_text()))
    mine = {"DJANGO_SETTINGS_MODULE", "LISTEN_PID", "LISTEN_FDS", "NOTIFY_SOCKET", "ZMD_CHROMIUM"}
    example = (DEPLOY / "environment.example").read_text()
    explained = set(re.findall(r"^#?([A-Z][A-Z_]+)=", example, re.M))
    assert read - mine - NOT_TO_BE_SET.keys() - explained == set()
    table = (HERE / "docs" / "deployment.md").read_text()
    assert [name for name in read - mine if f"`{name}`" not in table] == []
    for line in example.splitlines():
        assert not line or line[0] == "#" or re.fullmatch(r"[A-Z_]+=[^\s\"']*", line), line


@pytest.fixture
def units(tmp_path):
    """As installed, with this checkout in the place of the release; links, since `verify` looks for the programs."""
    folder = tmp_path / "units"
    shutil.copytree(DEPLOY / "systemd", folder)
    (tmp_path / "current" / ".venv").mkdir(parents=True)
    (tmp_path / "current" / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    for path in folder.glob("*.service"):
        path.write_text(path.read_text().replace("/opt/zmd/current", str(tmp_path / "current")))
    return folder


def analyze(folder: Path, *arguments) -> str:
    env = os.environ | {"SYSTEMD_UNIT_PATH": f"{folder}:"}
    done = subprocess.run(["systemd-analyze", *arguments], env=env, capture_output=True, text=True)
    told = "\n".join(line for line in (done.stdout + done.stderr).splitlines() if str(folder) in line)
    assert done.returncode == 0, done.stdout + done.stderr
    return told if arguments[0] == "verify" else done.stdout


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason=NO_SYSTEMD)
def test_the_units_are_what_systemd_takes_and_lock_the_services_in(units):
    assert analyze(units, "verify", *sorted(path for path in units.iterdir() if path.is_file())) == ""
    (units / "zmd-beat.service").write_text((units / "zmd-beat.service").read_text() + "\nNoSuchThing=1\n")
    assert "NoSuchThing" in analyze(units, "verify", units / "zmd-beat.service"), "it would tell"
    for path in sorted(units.glob("*.service")):
        exposed = analyze(units, "security", "--offline=true", path)
        level = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", exposed)[1])
        assert level <= MOST_EXPOSED, (path.name, level)


def test_every_unit_stands_in_the_target_and_names_what_exists():
    target = (DEPLOY / "systemd" / "zmd.target").read_text()
    for path in UNITS:
        started = path.stem not in ("zmd-migrate", "zmd-doctor") or path.suffix == ".timer"
        assert path.name == "zmd.target" or not started or path.name in target, path.name
    common = (DEPLOY / "systemd" / "zmd-.service.d" / "common.conf").read_text()
    for wanted in (
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "PrivateTmp=yes",
        "CapabilityBoundingSet=\n",
    ):
        assert wanted in common
    for path in (path for path in UNITS if path.suffix == ".service"):
        text = path.read_text()
        assert "MemoryMax=" in text, path.name
        assert "Type=oneshot" in text or "Restart=always" in text, path.name
        for module in re.findall(r"-m (zmd_emergency\.\w+)", text):
            assert (HERE / (module.replace(".", "/") + ".py")).exists()


@pytest.mark.skipif(not shutil.which("nginx"), reason=NO_NGINX)
def test_nginx_takes_its_configuration(nginx_conf):
    command = ["nginx", "-t", "-q", "-p", nginx_conf.parent, "-c", nginx_conf]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_gixy_finds_no_hole_in_the_proxy(nginx_conf):
    command = [sys.executable, "-m", "gixy", "-l", "--skips", ",".join(WANTED), nginx_conf]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0 and "No issues found" in done.stdout, done.stdout + done.stderr
    found = subprocess.run([sys.executable, "-m", "gixy", nginx_conf], capture_output=True, text=True).stdout
    assert [name for name in WANTED if f"[{name}]" not in found] == [], "no longer complained of"


def test_the_proxys_limits_are_the_products():
    general, *uploads = map(int, re.findall(r"client_max_body_size (\d+);", NGINX))
    assert (general, uploads) == (asgi.LARGEST_BODY, [settings.UPLOAD_MOST] * 2)
    general, *uploads = map(int, re.findall(r"client_body_timeout (\d+)s;", NGINX))
    assert (general, uploads) == (asgi.SECONDS_TO_SEND, [asgi.SECONDS_TO_UPLOAD] * 2)
    pages, api = re.findall(r"location ~ (\S*attachments\S*) \{", NGINX)
    known = ("/incidents/ZMD-2026-0001/attachments/", "/api/v1/incidents/x/attachments", "/incidents/x/")
    for path in (*known, "/preparedness/plans/import/", "/preparedness/plans/x/"):
        taken = re.fullmatch(api if path.startswith("/api/") else pages, path)
        assert bool(taken) == bool(asgi.UPLOADS.fullmatch(path)), path


def test_what_the_product_believes_of_a_visitor_is_set_by_the_proxy():
    for header in ("Host", "X-Request-ID", "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"):
        assert re.search(rf"^    proxy_set_header {header}\s", NGINX, re.M), header
    assert "$proxy_add_x_forwarded_for" not in NGINX and "$http_host" not in NGINX
    inner = re.findall(r"^        proxy_set_header", NGINX, re.M)
    assert not inner, "one of its own in a location would do away with all those above"
    pages = DEPLOY / "nginx" / "pages"
    for name in set(re.findall(r"error_page [\d =]+ /(\S+);", NGINX)):
        assert (pages / name).exists(), name
    away = (pages / "502.html").read_text()
    assert "电话" in away and 'lang="zh-hans"' in away
