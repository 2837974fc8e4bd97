"""A file that somebody names: read once, never waited for; what stands in the way is a clause and what to do."""

import errno
import re
import stat
from pathlib import Path


class Unreadable(Exception):
    """Two clauses of a sentence that begins with the file's name: `what` is wrong, and the `remedy`."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


_WHY = {
    errno.ENOENT: ("找不到", "请检查文件名和所在文件夹"),
    errno.ENOTDIR: ("找不到", "请检查文件名和所在文件夹"),
    errno.ENAMETOOLONG: ("的名称或路径太长，系统打不开", "请改短文件名，或移到上级较少的文件夹"),
    errno.ELOOP: ("是绕回自身的链接，无法读取", "请选择文件本身"),
    errno.EACCES: (
        "没有读取权限",
        "请向文件的所有者取得权限，或复制一份到自己的文件夹；也可能被安全软件拦截",
    ),
    errno.EPERM: ("没有读取权限", "请向文件的所有者取得权限，或复制一份到自己的文件夹；也可能被安全软件拦截"),
}
_WINDOWS = {
    32: ("正被其他程序（如 Excel、WPS 或安全软件）占用", "请关闭占用它的程序后重试"),
    33: ("正被其他程序（如 Excel、WPS 或安全软件）占用", "请关闭占用它的程序后重试"),
    225: ("被安全软件当作病毒拦截", "请联系本单位的信息管理人员"),
    226: ("被安全软件当作病毒删除", "请联系本单位的信息管理人员"),
    6000: ("被系统加密，本账户打不开", "请用加密它的账户打开，取消加密后再用"),
}
"""ERROR_SHARING_VIOLATION, _LOCK_VIOLATION, _VIRUS_INFECTED, _VIRUS_DELETED, _FILE_ENCRYPTED."""
_ENCRYPTED = re.compile(rb"%TSD-Header-###%|.{0,64}E-SafeNet|.{0,4}DRMONE", re.S)
"""How files begin that document security (天锐绿盾, 亿赛通, Fasoo) keeps encrypted on the disk: programs that it does not
know read this instead of the file."""


def content_of(path: Path, most: int) -> bytes:
    """All of it, but no more than `most` + 1 bytes. Raises Unreadable: not there, no regular file, not permitted, held
    by another program, or encrypted by security software."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise Unreadable("是文件夹，不是文件", "请写明其中的一个文件")
        if not stat.S_ISREG(mode):  # a pipe would keep us waiting for ever
            raise Unreadable("不是普通文件", "请选择一个普通文件")
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as trouble:
        raise Unreadable(*why(trouble)) from trouble
    except ValueError as trouble:  # a name with a zero byte
        raise Unreadable(*_WHY[errno.ENOENT]) from trouble
    if _ENCRYPTED.match(content):
        raise Unreadable(
            "被安全软件（文档加密）加密，本程序读到的是密文", "请在安全软件中解密或申请外发后再用"
        )
    return content


def why(trouble: OSError) -> tuple[str, str]:
    """What the system says of a file that cannot be read, and what to do, in the user's language."""
    known = _WINDOWS.get(getattr(trouble, "winerror", None) or 0) or _WHY.get(trouble.errno or 0)
    return known or ("无法读取", "请确认文件没有损坏、没有被其他程序占用，所在磁盘或网络仍然连接")


_SYSTEM = {
    errno.EIO: "磁盘读写错误",
    errno.EPIPE: "输出已经关闭",
    errno.EBADF: "输出没有打开",
    errno.EBUSY: "正被其他程序占用",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "打开的文件太多",
    errno.ENOMEM: "内存不足",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "磁盘空间不足",
    errno.EINVAL: "文件名含有系统不接受的字符",
    errno.EISDIR: "是文件夹",
    errno.ETIMEDOUT: "网络没有响应",
    errno.ESTALE: "网络盘已断开",
    errno.ENETUNREACH: "网络不通",
    errno.ENAMETOOLONG: "路径或文件名太长",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在磁盘只读",
    errno.ENOENT: "找不到文件或文件夹",
}


def system_says(trouble: OSError) -> str:
    """What the system says, in the user's language; its number where that is seldom."""
    return _SYSTEM.get(trouble.errno or 0) or f"系统错误 {trouble.errno or '未知'}"
