"""What the machine is: processor, memory, accelerator, system, container; no framework is asked.

Nothing here names the machine or its user: `os.uname().nodename`, container ids and addresses are not read.
"""

from __future__ import annotations

import locale
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

FLAGS = ("sse4_2", "avx", "avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512vl", "avx512_vnni", "avx512_bf16")
FLAGS_MORE = ("amx_tile", "amx_bf16", "amx_int8", "asimd", "asimddp", "sve", "bf16", "i8mm")
_ASKED = ("name", "driver_version", "vbios_version", "mig.mode.current", "ecc.mode.current", "memory.total")
"""What `nvidia-smi` is asked of each device; serial numbers and ids are not."""
_IMAGES = ("SEATRIAL_IMAGE", "CI_JOB_IMAGE", "IMAGE_DIGEST")
"""Variables that may name the container's image, the user's own before GitLab's."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_GIB = 2**30


def python() -> dict[str, str]:
    """Return which Python runs, how it was built and how it was started."""
    flags = sys.flags
    started = {"optimize": flags.optimize, "utf8": flags.utf8_mode, "dev": int(flags.dev_mode)}
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "python.build": " ".join(platform.python_build()),
        "python.compiler": platform.python_compiler(),
        "python.flags": " ".join(f"{name}={value}" for name, value in started.items()),
    }


def system() -> dict[str, str]:
    """Return operating system, kernel and C library."""
    name = ""
    with suppress(OSError):
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    return {
        "os": platform.platform(),
        "os.distribution": name,
        "os.kernel": f"{platform.system()} {platform.release()} {platform.version()}",
        "libc": " ".join(platform.libc_ver()).strip(),
    }


def cpu() -> dict[str, str]:
    """Return model, instruction sets and usable cores; model and sets choose the kernels of a matrix product."""
    facts = {"cpu.machine": platform.machine(), "cpu.model": platform.processor(), "cpu.flags": ""}
    facts["cpu.count"] = str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0)
    lines = _text("/proc/cpuinfo").splitlines()
    first = dict(reversed([_pair(line) for line in lines if ":" in line]))
    if not first:
        return facts
    flags = set(first.get("flags", first.get("Features", "")).split())
    facts["cpu.flags"] = " ".join(flag for flag in (*FLAGS, *FLAGS_MORE) if flag in flags)
    numbers = [first[key] for key in ("vendor_id", "cpu family", "model", "stepping") if key in first]
    facts["cpu.model"] = " / ".join(filter(None, [first.get("model name", facts["cpu.model"]), " ".join(numbers)]))
    return facts


def memory() -> dict[str, str]:
    """Return physical memory and the limits that are set: of the control group, and of this process."""
    found = {"memory.total": "", "memory.limit": _group_limit(), "memory.address_space": ""}
    with suppress(ValueError, OSError, AttributeError):
        found["memory.total"] = f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / _GIB:.1f} GiB"
    with suppress(ImportError, OSError):
        import resource  # noqa: PLC0415 - not on every platform

        soft = resource.getrlimit(resource.RLIMIT_AS)[0]
        found["memory.address_space"] = "unlimited" if soft == resource.RLIM_INFINITY else f"{soft / _GIB:.1f} GiB"
    return found


def accelerators(*, probe: str = "nvidia-smi", driver: str = "/proc/driver/nvidia/version") -> dict[str, str]:
    """Return each accelerator with its driver; nothing where there is none, without asking anything.

    Args:
        probe: What is run to ask NVIDIA's driver.
        driver: The file that is there where the driver is.
    """
    told = _text(driver)
    if not told:
        return {}
    found = {"gpu.driver": " ".join(told.splitlines()[0].split())}
    for index, line in enumerate(_asked(probe)):
        named = zip(_ASKED, (part.strip() for part in line.split(",")), strict=False)
        found |= {f"gpu.{index}.{name.replace('_', '.')}": value for name, value in named}
    return found


def container(variables: Mapping[str, str], *, root: Path = Path("/")) -> dict[str, str]:
    """Return in what container this runs, as far as can be told from inside, and who says so.

    An image's digest cannot be read from inside a container: only Podman tells it; else it is what a variable says.

    Args:
        variables: Environment variables.
        root: Top of the file system.
    """
    kind, image, says = _kind(variables, root), "", ""
    for name in _IMAGES:
        if not image and variables.get(name):
            image, says = _image(variables[name]), f"the variable {name}, unchecked"
    podman = re.search(r'^imageid="?([0-9a-f]{64})', _text(str(root / "run/.containerenv")), re.MULTILINE)
    if podman:
        image, says = f"sha256:{podman[1]}", "Podman"
    cluster = "kubernetes" if variables.get("KUBERNETES_SERVICE_HOST") else ""
    return {"container": kind, "container.image": image, "container.says": says, "container.cluster": cluster}


def place() -> dict[str, str]:
    """Return locale, encoding and time zone: they steer how texts are read and sorted, and dates written."""
    return {
        "locale": ".".join(part or "C" for part in locale.getlocale()),
        "locale.encoding": f"{sys.getfilesystemencoding()}, {locale.getpreferredencoding(do_setlocale=False)}",
        "locale.timezone": "/".join(dict.fromkeys(time.tzname)),
    }


def _kind(variables: Mapping[str, str], root: Path) -> str:
    if (root / "run/.containerenv").exists():
        return "podman"
    if (root / ".dockerenv").exists():
        return "docker"
    if variables.get("container"):
        return variables["container"].split()[0][:40]
    groups = _text(str(root / "proc/1/cgroup"))
    return next((name for name in ("kubepods", "docker", "containerd", "lxc", "libpod") if name in groups), "none seen")


def _image(said: str) -> str:
    """Return an image's own name and digest, without the registry that it comes from."""
    digest = _DIGEST.search(said)
    name = said.partition("@")[0].rpartition("/")[2]
    return f"{name}@{digest[0]}" if digest else f"{name} (no digest)"


def _group_limit() -> str:
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        said = _text(file).strip()
        if said:
            return f"{int(said) / _GIB:.1f} GiB" if said.isdigit() and int(said) < 2**60 else "unlimited"
    return ""


def _asked(probe: str) -> list[str]:
    words = [probe, f"--query-gpu={','.join(_ASKED)}", "--format=csv,noheader"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return []
    return done.stdout.splitlines()


def _pair(line: str) -> tuple[str, str]:
    key, _, value = line.partition(":")
    return key.strip(), value.strip()


def _text(path: str) -> str:
    """Return what a file of the system says; empty where it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
