"""公示 and 公示结果报告: the values of their pages, and both as files that stand alone.

Everything here is made of the plain values that ``queries.notices`` hands out.
"""

import re
from dataclasses import astuple
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import reverse

from beneficiaries.enums import NoticeChannelKind, NoticeStatus, ObjectionAction
from beneficiaries.queries import notices as queries
from beneficiaries.rules import notice as rules
from welfare import dates, qr

COLUMNS = ["编号", "姓名", "组别", "人口", "类别", "慰问标准"]
NUMBERING = "编号自列入名册起不变，可能不连续。"
ROUNDS = "一二三四五六七八九"
_LINKED_STYLE = re.compile(r'<link rel="stylesheet" href="[^"]*?(css/[\w.-]+?\.css)"[^>]*>')
_LINKED_PICTURE = re.compile(r'<link rel="icon"[^>]*>|<img [^>]*>')


def day_text(on):
    """2027年1月7日（冬月廿九）"""
    return f"{plain_day(on)}（{dates.lunar_text(on)}）"


def plain_day(on):
    """2027年1月7日"""
    return f"{on.year}年{on.month}月{on.day}日"


def round_text(number):
    """第一榜"""
    return f"第{ROUNDS[number - 1]}榜" if 0 < number <= len(ROUNDS) else f"第{number}榜"


def page_url(token):
    """The address of the public page, as printed and in the QR code."""
    return f"{settings.PUBLIC_BASE_URL}{reverse('notice', args=[token])}"


def reference_of(notice):
    """公示编号, to be read out: 2027-520399101201-38号（第一榜）; "" for one that is not posted yet."""
    number = _number_of(notice)
    return f"{number}（{round_text(notice['round_number'])}）" if number else ""


def _number_of(found):
    """Year, organisation code and running number: no two are alike, and none changes."""
    if "id" not in found:
        return ""
    return f"{found['roster__programme__year']}-{found['roster__organisation__code']}-{found['id']}号"


def community_on_index(name, notices, finals, *, on):
    """The values of one community in ``public/index.html``."""
    return {
        "name": name,
        "notices": [
            {
                "title": found["title"],
                "round_text": round_text(found["round_number"]),
                "starts_text": plain_day(found["starts_on"]),
                "ends_text": plain_day(found["ends_on"]),
                "days_left_text": rules.time_left(found["starts_on"], found["ends_on"], on)
                if queries.takes_objections(found, on)
                else "公示期满",
                "url": reverse("notice", args=[found["token"]]),
            }
            for found in notices
        ],
        "finals": [
            {
                "title": found["title"],
                "published_text": plain_day(dates.today(found["published_at"])),
                "url": reverse("final_list", args=[found["token"]]),
            }
            for found in finals
        ],
    }


def notice_page(notice, *, on, rows=None, channels=None):
    """The values of ``public/notice.html`` for a notice (a dict of ``queries.notices``) on the day ``on``.

    ``rows`` and ``channels`` are read unless given (for a notice not posted yet).
    """
    rows = queries.public_rows(notice["id"]) if rows is None else rows
    channels = queries.public_channels(notice["id"]) if channels is None else channels
    is_open = queries.takes_objections(notice, on)
    place = notice["objection_place"]
    address = page_url(notice["token"]) if notice["token"] else ""
    return {
        "title": notice["title"],
        "round_text": round_text(notice["round_number"]),
        "intro": notice["body"],
        "columns": COLUMNS,
        "rows": rows,
        "count_text": f"共 {len(rows)} 个对象，家庭人口 {sum(row[3] for row in rows)} 人",
        "numbering_text": NUMBERING if rows else "",
        "starts_text": day_text(notice["starts_on"]),
        "ends_text": day_text(notice["ends_on"]),
        "period_note": f"{notice['step__days']} {'个工作日' if notice['step__is_working_days'] else '天'}",
        "channels": channels_text(notice, channels),
        "how_to_object": (
            "公示期内，任何单位和个人对公示内容有异议的，可在网上提出、来电，"
            f"或到{place or notice['unit_name']}当面、书面反映。我们为您保密，并逐件核查答复。"
        ),
        "hotlines": [{"label": "监督电话", "number": notice["hotline"]}],
        "objection_url": reverse("objection_new", args=[notice["token"]]) if is_open and address else "",
        "reply_url": reverse("objection_reply"),
        "result_url": reverse("notice_result", args=[notice["token"]]) if notice["closed_at"] else "",
        "unit": notice["unit_name"],
        "date_text": plain_day(dates.today(notice["posted_at"])),
        "reference": reference_of(notice),
        "state_text": _state(notice, on) if is_open else "公示期满",
        "state_tone": "info" if is_open else "neutral",
        "qr_svg": qr.svg(address, title="公示网址二维码") if address else "",
        "page_url": address,
        "rehearsal": notice["is_rehearsal"],
    }


def _state(notice, on):
    """公示中, or from when."""
    starts_on = notice["starts_on"]
    return "公示中" if on >= starts_on else rules.time_left(starts_on, notice["ends_on"], on)


def channels_text(notice, channels):
    """Where it is shown, in words: the place of posting until that is proved, and what is proved, each with its day."""
    told = [f"{kind}（{place}，{on.month}月{on.day}日）" for kind, place, on in channels]
    is_proved = NoticeChannelKind.WALL.label in {kind for kind, _place, _on in channels}
    first = [notice["place"]] if notice["place"] and not is_proved else []
    return [*first, *told, "网上公示"]


def notice_preview(fields, rows, *, roster):
    """The page as it would be, of what ``services.notices.preview`` gives."""
    step = fields["step"]
    notice = {
        **fields,
        "token": "",
        "status": NoticeStatus.POSTED,
        "closed_at": None,
        "step__days": step.days,
        "step__is_working_days": step.is_working_days,
        "roster__programme__year": roster.programme.year,
        "roster__organisation__code": roster.organisation.code,
    }
    page = notice_page(notice, on=fields["starts_on"], rows=_plain(rows), channels=[])
    return page | {"state_text": "", "reply_url": ""}


def _plain(rows):
    return [(entry.position, *astuple(row)) for entry, row in rows]


def final_page(found, *, rows=None):
    """The values of ``public/final.html`` for a final list (a dict of ``queries.notices``)."""
    rows = queries.final_rows(found["id"]) if rows is None else rows
    address = (
        f"{settings.PUBLIC_BASE_URL}{reverse('final_list', args=[found['token']])}" if found["token"] else ""
    )
    return {
        "title": found["title"],
        "intro": found["body"],
        "columns": COLUMNS,
        "rows": rows,
        "count_text": f"共 {len(rows)} 个对象，家庭人口 {sum(row[3] for row in rows)} 人",
        "numbering_text": NUMBERING if rows else "",
        "until_text": plain_day(found["display_until_on"]),
        "hotlines": [{"label": "监督电话", "number": found["hotline"]}],
        "unit": found["unit_name"],
        "date_text": plain_day(dates.today(found["published_at"])),
        "reference": _number_of(found),
        "qr_svg": qr.svg(address, title="公布网址二维码") if address else "",
        "page_url": address,
        "rehearsal": found["is_rehearsal"],
    }


def final_preview(fields, rows, *, roster):
    """The page as it would be, of what ``services.final_lists.preview`` gives."""
    found = {
        **fields,
        "token": "",
        "roster__programme__year": roster.programme.year,
        "roster__organisation__code": roster.organisation.code,
    }
    return final_page(found, rows=_plain(rows))


def result_page(notice):
    """The values of ``public/result.html`` for a closed notice."""
    objections = queries.public_objections(notice["id"])
    channels = queries.public_channels(notice["id"])
    count = len(queries.public_rows(notice["id"]))
    closed_on = dates.today(notice["closed_at"])
    return {
        "title": f"{notice['title']}结果报告",
        "round_text": round_text(notice["round_number"]),
        "intro": f"{_by_whom(notice)}《{notice['title']}》（{round_text(notice['round_number'])}）已经期满，现将结果报告如下。",
        "place": "；".join(channels_text(notice, channels)),
        "starts_text": day_text(notice["starts_on"]),
        "ends_text": day_text(notice["ends_on"]),
        "listed_text": f"{count} 个",
        "objections_text": f"收到异议 {len(objections)} 件" if objections else "未收到异议",
        "objections": [_objection(number, *found) for number, found in enumerate(objections, start=1)],
        "conclusion": notice["result_text"],
        "unit": notice["unit_name"],
        "date_text": plain_day(closed_on),
        "reference": reference_of(notice),
        "rehearsal": notice["is_rehearsal"],
    }


def _by_whom(notice):
    """The office that put the notice up, and whose list it is where that is another's."""
    unit, community = notice["unit_name"], notice["community_name"]
    return f"{unit}发布的" if unit == community else f"{unit}在{community}发布的"


def _objection(number, position, received_at, answered_at, answer, is_upheld, action):
    done = ObjectionAction(action).label if action else ""
    outcome = "异议成立" if is_upheld else "异议不成立"
    if is_upheld is None:
        outcome = "重新评议，另行补充公示" if action else "尚在核查，另行补充公示"
    return {
        "number": number,
        "received_text": plain_day(dates.today(received_at)),
        "about": f"第{position}号公示对象" if position else "其他事项",
        "answer": f"{done}：{answer}" if done else "",
        "answered_text": plain_day(dates.today(answered_at)) if answered_at else "",
        "outcome": outcome,
    }


def notice_paper(plain):
    """The values of ``public/notice.html`` for the file: as on the day of posting, without what is only for the screen."""
    page = notice_page(plain, on=dates.today(plain["posted_at"]))
    return page | {"state_text": "", "objection_url": "", "reply_url": ""}


def notice_html(notice):
    """The notice as one HTML file that needs nothing else, as it stood on the day of posting."""
    plain = queries.public_notice(notice.token)
    return _alone("public/notice.html", {"notice": notice_paper(plain), "public_unit": plain["unit_name"]})


def result_html(notice):
    """The result report as one HTML file that needs nothing else."""
    plain = queries.public_notice(notice.token)
    return _alone("public/result.html", {"result": result_page(plain), "public_unit": plain["unit_name"]})


def _alone(template, context):
    html = _LINKED_STYLE.sub(_inline, render_to_string(template, context))
    return _LINKED_PICTURE.sub("", html)


def _inline(link):
    return f"<style>\n{Path(finders.find(link[1])).read_text(encoding='utf-8')}</style>"
