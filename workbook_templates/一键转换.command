#!/bin/sh
# 一键转换（macOS、Linux）：双击后把填报文件拖进窗口、按回车；或者 sh 一键转换.command 填报.xlsx …
# 找 selfeval，没有就找装有 selfeval_xl 的 Python；退出码照转换程序的。
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
task=desk
alone=
packages="$here/program/packages"

asked=
if [ "$#" -eq 0 ] && [ -z "$alone" ]; then
    asked=1
    printf '请把填好的填报文件（可以几个）拖到本窗口里，然后按回车：\n'
    IFS= read -r line || line=
    # xargs 只认引号和反斜杠，不执行任何东西。
    names=$(printf '%s\n' "$line" | xargs -n 1 printf '%s\n')
    set -f
    IFS='
'
    # shellcheck disable=SC2086
    set -- $names
    unset IFS
    set +f
fi

finish() {
    if [ -n "$asked" ]; then
        printf '按回车键关闭窗口。'
        read -r _ || true
    fi
    exit "$1"
}

if [ "$#" -eq 0 ] && [ -z "$alone" ]; then
    printf '没有收到文件。\n' >&2
    finish 2
fi
if [ -d "$packages" ]; then
    # 不必安装的文件夹：包是为这一版 Python 准备的，别的版本用不了。
    version=$(cat "$here/program/python-version")
    for python in "$here/program/python/bin/python3" "python$version" python3; do
        asks="import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')"
        if "$python" -s -P -c "$asks" >/dev/null 2>&1; then
            # shellcheck disable=SC2086
            PYTHONPATH="$packages" "$python" -s -P -m selfeval_xl $task "$@"
            finish "$?"
        fi
    done
    printf '这台电脑上没有 Python %s；请网管装上，或者向提供者索取自带 Python 的文件夹。\n' "$version" >&2
    finish 2
fi
if selfeval --version >/dev/null 2>&1; then
    # shellcheck disable=SC2086
    selfeval $task "$@"
    finish "$?"
fi
for python in "$here/../.venv/bin/python" python3 python; do
    if "$python" -P -m selfeval_xl --version >/dev/null 2>&1; then
        "$python" -P -m selfeval_xl $task "$@"
        finish "$?"
    fi
done
cat >&2 <<'END'
还没有安装转换程序，或者 Python 低于 3.11。请照本文件夹里“说明.txt”的“第一次用之前”做一遍：
  1. 安装 Python 3.11 或更新的版本（https://www.python.org/downloads/）；
  2. 在“终端”里进入本程序的文件夹，运行：python3 -m pip install .
END
finish 2
