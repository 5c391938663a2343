"""How `manage.py` makes its environment, tried on a folder of its own with one tiny package.

The package stands in for Django: whichever command is given, it tells which Python runs it.
"""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from zmd_emergency.supervisor import HERE

pytestmark = pytest.mark.processes
BARE = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
TELL = "import sys\ndef execute_from_command_line(argv): print('run by', sys.prefix, 'with', argv[1:])\n"


def make_wheel(folder: Path, version: str) -> None:
    folder.mkdir(exist_ok=True)
    info = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(folder / f"tiny-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("django/core/management/__init__.py", TELL + f"print('tiny {version}')\n")
        wheel.writestr("django/core/exceptions.py", "class ImproperlyConfigured(Exception): pass\n")
        wheel.writestr("zmd_emergency/engines.py", "")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


class Checkout:
    def __init__(self, folder: Path):
        self.folder, self.wheels, self.venv = folder, folder / "wheels", folder / ".venv"
        shutil.copy(HERE / "manage.py", folder)
        self.require("1")
        for version in "12":
            make_wheel(self.wheels, version)

    def require(self, version: str) -> None:
        (self.folder / "requirements.txt").write_text(f"tiny=={version}\n")

    def manage(self, *arguments, python=BARE, **env: str):
        kept = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        command = [python, "manage.py", *map(str, arguments)]
        return subprocess.run(command, cwd=self.folder, env=kept | env, capture_output=True, text=True)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    checkout = Checkout(tmp_path_factory.mktemp("checkout"))
    first = checkout.manage("check", "--wheels", checkout.wheels)
    assert first.returncode == 0, first.stderr
    assert "创建运行环境" in first.stdout and "安装软件包" in first.stdout
    assert f"run by {checkout.venv} with ['check']" in first.stdout
    return checkout


def test_a_filled_environment_is_used_as_it_is(checkout):
    assert "安装" not in checkout.manage("check").stdout


def test_changed_requirements_are_installed(checkout):
    checkout.require("2")
    changed = checkout.manage("check", f"--wheels={checkout.wheels}").stdout
    assert "安装软件包" in changed and "创建运行环境" not in changed and "tiny 2" in changed
    checkout.require("1")
    checkout.manage("check", "--wheels", checkout.wheels)


@pytest.mark.parametrize("damage", ["killed while installing", "python gone"])
def test_a_half_made_environment_is_made_anew(checkout, damage):
    if damage == "python gone":
        for python in checkout.venv.glob("bin/python*"):
            python.unlink()
    else:
        (checkout.venv / "installed.json").write_text("")
        next(checkout.venv.glob("lib/*/site-packages/django/core")).rename(checkout.venv / "lost")
    repaired = checkout.manage("check", "--wheels", checkout.wheels)
    assert "创建运行环境" in repaired.stdout and f"run by {checkout.venv}" in repaired.stdout


def test_an_environment_that_has_the_packages_is_used(checkout, tmp_path):
    """As in an image that was built for production."""
    other = Checkout(tmp_path)
    image = tmp_path / "image"
    shutil.copytree(checkout.venv, image, symlinks=True)
    assert f"run by {image}" in other.manage("check", python=image / "bin" / "python").stdout
    assert not other.venv.exists()


def test_what_goes_wrong_is_one_sentence(checkout):
    checkout.require("3")
    missing = checkout.manage("check", "--wheels", checkout.wheels)
    offline = checkout.manage("check", PIP_CONFIG_FILE=os.devnull, PIP_INDEX_URL="http://127.0.0.1:9/")
    no_folder = checkout.manage("check", "--wheels", "nowhere")
    checkout.require("1")
    for answer, word in ((missing, "找不到所需的软件包"), (offline, "网络不通"), (no_folder, "nowhere")):
        assert answer.returncode == 1
        assert word in answer.stderr and "Traceback" not in answer.stderr
