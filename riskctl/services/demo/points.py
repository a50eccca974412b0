"""The fifteen written demo points (domain 2.5): fictional units, posts only."""

from typing import Any


def _point(  # noqa: PLR0913 -- one row of the table below
    post: str,
    power: str,
    category: str,
    manifestation: str,
    *,
    score: tuple[int, int],
    measures: str,
    resp: str,
) -> dict[str, Any]:
    own, head, leader = resp.split("·")
    return {
        "title": power,
        "post": post, "power_item": power, "category": category, "manifestation": manifestation,
        "likelihood": score[0], "impact": score[1],
        "measures": [{"text": text, "owner_post": own} for text in measures.split("；")],
        "resp_post": own, "dept_head_post": head, "resp_leader_post": leader,
    }  # fmt: skip


POINTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("JS", _point(
        "招标管理岗", "省级重点水利工程招标文件审查", "process",
        "设置倾向性资格条件，“量身定制”评分标准；化整为零规避公开招标。",
        score=(4, 5), measures="使用标准招标文件；资格条件双人复核；合法性审查留痕；重大项目报党组会",
        resp="招标管理岗·处长·分管建设副厅长",
    )),
    ("JS", _point(
        "设计变更审核岗", "重大设计变更审批", "process",
        "未批先变；拆分变更规避审批权限；变更单价偏高。",
        score=(4, 4), measures="变更分级审批；专家论证+造价复核；变更台账按月公示",
        resp="变更审核岗·处长·分管建设副厅长",
    )),
    ("CW", _point(
        "资金拨付岗", "中央及省级水利发展资金拨付", "duty",
        "超进度、无依据拨款；滞留、挪用专项资金。",
        score=(3, 5), measures="四级联签；进度与支付比对；每月对账",
        resp="资金拨付岗·处长·分管财务副厅长",
    )),
    ("SP", _point(
        "取水许可受理岗", "取水许可审批", "process",
        "拖延受理、附加条件；对不符合水资源论证条件的项目予以许可。",
        score=(3, 4), measures="一次性告知；限时办结系统计时；技术审查与审批分离",
        resp="受理岗·处长·分管水资源副厅长",
    )),
    ("SP", _point(
        "涉河建设方案审查岗", "河道管理范围内建设项目审批", "system",
        "评审专家长期固定；防洪评价报告由指定中介编制。",
        score=(3, 4), measures="专家库随机抽取；中介超市公开选取；意见书面归档",
        resp="审查岗·处长·分管水资源副厅长",
    )),
    ("HH", _point(
        "采砂管理岗", "河道采砂许可与年度计划", "environment",
        "泄露出让底价；对超量超范围开采不查处；与采砂企业不当交往。",
        score=(4, 5), measures="公开出让；在线称重视频监管；交叉巡查；廉政告知书",
        resp="采砂管理岗·处长·分管河湖副厅长",
    )),
    ("ZF", _point(
        "案件承办岗", "水行政处罚自由裁量", "duty",
        "选择性执法、同案不同罚、以罚代管、案件久拖不结。",
        score=(3, 4), measures="裁量基准；集体讨论；法制审核；案卷季度评查",
        resp="承办岗·总队长·分管执法副厅长",
    )),
    ("YM", _point(
        "后期扶持资金岗", "移民后期扶持人口核定与资金发放", "process",
        "虚报冒领、优亲厚友；项目资金挤占。",
        score=(3, 5), measures="人口动态核查；公示；银行直发；抽查10%",
        resp="资金岗·处长·分管移民副厅长",
    )),
    ("WZ", _point(
        "采购岗", "防汛抢险物资采购与出入库", "duty",
        "以应急为名规避政府采购；质次价高；账实不符。",
        score=(4, 4), measures="应急采购事后审查；双人验收；季度盘点",
        resp="采购岗·中心主任·分管防汛副厅长",
    )),
    ("ZJ", _point(
        "质量监督岗", "质量监督与核备", "duty",
        "抽检流于形式；收受礼品礼金后放松核备。",
        score=(3, 4), measures="双随机抽检；监督人员定期轮换；飞检",
        resp="监督岗·站长·分管建设副厅长",
    )),
    ("SK", _point(
        "维修养护岗", "日常维修养护项目发包", "system",
        "小额项目直接指定；虚列工程量套取经费。",
        score=(4, 4), measures="限额以下比选；工程量现场签认带照片；内部审计",
        resp="维养岗·处长·中心分管负责人",
    )),
    ("RS", _point(
        "干部选拔与招聘岗", "干部选拔任用、事业单位公开招聘", "duty",
        "因人设岗、泄题、近亲属未回避。",
        score=(2, 5), measures="任前廉政审核(凡提四必)；考务外委；回避承诺",
        resp="招聘岗·处长·党组书记",
    )),
    ("GH", _point(
        "项目储备岗", "项目前期与投资计划申报", "process",
        "报大建小；打招呼排序；可研编制单位指定。",
        score=(3, 4), measures="储备库评分公开；集体会商；干预事项记录",
        resp="储备岗·处长·分管规划副厅长",
    )),
    ("ST", _point(
        "水资源费(税)核定岗", "取用水量核定", "ideology",
        "以人情核减水量；接受用水单位宴请。",
        score=(2, 4), measures="在线计量直传；核定双人；廉政谈话每半年",
        resp="核定岗·处长·分管水资源副厅长",
    )),
    ("BG", _point(
        "公务用车与接待岗", "公务用车、公务接待", "system",
        "公车私用；超标接待；虚开发票。",
        score=(2, 2), measures="车辆定位；接待函单一致核对；月度公示",
        resp="用车岗·主任·办公室分管领导",
    )),
)  # fmt: skip
