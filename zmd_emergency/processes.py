"""Start a child process that ends with its parent and, when we are root, runs as somebody less.

PostgreSQL refuses to run as root. The user it runs as may not be allowed into the folders above its
binaries and data (a checkout under a home of mode 700), so it keeps one capability: to read past them.
"""

import contextlib
import ctypes
import fcntl
import os
import pwd
import signal
import subprocess
import time
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_SET_SECUREBITS = 1, 8, 28
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
SECBIT_NO_SETUID_FIXUP = 4
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
CAPABILITY_VERSION_3 = 0x20080522

libc = ctypes.CDLL(None, use_errno=True)


class Trouble(Exception):
    """Something that the operator must put right; the text tells them so, in Chinese."""


class Stop(BaseException):
    """A signal asked for the end."""


_asked_to_stop = False


def stop_on_signals() -> None:
    """From now on Ctrl-C, SIGTERM and a closed terminal end us at the next `pause`, and only there."""

    def remember(*_):
        global _asked_to_stop
        _asked_to_stop = True

    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, remember)


def pause(seconds: float) -> None:
    """Sleep. An exception out of a signal's handler could hit anywhere, and be swallowed there."""
    time.sleep(seconds)
    if _asked_to_stop:
        raise Stop


def start(
    command: list, *, log: Path, env: dict, cwd="/", uid: int | None = None, dying_wish=signal.SIGTERM
) -> subprocess.Popen:
    """Run `command` in its own session, its output appended to `log`.

    The own session keeps a Ctrl-C in the terminal from reaching it: the supervisor decides the order
    of ending. `dying_wish` is the signal that it gets if the thread that starts it dies, so call this
    from a thread that lives.
    """
    parent = os.getpid()
    account = pwd.getpwuid(uid) if uid is not None and os.geteuid() == 0 else None
    capability = readable_past_folders() if account else None

    def become():
        if account:
            drop_to(account, capability)
        libc.prctl(PR_SET_PDEATHSIG, dying_wish)  # after the change of user, which clears it
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    with open(log, "ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=env,
            cwd=cwd,
            preexec_fn=become,
            start_new_session=True,
        )


def drop_to(account: pwd.struct_passwd, capability: int | None) -> None:
    """Become `account` for good, keeping `capability` through the exec (as setpriv's ambient-caps does).

    With the kernel's fix-up, access(2) would judge an ordinary user as if it had no capability, and
    PostgreSQL asks it about its own binary.
    """
    libc.prctl(PR_SET_KEEPCAPS, 1)
    libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
    os.setresuid(account.pw_uid, account.pw_uid, account.pw_uid)
    mask = 1 << capability if capability is not None else 0
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)):
        raise OSError(ctypes.get_errno(), "capset")
    if capability is not None:
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)


def readable_past_folders() -> int | None:
    """The smallest capability of ours that opens folders of mode 700; containers often lack the first."""
    status = Path("/proc/self/status").read_text()
    ours = int(next(line for line in status.splitlines() if line.startswith("CapPrm:")).split()[1], 16)
    return next((cap for cap in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE) if ours >> cap & 1), None)


def end(process: subprocess.Popen | None, sign: int = signal.SIGTERM, patience: float = 10) -> None:
    """Ask to end, wait, insist."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(sign)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def living_in(folder: Path) -> list[int]:
    """The processes whose working directory is `folder`: PostgreSQL's backends sit in their data."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.path.samefile(entry / "cwd", folder):
                    found.append(int(entry.name))
            except OSError:
                pass  # gone meanwhile, or somebody else's
    return found


def wait_for(condition, seconds: float, every: float = 0.05):
    """Call until it answers something true; return that, or the last answer when time is up."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < deadline:
        pause(every)
    return answer


@contextlib.contextmanager
def locked(path: Path, kind: int):
    """Hold a lock on `path` if it is free; yields whether it is. The system frees it however we end."""
    with open(path, "a+") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextlib.contextmanager
def locked_at_the_end(path: Path):
    """When the block has ended, wait until nobody holds `path` any more."""
    with open(path, "a+") as file:
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_EX)


def tail(log: Path, lines: int = 8) -> str:
    """The last lines of a log, for a message to the operator."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""
