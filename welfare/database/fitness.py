"""Whether a database can hold the ledger: version, encoding, and a search in Chinese that works."""

from django.core.management.base import CommandError
from django.db import connection as default_connection
from django.db.utils import OperationalError

OLDEST_VERSION = 14
# All three are false or empty in a database with the C character classes.
CHINESE_SEARCH = r"SELECT '张伟' ~ '^\w+$' AND 'ＡÉ' ILIKE 'ａé' AND to_tsvector('simple', '张伟 李四') @@ to_tsquery('simple', '李四')"
REMEDY = "请另建一个数据库：CREATE DATABASE ledger TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';"

_fit = set()


class UnfitDatabase(CommandError):
    """The database cannot hold the ledger; the text says why and what to do."""


def refuse_unfit(connection):
    """Raise UnfitDatabase unless the database behind a psycopg2 ``connection`` fits. Asked once per process."""
    info = connection.info
    key = (info.host, info.port, info.dbname)
    if key in _fit:
        return
    problem = _problem(connection)
    if problem:
        raise UnfitDatabase(f"数据库 {info.dbname}（{info.host or '本机'}）不能使用：{problem}")
    _fit.add(key)


def check_at_start():
    """Check the default database before serving. One that cannot be reached now may come back, an unfit one not."""
    try:
        default_connection.ensure_connection()
    except OperationalError:
        return
    default_connection.close()


def _problem(connection):
    version = connection.info.server_version // 10000
    if version < OLDEST_VERSION:
        return f"服务器是 PostgreSQL {version}，需要 {OLDEST_VERSION} 或更新的版本。请升级服务器。"
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        return f"编码是 {encoding}，需要 UTF8。{REMEDY}"
    with connection.cursor() as cursor:
        cursor.execute(CHINESE_SEARCH)
        (works,) = cursor.fetchone()
    connection.rollback()
    if not works:
        return f"它的字符分类（LC_CTYPE）不认识汉字，中文检索会落空。{REMEDY}"
    return ""
