"""The system calls that a capped child may not make, as a seccomp filter assembled by hand.

A list of what is refused, not of what is allowed: what the native readers and another libc call is theirs to choose,
while what reaches other processes, other machines or the kernel's rarer corners is known and changes slowly.
"""

import ctypes
import errno
import os
import platform
import struct

# Numbers from the kernel's unistd_64.h (x86-64) and asm-generic/unistd.h (aarch64); None: it has no such call.
_Numbers = dict[str, tuple[int | None, int | None]]

# The channel to the parent is open already. No family of socket is harmless: a Unix one may lead to a database.
_NETWORK: _Numbers = {
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "io_uring_setup": (425, 425),  # does all of the above out of the filter's sight
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
}
_PROCESSES: _Numbers = {
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "setsid": (112, 157),  # nobody leaves the group that the kill goes to
    "setpgid": (109, 154),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setattr": (314, 274),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
}
# Memory that no limit of the process counts, or that outlives it.
_MEMORY: _Numbers = {
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "userfaultfd": (323, 282),
}
# What Landlock does not cover: owners, modes, times, attributes and ways around the path.
_FILES: _Numbers = {
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "lchown": (94, None),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
}
_SYSTEM: _Numbers = {
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "personality": (135, 92),
    "syslog": (103, 116),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "acct": (163, 89),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "ioperm": (173, None),
    "iopl": (172, None),
    "vhangup": (153, 58),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "adjtimex": (159, 171),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
}
_DENIED: _Numbers = _NETWORK | _PROCESSES | _MEMORY | _FILES | _SYSTEM

# Allowed on oneself alone: the first argument must be 0 or the process' own id.
_ON_ITSELF: dict[str, tuple[int, int]] = {
    "kill": (62, 129),  # abort() and raise() end the process by tgkill
    "tgkill": (234, 131),
    "prlimit64": (302, 261),
    "sched_setaffinity": (203, 122),
}
_SOCKETPAIR: tuple[int, int] = (53, 199)
_CLONE: tuple[int, int] = (56, 220)
_CLONE3 = 435
_PRCTL: tuple[int, int] = (157, 167)

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column above, AUDIT_ARCH_*
_X32 = 0x40000000  # the bit of x86-64's second set of numbers
_CLONE_THREAD = 0x10000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 1, 4, 22, 2

_AF_UNIX, _SOCK_STREAM, _SOCK_TYPE_MASK = 1, 1, 0xF

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT = (
    0,
    4,
    16,
    24,
)  # offsets in struct seccomp_data, little-endian
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_REFUSED = _ERRNO | errno.EPERM


class _Program(ctypes.Structure):
    """The kernel's ``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def install() -> bool:
    """Filter the calling thread and all it starts from now on; false where the kernel or machine can't.

    ``PR_SET_NO_NEW_PRIVS`` must be set. It cannot be undone.
    """
    if platform.machine() not in _MACHINES:
        return False
    instructions = assemble(platform.machine(), os.getpid())
    program = _Program(len(instructions) // 8, instructions)
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def assemble(machine: str, pid: int) -> bytes:
    """Return the filter's BPF code for process *pid* on *machine*."""
    column, architecture = _MACHINES[machine]
    code = [
        _instruction(_LOAD, _ARCHITECTURE),
        _instruction(_EQUAL, architecture, 1, 0),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _NUMBER),
        _instruction(_AT_LEAST, _X32, 0, 1),
        _instruction(_RETURN, _REFUSED),
    ]
    for numbers in _DENIED.values():
        if (number := numbers[column]) is not None:
            code += [_instruction(_EQUAL, number, 0, 1), _instruction(_RETURN, _REFUSED)]
    # Its flags are behind a pointer, which a filter can't follow; told it does not exist, libc falls back on clone.
    code += [_instruction(_EQUAL, _CLONE3, 0, 1), _instruction(_RETURN, _ERRNO | errno.ENOSYS)]
    for numbers in _ON_ITSELF.values():
        code += _where(numbers[column], [_instruction(_EQUAL, pid, 2, 0), _instruction(_EQUAL, 0, 1, 0)])
    code += _where(_CLONE[column], [_instruction(_ANY_BIT, _CLONE_THREAD, 1, 0)])
    # Nobody outlives the parent, nobody makes himself traceable: those two options are refused.
    options = [_instruction(_EQUAL, _PR_SET_PDEATHSIG, 1, 0), _instruction(_EQUAL, _PR_SET_DUMPABLE, 0, 1)]
    code += _where(_PRCTL[column], options)
    # liteparse's runtime wakes its threads by a pair; only one of streams can't be used to reach anybody else.
    pair = [
        _instruction(_EQUAL, _AF_UNIX, 0, 3),
        _instruction(_LOAD, _SECOND_ARGUMENT),
        _instruction(_AND, _SOCK_TYPE_MASK),
        _instruction(_EQUAL, _SOCK_STREAM, 1, 0),
    ]
    code += _where(_SOCKETPAIR[column], pair)
    return b"".join([*code, _instruction(_RETURN, _ALLOW)])


def _where(number: int, tests: list[bytes]) -> list[bytes]:
    """Judge call *number* by its arguments, the first of which is loaded.

    After the *tests* comes the instruction that refuses, and then the one that allows.
    """
    body = [
        _instruction(_LOAD, _FIRST_ARGUMENT),
        *tests,
        _instruction(_RETURN, _REFUSED),
        _instruction(_RETURN, _ALLOW),
    ]
    return [_instruction(_EQUAL, number, 0, len(body)), *body]


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
