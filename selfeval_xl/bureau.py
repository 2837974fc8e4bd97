"""The commands of the bureau: many workbooks at once, and the page on which units file theirs."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from selfeval_xl import console
from selfeval_xl.errors import UserError
from selfeval_xl.options import DUE, FORM, JSON, OVERLAY, PATH, chosen


@click.command()
@click.argument("folder", type=PATH, metavar="文件夹")
@click.option("--out", type=PATH, required=True, metavar="文件夹", help="输出文件夹。")
@click.option("--no-report", is_flag=True, help="只核对，不生成自评报告。")
@click.option("--force", is_flag=True, help="全部重做；不写则只做有变化的文件。")
@DUE
@click.option(
    "--review", multiple=True, metavar="单位", help="另外生成这个单位的复核底稿（写全称或编码），可以写几次。"
)
@click.option("--summary-report", is_flag=True, help="另外生成本级的“汇总报告.docx”。")
@click.option(
    "--units",
    type=PATH,
    metavar="名单",
    help="应报送单位名单（txt 一行一个，或 xlsx 一列），用来找未报送的。",
)
@click.option(
    "--workers", type=click.IntRange(1, 64), metavar="个数", help="同时处理几个，默认每个处理器一个。"
)
@click.option(
    "--cluster",
    metavar="地址",
    help="用 dask 集群处理，如 tcp://10.0.0.5:8786；各机器须能按同样路径读写这些文件夹。",
)
@click.option(
    "--sources",
    type=PATH,
    metavar="文件夹",
    help="决算、预算等官方表格：一个单位一个子文件夹（以单位名称命名），全局共用的放在外面；与填报核对。",
)
@FORM
@OVERLAY
@JSON
def batch(
    folder: Path,
    out: Path,
    no_report: bool,
    force: bool,
    due: date | None,
    review: Sequence[str],
    summary_report: bool,
    units: Path | None,
    workers: int | None,
    cluster: str | None,
    sources: Path | None,
    form_id: str | None,
    overlay: Path | None,
    as_json: bool,
) -> int:
    """批量：核对一个文件夹里各单位的填报文件，生成“汇总.xlsx”和退回意见。"""
    from selfeval_xl.batch.running import Settings

    settings = Settings(
        out=out.absolute(),
        form=chosen(form_id, overlay),
        report=not no_report,
        force=force,
        due=due,
        review=tuple(review),
        summary_report=summary_report,
        units=units,
        workers=workers or 0,
        cluster=cluster,
        sources=sources.absolute() if sources else None,
    )
    return console.batch(folder.absolute(), settings, as_json)


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="地址",
    help="供其他电脑访问时写本机的内网地址；不写的只有本机能用。",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8620, metavar="端口", help="默认 8620。")
@click.option("--name", "names", multiple=True, metavar="域名", help="经代理访问时的域名，可以写几次。")
@click.option("--store", type=PATH, metavar="文件夹", help="保存报送材料和结果；不写的，上传的文件用后即删。")
@click.option("--units", type=PATH, metavar="名单", help="应报送单位名单，同 batch；给每个单位发一个账号。")
@click.option(
    "--tokens", type=PATH, metavar="文件", help="初始密码写到哪里（CSV），默认在保存文件夹的“服务”里。"
)
@click.option(
    "--sources",
    type=PATH,
    metavar="文件夹",
    help="决算、预算等官方文件：一个单位一个子文件夹，全局共用的（指标明细）放在外面；给各单位下载已取数的填报表。",
)
@OVERLAY
@DUE
@click.option(
    "--keep", type=click.IntRange(1, 3650), metavar="天数", help="报送材料保存多少天，到期删除；不写的不删。"
)
@click.option(
    "--workers", type=click.IntRange(1, 64), metavar="个数", help="同时处理几个，默认每个处理器一个。"
)
@click.option("--no-browser", is_flag=True, help="不打开浏览器。")
def serve(
    host: str,
    port: int,
    names: Sequence[str],
    store: Path | None,
    units: Path | None,
    tokens: Path | None,
    sources: Path | None,
    overlay: Path | None,
    due: date | None,
    keep: int | None,
    workers: int | None,
    no_browser: bool,
) -> int:
    """网页：在浏览器里上传、核对、下载；加 --host 供各单位报送。"""
    try:
        from selfeval_xl.serving import running
    except ImportError as missing:
        if (missing.name or "").partition(".")[0] == "selfeval_xl":
            raise
        raise UserError("没有安装网页组件；请先运行 pip install 'selfeval-xl[serve]'。") from None
    wishes = running.Wishes(
        host, port, tuple(names), store, units, tokens, overlay, due, keep or 0, workers or 0, sources=sources
    )
    return running.serve(wishes, console.say, not no_browser)
