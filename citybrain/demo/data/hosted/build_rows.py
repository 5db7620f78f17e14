"""Write the synthetic rows of the hosted demo entries, always the same: a fixed seed per file.

`python -m citybrain.demo.data.hosted.build_rows` rewrites the CSV files beside this one. The columns
are the data items of the entry that names the file. What is fictional, and how it is kept apart from
real people and bodies, is said in fictional.py.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from citybrain.demo.data.hosted.fictional import AS_OF, DISTRICTS, WORDS, Maker

HERE = Path(__file__).parent
Row = dict[str, object]


def residents(make: Maker) -> Iterator[Row]:
    for _ in range(400):
        male, born = make.random.random() < 0.5, make.day(date(1940, 1, 1), date(2024, 12, 31))
        district, township = make.place()
        adult = born.year <= 2006
        child = "子" if male else "女"
        relation = make.random.choice(("户主", "配偶", child)) if adult else child
        yield {
            "公民身份号码": make.resident_id(born, male),
            "姓名": make.person(),
            "性别": "男" if male else "女",
            "民族": make.random.choices(("汉族", "黎族", "苗族", "壮族"), (88, 8, 2, 2))[0],
            "出生日期": born,
            "户籍地址": make.home(district, township),
            "所属区县代码": district,
            "所属街道乡镇": township,
            "与户主关系": relation,
            "联系电话": make.mobile() if adult else "",
            "户籍状态": make.random.choices(("正常", "迁出", "注销"), (94, 4, 2))[0],
            "更新时间": make.moment(max(born, date(2019, 1, 1))),
        }


def minimum_living(make: Maker) -> Iterator[Row]:
    for number in range(1, 201):
        district, township = make.place()
        male, members = make.random.random() < 0.55, make.random.randint(1, 5)
        yield {
            "保障编号": f"DB{district}{number:05d}",
            "户主姓名": make.person(),
            "户主公民身份号码": make.resident_id(
                make.day(date(1945, 1, 1), date(1998, 12, 31)), male
            ),
            "保障类型": "农村低保" if township.endswith("镇") else "城市低保",
            "所属街道乡镇": township,
            "家庭住址": make.home(district, township),
            "保障人数": members,
            "月保障金额": f"{members * make.random.randrange(320, 640, 20)}.00",
            "开户银行": make.random.choice(("椰城演示银行营业部", "琼州样例银行城西支行")),
            "银行账号": make.bank_card(),
            "联系电话": make.mobile(),
            "起始保障日期": make.day(date(2019, 1, 1)).replace(day=1),
            "保障状态": make.random.choices(("在保", "渐退期", "停保"), (86, 6, 8))[0],
        }


def social_insurance(make: Maker) -> Iterator[Row]:
    rates = {"企业职工基本养老保险": 0.08, "失业保险": 0.005, "工伤保险": 0.0}
    for _ in range(100):
        male, born = make.random.random() < 0.5, make.day(date(1968, 1, 1), date(2003, 12, 31))
        citizen, name, card = make.resident_id(born, male), make.person(), make.bank_card()
        employer = make.company()[0]
        code = make.credit_code(f"91{make.random.choice(list(DISTRICTS))}")
        base = make.random.randrange(4200, 21000, 100)
        joined = make.day(date(max(born.year + 20, 2004), 1, 1), date(2025, 12, 31))
        months = (AS_OF.year - joined.year) * 12 + AS_OF.month - joined.month + 1
        status = make.random.choices(("正常参保", "暂停参保"), (92, 8))[0]
        for insurance, rate in rates.items():
            yield {
                "社会保障号码": citizen,
                "险种类型": insurance,
                "缴费年月": f"{AS_OF:%Y%m}",
                "姓名": name,
                "参保单位名称": employer,
                "参保单位统一社会信用代码": code,
                "参保状态": status,
                "缴费基数": f"{base}.00",
                "个人缴费金额": f"{base * rate:.2f}",
                "累计缴费月数": months,
                "社会保障卡银行账号": card,
                "首次参保日期": joined,
            }


def market_entities(make: Maker) -> Iterator[Row]:
    for _ in range(300):
        district, township = make.place()
        name, scope = make.company()
        founded = make.day(date(2005, 1, 1), date(2026, 3, 31))
        yield {
            "统一社会信用代码": make.credit_code(f"91{district}"),
            "主体名称": name,
            "主体类型": make.random.choice(
                ("有限责任公司（自然人投资或控股）", "有限责任公司（法人独资）")
            ),
            "法定代表人或负责人": make.person(),
            "注册资本": f"{make.random.choice((10, 50, 100, 200, 500, 1000, 3000))}.00",
            "成立日期": founded,
            "住所": make.address(district, township),
            "经营范围": scope,
            "登记机关": f"海口市{DISTRICTS[district][0]}市场监督管理局",
            "登记状态": make.random.choices(("存续", "注销", "吊销", "迁出"), (90, 6, 3, 1))[0],
            "核准日期": make.day(founded),
            "联络员电话": make.mobile(),
        }


def medical_institutions(make: Maker) -> Iterator[Row]:
    kinds = (
        ("社区卫生服务中心", "一级", "预防保健科、全科医疗科、中医科", 20),
        ("综合医院", "二级", "内科、外科、妇产科、儿科、急诊医学科、医学检验科", 240),
        ("口腔诊所", "未定级", "口腔科", 0),
        ("中医诊所", "未定级", "中医科", 0),
        ("门诊部", "未定级", "内科、外科、皮肤科", 0),
        ("镇卫生院", "一级", "预防保健科、全科医疗科、内科、中医科", 35),
    )
    for number in range(1, 151):
        district, township = make.place()
        kind, level, departments, beds = make.random.choice(kinds)
        public = kind in ("社区卫生服务中心", "镇卫生院")
        yield {
            "登记号": f"PDY{district}{number:05d}",
            "机构名称": f"海口{make.random.choice(WORDS)}{kind}（演示{number:03d}）",
            "统一社会信用代码": make.credit_code(f"{'12' if public else '91'}{district}"),
            "机构类别": kind,
            "机构等级": level,
            "所属区": DISTRICTS[district][0],
            "地址": make.address(district, township),
            "诊疗科目": departments,
            "编制床位数": beds + make.random.randrange(0, 60, 5) if beds else 0,
            "法定代表人": make.person(),
            "联系电话": make.landline(),
            "有效期止": make.day(date(2026, 9, 1), date(2030, 12, 31)),
        }


# HJ 633-2012: index 0, 50, 100, 150, 200 at these daily concentrations.
AQI_STEPS = {
    "二氧化硫": (0, 50, 150, 475, 800),
    "二氧化氮": (0, 40, 80, 180, 280),
    "可吸入颗粒物": (0, 50, 150, 250, 350),
    "细颗粒物": (0, 35, 75, 115, 150),
    "一氧化碳": (0, 2, 4, 14, 24),
    "臭氧": (0, 100, 160, 215, 265),
}


def sub_index(pollutant: str, value: float) -> int:
    """The individual air quality index of one pollutant, rounded up."""
    steps = AQI_STEPS[pollutant]
    upper = next(position for position in range(1, 5) if value <= steps[position])
    low, high = steps[upper - 1], steps[upper]
    return -int(-(50 * (value - low) / (high - low) + 50 * (upper - 1)) // 1)


def air_quality(make: Maker) -> Iterator[Row]:
    stations = ("秀英演示站", "龙华演示站", "琼山演示站", "美兰演示站")
    for back in range(89, -1, -1):
        haze = make.random.uniform(0.6, 1.5)
        for number, station in enumerate(stations, start=1):
            local = haze * make.random.uniform(0.9, 1.1)
            values: dict[str, float] = {
                "二氧化硫": round(4 * local),
                "二氧化氮": round(10 * local),
                "可吸入颗粒物": round(28 * local),
                "细颗粒物": round(14 * local),
                "一氧化碳": round(0.5 * local, 1),
                "臭氧": round(78 * local),
            }
            indexes = {name: sub_index(name, value) for name, value in values.items()}
            worst = max(indexes, key=lambda name: indexes[name])
            aqi = indexes[worst]
            level = "优" if aqi <= 50 else "良" if aqi <= 100 else "轻度污染"
            code = f"HKZ{number:03d}"
            day = AS_OF - timedelta(days=back)
            yield {
                "监测日期": day,
                "点位编号": code,
                "点位名称": station,
                **values,
                "空气质量指数": aqi,
                "空气质量级别": level,
                "首要污染物": worst if aqi > 50 else "",
            }


def retail_prices(make: Maker) -> Iterator[Row]:
    products = {
        "蔬菜": "大白菜 3.2/小白菜 4.1/空心菜 4.5/地瓜叶 4.0/青瓜 3.9/西红柿 4.6/茄子 4.4/豆角 6.2"
        "/尖椒 5.8/冬瓜 2.1/土豆 3.3",
        "肉禽蛋": "猪瘦肉 16.8/猪五花 15.2/牛腱肉 41.5/文昌鸡 21.0/鸡蛋 5.9",
        "水产品": "罗非鱼 10.5/马鲛鱼 32.0",
        "粮油": "粳米 3.1/花生油 15.5",
    }
    markets = ("演示一号农贸市场", "演示二号农贸市场", "样例平价菜网点")
    goods = [
        (kind, *text.rsplit(" ", 1)) for kind, line in products.items() for text in line.split("/")
    ]
    last = {(name, market): float(price) for _, name, price in goods for market in markets}
    for week in range(5):
        day = AS_OF - timedelta(days=7 * (4 - week))
        for kind, name, _ in goods:
            for market in markets:
                before = last[name, market]
                price = round(before * make.random.uniform(0.94, 1.07), 2)
                last[name, market] = price
                change = f"{(price / before - 1) * 100:.1f}"
                yield {
                    "采价日期": day,
                    "品种名称": name,
                    "监测点名称": market,
                    "品种类别": kind,
                    "规格等级": "中等",
                    "计价单位": "元/500 克",
                    "当日零售价": f"{price:.2f}",
                    "较上期涨跌幅": change,
                }


def hotline_orders(make: Maker) -> Iterator[Row]:
    topics = (
        ("投诉", "噪声扰民", "工地夜间施工至凌晨，请核查夜间施工许可。", "市综合执法局"),
        ("求助", "供水", "小区三楼以上水压偏低已持续三天，请供水单位检修。", "市水务局"),
        ("投诉", "占道经营", "路口有流动摊贩占用盲道和人行道，通行不便。", "市综合执法局"),
        ("咨询", "社会保障", "咨询灵活就业人员参加养老保险的办理地点和所需材料。", "市人社局"),
        ("求助", "路灯", "道路中段连续五盏路灯不亮，夜间出行有隐患。", "市市政管理局"),
        ("建议", "公交", "建议早高峰增加发车班次，延长末班车时间。", "市交通港航局"),
        ("举报", "食品安全", "在餐饮店就餐后出现腹泻，怀疑食材变质，请检查。", "市市场监管局"),
        ("求助", "积水", "强降雨后路段积水约三十厘米，车辆无法通行，请尽快排涝。", "市水务局"),
        ("咨询", "入学", "咨询随迁子女秋季入学的居住年限和材料要求。", "市教育局"),
        ("投诉", "停车收费", "停车场未公示收费标准，收费与承诺不一致。", "市市政管理局"),
    )
    for number in range(1, 301):
        district, township = make.place()
        kind, category, text, unit = make.random.choice(topics)
        received, phone = make.moment(date(2026, 4, 1)), make.mobile()
        due = received + timedelta(days=make.random.choice((1, 3, 5)))
        states = (("已办结", 84), ("办理中", 10), ("待签收", 4), ("已退回", 2))
        status = make.random.choices([s for s, _ in states], [w for _, w in states])[0]
        done = status == "已办结"
        closed = received + timedelta(hours=make.random.randint(2, 110)) if done else ""
        ratings = ("满意", "基本满意", "不满意", "未评价")
        yield {
            "工单编号": f"HK{received:%Y%m%d}{number:05d}",
            "诉求时间": received,
            "诉求人姓名": make.person() if make.random.random() < 0.85 else "",
            "联系电话": phone,
            "诉求类型": kind,
            "诉求类别": category,
            "诉求内容": f"{text}回访电话{phone}。" if make.random.random() < 0.2 else text,
            "涉及地址": make.address(district, township),
            "所属街道乡镇": township,
            "承办单位": unit,
            "办理时限": due,
            "办结时间": closed,
            "满意度": make.random.choices(ratings, (60, 20, 8, 12))[0] if done else "未评价",
            "工单状态": status,
        }


def shelters(make: Maker) -> Iterator[Row]:
    kinds = (("学校体育馆", "短期"), ("社区服务中心", "紧急"), ("文体广场", "长期"))
    for number in range(1, 81):
        district, township = make.place()
        longitude, latitude = make.point(district)
        place, kind = make.random.choice(kinds)
        area = make.random.randrange(300, 9000, 50)
        yield {
            "场所编号": f"BN{district}{number:03d}",
            "场所名称": f"{township}演示{place}避难场所{number:02d}",
            "场所类型": kind,
            "所属街道乡镇": township,
            "地址": make.address(district, township),
            "经度": longitude,
            "纬度": latitude,
            "有效避难面积": f"{area}.0",
            "可容纳人数": area // 3,
            "配套设施": "供水、供电、厕所"
            if area < 2000
            else "供水、供电、厕所、医疗点、物资储备间",
            "管理单位": f"海口市{DISTRICTS[district][0]}{township}（演示管理单位）",
            "值守电话": make.landline(),
            "启用状态": "未启用",
        }


def parking_lots(make: Maker) -> Iterator[Row]:
    for number in range(1, 121):
        district, township = make.place()
        longitude, latitude = make.point(district)
        kind = make.random.choice(("配建", "路外公共", "路内泊位"))
        spaces = make.random.randint(20, 60) if kind == "路内泊位" else make.random.randint(60, 900)
        rate = make.random.choice((2, 3, 4, 5))
        free = "首 30 分钟免费，" if kind != "配建" else ""
        yield {
            "停车场编号": f"TC{district}{number:04d}",
            "停车场名称": f"{township}演示停车场{number:03d}",
            "停车场类型": kind,
            "所属街道乡镇": township,
            "地址": make.address(district, township),
            "经度": longitude,
            "纬度": latitude,
            "总泊位数": spaces,
            "充电泊位数": 0 if kind == "路内泊位" else spaces // 12,
            "剩余泊位数": make.random.randint(0, spaces),
            "收费标准": f"{free}每小时 {rate} 元，24 小时最高 {rate * 10} 元",
            "经营单位": make.company()[0],
            "是否全天开放": "是" if kind != "配建" or make.random.random() < 0.7 else "否",
        }


FILES: dict[str, Callable[[Maker], Iterator[Row]]] = {
    "residents.csv": residents,
    "minimum_living.csv": minimum_living,
    "social_insurance.csv": social_insurance,
    "market_entities.csv": market_entities,
    "medical_institutions.csv": medical_institutions,
    "air_quality.csv": air_quality,
    "retail_prices.csv": retail_prices,
    "hotline_orders.csv": hotline_orders,
    "shelters.csv": shelters,
    "parking_lots.csv": parking_lots,
}


def read_townships() -> dict[str, list[str]]:
    """Township names of Haikou's four districts, by district code, as township_codes.csv has them."""
    townships: dict[str, list[str]] = {code: [] for code in DISTRICTS}
    with (HERE / "township_codes.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            name = row["区划名称"]
            if row["所属区县代码"] in townships and name.endswith(("街道", "镇")):
                townships[row["所属区县代码"]].append(name)
    return townships


def build(directory: Path) -> list[Path]:
    """Write every file into `directory` (UTF-8, LF) and return their paths."""
    townships = read_townships()
    written = []
    for name, make_rows in FILES.items():
        rows = list(make_rows(Maker(name, townships)))
        path = directory / name
        with path.open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        written.append(path)
    return written


if __name__ == "__main__":
    build(HERE)
