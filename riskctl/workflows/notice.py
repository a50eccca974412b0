"""文书: what can happen to an official document. Contract section 4; guards of domain 4.4."""

from collections.abc import Iterable
from dataclasses import replace

from riskctl.ladders import Duty
from riskctl.workflows import dictionaries as words, guards, issue_inputs
from riskctl.workflows.engine import Facts, Input, Record, Step, Workflow
from riskctl.workflows.issue_inputs import REASON

STATES = {
    "draft": "拟稿",
    "checking": "核稿",
    "signed": "已签发",
    "sealed": "已用印",
    "sent": "已送达",
    "received": "已签收",
    "replied": "已回复",
    "archived": "已归档",
    "withdrawn": "作废",
}
# The papers that carry their issues: signed, received and withdrawn with them (contract 4).
ORDERS = ("rectification_notice", "immediate_notice", "renewed_notice")
NUMBERED = ("signed", "sealed", "sent", "received", "replied", "archived")


EVIDENCE = Input("evidence", "送达凭证", "attachments", required=False, hint="签字的送达回证、回执、照片")
SCAN = Input("scan", "签章扫描件", "attachments", min_items=1, hint="签字盖章的纸质件扫描后上传")


def ordered(record: Record) -> list[Record]:
    """The issues that move with this paper: none of a letter that is only about them."""
    return list(record.issues) if record.kind in ORDERS else []


def is_letter(record: Record) -> bool:
    """Class G: checked, numbered, sealed and served. Forms and ledger prints (F, T) are only signed and kept."""
    return bool(record.document_class == "G")


def is_form(record: Record) -> bool:
    """Class F or T (contract 4)."""
    return not is_letter(record)


def sign_duty(record: Record) -> Duty:
    """The issuer's own head signs: 机关纪委书记, the unit's 纪委, 党组书记, or 驻厅组."""
    return {
        "unit_discipline": Duty.NOTICE_SIGN_UNIT,
        "secretary": Duty.NOTICE_SIGN_PARTY,
        "resident": Duty.NOTICE_SIGN_RESIDENT,
    }.get(record.issuer.signer_role, Duty.NOTICE_SIGN)


def handle_duty(record: Record) -> Duty:
    """Who checks and sends: each 纪委 its own papers, 机关纪委 all others; 驻厅组 handles its own beside it."""
    return {
        "unit_discipline": Duty.NOTICE_HANDLE_UNIT,
        "resident": Duty.NOTICE_HANDLE_RESIDENT,
    }.get(record.issuer.signer_role, Duty.NOTICE_HANDLE)


def receive_duty(record: Record) -> Duty:
    """Who notes receipt and reply: the unit. Where the addressee is a person or every unit, or may not have an
    account here, whoever sent it notes what came back on paper; of a clue only those who may know of it."""
    if record.kind == "clue_transfer":
        return Duty.CLUE_HANDLE
    if record.interview_id or record.kind == "bulletin":
        return handle_duty(record)
    return Duty.NOTICE_RECEIVE


def _disclosure(record: Record, facts: Facts) -> Iterable[Input]:
    """通报 of a case names nobody, unless its signer answers for it that this was made public (domain 6.1)."""
    if record.kind != "bulletin" or record.parts.get("sort") != "case":
        return
    if found := facts["identifiers"]:
        said = "、".join(found)
        yield Input("disclosed", f"文中有疑似个人信息（{said}），确认有关情况已经公开", "boolean")
    else:
        yield Input("anonymous", "通报不含姓名等可以识别个人的信息", "boolean")


def seal_duty(record: Record) -> Duty:
    """Who seals: the issuer's seal-keeper, where none is named whoever handles its papers."""
    return handle_duty(record) if record.issuer.keeper_id is None else Duty.NOTICE_SEAL


def _service(record: Record, facts: Facts) -> Iterable[Input]:
    today = facts["today"]
    # 留置送达 needs more than these and is a step of its own.
    ways = tuple(pair for pair in words.SERVICE_METHODS.items() if pair[0] != "leave")
    yield Input("method", "送达方式", "choice", choices=ways)
    yield Input("servers", "送达人", max_length=128, hint="直接送达须两人，填职务")
    yield Input("sent_on", "送达日期", "date", min=record.issued_on, max=today, default=today)
    yield Input("mail_no", "邮件号", required=False, max_length=64, hint="邮寄送达的填写")
    yield EVIDENCE


def _leaving(record: Record, facts: Facts) -> Iterable[Input]:
    today = facts["today"]
    yield Input("refusal", "拒收情况", max_length=500, hint="谁拒绝签收、怎么说的")
    server = Input("name", "送达人（职务）", max_length=64)
    yield Input("left_by", "送达人（不少于2人）", "list", min_items=2, fields=(server,))
    yield Input("witness", "见证人", max_length=128, hint="基层组织或所在单位的代表，填单位和职务")
    yield Input("place", "留置地点", max_length=128)
    yield Input("left_on", "留置日期", "date", min=record.issued_on, max=today, default=today)
    yield EVIDENCE


def _receipt(record: Record, facts: Facts) -> Iterable[Input]:
    today = facts["today"]
    yield Input("received_on", "签收日期", "date", min=record.issued_on, max=today, default=today)
    yield Input("receiver", "签收人（职务）", max_length=64)
    yield Input("deputy", "代收理由", required=False, max_length=200, hint="不是主要负责人签收的填写")
    for issue in ordered(record):
        # Its receipt is the issue's, where 立行立改 types its measure.
        if issue.state == "issued" and issue.rectify_type == "immediate":
            yield from issue_inputs.immediate_measures(issue, facts)
            return


def _sealing(record: Record, facts: Facts) -> Iterable[Input]:
    today = facts["today"]
    yield Input("sealed_on", "用印日期", "date", min=record.issued_on, max=today, default=today)
    yield replace(SCAN, required=False, min_items=None)


def _answer(record: Record, facts: Facts) -> Iterable[Input]:
    today = facts["today"]
    yield Input("replied_on", "回复日期", "date", min=record.issued_on, max=today, default=today)
    yield Input("reply", "回复内容", max_length=4000)
    yield Input("attachments", "附件", "attachments", required=False)


STEPS = (
    Step(
        "submit", ("draft",), "checking", "送核", handle_duty,
        when=is_letter, blockers=(guards.is_complete,), awaited=True, returnable=True,
    ),
    Step("send_back", ("checking",), "draft", "退回", handle_duty, inputs=(REASON,), backward=True),
    Step(
        "check", ("checking",), None, "核稿通过", handle_duty,
        blockers=(guards.is_complete, guards.is_printable), apart=("draft", "submit"), awaited=True,
    ),
    Step(
        "sign", ("checking",), "signed", "签发", sign_duty, inputs=(_disclosure,),
        blockers=(guards.problems_are_verified, guards.is_checked, guards.is_complete, guards.is_printable),
        # "verify" holds who registered and verified the problems of a joint paper (SOD-1).
        apart=("draft", "submit", "check", "verify"), awaited=True,
        by_paper=("draft", "submit"),
    ),
    Step(
        "sign", ("draft",), "signed", "签发", handle_duty,
        when=is_form, blockers=(guards.is_complete, guards.is_printable), awaited=True,
    ),
    Step("discard", ("draft", "checking"), "withdrawn", "不予签发", handle_duty, inputs=(REASON,), backward=True),
    Step("seal", ("signed",), "sealed", "用印", seal_duty, inputs=(_sealing,), when=is_letter, awaited=True),
    Step("send", ("signed", "sealed"), "sent", "送达", handle_duty, inputs=(_service,), when=is_letter, awaited=True),
    Step(
        "leave", ("signed", "sealed", "sent"), "received", "留置送达", handle_duty,
        when=is_letter, inputs=(_leaving,), blockers=(guards.case_allows_receipt,),
    ),
    Step(
        "attach_scan", ("signed", "sealed", "sent", "received", "replied"), None, "上传签章扫描件", handle_duty,
        inputs=(SCAN,),
    ),
    Step(
        "receive", ("signed", "sealed", "sent"), "received", "签收", receive_duty,
        when=is_letter, inputs=(_receipt,), blockers=(guards.case_allows_receipt,),
    ),
    Step("reply", ("received",), "replied", "回复", receive_duty, inputs=(_answer,), awaited=True),
    Step(
        "archive", ("received", "replied"), "archived", "归档", handle_duty,
        blockers=(guards.reply_settled,), awaited=True,
    ),
    Step("archive", ("signed",), "archived", "归档", handle_duty, when=is_form, awaited=True),
    Step(
        "withdraw", ("signed", "sealed", "sent", "received", "replied"), "withdrawn", "撤销", sign_duty,
        inputs=(REASON,), blockers=(guards.follows_its_issue,), backward=True,
    ),
)  # fmt: skip

NOTICE = Workflow(
    name="notice",
    label="文书",
    initial="draft",
    states=STATES,
    final=frozenset({"archived", "withdrawn"}),
    main_line=("draft", "checking", "signed", "sealed", "sent", "received", "replied", "archived"),
    steps=STEPS,
    terms={"draft": 2, "checking": 2, "signed": 2, "sealed": 2, "sent": 2},
    editable={
        "draft": frozenset({"title", "main_to", "copy_to", "contact", "phone", "requirements", "rectify_due",
                            "plan_due", "parts", "basis", "enclosures"}),
        "checking": frozenset({"copy_to", "contact", "phone"}),
    },
)  # fmt: skip
